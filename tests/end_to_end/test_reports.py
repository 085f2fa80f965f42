# SPDX-License-Identifier: Apache-2.0
"""Reports over TCP: exact sums, the same after kill -9, and the same when they are made anew.

On its own: LOYALTY=build/loyalty python3 test_reports.py [--store rocksdb|redis]
"""

import argparse
import json
import subprocess
import sys
import unittest

from redis_server import RedisServer
from server import CLOUD_KICKS, DAY, MONDAY, ServerCase, program_under_test

arguments = argparse.Namespace(store="rocksdb")
MEMBERS = [f"m{number}" for number in range(12)]
MARCH = {"from": "2026-03-01", "until": "2026-04-01"}


class Reports(ServerCase):
    def setUp(self):
        super().setUp()
        self.options = {}
        if arguments.store == "redis":
            redis = RedisServer(self.folder / "redis").start()
            self.addCleanup(redis.kill)
            self.options = {"store": redis.url}
        self.fixed = ("--shards", "4", "--state-directory", str(self.folder / "state"))

    def start(self, server, program=None, clock_at=MONDAY, more=()):
        server.start(program=program, clock_at=clock_at, more=(*self.fixed, *more),
                     **self.options)
        return self.connect(server)

    def restarted(self, server, clock_at, more=()):
        server.kill()
        return self.start(server, clock_at=clock_at, more=more)

    def live(self, till):
        for member in MEMBERS:
            till.call("enroll_member", member=member, key="e")
            till.call("purchase", member=member, key="shoes", amount=10_000, category="shoes")
            till.call("purchase", member=member, key="serum", amount=5_000, category="beauty",
                      partner="kacy-retail")
            till.call("review", member=member, key="review", category="shoes")
        bought = till.call("purchase", member="m0", key="back", amount=4_000, category="shoes")
        till.call("reverse_activity", member="m0", key="return", journal=bought["journal"],
                  kept_amount=1_000)
        till.call("redeem", member="m1", key="drink", offer="free-drink")
        till.call("set_clock", now=MONDAY + DAY)

    def all_reports(self, till):
        reports = [till.call("program_report", by=by, per="day", **MARCH)
                   for by in ("currency", "subtype", "category", "partner", "category_partner",
                              "tier")]
        return [*reports, till.call("outstanding_points"), till.call("expiry_forecast"),
                till.call("outstanding_points", day="2026-03-02")]

    def check_sums(self, till):
        report = till.call("program_report", **MARCH)
        self.assertEqual(report["members"], {"enrolled": 12, "left": 0, "members": 12})
        line, = report["lines"]
        self.assertEqual(line["activity"]["amount"], 12 * 15_000 + 4_000)
        self.assertEqual(line["activity"]["returned_amount"], 3_000)
        self.assertEqual(line["activity"]["redemptions"], 1)
        points = {sums["currency"]: sums for sums in line["points"]}
        regular = points["regular-points"]
        # Joining 100, shoes 100, the partner's serum 2 x 50, the review 50 on the next day.
        self.assertEqual(regular["issued"], 12 * 350 + 40)
        self.assertEqual(regular["taken_back"], 30)
        self.assertEqual(regular["end"]["outstanding"],
                         regular["issued"] - 30 - regular["redeemed"])
        balances = [till.call("get_balances", member=member)["balances"] for member in MEMBERS]
        for currency, sums in points.items():
            self.assertEqual(sums["end"]["balance"],
                             sum(balance[currency]["available"] for balance in balances))

        none, beauty, shoes = till.call("program_report", by="category_partner", **MARCH)["lines"]
        self.assertEqual((beauty["category"], beauty["partner"]), ("beauty", "kacy-retail"))
        self.assertEqual(beauty["activity"]["partner_liability"], 12 * 100)
        self.assertEqual(none["activity"]["redemptions"], 1)
        self.assertEqual(shoes["activity"]["returns"], 1)
        credited = {sums["currency"]: sums["issued"] for sums in shoes["points"]}
        self.assertEqual(credited["regular-points"], 12 * 150 + 40)

        forecast = till.call("expiry_forecast", until="2030-01-01", currency="regular-points")
        self.assertEqual(sum(line["points"] for line in forecast["lines"]),
                         regular["end"]["outstanding"])
        schedules = [till.call("get_expiry_schedule", member=member)["expiries"]
                     for member in MEMBERS]
        days = {line["day"] for lines in schedules for line in lines}
        self.assertEqual({line["period"] for line in forecast["lines"]}, days)

    def test_sums_are_exact_and_survive(self):
        server = self.server()
        till = self.start(server, CLOUD_KICKS)
        self.live(till)
        self.check_sums(till)
        before = self.all_reports(till)
        now = MONDAY + DAY
        till = self.restarted(server, now)
        self.assertEqual(self.all_reports(till), before)
        till = self.restarted(server, now, more=("--rebuild-reports", "true"))
        self.assertEqual(self.all_reports(till), before)
        till.call("purchase", member="m0", key="more", amount=100)
        after = self.all_reports(till)
        till = self.restarted(server, now)
        self.assertEqual(self.all_reports(till), after)
        till.close()
        self.assertEqual(server.terminate(), 0)
        self.verify(self.options.get("store", f"rocksdb:{server.data}"))

    def test_tables_are_printed(self):
        server = self.server()
        till = self.start(server, CLOUD_KICKS)
        self.live(till)
        for what, words in [("totals", ["12 enrolled", "regular-points", "1840.00"]),
                            ("outstanding", ["12 members", "tier-points"]),
                            ("expiry", ["regular-points", "2029-03-02"])]:
            more = ["--until", "2026-04-01", "--from", "2026-03-01"] if what == "totals" else []
            more += ["--until", "2030-01-01"] if what == "expiry" else []
            command = [program_under_test(), "report", what, "--connect",
                       "{}:{}".format(*server.address), *more]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            for word in words:
                self.assertIn(word, done.stdout)
            done = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True)
            self.assertEqual(json.loads(done.stdout)["program"], "cloud-kicks")

    def test_a_ledger_is_proved(self):
        server = self.server()
        till = self.start(server, CLOUD_KICKS)
        self.live(till)
        for member in ("m0", "m1", "m2"):
            proof = till.call("verify_ledger", member=member)
            self.assertTrue(proof["ok"], proof)
            self.assertEqual(proof["findings"], [])
            for line in proof["currencies"]:
                self.assertEqual(line["sum"], 0)
        then = till.call("verify_ledger", member="m0", as_of=MONDAY)
        self.assertTrue(then["ok"], then)
        self.assertLess(then["facts"], till.call("verify_ledger", member="m0")["facts"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", choices=["rocksdb", "redis"], default="rocksdb")
    arguments, rest = parser.parse_known_args()
    unittest.main(argv=sys.argv[:1] + rest)
