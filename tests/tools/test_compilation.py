# SPDX-License-Identifier: Apache-2.0
"""The cache behind tools/check lint and headers never passes a file that has changed."""

import subprocess
import unittest.mock

from small_tree import SmallTree

from house import compilation
from house.stems import Stems


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

    def test_of_headers_are_those_of_all_sources(self):
        batches = [(["net/a.cpp"], ["-DA", "-isystem", "/x"], None), (["b.cpp"], ["-DA", "-DB"], None)]
        with unittest.mock.patch.object(compilation, "batches", lambda: batches):
            self.assertEqual(compilation.all_flags(), ["-DA", "-DB", "-isystem", "/x"])


class StemsOfHeaders(SmallTree):
    def setUp(self):
        super().setUp()
        self.write("api/deep.hpp", "#include <vector>\n" + "// a line\n" * 50000)
        for number in range(9):
            self.write(f"net/h{number}.hpp", '#include "api/deep.hpp"\n')
        self.write("net/alone.hpp", "#include <vector>\n")
        self.names = [f"net/h{number}.hpp" for number in range(9)] + ["net/alone.hpp", "api/deep.hpp"]

    def stems(self, names):
        stems = Stems(compilation.Closure(self.root))
        stems.choose(names)
        return stems

    def test_what_many_include_is_precompiled(self):
        self.assertEqual(self.stems(self.names).chosen, {"api/deep.hpp"})

    def test_for_a_few_it_does_not_pay(self):
        self.assertEqual(self.stems(self.names[:2]).chosen, set())

    def test_a_header_stands_on_nothing_that_it_does_not_include(self):
        stems = self.stems(self.names)
        self.assertEqual(stems.stem_of("net/h0.hpp"), "api/deep.hpp")
        self.assertIsNone(stems.stem_of("net/alone.hpp"))
        self.assertIsNone(stems.stem_of("api/deep.hpp"))

    def test_what_is_missing_is_missed_on_a_stem_as_well(self):
        self.write("api/deep.hpp", "#pragma once\nstruct Deep {};\n")
        self.write("net/good.hpp", '#pragma once\n#include "api/deep.hpp"\ninline Deep deep;\n')
        self.write("net/bad.hpp", '#pragma once\n#include "api/deep.hpp"\ninline std::string s;\n')
        stems = Stems(compilation.Closure(self.root))
        stems.chosen = {"api/deep.hpp"}
        compiler = ["g++", "-std=c++20", f"-I{self.root}", "-Winvalid-pch", "-Werror"]
        folder = self.root / "stems"
        folder.mkdir()
        stems.precompile(compiler, self.root, folder)
        self.assertEqual(stems.chosen, {"api/deep.hpp"})
        for name, passes in (("net/good.hpp", True), ("net/bad.hpp", False)):
            done = subprocess.run([*compiler, *stems.words(name, folder), "-fsyntax-only", "-x", "c++", "-"],
                                  input=f'#include "{name}"\n', text=True, capture_output=True,
                                  check=False)
            self.assertEqual(done.returncode == 0, passes, done.stderr)


if __name__ == "__main__":
    unittest.main()
