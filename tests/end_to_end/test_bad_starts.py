# SPDX-License-Identifier: Apache-2.0
"""A server that cannot serve says why, with its exit code, and disturbs nobody."""

import re
import unittest

from server import ServerCase

NOT_AVAILABLE = 3
WRONG_CONFIGURATION = 2

MISTAKEN_PROGRAM = """\
id = "mistaken"
name = "Mistaken"
time_zone = "America/Los_Angles"
money = "USD"
active = true

[[currencies]]
id = "points"
name = "Points"
kind = "spendable"

[[rules]]
id = "base"
name = "Base"
order = 10
curency = "points"
rate = "much"
"""


class BadStarts(ServerCase):
    def assert_not_started(self, server, code, *words, **options):
        got, said = server.failed_start(**options)
        self.assertEqual(got, code, said)
        self.assertFalse(server.ports_file.exists(), said)
        for word in words:
            self.assertIn(word, said)
        return said

    def assert_undisturbed(self, server, member="ada"):
        with server.connect() as connection:
            self.assertEqual(connection.call("get_member", member=member)["member"], member)

    def serving(self):
        server = self.started()
        with server.connect() as connection:
            connection.call("enroll_member", member="ada", key="e")
        return server

    def test_second_server_on_the_same_data(self):
        first = self.serving()
        second = self.server()
        second.data = first.data
        said = self.assert_not_started(second, NOT_AVAILABLE, str(first.data))
        self.assertRegex(said, "(?i)in use|another|lock")
        self.assert_undisturbed(first)
        first.kill()
        second.start(program=None)
        self.assert_undisturbed(second)

    def test_port_in_use(self):
        first = self.serving()
        host, port = first.address
        self.assert_not_started(self.server(), NOT_AVAILABLE, str(port),
                                listen=f"{host}:{port}")
        self.assert_undisturbed(first)

    def test_data_directory_is_a_file(self):
        server = self.server()
        server.data.write_text("something of somebody else's")
        self.assert_not_started(server, NOT_AVAILABLE, str(server.data))
        self.assertEqual(server.data.read_text(), "something of somebody else's")

    def test_data_directory_cannot_be_made(self):
        self.assert_not_started(self.server(), NOT_AVAILABLE, "/proc/loyalty",
                                store="rocksdb:/proc/loyalty/data")

    def test_unknown_kind_of_store(self):
        self.assert_not_started(self.server(), WRONG_CONFIGURATION, "floppy:a", "rocksdb:DIR",
                                store="floppy:a")

    def test_public_address(self):
        said = self.assert_not_started(self.server(), NOT_AVAILABLE, "0.0.0.0",
                                       listen="0.0.0.0:0")
        self.assertIn("loopback", said)

    def test_mistakes_in_a_program_file_are_all_named(self):
        server = self.server()
        file = server.folder / "mistaken.toml"
        file.write_text(MISTAKEN_PROGRAM)
        said = self.assert_not_started(server, WRONG_CONFIGURATION, program=file)
        lines = {int(line) for line in re.findall(rf"{re.escape(str(file))}:(\d+):\d+:", said)}
        wrong = {number for number, line in enumerate(MISTAKEN_PROGRAM.splitlines(), start=1)
                 if re.search("Angles|spendable|curency|much", line)}
        self.assertLessEqual(wrong, lines, said)
        self.assertFalse(server.data.exists(), "a store was made for a program that is wrong")

    def test_program_file_that_is_no_toml(self):
        server = self.server()
        file = server.folder / "broken.toml"
        file.write_text('id = "broken\n')
        said = self.assert_not_started(server, WRONG_CONFIGURATION, program=file)
        self.assertRegex(said, rf"{re.escape(str(file))}:1:\d+:")

    def test_missing_program_file(self):
        server = self.server()
        missing = server.folder / "missing.toml"
        self.assert_not_started(server, WRONG_CONFIGURATION, str(missing), program=missing)

    def test_wrong_settings(self):
        for flag, value in (("--listen", "nowhere"),
                            ("--clock", "sundial"), ("--shards", "many"),
                            ("--max-in-flight", "-1"), ("--no-such-flag", "1")):
            with self.subTest(flag=flag):
                self.assert_not_started(self.server(), WRONG_CONFIGURATION, flag.strip("-"),
                                        more=(flag, value))


if __name__ == "__main__":
    unittest.main()
