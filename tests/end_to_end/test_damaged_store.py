# SPDX-License-Identifier: Apache-2.0
"""A damaged store is recovered exactly, or not served: it never answers wrongly.

The one stated exception is the last second of the log, which a crash may have left half-written:
what stands behind the damage is then missing, and never something in the middle.
"""

import random
import shutil
import unittest

from audit import whole_ledger
from server import DidNotStart, ServerCase

MEMBERS = [f"m{number}" for number in range(6)]
PURCHASES = 60
DAMAGED = 78
COPIES = 8


class DamagedStore(ServerCase):
    def setUp(self):
        super().setUp()
        seed = random.randrange(1 << 32)
        print(f"seed {seed}", flush=True)
        self.random = random.Random(seed)

    def fill(self, server):
        """Work for some members; what is in the store, as seen by a client."""
        with server.connect() as connection:
            for member in MEMBERS:
                connection.call("enroll_member", member=member, key="e")
            for number in range(PURCHASES):
                for member in MEMBERS:
                    connection.call("purchase", member=member, key=f"p{number}",
                                    amount=100 * number, partner="kacy-retail")
            return self.seen(connection)

    def seen(self, connection):
        state = {member: (connection.call("get_member", member=member),
                          whole_ledger(connection, member)) for member in MEMBERS}
        state["partner"] = connection.call("get_partner_position", partner="kacy-retail")
        return state

    def flip(self, file, first, last):
        """Flips a few bits between two parts (0 to 1) of a file."""
        data = bytearray(file.read_bytes())
        at = self.random.randrange(int(len(data) * first), max(1, int(len(data) * last)))
        for offset in range(at, min(at + 4, len(data))):
            data[offset] ^= self.random.randrange(1, 256)
        file.write_bytes(data)
        return f"{file.name}, byte {at} of {len(data)}"

    def damaged_copies(self, original, pattern, count, first=0.0, last=1.0):
        for number in range(count):
            copy = self.server()
            shutil.copytree(original.data, copy.data)
            files = sorted(copy.data.rglob(pattern), key=lambda file: file.stat().st_size)
            self.assertTrue(files, f"no {pattern} in the store")
            yield copy, self.flip(files[-1], first, last)

    def outcome(self, server):
        """None when it refuses to serve, else what it says."""
        try:
            server.start(program=None)
        except DidNotStart as refusal:
            self.assertEqual(refusal.code, DAMAGED, refusal.log)
            self.assertRegex(refusal.log, f"{server.data}|shard [0-9]+")
            return None
        with server.connect() as connection:
            return self.seen(connection)

    def assert_never_wrong(self, original, expected, pattern, **where):
        refused = 0
        for copy, what in self.damaged_copies(original, pattern, COPIES, **where):
            with self.subTest(damage=what):
                seen = self.outcome(copy)
                refused += seen is None
                if seen is not None:
                    self.assertEqual(seen, expected)
            copy.kill()
        print(f"{pattern}: {refused} of {COPIES} refused, the others recovered", flush=True)

    def test_log(self):
        server = self.started()
        expected = self.fill(server)
        server.terminate()  # which leaves the log, and a watermark that covers it
        self.assert_never_wrong(server, expected, "*.log")

    def test_end_of_the_log(self):
        """What a crash may have done to the last second is cut off, and the log says so."""
        server = self.started()
        expected = self.fill(server)
        server.kill()
        for copy, what in self.damaged_copies(server, "*.log", COPIES, first=0.7):
            with self.subTest(damage=what):
                seen = self.outcome(copy)
                if seen is not None and seen != expected:
                    self.assertIn("was cut there", copy.log())
                    for member in MEMBERS:
                        ledger = seen[member][1]
                        self.assertEqual(ledger, expected[member][1][:len(ledger)])
            copy.kill()

    def test_tables(self):
        server = self.started()
        expected = self.fill(server)
        server.terminate()
        server.start(program=None)  # opening writes the log into tables
        server.terminate()
        self.assert_never_wrong(server, expected, "*.sst")

    def test_lost_files(self):
        server = self.started()
        expected = self.fill(server)
        server.terminate()
        server.start(program=None)
        server.terminate()
        for pattern in ("*.sst", "MANIFEST-*", "CURRENT"):
            with self.subTest(lost=pattern):
                copy = self.server()
                shutil.copytree(server.data, copy.data)
                files = sorted(copy.data.rglob(pattern), key=lambda file: file.stat().st_size)
                files[-1].unlink()
                seen = self.outcome(copy)
                if seen is not None:
                    self.assertEqual(seen, expected)
                copy.kill()

    def test_the_undamaged_store_is_served(self):
        server = self.started()
        expected = self.fill(server)
        server.kill()
        copy = self.server()
        shutil.copytree(server.data, copy.data)
        self.assertEqual(self.outcome(copy), expected)


if __name__ == "__main__":
    unittest.main()
