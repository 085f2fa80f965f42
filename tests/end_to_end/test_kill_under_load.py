# SPDX-License-Identifier: Apache-2.0
"""kill -9 under load: what was acknowledged is there once, what was not is there once or never.

On its own: LOYALTY=build/loyalty python3 test_kill_under_load.py [--kills N] [--seed N]
"""

import argparse
import random
import sys
import threading
import time
import unittest

from audit import Audit
from load import Load
from server import CLOUD_KICKS, ServerCase

arguments = argparse.Namespace(kills=30, seed=None)


class KillUnderLoad(ServerCase):
    def test_acknowledged_operations_survive_exactly_once(self):
        seed = arguments.seed if arguments.seed is not None else random.randrange(1 << 32)
        print(f"seed {seed}", flush=True)
        chance = random.Random(seed)
        load = Load(chance)
        server = self.server()
        kills = kills_in_flight = 0
        begin = time.monotonic()
        while kills < arguments.kills:
            server.start(program=None if kills else CLOUD_KICKS)
            before = load.lost_calls
            killer = threading.Timer(chance.uniform(0.01, 0.4), server.process.kill)
            killer.start()
            load.run_until_lost(server.address, chance.randrange(2, 5))
            killer.join()
            server.kill()
            kills += 1
            kills_in_flight += load.lost_calls > before
        server.start(program=None)
        load.finish(server.address)
        Audit(self, load, self.connect(server)).check()
        self.check_replays(load, self.connect(server), chance)

        done = sum(operation.answer is not None for operation in load.operations)
        print(f"{kills} kills ({kills_in_flight} with calls in flight), {done} operations done, "
              f"{load.lost_calls} without an answer at first, of those {load.found_done} had "
              f"happened, {load.repeats} repeated under load, "
              f"{time.monotonic() - begin:.0f} s", flush=True)
        # A run that did little shows nothing.
        self.assertGreaterEqual(kills, 30)
        self.assertGreaterEqual(kills_in_flight, kills * 3 // 4)
        self.assertGreaterEqual(done, 20 * kills)
        self.assertGreater(load.found_done, 0)

    def check_replays(self, load, connection, chance):
        for operation in chance.sample(load.operations, min(400, len(load.operations))):
            outcome = connection.outcome_of(operation.method, key=operation.key,
                                            **operation.params)
            self.assertTrue(operation.take(outcome), operation.key)
            if operation.answer is not None:
                self.assertIs(outcome["replayed"], True, operation.key)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int)
    arguments, rest = parser.parse_known_args()
    unittest.main(argv=sys.argv[:1] + rest)
