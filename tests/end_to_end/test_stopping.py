# SPDX-License-Identifier: Apache-2.0
"""SIGTERM under load: the server ends in time, tells its clients and loses nothing it answered."""

import signal
import time
import unittest

from connection import Lost, Refused
from server import STOP_SECONDS, ServerCase

DRAIN_SECONDS = 10


class Stopping(ServerCase):
    def setUp(self):
        super().setUp()
        self.running = self.started()

    def test_nothing_acknowledged_is_lost(self):
        links = [self.connect(self.running) for _ in range(3)]
        listener = self.connect(self.running)
        listener.call("hello")
        for number, link in enumerate(links):
            link.call("enroll_member", member=f"m{number}", key="e")
        sent = [{} for _ in links]
        for number, link in enumerate(links):
            for purchase in range(500):
                key = f"p{purchase}"
                try:
                    sent[number][link.send("purchase", member=f"m{number}", key=key,
                                           amount=100)] = key
                    # Some have been answered when the signal comes, most have not.
                    if purchase == 50 and number == len(links) - 1:
                        self.running.process.send_signal(signal.SIGTERM)
                        begin = time.monotonic()
                    if purchase % 16 == 0:
                        link.receive(0)
                except Lost:
                    break
        code = self.running.process.wait(STOP_SECONDS)
        self.assertEqual(code, 0, self.running.log())
        self.assertLess(time.monotonic() - begin, DRAIN_SECONDS)
        for link in links + [listener]:
            link.receive_to_the_end()
        self.assertIn("server.draining", [name for name, _ in listener.notices])

        self.running.start(program=None)
        answered = 0
        with self.running.connect() as connection:
            for number, link in enumerate(links):
                for msgid, (error, result) in link.answers.items():
                    self.assertTrue(error is None or Refused(error).retryable, error)
                    if error is not None:
                        continue
                    answered += 1
                    again = connection.call("purchase", member=f"m{number}",
                                            key=sent[number][msgid], amount=100)
                    self.assertEqual(again, {**result, "replayed": True})
        self.assertGreater(answered, 10)

    def test_idle_clients_do_not_hold_it_up(self):
        links = [self.connect(self.running) for _ in range(5)]
        for link in links:
            link.call("hello")
        begin = time.monotonic()
        self.assertEqual(self.running.terminate(), 0)
        self.assertLess(time.monotonic() - begin, DRAIN_SECONDS)
        for link in links:
            link.receive_to_the_end()
            self.assertEqual([name for name, _ in link.notices], ["server.draining"])

    def test_nobody_can_connect_afterwards(self):
        address = self.running.address
        self.assertEqual(self.running.terminate(), 0)
        self.running.address = address
        with self.assertRaises(ConnectionRefusedError):
            self.running.connect()


if __name__ == "__main__":
    unittest.main()
