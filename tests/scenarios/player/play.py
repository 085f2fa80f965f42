# SPDX-License-Identifier: Apache-2.0
"""Plays one scenario and collects where the server differs from it."""

import collections

from support.rpc import Client, RpcError

from . import values
from .listener import Listener
from .matching import at_path, differences

_READS = ("get_", "list_", "describe_", "subscribe", "unsubscribe", "ping", "server_info", "quote",
          "explain",
          "verify_ledger", "program_report", "outstanding_points", "expiry_forecast",
          "replay_program")


def _outcome(client, call):
    """"answered", or the code with which it was refused."""
    try:
        client.finish(call)
    except RpcError as error:
        return error.code
    return "answered"


class Player:
    def __init__(self, scenario, server, restart_always=False):
        """`server`: a Server that is not started yet; it is gone when the scenario is played."""
        self._scenario = scenario
        self._server = server
        self._restart_always = restart_always
        self._connections = {}
        self._now = None
        self._saved = {}
        self._step = None
        self.failures = []

    def play(self):
        """The differences, one text each; none when all is as expected."""
        try:
            self._server.start()
            for step in self._scenario.steps:
                self._step = step
                self._play(step)
                if self._restart_always:
                    self._restart()
            self._check_surplus()
            self._server.kill()
            if findings := self._server.verify():
                self.failures.append(f"{self._scenario.path.name}: the store:\n{findings}")
        except (ConnectionError, TimeoutError, RpcError) as error:
            self._differs([f"{error}; the server's log:\n{self._server.log()}"])
        finally:
            for connection in self._connections.values():
                connection.close()
            self._server.remove()
        return self.failures

    def _play(self, step):
        if step.restart:
            self._restart()
        if step.at:
            self._set_clock(values.instant(step.at, self._scenario.zone))
        if step.at_once:
            self._call_at_once(step)
            return
        for count in range(step.repeat):
            answer = self._call(step, count) if step.call else None
        if answer is not None:
            self._check_answer(step, answer)
        if step.notices is not None:
            self._check_notices(step.notices)

    def _params(self, step, count):
        params = self._wire(step.given)
        if step.member:
            params["member"] = step.member
        if not step.call.startswith(_READS):
            key = f"{self._scenario.path.stem}-{step.number}" + (f"-{count}" if count else "")
            params.setdefault("key", key)
        if step.change:
            params["definition"] = self._changed_definition(step.change)
        return params

    def _call_at_once(self, step):
        """Sends the call on so many connections before the first answer is read."""
        clients = [Client(*self._server.address) for _ in range(step.at_once)]
        calls = [client.start(step.call, **self._params(step, count))
                 for count, client in enumerate(clients)]
        outcomes = collections.Counter(map(_outcome, clients, calls))
        for client in clients:
            client.close()
        self._differs(differences(step.outcomes, dict(outcomes), "outcomes")
                      or differences(dict(outcomes), step.outcomes, "outcomes"))

    def _call(self, step, count):
        try:
            answer = self._connection(step.client).call(step.call, **self._params(step, count))
        except RpcError as error:
            self._check_refusal(step, error)
            return None
        if step.refuse:
            self._differs([f"expected {step.refuse}, got {answer!r}"])
            return None
        return answer

    def _changed_definition(self, change):
        """The definition in force, with elements added to its lists and values set in it."""
        definition = self._connection("till").call("describe_program")["definition"]
        for name, elements in self._wire(change.get("add", {})).items():
            definition[name] += elements
        for path, value in self._wire(change.get("set", {})).items():
            *parents, name = path.split(".")
            holder = at_path(definition, ".".join(parents)) if parents else definition
            holder[name] = value
        return definition

    def _check_refusal(self, step, error):
        got = f"{error.text} [param {error.param!r}]"
        if not step.refuse:
            self._differs([f"expected an answer, got {got}"])
        elif step.refuse != error.code or step.param not in (None, error.param):
            param = "" if step.param is None else f" [param {step.param!r}]"
            self._differs([f"expected {step.refuse}{param}, got {got}"])

    def _check_answer(self, step, answer):
        lines = differences(self._wire(step.expect), answer) if step.expect is not None else []
        for path in step.absent:
            try:
                lines.append(f"{path}: expected no such field, got {at_path(answer, path)!r}")
            except LookupError:
                pass
        for name, path in step.save.items():
            try:
                self._saved[name] = at_path(answer, path)
            except LookupError:
                lines.append(f"{path}: to be saved as {name}, but there is no such field")
        self._differs(lines)

    def _check_notices(self, notices):
        if isinstance(notices, list):
            listening = [name for name, c in self._connections.items() if c.listens]
            notices = {name: notices for name in listening[:1]}
        for name, expected in notices.items():
            listener = self._connections[name]
            for index, wanted in enumerate(expected):
                try:
                    notice = listener.next_notice()
                except TimeoutError:
                    self._differs([f"{name}: expected notice {wanted!r}, got none"])
                    break
                listener.note_taken(notice)
                self._differs(differences(self._wire(wanted), notice, f"{name} notice {index}"))
            if not expected:
                self._no_surplus(name, listener)

    def _check_surplus(self):
        for name, connection in self._connections.items():
            self._no_surplus(name, connection)

    def _no_surplus(self, name, listener):
        for notice in listener.surplus():
            listener.note_taken(notice)
            self._differs([f"{name}: expected no further notice, got {notice!r}"])

    def _set_clock(self, now):
        self._connection("till").call("set_clock", now=now)
        self._now = now

    def _restart(self):
        self._server.kill()
        self._server.start()
        # The manual clock does not live in the store.
        if self._now is not None and "till" in self._connections:
            clock = Listener(self._server.address, self._server.is_cluster)
            clock.call("set_clock", now=self._now)
            clock.close()
        for connection in self._connections.values():
            connection.reconnect(self._server.address)

    def _connection(self, name):
        if name not in self._connections:
            self._connections[name] = Listener(self._server.address, self._server.is_cluster)
        return self._connections[name]

    def _wire(self, value):
        return values.on_the_wire(value, self._scenario.zone, self._saved)

    def _differs(self, lines):
        for line in lines:
            self.failures.append(f"{self._scenario.path.name} {self._step}\n    {line}")
