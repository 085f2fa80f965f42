# SPDX-License-Identifier: Apache-2.0
"""`loyalty demo` on a fresh server: its numbers are the program file's, worked out by hand."""

import json
import subprocess
import unittest

from connection import first_result
from server import ServerCase, program_under_test

DEMO_SECONDS = 120

# Regular points: floor(amount x multiplier of the tier before), tier points: floor(amount).
# Gold is reached at 500 tier points (x 1.25), Diamond at 1,500 (x 1.5).
ADA_POINTS = (100      # joining
              + 120    # 120.00 as Silver; 120 tier points
              + 430    # 430.00; 550 tier points: Gold
              + 37     # 5 lattes, 30.00 x 1.25 = 37.5; 580
              + 1_062  # 850.00 x 1.25 = 1062.5; 1,430
              + 22     # 3 lattes, 18.00 x 1.25 = 22.5; 1,448
              + 249    # 199.99 x 1.25 = 249.98; 1,647: Diamond
              - 100    # 10.00 off court shoes
              + 118    # 79.00 x 1.5 = 118.5; 1,726
              + 18)    # 2 lattes, 12.00 x 1.5; 1,738
BEN_POINTS = 100 + 350 + 120 - 500    # joining, solar panel, battery, solar charger
CHLOE_POINTS = (100 + 2 * 89 + 2 * 115   # joining; twice the dollars at Kacy Retail
                + 150                    # 204.00 there complete Wellness Week
                + 25 - 400)              # a survey, a spa day
DAN_POINTS = 100 + 75 + 200 - 250     # joining, training and certification by the batch, an event

BALANCES = {  # regular points, of them pending, tier points
    "ada": (ADA_POINTS, 0, 120 + 430 + 30 + 850 + 18 + 199 + 79 + 12),
    "ben": (BEN_POINTS, 50, 0),  # the review counts tomorrow
    "chloe": (CHLOE_POINTS, 0, 0),
    "dan": (DAN_POINTS, 0, 0),
}
TIER = {"ada": "diamond", "ben": "silver", "chloe": "silver", "dan": "silver"}
BENEFITS = {
    "ada": {"free-express-shipping", "early-access", "exclusive-events", "priority-support"},
    "ben": {"free-standard-shipping"},
    "chloe": {"free-standard-shipping"},
    "dan": {"free-standard-shipping", "run-club-night"},  # the fifth run
}
# Earned and redeemed there: 0.01 and 0.008 a point, in cents.
PARTNERS = {
    "ursa-major-solar": {"accrued": 350 + 120, "accruals": 470, "redeemed": 500,
                         "redemptions": 400, "net": 70},
    "kacy-retail": {"accrued": 178 + 230, "accruals": 408, "redeemed": 400, "redemptions": 320,
                    "net": 88},
}


class Demo(ServerCase):
    def setUp(self):
        super().setUp()
        self.running = self.started()

    def play(self):
        host, port = self.running.address
        done = subprocess.run([program_under_test(), "demo", "--connect", f"{host}:{port}",
                               "--json"], capture_output=True, text=True, check=False,
                              timeout=DEMO_SECONDS)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_numbers(self):
        day = self.play()
        for member, (regular, pending, tier_points) in BALANCES.items():
            with self.subTest(member=member):
                seen = day["members"][member]
                balance = seen["balances"]["regular-points"]
                self.assertEqual((balance["available"], balance["pending"]), (regular, pending))
                # Who never got any has no such balance.
                tier = seen["balances"].get("tier-points", {"available": 0})
                self.assertEqual(tier["available"], tier_points)
                self.assertEqual([view["tier"] for view in seen["tiers"]], [TIER[member]])
                self.assertEqual({view["benefit"] for view in seen["benefits"]},
                                 BENEFITS[member])
        for partner, sums in PARTNERS.items():
            with self.subTest(partner=partner):
                seen, = day["partners"][partner]["currencies"]
                self.assertEqual({name: seen[name] for name in sums}, sums)

    def test_stories(self):
        day = self.play()
        missing = day["tier_progress"]["ada"]["groups"][0]["missing_to_reach"]
        self.assertEqual(missing, {"tier-points": 3_000 - 1_738})
        self.assertEqual([view["status"] for view in day["vouchers"]["ada"]["vouchers"]],
                         ["redeemed"])
        milestones = day["answers"]["ada-latte-2"]["progress"]
        lattes, = [view for view in milestones if view["promotion"] == "latte-lovers"]
        self.assertEqual((lattes["completed"], lattes["remaining"], lattes["percent"]), (8, 2, 80))
        self.assertEqual(day["answers"]["ada-latte-3"]["completed"], ["latte-lovers"])
        self.assertEqual(day["answers"]["chloe-scarf"]["completed"], ["wellness-week"])
        self.assertEqual(day["answers"]["dan-run-5"]["completed"], ["run-club"])
        self.assertEqual(day["answers"]["dan-wishes"], {"refused": "INSUFFICIENT_POINTS"})
        upgrades = [change["to"] for answer in day["answers"].values()
                    for change in answer.get("tier_changes", [])]
        self.assertEqual(upgrades, ["gold", "diamond"])

    def test_twice_is_once(self):
        first = self.play()
        self.assert_same_day(self.play(), first)
        self.running.kill()
        self.running.start(program=None)
        self.assert_same_day(self.play(), first)

    def assert_same_day(self, day, first):
        for played in (day, first):
            played["answers"] = {step: first_result(answer)
                                 for step, answer in played["answers"].items()}
        self.assertEqual(day, first)

    def test_for_people(self):
        host, port = self.running.address
        done = subprocess.run([program_under_test(), "demo", "--connect", f"{host}:{port}"],
                              capture_output=True, text=True, check=False, timeout=DEMO_SECONDS)
        self.assertEqual(done.returncode, 0, done.stderr)
        for words in ("ada", "Diamond", str(ADA_POINTS), "ursa-major-solar", "kacy-retail"):
            self.assertIn(words, done.stdout)


if __name__ == "__main__":
    unittest.main()
