# SPDX-License-Identifier: Apache-2.0
"""Calls that must be refused, by method: what is wrong with them, and the answer."""

from server import DAY, MONDAY

MEMBER = {"member": "ada"}
LONG_TEXT = "x" * 65
INTEGER, TEXT, BOOLEAN, LIST, MAP = int, str, bool, list, dict
MAYBE = "an integer, or nil, which means that it is not given"

# Values of a wrong type, for each type that a parameter can have.
WRONG = {
    INTEGER: ("12", 1.5, None, True, [1], {}),
    MAYBE: ("12", 1.5, True, [1], {}),
    TEXT: (5, None, True, [], {}, 1.5),
    BOOLEAN: (1, "true", None, []),
    LIST: ("tier_upgraded", 1, None, {}),
    MAP: ([], "definition", 1, None),
}

# Every method: the parameters that it requires, with values that would do, and the types of those
# that it does not. A write has a key besides.
READ, WRITE = False, True
DATED = {"as_of": MAYBE}
METHODS = {
    "enroll_member": (WRITE, {"member": "zoe"}, {"at": MAYBE, "channel": TEXT}),
    "purchase": (WRITE, {**MEMBER, "amount": 1_000},
                 {"eligible_amount": MAYBE, "at": MAYBE, "category": TEXT, "product": TEXT,
                  "partner": TEXT, "channel": TEXT, "units": INTEGER, "subtype": TEXT,
                  "money": TEXT, "reference": TEXT}),
    "review": (WRITE, MEMBER, {"at": MAYBE, "category": TEXT, "product": TEXT, "partner": TEXT,
                               "channel": TEXT, "subtype": TEXT, "reference": TEXT}),
    "record_activity": (WRITE, {**MEMBER, "type": "survey"},
                        {"subtype": TEXT, "at": MAYBE, "amount": INTEGER, "units": INTEGER,
                         "eligible_amount": MAYBE, "category": TEXT, "product": TEXT,
                         "partner": TEXT, "channel": TEXT, "reference": TEXT}),
    "credit_points": (WRITE, {**MEMBER, "points": 5}, {"currency": TEXT, "reason": TEXT}),
    "debit_points": (WRITE, {**MEMBER, "points": 5}, {"currency": TEXT, "reason": TEXT}),
    "redeem": (WRITE, {**MEMBER, "offer": "free-drink"},
               {"quantity": MAYBE, "points": MAYBE, "category": TEXT, "product": TEXT,
                "price": MAYBE, "channel": TEXT, "reference": TEXT}),
    "issue_voucher": (WRITE, {**MEMBER, "definition": "free-drink"}, {}),
    "use_voucher": (WRITE, {**MEMBER, "voucher": "v1"}, {"value": MAYBE}),
    "cancel_voucher": (WRITE, {**MEMBER, "voucher": "v1"}, {}),
    "enroll_in_promotion": (WRITE, {**MEMBER, "promotion": "wellness-week"}, {}),
    "leave_promotion": (WRITE, {**MEMBER, "promotion": "wellness-week"}, {}),
    "update_progress": (WRITE, {**MEMBER, "promotion": "latte-lovers", "increment": 1}, {}),
    "list_promotions": (READ, MEMBER, DATED),
    "get_progress": (READ, {**MEMBER, "promotion": "latte-lovers"},
                     {"history": BOOLEAN, **DATED}),
    "get_member": (READ, MEMBER, DATED),
    "get_balances": (READ, MEMBER, DATED),
    "get_tier_progress": (READ, MEMBER, DATED),
    "get_benefits": (READ, MEMBER, DATED),
    "get_vouchers": (READ, MEMBER, DATED),
    "get_expiry_schedule": (READ, MEMBER, {"currency": TEXT, **DATED}),
    "get_ledger": (READ, MEMBER, {"currency": TEXT, "after": INTEGER, "limit": INTEGER,
                                    **DATED}),
    "get_trace": (READ, MEMBER, {"debit": MAYBE, "credit": MAYBE, **DATED}),
    "get_holds": (READ, MEMBER, DATED),
    "explain": (READ, {**MEMBER, "sequence": 1}, DATED),
    "quote": (READ, {**MEMBER, "call": "review"}, {"with": MAP}),
    "hold_points": (WRITE, MEMBER, {"offer": TEXT, "quantity": MAYBE, "currency": TEXT,
                                    "points": MAYBE, "ttl_s": INTEGER, "reference": TEXT}),
    "capture_hold": (WRITE, {**MEMBER, "hold": "h1"},
                     {"category": TEXT, "product": TEXT, "price": MAYBE, "channel": TEXT,
                      "reference": TEXT}),
    "release_hold": (WRITE, {**MEMBER, "hold": "h1"}, {}),
    "cancel_redemption": (WRITE, {**MEMBER, "journal": 1}, {"by_staff": BOOLEAN, "actor": TEXT}),
    "reverse_activity": (WRITE, MEMBER, {"journal": MAYBE, "reference": TEXT, "kept_amount": MAYBE,
                                         "kept_units": MAYBE, "actor": TEXT}),
    "adjust_points": (WRITE, {**MEMBER, "points": 5, "reason": "a mistake"},
                      {"currency": TEXT, "actor": TEXT, "subtype": TEXT}),
    "release_escrow": (WRITE, MEMBER, {"journal": MAYBE, "credit": MAYBE, "actor": TEXT}),
    "reinstate_points": (WRITE, MEMBER, {"currency": TEXT, "actor": TEXT}),
    "reserve_voucher": (WRITE, {**MEMBER, "voucher": "v1"}, {"ttl_s": INTEGER}),
    "release_voucher": (WRITE, {**MEMBER, "voucher": "v1"}, {}),
    "override_tier": (WRITE, {**MEMBER, "tier": "gold", "until": "2027-01-01", "reason": "a gift"},
                      {"group": TEXT, "actor": TEXT}),
    "assess_tier": (WRITE, MEMBER, {"group": TEXT}),
    "set_segments": (WRITE, {**MEMBER, "segments": ["vip"]}, {}),
    "freeze_member": (WRITE, {**MEMBER, "reason": "fraud"}, {"actor": TEXT}),
    "thaw_member": (WRITE, MEMBER, {"reason": TEXT, "actor": TEXT}),
    "close_member": (WRITE, {**MEMBER, "reason": "asked for it"}, {"actor": TEXT}),
    "erase_member": (WRITE, {**MEMBER, "reason": "asked for it"}, {"actor": TEXT}),
    "merge_member": (WRITE, {**MEMBER, "into": "bob", "reason": "one person"}, {"actor": TEXT}),
    "join_group": (WRITE, {**MEMBER, "group": "bob"}, {"percent": INTEGER}),
    "leave_group": (WRITE, {**MEMBER, "group": "bob"}, {}),
    "transfer_points": (WRITE, {**MEMBER, "to": "bob", "points": 1},
                        {"currency": TEXT, "reason": TEXT}),
    "subscribe": (READ, MEMBER, {"from": MAYBE, "events": LIST}),
    "unsubscribe": (READ, MEMBER, {}),
    "create_program": (WRITE, {}, {"name": TEXT, "time_zone": TEXT, "money": TEXT}),
    "apply_program": (WRITE, {"definition": {"id": "cloud-kicks"}}, {"dry_run": BOOLEAN}),
    "define_currency": (WRITE, {"id": "gems", "kind": "non_qualifying"},
                        {"name": TEXT, "primary": BOOLEAN, "escrow_days": INTEGER,
                         "extensions": LIST, "subtype_order": LIST}),
    "define_currency_subtype": (WRITE, {"currency": "regular-points", "id": "bonus"},
                                {"name": TEXT, "categories": LIST}),
    "define_tier_group": (WRITE, {"id": "ladder"},
                          {"name": TEXT, "reset_day": TEXT, "extend_to_reset": BOOLEAN,
                           "currencies": LIST, "tiers": LIST, "inline_currencies": LIST}),
    "define_tiers": (WRITE, {"tier_group": "inner-circle-tiers", "tiers": []}, {}),
    "define_benefit_type": (WRITE, {"id": "perks"}, {"name": TEXT, "exclusive": BOOLEAN}),
    "define_benefit": (WRITE, {"id": "lounge", "type": "shipping"},
                       {"name": TEXT, "priority": INTEGER, "tiers": LIST, "payload": TEXT}),
    "assign_benefit": (WRITE, {"benefit": "lounge", "tiers": []}, {}),
    "define_activity": (WRITE, {"id": "visit"}, {}),
    "define_rule": (WRITE, {"id": "extra", "when": {"activities": ["purchase"]}},
                    {"name": TEXT, "order": INTEGER, "currency": TEXT, "multipliers": LIST,
                     "cap": MAP, "segment": TEXT}),
    "define_offer": (WRITE, {"id": "mug", "currency": "regular-points", "cost": 10},
                     {"name": TEXT, "discount": INTEGER, "categories": LIST, "near": INTEGER}),
    "define_voucher": (WRITE, {"id": "mug"}, {"name": TEXT, "face_value": INTEGER}),
    "define_promotion": (WRITE, {"id": "more", "when": {"activities": ["purchase"]}, "reward": {}},
                         {"name": TEXT, "target": INTEGER, "repeatable": BOOLEAN,
                          "milestones": LIST, "limits": MAP, "sponsor": TEXT}),
    "register_partner": (WRITE, {"id": "newcomer", "billing": "post_paid"},
                         {"name": TEXT, "products": LIST, "rates": LIST, "alert_below": INTEGER}),
    "add_partner_product": (WRITE, {"partner": "kacy-retail", "id": "lamp"},
                            {"name": TEXT, "category": TEXT, "earn": BOOLEAN, "reward": BOOLEAN}),
    "set_partner_rate": (WRITE, {"partner": "kacy-retail", "currency": "regular-points",
                                 "accrual_price": "0.01", "redemption_price": "0.01"},
                         {"accrual_factor": TEXT}),
    "remove_definition": (WRITE, {"kind": "offer", "id": "mug"}, {"of": TEXT}),
    "activate_program": (WRITE, {}, {}),
    "deactivate_program": (WRITE, {}, {}),
    "run_batch": (WRITE, {}, {}),
    "describe_program": (READ, {}, {}),
    "list_activities": (READ, {}, {}),
    "close_partner_period": (WRITE, {"partner": "kacy-retail", "period": "2026-03"},
                             {"actor": TEXT}),
    "record_partner_payment": (WRITE, {"partner": "kacy-retail", "amount": 100},
                               {"reference": TEXT, "actor": TEXT}),
    "add_partner_pack": (WRITE, {"partner": "kacy-retail", "points": 100},
                         {"reference": TEXT, "actor": TEXT}),
    "get_promotion_budget": (READ, {"promotion": "latte"}, {}),
    "get_partner_position": (READ, {"partner": "kacy-retail"}, DATED),
    "get_partner_statement": (READ, {"partner": "kacy-retail", "period": "2026-03"},
                              {"entries": BOOLEAN, "limit": INTEGER, **DATED}),
    "verify_ledger": (READ, MEMBER, DATED),
    "program_report": (READ, {}, {"from": TEXT, "until": TEXT, "by": TEXT, "per": TEXT}),
    "outstanding_points": (READ, {}, {"day": TEXT}),
    "expiry_forecast": (READ, {}, {"until": TEXT, "per": TEXT, "currency": TEXT}),
    "replay_program": (READ, {"definition": {"id": "cloud-kicks"}},
                       {"from": MAYBE, "to": MAYBE, "by": TEXT, "members": INTEGER}),
    "ping": (READ, {}, {}),
    "server_info": (READ, {}, {}),
    "set_clock": (READ, {"now": MONDAY}, {}),
    "route": (READ, MEMBER, {}),
    "cluster_status": (READ, {}, {}),
    "cluster_drain": (READ, {"node": "a"}, {}),
    "cluster_move": (READ, {"shard": 3}, {"node": TEXT}),
}
# These name a partner of the definition, not the partner whose ledger is meant.
DEFINES_PARTNERS = {"add_partner_product", "set_partner_rate"}
OF_THE_SERVER = {"ping", "server_info", "set_clock", "cluster_status", "cluster_drain",
                 "cluster_move"}

