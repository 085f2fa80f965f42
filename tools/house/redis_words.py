# SPDX-License-Identifier: Apache-2.0
"""Says one command to a Redis server, for tools and tests that have no client library."""

import contextlib
import socket


def ask(port, words, seconds=5):
    """The answer as Redis writes it; "" when there is none."""
    message = f"*{len(words)}\r\n" + "".join(f"${len(w)}\r\n{w}\r\n" for w in words)
    with contextlib.suppress(OSError), socket.socket() as link:
        link.settimeout(seconds)
        link.connect(("127.0.0.1", port))
        link.sendall(message.encode())
        return link.recv(1 << 16).decode(errors="replace").strip()
    return ""
