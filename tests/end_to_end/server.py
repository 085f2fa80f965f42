# SPDX-License-Identifier: Apache-2.0
"""A real server process on a store of its own."""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from connection import Connection

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLOUD_KICKS = ROOT / "config" / "programs" / "cloud-kicks.toml"
START_SECONDS = 60
STOP_SECONDS = 60

# 2026-03-02 10:00 in Los Angeles, an ordinary Monday.
MONDAY = 1_772_474_400_000
HOUR = 3_600_000
DAY = 24 * HOUR


def program_under_test():
    program = os.environ.get("LOYALTY")
    if not program:
        raise SystemExit("set LOYALTY to the loyalty program, or run the tests with ctest")
    return program


class DidNotStart(Exception):
    def __init__(self, code, log):
        super().__init__(f"exit code {code}\n{log}")
        self.code = code
        self.log = log


class Server:
    """One data directory, and one process at a time on it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data = self.folder / "data"
        self.log_file = self.folder / "log"
        self.ports_file = self.folder / "ports"
        self.process = None
        self.address = None

    def command(self, store=None, program=CLOUD_KICKS, clock="manual", listen="127.0.0.1:0",
                more=()):
        command = [program_under_test(), "serve", "--store", store or f"rocksdb:{self.data}",
                   "--listen", listen, "--ports-file", str(self.ports_file), "--clock", clock]
        if program:
            command += ["--program", str(program)]
        return command + list(more)

    def launch(self, environment=None, **options):
        """Starts the process and does not wait for it."""
        self.ports_file.unlink(missing_ok=True)
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(self.command(**options), stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL,
                                            env={**os.environ, **(environment or {})})

    def start(self, clock_at=MONDAY, **options):
        """Returns when the server listens; a manual clock is set."""
        self.launch(**options)
        end = time.monotonic() + START_SECONDS
        while not self.ports_file.exists():
            with contextlib.suppress(subprocess.TimeoutExpired):
                raise DidNotStart(self.process.wait(timeout=0.005), self.log())
            if time.monotonic() > end:
                self.kill()
                raise DidNotStart("none within the time", self.log())
        host, port = self.ports_file.read_text().split()[1].rsplit(":", 1)
        self.address = (host, int(port))
        if options.get("clock", "manual") == "manual" and clock_at is not None:
            with self.connect() as connection:
                connection.call("set_clock", now=clock_at)
        return self

    def failed_start(self, **options):
        """Runs a server that must not come up; (exit code, what it said)."""
        before = len(self.log())
        self.launch(**options)
        try:
            code = self.process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        return code, self.log()[before:]

    def log(self):
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def connect(self, **options):
        return Connection(self.address, **options)

    def kill(self):
        """kill -9."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def terminate(self):
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(STOP_SECONDS)
        self.process = None
        return code

    def is_running(self):
        return self.process is not None and self.process.poll() is None


class ServerCase(unittest.TestCase):
    """Each test has a folder of its own and ends every server that it made."""

    maxDiff = 4000

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="loyalty-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.made = 0

    def server(self):
        self.made += 1
        server = Server(self.folder / f"server-{self.made}")
        self.addCleanup(server.kill)
        return server

    def started(self, **options):
        return self.server().start(**options)

    def verify(self, store):
        """The offline check of everything that a store can show (docs/audit.md)."""
        done = subprocess.run([program_under_test(), "verify", "--store", store, "--json",
                               "--state-directory", str(self.folder / "state")],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout[-4000:] + done.stderr[-4000:])

    def connect(self, server, **options):
        connection = server.connect(**options)
        self.addCleanup(connection.close)
        return connection

    def assert_refused(self, outcome, code, param=None):
        self.assertNotIsInstance(outcome, dict, f"expected {code}")
        self.assertEqual(outcome.code, code, str(outcome))
        if param is not None:
            self.assertEqual(outcome.param, param, str(outcome))
