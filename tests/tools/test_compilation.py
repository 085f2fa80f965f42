# SPDX-License-Identifier: Apache-2.0
"""The cache behind tools/check lint and headers never passes a file that has changed."""

import unittest.mock

from small_tree import SmallTree

from house import compilation


class ClosureOfIncludes(SmallTree):
    def setUp(self):
        super().setUp()
        self.write("net/a.cpp", '#include "net/a.hpp"\n#include <vector>\n')
        self.write("net/a.hpp", '#include "api/b.hpp"\n')
        self.write("api/b.hpp", '#include "net/a.hpp"\n')
        self.write("api/c.hpp", "")

    def digest(self, *salt):
        return compilation.Closure(self.root).digest(["net/a.cpp"], *salt)

    def test_is_the_same_for_the_same_files(self):
        self.assertEqual(self.digest("flags"), self.digest("flags"))

    def test_changes_with_every_file_that_is_reached(self):
        before = {self.digest()}
        for name in ("net/a.cpp", "net/a.hpp", "api/b.hpp"):
            self.write(name, (self.root / name).read_text() + "// changed\n")
            self.assertNotIn(self.digest(), before)
            before.add(self.digest())

    def test_changes_with_the_flags_and_not_with_strangers(self):
        before = self.digest("flags")
        self.assertNotEqual(self.digest("other flags"), before)
        self.write("api/c.hpp", "// changed\n")
        self.assertEqual(self.digest("flags"), before)


class CachedRuns(SmallTree):
    def run_jobs(self, *jobs):
        with unittest.mock.patch.object(compilation, "CACHE", self.root):
            return compilation.run_cached("step", [(*job, None) for job in jobs])

    def test_a_pass_is_remembered_by_its_key(self):
        self.assertEqual(self.run_jobs(("a.cpp", "key1", ["true"])), ({}, 1))
        self.assertEqual(self.run_jobs(("a.cpp", "key1", ["true"])), ({}, 0))
        self.assertEqual(self.run_jobs(("a.cpp", "key2", ["true"])), ({}, 1))

    def test_a_failure_is_not_remembered(self):
        failing = ("a.cpp", "key", ["sh", "-c", "echo found; exit 1"])
        for _ in range(2):
            self.assertEqual(self.run_jobs(failing), ({"a.cpp": "found\n"}, 1))


class Flags(unittest.TestCase):
    def test_keep_what_gcc_and_clang_agree_on(self):
        self.assertEqual(
            compilation._flags("ccache c++ -DA=1 -I/x -isystem /y -O2 -Wall -Werror -D_FORTIFY_SOURCE=2 "
                               "-std=c++20 -o a.o -c a.cpp".split()),
            ["-DA=1", "-I/x", "-isystem", "/y", "-std=c++20"])

    def test_of_a_header_are_those_of_the_nearest_source(self):
        flags = {"net/a.cpp": ["net"], "api/a.cpp": ["api"]}
        self.assertEqual(compilation.nearest_flags("api/b.hpp", flags), ["api"])


if __name__ == "__main__":
    unittest.main()
