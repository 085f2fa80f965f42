#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""TCP proxies of a test's own, all in one process: they can be cut one-way or both ways, swallow
what they are sent, and be slow. Whose connection it is is told by the process at its other end.

    proxy.py PORTS_FILE NAME=TARGET_PORT...

The ports go to the file, one "NAME PORT" a line. Commands come on stdin, one a line, and are
answered with "ok":

    who OWNER PID              connections of this process are OWNER's (until then: nobody's)
    rule NAME OWNER RULE...    NAME and OWNER may be *; RULE is
        pass | up | down | both      swallow what goes to the target, what comes from it, or both
        slow MS                      each piece takes so long
        reset                        end what there is; new connections pass
        refuse                       end what there is and what comes
"""

import collections
import contextlib
import heapq
import os
import pathlib
import selectors
import socket
import struct
import sys
import time

BUFFER_BYTES = 1 << 18
HELD_BYTES = 1 << 22


# Of linux/netlink.h, linux/sock_diag.h and linux/inet_diag.h.
SOCK_DIAG = 4
BY_FAMILY = 20
REQUEST = 1
ANY_COOKIE = b"\xff" * 8


def inode_of(port, peer_port):
    """The inode of the loopback socket at `port` that is connected to `peer_port`; 0: there is none.
    The kernel is asked for this one: its tables have a line for each connection of the last minute,
    of all tests of this machine, and to read them for every connection takes longer than links are
    patient."""
    host = socket.inet_aton("127.0.0.1") + bytes(12)
    question = (struct.pack("=BBBBI", socket.AF_INET, socket.IPPROTO_TCP, 0, 0, 0xFFFFFFFF)
                + struct.pack("!HH", port, peer_port) + host + host + struct.pack("=I", 0)
                + ANY_COOKIE)
    head = struct.Struct("=IHHII")
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, SOCK_DIAG) as kernel:
        kernel.send(head.pack(head.size + len(question), BY_FAMILY, REQUEST, 1, 0) + question)
        answer = kernel.recv(4096)
    _, kind, *_ = head.unpack_from(answer)
    if kind != BY_FAMILY:
        return 0
    # Behind family and state (4 bytes), the id of the socket (48), four counters (16).
    return struct.unpack_from("=I", answer, head.size + 4 + 48 + 16)[0]


def owner_of(connection, owners):
    """Who has the socket at the other end."""
    inode = f"socket:[{inode_of(connection.getpeername()[1], connection.getsockname()[1])}]"
    for pid, owner in owners.items():
        folder = f"/proc/{pid}/fd"
        with contextlib.suppress(OSError):
            for descriptor in os.listdir(folder):
                with contextlib.suppress(OSError):
                    if os.readlink(f"{folder}/{descriptor}") == inode:
                        return owner
    return "-"


class Pipe:
    def __init__(self, name, owner, near, far):
        self.name = name
        self.owner = owner
        self.near = near
        self.far = far
        self.closed = False
        self.waiting = {near: bytearray(), far: bytearray()}  # to be written to this end
        self.late = {near: 0, far: 0}                          # pieces that are still held back

    def other(self, end):
        return self.far if end is self.near else self.near


class Proxies:
    def __init__(self, targets, ports_file):
        self.selector = selectors.DefaultSelector()
        self.pipes = set()
        self.owners = {}
        self.rules = collections.defaultdict(lambda: ("pass",))
        self.later = []
        self.count = 0
        self.half_line = b""
        lines = []
        for name, target in targets:
            listener = socket.create_server(("127.0.0.1", 0), backlog=256)
            listener.setblocking(False)
            self.selector.register(listener, selectors.EVENT_READ,
                                   lambda s, _, n=name, t=target: self.accept(s, n, t))
            lines.append(f"{name} {listener.getsockname()[1]}\n")
        os.set_blocking(sys.stdin.fileno(), False)
        self.selector.register(sys.stdin, selectors.EVENT_READ, lambda *_: self.listen())
        new = pathlib.Path(ports_file + ".new")
        new.write_text("".join(lines))
        new.rename(ports_file)

    def rule(self, pipe):
        for key in ((pipe.name, pipe.owner), (pipe.name, "*"), ("*", pipe.owner), ("*", "*")):
            if key in self.rules:
                return self.rules[key]
        return ("pass",)

    def accept(self, listener, name, target):
        with contextlib.suppress(BlockingIOError, ConnectionError):
            near, _ = listener.accept()
            pipe = None
            with contextlib.suppress(OSError):
                owner = owner_of(near, self.owners)
                far = socket.create_connection(("127.0.0.1", target), timeout=1)
                pipe = Pipe(name, owner, near, far)
            if pipe is None or self.rule(pipe)[0] == "refuse":
                near.close()
                return
            self.pipes.add(pipe)
            for end in (near, pipe.far):
                end.setblocking(False)
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.watch(pipe, end)

    def watch(self, pipe, end):
        events = 0
        if len(pipe.waiting[pipe.other(end)]) < HELD_BYTES:
            events |= selectors.EVENT_READ
        if pipe.waiting[end]:
            events |= selectors.EVENT_WRITE
        known = end in self.selector.get_map()
        if known and events:
            self.selector.modify(end, events, lambda s, m, p=pipe: self.ready(p, s, m))
        elif events:
            self.selector.register(end, events, lambda s, m, p=pipe: self.ready(p, s, m))
        elif known:
            self.selector.unregister(end)

    def ready(self, pipe, end, mask):
        try:
            if mask & selectors.EVENT_WRITE:
                sent = end.send(pipe.waiting[end])
                del pipe.waiting[end][:sent]
            if mask & selectors.EVENT_READ:
                data = end.recv(BUFFER_BYTES)
                if not data:
                    self.close(pipe)
                    return
                self.take(pipe, end, data)
        except BlockingIOError:
            return
        except OSError:
            self.close(pipe)
            return
        for each in (pipe.near, pipe.far):
            self.watch(pipe, each)

    def take(self, pipe, end, data):
        kind, *more = self.rule(pipe)
        direction = "up" if end is pipe.near else "down"
        if kind in (direction, "both"):
            return  # a hole
        to = pipe.other(end)
        if kind == "slow" or pipe.late[to]:
            delay = int(more[0]) / 1000 if more else 0
            self.count += 1
            pipe.late[to] += 1
            heapq.heappush(self.later, (time.monotonic() + delay, self.count, pipe, to, data))
        else:
            pipe.waiting[to] += data

    def release(self):
        while self.later and self.later[0][0] <= time.monotonic():
            _, _, pipe, to, data = heapq.heappop(self.later)
            pipe.late[to] -= 1
            if not pipe.closed:
                pipe.waiting[to] += data
                self.watch(pipe, to)

    def close(self, pipe):
        pipe.closed = True
        self.pipes.discard(pipe)
        for end in (pipe.near, pipe.far):
            with contextlib.suppress(KeyError):
                self.selector.unregister(end)
            end.close()

    def listen(self):
        data = os.read(sys.stdin.fileno(), 1 << 16)
        if not data:
            sys.exit(0)  # whoever started it is gone
        *lines, self.half_line = (self.half_line + data).split(b"\n")
        for line in lines:
            word, *words = line.decode().split()
            if word == "who":
                self.owners[int(words[1])] = words[0]
            else:
                name, owner, *rule = words
                self.rules[(name, owner)] = tuple(rule)
                if rule[0] == "pass":
                    del self.rules[(name, owner)]
                if rule[0] in ("reset", "refuse"):
                    for pipe in list(self.pipes):
                        if name in ("*", pipe.name) and owner in ("*", pipe.owner):
                            self.close(pipe)
                    if rule[0] == "reset":
                        del self.rules[(name, owner)]
            print("ok", flush=True)

    def run(self):
        while True:
            patience = max(0, self.later[0][0] - time.monotonic()) if self.later else None
            for key, mask in self.selector.select(patience):
                # What was closed by one before it has nothing to say any more.
                if key.fileobj is sys.stdin or key.fileobj.fileno() >= 0:
                    key.data(key.fileobj, mask)
            self.release()


if __name__ == "__main__":
    Proxies([(pair.split("=")[0], int(pair.split("=")[1])) for pair in sys.argv[2:]],
            sys.argv[1]).run()
