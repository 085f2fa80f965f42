# SPDX-License-Identifier: Apache-2.0
"""A MessagePack-RPC client that can have many calls in flight (docs/protocol.md)."""

import select
import socket
import struct
import time

import msgpack

PATIENCE_SECONDS = 60


class Refused(Exception):
    """The server answered with an error."""

    def __init__(self, error):
        kind, text, details = error
        super().__init__(text)
        self.kind = kind
        self.code = details["code"]
        self.param = details.get("param", "")
        self.retryable = details["retryable"]
        self.owner = details.get("owner", "")

    def as_tuple(self):
        return (self.code, self.param, str(self))


class Lost(Exception):
    """The connection ended; calls without an answer may have taken effect or not."""


def first_result(body):
    """A result as it was given the first time."""
    return {name: value for name, value in body.items() if name != "replayed"}


class Connection:
    """Not for use by several threads. `receive_buffer`: bytes, for a client that reads slowly."""

    def __init__(self, address, receive_buffer=None):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE_SECONDS)
        try:
            self.socket.connect(address)
        except OSError:
            self.socket.close()
            raise
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.unpacker = msgpack.Unpacker(raw=False, strict_map_key=False)
        self.packer = msgpack.Packer(use_bin_type=True)
        self.last_id = 0
        self.answers = {}
        self.notices = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def abort(self):
        """Ends it at once. A client that comes and goes often keeps no port of the machine busy for
        the minute after."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def send(self, method, **params):
        """Sends a call and returns its msgid."""
        self.last_id += 1
        self.send_bytes(self.packer.pack([0, self.last_id, method, [params]]))
        return self.last_id

    def send_bytes(self, data):
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise Lost(str(error)) from error

    def receive(self, seconds=PATIENCE_SECONDS):
        """Takes what has arrived, waiting for some; False when the time is over."""
        if not select.select([self.socket], [], [], max(0, seconds))[0]:
            return False
        try:
            data = self.socket.recv(1 << 18)
        except OSError as error:
            raise Lost(str(error)) from error
        if not data:
            raise Lost("the server closed the connection")
        self.unpacker.feed(data)
        for message in self.unpacker:
            if message[0] == 1:
                self.answers[message[1]] = (message[2], message[3])
            else:
                self.notices.append((message[1], message[2][0]))
        return True

    def receive_until(self, condition, seconds=PATIENCE_SECONDS):
        """Receives until `condition()` holds."""
        end = time.monotonic() + seconds
        while not condition():
            if not self.receive(end - time.monotonic()) and not condition():
                raise AssertionError(f"nothing more came within {seconds} s")

    def outcome(self, msgid, seconds=PATIENCE_SECONDS):
        """The result of a call, or its error as a Refused."""
        self.receive_until(lambda: msgid in self.answers, seconds)
        error, result = self.answers.pop(msgid)
        return Refused(error) if error is not None else result

    def outcome_of_within(self, seconds, method, **params):
        return self.outcome(self.send(method, **params), seconds)

    def outcome_of(self, method, **params):
        return self.outcome(self.send(method, **params))

    def call(self, method, **params):
        outcome = self.outcome_of(method, **params)
        if isinstance(outcome, Refused):
            raise outcome
        return outcome

    def receive_to_the_end(self, seconds=PATIENCE_SECONDS):
        """Receives until the server closes the connection."""
        try:
            self.receive_until(lambda: False, seconds)
        except Lost:
            return

    def events(self, member=None):
        """The notices so far, or only those about a member."""
        return [body for name, body in self.notices
                if name != "server.draining" and member in (None, body.get("member"))]
