# SPDX-License-Identifier: Apache-2.0
"""tools/cluster starts a cluster, says where it is, and ends all of it."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from connection import Connection
from server import program_under_test

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "cluster"


class ClusterTool(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="loyalty-tool-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def run_tool(self, action, *more):
        return subprocess.run([sys.executable, TOOL, action, "--folder", self.folder / "shop",
                               "--binary", program_under_test(), *more],
                              capture_output=True, text=True, check=False)

    def test_a_cluster_is_started_shown_and_stopped(self):
        started = self.run_tool("start")
        self.addCleanup(self.run_tool, "stop")
        self.assertEqual(started.returncode, 0, started.stderr)
        lines = started.stdout.splitlines()
        self.assertEqual(len(lines), 3 + 2 + 3 + 1, started.stdout)
        host, port = lines[0].split()[1].rsplit(":", 1)
        with Connection((host, int(port))) as connection:
            nodes = connection.call("cluster_status")["nodes"]
            self.assertEqual(sorted(node["name"] for node in nodes),
                             ["node-1", "node-2", "node-3"])
        self.assertEqual(self.run_tool("status").stdout, started.stdout)
        self.assertIn("one was started", self.run_tool("start").stderr)
        stopped = self.run_tool("stop", "--remove")
        self.assertEqual(stopped.returncode, 0, stopped.stderr)
        self.assertFalse((self.folder / "shop").exists())
        self.assertIn("no cluster was started", self.run_tool("status").stderr)


if __name__ == "__main__":
    unittest.main()