GEMS = {"id": "cloud-kicks", "currencies": [{"id": "gems", "kind": "non_qualifying",
                                             "primary": True}]}
TOO_MUCH = 10**12 + 1
BEYOND_64_BITS = 2**64 - 1


def wrong(method, code, param, **params):
    """`params` go on top of the required ones."""
    return (method, params, code, param)


# What is well-formed and still cannot be done.
REFUSALS = [
    *(wrong(method, "INVALID_PARAM", "amount", amount=amount)
      for method in ("purchase", "record_activity")
      for amount in (-1, TOO_MUCH, -2**63, BEYOND_64_BITS)),
    wrong("purchase", "INVALID_PARAM", "eligible_amount", eligible_amount=-1),
    wrong("purchase", "INVALID_PARAM", "eligible_amount", eligible_amount=1_001),
    wrong("purchase", "INVALID_PARAM", "units", units=-1),
    wrong("purchase", "INVALID_PARAM", "units", units=10**9 + 1),
    wrong("purchase", "INVALID_PARAM", "money", money="EUR"),
    wrong("purchase", "UNKNOWN_PARTNER", "partner", partner="nobody"),
    wrong("purchase", "UNKNOWN_PRODUCT", "product", partner="kacy-retail", product="brick"),
    *(wrong(method, "INVALID_PARAM", "at", at=at)
      for method in ("purchase", "review", "record_activity")
      for at in (MONDAY - 2 * DAY, MONDAY + DAY, 0, -1, 2**62)),
    *(wrong("purchase", "INVALID_PARAM", field, **{field: LONG_TEXT})
      for field in ("category", "product", "channel", "subtype", "reference")),
    wrong("enroll_member", "MEMBER_EXISTS", "member", member="ada"),
    wrong("verify_ledger", "UNKNOWN_MEMBER", "member", member="nobody"),
    wrong("verify_ledger", "INVALID_PARAM", "as_of", as_of=MONDAY + DAY),
    *(wrong("program_report", "INVALID_PARAM", field, **{field: day})
      for field in ("from", "until") for day in ("soon", "2026-02-30", "2026-3-1", LONG_TEXT)),
    wrong("program_report", "INVALID_PARAM", "until",
          **{"from": "2026-03-02", "until": "2026-03-02"}),
    wrong("program_report", "INVALID_PARAM", "until",
          **{"from": "2020-01-01", "until": "2026-01-01", "per": "day"}),
    wrong("program_report", "INVALID_PARAM", "by", by="weather"),
    wrong("program_report", "INVALID_PARAM", "per", per="hour"),
    wrong("outstanding_points", "INVALID_PARAM", "day", day="2026-03-03"),
    wrong("outstanding_points", "INVALID_PARAM", "day", day="yesterday"),
    wrong("expiry_forecast", "INVALID_PARAM", "until", until="2026-03-02"),
    wrong("expiry_forecast", "UNKNOWN_CURRENCY", "currency", currency="doubloons"),
    wrong("replay_program", "INVALID_PARAM", "definition.id", program="cloud-kicks",
          definition={"id": "shoe-shop"}),
    wrong("replay_program", "NO_CURRENCY", "definition.currencies"),
    wrong("replay_program", "INVALID_PARAM", "members", members=-1),
    wrong("replay_program", "INVALID_PARAM", "members", members=1001),
    wrong("replay_program", "INVALID_PARAM", "from", definition=GEMS, to=MONDAY,
          **{"from": MONDAY}),
    wrong("replay_program", "UNKNOWN_CURRENCY", "by", definition=GEMS, by="doubloons"),
    wrong("enroll_member", "INVALID_PARAM", "at", at=MONDAY + DAY),
    wrong("record_activity", "UNKNOWN_ACTIVITY", "type", type="juggling"),
    wrong("record_activity", "INVALID_PARAM", "type", type="enrollment"),
    *(wrong(method, "INVALID_PARAM", "points", points=points)
      for method in ("credit_points", "debit_points")
      for points in (0, -1, TOO_MUCH, BEYOND_64_BITS)),
    *(wrong(method, "UNKNOWN_CURRENCY", "currency", currency="doubloons")
      for method in ("credit_points", "debit_points", "get_ledger", "get_expiry_schedule")),
    wrong("credit_points", "INVALID_PARAM", "reason", reason="x" * 257),
    wrong("debit_points", "QUALIFYING_NOT_REDEEMABLE", "currency", currency="tier-points"),
    wrong("debit_points", "INSUFFICIENT_POINTS", "points", points=10**9),
    wrong("redeem", "UNKNOWN_OFFER", "offer", offer="the-moon"),
    wrong("redeem", "INSUFFICIENT_POINTS", "points", offer="solar-charger"),
    *(wrong("redeem", "INVALID_PARAM", "quantity", quantity=quantity)
      for quantity in (0, -1, 2**62, BEYOND_64_BITS)),
    wrong("redeem", "LIMIT_EXCEEDED", "quantity", quantity=101),
    wrong("redeem", "INVALID_PARAM", "points", points=61),
    wrong("redeem", "INVALID_PARAM", "points", points=60, quantity=1),
    wrong("redeem", "NOT_ELIGIBLE_PRODUCT", "category", offer="court-shoes-discount", price=5_000,
          category="coffee"),
    wrong("redeem", "INVALID_PARAM", "price", offer="court-shoes-discount",
          category="court-shoes"),
    wrong("redeem", "DISCOUNT_EXCEEDS_PRICE", "price", offer="court-shoes-discount",
          category="court-shoes", price=999),
    wrong("redeem", "UNKNOWN_PRODUCT", "product", offer="solar-charger", product="brick"),
    wrong("redeem", "NOT_REWARD_ELIGIBLE", "product", offer="solar-charger", product="battery"),
    wrong("issue_voucher", "UNKNOWN_VOUCHER", "definition", definition="a-car"),
    *(wrong(method, "UNKNOWN_VOUCHER", "voucher", voucher=voucher)
      for method in ("use_voucher", "cancel_voucher")
      for voucher in ("v999999", "v", "17", "v-1", "v" + "9" * 60)),
    *(wrong(method, "UNKNOWN_PROMOTION", "promotion", promotion="no-such")
      for method in ("enroll_in_promotion", "leave_promotion", "update_progress",
                     "get_progress")),
    wrong("leave_promotion", "NOT_ENROLLED", "promotion"),
    wrong("update_progress", "NOT_ENROLLED", "promotion", promotion="wellness-week"),
    *(wrong("update_progress", "INVALID_PARAM", "increment", increment=increment)
      for increment in (0, -1, TOO_MUCH, BEYOND_64_BITS)),
    wrong("update_progress", "LIMIT_EXCEEDED", "increment", increment=2_000),
    *(wrong(method, "INVALID_PARAM", "limit", limit=limit)
      for method in ("get_ledger", "get_partner_statement") for limit in (0, -1, 1_001)),
    *(wrong("get_partner_statement", "INVALID_PARAM", "period", period=period)
      for period in ("March", "2026-13", "2026", "2026-3", "")),
    wrong("transfer_points", "UNKNOWN_MEMBER", "to", to="nobody"),
    wrong("transfer_points", "INVALID_PARAM", "to", to="ada"),
    wrong("transfer_points", "INVALID_PARAM", "to", to="a b"),
    *(wrong("transfer_points", "INVALID_PARAM", "points", to="ben", points=points)
      for points in (0, -1, TOO_MUCH)),
    wrong("transfer_points", "INSUFFICIENT_POINTS", "points", to="ben", points=10**9),
    wrong("transfer_points", "QUALIFYING_NOT_REDEEMABLE", "currency", to="ben",
          currency="tier-points"),
    wrong("join_group", "UNKNOWN_MEMBER", "group", group="nobody"),
    *(wrong("join_group", "INVALID_PARAM", "percent", group="ben", percent=percent)
      for percent in (0, -1, 101)),
    wrong("leave_group", "NOT_ELIGIBLE", "group"),
    wrong("merge_member", "UNKNOWN_MEMBER", "into", into="nobody"),
    wrong("merge_member", "INVALID_PARAM", "into", into="ada"),
    wrong("erase_member", "INVALID_PARAM", "reason", reason=""),
    wrong("add_partner_pack", "INVALID_PARAM", "partner"),
    wrong("get_promotion_budget", "UNKNOWN_PROMOTION", "promotion", promotion="no-such"),
    wrong("set_clock", "INVALID_PARAM", "now", now=MONDAY - 1),
    wrong("set_clock", "INVALID_PARAM", "now", now=-1),
]
