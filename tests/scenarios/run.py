#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Plays scenario files over TCP against a real server with the manual clock.

    tests/scenarios/run.py tests/scenarios/*.toml
    tests/scenarios/run.py --store redis --jobs 4 tests/scenarios/*.toml
    tests/scenarios/run.py --nobody-stays tests/scenarios/escrow.toml
    tests/scenarios/run.py --restart-after-each-step tests/scenarios/partners.toml

Prints each step that differs, with what was expected and what came; exits 1 when one did.
"""

import argparse
import concurrent.futures
import contextlib
import pathlib
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from end_to_end.redis_server import RedisServer  # noqa: E402
from player import scenario  # noqa: E402
from player.play import Player  # noqa: E402
from player.cluster_server import ClusterServer  # noqa: E402
from player.server import Server  # noqa: E402


def parse_options():
    parser = argparse.ArgumentParser(description="Plays scenario files against a real server.")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--server", metavar="PATH", default="build/loyalty",
                        help="the server's binary; default: build/loyalty")
    parser.add_argument("--store", choices=("rocksdb", "redis"), default="rocksdb",
                        help="redis: one real redis-server, a database of it for each scenario")
    parser.add_argument("--cluster", action="store_true",
                        help="three nodes for each scenario, on a database of one real "
                             "redis-server, played at one that has no member")
    parser.add_argument("--nobody-stays", action="store_true",
                        help="every member and partner leaves memory before each answer")
    parser.add_argument("--restart-after-each-step", action="store_true",
                        help="kill -9 and restart the server between all steps")
    parser.add_argument("--jobs", type=int, default=1, help="scenarios at the same time")
    return parser.parse_args()


def load(file):
    try:
        return scenario.load(file)
    except (scenario.FormatError, KeyError, ValueError) as error:
        sys.exit(f"{file}: {error!r}")


@contextlib.contextmanager
def stores(kind, count):
    """The URLs of so many stores; "" stands for RocksDB in a folder of the server's own."""
    if kind == "rocksdb":
        yield [""] * count
        return
    folder = tempfile.mkdtemp(prefix="loyalty-scenarios-redis-")
    redis = RedisServer(folder, more=["--databases", str(count)])
    try:
        redis.start()
        yield [redis.url.removesuffix("/0") + f"/{number}" for number in range(count)]
    finally:
        redis.kill()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    options = parse_options()
    stories = [load(file) for file in options.files]
    more = ["--idle-entity-seconds", "0"] if options.nobody_stays else []

    kind = ClusterServer if options.cluster else Server

    def play(story, store):
        server = kind(options.server, story.program, store, more)
        return Player(story, server, options.restart_after_each_step).play()

    differing = 0
    with (stores("redis" if options.cluster else options.store, len(stories)) as urls,
          concurrent.futures.ThreadPoolExecutor(options.jobs) as players):
        for story, failures in zip(stories, players.map(play, stories, urls)):
            print(f"{'FAILED' if failures else 'ok    '} {story.path.name}: {story.name}")
            for failure in failures:
                print(failure)
            differing += bool(failures)
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
