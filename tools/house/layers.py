# SPDX-License-Identifier: Apache-2.0
"""Checks every #include, source list and file head against house/layer_table.py."""

import fnmatch
import pathlib
import re

from house import files, layer_table, source_text

SPDX = "SPDX-License-Identifier: Apache-2.0"
_SPDX_SUFFIXES = (".cpp", ".hpp", ".cmake", ".py", ".sh", ".toml")


def violations(root=files.ROOT):
    """All findings in the tree at `root`, each as "file:line: reason"."""
    root = pathlib.Path(root)
    names = files.project_files(root)
    texts = {name: _read(root / name) for name in names}
    found = []
    for name in names:
        if name.endswith((".cpp", ".hpp")):
            found += _includes(name, texts[name], texts)
            if name.startswith("domain/"):
                found += _impurities(name, texts[name])
        if name.endswith(".cpp"):
            found += _unlisted(name, texts)
        found += _licence(name, texts[name])
    return found


def _read(path):
    return path.read_text(encoding="utf-8", errors="replace")


def _matches(name, patterns):
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _folder(name):
    return name.split("/")[0] if "/" in name else ""


def _includes(name, text, texts):
    for line, header, quoted in source_text.includes(text):
        reason = _reason(name, header, quoted, texts)
        if reason:
            yield f"{name}:{line}: {reason}"


def _reason(name, header, quoted, texts):
    """Why `name` must not include `header`, or None."""
    folder = _folder(name)
    free = _matches(name, layer_table.UNRESTRICTED)
    if not free and folder not in layer_table.PROJECT:
        return f'the layer table has no row for "{folder or name}"'
    if quoted or header in texts:
        if header in texts:
            return None if free else _project_reason(name, folder, header)
        if _library(header) is None:
            return (f'"{header}" is no file of the project: includes are written from the '
                    "project root")
    return None if free else _foreign_reason(name, folder, header)


def _project_reason(name, folder, header):
    if _folder(header) == folder or _matches(header, layer_table.PROJECT[folder]):
        return None
    for pattern, more in layer_table.PROJECT_EXCEPTIONS.items():
        if fnmatch.fnmatchcase(name, pattern) and _matches(header, more):
            return None
    allowed = ", ".join(layer_table.PROJECT[folder]) or "nothing else of the project"
    return f'{folder}/ must not include "{header}" (it may include {allowed})'


def _library(header):
    for library, (headers, _) in layer_table.LIBRARIES.items():
        if _matches(header, headers):
            return library
    return None


def _foreign_reason(name, folder, header):
    if re.fullmatch(r"[a-z_0-9]+", header):  # the C++ standard library: no folder, no suffix
        for meaning, headers in layer_table.DOMAIN_HEADERS.items():
            if folder == "domain" and header in headers:
                return f"domain/ must not include <{header}>: it stands for {meaning}"
        return None
    library = _library(header)
    if library is None:
        return f"<{header}> belongs to no library of the layer table"
    users = layer_table.LIBRARIES[library][1]
    if _matches(name, users):
        return None
    where = ", ".join(users + ["tests and bench"])
    return f"<{header}>: {library} is for {where} only"


def _impurities(name, text):
    for number, line in enumerate(source_text.without_comments_and_literals(text).split("\n"), 1):
        for meaning, pattern in layer_table.DOMAIN_CODE.items():
            match = re.search(pattern, line)
            if match:
                yield f"{name}:{number}: domain/ must not use {match[0].strip()}: {meaning}"


def _unlisted(name, texts):
    """A source must be named in the CMakeLists.txt of its folder or of one above."""
    path = pathlib.PurePosixPath(name)
    for parent in path.parents:
        lists = "CMakeLists.txt" if str(parent) == "." else f"{parent}/CMakeLists.txt"
        if lists in texts and _names(texts[lists], str(path.relative_to(parent))):
            return
    if len(path.parts) == 1 and any(  # main.cpp is built by the folder that sets up the program
            _names(text, f"{prefix}/{name}") for lists, text in texts.items()
            if lists.endswith("CMakeLists.txt")
            for prefix in ("..", "${CMAKE_SOURCE_DIR}", "${PROJECT_SOURCE_DIR}")):
        return
    yield f"{name}:1: not named in the CMakeLists.txt of its folder, so it is never built"


def _names(cmake, path):
    code = re.sub(r"#[^\n]*", "", cmake)
    return re.search(rf"(?<![\w./-]){re.escape(path)}(?![\w./-])", code) is not None


def _licence(name, text):
    head = text.split("\n", 2)[:2]
    script = head[0].startswith("#!")
    if not (script or name.endswith(_SPDX_SUFFIXES) or name.endswith("CMakeLists.txt")):
        return
    if SPDX not in head[1 if script and len(head) > 1 else 0]:
        yield f'{name}:1: the first line must hold "{SPDX}" (the second after a "#!" line)'
