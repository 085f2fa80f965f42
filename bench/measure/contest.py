# SPDX-License-Identifier: Apache-2.0
"""The servers of bench/compare in turn, each under the same load, repetition after repetition."""

import json
import pathlib
import tempfile
import time

from measure import servers
from measure.baselines import Limit, Node, Postgres, RedisFunction
from measure.rows import NONE, Row, least, most
from measure.servers import Failed, Loyalty

CONNECTIONS = 16
MOST_FAILED = 0.01  # of the operations, such as those refused while a store catches up
USUAL_SECONDS = 8  # that a contestant takes, before one knows


class Run:
    """One load: closed with a depth, or open with a rate."""

    def __init__(self, depth=None, rate=None, mix="w1", zipf=0.0):
        self.options = ["--connections", CONNECTIONS, "--mix", mix, "--zipf", zipf]
        self.options += ["--rate", rate] if rate else ["--depth", depth]
        self.name = ("" if mix == "w1" else f"{mix}_") + (f"open{rate}" if rate else f"x{depth}")


CLOSED = [Run(1), Run(16), Run(64)]
W2 = Run(64, mix="w2", zipf=1.01)
OPEN_20K = Run(rate=20_000)
OPEN_200K = Run(rate=200_000)

# name -> how it is made, and its loads
CONTESTANTS = {
    "redis_always": (lambda folder: RedisFunction(folder, "always"), [*CLOSED, OPEN_20K]),
    "rocksdb_fsync": (
        lambda folder: Loyalty(folder, "rocksdb", "fsync"),
        [*CLOSED, W2, OPEN_20K, OPEN_200K],
    ),
    "limit": (lambda folder: Limit(folder, "rocksdb"), [Run(16), Run(64)]),
    "node": (lambda folder: Node(folder, "file"), [Run(64)]),
    "postgres_on": (lambda folder: Postgres(folder, "on"), [Run(64)]),
    "redis_everysec": (lambda folder: RedisFunction(folder, "everysec"), [*CLOSED, OPEN_20K]),
    "rocksdb_relaxed": (
        lambda folder: Loyalty(folder, "rocksdb", "relaxed"),
        [*CLOSED, OPEN_20K, OPEN_200K],
    ),
    "postgres_off": (lambda folder: Postgres(folder, "off"), [Run(64)]),
    "redis_fsync": (lambda folder: Loyalty(folder, "redis", "fsync"), [Run(64)]),
    "redis_relaxed": (lambda folder: Loyalty(folder, "redis", "relaxed"), [Run(64)]),
}


class Contest:
    """What was measured: of each repetition, contestant and load."""

    def __init__(self, seconds, warmup, say, until=float("inf")):
        self.until = until  # on the monotonic clock: no contestant begins that would not be done
        self.took = {}  # contestant -> seconds, the last time
        self.seconds = seconds
        self.warmup = warmup
        self.say = say
        self.repetitions = []
        self.reasons = {}  # contestant -> why it was not measured

    def repeat(self, names=None):
        """One repetition; each begins with another contestant. False: there was no time for any."""
        names = list(names or CONTESTANTS)
        # Where time is short, what stands first in the table is measured most often.
        shift = len(self.repetitions) * 3 % len(names) if self.until == float("inf") else 0
        measured = {}
        for name in names[shift:] + names[:shift]:
            if name in self.reasons:
                continue
            begin = time.monotonic()
            if begin + self.took.get(name, USUAL_SECONDS) > self.until:
                if not self.repetitions:
                    self.reasons[name] = "no time was left for it"
                continue
            try:
                measured[name] = self.measure(name)
                self.took[name] = time.monotonic() - begin
            except (Failed, OSError, KeyError) as failure:
                self.reasons[name] = str(failure)
                self.say(f"{name}: not measured: {failure}")
        if measured:
            self.repetitions.append(measured)
        return bool(measured)

    def measure(self, name):
        make, runs = CONTESTANTS[name]
        got = {}
        with tempfile.TemporaryDirectory(prefix=f"loyalty-{name}-") as folder:
            server = make(pathlib.Path(folder))
            try:
                server.start().prepare()
                for run in runs:
                    got[run.name] = self.run(server, run)
                    self.say(f"{name:>16} {run.name:>10} " + describe(got[run.name]))
            finally:
                server.end()
        return got

    def run(self, server, run):
        timing = ["--seconds", self.seconds, "--warmup", self.warmup]
        got = server.load(*run.options, *timing, check=False)
        if not got or got["failed"] > MOST_FAILED * max(1, got["operations"]):
            raise Failed(f"{run.name}: {got.get('failed', 'all')} operations failed")
        return got

    def values(self, name, run, what):
        return [measured.get(name, {}).get(run, {}).get(what) for measured in self.repetitions]

    def ratios(self, ours, theirs, what):
        """Of each repetition: ours / theirs, each a (contestant, load)."""
        pairs = zip(self.values(*ours, what), self.values(*theirs, what))
        return [mine / other if mine is not None and other else None for mine, other in pairs]

    def why(self, *names):
        return "; ".join(self.reasons[name] for name in names if name in self.reasons)


