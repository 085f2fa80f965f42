# SPDX-License-Identifier: Apache-2.0
"""Every thread of a server says what it is for, and docs/operations.md says what that means."""

import pathlib
import re
import unittest

from cluster_case import ROOT, ClusterCase
from server import ServerCase

TABLE = ROOT / "docs" / "operations.md"
# Threads of one node on RocksDB, and those that a node of a cluster has in their place.
ALONE = {"loyalty", "network", "executor", "store-writer", "store-reader", "watermark",
         "file-deletion", "rocksdb:low", "rocksdb:high"}
CLUSTERED = {"loyalty", "network", "executor", "store-writer", "store-reader", "cluster-agent",
             "peer-dial", "peer-links", "peer-port"}


def threads(pid):
    tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return [(task / "comm").read_text().strip() for task in tasks]


def explained(name):
    names = re.findall(r"^\| ((?:`[^`]+`(?:, )?)+) \| [A-Z]", TABLE.read_text(), re.MULTILINE)
    known = {part for row in names for part in re.findall(r"`([^`]+)`", row)}
    return any(re.fullmatch(part.replace(".", r"\.").replace("*", ".*"), name) for part in known)


class Checks:
    def check(self, pid, expected, unnamed=0):
        found = threads(pid)
        self.assertLessEqual(expected, set(found))
        self.assertEqual([name for name in found if not explained(name)], [])
        # One that was not named would have the name of the one that started it.
        self.assertEqual(found.count("loyalty"), 1 + unnamed, found)


class Threads(Checks, ServerCase):
    def test_a_server_on_rocksdb_names_its_threads(self):
        running = self.started()
        with running.connect() as connection:
            connection.call("enroll_member", member="ada", key="e")
        self.check(running.process.pid, ALONE, unnamed=1)  # RocksDB's clock


class ThreadsOfANode(Checks, ClusterCase):
    def test_a_node_of_a_cluster_names_its_threads(self):
        cluster = self.started()
        self.check(cluster.nodes["node-1"].pid, CLUSTERED)


if __name__ == "__main__":
    unittest.main()
