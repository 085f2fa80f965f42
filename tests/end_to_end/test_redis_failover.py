# SPDX-License-Identifier: Apache-2.0
"""Redis fails over to a replica that has not heard of the last acknowledged writes: the server that
lives writes them again (docs/redis.md)."""

import random
import unittest

from audit import Audit
from load import Load
from redis_server import Link, RedisServer, Sentinel
from server import ServerCase

HEARD = 100    # acknowledged before the link to the replica is cut
UNHEARD = 20   # and after it


class RedisFailover(ServerCase):
    def setUp(self):
        super().setUp()
        self.primary = RedisServer(self.folder / "primary").start()
        self.addCleanup(self.primary.kill)
        self.link = Link(self.primary.port)
        self.addCleanup(self.link.cut)
        self.replica = RedisServer(
            self.folder / "replica",
            more=("--replicaof", f"127.0.0.1 {self.link.port}")).start()
        self.addCleanup(self.replica.kill)
        self.replica.wait_until(lambda: self.replica.says("master_link_status:up"))
        # The replica names its primary by the link; the sentinel has to know the primary itself.
        self.sentinel = Sentinel(self.folder / "sentinel", self.primary).start()
        self.addCleanup(self.sentinel.kill)
        self.sentinel.wait_until(lambda: "slave0" in self.sentinel.ask("INFO", "sentinel")
                                 or "slaves=1" in self.sentinel.ask("INFO", "sentinel"))
        self.options = {"store": self.sentinel.url,
                        "more": ("--shards", "2", "--state-directory",
                                 str(self.folder / "state"))}

    def fail_over(self):
        """The primary dies, and with it what the replica has not heard."""
        self.primary.kill()
        self.link.cut()
        self.replica.wait_until(lambda: self.replica.says("role:master"))
        self.sentinel.wait_until(lambda: str(self.primary.port) not in self.sentinel.ask(
            "SENTINEL", "get-master-addr-by-name", "loyalty"))

    def acknowledge(self, load, server, count):
        done = load.done
        load.run(server.address, connections=2, until=lambda: load.done >= done + count)

    def test_a_living_server_writes_again_what_a_frozen_replica_had_not_heard(self):
        self.lose_and_repair(self.link.freeze)

    def test_a_living_server_writes_again_what_an_absent_replica_had_not_heard(self):
        self.lose_and_repair(self.link.cut)

    def lose_and_repair(self, stop_replication):
        load = Load(random.Random(1))
        server = self.started(**self.options)
        self.acknowledge(load, server, HEARD)
        self.replica.wait_until(lambda: self.positions(self.replica) == self.positions(self.primary))
        heard = self.positions(self.replica)
        stop_replication()
        self.acknowledge(load, server, UNHEARD)
        self.wait_for_looks()
        acknowledged = self.positions(self.primary)
        self.assertGreater(sum(acknowledged), sum(heard))
        self.fail_over()
        self.assertEqual(self.positions(self.replica), heard, "the test shows nothing")

        self.acknowledge(load, server, HEARD)  # waits until it writes again
        load.finish(server.address)
        Audit(self, load, self.connect(server)).check()
        print(f"acknowledged up to {acknowledged}, the replica had {heard}, "
              f"now {self.positions(self.replica)}", flush=True)
        self.assertNotIn("is lost", server.log())
        self.assertEqual(server.terminate(), 0)
        self.verify(self.sentinel.url)
        # And what it wrote is what the next server finds.
        server.start(program=None, **self.options)
        Audit(self, load, self.connect(server)).check()

    def wait_for_looks(self):
        """Until the server has asked several times what of it is on the replicas."""
        def asked():
            for line in self.primary.ask("INFO", "commandstats").split("\r\n"):
                if line.startswith("cmdstat_wait:calls="):
                    return int(line.split("=")[1].split(",")[0])
            return 0
        before = asked()
        self.primary.wait_until(lambda: asked() >= before + 3)

    def test_a_server_that_was_down_meanwhile_refuses_the_shorter_past(self):
        load = Load(random.Random(2))
        server = self.started(**self.options)
        self.acknowledge(load, server, HEARD)
        self.replica.wait_until(lambda: self.positions(self.replica) == self.positions(self.primary))
        self.link.freeze()
        self.acknowledge(load, server, UNHEARD)
        self.assertEqual(server.terminate(), 0)
        self.fail_over()
        code, said = server.failed_start(program=None, **self.options)
        self.assertEqual(code, 78, said)
        self.assertRegex(said, r"shard \d.*position \d+ was acknowledged")

    def positions(self, redis):
        """Where the journals of the two shards end; -1 where there is none yet."""
        answers = [redis.ask("HGET", f"loy:{{p:{shard:03}}}:own", "h").split()
                   for shard in range(2)]
        return [int(answer[1]) if len(answer) == 2 else -1 for answer in answers]


if __name__ == "__main__":
    unittest.main()
