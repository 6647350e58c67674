"""A live world: calls executed on a state, one after another. Deterministic: same spec, seed and calls, same bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from gem_sim.errors import InputError
from gem_sim.worlds.canonical import ValueRefused, canonical
from gem_sim.worlds.expressions import elements
from gem_sim.worlds.functions import Unusable
from gem_sim.worlds.program import Tool, Write, frame_of
from gem_sim.worlds.scope import Frame, NotFound
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.state import Key, Row, State, diff, fitted, key_of, updated

MAX_STEPS = 100_000


@dataclass(frozen=True, slots=True)
class CallResult:
    """What a call answered. `error` is `{code, message}` where `ok` is false; the state is then as it was before."""

    ok: bool
    value: Any = None
    error: dict[str, str] | None = None
    diff: list[dict[str, Any]] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """`ok` or the error code."""
        return "ok" if self.error is None else self.error["code"]

    def content(self) -> Any:
        """The JSON value that a tool message carries."""
        return self.value if self.error is None else {"error": self.error}


class World:
    """One live world. `call` never raises for a caller's fault; a failed call leaves the state as it was."""

    __slots__ = ("_state", "seed", "spec")

    def __init__(self, spec: WorldSpec, seed: int, state: State) -> None:
        self.spec = spec
        self.seed = seed
        self._state = state

    @classmethod
    def start(cls, spec: WorldSpec, seed: int) -> World:
        """A fresh world; see `WorldSpec.start`."""
        return cls(spec, seed, State(spec.program.base))

    @classmethod
    def load(cls, spec: WorldSpec, dump: dict[str, Any]) -> World:
        """The world that `dump` describes; see `WorldSpec.load`. Raises InputError for a dump of another world."""
        state = State(spec.program.base)
        for entity, key, row in dump["rows"]:
            if entity not in spec.entities:
                raise InputError(f"the dump has rows of {entity!r}; this world has {', '.join(spec.entities)}")
            state.changed[(entity, tuple(key) if isinstance(key, list) else key)] = row
        state.sum = int(dump["digest"], 16)
        state.counters = dict(dump["counters"])
        state.writes = dump["writes"]
        return cls(spec, dump["seed"], state)

    def dump(self) -> dict[str, Any]:
        """The overlay as JSON: what differs from the rows of the spec, and the counters."""
        rows = [[entity, list(key) if isinstance(key, tuple) else key, row and dict(row)] for (entity, key), row in self._state.changed.items()]
        counters = dict(self._state.counters)
        return {"seed": self.seed, "digest": self.digest, "writes": self._state.writes, "counters": counters, "rows": rows}

    def fork(self) -> World:
        """An independent copy, at a cost that does not depend on the number of rows."""
        return World(self.spec, self.seed, self._state.fork())

    @property
    def digest(self) -> str:
        """64 hex digits over all rows; equal states have equal digests whatever led there."""
        return self._state.digest

    def diff(self, other: World) -> list[dict[str, Any]]:
        """What changed from this world to `other`, one entry a row."""
        return diff(self._state, other._state)

    def propose(self, tool: str, outcome: str = "ok") -> dict[str, Any] | None:
        """Arguments for which the present state gives `outcome`: `ok` or an error code; None where none were found."""
        from gem_sim.worlds.propose import propose  # the search runs calls on forks of this very class

        return propose(self, tool, outcome)

    def rows(self, entity: str) -> list[Row]:
        """Copies of the rows of an entity in order."""
        return [dict(row) for row in self._state.rows(entity)]

    def call(self, name: str, arguments: dict[str, Any]) -> CallResult:
        """Execute one call. Unknown tools, wrong arguments and unmet requirements come back as errors."""
        tool = self.spec.program.tools.get(name)
        if tool is None:
            return _failed("unknown_tool", f"No tool named {name!s:.80}")
        try:
            arguments = canonical(arguments)
        except ValueRefused as refused:
            return _failed("invalid_arguments", str(refused))
        if not tool.is_valid(arguments):
            return _failed("invalid_arguments", tool.problem(arguments))
        try:
            return self._execute(tool, arguments)
        except NotFound as missing:
            return _failed("not_found", str(missing))
        except (Unusable, ValueRefused) as problem:
            return _failed("unprocessable", str(problem))

    def _execute(self, tool: Tool, arguments: dict[str, Any]) -> CallResult:
        machine = _Machine(self._state, self.seed, self.spec)
        frame = frame_of(tool, machine, arguments)
        for slot, run in tool.lets:
            frame[slot] = run(frame)
        for test in tool.require:
            if not test.holds(frame):
                return _failed(test.code, test.error)
        if not tool.writes:
            return CallResult(True, canonical(tool.answer(frame)))
        planned = [change for write in tool.writes for change in _planned(write, frame, machine)]
        state = self._written(machine, planned)
        machine.state = state
        _refresh(tool, frame, state, planned)
        value = canonical(tool.answer(frame))
        before, self._state = self._state, state
        return CallResult(True, value, None, diff(before, state, [(change.entity, change.key) for change in planned]))

    def _written(self, machine: _Machine, planned: list[_Change]) -> State:
        state = self._state.fork()
        for change in planned:
            entity = self.spec.entities[change.entity]
            if change.row is None:
                state.put(change.entity, change.key, None)
                continue
            old = None if change.fresh else state.get(change.entity, change.key)
            row = fitted(entity, change.row) if old is None else updated(entity, old, change.row)
            key = key_of(entity, row)
            _refuse_clash(state, change, key, row)
            if not change.fresh and key != change.key:
                raise ValueRefused(f"the key of a {change.entity} cannot be changed")
            change.key = key
            state.put(change.entity, key, row)
        state.counters = machine.counters
        state.writes += 1
        return state


