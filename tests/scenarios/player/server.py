# SPDX-License-Identifier: Apache-2.0
"""A server process of its own, on a store of its own, with the manual clock."""

import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

_START_SECONDS = 60


class Server:
    is_cluster = False

    def __init__(self, binary, program, store="", options=()):
        """`store`: its URL; "" is RocksDB in a folder of the server's own. `options`: more words of
        `loyalty serve`."""
        self._binary = binary
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="loyalty-scenario-"))
        self._store = store or f"rocksdb:{self._folder / 'data'}"
        self._options = ["--state-directory", str(self._folder / "state"), *options]
        self._program = None
        if program:
            self._program = self._folder / "program.toml"
            self._program.write_text(program, encoding="utf-8")
        self._process = None
        self.address = None

    def start(self):
        ports = self._folder / "ports"
        ports.unlink(missing_ok=True)
        command = [self._binary, "serve", "--store", self._store, *self._options,
                   "--listen", "127.0.0.1:0", "--ports-file", str(ports), "--clock", "manual"]
        if self._program:
            command += ["--program", str(self._program)]
            # It is in the store from now on; a step may have changed it by the next start.
            self._program = None
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        self.address = self._wait_for(ports)

    def kill(self):
        """As a power cut would: nothing is flushed, nobody is told."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def verify(self):
        """What the offline check of the store (docs/audit.md) finds; "" when everything holds. The
        server must not run."""
        done = subprocess.run([self._binary, "verify", "--store", self._store,
                               "--state-directory", str(self._folder / "state")],
                              capture_output=True, text=True, check=False)
        return done.stdout + done.stderr if done.returncode else ""

    def remove(self):
        if self._process and self._process.poll() is None:
            self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def log(self):
        return (self._folder / "log").read_text(encoding="utf-8", errors="replace")

    def _wait_for(self, ports):
        end = time.monotonic() + _START_SECONDS
        while not ports.exists():
            if self._process.poll() is not None:
                raise RuntimeError(f"the server did not start:\n{self.log()}")
            if time.monotonic() > end:
                raise RuntimeError(f"the server wrote no ports file:\n{self.log()}")
            time.sleep(0.01)
        host, port = ports.read_text().split()[1].rsplit(":", 1)
        return host, int(port)
