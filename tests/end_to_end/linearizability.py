# SPDX-License-Identifier: Apache-2.0
"""Do the answers about one member fit one order of events that fits real time?

Every answer names the member's last fact (`sequence`) that it has seen or made. So the order is
known, and only two things have to hold:

- what was answered before something else was asked does not know more than that does;
- no two writes made the same fact.

An operation that was sent several times lasts from its first sending to its first final answer.
"""

import dataclasses


@dataclasses.dataclass
class Seen:
    member: str
    what: str        # key of the write, or "read"
    begin: float     # first sent
    end: float       # finally answered
    sequence: int
    writes: bool


def violations(history):
    """What does not fit, as sentences; none when all does."""
    found = []
    by_member = {}
    for seen in history:
        by_member.setdefault(seen.member, []).append(seen)
    for member, all_seen in by_member.items():
        found += two_writes_of_one_fact(member, all_seen)
        found += against_real_time(member, all_seen)
    return found


def two_writes_of_one_fact(member, all_seen):
    made = {}
    for seen in all_seen:
        if seen.writes:
            first = made.setdefault(seen.sequence, seen.what)
            if first != seen.what:
                yield f"{member}: {first} and {seen.what} both made fact {seen.sequence}"


def against_real_time(member, all_seen):
    """In the order of what they know: nobody had ended before somebody who knows less began."""
    latest = None  # of those who know less, the one that began last
    in_order = sorted(all_seen, key=lambda seen: seen.sequence)
    at = 0
    while at < len(in_order):
        same = [in_order[at]]
        while at + len(same) < len(in_order) \
                and in_order[at + len(same)].sequence == same[0].sequence:
            same.append(in_order[at + len(same)])
        for seen in same:
            if latest is not None and seen.end < latest.begin:
                yield (f"{member}: {seen.what} knew fact {seen.sequence} and was answered "
                       f"{latest.begin - seen.end:.3f} s before {latest.what} was asked, which "
                       f"knew only {latest.sequence}")
        # A read of a fact cannot be answered before the write that made it was sent.
        for write in (seen for seen in same if seen.writes):
            for seen in same:
                if seen.end < write.begin:
                    yield f"{member}: {seen.what} knew {write.what} before it was sent"
        last = max(same, key=lambda seen: seen.begin)
        if latest is None or last.begin > latest.begin:
            latest = last
        at += len(same)
