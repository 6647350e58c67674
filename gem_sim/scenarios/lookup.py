"""Finds the calls by which an assistant that knows only names gets to the id of a row. Every look-up is tried on the world."""

from __future__ import annotations

from typing import Any

from gem_sim.records import Call
from gem_sim.scenarios.shape import Shape
from gem_sim.scenarios.wording import key_field, label_of, named_rows, row_of
from gem_sim.worlds.canonical import same
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import World

MAX_DEPTH = 3
MAX_PAGES = 3
_SEARCH = ("query", "search", "q", "keyword", "text")


def find_row(world: World, shape: Shape, entity: str, row: dict[str, Any], seen: set[str], depth: int = 0) -> list[Call] | None:
    """Calls after which the key of `row` stands in a result; [] where it stands in `seen` already; None where no tool leads there.

    `seen` holds the keys of rows that earlier results have shown and grows by what these calls show.
    """
    key = row[key_field(world.spec, entity)]
    if str(key) in seen:
        return []
    named = _named_rows(world, shape, entity, row, seen, depth)
    if named is None:
        return None
    for tool in shape.lists.get(entity, ()) if depth < MAX_DEPTH else ():
        calls = _by_list(world, shape, entity, row, tool, seen, depth)
        if calls is not None:
            return named + calls
    return None


def _named_rows(world: World, shape: Shape, entity: str, row: dict[str, Any], seen: set[str], depth: int) -> list[Call] | None:
    """Look-ups of the rows that a description names: who hears `the loan for Ana and Jigsaw` must know both ids to pick the loan."""
    calls: list[Call] = []
    for ref, target in named_rows(world, entity, row):
        found = find_row(world, shape, ref, target, seen, depth + 1)
        if found is None:
            return None
        calls += found
    return calls


def _by_list(world: World, shape: Shape, entity: str, row: dict[str, Any], tool: str, seen: set[str], depth: int) -> list[Call] | None:
    before: list[Call] = []
    arguments: dict[str, Any] = {}
    about = world.spec.tools[tool].parameters
    for name in about.get("properties", {}):
        ref = world.spec.entities[entity].fields[name].ref if name in world.spec.entities[entity].fields else None
        if name in about.get("required", []) and ref is not None and row.get(name) is not None:
            target = row_of(world, ref, row[name])
            calls = find_row(world, shape, ref, target, seen, depth + 1) if target else None
            if calls is None:
                return None
            before += calls
            arguments[name] = row[name]
        elif name in _SEARCH and (label := label_of(world.spec.entities[entity])) is not None and row.get(label):
            arguments[name] = row[label]
        elif ref is not None and str(row.get(name)) in seen:
            arguments[name] = row[name]
        elif name in about.get("required", []):
            return None
    pages = _pages(world, tool, arguments, row[key_field(world.spec, entity)], seen)
    return before + pages if pages is not None else None


def _pages(world: World, tool: str, arguments: dict[str, Any], key: Any, seen: set[str]) -> list[Call] | None:
    """The pages of a list up to the one that shows `key`."""
    calls = []
    for _ in range(MAX_PAGES):
        result = world.call(tool, arguments)
        if not result.ok:
            return None
        calls.append(Call(name=tool, arguments=arguments))
        note(world.spec, result.value, seen)
        if str(key) in seen:
            return calls
        cursor = result.value.get("next_cursor") if isinstance(result.value, dict) else None
        if cursor is None or "cursor" not in world.spec.tools[tool].parameters.get("properties", {}):
            return None
        arguments = {**arguments, "cursor": cursor}
    return None


def note(spec: WorldSpec, value: Any, seen: set[str]) -> None:
    """Add the keys of the rows that a result shows. A key in a row of something else shows nothing of what it names."""
    if isinstance(value, list):
        for item in value:
            note(spec, item, seen)
    elif isinstance(value, dict):
        for name, entity in spec.entities.items():
            label = label_of(entity)
            if len(entity.keys) == 1 and {entity.keys[0], label or entity.keys[0]} <= set(value) <= _members(spec, name):
                seen.add(str(value[entity.keys[0]]))
        for item in value.values():
            note(spec, item, seen)


def tells(value: Any, fields: dict[str, Any]) -> bool:
    """Whether an object with these fields stands in a result."""
    if isinstance(value, list):
        return any(tells(item, fields) for item in value)
    if not isinstance(value, dict):
        return False
    return all(name in value and same(value[name], item) for name, item in fields.items()) or any(tells(item, fields) for item in value.values())


def _members(spec: WorldSpec, entity: str) -> set[str]:
    """What a shown row may hold: its fields, and the rows that live in it."""
    inner = {other.within.partition(".")[2] for other in spec.entities.values() if other.within and other.parent == entity}
    return {*spec.entities[entity].fields, *inner}
