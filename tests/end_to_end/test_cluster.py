# SPDX-License-Identifier: Apache-2.0
"""Three nodes, one program: any node takes any call, and what concerns all shards concerns all
nodes (docs/operations.md)."""

import signal
import unittest

from cluster_case import ClusterCase, eventually
from connection import Refused

MEMBERS = [f"m{number}" for number in range(24)]


class AnyNode(ClusterCase):
    def setUp(self):
        super().setUp()
        self.shop = self.started(durability="relaxed")
        self.nodes = list(self.shop.nodes.values())
        self.links = [self.connect(node) for node in self.nodes]

    def enrol_all(self):
        for number, member in enumerate(MEMBERS):
            self.links[number % 3].call("enroll_member", member=member, key=f"e-{member}")

    def test_every_node_answers_about_every_member_and_each_has_some(self):
        self.enrol_all()
        homes = set()
        for member in MEMBERS:
            routes = [link.call("route", member=member) for link in self.links]
            self.assertEqual([r["here"] for r in routes].count(True), 1, routes)
            address = next(r["address"] for r in routes if not r["here"])
            homes.add(address)
            here = next(i for i, r in enumerate(routes) if r["here"])
            self.assertEqual(address, "%s:%d" % self.nodes[here].address)
            bought = self.links[(here + 1) % 3].call("purchase", member=member, amount=10_000,
                                                     key=f"p-{member}")
            seen = [link.call("get_member", member=member) for link in self.links]
            self.assertEqual(seen[0], seen[1])
            self.assertEqual(seen[0], seen[2])
            self.assertEqual(seen[0]["sequence"], bought["sequence"])
        self.assertEqual(len(homes), 3)

    def test_a_key_gives_the_same_answer_at_every_node(self):
        self.enrol_all()
        first = self.links[0].call("purchase", member="m1", amount=5_000, key="once")
        for link in self.links:
            again = link.call("purchase", member="m1", amount=5_000, key="once")
            self.assertTrue(again.pop("replayed"))
            self.assertEqual(again, first)
            other = link.outcome_of("purchase", member="m1", amount=5_001, key="once")
            self.assertIsInstance(other, Refused)
            self.assertEqual(other.code, "IDEMPOTENCY_CONFLICT")

    def test_a_refusal_comes_back_as_it_was_said(self):
        refused = [link.outcome_of("get_member", member="nobody") for link in self.links]
        for one in refused:
            self.assertEqual(one.as_tuple(), refused[0].as_tuple())
            self.assertEqual(one.code, "UNKNOWN_MEMBER")
        bad = [link.outcome_of("purchase", member="m1", amount="much", key="k").as_tuple()
               for link in self.links]
        self.assertEqual(len(set(bad)), 1)

    def test_partners_are_owed_what_members_of_all_nodes_did(self):
        self.enrol_all()
        points = 0
        for number, member in enumerate(MEMBERS):
            bought = self.links[number % 3].call("purchase", member=member, amount=10_000,
                                                 partner="kacy-retail", key=f"x-{member}")
            points += bought["credited"]["regular-points"]
            position = self.links[(number + 1) % 3].call("get_partner_position",
                                                         partner="kacy-retail")
            self.assertEqual(position["currencies"][0]["accrued"], points)

    def test_a_report_adds_up_over_all_nodes(self):
        self.enrol_all()
        for number, member in enumerate(MEMBERS):
            self.links[number % 3].call("purchase", member=member, amount=1_000, key=f"r-{member}")
        now = self.links[0].call("server_info")["now"]
        self.assertGreater(now, 0)
        reports = [link.call("outstanding_points") for link in self.links]
        self.assertEqual(reports[0], reports[1])
        self.assertEqual(reports[0], reports[2])

    def test_a_change_of_the_program_is_in_force_everywhere_when_it_is_answered(self):
        self.enrol_all()
        for turn in range(6):
            program = self.links[turn % 3].call("describe_program")
            answer = self.links[turn % 3].call(
                "define_activity", key=f"a-{turn}", id=f"dance-{turn}")
            self.assertEqual(answer["version"], program["version"] + 1)
            for node, link in enumerate(self.links):
                # Members of all nodes know it: none is decided by the version before.
                for member in MEMBERS[:6]:
                    done = link.outcome_of("record_activity", member=member,
                                           type=f"dance-{turn}", key=f"d-{turn}-{node}-{member}")
                    self.assertIsInstance(done, dict, f"{done}")

    def test_notices_come_in_order_wherever_the_member_is_and_goes(self):
        self.enrol_all()
        member = "m5"
        _, other = self.node_of(self.shop, member)
        listener = self.connect(other)
        newest = listener.call("subscribe", member=member, **{"from": 0})["sequence"]
        for number in range(10):
            self.links[number % 3].call("purchase", member=member, amount=100, key=f"n-{number}")
        home, _ = self.node_of(self.shop, member)
        shard = self.route(home, member)["shard"]
        for target in self.nodes:  # the shard goes round, through the listener's node as well
            self.links[0].call("cluster_move", shard=shard, node=target.name)
            eventually(lambda t=target: self.is_at(t, member), "the shard is there")
            for number in range(5):
                self.retried("purchase", member=member, amount=100,
                             key=f"after-{target.name}-{number}")
        last = self.links[1].call("get_member", member=member)["sequence"]
        self.assertGreater(last, newest)
        listener.receive_until(lambda: listener.events(member)
                               and listener.events(member)[-1]["sequence"] >= last)
        self.assertEqual([event["sequence"] for event in listener.events(member)],
                         list(range(1, last + 1)))

    def test_partners_are_heard_of_on_every_node(self):
        self.enrol_all()
        listeners = [self.connect(node) for node in self.nodes]
        for listener in listeners:
            listener.call("subscribe", partner="kacy-retail", **{"from": 0})
        points = 0
        for number, member in enumerate(MEMBERS):
            bought = self.links[number % 3].call("purchase", member=member, amount=10_000,
                                                 partner="kacy-retail", key=f"h-{member}")
            points += bought["credited"]["regular-points"]
        for listener in listeners:
            listener.receive_until(lambda heard=listener: sum(
                entry["points"] for event in heard.events() for entry in event["entries"]
                if entry["currency"] == "regular-points") >= points)
            self.assertEqual([event["sequence"] for event in listener.events()],
                             list(range(1, len(listener.events()) + 1)))
        self.assertEqual(listeners[0].events(), listeners[1].events())

    def retried(self, method, **params):
        """The answer of a call that is repeated while it may be."""
        found = []

        def answered():
            outcome = self.links[2].outcome_of(method, **params)
            if isinstance(outcome, Refused) and outcome.retryable:
                return False
            found.append(outcome)
            return True
        eventually(answered, "an answer")
        return found[0]

    def test_a_call_whose_node_dies_is_unknown_and_its_key_resolves_it(self):
        self.enrol_all()
        member = "m3"
        home, other = self.node_of(self.shop, member)
        link = self.connect(other)
        home.freeze()
        call = link.send("purchase", member=member, amount=777, key="in-doubt")
        home.kill()
        outcome = link.outcome(call)
        if not isinstance(outcome, dict):
            self.assertTrue(outcome.retryable, str(outcome))
            self.assertIn(outcome.code, ("OUTCOME_UNKNOWN", "NOT_OWNER", "UNAVAILABLE"))
        self.links = [link] * 3
        self.retried("purchase", member=member, amount=777, key="in-doubt")
        events = [e for e in self.journals(link, member) if e["event"] == "journal_recorded"]
        self.assertEqual(len(events), 2, events)  # the enrolment and the one purchase

    def journals(self, link, member):
        newest = link.call("subscribe", member=member, **{"from": 0})["sequence"]
        link.receive_until(lambda: link.events(member)
                           and link.events(member)[-1]["sequence"] >= newest)
        return link.events(member)

    def test_a_node_that_is_told_to_stop_gives_everything_away_first(self):
        self.enrol_all()
        leaving = self.nodes[0]
        leaving.send(signal.SIGTERM)
        eventually(lambda: not leaving.is_running(), "it has stopped", 60)
        self.assertEqual(leaving.exit_code(), 0, leaving.log()[-2000:])
        for member in MEMBERS:
            self.assertIsInstance(self.retried("get_member", member=member), dict)


if __name__ == "__main__":
    unittest.main()
