# SPDX-License-Identifier: Apache-2.0
"""Compares an answer with what a scenario expects of it."""

_ABSENT = object()


def at_path(value, path):
    """What stands at a dotted path such as `rules.0.points`; raises LookupError."""
    found = _find(value, path)
    if found is _ABSENT:
        raise LookupError(path)
    return found


def differences(expected, actual, place=""):
    """Lines that say where `actual` is not as expected.

    Of a table only the fields named are compared, and a field may be named by a dotted path. An
    empty table stands for an empty one, and a list for exactly these elements.
    """
    if isinstance(expected, dict):
        return _table_differences(expected, actual, place)
    if isinstance(expected, list):
        return _list_differences(expected, actual, place)
    # True == 1 in Python, but not on the wire.
    if type(expected) is not type(actual) or expected != actual:
        return [f"{place or 'answer'}: expected {expected!r}, got {actual!r}"]
    return []


def _table_differences(expected, actual, place):
    if not isinstance(actual, dict) or (not expected and actual):
        return [f"{place or 'answer'}: expected {expected!r}, got {actual!r}"]
    lines = []
    for path, value in expected.items():
        where = f"{place}.{path}" if place else path
        found = _find(actual, path)
        if found is _ABSENT:
            lines.append(f"{where}: expected {value!r}, got no such field")
        else:
            lines += differences(value, found, where)
    return lines


def _list_differences(expected, actual, place):
    if not isinstance(actual, list):
        return [f"{place}: expected a list, got {actual!r}"]
    if len(expected) != len(actual):
        return [f"{place}: expected {len(expected)} elements, got {len(actual)}: {actual!r}"]
    lines = []
    for index, (wanted, element) in enumerate(zip(expected, actual)):
        lines += differences(wanted, element, f"{place}[{index}]")
    return lines


def _find(value, path):
    if isinstance(value, dict) and path in value:
        return value[path]
    for part in path.split("."):
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return _ABSENT
    return value
