# SPDX-License-Identifier: Apache-2.0
"""tools/check_docs accepts pages that agree with disk and program, and reports all else."""

import unittest

from small_tree import SmallTree

from house import docs

PROGRAM = """#!/bin/sh
case "$*" in
  --help) printf 'Subcommands:\\n  call   Call a method\\n  serve  Serve\\n' ;;
  "call --help") echo '  --connect TEXT' ;;
  "serve --help") echo '  --store TEXT' ;;
  "methods --markdown") echo '# Methods' ;;
  "methods --errors") printf 'BUSY\\nUNKNOWN_METHOD\\n' ;;
  "serve --settings-markdown") printf '| name | default |\\n|---|---|\\n| store | memory |\\n' ;;
  *) exit 2 ;;
esac
"""


class CheckDocs(SmallTree):
    def setUp(self):
        super().setUp()
        for name, text in {
                "README.md": "See [the design](ARCHITECTURE.md#life).\n\n```sh\n./quickstart test\n"
                             "build/loyalty call --connect a:1 ping   # a comment\n```\n",
                "ARCHITECTURE.md": "# A\n\n## Folders\n\n| folder | what |\n|---|---|\n"
                                   "| `docs/` | pages |\n| `quickstart` | x |\n",
                "docs/methods.md": "# Methods\n",
                "docs/errors.md": "`BUSY` and UNKNOWN_METHOD\n",
                "docs/operations.md": "Settings:\n\n| name | default |\n|---|---|\n"
                                      "| store | memory |\n\nMore.\n",
                "quickstart": "#!/bin/sh\necho '  test  --port N'\n",
                "build/loyalty": PROGRAM}.items():
            self.write(name, text)
        for script in ("quickstart", "build/loyalty"):
            (self.root / script).chmod(0o755)

    def replace(self, name, old, new):
        text = (self.root / name).read_text()
        self.assertIn(old, text)
        self.write(name, text.replace(old, new))

    def assert_found(self, place, reason):
        found = docs.violations(self.root)
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(place + ":"), found[0])
        self.assertIn(reason, found[0])

    def test_accepts_pages_that_agree(self):
        self.assertEqual(docs.violations(self.root), [])

    def test_reports_a_missing_page(self):
        (self.root / "docs/errors.md").unlink()
        self.assert_found("docs/errors.md", "missing")

    def test_reports_a_dead_link(self):
        self.replace("README.md", "ARCHITECTURE.md#life", "docs/nothing.md")
        self.assert_found("README.md:1", "docs/nothing.md")

    def test_reports_a_folder_that_is_not_there(self):
        self.replace("ARCHITECTURE.md", "| `docs/`", "| `gone/` | x |\n| `docs/`")
        self.assert_found("ARCHITECTURE.md:7", "gone/")

    def test_reports_a_folder_that_is_not_named(self):
        self.write("net/a.txt", "")
        self.assert_found("ARCHITECTURE.md", "net/")

    def test_reports_a_page_without_the_table(self):
        self.replace("ARCHITECTURE.md", "## Folders", "## Rooms")
        self.assert_found("ARCHITECTURE.md", "no table")

    def test_reports_commands_that_do_not_exist(self):
        for old, new, reason in [
                ("./quickstart test", "./quickstart tset", "has no tset"),
                ("./quickstart test", "./quickstart --prot 1", "has no --prot"),
                ("loyalty call", "loyalty cal", "no subcommand cal"),
                ("--connect", "--conect", "has no --conect"),
                ("./quickstart test", "./quickstart test && build/loyalty serv", "serv")]:
            with self.subTest(new=new):
                before = (self.root / "README.md").read_text()
                self.replace("README.md", old, new)
                self.assert_found("README.md", reason)
                self.write("README.md", before)

    def test_reports_generated_pages_that_are_out_of_date(self):
        for page, old, reason in [("docs/methods.md", "# Methods", "out of date"),
                                  ("docs/errors.md", "BUSY", "does not explain BUSY"),
                                  ("docs/operations.md", "| store | memory |", "differs")]:
            with self.subTest(page=page):
                before = (self.root / page).read_text()
                self.replace(page, old, "else")
                self.assert_found(page, reason)
                self.write(page, before)

    def test_a_program_that_is_not_built_is_a_finding(self):
        (self.root / "build/loyalty").unlink()
        self.assert_found("build/loyalty", "tools/check build")

    def test_reports_unfinished_work_and_foreign_paths(self):
        for text, reason in [("TO" + "DO", "unfinished"), ("FIX" + "ME: x", "unfinished"),
                             ("see /wo" + "rk/x", "machine"), ("/ho" + "me/ann/x", "machine")]:
            with self.subTest(text=text):
                self.write("docs/other.md", f"fine\n{text}\n")
                self.assert_found("docs/other.md:2", reason)


class ImagePackages(unittest.TestCase):
    class Linked:
        """A program that is linked with these."""

        def output(self, *command):
            if command[0] == "objdump":
                return "  NEEDED   libzstd.so.1\n  NEEDED   libc.so.6\n"
            return {"*/libzstd.so.1": "libzstd1:amd64: /usr/lib/libzstd.so.1\n",
                    "*/libc.so.6": "libc6:amd64: /lib/libc.so.6\n"}[command[2]]

    def test_accepts_an_image_that_has_what_the_program_needs(self):
        self.assertEqual(docs.image_packages("install libfmt9 libzstd1 tzdata", self.Linked()), [])

    def test_reports_a_library_that_the_image_has_not(self):
        found = docs.image_packages("install libzstd1-dev tzdata", self.Linked())
        self.assertEqual(found, ["Dockerfile: libzstd.so.1 of libzstd1 is missing"])


if __name__ == "__main__":
    unittest.main()
