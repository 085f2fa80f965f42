# SPDX-License-Identifier: Apache-2.0
"""What a team would take instead of our server, started as servers.py starts ours.

Each has the same 100,000 members with one lot of 100 points, and is tuned in its own favour:
bench/README.md says how.
"""

import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

from measure import servers
from measure.servers import (
    BUILD,
    MEMBERS,
    ROOT,
    Failed,
    Process,
    Redis,
    accepts,
    free_port,
    wait_until,
)

SOURCES = ROOT / "bench" / "baselines"
NODE = BUILD / "bench" / "node"


def quietly(*command, **more):
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, **more
    )
    if done.returncode != 0:
        raise Failed(f"{command[0]}: {(done.stderr or done.stdout).strip()[-500:]}")
    return done.stdout


class RedisFunction(Redis):
    """The rules in Lua inside Redis."""

    def prepare(self, members=MEMBERS):
        script = (SOURCES / "redis" / "loyalty.lua").read_text()
        quietly("redis-cli", "-p", self.port, "-x", "FUNCTION", "LOAD", "REPLACE", input=script)
        lines = []
        for number in range(members):
            member = f"M{number:09}"
            lines.append(
                f"HSET m:{member} nq 100 q 0 t 0 1 0 2 0 3 0\nRPUSH l:{member} 20365:100\n"
            )
        quietly("redis-cli", "-p", self.port, "--pipe", input="".join(lines))


class Limit(Process):
    """Rules, codec and group commit by hand, on RocksDB or a file."""

    def __init__(self, folder, journal, core=None):
        super().__init__(folder, core)
        self.journal = journal

    def start(self):
        self.port = free_port()
        self.launch(
            BUILD / "bench" / "baselines" / "limit_probe", self.journal, self.folder, self.port
        )
        self.ready()
        return self


class Echo(Process):
    """Loopback TCP and the load generator alone."""

    wire = "echo"

    def __init__(self, folder, mode="batch", core=None):
        super().__init__(folder, core)
        self.mode = mode

    def start(self):
        self.port = free_port()
        self.launch(BUILD / "bench" / "baselines" / "echo_server", self.port, self.mode)
        self.ready()
        return self


def install_node():
    """msgpackr, in the version of package.json, beside a copy of the server."""
    NODE.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "server.mjs"):
        shutil.copy(SOURCES / "node" / name, NODE / name)
    if not (NODE / "node_modules" / "msgpackr").is_dir():
        quietly(
            "npm",
            "install",
            "--no-audit",
            "--no-fund",
            "--no-package-lock",
            "--omit=optional",
            "--ignore-scripts",
            cwd=NODE,
        )


class Node(Process):
    """One Node.js process; journal "file" answers after a sync, "file-1s" syncs once a second."""

    def __init__(self, folder, journal, core=None):
        super().__init__(folder, core)
        self.journal = journal

    def start(self):
        install_node()
        self.port = free_port()
        self.launch(
            "node",
            "--max-old-space-size=8192",
            NODE / "server.mjs",
            "--store",
            self.journal,
            "--port",
            self.port,
            "--file",
            self.folder / "journal",
        )
        self.ready()
        return self


POSTGRES_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
shared_buffers = 4GB
max_wal_size = 16GB
checkpoint_timeout = 30min
wal_buffers = 64MB
max_connections = 100
jit = off
"""


class Postgres(Process):
    """The rules in PL/pgSQL; a cluster of its own, run by the user postgres when root calls."""

    wire = "postgres"

    def __init__(self, folder, synchronous, core=None):
        # Not in `folder`: the user postgres may not enter it.
        super().__init__(tempfile.mkdtemp(prefix="loyalty-postgres-"), core)
        self.synchronous = synchronous
        self.data = self.folder / "data"
        self.as_postgres = []
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self.as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]

    @staticmethod
    def programs():
        found = sorted(
            pathlib.Path("/usr/lib/postgresql").glob("*/bin"),
            key=lambda path: float(path.parts[-2]),
        )
        if not found:
            raise Failed("PostgreSQL is not installed")
        return found[-1]

    def start(self):
        self.port = free_port()
        quietly(
            *self.as_postgres,
            self.programs() / "initdb",
            "-D",
            self.data,
            "-A",
            "trust",
            "-U",
            "postgres",
            "--no-sync",
            cwd="/",
        )
        with open(self.data / "postgresql.conf", "a", encoding="ascii") as settings:
            settings.write(
                f"port = {self.port}\nsynchronous_commit = {self.synchronous}\n{POSTGRES_SETTINGS}"
            )
        # No --init-groups shell in between: the process that is started is the postmaster.
        self.launch(*self.as_postgres, self.programs() / "postgres", "-D", self.data)
        wait_until(lambda: accepts(self.port), "PostgreSQL", self.process)
        wait_until(
            lambda: subprocess.run(
                self.psql("-c", "SELECT 1"), capture_output=True, check=False
            ).returncode
            == 0,
            "PostgreSQL",
            self.process,
        )
        return self

    def psql(self, *arguments):
        return [
            "psql",
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-U",
            "postgres",
            "-qAt",
            "-v",
            "ON_ERROR_STOP=1",
            *map(str, arguments),
            "postgres",
        ]

    def prepare(self, members=MEMBERS):
        quietly(*self.psql("-f", SOURCES / "postgres" / "schema.sql"))

    def stop(self, how=servers.signal.SIGINT):
        # SIGINT is the fast stop; SIGKILL would leave shared memory behind.
        super().stop(servers.signal.SIGINT)
