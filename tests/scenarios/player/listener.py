# SPDX-License-Identifier: Apache-2.0
"""A named connection that keeps its subscriptions across restarts of the server."""

import time

from support.rpc import Client, RpcError

# A shard of a cluster may be on its way, or a link not up yet: a client tries again, as the error
# says it may. One server alone has no such excuse.
_PATIENCE_SECONDS = 20
_ON_ITS_WAY = ("NOT_OWNER", "UNAVAILABLE", "OVERLOADED", "OUTCOME_UNKNOWN")

# Whom one can listen to, and a read whose answer comes after the notices of what it shows.
_READS = {"member": "get_balances", "partner": "get_partner_position",
          "promotion": "get_promotion_budget"}


def _whose(fields):
    """Whom a call or a notice names: its kind and id. A notice names its own entity before all
    others."""
    return next((kind, value) for kind, value in fields.items() if kind in _READS)


class Listener:
    def __init__(self, address, tries_again=False):
        self._client = Client(*address)
        self._tries_again = tries_again
        self._subscribed = {}  # (kind, id): parameters of `subscribe`
        self._seen = {}  # (kind, id): sequence of the last notice received

    def _call(self, method, params):
        end = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                return self._client.call(method, **params)
            except RpcError as error:
                may_try = (self._tries_again and error.details.get("retryable")
                           and error.code in _ON_ITS_WAY)
                if not may_try or time.monotonic() > end:
                    raise
            time.sleep(0.05)  # polling

    def call(self, method, **params):
        result = self._call(method, params)
        if method == "subscribe":
            whose = _whose(params)
            self._subscribed[whose] = params
            self._seen.setdefault(whose, params.get("from", result["sequence"]))
        if method == "unsubscribe":
            self._subscribed.pop(_whose(params), None)
        return result

    @property
    def listens(self):
        return bool(self._subscribed)

    def next_notice(self):
        return self._client.next_notice()

    def surplus(self):
        """Notices that nobody asked for, up to the last write of everybody listened to."""
        for kind, name in self._subscribed:
            self._call(_READS[kind], {kind: name})
        surplus, self._client.notices = self._client.notices, []
        return surplus

    def reconnect(self, address):
        """Goes on behind the last notice received: none is lost, none comes twice."""
        kept = self._client.notices
        self._client.close()
        self._client = Client(*address)
        for whose, params in self._subscribed.items():
            last = [n["sequence"] for n in kept if _whose(n) == whose]
            after = max([self._seen[whose], *last])
            self._call("subscribe", {**params, "from": after})
        self._client.notices = kept + self._client.notices

    def note_taken(self, notice):
        self._seen[_whose(notice)] = notice["sequence"]

    def close(self):
        self._client.close()
