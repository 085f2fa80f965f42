# SPDX-License-Identifier: Apache-2.0
"""Is what a server holds exactly what it acknowledged? Needs only the answers, not the rules."""

from collections import Counter, defaultdict

from load import PARTNERS

LATTES_TARGET = 10
YEAR_MS = 31_556_952_000


def whole_ledger(connection, member):
    entries = []
    more = True
    while more:
        page = connection.call("get_ledger", member=member, limit=1000,
                               after=entries[-1]["sequence"] if entries else 0)
        entries += page["entries"]
        more = page["more"]
    return entries


def all_events(connection, member):
    """Everything that ever happened to a member, in the order in which it is pushed."""
    newest = connection.call("subscribe", member=member, **{"from": 0})["sequence"]
    connection.receive_until(lambda: connection.events(member)
                             and connection.events(member)[-1]["sequence"] >= newest)
    connection.call("unsubscribe", member=member)
    return connection.events(member)


class Audit:
    """`case` is the test that complains."""

    def __init__(self, case, load, connection):
        self.case = case
        self.connection = connection
        self.members = load.members
        self.by_member = defaultdict(list)
        for operation in load.operations:
            case.assertTrue(operation.acknowledged, operation.key)
            if operation.answer is not None:
                self.by_member[operation.member].append(operation)

    def check(self):
        for member in self.members:
            with self.case.subTest(member=member):
                self.check_balances(member)
                self.check_journals(member)
                self.check_progress(member)
                self.check_vouchers(member)
        for partner in PARTNERS:
            with self.case.subTest(partner=partner):
                self.check_partner(partner)

        self.check_report()

    def check_report(self):
        """What the program's own sums say is what was acknowledged, member by member."""
        operations = [o for made in self.by_member.values() for o in made]
        issued, redeemed = Counter(), Counter()
        for operation in operations:
            issued.update(operation.answer.get("credited", {}))
            if operation.method == "redeem":
                redeemed[operation.answer["currency"]] += operation.answer["points"]
        year = 1970 + self.connection.call("server_info")["now"] // YEAR_MS
        report = self.connection.call("program_report",
                                      **{"from": f"{year}-01-01", "until": f"{year + 1}-01-01"})
        self.case.assertEqual(report["members"]["enrolled"], len(self.members))
        line, = report["lines"]
        self.case.assertEqual(line["activity"]["redemptions"],
                              sum(o.method == "redeem" for o in operations))
        bought = [o.params["amount"] for o in operations if o.method == "purchase"]
        self.case.assertEqual(line["activity"]["amount"], sum(bought))
        for points in line["points"]:
            currency = points["currency"]
            self.case.assertEqual(points["issued"], issued[currency], currency)
            self.case.assertEqual(points["redeemed"], redeemed[currency], currency)
            self.case.assertEqual(points["end"]["balance"], issued[currency] - redeemed[currency])
        self.case.assertEqual({points["currency"] for points in line["points"]}, set(+issued))

    def check_balances(self, member):
        expected = Counter()
        for operation in self.by_member[member]:
            expected.update(operation.answer.get("credited", {}))
            if operation.method == "redeem":
                expected[operation.answer["currency"]] -= operation.answer["points"]
        balances = self.connection.call("get_balances", member=member)["balances"]
        for currency, balance in balances.items():
            self.case.assertEqual(balance["available"], expected[currency], currency)
        by_ledger = Counter()
        for entry in whole_ledger(self.connection, member):
            by_ledger[entry["currency"]] += entry["points"]
            account = f"member:{member}:available"
            self.case.assertEqual(entry["to" if entry["points"] > 0 else "from"], account)
            if entry["points"] < 0:
                used = sum(use["points"] for use in entry["trace"])
                self.case.assertEqual(used, -entry["points"])
        self.case.assertEqual(+by_ledger, +expected)

    def check_journals(self, member):
        """One journal for each acknowledged operation that has one, and no other."""
        events = all_events(self.connection, member)
        numbers = [event["sequence"] for event in events]
        self.case.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        self.case.assertEqual(numbers[-1],
                              self.connection.call("get_member", member=member)["sequence"])
        happened = sorted(event["sequence"] for event in events
                          if event["event"] == "journal_recorded")
        answered = sorted(operation.answer["journal"] for operation in self.by_member[member]
                          if "journal" in operation.answer)
        self.case.assertEqual(happened, answered)
        happened = Counter(event["event"] for event in events)
        wanted = Counter(operation.method for operation in self.by_member[member])
        self.case.assertEqual(happened["redemption_made"], wanted["redeem"])
        self.case.assertEqual(happened["voucher_used"], wanted["use_voucher"])

    def check_progress(self, member):
        lattes = 0
        for operation in self.by_member[member]:
            if operation.method == "update_progress":
                lattes += operation.params["increment"]
            if operation.method == "purchase" and operation.params.get("category") == "coffee":
                lattes += operation.params["units"]
        progress = self.connection.call("get_progress", member=member,
                                        promotion="latte-lovers")["progress"]
        made = progress["completions"] * LATTES_TARGET + progress["completed"]
        self.case.assertEqual(made, lattes)

    def check_vouchers(self, member):
        issued, used = [], []
        for operation in self.by_member[member]:
            if operation.method == "issue_voucher":
                issued.append(operation.answer["voucher"]["voucher"])
            if operation.method == "use_voucher":
                used.append(operation.params["voucher"])
            issued += [view["voucher"] for view in operation.answer.get("vouchers", [])]
        vouchers = self.connection.call("get_vouchers", member=member)["vouchers"]
        self.case.assertEqual(sorted(view["voucher"] for view in vouchers), sorted(issued))
        spent = [view["voucher"] for view in vouchers if view["status"] == "redeemed"]
        self.case.assertEqual(sorted(spent), sorted(used))

    def check_partner(self, partner):
        offers = {"spa-day": "kacy-retail", "solar-charger": "ursa-major-solar"}
        accrued = accruals = redeemed = redemptions = 0
        for operation in (o for operations in self.by_member.values() for o in operations):
            if operation.method == "purchase" and operation.params.get("partner") == partner:
                points = operation.answer["credited"].get("regular-points", 0)
                accrued += points
                accruals += points > 0
            if operation.method == "redeem" and offers.get(operation.params["offer"]) == partner:
                redeemed += operation.answer["points"]
                redemptions += 1
        position = self.connection.call("get_partner_position", partner=partner)
        sums, = position["currencies"]
        # The program file: a point earned there is 0.01, a point redeemed there 0.008.
        self.case.assertEqual(
            sums, {"currency": "regular-points", "accrued": accrued, "redeemed": redeemed,
                   "accruals": accrued, "redemptions": redeemed * 8 // 10,
                   "net": accrued - redeemed * 8 // 10, "accrual_entries": accruals,
                   "redemption_entries": redemptions,
                   "reversed": 0, "cancelled": 0, "reversals": 0, "cancellations": 0})
        self.case.assertEqual(position["net"], sums["net"])
