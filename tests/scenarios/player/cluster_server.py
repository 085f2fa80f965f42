# SPDX-License-Identifier: Apache-2.0
"""Three nodes on a database of one Redis, with the manual clock. What the player speaks to has no
member: everything is passed on."""

import pathlib
import shutil
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))

from house.cluster import Failed, Node, Settings  # noqa: E402
from support.rpc import Client  # noqa: E402

from .server import Server  # noqa: E402

_PATIENCE_SECONDS = 60


class ClusterServer(Server):
    is_cluster = True

    def __init__(self, binary, program, store, options=()):
        super().__init__(binary, program, store, options)
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="loyalty-scenario-"))
        self._settings = Settings(
            binary=binary, durability="relaxed", shards=8, clock="manual", store=store,
            more=("--cluster-heartbeat-ms", "200", "--cluster-read-lease-ms", "5000",
                  "--cluster-stop-intake-ms", "10000", "--cluster-dead-polls", "25", *options))
        self._nodes = []

    def start(self):
        # It is in the store from the first start on; a step may have changed it by the next.
        self._settings.programs = (str(self._program),) if self._program else ()
        self._program = None
        self._nodes = [Node(self._folder / name, name, self._settings)
                       for name in ("node-1", "node-2", "node-3")]
        try:
            for node in self._nodes:
                node.start(wait=False)
            for node in self._nodes:
                node.wait_until_it_listens(_PATIENCE_SECONDS)
            self.address = self._nodes[0].address
            self._empty_the_first()
        except Failed as failed:
            raise ConnectionError(str(failed)) from failed

    def _empty_the_first(self):
        client = Client(*self.address)
        client.call("cluster_drain", node="node-1")
        end = time.monotonic() + _PATIENCE_SECONDS
        while True:
            shards = client.call("cluster_status")["shards"]
            if all(shard["node"] in ("node-2", "node-3") for shard in shards):
                break
            if time.monotonic() > end:
                raise ConnectionError(f"the first node still has shards: {shards}")
            time.sleep(0.02)
        client.close()

    def kill(self):
        for node in self._nodes:
            node.kill()

    def remove(self):
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def log(self):
        return "\n".join(f"{node.name}:\n{node.log()}" for node in self._nodes)
