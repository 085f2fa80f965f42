# SPDX-License-Identifier: Apache-2.0
"""What all members share is given away to the last piece and no further, whoever asks at once and
whatever dies meanwhile (domain.md F46, F51, U9)."""

import random
import unittest

from connection import Lost, Refused
from server import ServerCase

MEMBERS = [f"m{number}" for number in range(60)]
REWARDS = 40
PACK = 2_500

PROGRAM = f"""
id = "shop"
time_zone = "UTC"
active = true
currencies = [{{id = "points", kind = "non_qualifying", primary = true}}]

[[rules]]
id = "points"
currency = "points"
rate = 1
when = {{activities = "purchase"}}

[[promotions]]
id = "first"
kind = "standard"
when = {{activities = "review"}}
reward = {{points = 7}}
limits = {{rewards = {REWARDS}}}

[[promotions]]
id = "pot"
kind = "standard"
when = {{activities = "survey"}}
reward = {{points = 30}}
limits = {{points = 1000}}

[[partners]]
id = "mill"
billing = "pre_paid"
alert_below = 600
rates = [{{currency = "points", accrual_price = 0.01, redemption_price = 0.01}}]
"""


class Budgets(ServerCase):
    def setUp(self):
        super().setUp()
        self.program = self.folder / "shop.toml"
        self.program.write_text(PROGRAM)
        self.shop = self.started(program=self.program)
        self.till = self.connect(self.shop)
        for member in MEMBERS:
            self.till.call("enroll_member", member=member, key="e")

    def at_once(self, method, key, **params):
        """The same call of all members at once, over several connections; tells what came of it."""
        connections = [self.connect(self.shop) for _ in range(8)]
        sent = []
        for number, member in enumerate(MEMBERS):
            connection = connections[number % len(connections)]
            sent.append((connection, connection.send(method, member=member, key=key, **params)))
        return [connection.outcome(number) for connection, number in sent]

    def restart(self):
        self.shop.kill()
        self.shop.start(program=None)
        self.till = self.connect(self.shop)

    def check_store(self):
        self.shop.terminate()
        self.verify(f"rocksdb:{self.shop.data}")

    def points(self, member):
        return self.till.call("get_balances", member=member)["balances"].get(
            "points", {"available": 0})["available"]

    def points_of_all(self):
        return sum(self.points(member) for member in MEMBERS)

    def test_exactly_as_many_rewards_as_there_are(self):
        self.at_once("review", "r1", product="x")
        self.at_once("review", "r2", product="x")
        self.assertEqual(self.points_of_all(), 7 * REWARDS)
        budget = self.till.call("get_promotion_budget", promotion="first")
        self.assertEqual((budget["used"]["rewards"], budget["left"]["rewards"]), (REWARDS, 0))
        self.restart()
        self.assertEqual(self.till.call("get_promotion_budget", promotion="first"), budget)
        self.at_once("review", "r3", product="x")
        self.assertEqual(self.points_of_all(), 7 * REWARDS)
        self.check_store()

    def test_the_last_award_is_what_is_left(self):
        self.at_once("record_activity", "s", type="survey")
        self.assertEqual(self.points_of_all(), 1_000)
        given = sorted(self.points(member) for member in MEMBERS)
        self.assertEqual(given[-33:], [30] * 33)
        self.assertEqual([points for points in given if points not in (0, 30)], [10])

    def test_a_pack_is_never_overdrawn(self):
        self.till.call("add_partner_pack", partner="mill", points=PACK, key="pack")
        outcomes = self.at_once("purchase", "p", amount=10_000, partner="mill")
        refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
        self.assertEqual(len(MEMBERS) - len(refused), PACK // 100)
        self.assertEqual({outcome.code for outcome in refused}, {"PARTNER_PACK_EXHAUSTED"})
        self.assertEqual(self.points_of_all(), PACK)
        position = self.till.call("get_partner_position", partner="mill")
        self.assertEqual((position["pack_bought"], position["pack_used"], position["pack_left"]),
                         (PACK, PACK, 0))
        # The same key is refused the same way, when there is a new pack as well; another is not.
        self.till.call("add_partner_pack", partner="mill", points=100, key="more")
        poor = MEMBERS[next(n for n, o in enumerate(outcomes) if isinstance(o, Refused))]
        with self.assertRaises(Refused) as again:
            self.till.call("purchase", member=poor, key="p", amount=10_000, partner="mill")
        self.assertEqual(again.exception.code, "PARTNER_PACK_EXHAUSTED")
        bought = self.till.call("purchase", member=poor, key="p2", amount=10_000, partner="mill")
        self.till.call("reverse_activity", member=poor, key="back", journal=bought["journal"])
        position = self.till.call("get_partner_position", partner="mill")
        self.assertEqual(position["pack_left"], 100)
        self.check_store()

    def test_kills_neither_lose_nor_add_anything(self):
        seed = random.randrange(10**9)
        dice = random.Random(seed)
        for life in range(6):
            connections = [self.connect(self.shop) for _ in range(4)]
            try:
                for number, member in enumerate(MEMBERS):
                    connections[number % 4].send("review", member=member, key=f"r{life % 3}",
                                                 product="x")
                for _ in range(dice.randrange(60)):
                    if not connections[0].receive(0.1):  # all have been answered
                        break
            except (Lost, OSError):
                pass
            self.restart()
        for life in range(3):
            self.at_once("review", f"r{life}", product="x")
        self.assertEqual(self.points_of_all(), 7 * REWARDS, f"seed {seed}")
        budget = self.till.call("get_promotion_budget", promotion="first")
        self.assertEqual(budget["used"]["rewards"], REWARDS, f"seed {seed}")
        self.check_store()


if __name__ == "__main__":
    unittest.main()
