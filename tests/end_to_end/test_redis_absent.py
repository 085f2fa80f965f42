# SPDX-License-Identifier: Apache-2.0
"""A server whose Redis is not there, or goes away for a while."""

import signal
import socket
import threading
import unittest

from connection import Refused
from redis_server import RedisServer
from server import MONDAY, ServerCase


class RedisAbsent(ServerCase):
    def setUp(self):
        super().setUp()
        self.redis = RedisServer(self.folder / "redis")
        self.addCleanup(self.redis.kill)
        self.options = {"store": self.redis.url,
                        "more": ("--shards", "2", "--state-directory", str(self.folder / "state"))}

    def test_without_redis_the_start_ends_with_three(self):
        code, said = self.server().failed_start(**self.options)
        self.assertEqual(code, 3, said)
        self.assertIn(f"127.0.0.1:{self.redis.port}", said)

    def test_without_the_socket_of_redis_the_start_ends_with_three(self):
        self.options["store"] = f"redis+unix:{self.folder}/nowhere"
        code, said = self.server().failed_start(**self.options)
        self.assertEqual(code, 3, said)
        self.assertIn("nowhere", said)

    def test_a_start_that_has_waited_long_enough_ends_with_three(self):
        self.options["more"] += ("--wait-for-store", "1")
        code, said = self.server().failed_start(**self.options)
        self.assertEqual(code, 3, said)
        self.assertIn("waiting for the store", said)

    def test_a_redis_that_does_not_answer_ends_the_start_with_three(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, and says nothing
            port = silent.getsockname()[1]
            self.options["store"] = f"redis://127.0.0.1:{port}/0"
            code, said = self.server().failed_start(**self.options)
        self.assertEqual(code, 3, said)
        self.assertIn(f"127.0.0.1:{port}", said)

    def test_a_server_that_stops_while_redis_is_silent_ends_by_itself(self):
        self.redis.start()
        self.options["more"] += ("--drain-timeout-seconds", "1")
        server = self.started(**self.options)
        with server.connect() as connection:
            connection.call("enroll_member", member="ada", key="e")
        self.redis.process.send_signal(signal.SIGSTOP)
        self.assertEqual(server.terminate(), 0)

    def test_a_server_that_is_told_to_waits_for_redis(self):
        self.options["more"] += ("--wait-for-store", "60")
        later = threading.Timer(0.7, self.redis.start)
        later.start()
        server = self.started(**self.options)
        later.join()
        self.assertIn("waiting for the store", server.log())
        with server.connect() as connection:
            connection.call("enroll_member", member="ada", key="e")

    def test_waiting_ends_with_sigterm(self):
        self.options["more"] += ("--wait-for-store", "60")
        server = self.server()
        server.launch(**self.options)
        while "waiting for the store" not in server.log():
            self.assertTrue(server.is_running(), server.log())
        self.assertEqual(server.terminate(), 3)

    def test_reads_go_on_while_redis_is_away_and_writes_come_back_by_themselves(self):
        self.redis.start()
        server = self.started(**self.options)
        connection = self.connect(server)
        connection.call("enroll_member", member="ada", key="e")
        self.redis.kill()
        codes = set()
        while "UNAVAILABLE" not in codes:
            outcome = connection.outcome_of("purchase", member="ada", amount=100, key="p")
            self.assertIsInstance(outcome, Refused)
            self.assertTrue(outcome.retryable, outcome.code)
            codes.add(outcome.code)
        self.assertLessEqual(codes, {"UNAVAILABLE", "OUTCOME_UNKNOWN"})
        self.assertGreater(connection.call("ping")["now"], MONDAY - 1)

        self.redis.start()
        outcome = connection.outcome_of("purchase", member="ada", amount=100, key="p")
        while isinstance(outcome, Refused):
            self.assertTrue(outcome.retryable, outcome.code)
            outcome = connection.outcome_of("purchase", member="ada", amount=100, key="p")
        balances = connection.call("get_balances", member="ada")["balances"]
        self.assertEqual(balances["regular-points"]["available"], 101)


if __name__ == "__main__":
    unittest.main()