def describe(got):
    return (
        f"{got['per_second']:>10,.0f}/s  p99 {got['p99_us'] / 1e3:>8.2f} ms  "
        f"{got['server_cpu_us']:>7.2f} us CPU  others {got['other_cores']:.2f} cores"
    )


# our contestant, depth, theirs, target of throughput: the first rows are those that issue 5 names
PAIRS = [
    ("rocksdb_fsync", 1, "redis_always", least(2.5)),
    ("rocksdb_fsync", 16, "redis_always", least(8)),
    ("rocksdb_fsync", 64, "redis_always", least(10)),
    ("rocksdb_fsync", 64, "postgres_on", least(40)),
    ("rocksdb_fsync", 64, "node", least(1.7)),
    ("rocksdb_fsync", 64, "limit", least(0.5)),
    ("rocksdb_relaxed", 64, "redis_everysec", least(15)),
    ("redis_fsync", 64, "redis_always", least(8)),
    ("rocksdb_relaxed", 1, "redis_everysec", least(2.5)),
    ("rocksdb_relaxed", 16, "redis_everysec", least(10)),
    ("redis_relaxed", 64, "redis_everysec", least(12)),
    ("rocksdb_relaxed", 64, "postgres_off", NONE),
]


def rows(contest):
    """All rows of the contest, ratios of throughput first."""
    found = []
    for what, suffix in (("per_second", ""), ("p99_us", "_p99"), ("server_cpu_us", "_cpu")):
        for ours, depth, theirs, target in PAIRS:
            run = f"x{depth}"
            found.append(
                Row(
                    f"{ours}_{run}_vs_{theirs}{suffix}",
                    "ratio",
                    contest.ratios((ours, run), (theirs, run), what),
                    NONE if suffix else target,
                    contest.why(ours, theirs),
                )
            )

    def absolute(figure, unit, name, run, what, scale, target):
        values = [
            None if value is None else value * scale for value in contest.values(name, run, what)
        ]
        found.append(Row(figure, unit, values, target, contest.why(name)))

    for name, limits in (("rocksdb_fsync", (3, 8)), ("rocksdb_relaxed", (0.3, 1))):
        for run, limit in zip((OPEN_20K, OPEN_200K), limits):
            absolute(f"{name}_{run.name}_p99", "ms", name, run.name, "p99_us", 1e-3, most(limit))
    for ours, theirs in (("rocksdb_fsync", "redis_always"), ("rocksdb_relaxed", "redis_everysec")):
        found.append(
            Row(
                f"{ours}_open20000_p99_vs_{theirs}",
                "ratio",
                contest.ratios((ours, OPEN_20K.name), (theirs, OPEN_20K.name), "p99_us"),
                most(1),
                contest.why(ours, theirs),
            )
        )
    for name in ("rocksdb_fsync", "rocksdb_relaxed"):
        for run, limit in (("x16", 3), ("x64", 2)):
            absolute(
                f"{name}_{run}_cpu_per_purchase", "us", name, run, "server_cpu_us", 1, most(limit)
            )
    w2 = [
        second / first if first and second else None
        for first, second in zip(
            contest.values("rocksdb_fsync", "x64", "per_second"),
            contest.values("rocksdb_fsync", W2.name, "per_second"),
        )
    ]
    found.append(
        Row(
            "rocksdb_fsync_x64_w2_zipf_vs_w1_uniform",
            "ratio",
            w2,
            least(0.9),
            contest.why("rocksdb_fsync"),
        )
    )
    for name, (_, runs) in CONTESTANTS.items():
        for run in runs:
            if run.name.startswith("x"):
                absolute(
                    f"{name}_{run.name}_per_second", "1/s", name, run.name, "per_second", 1, NONE
                )
    return found


def busy(contest):
    """Cores that other processes used while it was measured: median and maximum."""
    values = sorted(
        got["other_cores"]
        for measured in contest.repetitions
        for runs in measured.values()
        for got in runs.values()
    )
    return (values[len(values) // 2], values[-1]) if values else (0.0, 0.0)


def save(contest, file):
    """Every single run, for who wants to look closer."""
    file.write_text(
        json.dumps(
            {
                "at": time.strftime("%Y-%m-%d %H:%M"),
                "members": servers.MEMBERS,
                "repetitions": contest.repetitions,
                "not_measured": contest.reasons,
            },
            indent=1,
        )
        + "\n",
        encoding="utf-8",
    )
