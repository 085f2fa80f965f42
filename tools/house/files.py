# SPDX-License-Identifier: Apache-2.0
"""Which files belong to the project."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def project_files(root=ROOT):
    """Relative paths of all files that git tracks or would offer to track, sorted.

    Without git (an unpacked archive) every file counts, apart from hidden and build folders.
    """
    listing = subprocess.run(
        ["git", "ls-files", "-coz", "--exclude-standard"],
        cwd=root, capture_output=True, text=True, check=False) if (root / ".git").exists() else None
    if listing is not None and listing.returncode == 0:
        names = {name for name in listing.stdout.split("\0") if name}
        return sorted(name for name in names if (root / name).is_file())
    return sorted(
        str(path.relative_to(root)) for path in root.rglob("*")
        if path.is_file() and not _generated(path.relative_to(root).parts))


def _generated(parts):
    hidden = parts[0].startswith(".") and len(parts) > 1 and parts[0] != ".ci"
    return hidden or parts[0] == "build" or parts[0].startswith("build-") or "__pycache__" in parts


def cpp_files(root=ROOT, suffixes=(".cpp", ".hpp")):
    """The C++ sources and headers among them."""
    return [name for name in project_files(root) if name.endswith(suffixes)]
