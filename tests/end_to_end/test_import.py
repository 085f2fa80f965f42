# SPDX-License-Identifier: Apache-2.0
"""`loyalty import`: exact totals, harmless repetition, and going on after kill -9 of the server.

On its own: LOYALTY=build/loyalty python3 test_import.py [--cdnow]. With --cdnow it takes all rows
of ../shared/data/cdnow.txt; where that file is missing, a longer generated log.
"""

import json
import subprocess
import sys
import unittest
from collections import Counter

import purchase_log
from connection import Refused
from redis_server import RedisServer
from server import ServerCase, program_under_test

IMPORT_SECONDS = 600
PIPELINE = 64
NOTHING_BOUGHT = {"tier-points": 500}


def the_log():
    if "--cdnow" not in sys.argv:
        return purchase_log.generated()
    if purchase_log.CDNOW.exists():
        print(f"importing {purchase_log.CDNOW}", flush=True)
        return purchase_log.cdnow()
    print(f"there is no {purchase_log.CDNOW}: importing a generated log", flush=True)
    return purchase_log.generated(rows=30_000, members=8_000)


class Import(ServerCase):
    @classmethod
    def setUpClass(cls):
        cls.log = the_log()
        cls.expected = purchase_log.expected_totals(cls.log)
        cls.members = sorted({fields[1] for fields in cls.log})

    def setUp(self):
        super().setUp()
        self.csv = self.folder / "log.csv"
        purchase_log.write_csv(self.log, self.csv)

    def command(self, server):
        host, port = server.address
        return [program_under_test(), "import", "--connect", f"{host}:{port}", "--program",
                "cloud-kicks", "--csv", str(self.csv), "--key", "row", "--enroll", "--json",
                "--map", "member=member,at=day,amount=amount,units=units"]

    def run_import(self, server):
        done = subprocess.run(self.command(server), capture_output=True, text=True, check=False,
                              timeout=IMPORT_SECONDS)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout.splitlines()[-1])

    def assert_totals(self, totals, imported=None):
        for name, value in self.expected.items():
            self.assertEqual(totals[name], value, name)
        self.assertEqual(totals["imported"] + totals["replayed"], len(self.log))
        if imported is not None:
            self.assertEqual(totals["imported"], imported)

    def ask_all(self, server, method, **params):
        """The same question about every member; {member: answer}."""
        answers = {}
        with server.connect() as connection:
            for first in range(0, len(self.members), PIPELINE):
                calls = {member: connection.send(method, member=member, **params)
                         for member in self.members[first:first + PIPELINE]}
                for member, msgid in calls.items():
                    answers[member] = connection.outcome(msgid)
                    self.assertNotIsInstance(answers[member], Refused, member)
        return answers

    def assert_server_agrees(self, server):
        """The ledgers hold what the import says it did, and the points for joining."""
        credited = Counter()
        for member, ledger in self.ask_all(server, "get_ledger", limit=1000).items():
            self.assertFalse(ledger["more"], member)
            for entry in ledger["entries"]:
                if entry["event"] == "points_credited" and entry["rule"] != "welcome":
                    credited[entry["currency"]] += entry["points"]
        self.assertEqual(credited, Counter(self.expected["points"]))

    def test_totals_and_repetition(self):
        zero = sum(fields[4] == 0 for fields in self.log)
        repeated = len(self.log) - len({fields[1:] for fields in self.log})
        print(f"{len(self.log)} rows, {zero} of amount 0.00, {repeated} repeated", flush=True)
        self.assertGreater(zero, 0)
        self.assertGreater(repeated, 0)
        server = self.started()
        self.assert_totals(self.run_import(server), imported=len(self.log))
        self.assert_server_agrees(server)
        state = self.ask_all(server, "get_member")
        self.assert_totals(self.run_import(server), imported=0)
        self.assertEqual(self.ask_all(server, "get_member"), state)

    def test_every_store_exports_the_same_bytes(self):
        redis = RedisServer(self.folder / "redis", "everysec").start()
        self.addCleanup(redis.kill)
        relaxed = ("--durability", "relaxed", "--state-directory", str(self.folder / "state"))
        exports = []
        for store, more in ((None, ()), (redis.url, relaxed)):
            server = self.started(store=store, more=more)
            self.run_import(server)
            self.assertEqual(server.terminate(), 0)
            store = store or f"rocksdb:{server.data}"
            self.verify(store)
            file = self.folder / f"export-{len(exports)}"
            subprocess.run([program_under_test(), "export", "--store", store, "--output",
                            str(file)], check=True)
            exports.append(file.read_bytes())
        self.assertGreater(len(exports[0]), 100 * len(self.log))
        self.assertEqual(exports[0], exports[1])

    def test_kill_and_resume(self):
        whole = self.started()
        self.run_import(whole)
        expected = self.ask_all(whole, "get_member")
        ledgers = self.ask_all(whole, "get_ledger", limit=1000)
        whole.kill()

        server = self.started()
        with subprocess.Popen(self.command(server), stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as importer:
            buyers = [fields[1] for fields in self.log if fields[4] >= 100]
            self.wait_for_purchase(server, buyers[len(buyers) // 3])
            server.kill()
            self.assertEqual(importer.wait(IMPORT_SECONDS), 1)
        server.start(program=None)
        totals = self.run_import(server)
        self.assert_totals(totals)
        print(f"resumed after {totals['replayed']} rows", flush=True)
        self.assertGreater(totals["replayed"], 0, "killed before it began")
        self.assertGreater(totals["imported"], 0, "killed after it was done")
        self.assertEqual(self.ask_all(server, "get_member"), expected)
        self.assertEqual(self.ask_all(server, "get_ledger", limit=1000), ledgers)

    def wait_for_purchase(self, server, member):
        """Until the member is enrolled and has bought something."""
        with server.connect() as connection:
            for _ in range(1_000_000):
                seen = connection.outcome_of("get_tier_progress", member=member)
                if not isinstance(seen, Refused) and any(
                        group["missing_to_reach"] != NOTHING_BOUGHT for group in seen["groups"]):
                    return
        self.fail("the import does not get there")


if __name__ == "__main__":
    unittest.main(argv=[argument for argument in sys.argv if argument != "--cdnow"])
