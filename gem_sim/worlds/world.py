"""A live world: calls executed on a state, one after another. Deterministic: same spec, seed and calls, same bytes."""

from __future__ import annotations

from typing import Any, NamedTuple

from gem_sim.errors import InputError
from gem_sim.worlds.base import Key, Row
from gem_sim.worlds.canonical import ValueRefused, canonical, digest
from gem_sim.worlds.imagine import fitting, imagined
from gem_sim.worlds.journal import Journal
from gem_sim.worlds.language.errors import Unusable
from gem_sim.worlds.language.loops import bind, elements
from gem_sim.worlds.language.scope import Frame, NotFound
from gem_sim.worlds.program import Tool, Write, frame_of
from gem_sim.worlds.run import Run
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.state import State, described, diff, shown


class CallResult(NamedTuple):
    """What a call answered. `error` is `{code, message}` where `ok` is false; the state is then as it was before.

    `diff` has one entry for each changed row: insert with the row, delete with the row, set with old and new values.
    """

    ok: bool
    value: Any
    error: dict[str, str] | None
    diff: list[dict[str, Any]]
    imagined: bool = False

    @property
    def outcome(self) -> str:
        """`ok` or the error code."""
        return "ok" if self.error is None else self.error["code"]

    def content(self) -> Any:
        """The JSON value that a tool message carries."""
        return self.value if self.error is None else {"error": self.error}


class World:
    """One live world. `call` never raises for a caller's fault; a failed call leaves the state as it was."""

    __slots__ = ("_state", "_tape", "_tools", "seed", "spec")

    def __init__(self, spec: WorldSpec, seed: int, state: State, tape: dict[str, Any], tools: dict[str, Tool]) -> None:
        self.spec = spec
        self.seed = seed
        self._state = state
        self._tape = tape
        self._tools = tools

    @classmethod
    def start(cls, spec: WorldSpec, seed: int) -> World:
        """A fresh world; see `WorldSpec.start`."""
        return cls(spec, seed, State(spec.program.base), {}, spec.program.tools)

    @classmethod
    def load(cls, spec: WorldSpec, dump: dict[str, Any]) -> World:
        """The world that `dump` describes; see `WorldSpec.load`. Raises InputError for a dump of another world."""
        state = State(spec.program.base)
        changed: dict[str, dict[Any, Row | None]] = {}
        for entity, key, row in dump["rows"]:
            if entity not in spec.entities:
                raise InputError(f"the dump has rows of {entity!r}; this world has {', '.join(spec.entities)}")
            changed.setdefault(entity, {})[tuple(key) if isinstance(key, list) else key] = row
        state.restore(changed, dump["digest"])
        state.counters = dict(dump["counters"])
        state.writes = dump["writes"]
        return cls(spec, dump["seed"], state, dict(dump.get("tape", {})), spec.program.tools)

    def dump(self) -> dict[str, Any]:
        """The overlay as JSON: what differs from the rows of the spec, the counters, and imagined answers that were given."""
        state = self._state
        rows = [[name, list(key) if isinstance(key, tuple) else key, canonical(row)] for name, over in state.changed.items() for key, row in over.items()]
        about = {"seed": self.seed, "digest": self.digest, "writes": state.writes, "counters": dict(state.counters), "rows": rows}
        return {**about, "tape": canonical(self._tape)} if self._tape else about

    def fork(self) -> World:
        """An independent copy, at a cost that does not depend on the number of rows."""
        return World(self.spec, self.seed, self._state.fork(), self._tape.copy(), self._tools)

    def under(self, tools: dict[str, Tool]) -> World:
        """An independent copy with other tools, such as those without one of their requirements."""
        return World(self.spec, self.seed, self._state.fork(), self._tape.copy(), tools)

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
        """Copies of the rows of an entity in order, each with the rows that live in it."""
        table = self._state.base.tables[entity]
        return [shown(self._state, table, row) for row in self._state.rows(table)]

    def find(self, entity: str, field: str, value: Any) -> list[Row]:
        """Copies of the rows of an entity whose `field` equals `value`, as `rows` gives them, found by index."""
        table = self._state.base.tables[entity]
        return [shown(self._state, table, row) for row in self._state.find(table, field, value)]

    def tell(self, tool: str, arguments: dict[str, Any], value: Any) -> None:
        """Put an answer for an imagined tool on the tape, which `call` then gives. Raises InputError where it does not fit `returns`."""
        spec = self._tools[tool].spec
        if spec.kind != "imagined":
            raise InputError(f"{tool} computes its answers; only those of imagined tools can be told")
        self._tape[digest([tool, canonical(arguments)])] = fitting(spec.returns or {}, canonical(value), tool)

    def call(self, name: str, arguments: dict[str, Any]) -> CallResult:
        """Execute one call. Unknown tools, wrong arguments and unmet requirements come back as errors."""
        tool = self._tools.get(name) if isinstance(name, str) else None
        if tool is None:
            return _failed("unknown_tool", f"No tool named {name!s:.80}")
        try:
            arguments = canonical(arguments)
            if not tool.is_valid(arguments):
                return _failed("invalid_arguments", tool.problem(arguments))
        except ValueRefused as refused:
            return _failed("invalid_arguments", str(refused))
        try:
            return self._execute(tool, arguments)
        except NotFound as missing:
            return _failed("not_found", str(missing))
        except (Unusable, ValueRefused) as problem:
            return _failed("unprocessable", str(problem))

    def _execute(self, tool: Tool, arguments: dict[str, Any], run: Run | None = None) -> CallResult:
        run = Run(self._state, self.seed, self.spec) if run is None else run
        frame = frame_of(tool, run, arguments)
        spoiled = None
        for slot, let in tool.lets:
            try:
                frame[slot] = let(frame)
            except Unusable as problem:  # null until the requirements have been read: one of them may say what is wrong
                spoiled = spoiled or problem
        for holds, code, error in tool.require:
            if not holds(frame):
                return _failed(code, error(frame))
        if spoiled is not None:
            raise spoiled
        if tool.writes:
            return self._write(tool, frame, run)
        if tool.spec.kind == "imagined":
            return CallResult(True, self._imagined(tool, arguments), None, [], imagined=True)
        return CallResult(True, tool.answer(frame), None, [])

    def _imagined(self, tool: Tool, arguments: dict[str, Any]) -> Any:
        told = self._tape.get(digest([tool.name, arguments]))
        return canonical(told) if told is not None else imagined(self.spec, self.seed, tool.name, arguments)

    def _write(self, tool: Tool, frame: Frame, run: Run) -> CallResult:
        planned = _planned(tool.writes, frame, run)
        state, journal = self._state, Journal(self._state, run)
        try:
            for change in planned:
                _carry_out(change, journal, frame)
            _refresh(tool, frame, journal)
            value = tool.answer(frame)
        except (NotFound, Unusable, ValueRefused):
            journal.undo()
            raise
        state.counters = run.counters
        state.writes += 1
        return CallResult(True, value, None, described(journal.changes()))


