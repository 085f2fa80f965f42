# SPDX-License-Identifier: Apache-2.0
"""Keys and concurrency: one effect, one answer, whoever asks and however often."""

import unittest

from connection import Refused, first_result
from server import ServerCase

CROWD = 20


class Retries(ServerCase):
    def setUp(self):
        super().setUp()
        self.running = self.started()
        self.till = self.connect(self.running)
        self.till.call("enroll_member", member="ada", key="enroll")

    def from_everywhere(self, method, params):
        """Calls from as many connections at once; their outcomes."""
        crowd = [self.connect(self.running) for _ in range(CROWD)]
        calls = [connection.send(method, **params(number))
                 for number, connection in enumerate(crowd)]
        return [connection.outcome(msgid) for connection, msgid in zip(crowd, calls)]

    def state(self):
        return self.till.call("get_member", member="ada")

    def test_one_key_from_many_connections_has_one_effect(self):
        params = {"member": "ada", "key": "latte", "amount": 4_200, "category": "coffee"}
        outcomes = self.from_everywhere("purchase", lambda _: params)
        bodies = [first_result(outcome) for outcome in outcomes]
        self.assertEqual(bodies, [bodies[0]] * CROWD)
        replayed = [outcome.get("replayed", False) for outcome in outcomes]
        self.assertEqual(sorted(replayed), [False] + [True] * (CROWD - 1))
        balances = self.till.call("get_balances", member="ada")["balances"]
        self.assertEqual(balances["regular-points"]["available"], 100 + 42)
        self.assertEqual(self.state()["sequence"], bodies[0]["sequence"])

    def test_one_key_with_many_bodies_has_one_effect(self):
        outcomes = self.from_everywhere(
            "purchase", lambda number: {"member": "ada", "key": "k", "amount": 100 * number})
        done = [outcome for outcome in outcomes if isinstance(outcome, dict)]
        self.assertEqual(len(done), 1)
        for outcome in outcomes:
            if outcome is not done[0]:
                self.assert_refused(outcome, "IDEMPOTENCY_CONFLICT", "key")
        self.assertEqual(self.state()["sequence"], done[0]["sequence"])

    def test_an_altered_body_is_a_conflict(self):
        first = self.till.call("purchase", member="ada", key="k", amount=1_000)
        before = self.state()
        for change in ({"amount": 1_001}, {"amount": 1_000, "channel": "web"}):
            outcome = self.till.outcome_of("purchase", member="ada", key="k", **change)
            self.assert_refused(outcome, "IDEMPOTENCY_CONFLICT", "key")
        other_method = self.till.outcome_of("review", member="ada", key="k")
        self.assert_refused(other_method, "IDEMPOTENCY_CONFLICT", "key")
        self.assertEqual(self.state(), before)
        again = self.till.call("purchase", member="ada", key="k", amount=1_000)
        self.assertEqual(again, {**first, "replayed": True})

    def test_a_refusal_stays_a_refusal(self):
        wish = {"member": "ada", "key": "wish", "offer": "solar-charger"}
        first = self.till.outcome_of("redeem", **wish)
        self.assert_refused(first, "INSUFFICIENT_POINTS")
        self.till.call("credit_points", member="ada", key="gift", points=1_000)
        before = self.state()
        self.assertEqual(self.till.outcome_of("redeem", **wish).as_tuple(), first.as_tuple())
        self.running.kill()
        self.running.start(program=None)
        self.till = self.connect(self.running)
        self.assertEqual(self.till.outcome_of("redeem", **wish).as_tuple(), first.as_tuple())
        self.assertEqual(self.state(), before)
        self.till.call("redeem", **{**wish, "key": "another wish"})

    def test_answers_outlive_the_server(self):
        params = {"member": "ada", "key": "shoes", "amount": 8_900, "category": "court-shoes"}
        first = self.till.call("purchase", **params)
        for end in (self.running.kill, self.running.terminate):
            end()
            self.running.start(program=None)
            self.till = self.connect(self.running)
            self.assertEqual(self.till.call("purchase", **params), {**first, "replayed": True})

    def test_of_twenty_redemptions_as_many_succeed_as_the_balance_allows(self):
        self.till.call("credit_points", member="ada", key="gift", points=150)
        outcomes = self.from_everywhere(
            "redeem", lambda number: {"member": "ada", "key": f"r{number}", "price": 9_900,
                                      "offer": "court-shoes-discount",
                                      "category": "court-shoes"})
        refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
        self.assertEqual(len(outcomes) - len(refused), 2)
        self.assertEqual({outcome.code for outcome in refused}, {"INSUFFICIENT_POINTS"})
        balances = self.till.call("get_balances", member="ada")["balances"]
        self.assertEqual(balances["regular-points"]["available"], 50)

    def test_calls_of_one_connection_for_one_member_happen_in_their_order(self):
        calls = [self.till.send("purchase", member="ada", key=f"p{number}", amount=100)
                 for number in range(200)]
        sequences = [self.till.outcome(msgid)["sequence"] for msgid in calls]
        self.assertEqual(sequences, sorted(sequences))


if __name__ == "__main__":
    unittest.main()
