#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a cluster costs: CPU of a call that is passed on against one that is not, and CPU and Redis
commits of an operation with 1, 2 and 3 nodes under the same load, each in one run on this machine.

    bench/cluster_cost.py [--seconds 8] [--members 2000] [--rate 3000]

The figures are in bench/README.md. On few cores clients, nodes and Redis share them: what is measured
is CPU time, which depends on that much less than time does.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests" / "end_to_end")]

from connection import Connection  # noqa: E402
from house.cluster import Cluster, Settings, wait_until  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def commits(redis):
    text = redis.ask("INFO", "commandstats")
    return sum(int(count) for count in re.findall(r"cmdstat_evalsha:calls=(\d+)", text))


class Run:
    def __init__(self, options, nodes):
        self.options = options
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="loyalty-cost-"))
        program = ROOT / "config" / "programs" / "cloud-kicks.toml"
        self.cluster = Cluster(self.folder, Settings(
            binary=options.binary, durability="relaxed", programs=(str(program),)), nodes)

    def __enter__(self):
        self.cluster.start()
        wait_until(lambda: all(shard["node"] for shard in self.status()["shards"]), "all is served")
        return self

    def __exit__(self, *_):
        self.cluster.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def status(self):
        with Connection(self.cluster.nodes["node-2" if "node-2" in self.cluster.nodes
                                           else "node-1"].address) as connection:
            return connection.call("cluster_status")

    def all_at(self, name):
        for node in self.cluster.nodes.values():
            if node.name != name:
                with Connection(node.address) as connection:
                    connection.call("cluster_drain", node=node.name)
        wait_until(lambda: all(s["node"] == name for s in self.status()["shards"]),
                   f"all shards are at {name}")

    def measure(self, at, rate=0):
        """CPU and commits of one operation; `at`: the nodes that clients call."""
        nodes = self.cluster.nodes.values()
        redis = self.cluster.redis[0]
        share = rate / len(at)
        before = [cpu_seconds(n) for n in nodes], cpu_seconds(redis), commits(redis)
        benches = [subprocess.Popen(
            [self.options.binary, "bench", "--connect", "%s:%d" % node.address, "--json",
             "--members", str(self.options.members), "--seconds", str(self.options.seconds),
             "--warmup", "1", *(["--rate", str(share)] if rate else [])],
            stdout=subprocess.PIPE, text=True) for node in at]
        reports = [json.loads(bench.communicate()[0]) for bench in benches]
        # Everything that was answered, warm-up and enrolments too, took the CPU.
        done = sum(r["operations"] for r in reports) * (self.options.seconds + 1) \
            / self.options.seconds + self.options.members * len(at)
        cpu = sum(cpu_seconds(n) - b for n, b in zip(nodes, before[0]))
        return {"operations_per_second": sum(r["operations_per_second"] for r in reports),
                "p99_us": max(r["latency_us"]["p99"] for r in reports),
                "cpu_us": 1e6 * cpu / done, "redis_us": 1e6 * (cpu_seconds(redis) - before[1]) / done,
                "commits": (commits(redis) - before[2]) / done}


def say(what, measured):
    print(f"| {what:<34} | {measured['operations_per_second']:>8,} "
          f"| {measured['cpu_us']:>7.1f} us | {measured['redis_us']:>7.1f} us "
          f"| {measured['commits']:>6.3f} | {measured['p99_us'] / 1000:>7.1f} ms |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=str(ROOT / "build" / "loyalty"))
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--members", type=int, default=2000)
    parser.add_argument("--rate", type=int, default=3000)
    options = parser.parse_args()
    print("| calls | operations/s | CPU of nodes | CPU of Redis | commits | p99 |\n"
          "|---|---|---|---|---|---|")
    with Run(options, 2) as run:
        run.all_at("node-2")
        has, has_not = run.cluster.nodes["node-2"], run.cluster.nodes["node-1"]
        run.measure([has])  # members are enrolled, code is warm
        local = run.measure([has])
        passed_on = run.measure([has_not])
        say("to the node that has the members", local)
        say("to the other node: passed on", passed_on)
        print(f"  a hop: {passed_on['cpu_us'] / local['cpu_us']:.2f} times the CPU of the nodes")
    for count in (1, 2, 3):
        with Run(options, count) as run:
            say(f"{count} nodes, {options.rate:,} a second", run.measure(
                list(run.cluster.nodes.values()), options.rate))


if __name__ == "__main__":
    main()
