# SPDX-License-Identifier: Apache-2.0
"""kill -9 under load: what was acknowledged is there once, what was not is there once or never.

On its own: LOYALTY=build/loyalty python3 test_kill_under_load.py
                [--store rocksdb|redis] [--victim server|redis|both] [--kills N] [--seed N]
"""

import argparse
import random
import sys
import threading
import time
import unittest

from audit import Audit
from load import Load
from redis_server import RedisServer
from server import CLOUD_KICKS, ServerCase

arguments = argparse.Namespace(store="rocksdb", victim="server", kills=30, seed=None)


class KillUnderLoad(ServerCase):
    def setUp(self):
        super().setUp()
        self.redis = None
        self.options = {}
        if arguments.store == "redis":
            self.redis = RedisServer(self.folder / "redis").start()
            self.addCleanup(self.redis.kill)
            self.options = {"store": self.redis.url,
                            "more": ("--shards", "4", "--wait-for-store", "30",
                                     "--state-directory", str(self.folder / "state"))}

    def test_acknowledged_operations_survive_exactly_once(self):
        seed = arguments.seed if arguments.seed is not None else random.randrange(1 << 32)
        print(f"seed {seed}", flush=True)
        chance = random.Random(seed)
        load = Load(chance)
        server = self.server()
        kills = kills_in_flight = 0
        begin = time.monotonic()
        while kills < arguments.kills:
            if not server.is_running():
                server.start(program=None if kills else CLOUD_KICKS, **self.options)
            before = load.lost_calls + load.retried_calls
            killer = threading.Timer(chance.uniform(0.01, 0.4), self.kill_victims, [server, chance])
            killer.start()
            done = load.done
            load.run(server.address, chance.randrange(2, 5),
                     until=lambda: not killer.is_alive() and load.done > done + 20)
            killer.join()
            kills += 1
            kills_in_flight += load.lost_calls + load.retried_calls > before
        server.kill()
        server.start(program=None, **self.options)
        load.finish(server.address)
        Audit(self, load, self.connect(server)).check()
        self.check_replays(load, self.connect(server), chance)
        self.assertEqual(server.terminate(), 0)
        self.verify(self.options.get("store", f"rocksdb:{server.data}"))

        print(f"{kills} kills of {arguments.victim} on {arguments.store} ({kills_in_flight} with "
              f"calls in flight), {load.done} operations done, {load.lost_calls} without an answer "
              f"and {load.retried_calls} with none that was final at first, of those "
              f"{load.found_done} had happened, {load.repeats} repeated under load, "
              f"{time.monotonic() - begin:.0f} s", flush=True)
        # A run that did little shows nothing.
        self.assertGreaterEqual(kills, 30)
        self.assertGreaterEqual(kills_in_flight, kills * 3 // 4)
        self.assertGreaterEqual(load.done, 20 * kills)
        self.assertGreater(load.found_done, 0)

    def kill_victims(self, server, chance):
        if arguments.victim != "redis":
            server.process.kill()
        if arguments.victim != "server":
            self.redis.kill()
            threading.Event().wait(chance.uniform(0, 0.3))  # how long it is away
            self.redis.start()
        if arguments.victim != "redis":
            server.kill()

    def check_replays(self, load, connection, chance):
        for operation in chance.sample(load.operations, min(400, len(load.operations))):
            outcome = connection.outcome_of(operation.method, key=operation.key,
                                            **operation.params)
            self.assertTrue(operation.take(outcome), operation.key)
            if operation.answer is not None:
                self.assertIs(outcome["replayed"], True, operation.key)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--store", choices=("rocksdb", "redis"), default="rocksdb")
    parser.add_argument("--victim", choices=("server", "redis", "both"), default="server")
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int)
    arguments, rest = parser.parse_known_args()
    unittest.main(argv=sys.argv[:1] + rest)
