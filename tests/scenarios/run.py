#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Plays scenario files over TCP against a real server on RocksDB with the manual clock.

    tests/scenarios/run.py tests/scenarios/*.toml
    tests/scenarios/run.py --restart-after-each-step tests/scenarios/welcome_day.toml

Prints each step that differs, with what was expected and what came; exits 1 when one did.
"""

import argparse
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from player import scenario  # noqa: E402
from player.play import Player  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description="Plays scenario files against a real server.")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--server", metavar="PATH", default="build/loyalty",
                        help="the server's binary; default: build/loyalty")
    parser.add_argument("--restart-after-each-step", action="store_true",
                        help="kill -9 and restart the server between all steps")
    options = parser.parse_args()

    differing = 0
    for file in options.files:
        try:
            story = scenario.load(file)
        except (scenario.FormatError, KeyError, ValueError) as error:
            sys.exit(f"{file}: {error!r}")
        failures = Player(story, options.server, options.restart_after_each_step).play()
        print(f"{'FAILED' if failures else 'ok    '} {story.path.name}: {story.name}")
        for failure in failures:
            print(failure)
        differing += bool(failures)
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
