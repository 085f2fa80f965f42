# SPDX-License-Identifier: Apache-2.0
"""Rows of figures: minimum, median and maximum over repetitions, beside a target."""

import statistics


class Target:
    """`least` or `most` of the median; none: a figure that is only shown."""

    def __init__(self, least=None, most=None):
        self.least = least
        self.most = most

    @property
    def value(self):
        return self.least if self.least is not None else self.most

    def met(self, median):
        if median is None:
            return False if self.value is not None else None
        if self.least is not None:
            return median >= self.least
        return median <= self.most if self.most is not None else None

    def __str__(self):
        if self.value is None:
            return ""
        return f"{'>=' if self.least is not None else '<='} {self.value:g}"


NONE = Target()


def least(value):
    return Target(least=value)


def most(value):
    return Target(most=value)


class Row:
    """One figure with its values, one a repetition; without any it was not measured."""

    def __init__(self, figure, unit, values, target=NONE, note=""):
        self.figure = figure
        self.unit = unit
        self.values = sorted(value for value in values if value is not None)
        self.target = target
        self.note = note

    @property
    def median(self):
        return statistics.median(self.values) if self.values else None

    def as_object(self):
        def rounded(value):
            return None if value is None else float(f"{value:.5g}")

        return {
            "figure": self.figure,
            "unit": self.unit,
            "min": rounded(self.values[0] if self.values else None),
            "median": rounded(self.median),
            "max": rounded(self.values[-1] if self.values else None),
            "target": self.target.value,
            "met": self.target.met(self.median),
        }

    def as_text(self, width):
        if not self.values:
            return f"{self.figure:<{width}}  not measured{': ' + self.note if self.note else ''}"
        numbers = "  ".join(
            f"{value:>10,.3g}" if value < 1000 else f"{value:>10,.0f}"
            for value in (self.values[0], self.median, self.values[-1])
        )
        verdict = {True: "met", False: "NOT MET", None: ""}[self.target.met(self.median)]
        return f"{self.figure:<{width}}  {numbers}  {self.unit:<8} {str(self.target):<9} {verdict}"


def table(rows):
    width = max(len(row.figure) for row in rows)
    head = f"{'figure':<{width}}  {'min':>10}  {'median':>10}  {'max':>10}  {'unit':<8} target"
    return "\n".join([head, *(row.as_text(width) for row in rows)])


def markdown(rows):
    """The table of bench/README.md."""

    def shown(value):
        return "" if value is None else f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"

    lines = ["| figure | min | median | max | unit | target | |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        if not row.values:
            lines.append(
                f"| {row.figure} | | not measured | | {row.unit} | {row.target} | {row.note} |"
            )
            continue
        verdict = {True: "met", False: "**not met**", None: ""}[row.target.met(row.median)]
        numbers = " | ".join(shown(value) for value in (row.values[0], row.median, row.values[-1]))
        lines.append(f"| {row.figure} | {numbers} | {row.unit} | {row.target} | {verdict} |")
    return "\n".join(lines) + "\n"
