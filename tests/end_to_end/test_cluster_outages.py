# SPDX-License-Identifier: Apache-2.0
"""For how long a member is not served when its shard moves, its node dies, Redis fails over, or all
nodes are restarted one after the other; and that all of it is no more than a delay.

    test_cluster_outages.py [--times 20] [--publish]

With --publish the figures are printed as the table of docs/operations.md, and must keep within the
limits that it promises (seconds, at the 99th percentile).
"""

import argparse
import sys
import threading
import time
import unittest

from cluster_case import ClusterCase, eventually
from connection import Connection, Lost, Refused
from house.cluster import wait_until
from server import program_under_test

MEMBERS = [f"m{number}" for number in range(32)]
LIMITS = {"a shard moves": 0.3, "a node is killed": 5.0, "Redis fails over": 8.0}

options = argparse.Namespace(times=1, publish=False)


class Prober(threading.Thread):
    """Buys for one member, again and again, at whichever node answers; notes how long each took."""

    def __init__(self, cluster, member, number):
        super().__init__(daemon=True)
        self.cluster = cluster
        self.member = member
        self.number = number
        self.over = threading.Event()
        self.took = []       # begin, end
        self.fault = None
        self.connection = None

    def run(self):
        count = 0
        while not self.over.is_set():
            count += 1
            begin = time.monotonic()
            if not self.buy(f"probe-{self.member}-{count}"):
                break
            self.took.append((begin, time.monotonic()))
            self.over.wait(0.01)

    def buy(self, key):
        while not self.over.is_set():
            try:
                if self.connection is None:
                    nodes = [n for n in self.cluster.nodes.values() if n.address]
                    self.number += 1
                    self.connection = Connection(nodes[self.number % len(nodes)].address)
                outcome = self.connection.outcome_of_within(3, "purchase", member=self.member,
                                                            amount=100, key=key)
            except (Lost, OSError, AssertionError):
                self.leave()
                self.over.wait(0.02)
                continue
            if not isinstance(outcome, Refused):
                return True
            if not outcome.retryable:
                self.fault = f"{key}: {outcome.code}: {outcome}"
                return False
            self.leave()
            self.over.wait(0.02)
        return False

    def leave(self):
        if self.connection is not None:
            self.connection.abort()
            self.connection = None

    def longest(self, begin, end):
        return max((b - a for a, b in self.took if b >= begin and a <= end), default=0.0)


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Outages(ClusterCase):
    def setUp(self):
        super().setUp()
        self.shop = self.started(durability="replicated")
        self.link = self.connect(next(iter(self.shop.nodes.values())))
        for member in MEMBERS:
            self.link.call("enroll_member", member=member, key=f"e-{member}")
        self.probers = [Prober(self.shop, member, number)
                        for number, member in enumerate(MEMBERS)]
        for prober in self.probers:
            prober.start()
        self.addCleanup(self.stop)

    def stop(self):
        for prober in self.probers:
            prober.over.set()
        for prober in self.probers:
            prober.join(10)
            prober.leave()

    def settle(self):
        """Everything is served, and has been for a moment."""
        self.wait_until_served(self.shop)
        marks = [len(p.took) for p in self.probers]
        eventually(lambda: all(len(p.took) >= mark + 5 or p.fault
                               for p, mark in zip(self.probers, marks)), "all members are served")

    def publish(self, what, waits):
        self.assertTrue(waits)
        line = (f"| {what} | {percentile(waits, 0.5):.2f} s | {percentile(waits, 0.99):.2f} s "
                f"| {max(waits):.2f} s | {len(waits)} |")
        print(line, flush=True)
        if options.publish:
            self.assertLessEqual(percentile(waits, 0.99), LIMITS[what], line)

    def check(self):
        self.assertEqual([p.fault for p in self.probers if p.fault], [])

    def test_a_shard_moves(self):
        self.settle()
        waits = []
        nodes = list(self.shop.nodes.values())
        for turn in range(max(3, options.times)):
            prober = self.probers[turn % len(self.probers)]
            home, other = self.node_of(self.shop, prober.member)
            target = next(n for n in nodes if n is not home) if turn % 2 else other
            shard = self.route(home, prober.member)["shard"]
            begin = time.monotonic()
            self.link.call("cluster_move", shard=shard, node=target.name)
            eventually(lambda t=target, p=prober: self.is_at(t, p.member), "it has moved")
            end = time.monotonic()
            mark = len(prober.took)
            eventually(lambda p=prober, m=mark: len(p.took) > m + 2 or p.fault, "it is served")
            waits.append(prober.longest(begin, end + 1))
        self.check()
        self.publish("a shard moves", waits)

    def test_a_node_is_killed(self):
        waits = []
        nodes = list(self.shop.nodes.values())[1:]   # `link` stays
        for turn in range(options.times):
            self.settle()
            node = nodes[turn % len(nodes)]
            affected = [p for p in self.probers if self.route(node, p.member)["here"]]
            begin = time.monotonic()
            node.kill()
            marks = {p: len(p.took) for p in affected}
            eventually(lambda m=marks: all(len(p.took) > m[p] + 1 or p.fault for p in m),
                       "its members are served", 60)
            waits += [p.longest(begin, begin + 30) for p in affected]
            node.start()
        self.settle()
        self.check()
        self.publish("a node is killed", waits)

    def test_redis_fails_over(self):
        waits = []
        for _ in range(max(1, options.times // 4)):
            self.settle()
            old = self.shop.primary()
            new = next(redis for redis in self.shop.redis if redis is not old)
            begin = time.monotonic()
            old.kill()
            wait_until(lambda n=new: self.shop.primary() is n, "the replica took over")
            # Alone it takes no writes: those that it acknowledges are on two machines.
            old.start(replica_of=new.port, replicated=True)
            marks = [len(p.took) for p in self.probers]
            eventually(lambda m=marks: all(len(p.took) > k + 1 or p.fault
                                           for p, k in zip(self.probers, m)), "all are served", 60)
            waits += [p.longest(begin, begin + 30) for p in self.probers]
        self.check()
        self.publish("Redis fails over", waits)

    def test_a_rolling_restart_refuses_nothing_for_good(self):
        self.settle()
        begin = time.monotonic()
        for node in self.shop.nodes.values():
            self.assertEqual(node.terminate(), 0, node.log()[-2000:])
            node.start()
            self.wait_until_served(self.shop)
        self.settle()
        self.check()
        waits = [p.longest(begin, time.monotonic()) for p in self.probers]
        done = sum(len(p.took) for p in self.probers)
        print(f"| all nodes are restarted | {percentile(waits, 0.5):.2f} s "
              f"| {percentile(waits, 0.99):.2f} s | {max(waits):.2f} s | {len(waits)} | "
              f"({done} purchases, none refused for good)", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=options.times)
    parser.add_argument("--publish", action="store_true")
    _, rest = parser.parse_known_args(namespace=options)
    program_under_test()
    unittest.main(argv=[sys.argv[0], *rest])
