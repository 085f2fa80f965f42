# SPDX-License-Identifier: Apache-2.0
"""Every thread of a server says what it is for, and docs/operations.md says what that means."""

import fnmatch
import pathlib
import re
import unittest

from cluster_case import ROOT, ClusterCase
from redis_server import RedisServer
from server import ServerCase

ALWAYS = {"loyalty", "network", "executor", "store-writer", "store-reader", "watermark"}
ON_ROCKSDB = ALWAYS | {"file-deletion", "rocksdb:low", "rocksdb:high"}
ON_REDIS = ALWAYS | {"registration"}
IN_A_CLUSTER = ALWAYS | {"cluster-agent", "peer-dial", "peer-links", "peer-port"}


def threads(pid):
    tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return [(task / "comm").read_text().strip() for task in tasks]


def explained():
    """The names in the first column of the table in docs/operations.md."""
    text = (ROOT / "docs" / "operations.md").read_text()
    section = text.split("## When it is slow")[1].split("\n## ")[0]
    return [name for line in section.splitlines() if line.startswith("| `")
            for name in re.findall(r"`([^`]+)`", line.split("|")[1])]


class Checks:
    def check(self, pid, expected, unnamed=0):
        found = threads(pid)
        self.assertLessEqual(expected, set(found))
        for name in found:
            self.assertTrue(any(fnmatch.fnmatchcase(name, known) for known in explained()), name)
        # One that was not named would have the name of the one that started it.
        self.assertEqual(found.count("loyalty"), 1 + unnamed, found)


class Threads(Checks, ServerCase):
    def test_a_server_on_rocksdb_names_its_threads(self):
        running = self.started()
        with running.connect() as connection:
            connection.call("enroll_member", member="ada", key="e")
        self.check(running.process.pid, ON_ROCKSDB, unnamed=1)  # RocksDB's clock

    def test_a_server_on_redis_names_its_threads(self):
        redis = RedisServer(self.folder / "redis").start()
        self.addCleanup(redis.kill)
        running = self.started(store=redis.url, more=["--state-directory", str(self.folder / "s")])
        self.check(running.process.pid, ON_REDIS)


class ThreadsOfANode(Checks, ClusterCase):
    def test_a_node_of_a_cluster_names_its_threads(self):
        cluster = self.started()
        self.check(cluster.nodes["node-1"].pid, IN_A_CLUSTER)


if __name__ == "__main__":
    unittest.main()
