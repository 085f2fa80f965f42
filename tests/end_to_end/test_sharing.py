# SPDX-License-Identifier: Apache-2.0
"""Points that go from one member to another arrive once, whatever dies meanwhile (domain.md F23,
F62)."""

import random
import unittest

from connection import Lost, Refused
from server import ServerCase

MEMBERS = [f"m{number}" for number in range(12)]
EACH = 10_000


class Sharing(ServerCase):
    def setUp(self):
        super().setUp()
        self.shop = self.started()
        self.till = self.connect(self.shop)
        for member in MEMBERS:
            self.till.call("enroll_member", member=member, key="e")
            self.till.call("credit_points", member=member, key="c", points=EACH,
                           currency="regular-points", reason="a start")
        self.each = self.balance("m0")

    def balance(self, member):
        return self.till.call("get_balances", member=member)["balances"]["regular-points"][
            "available"]

    def check_store(self):
        self.shop.terminate()
        self.verify(f"rocksdb:{self.shop.data}")

    def test_who_is_answered_finds_the_points_at_the_other(self):
        for number in range(50):
            self.till.call("transfer_points", member="m0", to=MEMBERS[1 + number % 11],
                           key=f"t{number}", points=7, currency="regular-points")
            self.assertEqual(sum(self.balance(member) for member in MEMBERS), 12 * self.each)
        self.check_store()

    def test_a_refused_transfer_takes_nothing(self):
        self.till.call("freeze_member", member="m1", key="f", reason="test")
        for to, code in (("nobody", "UNKNOWN_MEMBER"), ("m1", "MEMBER_NOT_ACTIVE"),
                         ("m0", "INVALID_PARAM"), ("no body", "INVALID_PARAM")):
            outcome = self.till.outcome_of("transfer_points", member="m0", to=to, key=f"to {to}",
                                           points=7)
            self.assert_refused(outcome, code, "to")
        self.assertEqual(self.balance("m0"), self.each)

    def test_kills_neither_lose_nor_double_what_is_under_way(self):
        seed = random.randrange(10**9)
        dice = random.Random(seed)
        transfers = []
        for number in range(240):
            source, target = dice.sample(MEMBERS, 2)
            transfers.append({"member": source, "to": target, "key": f"t{number}",
                              "points": dice.randrange(1, 200), "currency": "regular-points"})
        for _ in range(5):
            connections = [self.connect(self.shop) for _ in range(4)]
            try:
                for number, transfer in enumerate(transfers):
                    connections[number % 4].send("transfer_points", **transfer)
                for _ in range(dice.randrange(40)):
                    if not connections[0].receive(0.1):  # all have been answered
                        break
            except (Lost, OSError):
                pass
            self.shop.kill()
            self.shop.start(program=None)
        self.till = self.connect(self.shop)
        expected = dict.fromkeys(MEMBERS, self.each)
        for transfer in transfers:
            if not isinstance(self.till.outcome_of("transfer_points", **transfer), Refused):
                expected[transfer["member"]] -= transfer["points"]
                expected[transfer["to"]] += transfer["points"]
        self.assertEqual({member: self.balance(member) for member in MEMBERS}, expected,
                         f"seed {seed}")
        self.check_store()

    def test_a_merged_member_goes_on_in_the_other(self):
        self.till.call("merge_member", member="m0", into="m1", key="m", reason="twice enrolled")
        self.assertEqual((self.balance("m0"), self.balance("m1")), (0, 2 * self.each))
        outcome = self.till.outcome_of("purchase", member="m0", key="p", amount=100)
        self.assert_refused(outcome, "MEMBER_NOT_ACTIVE", "member")
        self.check_store()

    def test_groups_get_their_share_of_what_is_earned(self):
        self.till.call("join_group", member="m0", group="m1", percent=30, key="j1")
        self.till.call("join_group", member="m0", group="m2", percent=70, key="j2")
        outcome = self.till.outcome_of("join_group", member="m0", group="m3", percent=1, key="j3")
        self.assert_refused(outcome, "LIMIT_EXCEEDED", "percent")
        before = {member: self.balance(member) for member in ("m0", "m1", "m2")}
        earned = self.till.call("purchase", member="m0", key="p", amount=1_000)["credited"][
            "regular-points"]
        self.till.receive(0)
        self.shop.kill()
        self.shop.start(program=None)
        self.till = self.connect(self.shop)
        self.till.call("transfer_points", member="m1", to="m2", key="wait", points=1,
                       currency="regular-points")
        after = {member: self.balance(member) for member in before}
        parts = [earned * percent // 100 for percent in (30, 70)]
        self.assertEqual(after["m0"] - before["m0"], earned - sum(parts))
        self.assertEqual(sum(after.values()) - sum(before.values()), earned)
        self.check_store()


if __name__ == "__main__":
    unittest.main()
