# SPDX-License-Identifier: Apache-2.0
"""A purchase log to import: a generated one, or CDNOW's if its file is there."""

import csv
import datetime
import random
from collections import Counter
from fractions import Fraction

from server import ROOT

CDNOW = ROOT.parent / "shared" / "data" / "cdnow.txt"
COLUMNS = ("row", "member", "day", "units", "amount")

# config/programs/cloud-kicks.toml: what lifts to a tier, and what it multiplies points by.
TIERS = ((3_000, Fraction(2)), (1_500, Fraction(3, 2)), (500, Fraction(5, 4)), (0, Fraction(1)))


def generated(rows=3_000, members=800, seed=1997):
    """Rows like CDNOW's: the same customers come again, a few amounts are 0.00, and some rows of
    one day are identical. (row, member, day, units, amount in cents), ordered by member and day
    as CDNOW is."""
    chance = random.Random(seed)
    first = datetime.date(1997, 1, 1)
    log = []
    while len(log) < rows:
        member = f"{chance.randrange(1, members + 1):05d}"
        day = first + datetime.timedelta(days=chance.randrange(546))
        units = min(1 + int(chance.expovariate(0.7)), 99)
        amount = 0 if chance.random() < 0.01 else units * chance.randrange(500, 30_000)
        copies = 2 if chance.random() < 0.02 else 1
        log += [(member, day.isoformat(), units, amount)] * copies
    log = sorted(log[:rows])
    return [(number, *fields) for number, fields in enumerate(log, start=1)]


def cdnow():
    """CDNOW's rows in the same form, in the order of the file."""
    log = []
    with open(CDNOW, encoding="ascii") as lines:
        for line in lines:
            fields = line.split()
            if len(fields) != 4 or not fields[0].isdigit():
                continue  # the heading
            member, day, units, amount = fields
            dollars, cents = amount.split(".")
            log.append((len(log) + 1, member, f"{day[:4]}-{day[4:6]}-{day[6:]}", int(units),
                        int(dollars) * 100 + int(cents)))
    return log


def write_csv(log, file):
    with open(file, "w", newline="", encoding="ascii") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        for row, member, day, units, amount in log:
            writer.writerow([row, member, day, units, f"{amount // 100}.{amount % 100:02d}"])


def expected_totals(log):
    """What the whole log comes to: rows of a member in their order, each with the multiplier of
    the tier that the rows before it have reached."""
    tier_points = Counter()
    regular = 0
    for _, member, _, _, amount in log:
        multiplier = next(m for threshold, m in TIERS if tier_points[member] >= threshold)
        regular += int(Fraction(amount, 100) * multiplier)
        tier_points[member] += amount // 100
    return {"rows": len(log), "members": len({fields[1] for fields in log}), "rejected": 0,
            "amount": sum(fields[4] for fields in log),
            "points": {"regular-points": regular, "tier-points": sum(tier_points.values())}}
