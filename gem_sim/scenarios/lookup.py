"""Finds the calls by which an assistant that knows only what a user said gets to the id of a row. Every look-up is tried on the world."""

from __future__ import annotations

from random import Random
from typing import Any, NamedTuple

from gem_sim.records import Call
from gem_sim.scenarios.descriptions import Description, Me
from gem_sim.scenarios.shape import Shape
from gem_sim.scenarios.wording import key_field, label_of, row_of
from gem_sim.worlds.canonical import same
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import CallResult, World

MAX_DEPTH = 3
MAX_PAGES = 3
_SEARCH = ("query", "search", "q", "keyword", "text")
Row = dict[str, Any]


class Read(NamedTuple):
    """A look-up that was made, and its answer."""

    call: Call
    result: CallResult


class Finder:
    """Look-ups on one state of a world, for the user who is the row `me`.

    `seen` holds the keys that earlier results have shown; `stream` decides between tools that do alike.
    """

    def __init__(self, world: World, shape: Shape, seen: set[str], me: Me, stream: Random) -> None:
        self.world = world
        self.shape = shape
        self.seen = seen
        self.me = me
        self.stream = stream

    def find(self, entity: str, row: Row, said: Description, depth: int = 0) -> list[Read] | None:
        """Reads after which the key of `row` stands in a result beside what was said of it; [] where it stands in `seen`; None where nothing leads there.

        `seen` grows by what the reads show.
        """
        if said.known or str(row[key_field(self.world.spec, entity)]) in self.seen:
            return []
        tools = list(self.shape.lists.get(entity, ())) if depth < MAX_DEPTH else []
        self.stream.shuffle(tools)
        before = self.seen.copy()
        for tool in tools:
            reads = self._by_list(entity, row, said, tool, depth)
            if reads is not None:
                return reads
            self.seen.clear()
            self.seen |= before
        return None

    def _by_list(self, entity: str, row: Row, said: Description, tool: str, depth: int) -> list[Read] | None:
        """Look-ups of the rows that narrow the list, then its pages. None where what was said does not lead to the row this way."""
        about, fields = self.world.spec.tools[tool].parameters, self.world.spec.entities[entity].fields
        before: list[Read] = []
        arguments: dict[str, Any] = {}
        for name in about.get("properties", {}):
            needed = name in about.get("required", [])
            ref = fields[name].ref if name in fields and row.get(name) is not None else None
            if ref is not None and (name in said.rows or (ref, row[name]) == self.me):
                reads = self._target(ref, row[name], depth)
                if reads is None:
                    return None
                before += reads
                arguments[name] = row[name]
            elif (given := self._given(entity, name, said)) is not None:
                arguments[name] = given
            elif needed:
                return None
        if not said.rows.keys() <= arguments.keys():
            return None  # the list does not say which of its rows belongs to whom
        pages = self._pages(tool, arguments, entity, row, said)
        return before + pages if pages is not None else None

    def _given(self, entity: str, name: str, said: Description) -> Any:
        """What the user said that the parameter takes: the value of a field, or for a search the name."""
        if name in said.facts:
            return said.facts[name]
        label = label_of(self.world.spec.entities[entity])
        return said.facts.get(label or "") if name in _SEARCH else None

    def _target(self, ref: str, key: Any, depth: int) -> list[Read] | None:
        """Look-ups of a row that the user names by its name, or does not name at all."""
        target = row_of(self.world, ref, key)
        label = label_of(self.world.spec.entities[ref])
        if target is None or (label is None and str(key) not in self.seen):
            return None
        return self.find(ref, target, Description("", {label: target[label]} if label is not None else {}, {}), depth + 1)

    def _pages(self, tool: str, arguments: dict[str, Any], entity: str, row: Row, said: Description) -> list[Read] | None:
        """The pages of a list up to the one that shows the row with what was said of it."""
        key, reads = key_field(self.world.spec, entity), []
        for _ in range(MAX_PAGES):
            result = self.world.call(tool, arguments)
            if not result.ok:
                return None
            reads.append(Read(Call(name=tool, arguments=arguments), result))
            note(self.world.spec, result.value, self.seen)
            if str(row[key]) in self.seen:
                return reads if tells(result.value, {key: row[key], **said.facts}) else None
            cursor = result.value.get("next_cursor") if isinstance(result.value, dict) else None
            if cursor is None or "cursor" not in self.world.spec.tools[tool].parameters.get("properties", {}):
                return None
            arguments = {**arguments, "cursor": cursor}
        return None


def note(spec: WorldSpec, value: Any, seen: set[str]) -> None:
    """Add the keys of the rows that a result shows. A key in a row of something else shows nothing of what it names."""
    forms: list[tuple[str, frozenset[str], frozenset[str]]] = spec.once("shown rows", lambda: _forms(spec))
    _note(forms, value, seen)


def _note(forms: list[tuple[str, frozenset[str], frozenset[str]]], value: Any, seen: set[str]) -> None:
    if isinstance(value, list):
        for item in value:
            _note(forms, item, seen)
    elif isinstance(value, dict):
        names = value.keys()
        seen.update(str(value[key]) for key, least, most in forms if key in names and least <= names <= most)
        for item in value.values():
            if isinstance(item, (dict, list)):
                _note(forms, item, seen)


def tells(value: Any, fields: dict[str, Any]) -> bool:
    """Whether an object with these fields stands in a result."""
    if isinstance(value, list):
        return any(tells(item, fields) for item in value)
    if not isinstance(value, dict):
        return False
    return all(name in value and same(value[name], item) for name, item in fields.items()) or any(tells(item, fields) for item in value.values())


def _forms(spec: WorldSpec) -> list[tuple[str, frozenset[str], frozenset[str]]]:
    """For each entity its key, the least that shows a row of it, and all that a shown row may hold: its fields, and the rows that live in it."""
    found = []
    for name, entity in spec.entities.items():
        if len(entity.keys) == 1:
            inner = {other.within.partition(".")[2] for other in spec.entities.values() if other.within and other.parent == name}
            found.append((entity.keys[0], frozenset({entity.keys[0], label_of(entity) or entity.keys[0]}), frozenset({*entity.fields, *inner})))
    return found