_Planned = tuple[Write, Key, Row]
"""A write, the key of the row that it changes, and the values of its right sides."""


def _failed(code: str, message: str) -> CallResult:
    return CallResult(False, None, {"code": code, "message": message}, [])


def _planned(writes: tuple[Write, ...], frame: Frame, run: Run) -> list[_Planned]:
    """What the writes will do, all right sides evaluated on the world as it is before the first of them."""
    changes = []
    for write in writes:
        if write.each is None:
            if write.when is None or write.when(frame):
                changes.append(_change(write, frame, run))
            continue
        items = elements(write.each.items(frame))
        run.spend(len(items))
        for item in items:
            bind(frame, write.each, item)
            if write.when is None or write.when(frame):
                changes.append(_change(write, frame, run))
    return changes


def _change(write: Write, frame: Frame, run: Run) -> _Planned:
    fields = {name: value(frame) for name, value in write.fields.items()}
    if write.op == "insert":
        return write, None, fields
    row = run.state.get(write.table, ()) if write.slot is None else frame[write.slot]
    if row is None:
        raise NotFound(write.table, ())
    return write, write.table.key_of(row), fields


def _carry_out(planned: _Planned, journal: Journal, frame: Frame) -> None:
    write, key, fields = planned
    table = write.table
    if write.op == "insert":
        key = journal.insert(table, fields)
        if write.slot is not None:
            frame[write.slot] = journal.state.get(table, key)
    elif write.op == "set":
        journal.update(table, key, fields)
    else:
        journal.delete(table, key)


def _refresh(tool: Tool, frame: Frame, journal: Journal) -> None:
    """Give `return` the rows as they are after the writes; a deleted one as it was."""
    state, touched = journal.state, journal.touched
    for slot, of in tool.rows:
        held, table = frame[slot], of.table
        if held is None or table.name not in touched:
            continue
        if of.many:
            frame[slot] = [state.get(table, table.key_of(row)) or row for row in held]
        else:
            frame[slot] = state.get(table, table.key_of(held)) or held
