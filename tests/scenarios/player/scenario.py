# SPDX-License-Identifier: Apache-2.0
"""The format of a scenario file, as README.md describes it."""

import dataclasses
import decimal
import pathlib
import re
import tomllib
import zoneinfo

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]

_TOP = {"name", "rows", "program", "zone", "step"}


@dataclasses.dataclass
class Step:
    number: int
    note: str = ""
    at: str = ""
    restart: bool = False
    client: str = "till"
    call: str = ""
    member: str = ""
    given: dict = dataclasses.field(default_factory=dict)
    change: dict = dataclasses.field(default_factory=dict)
    repeat: int = 1
    at_once: int = 0
    outcomes: dict | None = None
    expect: dict | None = None
    absent: list = dataclasses.field(default_factory=list)
    refuse: str = ""
    param: str | None = None
    save: dict = dataclasses.field(default_factory=dict)
    notices: dict | list | None = None

    def __str__(self):
        words = [f"step {self.number}:", self.call or "time passes", self.member]
        return " ".join(word for word in words if word) + (f" ({self.note})" if self.note else "")


@dataclasses.dataclass
class Scenario:
    path: pathlib.Path
    name: str
    rows: list
    program: str
    zone: zoneinfo.ZoneInfo
    steps: list

    @property
    def row_ids(self):
        return [row.split()[0] for row in self.rows]


class FormatError(Exception):
    """A scenario file that cannot be played."""


def load(path):
    path = pathlib.Path(path)
    with path.open("rb") as file:
        data = tomllib.load(file, parse_float=decimal.Decimal)
    _only(_TOP, data, path.name)
    program = _program_text(data.get("program", ""))
    zone = data.get("zone") or tomllib.loads(program).get("time_zone", "UTC")
    rows = data["rows"]
    for row in rows:
        if not re.match(r"[SFU]\d+ \S", row):
            raise FormatError(f"{path.name}: expected a row and a sentence, got {row!r}")
    return Scenario(path, data["name"], rows, program, zoneinfo.ZoneInfo(zone),
                    [_step(number, step, path.name)
                     for number, step in enumerate(data["step"], start=1)])


def _program_text(program):
    """Text of more than one line is the program itself; a line names its file."""
    if not program or "\n" in program:
        return program
    return (REPOSITORY / program).read_text(encoding="utf-8")


def _step(number, data, file):
    place = f"{file} step {number}"
    names = {field.name for field in dataclasses.fields(Step)} - {"number", "given"} | {"with"}
    _only(names, data, place)
    fields = dict(data)
    fields["given"] = fields.pop("with", {})
    step = Step(number, **fields)
    if step.refuse and step.expect is not None:
        raise FormatError(f"{place}: a refused call has no answer to expect")
    if bool(step.at_once) != (step.outcomes is not None):
        raise FormatError(f"{place}: at_once and outcomes go together")
    if not step.call and (step.given or step.expect is not None or step.refuse):
        raise FormatError(f"{place}: call is missing")
    return step


def _only(names, data, place):
    for name in data:
        if name not in names:
            raise FormatError(f"{place}: unknown key {name!r}; expected one of "
                              + ", ".join(sorted(names)))
