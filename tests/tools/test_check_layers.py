# SPDX-License-Identifier: Apache-2.0
"""tools/check_layers accepts what the layer table allows and reports all else."""

import subprocess
import sys
import unittest

from small_tree import SPDX, SmallTree

from house import files, layer_table, layers, source_text

# The project files that the cases below include.
HEADERS = ["domain/points.hpp", "codec/reader.hpp", "api/exchange.hpp", "persistence/store.hpp",
           "persistence/block.hpp", "persistence/open_store.hpp", "config/settings.hpp",
           "actors/router.hpp", "cluster/placement.hpp", "net/client.hpp", "cli/serve.hpp",
           "tests/fixture.hpp"]


class CheckLayers(SmallTree):
    def setUp(self):
        super().setUp()
        for header in HEADERS:
            self.write(header, SPDX + "#pragma once\n")

    def findings(self, name, body, *, lists=True):
        """What is said about one source with this body; it is named in its folder's lists."""
        self.write(name, SPDX + body)
        folder, _, base = name.rpartition("/")
        if lists:
            path = f"{folder}/CMakeLists.txt" if folder else "CMakeLists.txt"
            self.write(path, f"# SPDX-License-Identifier: Apache-2.0\nlibrary(x {base})\n")
        return layers.violations(self.root)

    def assert_allowed(self, name, header):
        with self.subTest(name=name, header=header):
            self.assertEqual(self.findings(name, f"#include {header}\n"), [])
            (self.root / name).unlink()

    def assert_refused(self, name, header):
        with self.subTest(name=name, header=header):
            found = self.findings(name, f"\n#include {header}\n")
            self.assertEqual(len(found), 1, found)
            self.assertTrue(found[0].startswith(f"{name}:3: "), found[0])
            (self.root / name).unlink()

    def test_accepts_what_the_table_allows(self):
        for name, header in [
                ("domain/rule.cpp", '"domain/points.hpp"'),
                ("domain/member/rule.cpp", '"domain/points.hpp"'),
                ("domain/rule.cpp", "<vector>"),
                ("domain/rule.cpp", "<date/tz.h>"),
                ("codec/writer.cpp", "<msgpack.hpp>"),
                ("api/table.cpp", '"codec/reader.hpp"'),
                ("persistence/rocksdb_store.cpp", "<rocksdb/db.h>"),
                ("persistence/redis_client.cpp", "<hiredis/hiredis.h>"),
                ("persistence/block.cpp", "<xxhash.h>"),
                ("config/loader.cpp", "<toml++/toml.h>"),
                ("actors/gate.cpp", '"persistence/block.hpp"'),
                ("actors/gate.cpp", "<caf/all.hpp>"),
                ("cluster/owner.cpp", '"actors/router.hpp"'),
                ("net/listener.cpp", "<boost/asio/awaitable.hpp>"),
                ("net/listener.cpp", "<sys/socket.h>"),
                ("cli/call.cpp", '"net/client.hpp"'),
                ("cli/serve.cpp", '"actors/router.hpp"'),
                ("cli/bench.cpp", "<boost/histogram.hpp>"),
                ("main.cpp", '"actors/router.hpp"'),
                ("main.cpp", "<spdlog/spdlog.h>"),
                ("tests/net/a_test.cpp", '"actors/router.hpp"'),
                ("bench/codec.cpp", "<benchmark/benchmark.h>")]:
            self.assert_allowed(name, header)

    def test_refuses_a_project_include_upwards_or_sideways(self):
        for name, header in [
                ("domain/rule.cpp", '"codec/reader.hpp"'),
                ("codec/writer.cpp", '"api/exchange.hpp"'),
                ("api/table.cpp", '"persistence/store.hpp"'),
                ("persistence/block.cpp", '"api/exchange.hpp"'),
                ("config/loader.cpp", '"persistence/store.hpp"'),
                ("actors/gate.cpp", '"net/client.hpp"'),
                ("actors/gate.cpp", '"persistence/open_store.hpp"'),
                ("net/listener.cpp", '"actors/router.hpp"'),
                ("net/listener.cpp", '"persistence/store.hpp"'),
                ("cluster/owner.cpp", '"net/client.hpp"'),
                ("cli/call.cpp", '"actors/router.hpp"'),
                ("net/listener.cpp", '"tests/fixture.hpp"'),
                ("net/listener.cpp", "<actors/router.hpp>")]:
            self.assert_refused(name, header)

    def test_refuses_a_library_outside_its_folder(self):
        for name, header in [
                ("domain/rule.cpp", "<boost/asio.hpp>"),
                ("domain/rule.cpp", "<xxhash.h>"),
                ("domain/rule.cpp", "<unistd.h>"),
                ("domain/rule.cpp", "<spdlog/spdlog.h>"),
                ("net/listener.cpp", "<caf/all.hpp>"),
                ("net/listener.cpp", "<spdlog/spdlog.h>"),
                ("actors/gate.cpp", "<boost/asio/post.hpp>"),
                ("persistence/block.cpp", "<rocksdb/db.h>"),
                ("persistence/rocksdb_store.cpp", "<hiredis/hiredis.h>"),
                ("config/loader.cpp", "<nlohmann/json.hpp>"),
                ("cli/call.cpp", "<toml++/toml.h>"),
                ("net/listener.cpp", "<gtest/gtest.h>"),
                ("cli/call.cpp", "<boost/uuid/uuid.hpp>")]:
            self.assert_refused(name, header)

    def test_refuses_an_include_that_is_not_written_from_the_root(self):
        self.assert_refused("net/listener.cpp", '"client.hpp"')
        self.assert_refused("tests/net/a_test.cpp", '"../fixture.hpp"')

    def test_refuses_a_folder_that_has_no_row(self):
        self.assert_refused("utils/strings.cpp", "<string>")

    def test_sees_includes_in_odd_spelling_but_not_in_comments(self):
        self.assertEqual(len(self.findings("net/a.cpp", '  #  include   "actors/router.hpp"\n')), 1)
        self.assertEqual(self.findings("net/a.cpp", '// #include "actors/router.hpp"\n'
                                       '/*\n#include <caf/all.hpp>\n*/\n'
                                       'auto s = R"(\n#include <caf/all.hpp>\n)";\n'), [])

    def test_refuses_impure_headers_in_the_domain_only(self):
        for header in ["random", "thread", "mutex", "iostream", "unordered_map", "cmath"]:
            self.assert_refused("domain/rule.cpp", f"<{header}>")
            self.assert_allowed("net/rule.cpp", f"<{header}>")

    def test_refuses_impure_code_in_the_domain_only(self):
        for code in ["double rate = 0;", "float rate{};", "auto now = std::chrono::system_clock::now();",
                     "auto t = std::time(nullptr);", "std::mutex lock;", "std::random_device seed;",
                     "std::unordered_map<int, int> lots;", "std::cout << 1;", "int a = 1'000; double b;"]:
            with self.subTest(code=code):
                found = self.findings("domain/rule.cpp", f"\n{code}\n")
                self.assertEqual(len(found), 1, found)
                self.assertTrue(found[0].startswith("domain/rule.cpp:3: "), found[0])
                (self.root / "domain/rule.cpp").unlink()
                self.assertEqual(self.findings("net/rule.cpp", f"{code}\n"), [])

    def test_lets_the_domain_speak_of_what_it_must_not_use(self):
        self.assertEqual(self.findings(
            "domain/rule.cpp",
            '// double entry\nint double_entry;  /* std::mutex */\nauto s = "a double";\n'
            "std::chrono::sys_days day;\nint n = 1'000'000;\nstd::chrono::system_clock::duration d;\n"),
            [])

    def test_refuses_a_source_that_is_not_built(self):
        found = self.findings("net/forgotten.cpp", "", lists=False)
        self.assertEqual(len(found), 1, found)
        self.assertIn("net/forgotten.cpp:1: not named", found[0])
        self.write("net/CMakeLists.txt", "# SPDX-License-Identifier: Apache-2.0\n# forgotten.cpp\n"
                   "library(net not_forgotten.cpp forgotten.cpp.in)\n")
        self.assertEqual(len(layers.violations(self.root)), 1)
        self.write("net/CMakeLists.txt", "# SPDX-License-Identifier: Apache-2.0\n"
                   "library(net a.cpp\n  forgotten.cpp)\n")
        self.assertEqual(layers.violations(self.root), [])

    def test_finds_a_source_in_the_list_of_a_folder_above(self):
        self.write("domain/CMakeLists.txt",
                   "# SPDX-License-Identifier: Apache-2.0\nlibrary(domain member/rule.cpp)\n")
        self.assertEqual(self.findings("domain/member/rule.cpp", "", lists=False), [])

    def test_refuses_a_file_without_its_licence_line(self):
        for name in ["net/a.hpp", "cmake/a.cmake", "tools/a.py", "config/programs/a.toml"]:
            with self.subTest(name=name):
                self.write(name, "\n# SPDX-License-Identifier: Apache-2.0\n")
                found = layers.violations(self.root)
                self.assertEqual(len(found), 1, found)
                self.assertTrue(found[0].startswith(f"{name}:1: "), found[0])
                (self.root / name).unlink()
        self.write("run", "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n")
        self.assertEqual(layers.violations(self.root), [])
        self.write("run", "#!/bin/sh\necho\n")
        self.assertEqual(len(layers.violations(self.root)), 1)

    def test_every_pattern_of_the_table_names_a_folder_of_the_table(self):
        rows = set(layer_table.PROJECT)
        for patterns in layer_table.PROJECT.values():
            self.assertLessEqual({pattern.split("/")[0] for pattern in patterns}, rows)
        for _, users in layer_table.LIBRARIES.values():
            self.assertLessEqual({user.split("/")[0] for user in users}, rows)

    def test_the_command_fails_and_prints_the_place(self):
        self.findings("net/a.cpp", '#include "actors/router.hpp"\n')
        command = [sys.executable, str(files.ROOT / "tools/check_layers"), str(self.root)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("net/a.cpp:2: ", done.stdout)
        (self.root / "net/a.cpp").unlink()
        self.assertEqual(subprocess.run(command, capture_output=True, check=False).returncode, 0)


class SourceText(unittest.TestCase):
    def test_keeps_line_numbers(self):
        text = 'a /* x\n y */ b\n"c\\"d" // e\nR"z(\n)z" f\n'
        self.assertEqual(source_text.without_comments_and_literals(text).count("\n"),
                         text.count("\n"))
        self.assertEqual(source_text.without_comments_and_literals(text).split(), ["a", "b", "f"])


if __name__ == "__main__":
    unittest.main()
