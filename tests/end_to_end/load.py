# SPDX-License-Identifier: Apache-2.0
"""Random work with unique keys, many calls in flight, that survives the death of its server."""

import time
from collections import deque

from connection import PATIENCE_SECONDS, Connection, Lost, Refused, first_result

MEMBERS = [f"m{number}" for number in range(8)]
PARTNERS = ("ursa-major-solar", "kacy-retail")
WINDOW = 16


class Operation:
    """A write with its key; `answer` is what was answered first."""

    def __init__(self, number, method, params):
        self.key = f"op-{number}"
        self.method = method
        self.params = params
        self.member = params["member"]
        self.answer = None
        self.code = None

    @property
    def acknowledged(self):
        return self.answer is not None or self.code is not None

    def take(self, outcome):
        """Notes an answer; a later one must be the same. False: it has to be sent again."""
        if isinstance(outcome, Refused):
            if outcome.retryable:
                return False
            told = outcome.as_tuple()
            if self.acknowledged and self.code != told:
                raise AssertionError(f"{self.key}: {self.code or self.answer}, then {told}")
            self.code = told
            return True
        told = first_result(outcome)
        if self.acknowledged and self.answer != told:
            raise AssertionError(f"{self.key}: {self.answer or self.code}, then {told}")
        self.answer = told
        return True


class Load:
    """Makes operations and runs them on several connections."""

    def __init__(self, random, members=MEMBERS):
        self.random = random
        self.members = members
        self.operations = []
        self.unanswered = deque()
        self.vouchers = []
        self.found_done = 0  # repeated after a kill and found to have happened before it
        self.lost_calls = 0
        self.retried_calls = 0  # answered with an error that is not final
        self.done = 0
        self.repeats = 0
        for member in members:
            self.unanswered.append(self.add("enroll_member", member=member))

    def add(self, method, **params):
        operation = Operation(len(self.operations), method, params)
        self.operations.append(operation)
        return operation

    def next(self):
        """What lost its answer first; then something new or, sometimes, something answered."""
        if self.unanswered:
            return self.unanswered.popleft()
        if self.random.random() < 0.05:
            known = self.random.choice(self.operations)
            if known.acknowledged:
                self.repeats += 1
                return known
        return self.make()

    def make(self):
        random = self.random
        member = random.choice(self.members)
        kind = random.random()
        if kind < 0.40:
            return self.add("purchase", member=member, amount=random.randrange(0, 30_000),
                            category=random.choice(["coffee", "court-shoes"]),
                            units=random.randrange(1, 4))
        if kind < 0.60:
            return self.add("purchase", member=member, amount=random.randrange(0, 30_000),
                            partner=random.choice(PARTNERS))
        if kind < 0.75:
            offer = random.choice(["free-drink", "spa-day", "solar-charger", "inner-circle-event"])
            return self.add("redeem", member=member, offer=offer, quantity=random.randrange(1, 3))
        if kind < 0.85:
            return self.add("update_progress", member=member, promotion="latte-lovers",
                            increment=random.randrange(1, 5))
        if kind < 0.95 or not self.vouchers:
            return self.add("issue_voucher", member=member, definition="free-drink")
        member, voucher = self.vouchers.pop(random.randrange(len(self.vouchers)))
        return self.add("use_voucher", member=member, voucher=voucher)

    def run_until_lost(self, address, connections):
        """Works until the server dies; what is in flight then stays without an answer."""
        self.run(address, connections, until=lambda: False)

    def run(self, address, connections, until):
        """Works until it is told to stop, or the server dies."""
        links = []
        try:
            for _ in range(connections):
                links.append((Connection(address), {}))
            end = time.monotonic() + PATIENCE_SECONDS
            while time.monotonic() < end:
                if until():
                    return
                for link in links:
                    self.fill(*link)
                for link in links:
                    self.drain(*link, seconds=0.002)
            raise AssertionError("it did not come to an end")
        except (Lost, ConnectionError):
            pass  # what was sent has to be repeated
        finally:
            self.forget(links)

    def finish(self, address):
        """Gets an answer to everything that has none."""
        with Connection(address) as connection:
            while self.unanswered:
                operation = self.unanswered.popleft()
                outcome = connection.outcome_of(operation.method, key=operation.key,
                                                **operation.params)
                self.settle(operation, outcome)

    def fill(self, connection, flying):
        while len(flying) < WINDOW:
            operation = self.next()
            # Before it is sent: a connection that breaks now leaves it among the unanswered.
            flying[connection.last_id + 1] = operation
            connection.send(operation.method, key=operation.key, **operation.params)

    def drain(self, connection, flying, seconds):
        connection.receive(seconds)
        for msgid in list(connection.answers):
            self.settle(flying.pop(msgid), connection.outcome(msgid))

    def settle(self, operation, outcome):
        known = operation.acknowledged
        if not operation.take(outcome):
            self.unanswered.append(operation)
            self.retried_calls += 1
            return
        self.done += not known
        if known or operation.answer is None:
            return
        self.found_done += outcome.get("replayed", False)
        for view in operation.answer.get("vouchers", []):
            self.vouchers.append((operation.member, view["voucher"]))
        if operation.method == "issue_voucher":
            self.vouchers.append((operation.member, operation.answer["voucher"]["voucher"]))

    def forget(self, links):
        """Answers that were under way are not read: they are lost, too."""
        for connection, flying in links:
            connection.close()
            for operation in flying.values():
                if not operation.acknowledged and operation not in self.unanswered:
                    self.unanswered.append(operation)
                    self.lost_calls += 1
