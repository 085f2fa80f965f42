# SPDX-License-Identifier: Apache-2.0
"""Every method refuses what is wrong, with documented code and parameter, and changes nothing."""

import unittest

from bad_calls import DEFINES_PARTNERS, LONG_TEXT, METHODS, OF_THE_SERVER, REFUSALS, WRONG
from server import ServerCase

NO_IDS = ("", LONG_TEXT, "a b", "ä", "a/b", "a\0b", "../ada")


class BadInput(ServerCase):
    def setUp(self):
        super().setUp()
        running = self.started()
        self.till = self.connect(running)
        self.till.call("enroll_member", member="ada", key="e")
        self.till.call("enroll_member", member="ben", key="e")
        self.till.call("purchase", member="ada", key="p", amount=1_000, partner="kacy-retail")
        self.keys = 0
        self.before = self.state()

    def state(self):
        return [self.till.call("get_member", member="ada"),
                self.till.call("get_ledger", member="ada"),
                self.till.call("get_partner_position", partner="kacy-retail"),
                self.till.call("describe_program"),
                self.till.call("server_info")]

    def good_params(self, method):
        writes, required, _ = METHODS[method]
        params = dict(required)
        if writes:
            self.keys += 1
            params["key"] = f"bad-{self.keys}"
        return params

    def check(self, method, params, code, param):
        with self.subTest(method=method, params=str(params)[:200]):
            self.assert_refused(self.till.outcome_of(method, **params), code, param)

    def tearDown(self):
        self.assertEqual(self.state(), self.before)
        super().tearDown()

    def test_the_table_knows_every_method(self):
        methods = set(self.till.call("server_info")["methods"])
        self.assertEqual(set(METHODS) | {"hello"}, methods)

    def test_missing_parameters(self):
        for method in METHODS:
            good = self.good_params(method)
            for missing in good:
                params = {name: value for name, value in good.items() if name != missing}
                self.check(method, params, "INVALID_PARAM", missing)

    def test_unknown_fields(self):
        for method in METHODS:
            for field in ("colour", "Member", "", "k" * 300):
                self.check(method, {**self.good_params(method), field: 1}, "INVALID_PARAM", field)

    def test_wrong_types(self):
        for method, (_, _, optional) in METHODS.items():
            good = self.good_params(method)
            types = {**{name: type(value) for name, value in good.items()}, **optional}
            if method not in OF_THE_SERVER:
                types.update(program=str, deadline_ms=int)
            for field, kind in types.items():
                for value in WRONG[kind]:
                    self.check(method, {**self.good_params(method), field: value},
                               "INVALID_PARAM", field)

    def test_ids_that_are_none(self):
        for method in METHODS:
            good = self.good_params(method)
            for field in ("member", "partner"):
                if field not in good or method in DEFINES_PARTNERS:
                    continue
                for name in NO_IDS:
                    self.check(method, {**self.good_params(method), field: name},
                               "INVALID_PARAM", field)
            if method not in OF_THE_SERVER:
                for name in NO_IDS[1:]:
                    self.check(method, {**self.good_params(method), "program": name},
                               "INVALID_PARAM", "program")

    def test_keys_that_are_none(self):
        for method, (writes, _, _) in METHODS.items():
            if writes:
                for key in ("", LONG_TEXT):
                    self.check(method, {**self.good_params(method), "key": key}, "INVALID_PARAM",
                               "key")

    def test_deadlines_that_are_none(self):
        for method in METHODS:
            if method not in OF_THE_SERVER:
                for deadline in (-1, 3_600_001):
                    self.check(method, {**self.good_params(method), "deadline_ms": deadline},
                               "INVALID_PARAM", "deadline_ms")

    def test_unknown_members(self):
        for method in METHODS:
            # Where a member would be follows from its name: `route` asks nobody.
            if "member" in METHODS[method][1] and method not in ("enroll_member", "unsubscribe",
                                                                 "route"):
                self.check(method, {**self.good_params(method), "member": "nobody"},
                           "UNKNOWN_MEMBER", "member")

    def test_unknown_partners(self):
        for method in ("get_partner_position", "get_partner_statement"):
            self.check(method, {**self.good_params(method), "partner": "nobody"},
                       "UNKNOWN_PARTNER", "partner")

    def test_unknown_programs(self):
        for method in METHODS:
            if method not in OF_THE_SERVER | {"create_program", "apply_program", "unsubscribe",
                                              "route"}:
                self.check(method, {**self.good_params(method), "program": "nothing"},
                           "UNKNOWN_PROGRAM", "program")

    def test_what_cannot_be_done(self):
        for method, change, code, param in REFUSALS:
            self.check(method, {**self.good_params(method), **change}, code, param)

    def test_unknown_methods(self):
        for method in ("purchaze", "PURCHASE", "member.purchase", "x" * 64):
            self.check(method, {}, "UNKNOWN_METHOD", "method")


if __name__ == "__main__":
    unittest.main()
