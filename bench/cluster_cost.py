#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a cluster costs: CPU of a call that is passed on against one that is not, and CPU, packets
between nodes and Redis commits of an operation with 1, 2 and 3 nodes under the same load, each in one
run on this machine.

    bench/cluster_cost.py [--seconds 8] [--members 1000] [--rate 3000] [--repeats 3]

The figures are in bench/README.md. On few cores clients, nodes and Redis share them: what is measured
is CPU time, which depends on that much less than time does. Redis commits are its calls of scripts, a
few heartbeats a second among them; packets are TCP segments with data over the links of nodes, in
both directions, each of which carries what gathered since the one before.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests" / "end_to_end")]

from connection import Connection  # noqa: E402
from house.cluster import Cluster, Settings, wait_until  # noqa: E402
from house.ports import free_port  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def commits(redis):
    text = redis.ask("INFO", "commandstats")
    return sum(int(count) for count in re.findall(r"cmdstat_evalsha:calls=(\d+)", text))


def packets(ports):
    """So many segments with data went over connections of these ports, in both directions: both ends
    of each are on this machine."""
    lines = subprocess.run(["ss", "-tinH", "state", "established"], capture_output=True, text=True,
                           check=True).stdout.splitlines()
    sent = 0
    for ends, details in zip(lines, lines[1:]):
        if not ends.startswith((" ", "\t")) and \
                ports & {int(end.rsplit(":", 1)[1]) for end in ends.split()[2:4]}:
            sent += sum(map(int, re.findall(r"data_segs_out:(\d+)", details)))
    return sent


class Run:
    def __init__(self, options, nodes):
        self.options = options
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="loyalty-cost-"))
        program = ROOT / "config" / "programs" / "cloud-kicks.toml"
        self.cluster = Cluster(self.folder, Settings(
            binary=options.binary, durability="relaxed", programs=(str(program),)), nodes)
        for node in self.cluster.nodes.values():
            node.peer_port = free_port()

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

    def idle(self, seconds):
        """CPU that a node uses in a second in which nobody calls."""
        before = [cpu_seconds(n) for n in self.cluster.nodes.values()]
        time.sleep(seconds)
        used = sum(cpu_seconds(n) - b for n, b in zip(self.cluster.nodes.values(), before))
        return used / seconds / len(self.cluster.nodes)

    def measure(self, at, rate=0, more=()):
        """CPU, packets and commits of one operation; `at`: the nodes that clients call."""
        nodes = self.cluster.nodes.values()
        redis = self.cluster.redis[0]
        ports = {node.peer_port for node in nodes}
        share = rate / len(at)
        before = ([cpu_seconds(n) for n in nodes], cpu_seconds(redis), commits(redis),
                  packets(ports))
        benches = [subprocess.Popen(
            [self.options.binary, "bench", "--connect", "%s:%d" % node.address, "--json",
             "--members", str(self.options.members), "--seconds", str(self.options.seconds),
             "--warmup", "1", *(["--rate", str(share)] if rate else []), *more],
            stdout=subprocess.PIPE, text=True) for node in at]
        reports = [json.loads(bench.communicate()[0]) for bench in benches]
        # Everything that was answered, warm-up and enrolments too, took the CPU.
        done = sum(r["operations"] for r in reports) * (self.options.seconds + 1) \
            / self.options.seconds + self.options.members * len(at)
        cpu = sum(cpu_seconds(n) - b for n, b in zip(nodes, before[0]))
        return {"operations_per_second": sum(r["operations_per_second"] for r in reports),
                "p99_us": max(r["latency_us"]["p99"] for r in reports),
                "cpu_us": 1e6 * cpu / done, "redis_us": 1e6 * (cpu_seconds(redis) - before[1]) / done,
                "commits": (commits(redis) - before[2]) / done,
                "packets": (packets(ports) - before[3]) / done}


def say(what, measured):
    print(f"| {what} | {measured['operations_per_second']:,} "
          f"| {measured['cpu_us']:.1f} us | {measured['redis_us']:.1f} us "
          f"| {measured['commits']:.3f} | {measured['packets']:.3f} "
          f"| {measured['p99_us'] / 1000:.1f} ms |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=str(ROOT / "build" / "loyalty"))
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--members", type=int, default=1000)
    parser.add_argument("--rate", type=int, default=3000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    print("| calls | operations/s | CPU of nodes | CPU of Redis | commits | packets | p99 |\n"
          "|---|---|---|---|---|---|---|")
    with Run(options, 2) as run:
        run.all_at("node-2")
        has, has_not = run.cluster.nodes["node-2"], run.cluster.nodes["node-1"]
        run.measure([has])  # members are enrolled, code is warm
        hops = {in_flight: [] for in_flight in (16, 64)}
        for in_flight in list(hops) * options.repeats:
            more = ["--pipeline", str(in_flight)]
            local = run.measure([has], more=more)
            passed_on = run.measure([has_not], more=more)
            say(f"4 x {in_flight}, to the node that has the members", local)
            say(f"4 x {in_flight}, to the other node: passed on", passed_on)
            hops[in_flight].append(passed_on["cpu_us"] / local["cpu_us"])
    rested = []
    for count in (1, 2, 3):
        with Run(options, count) as run:
            nodes = list(run.cluster.nodes.values())
            run.measure(nodes)
            rested.append(run.idle(options.seconds))
            name = f"{count} node{'s' if count > 1 else ''}, {options.rate:,} a second"
            say(f"{name}, to any", run.measure(nodes, options.rate))
            if count > 1:
                say(f"{name}, to the owner", run.measure(nodes, options.rate, ["--straight"]))
            say(f"{name.split(',')[0]}, as fast as it goes, to any", run.measure(nodes))
            if count == 1:
                say("the same, 16 times as many in flight",
                    run.measure(nodes, more=["--pipeline", "256"]))
    print()
    for in_flight, ratios in hops.items():
        print(f"A hop, 4 x {in_flight} in flight: {statistics.median(ratios):.2f} times the CPU of "
              f"the nodes (median of {len(ratios)}, {min(ratios):.2f} to {max(ratios):.2f}).")
    print("A node that nobody calls uses "
          + ", ".join(f"{1000 * used:.1f}" for used in rested)
          + " ms of CPU a second, with 1, 2 and 3 nodes.")


if __name__ == "__main__":
    main()
