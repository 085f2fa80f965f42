# SPDX-License-Identifier: Apache-2.0
"""A real cluster of a test's own: Redis with a replica, sentinels, three nodes; on wish with a proxy
in front of everything that one process says to another."""

import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from connection import Connection, Refused  # noqa: E402
from house.cluster import Cluster, Settings, wait_until  # noqa: E402
from house.ports import free_port  # noqa: E402
from server import CLOUD_KICKS, program_under_test  # noqa: E402

SHARDS = 16


class Proxies:
    """tests/support/proxy.py as a process of its own."""

    def __init__(self, folder, targets):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        ports = self.folder / "ports"
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "tests" / "support" / "proxy.py"), str(ports),
                 *(f"{name}={port}" for name, port in targets.items())],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
        wait_until(ports.exists, "the proxies listen")
        self.ports = {name: int(port) for name, port in
                      (line.split() for line in ports.read_text().splitlines())}

    def say(self, *words):
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()
        if self.process.stdout.readline().strip() != "ok":
            raise AssertionError("the proxies are gone: " + (self.folder / "log").read_text())

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


class ProxiedCluster(Cluster):
    """Nodes reach Redis, and each other, through proxies that know whose connection it is."""

    def start_redis(self):
        targets = {redis.folder.name: redis.port for redis in self.redis}
        for node in self.nodes.values():
            node.peer_port = free_port()
        targets |= {name: node.peer_port for name, node in self.nodes.items()}
        self.proxies = Proxies(self.folder / "proxies", targets)
        for redis in self.redis:
            redis.announced = self.proxies.ports[redis.folder.name]
        for name, node in self.nodes.items():
            node.peer_advertised = self.proxies.ports[name]
        super().start_redis()

    def start_node(self, node, wait=True):
        node.start(wait=False)
        self.proxies.say("who", node.name, node.pid)
        if wait:
            node.wait_until_it_listens()

    def start(self):
        self.start_redis()
        for node in self.nodes.values():
            self.start_node(node, wait=False)
        for node in self.nodes.values():
            node.wait_until_it_listens()
        return self

    def kill(self):
        super().kill()
        if hasattr(self, "proxies"):
            self.proxies.close()


class ClusterCase(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="loyalty-cluster-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.connections = []

    def cluster(self, proxied=False, nodes=3, **settings):
        chosen = {"programs": (CLOUD_KICKS,), "shards": SHARDS, **settings}
        kind = ProxiedCluster if proxied else Cluster
        made = kind(self.folder, Settings(binary=program_under_test(), **chosen), nodes)
        self.addCleanup(made.kill)
        return made

    def started(self, **options):
        made = self.cluster(**options).start()
        self.wait_until_served(made)
        return made

    def connect(self, node, **options):
        connection = Connection(node.address, **options)
        self.addCleanup(connection.close)
        return connection

    def status(self, node):
        with Connection(node.address) as connection:
            return connection.call("cluster_status")

    def is_served(self, cluster, nodes=None):
        """Whether every node that runs sees each shard at the node where it belongs."""
        for node in nodes or cluster.nodes.values():
            try:
                seen = self.status(node)
            except (OSError, Exception):  # noqa: BLE001 -- it is not ready yet
                return False
            if any(s["node"] == "" or s["node"] != s["belongs"] for s in seen["shards"]):
                return False
        return True

    def wait_until_served(self, cluster, nodes=None, seconds=60):
        wait_until(lambda: self.is_served(cluster, nodes), "all shards are where they belong",
                   seconds)

    def route(self, node, member):
        """Where the node says that the member is; it waits while that is nowhere."""
        with Connection(node.address) as connection:
            end = time.monotonic() + 30
            while True:
                found = connection.outcome_of("route", member=member)
                if not isinstance(found, Refused):
                    return found
                if not found.retryable or time.monotonic() > end:
                    raise found
                time.sleep(0.02)

    def is_at(self, node, member):
        """Whether the node has the member; nobody may have it just now."""
        with Connection(node.address) as connection:
            found = connection.outcome_of("route", member=member)
        return isinstance(found, dict) and found["here"]

    def node_of(self, cluster, member):
        """The node that has a member, and one that has it not."""
        has, other = None, None
        for node in cluster.nodes.values():
            if node.is_running():
                if self.route(node, member)["here"]:
                    has = node
                else:
                    other = node
        return has, other

    def verify(self, cluster):
        """The offline check of everything that the store can show (docs/audit.md)."""
        for node in cluster.nodes.values():
            node.thaw()
            node.send(signal.SIGTERM)
        for node in cluster.nodes.values():
            if not node.ended(60):
                self.fail(f"{node.name} does not stop:\n{node.log()[-4000:]}")
        done = subprocess.run([program_under_test(), "verify", "--store", cluster.settings.store,
                               "--json", "--state-directory", str(self.folder / "verified")],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout[-4000:] + done.stderr[-4000:])


def eventually(condition, what, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"within {seconds} s not: {what}")
        time.sleep(0.02)
