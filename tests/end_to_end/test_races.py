# SPDX-License-Identifier: Apache-2.0
"""20 connections redeem one balance at once, while returns, cancellations and expiry race them.

On its own: LOYALTY=build/loyalty python3 test_races.py
                [--store rocksdb|redis] [--rounds N] [--seed N]
"""

import argparse
import random
import sys
import time
import unittest

from connection import Refused
from lots import Lots
from redis_server import RedisServer
from server import DAY, ServerCase

arguments = argparse.Namespace(store="rocksdb", rounds=30, seed=None)

CROWD = 20
MUG = 30
FIRST_DAY = 1_772_323_200_000  # 2026-03-01 00:00 UTC
EXPIRY = 30 * DAY
PROGRAM = """
id = "races"
time_zone = "UTC"
active = true
rules = [{id = "points", currency = "points", rate = 1, when = {activities = "purchase"}}]
offers = [{id = "mug", currency = "points", cost = 30}]

[[currencies]]
id = "points"
kind = "non_qualifying"
primary = true
expiry = "fixed"
expiry_period = "30 days"
"""


def day_of(instant):
    return instant - instant % DAY


def moved(ledger, event):
    """Points that left the member by such entries."""
    return -sum(entry["points"] for entry in ledger if entry["event"] == event)


