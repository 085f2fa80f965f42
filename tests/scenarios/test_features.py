# SPDX-License-Identifier: Apache-2.0
"""docs/features.md, the `rows` of the scenario files, the sources and the list of tests agree."""

import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from player import scenario  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
ROWS = [f"{letter}{number}" for letter, count in (("S", 76), ("F", 62), ("U", 12))
        for number in range(1, count + 1)]


def table():
    """(row, its cell of scenarios, its cell of sources), in the order of the page."""
    page = (scenario.REPOSITORY / "docs" / "features.md").read_text(encoding="utf-8")
    for line in page.splitlines():
        row = re.match(r"\| ([SFU]\d+) \|", line)
        if row:
            _, shown, sources = [cell.strip() for cell in line.strip("|").split("|")][1:4]
            yield row[1], shown, sources


def paths(sources):
    return [scenario.REPOSITORY / path
            for path in re.findall(r"(?<![\w/])[a-z_]+/[a-z_/-]+(?:\.\w+)?", sources)]


def text_of(path):
    """Of a folder, or of a file with its header."""
    files = path.glob("*.*") if path.is_dir() else path.parent.glob(f"{path.stem}.[ht]*")
    return "\n".join(file.read_text(encoding="utf-8") for file in {path, *files} if file.is_file())


def type_name(word):
    """`apply_program` is the name of ApplyProgram on the wire."""
    return "".join(part.capitalize() for part in word.split("_"))


class Features(unittest.TestCase):
    def setUp(self):
        self.stories = [scenario.load(path) for path in sorted(HERE.glob("*.toml"))]

    def test_each_row_stands_there_once(self):
        self.assertEqual([row for row, _, _ in table()], ROWS)

    def test_each_row_names_exactly_the_scenarios_that_name_it(self):
        for row, shown, _ in table():
            files = [story.path.stem for story in self.stories if row in story.row_ids]
            self.assertEqual(sorted(re.findall(r"`(\w+)`", shown)), files, row)

    def test_what_no_scenario_shows_is_not_done(self):
        for row, shown, sources in table():
            self.assertTrue("`" in shown or shown.startswith("not yet: "), row)
            self.assertTrue(paths(sources) or shown.startswith("not yet: "), row)

    def test_the_sources_are_there_and_have_what_is_named(self):
        missing = []
        for row, _, sources in table():
            missing += [f"{row}: {path}" for path in paths(sources) if not path.exists()]
            text = "\n".join(map(text_of, paths(sources)))
            words = re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", sources)))
            missing += [f"{row}: {word}" for word in words
                        if word not in text and type_name(word) not in text]
        self.assertEqual(missing, [])

    def test_each_scenario_is_a_test(self):
        listed = re.search(r"set\(scenarios\s+([^)]*)\)", (HERE / "CMakeLists.txt").read_text())
        self.assertEqual(listed[1].split(), [story.path.stem for story in self.stories])


if __name__ == "__main__":
    unittest.main()
