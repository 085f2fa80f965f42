# SPDX-License-Identifier: Apache-2.0
"""What the baselines need beside the project's own packages: the kind `bench` of
tools/packages.txt."""

import os
import shutil
import subprocess

from measure.servers import ROOT

PACKAGES = ROOT / "tools" / "packages.txt"


def wanted():
    for line in PACKAGES.read_text(encoding="utf-8").splitlines():
        words = line.split()
        if words and words[0] == "bench":
            yield words[1]


def installed(package):
    done = subprocess.run(
        ["dpkg-query", "-W", "-f=${db:Status-Status}", package],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() == "installed"


def is_there(package):
    """Also when it came another way: Node.js from its own archive brings npm along."""
    return installed(package) or (
        package in ("nodejs", "npm") and shutil.which({"nodejs": "node"}.get(package, package))
    )


def install_packages(say):
    """Installs what is missing. What cannot be is left to the server that wants it, which says
    so."""
    missing = [package for package in wanted() if not is_there(package)]
    if not missing:
        return
    say(f"installing {' '.join(missing)}")
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    try:
        subprocess.run(
            [*as_root, "apt-get", "-q", "update"], env=environment, check=False, capture_output=True
        )
        # One at a time: one that cannot be had does not keep the others away.
        for package in missing:
            done = subprocess.run(
                [*as_root, "apt-get", "-q", "install", "-y", "--no-install-recommends", package],
                env=environment,
                check=False,
                capture_output=True,
                text=True,
            )
            if done.returncode != 0:
                say(f"{package} could not be installed: {done.stderr.strip()[-200:]}")
    except FileNotFoundError as error:
        say(f"no packages can be installed here: {error}")
