# SPDX-License-Identifier: Apache-2.0
"""What members do at a partner reaches the partner once, however many of its messages a crash left
without a receipt."""

import unittest

from server import ServerCase

MEMBERS = [f"m{number}" for number in range(20)]
ROUNDS = 30


class PartnerEffects(ServerCase):
    def test_hundreds_of_open_messages_survive_a_kill(self):
        server = self.started()
        till = self.connect(server)
        for member in MEMBERS:
            till.call("enroll_member", member=member, key="e")
        # One after the other, so that each purchase is a message of its own.
        for number in range(ROUNDS):
            for member in MEMBERS:
                till.call("purchase", member=member, key=f"p{number}", amount=1_000,
                          partner="kacy-retail")
        before = till.call("get_partner_position", partner="kacy-retail")
        self.assertEqual(before["currencies"][0]["accrued"], 20 * ROUNDS * len(MEMBERS))
        for _ in range(2):
            server.kill()
            server.start(program=None)
            till = self.connect(server)
            self.assertEqual(till.call("get_partner_position", partner="kacy-retail"), before)
        till.call("purchase", member="m0", key="last", amount=1_000, partner="kacy-retail")
        after = till.call("get_partner_position", partner="kacy-retail")
        self.assertEqual(after["currencies"][0]["accrued"],
                         before["currencies"][0]["accrued"] + 20)


if __name__ == "__main__":
    unittest.main()
