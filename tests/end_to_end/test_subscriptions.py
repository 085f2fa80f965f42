# SPDX-License-Identifier: Apache-2.0
"""Live notices: in order, without a gap or a repetition, personal, and never at others' expense."""

import pathlib
import subprocess
import unittest

from connection import PATIENCE_SECONDS
from server import DAY, MONDAY, ServerCase, program_under_test


def tcp_buffer_bytes():
    """What the kernel may hold between a server that writes and a client that does not read."""
    return int(pathlib.Path("/proc/sys/net/ipv4/tcp_wmem").read_text().split()[2])


class Subscriptions(ServerCase):
    def setUp(self):
        super().setUp()
        self.running = self.started()
        self.till = self.connect(self.running)
        for member in ("ada", "ben"):
            self.till.call("enroll_member", member=member, key="enroll")

    def buy(self, member, first, count, connection=None):
        """Many purchases at once; the sequence of the last fact."""
        connection = connection or self.till
        calls = [connection.send("purchase", member=member, key=f"p{number}", amount=500,
                                 category="coffee")
                 for number in range(first, first + count)]
        return max(connection.outcome(msgid)["sequence"] for msgid in calls)

    def read_up_to(self, connection, member, sequence):
        connection.receive_until(lambda: connection.events(member)
                                 and connection.events(member)[-1]["sequence"] >= sequence)

    def assert_gapless(self, connection, member, first, last):
        numbers = [event["sequence"] for event in connection.events(member)]
        self.assertEqual(numbers, list(range(first, last + 1)))

    def test_in_order_and_gapless_under_concurrent_load(self):
        listener = self.connect(self.running)
        start = listener.call("subscribe", member="ada")["sequence"]
        tills = [self.connect(self.running) for _ in range(4)]
        calls = []
        for number in range(300):
            for which, till in enumerate(tills):
                calls.append((till, till.send("purchase", member="ada", amount=500,
                                              key=f"{which}-{number}", category="coffee")))
        newest = max(till.outcome(msgid)["sequence"] for till, msgid in calls)
        self.read_up_to(listener, "ada", newest)
        self.assert_gapless(listener, "ada", start + 1, newest)

    def test_all_subscribers_hear_the_same(self):
        listeners = [self.connect(self.running) for _ in range(2)]
        for listener in listeners:
            listener.call("subscribe", member="ada", **{"from": 0})
        newest = self.buy("ada", 0, 50)
        for listener in listeners:
            self.read_up_to(listener, "ada", newest)
            self.assert_gapless(listener, "ada", 1, newest)
        self.assertEqual(listeners[0].events(), listeners[1].events())

    def test_personal(self):
        listener = self.connect(self.running)
        listener.call("subscribe", member="ada", **{"from": 0})
        newest = 0
        for number in range(0, 100, 10):
            self.buy("ben", number, 10)
            newest = self.buy("ada", number, 10)
        self.read_up_to(listener, "ada", newest)
        listener.call("ping")
        self.assertEqual({event["member"] for event in listener.events()}, {"ada"})

    def test_a_cursor_survives_a_restart(self):
        heard = []
        newest = self.buy("ada", 0, 20)
        for round_, end in enumerate((self.running.kill, self.running.terminate,
                                      self.running.kill), start=1):
            listener = self.connect(self.running)
            listener.call("subscribe", member="ada",
                          **{"from": heard[-1]["sequence"] if heard else 0})
            # The first half of what is new is heard, the second half happens unheard.
            self.read_up_to(listener, "ada", newest)
            heard += listener.events("ada")
            listener.close()
            newest = self.buy("ada", 100 * round_, 20)
            end()
            self.running.start(program=None)
            self.till = self.connect(self.running)
        with self.running.connect() as listener:
            listener.call("subscribe", member="ada", **{"from": heard[-1]["sequence"]})
            self.read_up_to(listener, "ada", newest)
            heard += listener.events("ada")
        self.assertEqual([event["sequence"] for event in heard], list(range(1, newest + 1)))
        with self.running.connect() as listener:
            listener.call("subscribe", member="ada", **{"from": 0})
            self.read_up_to(listener, "ada", newest)
            self.assertEqual(listener.events("ada"), heard)

    def test_a_cursor_meets_live_events(self):
        """Catching up while new events happen loses and repeats nothing."""
        newest = self.buy("ada", 0, 400)
        calls = [self.till.send("purchase", member="ada", key=f"live{number}", amount=500)
                 for number in range(200)]
        listener = self.connect(self.running)
        listener.call("subscribe", member="ada", **{"from": 7})
        newest = max(self.till.outcome(msgid)["sequence"] for msgid in calls)
        self.read_up_to(listener, "ada", newest)
        self.assert_gapless(listener, "ada", 8, newest)

    def test_what_timers_do_is_heard(self):
        listener = self.connect(self.running)
        self.till.call("review", member="ada", key="review")
        start = listener.call("subscribe", member="ada")["sequence"]
        self.till.call("set_clock", now=MONDAY + DAY)
        listener.receive_until(lambda: any(event["event"] == "points_credited"
                                           for event in listener.events()))
        credit = [event for event in listener.events() if event["event"] == "points_credited"]
        self.assertEqual([event["points"] for event in credit], [50])
        self.assert_gapless(listener, "ada", start + 1, listener.events()[-1]["sequence"])

    def test_a_partner_hears_of_every_entry_across_restarts(self):
        """Under load, with the server killed between and a second life of the same cursor."""
        heard, newest = [], 0
        for life in range(3):
            calls = [self.till.send("purchase", member=member, key=f"{life}-{number}", amount=500,
                                    category="beauty", partner="kacy-retail")
                     for number in range(100) for member in ("ada", "ben")]
            for msgid in calls:
                self.till.outcome(msgid)
            if life == 1:
                self.running.kill()
                self.running.start(program=None)
                self.till = self.connect(self.running)
            self.till.call("get_partner_position", partner="kacy-retail")  # all have been booked
            listener = self.connect(self.running)
            newest = listener.call("subscribe", partner="kacy-retail",
                                   **{"from": newest})["sequence"]
            listener.receive_until(lambda: listener.events()
                                   and listener.events()[-1]["sequence"] >= newest)
            heard += listener.events()
            listener.close()
        self.assertEqual([notice["sequence"] for notice in heard], list(range(1, newest + 1)))
        entries = [entry for notice in heard for entry in notice["entries"]]
        self.assertEqual(len({(entry["member"], entry["journal"]) for entry in entries}), 600)
        position = self.till.call("get_partner_position", partner="kacy-retail")
        self.assertEqual(sum(notice["net"] for notice in heard), position["net"])

    def watch(self, *arguments):
        host, port = self.running.address
        done = subprocess.run([program_under_test(), "watch", "--connect", f"{host}:{port}",
                               *arguments], capture_output=True, text=True, check=False,
                              timeout=PATIENCE_SECONDS)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_the_tool_shows_partners(self):
        self.till.call("purchase", member="ada", key="serum", amount=7_500, category="beauty",
                       partner="kacy-retail")
        self.till.call("record_partner_payment", partner="kacy-retail", key="pay", amount=150)
        lines = self.watch("--partner", "cloud-kicks/kacy-retail", "--from", "0", "--count", "2")
        booked, paid = lines.splitlines()
        self.assertRegex(booked, "partner_entries_booked ada 150 regular-points 150: 1 entry$")
        self.assertRegex(paid, "partner_payment_recorded amount=150$")

    def test_only_what_was_asked_for(self):
        listener = self.connect(self.running)
        listener.call("subscribe", member="ada", events=["tier_upgraded"])
        self.buy("ada", 0, 200)  # 200 x 5.00 are 1,000 tier points: Gold
        listener.receive_until(listener.events)
        listener.call("ping")
        self.assertEqual([event["event"] for event in listener.events()], ["tier_upgraded"])
        listener.call("unsubscribe", member="ada")
        self.buy("ada", 500, 200)  # 2,000 are Diamond
        listener.call("ping")
        self.assertEqual(len(listener.events()), 1)

    def test_a_long_history_reaches_a_client_that_reads(self):
        newest = 0
        for first in range(0, 600, 200):
            newest = self.buy("ada", first, 200)
        listener = self.connect(self.running)
        listener.call("subscribe", member="ada", **{"from": 0})
        self.read_up_to(listener, "ada", newest)
        self.assert_gapless(listener, "ada", 1, newest)

    def test_a_subscriber_that_does_not_read_is_disconnected(self):
        reader = self.connect(self.running)
        sleeper = self.connect(self.running, receive_buffer=4096)
        for listener in (reader, sleeper):
            listener.call("subscribe", member="ada")
        produced = bought = newest = 0
        # The server keeps 1 MiB for it beside what the kernel does.
        while produced < tcp_buffer_bytes() + (3 << 20):
            newest = self.buy("ada", bought, 200)
            bought += 200
            self.read_up_to(reader, "ada", newest)
            produced = sum(len(str(event)) for event in reader.events()) * 3 // 4
        sleeper.receive_to_the_end(PATIENCE_SECONDS)
        self.assertLess(sleeper.events()[-1]["sequence"], newest)
        self.assert_gapless(reader, "ada", reader.events()[0]["sequence"], newest)
        self.till.call("ping")


if __name__ == "__main__":
    unittest.main()
