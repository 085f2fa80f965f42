# SPDX-License-Identifier: Apache-2.0
"""Starts and stops the servers that the scripts of bench/ measure, each in a folder of its own."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))

from house.ports import free_port  # noqa: E402, F401 (baselines take it from here)

BUILD = pathlib.Path(os.environ.get("LOYALTY_BUILD", ROOT / "build"))
LOYALTY = BUILD / "loyalty"
LOAD = BUILD / "bench" / "load" / "loyalty_load"
W1 = ROOT / "bench" / "w1.toml"
# What is measured shares the machine with whatever else runs there. With root's rights this command
# in front of it, such as "nice -n -15", gives it precedence. A real-time class would also go before
# the kernel's threads that complete writes.
PRIORITY = os.environ.get("LOYALTY_BENCH_PRIORITY", "").split()
START_SECONDS = 60
STOP_SECONDS = 60
LOAD_SECONDS = 900
MEMBERS = 100_000


class Failed(Exception):
    """A server could not be started, or a program that measures failed."""


def wait_until(holds, what, process=None):
    end = time.monotonic() + START_SECONDS
    while not holds():
        if process is not None and process.poll() is not None:
            raise Failed(f"{what} ended with {process.returncode}")
        if time.monotonic() > end:
            raise Failed(f"{what}: not ready in {START_SECONDS} s")
        time.sleep(0.02)


def accepts(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def prioritised(*command):
    return [*PRIORITY, *(str(word) for word in command)]


class Process:
    """A server process on a port of 127.0.0.1; `wire` is how loyalty_load speaks to it."""

    wire = "plain"

    def __init__(self, folder, core=None):
        self.folder = pathlib.Path(folder)
        self.core = core
        self.process = None
        self.port = None
        self.environment = {}  # beside our own

    def launch(self, *command):
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.core is not None:
            command = ("taskset", "-c", str(self.core), *command)
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                prioritised(*command),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env={**os.environ, **self.environment},
            )

    def ready(self):
        """Waits for the port."""
        try:
            wait_until(lambda: accepts(self.port), type(self).__name__, self.process)
        except Failed as failure:
            raise Failed(f"{failure}: {self.log_end()}") from None

    def log_end(self):
        log = self.folder / "log"
        return log.read_text(errors="replace")[-500:].strip() if log.exists() else ""

    def pids(self):
        return [self.process.pid]

    def prepare(self, members=MEMBERS):
        """Brings the members of W1 into the server."""

    def stop(self, how=signal.SIGTERM):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def end(self):
        """Stops it and removes what it kept."""
        self.stop(signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def load(self, *options, check=True):
        """Runs loyalty_load; what it printed, as a dictionary."""
        command = [LOAD, "--wire", self.wire, "--port", self.port, *options]
        for pid in self.pids():
            command += ["--pid", pid]
        try:
            done = subprocess.run(
                prioritised(*command),
                capture_output=True,
                text=True,
                errors="replace",  # an answer that was not understood may be shown
                check=False,
                timeout=LOAD_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise Failed("loyalty_load: no end; the server does not answer") from None
        if check and done.returncode != 0:
            raise Failed(f"loyalty_load: {done.stderr.strip()}")
        return json.loads(done.stdout) if done.stdout.strip() else {}


class Redis(Process):
    """redis-server with its append-only file; `fsync` is always, everysec or no."""

    wire = "redis"

    def __init__(self, folder, fsync, core=None):
        super().__init__(folder, core)
        self.fsync = fsync

    def start(self):
        self.port = free_port()
        self.launch(
            "redis-server",
            "--port",
            self.port,
            "--bind",
            "127.0.0.1",
            "--dir",
            self.folder,
            "--save",
            "",
            "--appendonly",
            "yes",
            "--appendfsync",
            self.fsync,
            "--auto-aof-rewrite-percentage",
            "0",
            "--daemonize",
            "no",
        )
        self.ready()
        return self


class Loyalty(Process):
    """Our server. `store` is rocksdb, redis or memory, `durability` fsync or relaxed."""

    wire = "loyalty"

    def __init__(self, folder, store="rocksdb", durability="fsync", core=None, more=(), program=W1):
        super().__init__(folder, core)
        self.store = store
        self.durability = durability
        self.more = list(more)
        self.program = program
        self.redis = None

    def start(self):
        if self.store == "redis" and self.redis is None:
            self.redis = Redis(
                self.folder / "redis", "always" if self.durability == "fsync" else "everysec"
            ).start()
        url = {
            "rocksdb": f"rocksdb:{self.folder / 'data'}",
            "memory": "memory",
            "redis": f"redis://127.0.0.1:{self.redis.port}" if self.redis else "",
        }[self.store]
        ports = self.folder / "ports"
        ports.unlink(missing_ok=True)
        command = [
            LOYALTY,
            "serve",
            "--store",
            url,
            "--listen",
            "127.0.0.1:0",
            "--ports-file",
            ports,
            "--durability",
            self.durability,
            "--state-directory",
            self.folder / "state",
        ]
        if self.program is not None:
            command += ["--program", self.program]
        self.launch(*command, *self.more)
        try:
            wait_until(
                lambda: ports.exists() and ports.read_text().endswith("\n"),
                "loyalty serve",
                self.process,
            )
        except Failed as failure:
            raise Failed(f"{failure}: {self.log_end()}") from None
        kinds = dict(line.split() for line in ports.read_text().splitlines())
        self.port = int(kinds["rpc"].rsplit(":", 1)[1])
        return self

    def pids(self):
        return [self.process.pid] + (self.redis.pids() if self.redis else [])

    def prepare(self, members=MEMBERS):
        self.load("--seed", "--members", members, "--depth", "64")

    def end(self):
        self.stop(signal.SIGKILL)
        if self.redis is not None:
            self.redis.end()
            self.redis = None
        super().end()


class Running(Process):
    """A server that somebody else started: nothing is stopped."""

    wire = "loyalty"

    def __init__(self, port, pid):
        super().__init__(".")
        self.port = port
        self.pid = pid

    def pids(self):
        return [self.pid] if self.pid else []

    def prepare(self, members=MEMBERS):
        self.load("--seed", "--members", members, "--depth", "64")

    def end(self):
        pass
