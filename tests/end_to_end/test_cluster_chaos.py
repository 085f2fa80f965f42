# SPDX-License-Identifier: Apache-2.0
"""Three nodes, Redis, sentinels and 64 clients, while nodes and Redis die, freeze, are cut off, are
drained and come back. In the end every acknowledged operation is there once, what was refused is
not, balances and the books of partners are exact, and the answers fit real time.

    test_cluster_chaos.py [--seconds 300] [--faults 60] [--seed N]

A run with too little work or too few faults has shown nothing, and fails.
"""

import argparse
import random
import sys
import threading
import time
import unittest

from audit import Audit
from cluster_case import ClusterCase, eventually
from faults import Faults
from fleet import Fleet
from linearizability import violations
from server import program_under_test

CLIENTS = 64
MEMBERS = [f"m{number}" for number in range(24)]
OPERATIONS_PER_SECOND = 10   # fewer on average show nothing

options = argparse.Namespace(seconds=40, faults=6, seed=1)


class Chaos(ClusterCase):
    def test_nothing_that_was_acknowledged_is_lost_or_doubled(self):
        shop = self.started(proxied=True, durability="replicated")
        fleet = Fleet(options.seed,
                      lambda: [n.address for n in shop.nodes.values() if n.address],
                      self.folder / "history", CLIENTS, MEMBERS)
        faults = Faults(shop, random.Random(options.seed), threading.Event(),
                        lambda line: print(f"  {time.monotonic() - begin:6.1f} s  "
                                           f"{fleet.done()} done  {line}", flush=True))
        begin = time.monotonic()
        print(f"seed {options.seed}", flush=True)
        fleet.start()
        while time.monotonic() < begin + options.seconds or len(faults.done) < options.faults:
            if time.monotonic() > begin + 3 * options.seconds + 60:
                break
            faults.run_one()
            self.assertEqual(fleet.faults(), [])
            faults.hold(0.1, 1.5)
        seconds = time.monotonic() - begin
        for node in shop.nodes.values():
            if not node.is_running():
                self.fail(f"{node.name} ended by itself:\n{node.log()[-4000:]}")
        self.wait_until_served(shop)
        fleet.stop()
        self.assertEqual(fleet.faults(), [])

        print(f"{fleet.done()} operations, {len(fleet.history.seen)} answers in the history, "
              f"{len(faults.done)} faults in {seconds:.0f} s; refused meanwhile: "
              f"{fleet.history.refusals}", flush=True)
        self.assertGreaterEqual(len(faults.done), options.faults, "too few faults")
        self.assertGreaterEqual(fleet.done(), OPERATIONS_PER_SECOND * options.seconds,
                                "too little work")
        node = next(iter(shop.nodes.values()))
        fleet.load.finish(node.address)
        connection = self.connect(node)
        self.wait_for_effects(shop, connection)
        Audit(self, fleet.load, connection).check()
        found = violations(fleet.history.seen)
        self.assertEqual(found, [], "\n".join(found[:10]))
        connection.close()
        for node in shop.nodes.values():
            missing = list((node.folder / "state").glob("lost-*.blocks"))
            self.assertEqual(missing, [], "acknowledged writes are missing")
        self.verify(shop)

    def wait_for_effects(self, shop, connection):
        """Partners' books wait for effects that are under way."""
        said = []
        def clear():
            said.append(connection.outcome_of("get_partner_position", partner="kacy-retail"))
            return isinstance(said[-1], dict)
        try:
            eventually(clear, "the effects are applied")
        except AssertionError:
            logs = "\n".join(f"{n.name}:\n{n.log()[-3000:]}" for n in shop.nodes.values())
            self.fail(f"the effects are not applied: {said[-1]!r}\n{logs}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=options.seconds)
    parser.add_argument("--faults", type=int, default=options.faults)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.parse_known_args(namespace=options)
    program_under_test()
    unittest.main(argv=[sys.argv[0]])
