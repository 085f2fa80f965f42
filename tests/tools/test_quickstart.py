# SPDX-License-Identifier: Apache-2.0
"""./quickstart around a small stand-in program: stages, restart, stop, and what failures say."""

import shutil
import subprocess
import unittest

from small_tree import SmallTree

from house import files

CMAKE = """cmake_minimum_required(VERSION 3.23)
project(stand_in LANGUAGES NONE)
add_custom_target(loyalty ALL COMMAND cmake -E copy ${CMAKE_SOURCE_DIR}/stand_in.py
                                                    ${CMAKE_BINARY_DIR}/loyalty)
if(LOYALTY_TESTS)
  enable_testing()
  include(${CMAKE_SOURCE_DIR}/tests.cmake OPTIONAL)
endif()
"""

STAND_IN = """#!/usr/bin/env python3
import os, signal, socket, sys
words = sys.argv[1:]
def option(name):
    return words[words.index(name) + 1]
def address(text):
    host, port = text.split(":")
    return host, int(port)
if words[0] == "serve":
    if os.path.exists("refuse_to_start"):
        sys.exit("the store is locked")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with socket.create_server(address(option("--listen"))) as server:
        with open(option("--ports-file"), "w") as ports:
            ports.write("rpc 127.0.0.1:%d\\n" % server.getsockname()[1])
        while True:
            server.accept()[0].close()
else:
    socket.create_connection(address(option("--connect"))).close()
    print("stand-in ran", words[0])
    if words[0] == "demo" and os.path.exists("refuse_the_demo"):
        sys.exit(1)
"""


class Quickstart(SmallTree):
    def setUp(self):
        super().setUp()
        shutil.copy(files.ROOT / "quickstart", self.root)
        shutil.copy(files.ROOT / "CMakePresets.json", self.root)
        self.write("CMakeLists.txt", CMAKE)
        self.write("stand_in.py", STAND_IN)
        (self.root / "stand_in.py").chmod(0o755)
        self.addCleanup(self.quickstart, "stop")

    def quickstart(self, *words):
        done = subprocess.run([self.root / "quickstart", *words], capture_output=True, text=True,
                              timeout=120, check=False)
        return done.returncode, done.stdout, done.stderr

    def started(self):
        """Starts on any free port and returns the server's process id."""
        code, out, err = self.quickstart("--no-deps", "--port", "0")
        self.assertEqual(code, 0, out + err)
        return (self.root / ".loyalty/pid").read_text().strip(), out

    def test_starts_replays_and_says_how_to_go_on(self):
        _, out = self.started()
        kind, address = (self.root / ".loyalty/ports").read_text().split()
        self.assertEqual(kind, "rpc")
        for said in ["build: ", "start: ", "stand-in ran demo", "demo day: ",
                     f"call --connect {address} get_member", "./quickstart stop"]:
            self.assertIn(said, out)

    def test_a_second_run_replaces_the_server_and_stop_ends_it(self):
        first, _ = self.started()
        second, out = self.started()
        self.assertNotEqual(first, second)
        self.assertIn(f"stopped the server (process {first})", out)
        self.assertIn(f"stopped the server (process {second})", self.quickstart("stop")[1])
        self.assertIn("no server", self.quickstart("stop")[1])

    def test_a_stale_process_id_is_never_killed(self):
        with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as stranger:
            self.write(".loyalty/pid", f"{stranger.pid}\n")
            self.assertIn("no server", self.quickstart("stop")[1])
            self.assertIsNone(stranger.poll())
            stranger.stdin.close()

    def test_each_failure_names_the_command_that_mends_it(self):
        for spoil, said, mend in [
                ("refuse_to_start", "the store is locked", "mv .loyalty/data"),
                ("refuse_the_demo", "the demo day did not run", "./quickstart stop && mv")]:
            with self.subTest(spoil=spoil):
                self.write(spoil, "")
                code, _, err = self.quickstart("--no-deps", "--port", "0")
                self.assertEqual(code, 1)
                self.assertIn(said, err)
                self.assertIn(f"to mend it: {mend}", err)
                (self.root / spoil).unlink()
        self.write("CMakeLists.txt", "message(FATAL_ERROR broken)\n")
        code, _, err = self.quickstart("--no-deps")
        self.assertEqual(code, 1)
        self.assertIn("to mend it: rm -rf build && ./quickstart", err)

    def test_test_fails_when_there_is_no_test_or_a_test_fails(self):
        self.assertEqual(self.quickstart("test", "--no-deps")[0], 1)
        self.write("tests.cmake", "add_test(NAME one COMMAND cmake -E true)\n")
        code, out, err = self.quickstart("test", "--no-deps")
        self.assertEqual(code, 0, out + err)
        self.assertIn("100% tests passed, 0 tests failed out of 1", out)
        self.write("tests.cmake", "add_test(NAME one COMMAND cmake -E false)\n")
        self.assertEqual(self.quickstart("test", "--no-deps")[0], 1)

    def test_usage_errors_exit_2(self):
        for words in [["tset"], ["--port"], ["--port", "x"], ["--port", "65536"], ["test", "stop"]]:
            self.assertEqual(self.quickstart(*words)[0], 2)
        self.assertEqual(self.quickstart("--help")[0], 0)


if __name__ == "__main__":
    unittest.main()
