# SPDX-License-Identifier: Apache-2.0
"""Wherever a day is interrupted, by SIGTERM or kill -9, its end is the same."""

import unittest

from day import STEPS, Day, everything
from server import CLOUD_KICKS, ServerCase

EVERY_STEP = range(len(STEPS))


class RestartAnywhere(ServerCase):
    @classmethod
    def setUpClass(cls):
        cls.expected = None

    def setUp(self):
        super().setUp()
        if self.expected is None:
            day = Day(self)
            connection = self.connect(self.started(clock_at=None))
            day.take_all(connection, EVERY_STEP)
            type(self).expected = (everything(connection), day.answers)

    def restart(self, server, day, program=None):
        server.start(program=program, clock_at=day.now)
        return self.connect(server)

    def assert_same_end(self, connection, day):
        seen, answers = self.expected
        self.assertEqual(day.answers, answers)
        for what, state in everything(connection).items():
            self.assertEqual(state, seen[what], what)

    def test_the_day_is_worth_it(self):
        seen, _ = self.expected
        self.assertGreaterEqual(len(STEPS), 20)
        self.assertGreater(len(seen["ada", "ledger"]), 5)
        self.assertGreater(len(seen["kacy-retail", "2026-03"]["entries"]), 1)

    def test_kill_between_any_two_steps(self):
        day = Day(self)
        server = self.server()
        connection = self.restart(server, day, CLOUD_KICKS)
        for number in EVERY_STEP:
            day.take(connection, number)
            server.kill()
            connection = self.restart(server, day)
        self.assert_same_end(connection, day)

    def test_stop_between_any_two_steps(self):
        day = Day(self)
        server = self.server()
        connection = self.restart(server, day, CLOUD_KICKS)
        for number in EVERY_STEP:
            day.take(connection, number)
            connection.close()
            self.assertEqual(server.terminate(), 0)
            connection = self.restart(server, day)
        self.assert_same_end(connection, day)

    def test_kill_within_any_step(self):
        """The step is sent, its answer is not awaited, and it is repeated after the restart."""
        day = Day(self)
        server = self.server()
        connection = self.restart(server, day, CLOUD_KICKS)
        for number in EVERY_STEP:
            day.begin(connection, number)
            server.kill()
            connection = self.restart(server, day)
            day.take(connection, number)
        self.assert_same_end(connection, day)

    def test_one_kill_at_each_point(self):
        for number in EVERY_STEP:
            with self.subTest(after=number):
                day = Day(self)
                server = self.server()
                connection = self.restart(server, day, CLOUD_KICKS)
                day.take_all(connection, EVERY_STEP[:number + 1])
                server.kill()
                connection = self.restart(server, day)
                day.take_all(connection, EVERY_STEP[number + 1:])
                self.assert_same_end(connection, day)
                server.kill()


if __name__ == "__main__":
    unittest.main()
