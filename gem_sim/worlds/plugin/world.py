"""A live world in Python: each call runs a function on a private copy of the state, which is kept only where the call succeeds."""

from __future__ import annotations

import traceback
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from gem_sim.errors import InputError, MockFailure
from gem_sim.worlds.canonical import ValueRefused, canonical, dumps, same
from gem_sim.worlds.plugin.context import Context, ToolFailure
from gem_sim.worlds.plugin.state import Entry, Row, diff, entry, plain, state_digest
from gem_sim.worlds.world import CallResult, World, _failed

if TYPE_CHECKING:
    from gem_sim.worlds.plugin.mock import Function, Mock

MAX_RESULT = 200_000
"""Bytes of JSON in one answer, far above a page: what no caller's argument alone can lead to."""


class _Run(NamedTuple):
    """What a function did: its answer, its private state, the counters of ids."""

    result: CallResult
    state: dict[str, Any]
    counters: dict[str, int]


class PluginWorld(World):
    """One live world of a mock in Python. Same surface as `World`; a fault of the mock itself raises MockFailure."""

    __slots__ = ("_counters", "_digest", "_entries", "_writes")

    spec: Mock

    def __init__(self, spec: Mock, seed: int, entries: dict[str, Entry], counters: dict[str, int] | None = None, writes: int = 0) -> None:
        self.spec = spec
        self.seed = seed
        self._entries = entries
        self._counters = counters or {}
        self._writes = writes
        self._digest = ""

    def call(self, name: str, arguments: dict[str, Any]) -> CallResult:
        """Execute one call. Never raises for a caller's fault; raises MockFailure where the function of the tool has one."""
        function = self.spec.functions.get(name) if isinstance(name, str) else None
        if function is None:
            return _failed("unknown_tool", f"No tool named {name!s:.80}")
        run = self._run(function, arguments)
        if not run.result.ok or function.kind != "write":
            return run.result
        before, self._entries = self._entries, self._kept(function, run.state)
        self._counters, self._digest = run.counters, ""
        self._writes += 1
        return CallResult(True, run.result.value, None, diff(self.spec.layouts, before, self._entries))

    def touched(self, name: str, arguments: dict[str, Any]) -> list[dict[str, Any]]:
        """What a call does to its private copy of the state, whether that is kept or not: a read must leave it as it was."""
        function = self.spec.functions[name]
        return diff(self.spec.layouts, self._entries, self._kept(function, self._run(function, arguments).state))

    @property
    def entries(self) -> dict[str, Entry]:
        """The state, name to entry."""
        return self._entries

    def _run(self, function: Function, arguments: dict[str, Any]) -> _Run:
        state = {name: kept.value() for name, kept in self._entries.items()}
        counters = self._counters.copy()
        refused = _Run(_failed("invalid_arguments", ""), state, counters)
        try:
            given = canonical(arguments)
        except ValueRefused as problem:
            return refused._replace(result=_failed("invalid_arguments", str(problem)))
        if not function.is_valid(given):
            return refused._replace(result=_failed("invalid_arguments", function.problem(given)))
        try:
            values = {name: function.adapters[name].validate_python(value) for name, value in given.items()}
        except ValidationError as invalid:  # a check of the type that its JSON Schema cannot say
            return refused._replace(result=_failed("invalid_arguments", invalid.errors(include_url=False)[0]["msg"]))
        stream = f"{self.seed}/{function.name}/{self._writes}/{dumps(given).decode()}"
        context = Context(self._now(), self.seed, counters, state, stream)
        return _Run(self._answer(function, state, context, values), state, counters)

    def _answer(self, function: Function, state: dict[str, Any], context: Context, values: dict[str, Any]) -> CallResult:
        leads = {"state": state, "ctx": context}
        try:
            answer = function.run(*(leads[name] for name in function.leads), **values)
        except ToolFailure as failure:
            return _failed(failure.code, failure.message)
        except Exception as error:  # the boundary to foreign code: whatever it raises is a fault of the mock
            raise self._failure(function, _described(error, function)) from error
        try:
            value = canonical(plain(answer))
        except ValueRefused as refused:
            raise self._failure(function, f"answers with a {_as_noun(refused)}") from None
        if len(dumps(value)) > MAX_RESULT:
            raise self._failure(function, f"answers with more than {MAX_RESULT} bytes; ctx.page is for long lists")
        return CallResult(True, value, None, [])

    def _kept(self, function: Function, state: dict[str, Any]) -> dict[str, Entry]:
        """The entries of a state that a function has worked on. Raises MockFailure where it is no state any more."""
        if state.keys() != self._entries.keys():
            strays = ", ".join(sorted(map(str, state.keys() ^ self._entries.keys())))
            raise self._failure(function, f"leaves a state with other entries than at the start: {strays}")
        kept = {}
        for name, before in self._entries.items():
            try:
                kept[name] = entry(state[name], before)
            except ValueRefused as refused:
                raise self._failure(function, f"leaves state[{name!r}] with a {_as_noun(refused)}") from None
            problem = self.spec.layouts[name].problem(state[name]) if kept[name] is not before else ""
            if problem:
                raise self._failure(function, f"leaves state[{name!r}] wrong: {problem}")
        return kept

    def _failure(self, function: Function, problem: str) -> MockFailure:
        return MockFailure(self.spec.name, function.name, problem)

    def _now(self) -> datetime:
        return datetime.fromisoformat(self.spec.clock) + timedelta(minutes=self._writes)

    def fork(self) -> PluginWorld:
        """An independent copy; what is not changed is shared."""
        return PluginWorld(self.spec, self.seed, self._entries, self._counters, self._writes)

    @property
    def digest(self) -> str:
        """64 hex digits over the state; equal states have equal digests whatever led there."""
        self._digest = self._digest or state_digest(self._entries)
        return self._digest

    def diff(self, other: World) -> list[dict[str, Any]]:
        """What changed from this world to `other`, one entry a row."""
        if not isinstance(other, PluginWorld):
            raise InputError(f"a world of {self.spec.name} cannot be compared with one of {other.spec.name}")
        return diff(self.spec.layouts, self._entries, other.entries)

    def rows(self, entity: str) -> list[Row]:
        """Copies of the rows of an entry in order, each with its key; fields that only other rows have are null."""
        fields = dict.fromkeys(self.spec.entities[entity].fields)
        return [{**fields, **row} for row in self.spec.layouts[entity].rows(self._entries[entity].value()).values()]

    def find(self, entity: str, field: str, value: Any) -> list[Row]:
        """Copies of the rows of an entry whose `field` equals `value`."""
        return [row for row in self.rows(entity) if same(row.get(field), value)]

    def dump(self) -> dict[str, Any]:
        """The state as JSON: the entries that differ from the start, and the counters."""
        start = self.spec.start_entries
        changed = {name: kept.value() for name, kept in self._entries.items() if kept.text != start[name].text}
        return {"seed": self.seed, "digest": self.digest, "writes": self._writes, "counters": self._counters.copy(), "state": changed}

    @classmethod
    def restored(cls, spec: Mock, dump: dict[str, Any]) -> PluginWorld:
        """The world that `dump` describes. Raises InputError for a dump of another world."""
        for name in dump.get("state", [None]):
            if name not in spec.start_entries:
                raise InputError(f"the dump is not one of {spec.name}: it has {name!r}; expected a state with {', '.join(spec.start_entries)}")
        entries = {name: entry(dump["state"][name], start) if name in dump["state"] else start for name, start in spec.start_entries.items()}
        return cls(spec, dump["seed"], entries, dict(dump["counters"]), dump["writes"])

    def tell(self, tool: str, arguments: dict[str, Any], value: Any) -> None:  # noqa: ARG002  (the surface of a world)
        """Nothing here is imagined, so no answer can be told. Raises InputError."""
        raise InputError(f"{tool} computes its answers; only those of imagined tools can be told")

    def propose(self, tool: str, outcome: str = "ok") -> dict[str, Any] | None:
        """Arguments for which the present state gives `outcome`: `ok` or an error code; None where none were found."""
        from gem_sim.worlds.plugin.propose import propose  # the search runs calls on forks of this very class

        return propose(self, tool, outcome)


def _as_noun(refused: ValueRefused) -> str:
    """`set is not a JSON value` and `text with half a character` behind `with a`."""
    return str(refused).replace(" is ", " that is ", 1)


def _described(error: Exception, function: Function) -> str:
    """The error with the line of the mock's own file where it came up."""
    file = function.run.__code__.co_filename
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    place = f" (line {lines[-1]} of {file.rpartition('/')[2]})" if lines else ""
    said = (str(error).splitlines() or [""])[0][:200]
    return f"{type(error).__name__}: {said}{place}"
