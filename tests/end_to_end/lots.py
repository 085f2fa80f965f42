# SPDX-License-Identifier: Apache-2.0
"""A member's lots, followed through the ledger by its own rules (domain.md 2.1, "Lots")."""

_TAKING = {"points_debited", "points_clawed_back", "points_expired"}


class Lots:
    """Fails with an AssertionError where the ledger does what lots cannot do."""

    def __init__(self):
        self.remaining = {}  # sequence of the credit: points left
        self.original = {}  # sequence of the credit: points credited
        self.expires = {}  # sequence of the credit: instant
        self.balances = {}  # sequence of the entry: balance after it
        self.balance = 0

    def follow(self, entries, expires):
        """`expires`: the instant at which a credit expires, given its entry."""
        for entry in entries:
            self._follow(entry, expires)
            self.balance += entry["points"]
            self.balances[entry["sequence"]] = self.balance
            assert self.balance >= 0, f"overspent: {entry}"
            assert self.balance == sum(self.remaining.values()), f"the lots do not add up: {entry}"
        return self

    def _follow(self, entry, expires):
        event = entry["event"]
        if event == "points_credited":
            self.remaining[entry["sequence"]] = entry["points"]
            self.original[entry["sequence"]] = entry["points"]
            self.expires[entry["sequence"]] = expires(entry)
            return
        assert event in _TAKING or event == "redemption_cancelled", f"unexpected: {entry}"
        sign = -1 if event in _TAKING else 1
        assert sign * sum(use["points"] for use in entry["trace"]) == entry["points"], entry
        for use in entry["trace"]:
            lot = use["credit"]
            self.remaining[lot] += sign * use["points"]
            assert self.remaining[lot] >= 0, f"more than lot {lot} had: {entry}"
            past = self.expires[lot] <= entry["at"]
            # What comes back after its time is there for the one step in which it expires.
            assert event == "redemption_cancelled" or past == (event == "points_expired"), entry
