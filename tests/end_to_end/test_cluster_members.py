# SPDX-License-Identifier: Apache-2.0
"""Nodes that share a Redis: who has which shard, and what becomes of it when one goes.

On its own: LOYALTY=build/loyalty python3 test_cluster_members.py
"""

import contextlib
import signal
import threading
import time
import unittest

from connection import Connection, Lost, Refused, first_result
from redis_server import RedisServer
from server import CLOUD_KICKS, ServerCase

SHARDS = 16
FEW = tuple(f"m{number}" for number in range(24))
# Everything four times as fast, but what a slow machine needs.
TIMINGS = ("--cluster-heartbeat-ms", "250", "--cluster-read-lease-ms", "900",
           "--cluster-stop-intake-ms", "1300", "--cluster-handover-drain-ms", "1000")


# Keys that are asked again when all is over.
SAMPLED = 500


class Shop:
    """A client that asks the node that has the member, and finds it again when it moved."""

    def __init__(self, nodes):
        self.nodes = nodes
        self.links = {}
        self.acknowledged = {}  # key -> member, params, answer
        self.longest_silence = 0.0

    def close(self):
        for link in self.links.values():
            link.close()

    def link(self, address):
        if address not in self.links:
            self.links[address] = Connection(address)
        return self.links[address]

    def call(self, method, member, seconds=60, **params):
        """Asks until somebody answers for good."""
        begin = time.monotonic()
        addresses = [node.address for node in self.nodes if node.is_running()]
        turn = 0
        told = None
        while time.monotonic() - begin < seconds:
            address = told or addresses[turn % len(addresses)]
            turn += 1
            told = None
            try:
                answer = self.link(address).outcome_of(method, member=member, **params)
            except (Lost, OSError, AssertionError):
                self.links.pop(address, None)
                addresses = [node.address for node in self.nodes if node.is_running()]
                continue
            if isinstance(answer, Refused) and answer.retryable:
                if answer.owner:
                    host, port = answer.owner.rsplit(":", 1)
                    told = (host, int(port))
                time.sleep(0.02)  # polling: the retry that the answer asks for
                continue
            self.longest_silence = max(self.longest_silence, time.monotonic() - begin)
            if isinstance(answer, Refused):
                raise answer
            return answer
        raise AssertionError(f"{method} of {member} was not answered within {seconds} s")

    def write(self, method, member, key, **params):
        answer = self.call(method, member, key=key, **params)
        self.acknowledged[key] = (method, member, params, first_result(answer))
        return answer

    def buy(self, member, number):
        return self.write("purchase", member, f"{member}-{number}", amount=1000 + number,
                          category="coffee", units=1)


