# SPDX-License-Identifier: Apache-2.0
"""Real Redis processes of a test's own, and the link between two of them."""

import contextlib
import pathlib
import socket
import subprocess
import sys
import threading
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "tools"))

from house import redis_words  # noqa: E402
from house.ports import free_port  # noqa: E402

START_SECONDS = 30


class RedisServer:
    """One database directory, and one process at a time on it."""

    def __init__(self, folder, appendfsync="always", more=()):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.settings = ["--save", "", "--appendonly", "yes", "--appendfsync", appendfsync,
                         "--maxmemory-policy", "noeviction",
                         "--repl-diskless-sync-delay", "0", *more]
        self.process = None

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        self.launch(["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--dir",
                     str(self.folder), *self.settings])
        return self

    def launch(self, command):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL)
        self.wait_until(lambda: self.ask("PING") == "+PONG")

    def wait_until(self, condition):
        end = time.monotonic() + START_SECONDS
        while not condition():
            if self.process.poll() is not None or time.monotonic() > end:
                self.kill()
                raise AssertionError("Redis does not do what it should:\n" + self.log())
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.005)

    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def ask(self, *words):
        """The answer to a command as Redis writes it; nothing when there is none."""
        return redis_words.ask(self.port, words, START_SECONDS)

    def says(self, line):
        return line in self.ask("INFO", "replication").split("\r\n")

    def kill(self):
        """kill -9."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


class Sentinel(RedisServer):
    """Watches one primary, alone, and is quick to believe that it is dead."""

    def __init__(self, folder, primary):
        super().__init__(folder)
        self.primary = primary

    def start(self):
        file = self.folder / "sentinel.conf"
        file.write_text(f"port {self.port}\nbind 127.0.0.1\ndir {self.folder}\n"
                        f"sentinel monitor loyalty 127.0.0.1 {self.primary.port} 1\n"
                        "sentinel down-after-milliseconds loyalty 500\n"
                        "sentinel failover-timeout loyalty 2000\n")
        self.launch(["redis-server", str(file), "--sentinel"])
        return self

    @property
    def url(self):
        return f"redis-sentinel://127.0.0.1:{self.port}/loyalty"


class Link:
    """A TCP proxy in front of a server. Freezing it keeps the connections and passes nothing on;
    what is frozen when it is cut never arrives."""

    def __init__(self, target):
        self.target = target
        self.flows = threading.Event()
        self.flows.set()
        self.cut_off = False
        self.sockets = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                far = socket.create_connection(("127.0.0.1", self.target))
                self.sockets += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self.pass_on, args=(one, other), daemon=True).start()

    def pass_on(self, one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(1 << 16):
                self.flows.wait()
                if self.cut_off:
                    return
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        one.close()

    def freeze(self):
        self.flows.clear()

    def cut(self):
        self.cut_off = True
        self.listener.close()
        for end in self.sockets:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self.flows.set()