class Races(ServerCase):
    def setUp(self):
        super().setUp()
        options = {}
        if arguments.store == "redis":
            redis = RedisServer(self.folder / "redis").start()
            self.addCleanup(redis.kill)
            options = {"store": redis.url,
                       "more": ("--state-directory", str(self.folder / "state"))}
        program = self.folder / "races.toml"
        program.write_text(PROGRAM, encoding="utf-8")
        self.running = self.started(clock_at=FIRST_DAY + EXPIRY, program=program, **options)
        self.store = options.get("store", f"rocksdb:{self.running.data}")
        self.till = self.connect(self.running)
        self.crowd = [self.connect(self.running) for _ in range(CROWD + 5)]

    def test_one_balance_is_never_overspent(self):
        seed = arguments.seed if arguments.seed is not None else random.randrange(1 << 32)
        print(f"seed {seed}", flush=True)
        chance = random.Random(seed)
        begin = time.monotonic()
        met = {"mugs": 0, "refused": 0, "expired": 0, "returned": 0, "came too late": 0}
        for number in range(arguments.rounds):
            # Noon; the oldest points end at the next midnight.
            self.now = FIRST_DAY + EXPIRY + number * DAY + DAY // 2
            self.till.call("set_clock", now=self.now)
            self.play(f"m{number}", chance, met)
        self.running.terminate()
        self.verify(self.store)
        print(f"{arguments.rounds} rounds on {arguments.store}: {met}, "
              f"{time.monotonic() - begin:.0f} s", flush=True)
        # Rounds in which nobody was in anybody's way would show nothing.
        for what, count in met.items():
            self.assertGreater(count, 0, what)

    def play(self, member, chance, met):
        self.member = member
        sales = self.prepare(chance)
        calls = self.crowded_calls(sales, chance)
        connections = chance.sample(self.crowd, len(calls))
        sent = [(connection, connection.send(method, **params), method)
                for connection, (method, params) in zip(connections, calls)]
        outcomes = [(method, connection.outcome(msgid)) for connection, msgid, method in sent]
        self.check(outcomes, sales, met)

    def prepare(self, chance):
        """Old points that end tonight, new ones, and a mug that will be brought back."""
        old = day_of(self.now) + DAY - EXPIRY
        self.write("enroll_member", "join", at=old)
        return {"old": self.buy("old", chance.randint(40, 150), at=old),
                "new": self.buy("new", chance.randint(60, 250)),
                "more": self.buy("more", chance.randint(1, 90)),
                "mug": self.write("redeem", "first", offer="mug")}

    def buy(self, key, dollars, **when):
        return self.write("purchase", key, amount=100 * dollars, **when)

    def write(self, method, key, **params):
        return self.till.call(method, member=self.member, key=key, **params)

    def crowded_calls(self, sales, chance):
        """In the order in which they are sent; whose turn comes first is up to the server."""
        def call(method, key, **params):
            return method, {"member": self.member, "key": key, **params}

        kept = 100 * chance.randint(0, sales["more"]["credited"]["points"])
        calls = [call("redeem", f"mug-{number}", offer="mug") for number in range(CROWD)]
        calls += [call("reverse_activity", "return-new", journal=sales["new"]["journal"]),
                  call("reverse_activity", "return-more", journal=sales["more"]["journal"],
                       kept_amount=kept),
                  call("cancel_redemption", "cancel-1", journal=sales["mug"]["journal"]),
                  call("cancel_redemption", "cancel-2", journal=sales["mug"]["journal"]),
                  ("set_clock", {"now": day_of(self.now) + DAY})]
        chance.shuffle(calls)
        return calls

    def check(self, outcomes, sales, met):
        ledger = self.till.call("get_ledger", member=self.member, limit=1000)["entries"]
        lots = Lots().follow(ledger, self.expiry_of(sales))
        answered = [(method, answer) for method, answer in outcomes if isinstance(answer, dict)]
        codes = [(method, refusal.code) for method, refusal in outcomes
                 if isinstance(refusal, Refused)]

        mugs = [answer for method, answer in answered if method == "redeem"]
        debits = [entry for entry in ledger if entry["event"] == "points_debited"]
        self.assertEqual(len(debits), len(mugs) + 1)
        self.assertEqual({entry["journal"] for entry in debits[1:]},
                         {mug["journal"] for mug in mugs})
        for mug in mugs:
            self.assertEqual(mug["balances"]["points"], self.balance_at(lots, mug["sequence"]))

        self.assertEqual(codes.count(("cancel_redemption", "ALREADY_CANCELLED")), 1, codes)
        self.assertEqual(len(codes) - 1, codes.count(("redeem", "INSUFFICIENT_POINTS")), codes)
        if len(codes) > 1:
            lowest = min(balance for sequence, balance in lots.balances.items()
                         if sequence >= sales["mug"]["sequence"])
            self.assertLess(lowest, MUG, "a mug was refused that could be paid")
        returns = [answer for method, answer in answered if method == "reverse_activity"]
        taken_back = sum(answer["taken_back"].get("points", 0) for answer in returns)
        self.assertEqual(taken_back, moved(ledger, "points_clawed_back"))
        self.check_state(lots)
        met["mugs"] += len(mugs)
        met["refused"] += len(codes) - 1
        met["expired"] += moved(ledger, "points_expired")
        met["returned"] += taken_back
        met["came too late"] += sum(answer["waived"].get("points", 0) for answer in returns)

    @staticmethod
    def expiry_of(sales):
        """Points of the old sale, which was reported late, end at the next midnight."""
        def expires(entry):
            is_old = entry["journal"] == sales["old"]["journal"]
            return day_of(entry["at"]) + (DAY if is_old else EXPIRY)
        return expires

    @staticmethod
    def balance_at(lots, sequence):
        return lots.balances[max(known for known in lots.balances if known <= sequence)]

    def check_state(self, lots):
        balances = self.till.call("get_balances", member=self.member)["balances"]["points"]
        self.assertEqual((balances["available"], balances["arrears"], balances["held"]),
                         (lots.balance, 0, 0))
        schedule = self.till.call("get_expiry_schedule", member=self.member)["expiries"]
        expected = {}
        for lot, points in lots.remaining.items():
            if points:
                expected[lots.expires[lot]] = expected.get(lots.expires[lot], 0) + points
        self.assertEqual({line["at"]: line["points"] for line in schedule}, expected)
        for lot, points in lots.remaining.items():
            trace = self.till.call("get_trace", member=self.member, credit=lot)
            self.assertEqual(lots.original[lot] - trace["total"], points)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--store", choices=("rocksdb", "redis"), default="rocksdb")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--seed", type=int)
    arguments, rest = parser.parse_known_args()
    unittest.main(argv=sys.argv[:1] + rest)
