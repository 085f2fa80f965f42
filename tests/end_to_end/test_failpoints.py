# SPDX-License-Identifier: Apache-2.0
"""The server dies at a named place, under load, and nothing that was acknowledged is lost.

On its own: LOYALTY=build/loyalty python3 test_failpoints.py [--times N] [--seed N]
"""

import argparse
import contextlib
import random
import signal
import sys
import unittest

from audit import Audit
from connection import Lost
from load import Load
from server import DidNotStart, ServerCase

# Each with the number of passes within which it dies.
FAILPOINTS = {
    "encode.before": 400, "encode.after": 400,
    "commit.before": 100, "sync.before": 100, "sync.after": 100, "commit.after": 100,
    "ack.before": 400, "ack.after": 100,
    "outbox.send": 60, "outbox.received": 60, "outbox.confirm": 60,
    "segment.before": 4, "snapshot.taken": 4, "snapshot.written": 4,
    "watermark.before": 3, "watermark.after": 3,
    "trim.before": 1, "trim.after": 1,
    "claim.before": 2, "claim.after": 2,
    "log.reused": 1, "log.emptied": 1,
}

arguments = argparse.Namespace(times=1, seed=None)


class Failpoints(ServerCase):
    def test_nothing_acknowledged_is_lost_wherever_the_server_dies(self):
        seed = arguments.seed if arguments.seed is not None else random.randrange(1 << 32)
        print(f"seed {seed}", flush=True)
        chance = random.Random(seed)
        load = Load(chance)
        server = self.server()
        server.start(more=("--shards", "2"))
        died = 0
        for name in [*FAILPOINTS] * arguments.times:
            with self.subTest(failpoint=name):
                passes = chance.randint(1, FAILPOINTS[name])
                server.kill()
                # It may die as early as in its start, when it takes up what it had begun.
                with contextlib.suppress(DidNotStart, Lost, ConnectionError):
                    server.start(program=None, environment={
                        "LOYALTY_FAILPOINT": f"{name}:{passes}"})
                    load.run_until_lost(server.address, connections=3)
                self.assertEqual(server.process.wait(10), -signal.SIGKILL)
                died += 1
                server.start(program=None)
                load.finish(server.address)
        self.assertEqual(died, arguments.times * len(FAILPOINTS))
        Audit(self, load, self.connect(server)).check()
        done = sum(operation.acknowledged for operation in load.operations)
        print(f"died at {died} places, {done} operations, {load.lost_calls} without an answer at "
              f"first, of those {load.found_done} had happened", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--seed", type=int)
    arguments, rest = parser.parse_known_args()
    unittest.main(argv=sys.argv[:1] + rest)
