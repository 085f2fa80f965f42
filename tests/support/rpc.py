# SPDX-License-Identifier: Apache-2.0
"""A small client of the server (docs/protocol.md), for tests.

    client = Client("127.0.0.1", 7400)
    client.call("purchase", member="ada", key="p1", amount=7999)

A parameter whose name is a Python keyword is passed as call("subscribe", **{"from": 0}). Not for
several threads.
"""

import socket
import time

import msgpack

_REQUEST, _REPLY, _NOTICE = 0, 1, 2


class RpcError(Exception):
    """A call that was refused or failed. `param` is "" where no parameter is to blame."""

    def __init__(self, code, text, param, details):
        super().__init__(text)
        self.code = code
        self.text = text
        self.param = param
        self.details = details


class Client:
    """One connection. Notices that arrive are kept in `notices`, oldest first, until taken."""

    def __init__(self, host, port, timeout=30.0):
        self.notices = []
        self._timeout = timeout
        self._replies = {}
        self._next_id = 0
        self._unpacker = msgpack.Unpacker(raw=False, strict_map_key=False)
        self._socket = socket.create_connection((host, port), timeout=timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def call(self, method, **params):
        """The result of the call; RpcError when there is none, ConnectionError when it is unknown
        whether it took effect."""
        return self.finish(self.start(method, **params))

    def start(self, method, **params):
        """Sends a call without waiting; `finish` takes its result. Calls may be pipelined."""
        msgid = self._next_id
        self._next_id = (self._next_id + 1) % 2**32
        self._socket.sendall(msgpack.packb([_REQUEST, msgid, method, [params]]))
        return msgid

    def finish(self, msgid):
        """Waits for the result of a call that was started."""
        end = time.monotonic() + self._timeout
        while msgid not in self._replies:
            if not self._receive(end - time.monotonic()):
                raise TimeoutError(f"no reply within {self._timeout} s")
        error, result = self._replies.pop(msgid)
        if error is None:
            return result
        _, text, details = error
        raise RpcError(details["code"], text, details["param"], details)

    def next_notice(self, timeout=5.0):
        """Takes the oldest notice: its map, in which `event` says what it is about. TimeoutError
        when none comes in time."""
        end = time.monotonic() + timeout
        while not self.notices:
            if not self._receive(end - time.monotonic()):
                raise TimeoutError(f"no notice within {timeout} s")
        return self.notices.pop(0)

    def close(self):
        self._socket.close()

    def _receive(self, seconds):
        """Reads what there is; False when nothing came in time."""
        if seconds <= 0:
            return False
        self._socket.settimeout(seconds)
        try:
            data = self._socket.recv(1 << 16)
        except TimeoutError:
            return False
        finally:
            self._socket.settimeout(self._timeout)
        if not data:
            raise ConnectionError("the server closed the connection")
        self._unpacker.feed(data)
        for message in self._unpacker:
            if message[0] == _REPLY:
                self._replies[message[1]] = (message[2], message[3])
            elif message[0] == _NOTICE:
                self.notices.append(message[2][0])
        return True
