# SPDX-License-Identifier: Apache-2.0
"""Rows as an SVG: a bar from minimum to maximum with the median, on a logarithmic axis, and the
target."""

import html
import math

ROW = 22
LEFT = 330
WIDTH = 560
RIGHT = 150
COLOURS = {True: "#2e7d32", False: "#c62828", None: "#546e7a"}


def text(x, y, what, anchor="start", colour="#222", size=12):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="{size}">'
        f"{html.escape(what)}</text>"
    )


def line(x1, y1, x2, y2, colour, width=1, dashes=""):
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width}"{dash}/>'
    )


def number(value):
    return f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"


def chart(rows, title):
    """The measured rows whose values are above 0."""
    rows = [row for row in rows if row.values and row.values[0] > 0]
    if not rows:
        return ""
    ends = [
        value
        for row in rows
        for value in (row.values[0], row.values[-1], row.target.value or row.median)
    ]
    low = 10 ** math.floor(math.log10(min(ends)))
    high = 10 ** math.ceil(math.log10(max(ends) * 1.0001))
    scale = WIDTH / (math.log10(high) - math.log10(low))

    def at(value):
        return LEFT + (math.log10(value) - math.log10(low)) * scale

    height = 70 + ROW * len(rows)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + RIGHT}" height="{height}" '
        f'font-family="sans-serif">',
        '<rect width="100%" height="100%" fill="white"/>',
        text(12, 22, title, size=15),
    ]
    tick = low
    while tick <= high * 1.0001:
        out.append(line(at(tick), 40, at(tick), height - 24, "#ddd"))
        out.append(text(at(tick), height - 8, f"{tick:g}", "middle", "#666", 11))
        tick *= 10
    for index, row in enumerate(rows):
        y = 52 + ROW * index
        colour = COLOURS[row.target.met(row.median)]
        out.append(text(LEFT - 8, y + 4, row.figure, "end"))
        out.append(line(at(row.values[0]), y, at(row.values[-1]), y, colour, 3))
        out.append(f'<circle cx="{at(row.median):.1f}" cy="{y}" r="5" fill="{colour}"/>')
        if row.target.value:
            out.append(
                line(at(row.target.value), y - 9, at(row.target.value), y + 9, "#111", 2, "3,2")
            )
        aim = f" ({row.target})" if row.target.value is not None else ""
        out.append(text(LEFT + WIDTH + 8, y + 4, f"{number(row.median)} {row.unit}{aim}", size=11))
    out.append("</svg>")
    return "\n".join(out) + "\n"
