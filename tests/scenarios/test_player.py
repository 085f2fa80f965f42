# SPDX-License-Identifier: Apache-2.0
"""The player itself: a comparison that cannot fail is worth nothing."""

import datetime
import decimal
import pathlib
import sys
import tempfile
import unittest
import zoneinfo

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from player import scenario, values  # noqa: E402
from player.matching import at_path, differences  # noqa: E402

HAVANA = zoneinfo.ZoneInfo("America/Havana")
ANSWER = {"balances": {"points": 100, "stars": 0}, "rules": [{"rule": "base", "points": 15}],
          "late": False, "pending": {}}


class Matching(unittest.TestCase):
    def test_only_named_fields_are_compared(self):
        self.assertEqual(differences({"late": False, "balances": {"points": 100}}, ANSWER), [])

    def test_a_field_may_be_named_by_a_path(self):
        self.assertEqual(differences({"rules.0.points": 15, "balances.points": 100}, ANSWER), [])
        self.assertEqual(differences({"rules.0.points": 16}, ANSWER),
                         ["rules.0.points: expected 16, got 15"])

    def test_a_difference_says_where(self):
        self.assertEqual(differences({"balances": {"points": 99}}, ANSWER),
                         ["balances.points: expected 99, got 100"])
        self.assertEqual(differences({"rules": [{"rule": "bonus"}]}, ANSWER),
                         ["rules[0].rule: expected 'bonus', got 'base'"])

    def test_a_missing_field_differs(self):
        self.assertEqual(differences({"tiers": {"club": "gold"}}, ANSWER),
                         ["tiers: expected {'club': 'gold'}, got no such field"])
        self.assertEqual(len(differences({"rules.1.points": 15}, ANSWER)), 1)

    def test_a_list_is_exact(self):
        self.assertEqual(len(differences({"rules": []}, ANSWER)), 1)
        self.assertEqual(len(differences({"rules": [{}, {}]}, ANSWER)), 1)

    def test_an_empty_table_is_empty(self):
        self.assertEqual(differences({"pending": {}}, ANSWER), [])
        self.assertEqual(len(differences({"balances": {}}, ANSWER)), 1)

    def test_types_are_told_apart(self):
        self.assertEqual(len(differences({"late": 0}, ANSWER)), 1)
        self.assertEqual(len(differences({"balances.stars": False}, ANSWER)), 1)

    def test_a_path_that_leads_nowhere_is_an_error(self):
        self.assertEqual(at_path(ANSWER, "rules.0.rule"), "base")
        with self.assertRaises(LookupError):
            at_path(ANSWER, "rules.7.rule")


class Values(unittest.TestCase):
    def wire(self, value, **saved):
        return values.on_the_wire(value, HAVANA, saved)

    def test_a_number_with_a_point_is_money(self):
        self.assertEqual(self.wire(decimal.Decimal("79.99")), 7999)
        self.assertEqual(self.wire(decimal.Decimal("-2.80")), -280)
        with self.assertRaises(ValueError):
            self.wire(decimal.Decimal("0.008"))

    def test_local_times_are_instants_of_the_zone(self):
        noon = datetime.datetime(2015, 3, 10, 12)
        self.assertEqual(self.wire(noon), 1426003200000)  # 16:00 UTC
        self.assertEqual(values.instant("2015-03-10 12:00", HAVANA), 1426003200000)

    def test_a_skipped_time_is_a_mistake(self):
        with self.assertRaises(ValueError):
            values.instant("2015-03-08 00:30", HAVANA)

    def test_of_a_time_that_comes_twice_the_first_is_meant(self):
        first = values.instant("2015-11-01 00:00", HAVANA)
        self.assertEqual(values.instant("2015-11-01 01:00", HAVANA) - first, 2 * 3_600_000)

    def test_saved_values_are_put_in(self):
        self.assertEqual(self.wire({"voucher": "$drink"}, drink="v17"), {"voucher": "v17"})


class Format(unittest.TestCase):
    def load(self, text):
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write(text)
            file.flush()
            return scenario.load(file.name)

    def test_an_unknown_key_is_a_mistake(self):
        with self.assertRaisesRegex(scenario.FormatError, "step 1: unknown key 'expects'"):
            self.load('name = "x"\nrows = ["S1 y"]\n[[step]]\ncall = "ping"\nexpects = {}\n')

    def test_a_row_has_a_sentence(self):
        with self.assertRaisesRegex(scenario.FormatError, "expected a row and a sentence"):
            self.load('name = "x"\nrows = ["S1"]\n[[step]]\ncall = "ping"\n')

    def test_rows_are_those_of_the_three_lists(self):
        self.load('name = "x"\nrows = ["F5 y", "U12 z"]\nstep = [{call = "ping"}]\n')
        with self.assertRaisesRegex(scenario.FormatError, "expected a row and a sentence"):
            self.load('name = "x"\nrows = ["X5 y"]\nstep = [{call = "ping"}]\n')

    def test_calls_at_once_have_outcomes(self):
        with self.assertRaisesRegex(scenario.FormatError, "step 1: at_once and outcomes"):
            self.load('name = "x"\nrows = ["S1 y"]\nstep = [{call = "ping", at_once = 2}]\n')

    def test_the_zone_is_that_of_the_program(self):
        story = self.load('name = "x"\nrows = ["S1 y"]\nstep = [{call = "ping"}]\n'
                          'program = """\ntime_zone = "Europe/Rome"\n"""\n')
        self.assertEqual(story.zone.key, "Europe/Rome")


if __name__ == "__main__":
    unittest.main()
