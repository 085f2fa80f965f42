# SPDX-License-Identifier: Apache-2.0
"""A named connection that keeps its subscriptions across restarts of the server."""

from support.rpc import Client


class Listener:
    def __init__(self, address):
        self._client = Client(*address)
        self._subscribed = {}  # member: parameters of `subscribe`
        self._seen = {}  # member: sequence of the last notice received

    def call(self, method, **params):
        result = self._client.call(method, **params)
        if method == "subscribe":
            self._subscribed[params["member"]] = params
            self._seen.setdefault(params["member"], params.get("from", result["sequence"]))
        if method == "unsubscribe":
            self._subscribed.pop(params["member"], None)
        return result

    @property
    def listens(self):
        return bool(self._subscribed)

    def next_notice(self):
        return self._client.next_notice()

    def surplus(self):
        """Notices that nobody asked for, up to the last write of every member listened to: the
        answer to a read comes after the notices of what it shows."""
        for member in self._subscribed:
            self._client.call("get_balances", member=member)
        surplus, self._client.notices = self._client.notices, []
        return surplus

    def reconnect(self, address):
        """Goes on behind the last notice received: none is lost, none comes twice."""
        kept = self._client.notices
        self._client.close()
        self._client = Client(*address)
        for member, params in self._subscribed.items():
            last = [n["sequence"] for n in kept if n["member"] == member]
            after = max([self._seen[member], *last])
            self._client.call("subscribe", **{**params, "from": after})
        self._client.notices = kept + self._client.notices

    def note_taken(self, notice):
        self._seen[notice["member"]] = notice["sequence"]

    def close(self):
        self._client.close()
