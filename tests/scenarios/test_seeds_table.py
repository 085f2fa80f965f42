# SPDX-License-Identifier: Apache-2.0
"""docs/seeds.md, the `rows` of the scenario files and the list of tests say the same."""

import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from player import scenario  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
ROW_COUNT = 76


def table():
    """Row id: its cell of scenarios."""
    cells = {}
    for line in (scenario.REPOSITORY / "docs" / "seeds.md").read_text().splitlines():
        row = re.match(r"\| (S\d+) \|", line)
        if row:
            _, shown, _ = [cell.strip() for cell in line.strip("|").split("|")][1:4]
            cells.setdefault(row[1], []).append(shown)
    return cells


class SeedsTable(unittest.TestCase):
    def setUp(self):
        self.stories = [scenario.load(path) for path in sorted(HERE.glob("*.toml"))]

    def test_each_row_stands_there_once(self):
        cells = table()
        self.assertEqual(list(cells), [f"S{number}" for number in range(1, ROW_COUNT + 1)])
        self.assertEqual([row for row, shown in cells.items() if len(shown) != 1], [])

    def test_each_row_names_exactly_the_scenarios_that_name_it(self):
        for row, (shown,) in table().items():
            files = [story.path.stem for story in self.stories if row in story.row_ids]
            self.assertEqual(sorted(re.findall(r"`(\w+)`", shown)), files, row)
            self.assertTrue(files or shown.startswith("later: "), row)

    def test_each_scenario_is_a_test(self):
        listed = re.search(r"set\(scenarios\s+([^)]*)\)", (HERE / "CMakeLists.txt").read_text())
        self.assertEqual(listed[1].split(), [story.path.stem for story in self.stories])


if __name__ == "__main__":
    unittest.main()
