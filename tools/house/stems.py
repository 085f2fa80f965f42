# SPDX-License-Identifier: Apache-2.0
"""Which headers are worth precompiling when many headers are checked one by one.

A header that is compiled on top of one that it includes anyway (its stem) sees nothing that it would
not see alone: what it fails to include is still missed. Only the time for the stem is saved.
"""

import concurrent.futures
import pathlib
import subprocess

# Costs in lines of the project's own text, roughly: a header of the standard library, one of a third
# party, and reading a precompiled header.
_STANDARD = 1500
_FOREIGN = 10000
_LOAD = 4000
_PRECOMPILED = 3.5  # times as long as to check it


class Stems:
    """`closure` knows what includes what."""

    def __init__(self, closure):
        self._closure = closure
        self._costs = {}
        self.chosen = set()

    def cost(self, name):
        if name not in self._costs:
            own, foreign = self._closure.size(name)
            self._costs[name] = own + sum(_FOREIGN if "." in header else _STANDARD
                                          for header in foreign)
        return self._costs[name]

    def choose(self, names):
        """Takes the headers that save most for these, as long as one pays."""
        saved = dict.fromkeys(names, 0)
        users = {}
        for name in names:
            for header in self._closure.headers_below(name):
                users.setdefault(header, []).append(name)
        while users:
            gains = {stem: sum(max(0, self.cost(stem) - _LOAD - saved[name]) for name in above)
                     - _PRECOMPILED * self.cost(stem) for stem, above in users.items()}
            stem = max(sorted(gains), key=gains.get)
            if gains[stem] <= 0:
                return
            self.chosen.add(stem)
            for name in users.pop(stem):
                saved[name] = max(saved[name], self.cost(stem) - _LOAD)

    def stem_of(self, name):
        """The costliest of the chosen headers that this one includes, or None."""
        return max(self.chosen & self._closure.headers_below(name),
                   key=lambda header: (self.cost(header), header), default=None)

    def precompile(self, compiler, root, folder, parallel=2):
        """Makes the chosen ones in `folder`. One that fails is left out: its users tell why."""
        def make(stem):
            file = self._file(folder, stem)
            file.write_text(f'#include "{stem}"\n')
            done = subprocess.run([*compiler, "-x", "c++-header", str(file), "-o", f"{file}.gch"],
                                  cwd=root, capture_output=True, check=False)
            return stem if done.returncode == 0 else None

        with concurrent.futures.ThreadPoolExecutor(parallel) as pool:
            self.chosen = set(pool.map(make, sorted(self.chosen))) - {None}

    def words(self, name, folder):
        """What the compiler of this header has to be told."""
        stem = self.stem_of(name)
        return ["-include", str(self._file(folder, stem))] if stem else []

    @staticmethod
    def _file(folder, header):
        return pathlib.Path(folder) / header.replace("/", "-")
