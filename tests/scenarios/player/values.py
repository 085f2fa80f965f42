# SPDX-License-Identifier: Apache-2.0
"""From the values of a scenario file to those of the wire."""

import datetime
import decimal


def instant(local, zone):
    """Epoch milliseconds of a local time, given as a datetime or as "2026-03-10 12:00". Of a time
    that occurs twice the first is meant; one that a clock change skips is a mistake."""
    if isinstance(local, str):
        local = datetime.datetime.fromisoformat(local)
    aware = local.replace(tzinfo=zone)
    utc = aware.astimezone(datetime.timezone.utc)
    if utc.astimezone(zone).replace(tzinfo=None) != local:
        raise ValueError(f"{local} does not exist in {zone.key}")
    return int(utc.timestamp()) * 1000 + utc.microsecond // 1000


def on_the_wire(value, zone, saved):
    """Local times become instants, days become text, numbers with a point become minor units of
    money, and "$name" becomes what was saved under that name."""
    if isinstance(value, dict):
        return {name: on_the_wire(field, zone, saved) for name, field in value.items()}
    if isinstance(value, list):
        return [on_the_wire(element, zone, saved) for element in value]
    if isinstance(value, datetime.datetime):
        return instant(value, zone)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return _minor_units(value)
    if isinstance(value, str) and value.startswith("$"):
        return saved[value[1:]]
    return value


def _minor_units(amount):
    minor = amount * 100
    if minor != minor.to_integral_value():
        raise ValueError(f"{amount} is no amount of money: more than two decimals")
    return int(minor)
