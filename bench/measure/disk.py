# SPDX-License-Identifier: Apache-2.0
"""What the disk itself does: no store answers sooner than it."""

import os
import time

APPENDED = 12 * 1024  # about what the log gets with one sync at 20,000 purchases/s
PAUSE = 0.001


def syncs(folder, seconds):
    """Seconds that each fdatasync took, sorted: of one file that grows, with nothing else going on."""
    took = []
    piece = os.urandom(APPENDED)
    with open(folder / "synced", "wb", buffering=0) as file:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            file.write(piece)
            begin = time.monotonic()
            os.fdatasync(file.fileno())
            took.append(time.monotonic() - begin)
            time.sleep(PAUSE)
    return sorted(took)


def quantile(values, share):
    return values[min(len(values) - 1, int(share * len(values)))]
