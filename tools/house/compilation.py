# SPDX-License-Identifier: Apache-2.0
"""Runs a compiler-like tool once per file, in parallel, and remembers which files passed."""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import time

from house import files, source_text

CACHE = files.ROOT / ".cache" / "check"
_KEEP_SECONDS = 30 * 24 * 3600
_WITH_VALUE = ("-I", "-isystem", "-D", "-U")  # the next word belongs to it


class Failure(Exception):
    """The step could not even begin."""


def batches(root=files.ROOT):
    """What CMake compiles at a time: (its sources, their flags, the file that includes them all).

    The flags are those of the preprocessor and the language. From a configuration of its own:
    ./quickstart configures without the tests.
    """
    folder = root / ".cache" / "flags"
    configure = subprocess.run(
        ["cmake", "-S", str(root), "-B", str(folder), "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
         "-DLOYALTY_UNITY=ON", "-DLOYALTY_TESTS=ON", "-DLOYALTY_BENCH=ON"],
        capture_output=True, text=True, check=False)
    if configure.returncode != 0:
        raise Failure("cmake could not configure:\n" + configure.stderr)
    result = []
    for entry in json.loads((folder / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["directory"], entry["file"])
        together = path.suffix == ".cxx"
        sources = re.findall(r'#include "(.+)"', path.read_text()) if together else [path]
        names = [str(pathlib.Path(source).relative_to(root)) for source in sources]
        if names and not names[0].startswith(".cache/"):
            result.append((names, _flags(shlex.split(entry["command"])), path))
    return result


def all_flags():
    """The flags of all sources together, for headers, which belong to none: one set for all, so that
    what is precompiled serves all."""
    together = {}
    for _, flags, _ in batches():
        words = iter(flags)
        for word in words:
            kept = (word, next(words)) if word in _WITH_VALUE else (word,)
            together[kept] = None
    return [word for kept in sorted(together) for word in kept]


def _flags(command):
    """Keeps -I, -isystem, -D, -U, -std: gcc and clang agree on these, and on no warnings."""
    kept, words = [], iter(command)
    for word in words:
        if word in _WITH_VALUE:
            kept += [word, next(words)]
        elif word.startswith(("-I", "-isystem", "-D", "-U", "-std=")):
            # Fortified headers need optimisation, which a syntax check does without.
            if "_FORTIFY_SOURCE" not in word:
                kept.append(word)
    return kept


class Closure:
    """Hashes files with all project files that they include, however deep."""

    def __init__(self, root=files.ROOT):
        self._root = root
        self._direct = {}

    def digest(self, names, *salt):
        """Also covers `salt`: the tool's version, its flags, its settings."""
        digest = hashlib.sha256(repr((names, salt)).encode())
        for reached in sorted(self._reach(names)):
            digest.update(reached.encode() + b"\0" + self._content(reached)[0])
        return digest.hexdigest()

    def headers_below(self, name):
        """The project files that it includes, however deep; not itself."""
        return self._reach([name]) - {name}

    def size(self, name):
        """(lines of the project's own, all other headers) of the file with all that it includes."""
        reached = [self._content(header) for header in self._reach([name])]
        return sum(lines for *_, lines in reached), set().union(*(far for *_, far, _ in reached))

    def _reach(self, names):
        seen, todo = set(), list(names)
        while todo:
            current = todo.pop()
            if current not in seen:
                seen.add(current)
                todo += self._content(current)[1]
        return seen

    def _content(self, name):
        if name not in self._direct:
            content = (self._root / name).read_bytes()
            text = content.decode(errors="replace")
            included = {header for _, header, _ in source_text.includes(text)}
            below = [header for header in sorted(included) if (self._root / header).is_file()]
            self._direct[name] = (hashlib.sha256(content).digest(), below,
                                  included.difference(below), text.count("\n"))
        return self._direct[name]


def has_passed(step, key):
    return (CACHE / step / key).exists()


def run_cached(step, jobs, parallel=2):
    """Runs the jobs (name, key, command, stdin) whose key has not passed before.

    Returns (the output of each failed job by name, how many ran). Only passes are remembered.
    """
    cache = CACHE / step
    cache.mkdir(parents=True, exist_ok=True)
    _forget_old(cache)
    failed, due = {}, []
    for job in jobs:
        marker = cache / job[1]
        if marker.exists():
            marker.touch()
        else:
            due.append(job)

    def run(job):
        name, key, command, stdin = job
        done = subprocess.run(command, input=stdin, cwd=files.ROOT, capture_output=True, text=True,
                              check=False)
        if done.returncode == 0:
            (cache / key).touch()
        return name, done.returncode, done.stdout + done.stderr

    with concurrent.futures.ThreadPoolExecutor(parallel) as pool:
        for name, code, output in pool.map(run, due):
            if code != 0:
                failed[name] = output
    return failed, len(due)


def _forget_old(cache):
    for marker in cache.iterdir():
        if marker.stat().st_mtime < time.time() - _KEEP_SECONDS:
            marker.unlink()


def version(tool):
    """The tool's version line; its absence is a failure that says what to install."""
    try:
        done = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failure(f"{tool} does not run: sudo apt-get install {tool}") from error
    return done.stdout
