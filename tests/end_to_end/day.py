# SPDX-License-Identifier: Apache-2.0
"""A scripted day and a bit, with every kind of command; and all that can be seen after it."""

from audit import whole_ledger
from connection import first_result
from server import DAY, HOUR, MONDAY

PROGRAM = "cloud-kicks"
MEMBERS = ("ada", "ben", "cleo")
PARTNERS = ("ursa-major-solar", "kacy-retail")
MONTHS = ("2026-03", "2026-04", "2027-01")
NEW_YEAR_2027 = 1_798_790_400_000  # 00:00 in Los Angeles


def clock(now):
    return ("set_clock", {"now": now})


def step(method, code="", **params):
    """`code`: the refusal that is expected."""
    return (method, params, code)


# The ids of vouchers are the numbers of the facts that issued them.
STEPS = [
    clock(MONDAY),
    step("enroll_member", member="ada", channel="web"),
    step("enroll_member", member="ben", channel="store"),
    step("enroll_member", member="cleo", at=MONDAY - HOUR),
    step("purchase", member="ada", amount=55_000, category="court-shoes", channel="store"),
    step("purchase", member="ada", amount=3_000, category="coffee", units=8, channel="store"),
    step("review", member="ada", category="court-shoes", channel="web"),
    step("redeem", member="ada", offer="court-shoes-discount", category="court-shoes",
         price=8_900),
    step("redeem", "INSUFFICIENT_POINTS", member="ben", offer="solar-charger"),
    step("purchase", member="ben", amount=48_000, partner="ursa-major-solar",
         product="solar-panel"),
    clock(MONDAY + HOUR),
    step("redeem", member="ben", offer="solar-charger", product="solar-charger"),
    step("enroll_in_promotion", member="cleo", promotion="wellness-week"),
    step("purchase", member="cleo", amount=20_500, partner="kacy-retail", product="scarf"),
    step("redeem", member="cleo", offer="spa-day", product="spa-day"),
    step("record_activity", member="ben", type="training"),
    step("record_activity", member="cleo", type="certification"),
    step("record_activity", member="cleo", type="survey", channel="app"),
    step("update_progress", member="ada", promotion="latte-lovers", increment=2),
    step("update_progress", "NOT_ENROLLED", member="ben", promotion="wellness-week", increment=1),
    step("issue_voucher", member="ben", definition="store-credit-20"),
    step("use_voucher", member="ben", voucher="$last", value=1_500),
    step("issue_voucher", member="cleo", definition="free-drink"),
    step("cancel_voucher", member="cleo", voucher="$last"),
    step("run_batch"),
    clock(MONDAY + DAY),
    step("credit_points", member="ben", points=77, reason="sorry for the wait"),
    step("debit_points", member="ben", points=7, reason="a correction"),
    step("leave_promotion", member="ada", promotion="latte-lovers"),
    step("record_activity", member="ben", type="training"),
    step("deactivate_program"),
    step("purchase", "PROGRAM_NOT_ACTIVE", member="ada", amount=1_000),
    step("activate_program"),
    step("purchase", member="ada", amount=100_000, at=MONDAY + 2 * HOUR),
    clock(MONDAY + 40 * DAY),
    step("purchase", member="cleo", amount=1_999, partner="kacy-retail"),
    step("run_batch"),
    clock(NEW_YEAR_2027 + 3 * HOUR),
    step("purchase", member="ada", amount=700, category="coffee"),
    step("redeem", member="ada", offer="free-drink", quantity=2),
    clock(NEW_YEAR_2027 + 800 * DAY),
]


class Day:
    """Takes the steps on whatever server there is at the moment."""

    def __init__(self, case):
        self.case = case
        self.now = None
        self.vouchers = {}
        self.answers = []

    def params(self, number):
        method, params = STEPS[number][:2]
        if method == "set_clock":
            return params
        params = dict(params, key=f"step-{number}", program=PROGRAM)
        if params.get("voucher") == "$last":
            params["voucher"] = self.vouchers[params["member"]]
        return params

    def begin(self, connection, number):
        """Sends a step and does not wait for its answer."""
        connection.send(STEPS[number][0], **self.params(number))

    def take(self, connection, number):
        method = STEPS[number][0]
        outcome = connection.outcome_of(method, **self.params(number))
        if method == "set_clock":
            self.case.assertIsInstance(outcome, dict)
            self.now = STEPS[number][1]["now"]
            return
        code = STEPS[number][2]
        if code:
            self.case.assert_refused(outcome, code)
            self.answers.append(outcome.as_tuple())
            return
        self.case.assertIsInstance(outcome, dict, f"step {number}, {method}: {outcome}")
        self.answers.append(first_result(outcome))
        if method == "issue_voucher":
            self.vouchers[STEPS[number][1]["member"]] = outcome["voucher"]["voucher"]

    def take_all(self, connection, steps):
        for number in steps:
            self.take(connection, number)


def everything(connection):
    """What members, partners and the program look like."""
    seen = {"program": connection.call("describe_program", program=PROGRAM)}
    for by in ("subtype", "category_partner", "tier"):
        seen["report", by] = connection.call("program_report", by=by, per="month",
                                             **{"from": "2026-01-01", "until": "2030-01-01"})
    seen["outstanding"] = connection.call("outstanding_points", day="2026-04-30")
    seen["forecast"] = connection.call("expiry_forecast", until="2040-01-01", per="month")
    for member in MEMBERS:
        for query in ("get_member", "get_vouchers", "get_tier_progress", "get_expiry_schedule",
                      "list_promotions"):
            seen[member, query] = connection.call(query, member=member)
        seen[member, "ledger"] = whole_ledger(connection, member)
        seen[member, "lattes"] = connection.call("get_progress", member=member, history=True,
                                                 promotion="latte-lovers")
    for partner in PARTNERS:
        seen[partner] = connection.call("get_partner_position", partner=partner)
        for month in MONTHS:
            statement = connection.call("get_partner_statement", partner=partner, period=month,
                                        entries=True)
            # Nothing is promised about the order of different members' entries.
            statement["entries"].sort(key=lambda entry: (entry["member"], entry["journal"]))
            seen[partner, month] = statement
    return seen
