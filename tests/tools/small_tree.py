# SPDX-License-Identifier: Apache-2.0
"""Small project trees for the tests of the checks."""

import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))

SPDX = "// SPDX-License-Identifier: Apache-2.0\n"


class SmallTree(unittest.TestCase):
    """Gives each test an empty folder `self.root` and a way to fill it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