class ClusterMembers(ServerCase):
    def setUp(self):
        super().setUp()
        self.redis = RedisServer(self.folder / "redis", appendfsync="everysec").start()
        self.addCleanup(self.redis.kill)

    def node(self, name, program=None, more=(), **options):
        """Starts a node."""
        server = self.server()
        server.name = name
        self.begin(server, program, more, **options)
        return server

    def begin(self, server, program=None, more=(), **options):
        server.start(store=self.redis.url, program=program, clock="real",
                     more=("--cluster", "--node-id", server.name, "--shards", str(SHARDS),
                           "--durability", "relaxed", "--state-directory",
                           str(server.folder / "state"), *TIMINGS, *more), **options)

    def status(self, server):
        with server.connect() as link:
            return link.call("cluster_status")

    def wait_for(self, server, condition, seconds=30):
        """Looks until the cluster, as this node sees it, is as wanted."""
        end = time.monotonic() + seconds
        while True:
            seen = self.status(server)
            if condition(seen):
                return seen
            if time.monotonic() > end:
                self.fail(f"not within {seconds} s: {seen}\n{server.log()}")
            time.sleep(0.05)  # polling

    def wait_until_settled(self, server, *names):
        """Every shard is where it belongs, on these nodes and on no other."""
        def settled(seen):
            up = {node["name"] for node in seen["nodes"] if node["state"] == "up"}
            return up == set(names) and all(shard["node"] == shard["belongs"] != ""
                                            for shard in seen["shards"])
        return self.wait_for(server, settled)

    def shop(self, *nodes):
        shop = Shop(nodes)
        self.addCleanup(shop.close)
        return shop

    def three_nodes(self):
        first = self.node("a", CLOUD_KICKS)
        self.wait_until_settled(first, "a")
        nodes = [first, self.node("b"), self.node("c")]
        seen = self.wait_until_settled(first, "a", "b", "c")
        self.assertTrue(all(node["shards"] > 0 for node in seen["nodes"]), seen)
        return nodes

    def check(self, shop):
        """Every key has the answer that it had, and every member what it was given."""
        lattes = dict.fromkeys(FEW, 0)
        apart = max(1, len(shop.acknowledged) // SAMPLED)
        for number, (key, (method, member, params, answer)) in enumerate(
                shop.acknowledged.items()):
            lattes[member] += method == "purchase"
            if number % apart:
                continue  # each is searched in a long history; the sums below are of all
            again = shop.call(method, member, key=key, **params)
            self.assertEqual(first_result(again), answer, key)
            self.assertIs(again["replayed"], True, key)
        for member, bought in lattes.items():
            progress = shop.call("get_progress", member, promotion="latte-lovers")["progress"]
            self.assertEqual(progress["completions"] * 10 + progress["completed"], bought, member)

    def test_shards_follow_the_nodes_and_nothing_is_lost(self):
        a, b, c = self.three_nodes()
        shop = self.shop(a, b, c)
        for member in FEW:
            shop.write("enroll_member", member, f"{member}-enroll")
        stop = threading.Event()
        failed = []

        def trade():
            try:
                number = 0
                while not stop.is_set():
                    for member in FEW:
                        shop.buy(member, number)
                    number += 1
            except Exception as error:  # pylint: disable=broad-except
                failed.append(error)

        trader = threading.Thread(target=trade)
        trader.start()
        try:
            with self.subTest("one is killed"):
                b.kill()
                seen = self.wait_until_settled(a, "a", "c")
                self.assertEqual([n["state"] for n in seen["nodes"] if n["name"] == "b"], ["dead"])
            with self.subTest("it comes back"):
                self.begin(b)
                self.wait_until_settled(a, "a", "b", "c")
            with self.subTest("one is frozen, and finds itself deposed"):
                c.process.send_signal(signal.SIGSTOP)
                self.wait_until_settled(a, "a", "b")
                c.process.send_signal(signal.SIGCONT)
                self.wait_until_settled(a, "a", "b", "c")
            with self.subTest("one is drained, and stopped"):
                with a.connect() as link:
                    link.call("cluster_drain", node="c")
                self.wait_for(a, lambda seen: [n["shards"] for n in seen["nodes"]
                                               if n["name"] == "c"] == [0])
                self.assertEqual(c.terminate(), 0)
                self.wait_until_settled(a, "a", "b")
            with self.subTest("one is stopped, and gives its shards away first"):
                before = shop.longest_silence
                shop.longest_silence = 0
                self.assertEqual(b.terminate(), 0)
                seen = self.wait_until_settled(a, "a")
                self.assertEqual(len(seen["nodes"]), 1)
                print(f"longest silence: {before:.2f} s with faults, "
                      f"{shop.longest_silence:.2f} s when a node was stopped", flush=True)
        finally:
            stop.set()
            trader.join()
        self.assertEqual(failed, [])
        self.assertGreater(len(shop.acknowledged), 10 * len(FEW))
        self.check(shop)
        self.assertEqual(a.terminate(), 0)
        self.verify(self.redis.url)

    def test_a_shard_goes_where_it_is_put(self):
        a, b, _ = self.three_nodes()
        shard = next(s["shard"] for s in self.status(a)["shards"] if s["node"] != "b")
        with a.connect() as link:
            link.call("cluster_move", shard=shard, node="b")
        # b hears of it when it next looks at the store.
        self.wait_for(b, lambda seen: (seen["shards"][shard]["node"],
                                       seen["shards"][shard]["pinned"]) == ("b", True))
        self.wait_until_settled(b, "a", "b", "c")
        with a.connect() as link:
            link.call("cluster_move", shard=shard)
            self.assert_refused(link.outcome_of("cluster_move", shard=SHARDS), "INVALID_PARAM",
                                "shard")
            self.assert_refused(link.outcome_of("cluster_move", shard=0, node="nobody"),
                                "UNKNOWN_NODE", "node")
            self.assert_refused(link.outcome_of("cluster_drain", node="nobody"), "UNKNOWN_NODE",
                                "node")
        seen = self.wait_for(b, lambda now: not now["shards"][shard]["pinned"]
                             and now["shards"][shard]["node"] == now["shards"][shard]["belongs"])
        self.assertNotEqual(seen["shards"][shard]["node"], "b")

    def test_a_second_node_of_one_name_is_refused(self):
        first = self.node("a", CLOUD_KICKS)
        second = self.server()
        code, log = second.failed_start(
            store=self.redis.url, program=None, clock="real",
            more=("--cluster", "--node-id", "a", "--durability", "relaxed",
                  "--state-directory", str(second.folder / "state"), *TIMINGS))
        self.assertEqual(code, 3, log)
        self.assertIn("another live node of this cluster is called a", log)
        self.assertEqual(self.status(first)["nodes"][0]["state"], "up")

    def test_a_server_alone_and_a_cluster_do_not_share_a_store(self):
        node = self.node("a", CLOUD_KICKS)
        alone = self.server()
        options = {"store": self.redis.url, "program": None, "clock": "real"}
        state = ("--durability", "relaxed", "--state-directory", str(self.folder / "state"))
        code, log = alone.failed_start(more=state, **options)
        self.assertEqual(code, 3)
        self.assertIn("node a of a cluster", log)
        node.terminate()
        alone.start(more=state, **options)
        code, log = self.server().failed_start(more=("--cluster", *state, *TIMINGS), **options)
        self.assertEqual(code, 3)
        self.assertIn("another server", log)
        with alone.connect() as link:
            self.assert_refused(link.outcome_of("cluster_status"), "NO_CLUSTER")

    def test_bad_settings_are_refused_in_one_line(self):
        for more, said in (
                (("--store", f"rocksdb:{self.folder}/x"), "a cluster needs a store"),
                (("--store", "memory"), "a cluster needs a store"),
                (("--node-id", "a b"), "node_id"),
                (("--peer-listen", "8.8.8.8:7500"), "only loopback and private addresses"),
                (("--peer-listen", "0.0.0.0:7500"), "only loopback and private addresses"),
                (("--cluster-read-lease-ms", "100", "--cluster-heartbeat-ms", "100"),
                 "cluster_read_lease_ms")):
            with self.subTest(more=more):
                options = {} if "--store" in more else {"store": self.redis.url}
                code, log = self.server().failed_start(
                    program=None, clock="real",
                    more=("--cluster", "--state-directory", str(self.folder / "state"), *more),
                    **options)
                self.assertEqual(code, 2, log)
                self.assertIn(said, log)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        unittest.main()
