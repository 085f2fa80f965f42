# SPDX-License-Identifier: Apache-2.0
"""A whole cluster as processes of this machine: a Redis primary with a replica, three sentinels and
nodes of `loyalty`, all on free loopback ports. What runs is written down in a folder, so that another
process can look at it and stop it.
"""

import contextlib
import dataclasses
import json
import os
import pathlib
import signal
import subprocess
import time

from house import redis_words
from house.ports import free_port

START_SECONDS = 60
STOP_SECONDS = 60
MASTER = "loyalty"
SENTINELS = 3


class Failed(Exception):
    """A process did not do what it should."""


def wait_until(condition, what, seconds=START_SECONDS):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise Failed(f"within {seconds} s not: {what}")
        time.sleep(0.02)


class Process:
    """One program in a folder of its own, started and ended by its id."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.pid = 0
        self._child = None

    @property
    def log_file(self):
        return self.folder / "log"

    def launch(self, command, environment=None):
        with open(self.log_file, "ab") as log:
            self._child = subprocess.Popen(command, stdout=log, stderr=log,
                                           stdin=subprocess.DEVNULL, start_new_session=True,
                                           env={**os.environ, **(environment or {})})
        self.pid = self._child.pid

    def is_running(self):
        if self._child is not None:
            return self._child.poll() is None
        try:  # started by another process: its id may be somebody else's by now
            words = pathlib.Path(f"/proc/{self.pid}/cmdline").read_bytes()
            place = os.readlink(f"/proc/{self.pid}/cwd")  # Redis writes its own command line
        except OSError:
            return False
        return str(self.folder).encode() in words or place == str(self.folder.resolve())

    def send(self, number):
        if self.is_running():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def ended(self, seconds):
        """Whether it has ended within the time."""
        end = time.monotonic() + seconds
        while self.is_running():
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        return True

    def exit_code(self):
        return self._child.returncode if self._child is not None else None

    def kill(self):
        self.send(signal.SIGKILL)
        self.ended(STOP_SECONDS)

    def freeze(self):
        self.send(signal.SIGSTOP)

    def thaw(self):
        self.send(signal.SIGCONT)

    def log(self):
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""


class Redis(Process):
    """A redis-server that keeps a log of every write and refuses what no replica has."""

    def __init__(self, folder, port=None):
        super().__init__(folder)
        self.port = port or free_port()
        self.announced = self.port  # where the others are told to connect

    def start(self, replica_of=None, replicated=True):
        settings = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder),
                    "--save", "", "--appendonly", "yes", "--appendfsync", "everysec",
                    "--maxmemory-policy", "noeviction", "--repl-diskless-sync-delay", "0",
                    "--repl-ping-replica-period", "1"]
        if replicated:
            settings += ["--min-replicas-to-write", "1", "--min-replicas-max-lag", "2"]
        if self.announced != self.port:
            settings += ["--replica-announce-ip", "127.0.0.1",
                         "--replica-announce-port", str(self.announced)]
        if replica_of:
            settings += ["--replicaof", f"127.0.0.1 {replica_of}"]
        self.launch(["redis-server", *settings])
        wait_until(lambda: self.ask("PING") == "+PONG", f"{self.folder.name} answers")

    def ask(self, *words, seconds=5):
        """The answer as Redis writes it; "" when there is none."""
        return redis_words.ask(self.port, words, seconds)

    def says(self, line):
        return line in self.ask("INFO", "replication").split("\r\n")


class Sentinel(Redis):
    def __init__(self, folder, port=None, down_after_ms=3000):
        super().__init__(folder, port)
        self.down_after_ms = down_after_ms

    def watch(self, primary_port):
        file = self.folder / "sentinel.conf"
        if not file.exists():  # it keeps there what it has learnt
            file.write_text(
                f"port {self.port}\nbind 127.0.0.1\ndir {self.folder}\n"
                f"sentinel monitor {MASTER} 127.0.0.1 {primary_port} 2\n"
                f"sentinel down-after-milliseconds {MASTER} {self.down_after_ms}\n"
                f"sentinel failover-timeout {MASTER} 6000\n"
                f"sentinel parallel-syncs {MASTER} 1\n")
        self.launch(["redis-server", str(file), "--sentinel"])
        wait_until(lambda: self.ask("PING") == "+PONG", f"{self.folder.name} answers")

    def primary_port(self):
        """Where it says that the primary is; 0 when it does not say."""
        lines = self.ask("SENTINEL", "get-master-addr-by-name", MASTER).split("\r\n")
        return int(lines[4]) if len(lines) > 4 and lines[4].isdigit() else 0


class Node(Process):
    """One `loyalty serve --cluster`."""

    def __init__(self, folder, name, settings):
        super().__init__(folder)
        self.name = name
        self.settings = settings
        self.address = None      # of clients
        self.peer_port = 0         # any; whoever has to know it beforehand sets one
        self.peer_advertised = 0   # where the others are told to connect, if that is elsewhere

    def command(self, more=()):
        s = self.settings
        command = [s.binary, "serve", "--cluster", "--node-id", self.name, "--store", s.store,
                   "--listen", "127.0.0.1:0", "--peer-listen", f"127.0.0.1:{self.peer_port}",
                   "--ports-file", str(self.folder / "ports"), "--durability", s.durability,
                   "--shards", str(s.shards), "--clock", s.clock,
                   "--state-directory", str(self.folder / "state"), *s.more, *more]
        if self.peer_advertised:
            command += ["--peer-advertise", f"127.0.0.1:{self.peer_advertised}"]
        for program in s.programs:
            command += ["--program", str(program)]
        return command

    def start(self, more=(), wait=True):
        (self.folder / "ports").unlink(missing_ok=True)
        self.launch(self.command(more))
        if wait:
            self.wait_until_it_listens()
        return self

    def wait_until_it_listens(self, seconds=START_SECONDS):
        ports = self.folder / "ports"

        def listens():
            if not self.is_running():
                raise Failed(f"{self.name} did not start:\n{self.log()[-4000:]}")
            return ports.exists()
        try:
            wait_until(listens, f"{self.name} listens", seconds)
        except Failed as failed:
            raise Failed(f"{failed}:\n{self.log()[-4000:]}") from failed
        for line in ports.read_text().splitlines():
            kind, where = line.split()
            host, port = where.rsplit(":", 1)
            if kind == "rpc":
                self.address = (host, int(port))

    def terminate(self, seconds=STOP_SECONDS):
        """SIGTERM: it gives its shards away and ends; its exit code."""
        self.send(signal.SIGTERM)
        if not self.ended(seconds):
            raise Failed(f"{self.name} did not stop:\n{self.log()[-4000:]}")
        return self.exit_code()


@dataclasses.dataclass
class Settings:
    binary: str
    durability: str = "replicated"
    shards: int = 16
    clock: str = "real"
    programs: tuple = ()
    more: tuple = ()             # words for every node
    store: str = ""              # filled in when Redis runs
    down_after_ms: int = 3000    # of the sentinels


class Cluster:
    """Everything together. `nodes` by name; the first Redis begins as the primary."""

    def __init__(self, folder, settings, nodes=3):
        self.folder = pathlib.Path(folder)
        self.settings = settings
        self.redis = [Redis(self.folder / f"redis-{i + 1}") for i in range(2)]
        self.sentinels = [Sentinel(self.folder / f"sentinel-{i + 1}",
                                   down_after_ms=settings.down_after_ms)
                          for i in range(SENTINELS)]
        self.nodes = {f"node-{i + 1}": Node(self.folder / f"node-{i + 1}", f"node-{i + 1}",
                                            settings) for i in range(nodes)}

    @property
    def replicated(self):
        return self.settings.durability == "replicated"

    def start(self):
        self.start_redis()
        for node in self.nodes.values():
            node.start(wait=False)
        for node in self.nodes.values():
            node.wait_until_it_listens()
        self.write_down()
        return self

    def start_redis(self):
        primary, replica = self.redis
        primary.start(replicated=self.replicated)
        replica.start(replica_of=primary.announced, replicated=self.replicated)
        wait_until(lambda: replica.says("master_link_status:up"), "the replica follows")
        for sentinel in self.sentinels:
            sentinel.watch(primary.announced)
        for sentinel in self.sentinels:
            wait_until(lambda s=sentinel: f"slaves=1,sentinels={SENTINELS}"
                       in s.ask("INFO", "sentinel"), "the sentinels know each other")
        self.settings.store = "redis-sentinel://" + ",".join(
            f"127.0.0.1:{s.port}" for s in self.sentinels) + f"/{MASTER}"

    def primary(self):
        """The Redis that the sentinels take for the primary; None while they have none."""
        ports = {s.primary_port() for s in self.sentinels}
        for redis in self.redis:
            if ports == {redis.announced} and redis.says("role:master"):
                return redis
        return None

    def processes(self):
        return [*self.nodes.values(), *self.sentinels, *self.redis]

    def stop(self):
        """Ends all: nodes first, as they should."""
        for node in self.nodes.values():
            node.thaw()
            node.send(signal.SIGTERM)
        for node in self.nodes.values():
            if not node.ended(STOP_SECONDS):
                node.kill()
        for process in [*self.sentinels, *self.redis]:
            process.thaw()
            process.kill()
        (self.folder / "cluster.json").unlink(missing_ok=True)

    def kill(self):
        for process in self.processes():
            process.thaw()
            process.kill()

    def write_down(self):
        (self.folder / "cluster.json").write_text(json.dumps({
            "settings": dataclasses.asdict(self.settings),
            "redis": [{"pid": r.pid, "port": r.port} for r in self.redis],
            "sentinels": [{"pid": s.pid, "port": s.port} for s in self.sentinels],
            "nodes": {n.name: {"pid": n.pid, "address": n.address}
                      for n in self.nodes.values()}}, indent=1, default=str))

    @classmethod
    def found(cls, folder):
        """The cluster that another process started in this folder."""
        file = pathlib.Path(folder) / "cluster.json"
        if not file.exists():
            raise Failed(f"no cluster was started in {folder}")
        known = json.loads(file.read_text())
        cluster = cls(folder, Settings(**known["settings"]), nodes=len(known["nodes"]))
        for process, is_now in [*zip(cluster.redis, known["redis"]),
                                *zip(cluster.sentinels, known["sentinels"])]:
            process.pid, process.port = is_now["pid"], is_now["port"]
        for name, node in cluster.nodes.items():
            is_now = known["nodes"][name]
            node.pid = is_now["pid"]
            node.address = is_now["address"] and tuple(is_now["address"])
        return cluster
