# SPDX-License-Identifier: Apache-2.0
"""Whatever arrives on the port, the clients beside it notice nothing."""

import random
import unittest

import msgpack

from connection import Lost
from server import ServerCase


def call(method, params, msgid=1):
    return msgpack.packb([0, msgid, method, params])


def repeated_field():
    """A purchase with two amounts, which no dictionary can hold."""
    fields = [("member", "ada"), ("key", "twice"), ("amount", 1_000), ("amount", 2_000)]
    body = b"".join(msgpack.packb(name) + msgpack.packb(value) for name, value in fields)
    return b"\x94\x00\x01\xa8purchase\x91" + bytes([0x80 | len(fields)]) + body


PURCHASE = {"member": "ada", "key": "k", "amount": 1_000}

# Answered, and the connection stays.
ANSWERED = {
    "a field twice": (repeated_field(), "INVALID_PARAM"),
    "no params": (b"\x93\x00\x01\xa8purchase", "INVALID_REQUEST"),
    "two maps": (call("purchase", [PURCHASE, PURCHASE]), "INVALID_PARAM"),
    "a list of values": (call("purchase", ["ada", "k", 1_000]), "INVALID_PARAM"),
    "text as params": (call("purchase", "ada"), "INVALID_PARAM"),
    "a number as a key": (call("purchase", [{1: "ada"}]), "INVALID_PARAM"),
    "a number as a method": (msgpack.packb([0, 1, 5, [{}]]), "INVALID_REQUEST"),
    "no method": (call("", [{}]), "INVALID_REQUEST"),
    "text that is no UTF-8": (msgpack.packb([0, 1, "purchase", [{**PURCHASE, "key": b"\xff\xfe"}]],
                                            use_bin_type=False), "INVALID_PARAM"),
    "an extension": (call("purchase", [{**PURCHASE, "amount": msgpack.ExtType(1, b"x")}]),
                     "INVALID_PARAM"),
}

# The connection is closed, with or without an answer.
CLOSED = {
    "a web browser": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a TLS client": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
    "a byte that nothing uses": b"\x94\x00\x01\xa8purchase\x91\x81\xa1k\xc1",
    "four thousand million elements": b"\xdd\xff\xff\xff\xff",
    "a call of four thousand million": b"\x94\x00\x01\xa8purchase\xdd\xff\xff\xff\xff",
    "a text of four gigabytes": b"\x94\x00\x01\xa8purchase\x91\x81\xa1k\xdb\xff\xff\xff\xff",
    "a hundred thousand levels": b"\x91" * 100_000,
    "a large message": call("purchase", [{**PURCHASE, "reference": "x" * 100_000}]),
    "a message of a server": msgpack.packb([7, 1, "purchase", [PURCHASE]]),
    "a msgid of 64 bits": call("purchase", [PURCHASE], msgid=2**40),
    "a number": b"\x05",
    "nil": b"\xc0",
}


class BadBytes(ServerCase):
    def setUp(self):
        super().setUp()
        self.running = self.started()
        self.till = self.connect(self.running)
        self.till.call("enroll_member", member="ada", key="e")
        self.before = self.till.call("get_member", member="ada")

    def tearDown(self):
        self.assertTrue(self.running.is_running(), self.running.log())
        self.assertEqual(self.till.call("get_member", member="ada"), self.before)
        super().tearDown()

    def test_answered(self):
        for what, (data, code) in ANSWERED.items():
            with self.subTest(what), self.running.connect() as connection:
                connection.send_bytes(data)
                self.assert_refused(connection.outcome(1), code)
                connection.last_id = 1
                connection.call("ping")
                self.till.call("ping")

    def test_closed(self):
        for what, data in CLOSED.items():
            with self.subTest(what), self.running.connect() as connection:
                try:
                    connection.send_bytes(data)
                except Lost:
                    pass
                connection.receive_to_the_end()
                self.assertTrue(all(error is not None
                                    for error, _ in connection.answers.values()))
                self.till.call("ping")

    def test_broken_off(self):
        data = call("purchase", [PURCHASE])
        for length in range(len(data)):
            with self.running.connect() as connection:
                connection.send_bytes(data[:length])
        self.till.call("ping")

    def test_noise(self):
        seed = random.randrange(1 << 32)
        print(f"seed {seed}", flush=True)
        chance = random.Random(seed)
        good = call("get_member", [{"member": "ada"}])
        for _ in range(300):
            noise = bytearray(good * chance.randrange(1, 4))
            for _ in range(chance.randrange(1, 6)):
                noise[chance.randrange(len(noise))] = chance.randrange(256)
            with self.running.connect() as connection:
                connection.send_bytes(bytes(noise))
        self.till.call("ping")

    def test_notifications_change_nothing(self):
        self.till.send_bytes(msgpack.packb([2, "purchase", [PURCHASE]]))
        self.till.send_bytes(msgpack.packb([1, 5, None, {}]))
        self.till.call("ping")


if __name__ == "__main__":
    unittest.main()
