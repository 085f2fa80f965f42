# SPDX-License-Identifier: Apache-2.0
"""What happens to a cluster, one fault after the other: chosen by a seed, some at the same time.
Every fault is undone before the next kind needs what it took."""

import time

from house.cluster import wait_until

KINDS = {           # how often, of all
    "kill a node": 5,
    "freeze a node": 5,
    "cut a node from the others": 4,
    "cut a node from the others one-way": 3,
    "cut a node from Redis": 4,
    "cut a node from Redis one-way": 3,
    "end all links of a node": 3,
    "slow links": 2,
    "restart a node": 3,
    "drain a node": 2,
    "freeze Redis": 2,
    "fail Redis over": 2,
    "kill a node and fail Redis over": 1,
}


class Faults:
    """`cluster` is a ProxiedCluster; `told` gets a line for each fault."""

    def __init__(self, cluster, random, over, told):
        self.cluster = cluster
        self.random = random
        self.over = over
        self.told = told
        self.done = []
        self.moments = []     # kind, begin, end, node
        self.kinds = [kind for kind, weight in KINDS.items() for _ in range(weight)]

    def hold(self, low, high):
        self.over.wait(self.random.uniform(low, high))

    def run_one(self, kind=None):
        kind = kind or self.random.choice(self.kinds)
        node = self.random.choice(list(self.cluster.nodes.values()))
        begin = time.monotonic()
        self.told(f"{kind}: {node.name}")
        getattr(self, kind.replace(" ", "_").replace("-", "_"))(node)
        self.done.append(kind)
        self.moments.append((kind, begin, time.monotonic(), node.name))

    def rule(self, *words):
        self.cluster.proxies.say("rule", *words)

    def mend(self, name, owner):
        """What was swallowed cannot come any more, so the connections cannot go on."""
        self.rule(name, owner, "reset")

    def kill_a_node(self, node):
        node.kill()
        self.hold(0.1, 6)
        self.cluster.start_node(node)

    def freeze_a_node(self, node):
        node.freeze()
        self.hold(0.2, 9)
        node.thaw()

    def cut_a_node_from_the_others(self, node):
        """In both directions: what it dialled, and what dialled it."""
        self.both_ways(node, "both", "both")

    def cut_a_node_from_the_others_one_way(self, node):
        heard = self.random.random() < 0.5
        self.both_ways(node, "up" if heard else "down", "down" if heard else "up")

    def both_ways(self, node, inbound, outbound):
        others = [other.name for other in self.cluster.nodes.values() if other is not node]
        self.rule(node.name, "*", inbound)
        for other in others:
            self.rule(other, node.name, outbound)
        self.hold(0.5, 6)
        self.mend(node.name, "*")
        for other in others:
            self.mend(other, node.name)

    def cut_a_node_from_Redis(self, node):
        self.redis_hole(node, "both")

    def cut_a_node_from_Redis_one_way(self, node):
        self.redis_hole(node, self.random.choice(["up", "down"]))

    def redis_hole(self, node, direction):
        for redis in self.cluster.redis:
            self.rule(redis.folder.name, node.name, direction)
        self.hold(0.5, 8)
        for redis in self.cluster.redis:
            self.mend(redis.folder.name, node.name)

    def end_all_links_of_a_node(self, node):
        self.mend("*", node.name)
        self.mend(node.name, "*")

    def slow_links(self, node):
        self.rule("*", node.name, "slow", self.random.randrange(20, 300))
        self.hold(1, 4)
        self.rule("*", node.name, "pass")

    def restart_a_node(self, node):
        node.terminate()
        self.hold(0.1, 2)
        self.cluster.start_node(node)

    def drain_a_node(self, node):
        self.ask(node, "cluster_drain", node=node.name)
        self.hold(1, 4)
        node.terminate()
        self.cluster.start_node(node)

    def ask(self, at, method, **params):
        from connection import Connection, Lost  # noqa: PLC0415
        try:
            with Connection(at.address) as connection:
                connection.outcome_of(method, **params)
        except (Lost, OSError, AssertionError):
            pass  # it may be in trouble; it is ended anyway

    def freeze_Redis(self, _):
        redis = self.cluster.primary()
        if redis is None:
            return
        redis.freeze()
        self.hold(0.2, 1.5)
        redis.thaw()

    def fail_Redis_over(self, node, kill=None):
        cluster = self.cluster
        wait_until(lambda: cluster.primary() is not None, "there is a primary")
        old = cluster.primary()
        new = next(redis for redis in cluster.redis if redis is not old)
        wait_until(lambda: new.says("master_link_status:up"), "the replica follows")
        old.kill()
        if kill is not None:
            kill.kill()
        wait_until(lambda: cluster.primary() is new, "the replica took over")
        old.start(replica_of=new.announced, replicated=cluster.replicated)
        wait_until(lambda: old.says("master_link_status:up"), "the old primary follows")
        if kill is not None:
            cluster.start_node(kill)

    def kill_a_node_and_fail_Redis_over(self, node):
        self.fail_Redis_over(node, kill=node)
