# SPDX-License-Identifier: Apache-2.0
"""The checker of the chaos test finds what it is there for."""

import unittest

from linearizability import Seen, violations


def write(what, begin, end, sequence, member="ada"):
    return Seen(member, what, begin, end, sequence, True)


def read(begin, end, sequence, member="ada"):
    return Seen(member, "read", begin, end, sequence, False)


class Checker(unittest.TestCase):
    def test_a_history_that_fits_is_accepted(self):
        self.assertEqual(violations([write("a", 0, 2, 1), write("b", 1, 3, 2), read(4, 5, 2),
                                     read(1, 2, 1), write("c", 2.5, 6, 4), read(5, 7, 4)]), [])

    def test_concurrent_writes_may_be_in_either_order(self):
        self.assertEqual(violations([write("a", 0, 5, 2), write("b", 1, 4, 1)]), [])

    def test_a_stale_read_is_found(self):
        self.assertEqual(len(violations([write("a", 0, 1, 1), write("b", 2, 3, 2),
                                         read(4, 5, 1)])), 1)

    def test_a_read_that_goes_back_is_found(self):
        self.assertEqual(len(violations([read(0, 1, 7), read(2, 3, 6)])), 1)

    def test_a_write_before_one_that_was_answered_is_found(self):
        self.assertEqual(len(violations([write("a", 0, 1, 5), write("b", 2, 3, 4)])), 1)

    def test_a_fact_that_two_writes_made_is_found(self):
        self.assertEqual(len(violations([write("a", 0, 1, 5), write("b", 0, 3, 5)])), 1)

    def test_a_read_from_the_future_is_found(self):
        self.assertEqual(len(violations([read(0, 1, 3), write("a", 2, 3, 3)])), 1)

    def test_members_do_not_concern_each_other(self):
        self.assertEqual(violations([write("a", 0, 1, 5), write("b", 2, 3, 4, "bob")]), [])


if __name__ == "__main__":
    unittest.main()
