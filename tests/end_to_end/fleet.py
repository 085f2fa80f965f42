# SPDX-License-Identifier: Apache-2.0
"""Many clients of a cluster at once, that go on to another node when one does not answer, and write
down what they ask before they send it and what they hear after it came."""

import json
import random
import threading
import time

from connection import Connection, Lost, Refused
from linearizability import Seen
from load import Load

ANSWER_SECONDS = 12
READS = 0.25        # share of reads
PAUSE_SECONDS = 0.05


class History:
    """What was asked and answered, on disk line by line and in memory."""

    def __init__(self, file):
        self.lock = threading.Lock()
        self.file = open(file, "w", encoding="utf-8", buffering=1)
        self.seen = []
        self.ends = []       # of answers: when, how long it took, whether it was final
        self.refusals = {}

    def note(self, **what):
        line = json.dumps({"at": time.monotonic(), **what})
        with self.lock:
            self.file.write(line + "\n")

    def saw(self, seen):
        with self.lock:
            self.seen.append(seen)

    def ended(self, member, begin, end):
        with self.lock:
            self.ends.append((member, begin, end))

    def refused(self, code):
        with self.lock:
            self.refusals[code] = self.refusals.get(code, 0) + 1

    def longest_silence(self, member, begin, end):
        """The longest time within which nothing about the member was answered."""
        with self.lock:
            ends = sorted(e for m, _, e in self.ends if m == member and begin <= e <= end)
        points = [begin, *ends, end]
        return max(b - a for a, b in zip(points, points[1:]))


class Client(threading.Thread):
    """One connection, one call at a time. `addresses()` names the nodes that may be asked."""

    def __init__(self, number, fleet):
        super().__init__(daemon=True, name=f"client-{number}")
        self.number = number
        self.fleet = fleet
        self.random = random.Random(fleet.seed * 1000 + number)
        self.connection = None
        self.fault = None

    def run(self):
        try:
            while not self.fleet.over.is_set():
                if self.random.random() < READS:
                    self.read()
                else:
                    self.write()
        except AssertionError as error:  # two answers to one key
            self.fault = str(error)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the test has failed
            self.fault = repr(error)
        finally:
            self.leave()

    def read(self):
        member = self.random.choice(self.fleet.load.members)
        begin = time.monotonic()
        self.fleet.history.note(client=self.number, call="get_member", member=member)
        outcome = self.ask("get_member", member=member)
        if isinstance(outcome, dict):
            end = time.monotonic()
            self.fleet.history.note(client=self.number, member=member,
                                    sequence=outcome["sequence"])
            self.fleet.history.saw(Seen(member, "read", begin, end, outcome["sequence"], False))
            self.fleet.history.ended(member, begin, end)

    def write(self):
        with self.fleet.lock:
            operation = self.fleet.load.next()
            first = not operation.acknowledged
        begin = time.monotonic()
        while True:
            self.fleet.history.note(client=self.number, key=operation.key,
                                    call=operation.method, member=operation.member)
            outcome = self.ask(operation.method, key=operation.key, **operation.params)
            end = time.monotonic()
            self.fleet.history.note(client=self.number, key=operation.key,
                                    outcome=outcome if isinstance(outcome, dict)
                                    else str(getattr(outcome, "code", "lost")))
            if outcome is not None:
                with self.fleet.lock:
                    if not (isinstance(outcome, Refused) and outcome.retryable):
                        self.fleet.load.settle(operation, outcome)
                        break
            if self.fleet.abandoned.is_set():
                with self.fleet.lock:
                    self.fleet.load.unanswered.append(operation)
                return
            self.fleet.over.wait(PAUSE_SECONDS)
        self.fleet.history.ended(operation.member, begin, end)
        if first and isinstance(outcome, dict) and "sequence" in outcome:
            self.fleet.history.saw(Seen(operation.member, operation.key, begin, end,
                                        outcome["sequence"], outcome.get("changed", True)))

    def ask(self, method, **params):
        """The outcome; nothing when it is not known."""
        try:
            if self.connection is None:
                self.connection = Connection(self.random.choice(self.fleet.addresses()))
            outcome = self.connection.outcome_of_within(ANSWER_SECONDS, method, **params)
        except (Lost, OSError, AssertionError):
            self.leave()
            self.fleet.history.refused("lost")
            return None
        if isinstance(outcome, Refused) and outcome.retryable:
            self.fleet.history.refused(outcome.code)
            self.leave()
        return outcome

    def leave(self):
        if self.connection is not None:
            self.connection.abort()
            self.connection = None


class Fleet:
    def __init__(self, seed, addresses, history_file, clients, members):
        self.seed = seed
        self.addresses = addresses
        self.lock = threading.Lock()
        self.over = threading.Event()
        self.abandoned = threading.Event()
        self.load = Load(random.Random(seed), members)
        self.history = History(history_file)
        self.clients = [Client(number, self) for number in range(clients)]

    def start(self):
        for client in self.clients:
            client.start()

    def done(self):
        return self.load.done

    def stop(self, seconds=60):
        """No new operations; those that are under way get their answers."""
        self.over.set()
        end = time.monotonic() + seconds
        for client in self.clients:
            client.join(max(0.1, end - time.monotonic()))
        self.abandoned.set()
        for client in self.clients:
            client.join(ANSWER_SECONDS + 5)

    def faults(self):
        return [f"{client.name}: {client.fault}" for client in self.clients if client.fault]
