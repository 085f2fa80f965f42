# SPDX-License-Identifier: Apache-2.0
"""A MessagePack-RPC client that others wrote, python3-pynvim's, can do everything that counts."""

import threading
import unittest

import pynvim
from pynvim.msgpack_rpc import tcp_session

from connection import PATIENCE_SECONDS
from server import ServerCase


class ErrorReply(Exception):
    pass


def events_until(next_message, event):
    """The events up to the first one of this name."""
    seen = []
    while event not in seen:
        message = next_message()
        seen.append(message[1])
        body = message[2][0]
        assert body["member"] == "ada" and body["event"] == message[1], message
    return seen


class StockClient(ServerCase):
    def setUp(self):
        super().setUp()
        self.running = self.started()
        # The client has no timeouts of its own: if the server stays silent, it is stopped.
        watchdog = threading.Timer(PATIENCE_SECONDS, self.running.process.kill)
        watchdog.start()
        self.addCleanup(watchdog.cancel)

    def test_session(self):
        host, port = self.running.address
        session = tcp_session(host, port)
        self.addCleanup(session.close)
        session.error_wrapper = ErrorReply
        hello = session.request("hello", {"program": "cloud-kicks"})
        self.assertEqual((hello["server"], hello["program"]), ("loyalty", "cloud-kicks"))

        enrolled = session.request("enroll_member", {"member": "ada", "key": "e"})
        self.assertEqual(enrolled["balances"]["regular-points"], 100)
        session.request("subscribe", {"member": "ada"})
        bought = session.request("purchase", {"member": "ada", "key": "p", "amount": 60_000,
                                              "category": "court-shoes"})
        self.assertEqual(bought["balances"], {"regular-points": 700, "tier-points": 600})
        seen = events_until(session.next_message, "tier_upgraded")
        self.assertEqual(seen[0], "journal_recorded")
        self.assertIn("points_credited", seen)

        redeemed = session.request("redeem", {"member": "ada", "key": "r", "price": 9_000,
                                              "offer": "court-shoes-discount",
                                              "category": "court-shoes"})
        self.assertEqual((redeemed["discount"], redeemed["balances"]["regular-points"]),
                         (1_000, 600))
        events_until(session.next_message, "redemption_made")
        again = session.request("purchase", {"member": "ada", "key": "p", "amount": 60_000,
                                             "category": "court-shoes"})
        self.assertEqual(again, {**bought, "replayed": True})

        with self.assertRaises(ErrorReply) as refused:
            session.request("redeem", {"member": "ada", "key": "r2", "offer": "no-such"})
        kind, text, details = refused.exception.args[0]
        self.assertEqual((kind, details["code"], details["param"]), (1, "UNKNOWN_OFFER", "offer"))
        self.assertTrue(text.startswith("UNKNOWN_OFFER: "), text)

    def test_attached_like_an_editor(self):
        host, port = self.running.address
        client = pynvim.attach("tcp", address=host, port=port)
        self.addCleanup(client.close)
        client.request("enroll_member", {"member": "ada", "key": "e"})
        client.request("subscribe", {"member": "ada"})
        bought = client.request("purchase", {"member": "ada", "key": "p", "amount": 1_000})
        self.assertEqual(bought["credited"], {"regular-points": 10, "tier-points": 10})
        events_until(client.next_message, "points_credited")
        redeemed = client.request("redeem", {"member": "ada", "key": "r", "offer": "free-drink"})
        self.assertEqual(redeemed["balances"]["regular-points"], 50)
        events_until(client.next_message, "voucher_issued")
        with self.assertRaisesRegex(pynvim.NvimError, "INSUFFICIENT_POINTS"):
            client.request("redeem", {"member": "ada", "key": "r2", "offer": "free-drink"})


if __name__ == "__main__":
    unittest.main()
