# SPDX-License-Identifier: Apache-2.0
"""The rows of the table of bench/README.md that are about our server alone."""

import csv
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from measure.rows import NONE, Row, least, most
from measure.servers import BUILD, LOYALTY, ROOT, Failed, Loyalty, prioritised

sys.path.insert(0, str(ROOT / "tests" / "end_to_end"))

from connection import Connection  # noqa: E402 (the path is set above)

LOTS_DAYS = 10
MEMBER_EVENTS = 10_000
NODE_LIMIT = ["--max-in-flight-node", "1000000"]


def resident(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    raise Failed("no VmRSS")


def micro(quick):
    """The core, the decoder and the encoder of a W1 purchase, and snapshots out of RocksDB."""
    repetitions = 3 if quick else 7
    found = {}
    for program, wanted in (("regression_bench", "^w1_"), ("recovery_bench", ".")):
        done = subprocess.run(
            prioritised(
                BUILD / "bench" / program,
                f"--benchmark_filter={wanted}",
                "--benchmark_format=json",
                f"--benchmark_min_time={0.05 if quick else 0.3}",
                f"--benchmark_repetitions={repetitions}",
            ),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Failed(f"{program}: {done.stderr.strip()[-300:]}")
        for one in json.loads(done.stdout)["benchmarks"]:
            if one["run_type"] == "iteration":
                found.setdefault(one["run_name"], []).append(one)

    def values(name, what):
        return [one[what] for one in found.get(name, [])]

    mine, by_hand = (
        values(f"{name}/100000", "cpu_time") for name in ("w1_purchase", "w1_purchase_by_hand")
    )
    return {
        "core_w1_purchase": mine,
        "core_w1_purchase_allocations": values("w1_purchase/100000", "allocs/op"),
        "core_w1_purchase_vs_by_hand": [a / b for a, b in zip(mine, by_hand)],
        "decode_purchase": values("w1_decode", "cpu_time"),
        "decode_purchase_allocations": values("w1_decode", "allocs/op"),
        "encode_reply": values("w1_encode", "cpu_time"),
        "encode_reply_allocations": values("w1_encode", "allocs/op"),
        "members_from_snapshots_per_second": values(
            "scan_members/10000/real_time", "items_per_second"
        ),
    }


def import_purchases(server, members, days, folder):
    """Enrols new members on a day of the past, with `days` purchases each, one a day."""
    file = folder / "purchases.csv"
    with open(file, "w", newline="", encoding="ascii") as out:
        rows = csv.writer(out)
        rows.writerow(["row", "member", "day", "amount", "partner"])
        count = 0
        for day in range(days):
            for member in range(members):
                count += 1
                rows.writerow(
                    [
                        count,
                        f"P{member:09}",
                        f"2026-09-{day + 1:02}",
                        f"{count % 199 + 1}.00",
                        f"p{count % 50:02}",
                    ]
                )
    done = subprocess.run(
        [
            LOYALTY,
            "import",
            "--connect",
            f"127.0.0.1:{server.port}",
            "--program",
            "w1",
            "--csv",
            file,
            "--key",
            "row",
            "--enroll",
            "--json",
            "--map",
            "member=member,at=day,amount=amount,partner=partner",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    file.unlink()
    if done.returncode != 0 or json.loads(done.stdout)["imported"] != count:
        raise Failed(f"loyalty import: {done.stderr.strip()[-300:]}")


def memory(quick, folder):
    """Bytes of an active member with 11 lots and 10 purchases. The store is Redis, in another
    process, so the buffers of RocksDB are not counted as if they were members."""
    members = 10_000 if quick else 100_000
    server = Loyalty(
        folder, "redis", "relaxed", more=["--active-entities", str(4 * members), *NODE_LIMIT]
    )
    # What is freed goes back at once, or it would count.
    server.environment = {"MALLOC_CONF": "dirty_decay_ms:0,muzzy_decay_ms:0"}
    server.start()
    try:
        # What a server has once, whatever its members: measured with some of them there.
        server.prepare(members=1_000)
        before = resident(server.process.pid)
        import_purchases(server, members, LOTS_DAYS, folder)
        used = (resident(server.process.pid) - before) / members
    finally:
        server.end()
    return {"bytes_per_active_member": [used]}


def events_of(server):
    """How many events (domain.md, part 4) the store of a server that is not running holds."""
    done = subprocess.run(
        [LOYALTY, "verify", "--store", f"rocksdb:{server.folder / 'data'}", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Failed(f"loyalty verify: {done.stdout.strip()[-300:]}")
    return json.loads(done.stdout)["facts"]


def recovery(quick, folder):
    """A restart after kill -9 on a journal of purchases, less that on an empty one. A purchase is
    six or seven events. The load is so short that all of them stand in the journal still."""
    seconds = 1 if quick else 2
    server = Loyalty(folder, "rocksdb", "relaxed", more=["--snapshot-seconds", "3600"])

    def restarted():
        server.stop(signal.SIGKILL)
        begin = time.monotonic()
        server.start()
        with Connection(("127.0.0.1", server.port)) as connection:
            connection.call("ping")
        return time.monotonic() - begin

    rates = []
    try:
        server.start()
        server.prepare(members=10_000)
        server.load("--members", 10_000, "--depth", "64", "--seconds", "0.1")
        server.stop(signal.SIGKILL)
        events_before = events_of(server)
        # The least of some: a slow one among these would make the others look fast.
        empty = min(restarted() for _ in range(3))
        server.load("--members", 10_000, "--depth", "64", "--seconds", seconds)
        server.stop(signal.SIGKILL)
        events = events_of(server) - events_before
        for _ in range(3):
            rates.append(events / max(1e-3, restarted() - empty))
    finally:
        server.end()
    return {"journal_replay_events_per_second": rates}


def long_history(quick, folder):
    """Questions about a member with 10,000 events."""
    server = Loyalty(folder, "rocksdb", "relaxed", more=NODE_LIMIT).start()
    times = {"explain": [], "as_of": []}
    try:
        server.prepare(members=1)
        with Connection(("127.0.0.1", server.port)) as connection:
            member = "M000000000"
            middle_sequence = 0
            sequence = 0
            number = 0
            while sequence < MEMBER_EVENTS:
                number += 1
                answer = connection.call(
                    "purchase",
                    member=member,
                    key=f"long-{number}",
                    amount=5_000 + number,
                    partner="p03",
                )
                sequence = answer["sequence"]
                if middle_sequence == 0 and sequence > MEMBER_EVENTS // 2:
                    middle_sequence = answer["journal"]
                    middle = int(time.time() * 1e3)
            for _ in range(10 if quick else 30):
                begin = time.monotonic()
                connection.call("explain", member=member, sequence=middle_sequence)
                times["explain"].append((time.monotonic() - begin) * 1e3)
                begin = time.monotonic()
                connection.call("get_balances", member=member, as_of=middle)
                times["as_of"].append((time.monotonic() - begin) * 1e3)
    finally:
        server.end()
    return {f"{name}_of_10000_events": values for name, values in times.items()}


def soak(quick, folder):
    """An open loop at 100,000 a second with sync, of 5 minutes (quick: 5 s): the tail, and how long
    the server was ever silent."""
    seconds = 5 if quick else 300
    server = Loyalty(folder, "rocksdb", "fsync", more=NODE_LIMIT).start()
    try:
        server.prepare()
        got = server.load("--rate", 100_000, "--seconds", seconds, "--warmup", 2, check=False)
    finally:
        server.end()
    return {
        "soak_100000_p99_9": [got["p99_9_us"] / 1e3],
        "soak_100000_longest_silence": [got["longest_silence_ms"]],
        "soak_100000_answered": [got["per_second"]],
    }


# part -> how it is measured, the seconds that a quick one takes, its figures: unit and target
PARTS = {
    "micro": (
        lambda quick, folder: micro(quick),
        20,
        {
            "core_w1_purchase": ("ns", most(450)),
            "core_w1_purchase_allocations": ("count", most(0.2)),
            "core_w1_purchase_vs_by_hand": ("ratio", NONE),
            "decode_purchase": ("ns", most(80)),
            "decode_purchase_allocations": ("count", most(0)),
            "encode_reply": ("ns", most(40)),
            "encode_reply_allocations": ("count", most(0)),
            "members_from_snapshots_per_second": ("1/s", least(1e6)),
        },
    ),
    "long_history": (
        long_history,
        6,
        {"explain_of_10000_events": ("ms", most(20)), "as_of_of_10000_events": ("ms", most(20))},
    ),
    "soak": (
        soak,
        12,
        {
            "soak_100000_p99_9": ("ms", most(15)),
            "soak_100000_longest_silence": ("ms", most(80)),
            "soak_100000_answered": ("1/s", NONE),
        },
    ),
    "recovery": (recovery, 12, {"journal_replay_events_per_second": ("1/s", least(1e6))}),
    "memory": (memory, 15, {"bytes_per_active_member": ("B", most(2_200))}),
}


def rows(quick, say, only=None, until=float("inf")):
    """Of all parts, or of `only` these; what would not be done at `until` is not begun."""
    found = []
    for name, (part, usual_seconds, figures) in PARTS.items():
        if only and name not in only:
            continue
        values, why = {}, "no time was left for it"
        if time.monotonic() + usual_seconds <= until:
            say(f"figures: {name}")
            with tempfile.TemporaryDirectory(prefix=f"loyalty-{name}-") as folder:
                try:
                    values = part(quick, pathlib.Path(folder))
                except (Failed, OSError, KeyError) as failure:
                    why = str(failure)
        for figure, (unit, target) in figures.items():
            found.append(Row(figure, unit, values.get(figure, []), target, why))
    return found