@dataclass(slots=True)
class _Change:
    """A write whose right sides are evaluated: `row` holds the written fields, None deletes."""

    entity: str
    key: Key
    row: Row | None
    fresh: bool
    slot: int | None = None


class _Machine:
    """What expressions of one call may use."""

    __slots__ = ("counters", "seed", "spec", "state", "steps")

    def __init__(self, state: State, seed: int, spec: WorldSpec) -> None:
        self.state = state
        self.seed = seed
        self.spec = spec
        self.steps = 0
        self.counters = state.counters

    def now(self) -> str:
        moment = datetime.fromisoformat(self.spec.clock) + timedelta(minutes=self.state.writes)
        return moment.isoformat(timespec="seconds")

    def tick(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise Unusable(f"the call took more than {MAX_STEPS} steps")

    def next_id(self, entity: str) -> Any:
        about = self.spec.entities[entity]
        if len(about.keys) != 1:
            raise Unusable(f"next_id: {entity} has no single key")
        if self.counters is self.state.counters:
            self.counters = self.counters.copy()  # the state counts on only when the call has worked
        while True:
            count = self.counters[entity] = self.counters.get(entity, 0) + 1
            number = _first_number(entity, self.seed) + count
            key = number if about.fields[about.keys[0]].type == "integer" else f"{_prefix(entity, about.prefix)}{number}"
            if self.state.get(entity, key) is None:
                return key
            self.tick()


def _first_number(entity: str, seed: int) -> int:
    """Where the ids of an entity begin to count: another place for another seed."""
    stream = hashlib.blake2b(f"{seed}/id/{entity}".encode(), digest_size=4).digest()
    return 10_000 + int.from_bytes(stream, "big") % 80_000


def _prefix(entity: str, prefix: str | None) -> str:
    return f"{entity[:3].upper()}-" if prefix is None else prefix


def _failed(code: str, message: str) -> CallResult:
    return CallResult(False, None, {"code": code, "message": message})


def _planned(write: Write, frame: Frame, machine: _Machine) -> list[_Change]:
    if write.each is None:
        return _change(write, frame, machine)
    slot, items = write.each
    changes = []
    for item in elements(items(frame)):
        machine.tick()
        frame[slot] = item
        changes += _change(write, frame, machine)
    return changes


def _change(write: Write, frame: Frame, machine: _Machine) -> list[_Change]:
    if write.when is not None and not write.when(frame):
        return []
    fields = {name: run(frame) for name, run in write.fields.items()}
    if write.op == "insert":
        return [_Change(write.entity, None, fields, True, write.slot)]
    row = machine.state.get(write.entity, ()) if write.slot is None else frame[write.slot]
    if row is None:
        raise NotFound(write.entity, None)
    key = key_of(machine.spec.entities[write.entity], row)
    return [_Change(write.entity, key, None if write.op == "delete" else fields, False)]


def _refuse_clash(state: State, change: _Change, key: Key, row: Row) -> None:
    if change.fresh and state.get(change.entity, key) is not None:
        raise ValueRefused(f"{change.entity} {key!r} exists already")
    entity = state.base.entities[change.entity]
    for name in entity.unique:
        others = state.find(change.entity, name, row[name]) if row[name] is not None else ()
        if any(key_of(entity, other) != key for other in others):
            raise ValueRefused(f"another {change.entity} has {name} {row[name]!r}")


def _refresh(tool: Tool, frame: Frame, state: State, planned: list[_Change]) -> None:
    """Give `return` the rows as they are after the writes."""
    for slot, entity in tool.rows:
        row = frame[slot]
        if isinstance(row, dict):
            now = state.get(entity, key_of(state.base.entities[entity], row))
            frame[slot] = now if now is not None else row
    for change in planned:
        if change.slot is not None:
            frame[change.slot] = state.get(change.entity, change.key)
