# SPDX-License-Identifier: Apache-2.0
"""Ports for servers of a test's own."""

import random
import socket

# Below those that Linux gives to outgoing connections: nobody gets one between the look at it and
# the server's start, nor while the server is down.
_LOWEST, _HIGHEST = 12_000, 32_000


def free_port():
    while True:
        port = random.SystemRandom().randrange(_LOWEST, _HIGHEST)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
