# SPDX-License-Identifier: Apache-2.0
"""`loyalty replay`: what a changed program would have made of an imported history is exactly what a
second server made of it that had the changed program from the start.

On its own: LOYALTY=build/loyalty python3 test_replay.py [--cdnow]. With --cdnow it takes all rows of
../shared/data/cdnow.txt; where that file is missing, a longer generated log.
"""

import csv
import json
import subprocess
import sys
import unittest

from redis_server import RedisServer
from server import CLOUD_KICKS, DAY, MONDAY, ServerCase, program_under_test
from test_import import the_log
import purchase_log

PIPELINE = 64
SOON = MONDAY + 7 * DAY


def changed_program():
    """Cloud Kicks with tiers that are easier to reach and half as many points again for shoes."""
    text = CLOUD_KICKS.read_text()
    for old, new in (("threshold = 500", "threshold = 300"),
                     ("threshold = 1500", "threshold = 900")):
        assert old in text, old
        text = text.replace(old, new)
    before, rule, after = text.partition('id = "shoe-purchase"')
    assert "rate = 1\n" in after
    return before + rule + after.replace("rate = 1\n", "rate = 1.5\n", 1)


class Replay(ServerCase):
    @classmethod
    def setUpClass(cls):
        cls.log = the_log()
        cls.members = sorted({fields[1] for fields in cls.log})

    def setUp(self):
        super().setUp()
        self.csv = self.folder / "log.csv"
        purchase_log.write_csv(self.log, self.csv)
        self.changed = self.folder / "changed.toml"
        self.changed.write_text(changed_program())

    def imported(self, **options):
        server = self.started(**options)
        host, port = server.address
        subprocess.run([program_under_test(), "import", "--connect", f"{host}:{port}", "--program",
                        "cloud-kicks", "--csv", str(self.csv), "--key", "row", "--enroll",
                        "--map", "member=member,at=day,amount=amount,units=units"],
                       check=True, capture_output=True)
        return server

    def run_replay(self, file, store, *more):
        return subprocess.run([program_under_test(), "replay", str(file), "--store", store, *more],
                              capture_output=True, text=True, check=False)

    def replay(self, file, store, *more):
        done = self.run_replay(file, store, "--to", str(SOON), "--json", *more)
        self.assertEqual(done.returncode, 0, done.stderr)
        print(done.stderr.strip().splitlines()[-1], flush=True)
        return done.stdout

    def ask_all(self, server, method, **params):
        answers = {}
        with server.connect() as connection:
            for first in range(0, len(self.members), PIPELINE):
                calls = {member: connection.send(method, member=member, **params)
                         for member in self.members[first:first + PIPELINE]}
                for member, msgid in calls.items():
                    answers[member] = connection.outcome(msgid)
        return answers

    def test_reconciles_with_a_server_that_had_the_change(self):
        server = self.imported()
        second = self.imported(program=self.changed)
        store = f"rocksdb:{server.data}"
        before = self.ask_all(server, "get_member")

        # While the server runs, and the same with any number of threads.
        members = self.folder / "members.csv"
        outputs = {self.replay(self.changed, store, "--threads", threads, "--csv", str(members))
                   for threads in ("1", "2", "2")}
        self.assertEqual(len(outputs), 1)
        report = json.loads(outputs.pop())
        self.assertEqual(self.ask_all(server, "get_member"), before)
        self.assertEqual(report["refused"], [])
        self.assertGreater(report["changed"], 0)
        self.assertGreater(report["tiers_up"], 0)
        self.assertEqual(report["members"], len(self.members))
        self.assertEqual(report["activities"], len(self.members) + len(self.log))

        with second.connect() as connection:
            connection.call("set_clock", now=SOON - 1)
        self.assert_reconciles(second, report["proposed"], members, "proposed")
        with server.connect() as connection:
            connection.call("set_clock", now=SOON - 1)
        self.assert_reconciles(server, report["actual"], members, "actual")

        # A second server whose own rules are replayed says the same of itself.
        own = json.loads(self.replay(self.changed, f"rocksdb:{second.data}"))
        self.assertEqual(own["actual"], own["proposed"])
        self.assertEqual(own["changed"], 0)
        self.assertEqual(own["proposed"], report["proposed"])

    def assert_reconciles(self, server, side, members, which):
        """Balances and tiers member by member, and the sums of all entries of all ledgers."""
        state = self.ask_all(server, "get_member")
        with open(members, newline="", encoding="utf-8") as lines:
            rows = {row["member"]: row for row in csv.DictReader(lines)}
        self.assertEqual(set(rows), set(self.members))
        for member, answer in state.items():
            for currency, balance in answer["balances"].items():
                self.assertEqual(int(rows[member][f"{currency} {which}"]), balance["available"]
                                 if isinstance(balance, dict) else balance, (member, currency))
        tiers = self.ask_all(server, "get_tier_progress")
        for member, answer in tiers.items():
            for group in answer["groups"]:
                self.assertEqual(rows[member][f"{group['group']} {which}"], group["tier"], member)
        sums = {line["currency"]: {"points_credited": 0, "points_expired": 0, "points_debited": 0}
                for line in side["currencies"]}
        for ledger in self.ask_all(server, "get_ledger", limit=1000).values():
            self.assertFalse(ledger["more"])
            for entry in ledger["entries"]:
                if entry["event"] in ("points_credited", "points_expired", "points_debited"):
                    sums[entry["currency"]][entry["event"]] += entry["points"]
        for line in side["currencies"]:
            name = line["currency"]
            self.assertEqual(line["credited"], sums[name]["points_credited"], name)
            self.assertEqual(line["expired"], abs(sums[name]["points_expired"]), name)
            self.assertEqual(line["spent"], abs(sums[name]["points_debited"]), name)

    def correct(self, server, *more):
        host, port = server.address
        return subprocess.run([program_under_test(), "correct", "--connect", f"{host}:{port}",
                               "--program", "cloud-kicks", "--csv", str(self.folder / "list.csv"),
                               "--name", "shoes", "--reason", "wrong rate", "--actor", "kim",
                               "--json", *more], capture_output=True, text=True, check=False)

    def live(self, server):
        """Purchases of this month, whose points are there, and a redemption."""
        with server.connect() as connection:
            for member in self.members[:30]:
                connection.call("purchase", member=member, key="new", amount=40_000,
                                category="shoes")
            connection.call("redeem", member=self.members[0], key="drink", offer="free-drink")

    def test_corrections_make_balances_what_the_mended_rule_would_have_made(self):
        server, second = self.imported(), self.imported(program=self.changed)
        self.live(server)
        self.live(second)
        self.replay(self.changed, f"rocksdb:{server.data}", "--csv",
                    str(self.folder / "list.csv"))
        for one in (server, second):
            with one.connect() as connection:
                connection.call("set_clock", now=SOON)
        before = self.ask_all(server, "get_balances")
        asked = self.correct(server, "--dry-run")
        self.assertEqual(asked.returncode, 0, asked.stderr)
        self.assertEqual(self.ask_all(server, "get_balances"), before)

        done = self.correct(server)
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        totals = json.loads(done.stdout)
        self.assertEqual((totals["posted"], totals["rejected"]), (totals["entries"], 0))
        with open(self.folder / "list.csv", newline="", encoding="utf-8") as lines:
            more = {row["member"]: int(row["regular-points proposed"])
                    - int(row["regular-points actual"]) for row in csv.DictReader(lines)}
        self.assertGreaterEqual(sum(more.values()), 30 * 200)
        self.assertEqual(totals["given"], {"regular-points": sum(more.values())})
        self.assertEqual({**json.loads(asked.stdout), "posted": totals["posted"]}, totals)
        wanted = self.ask_all(second, "get_balances")
        for member, answer in self.ask_all(server, "get_balances").items():
            for currency, balance in answer["balances"].items():
                self.assertEqual(balance["available"],
                                 wanted[member]["balances"][currency]["available"], member)

        # Each entry says why; and the same command again corrects nobody twice.
        with server.connect() as connection:
            ledger = connection.call("get_ledger", member=self.members[1], limit=1000)
            entry = ledger["entries"][-1]
            self.assertEqual(entry["points"], more[self.members[1]])
            journal = connection.call("explain", member=self.members[1],
                                      sequence=entry["sequence"])
            self.assertIn("shoes: ", str(journal))
            self.assertIn("wrong rate", str(journal))
        again = json.loads(self.correct(server).stdout)
        self.assertEqual((again["posted"], again["replayed"]), (0, totals["posted"]))
        server.terminate()
        self.verify(f"rocksdb:{server.data}")

    def test_a_correction_takes_no_more_than_there_is(self):
        server = self.imported()
        self.live(server)
        (self.folder / "list.csv").write_text(
            "member,regular-points actual,regular-points proposed\n"
            f"{self.members[1]},400,300\n{self.members[2]},400,-100000\nnobody,0,5\n")
        done = self.correct(server)
        self.assertEqual(done.returncode, 1)
        totals = json.loads(done.stdout)
        self.assertEqual((totals["posted"], totals["rejected"], totals["taken"]),
                         (1, 2, {"regular-points": 100}))
        with open(self.folder / "list.csv.rejects.csv", newline="", encoding="utf-8") as lines:
            rejects = {row["member"]: row["error"] for row in csv.DictReader(lines)}
        self.assertIn("INSUFFICIENT_POINTS", rejects[self.members[2]])
        self.assertIn("UNKNOWN_MEMBER", rejects["nobody"])

    def test_a_correction_wants_the_list_of_a_replay(self):
        server = self.imported()
        for text in ("", "member,gold\nada,1\n",
                     "member,regular-points actual,regular-points proposed\nada,1,many\n"):
            (self.folder / "list.csv").write_text(text)
            self.assertEqual(self.correct(server).returncode, 2, text)
        self.assertEqual(self.correct(server, "--name", "no name").returncode, 2)

    def definition(self, server):
        with server.connect() as connection:
            return connection.call("describe_program")["definition"]

    def test_over_the_wire_it_says_the_same_wherever_the_store_is(self):
        redis = RedisServer(self.folder / "redis", "everysec").start()
        self.addCleanup(redis.kill)
        changed = self.definition(self.started(program=self.changed))
        server = self.imported()
        expected = json.loads(self.replay(self.changed, f"rocksdb:{server.data}"))
        relaxed = ("--durability", "relaxed", "--state-directory", str(self.folder / "state"))
        for one in (server, self.imported(store="memory"),
                    self.imported(store=redis.url, more=relaxed)):
            with one.connect() as connection:
                before = connection.call("get_member", member=self.members[0])
                said = connection.call("replay_program", definition=changed, to=SOON)
                self.assertEqual(said, expected)
                self.assertEqual(connection.call("get_member", member=self.members[0]), before)

    def test_over_the_wire_there_is_one_at_a_time_and_the_server_can_stop(self):
        server = self.imported()
        definition = self.definition(server)
        with server.connect() as connection:
            first = connection.send("replay_program", definition=definition)
            second = connection.send("replay_program", definition=definition)
            self.assert_refused(connection.outcome(second), "OVERLOADED")
            self.assertEqual(connection.outcome(first)["changed"], 0)
            connection.send("replay_program", definition=definition)
            connection.call("ping")
            server.terminate()
        self.verify(f"rocksdb:{server.data}")

    def test_says_the_same_on_redis(self):
        redis = RedisServer(self.folder / "redis", "everysec").start()
        self.addCleanup(redis.kill)
        relaxed = ("--durability", "relaxed", "--state-directory", str(self.folder / "state"))
        self.imported(store=redis.url, more=relaxed)
        server = self.imported()
        self.assertEqual(self.replay(self.changed, redis.url),
                         self.replay(self.changed, f"rocksdb:{server.data}"))

    def test_a_period_in_words_and_what_is_refused(self):
        server = self.imported()
        store = f"rocksdb:{server.data}"
        text = self.run_replay(self.changed, store, "--from", "1997-07-01", "--to", "2026-03-09")
        self.assertEqual(text.returncode, 0, text.stderr)
        self.assertIn("from 1997-07-01 to 2026-03-09 (not included)", text.stdout)
        for more, said in ((("--from", "yesterday"), "--from: expected a day"),
                           (("--from", "2026-01-02", "--to", "2026-01-01"), "must be before"),
                           (("--program", "shoe-shop"), 'the store has no program "shoe-shop"'),
                           (("--by", "gold"), 'no currency "gold"')):
            refused = self.run_replay(self.changed, store, *more)
            self.assertEqual(refused.returncode, 2, more)
            self.assertIn(said, refused.stderr)


if __name__ == "__main__":
    unittest.main(argv=[argument for argument in sys.argv if argument != "--cdnow"])
