"""The law on what stands inside the objects and lists of an argument: each part changes something, as each parameter does."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from itertools import chain
from random import Random
from typing import Any

from gem_sim.worlds.canonical import same
from gem_sim.worlds.laws import declared
from gem_sim.worlds.laws.codes import Flaw, flaw
from gem_sim.worlds.laws.draw import Slot
from gem_sim.worlds.laws.lab import Lab, Seen
from gem_sim.worlds.laws.parameters import effect
from gem_sim.worlds.laws.surface import properties
from gem_sim.worlds.laws.views import listed

_VALUES = 16
_DEEPEST = 5
_HOSTS = 12
"""Calls that are given the argument in which a part stands, where no known call has it."""
_HELD = 0.5
"""Share of the objects on a way that are those of rows."""
_ROWS = 20
"""Rows of a kind that an argument is made of."""
_ABSENT = object()

Way = tuple[str, ...]
"""Names from a parameter down to one of its parts; an empty one stands for the elements of a list."""


def parts_matter(lab: Lab) -> Iterator[Flaw]:
    """For each part of an argument two calls differ in it alone and in what they do. Parts that no call can have are passed over."""
    for tool, about in lab.tools.items():
        bases = [seen for seen in lab.of(tool, ok=True) + lab.of(tool, ok=False) if seen.outcome != "invalid_arguments"]
        bases.sort(key=lambda seen: (not seen.result.ok, -len(listed(seen.result.value) or ())))
        for name, schema in properties(about).items() if bases and about.kind != "imagined" else ():
            for way, inner in _parts(lab, tool, (name,), schema) if f"{tool}.{name}" not in lab.mock.unused else ():
                yield from _judged(lab, bases, way, inner)


def _judged(lab: Lab, bases: list[Seen], way: Way, schema: Any) -> Iterator[Flaw]:
    """A part that is not named under `unused` and matters to no call, or is named and does; what is in a named one is passed over."""
    tool, path = bases[0].tool, _path(way)
    if any(f"{tool}{_path(way[:end])}" in lab.mock.unused for end in range(2, len(way))):
        return
    if f"{tool}{path}" not in lab.mock.unused:
        if _is_idle(lab, bases, way, schema):
            yield flaw("parameter.idle", f"{tool}{path}", f"no call of {tool} changes with {path[1:]}, such as {bases[0].said}")
        return
    lab.checked("unused.matters")
    differing = next((seen for seen in chain(bases, _hosts(lab, bases, way)) if _differs(lab, seen, way, schema)), None)
    if differing is not None:
        yield flaw("unused.matters", f"{tool}{path}", f"{differing.said} comes out otherwise with another {path[1:]}")


def _path(way: Way) -> str:
    return "".join(f".{step}" if step else "[]" for step in way)


def _is_idle(lab: Lab, bases: list[Seen], way: Way, schema: Any) -> bool:
    """Whether calls were tried that differ in the part, and all of them came out the same."""
    tried = False
    lab.checked("parameter.idle")
    for seen in chain(bases, _hosts(lab, bases, way)):
        differs = _differs(lab, seen, way, schema)
        if differs:
            return False
        tried = tried or (differs is not None and seen.result.ok)
    return tried


def _parts(lab: Lab, tool: str, way: Way, schema: Any) -> Iterator[tuple[Way, Any]]:
    """Ways to the parts of a parameter, each with its schema."""
    about = lab.draw.resolved(tool, schema)
    if len(way) < _DEEPEST:
        for branch in (*about.get("anyOf", ()), *about.get("oneOf", ())):
            yield from _parts(lab, tool, way, branch)
        if "items" in about:
            yield from _parts(lab, tool, (*way, ""), about["items"])
        for name, inner in about.get("properties", {}).items():
            yield (*way, name), inner
            yield from _parts(lab, tool, (*way, name), inner)


def _differs(lab: Lab, seen: Seen, way: Way, schema: Any) -> bool | None:
    """Whether another value at the end of the way makes the call come out otherwise; None where the call has no such place."""
    was, stream = effect(seen), lab.stream("parts", seen.tool, *way, seen.said)
    tried = None
    for at in range(_VALUES):
        value = _ABSENT if not at else lab.draw.value(stream, Slot(seen.tool, way[-1], schema, lab.draw.context(stream, [seen.arguments, *seen.place.recent])))
        given = deepcopy(seen.arguments)
        if not _put(given, way, value, stream):
            return tried
        other = None if same(given, seen.arguments) else lab.attempt(seen.place, seen.tool, given)
        if other is not None and other.outcome != "invalid_arguments":
            tried = False
            if effect(other) != was:
                return True
    return tried


def _put(place: Any, way: Way, value: Any, stream: Random) -> bool:
    """Write a value at the end of a way, into one element of each list on it; false where the way ends before."""
    step, *rest = way
    if not step:
        return isinstance(place, list) and len(place) > 0 and _put(stream.choice(place), tuple(rest), value, stream)
    if not isinstance(place, dict):
        return False
    if not rest:
        place.pop(step, None)
        place |= {} if value is _ABSENT else {step: value}
        return True
    return step in place and _put(place[step], tuple(rest), value, stream)


def _hosts(lab: Lab, bases: list[Seen], way: Way) -> Iterator[Seen]:
    """Known calls with the argument made anew, so that the part has a place in it."""
    tool, name = bases[0].tool, way[0]
    stream = lab.stream("hosts", tool, *way)
    for at in range(_HOSTS):
        base = bases[at % len(bases)]
        found = lab.draw.held_beside(tool, name, base.arguments) or _wholes(lab, tool, name)
        beside = (value if way[1] or isinstance(value, list) else [value] for value in found)
        held = [value for value in beside if _has(value, way[1:])]
        value = (
            stream.choice(held)
            if held and at % 2
            else _built(lab, stream, Slot(tool, name, properties(lab.tools[tool])[name], lab.draw.context(stream)), way[1:])
        )
        if value is not _ABSENT:
            seen = lab.attempt(base.place, tool, {**base.arguments, name: value})
            if seen.outcome != "invalid_arguments":
                yield seen


def _wholes(lab: Lab, tool: str, name: str) -> list[dict[str, Any]]:
    """What rows hold of an argument that stands for a whole one: its parts are fields of theirs."""
    about = lab.draw.resolved(tool, properties(lab.tools[tool])[name])
    parts = lab.draw.resolved(tool, about.get("items", about)).get("properties", {})
    rows = (row for entity in declared.named(lab.mock, tool) for row in lab.start.world.rows(entity)[:_ROWS])  # type: ignore[attr-defined]
    return [whole for row in rows if (whole := {part: row[part] for part in parts if row.get(part) is not None})]


def _has(value: Any, way: Way) -> bool:
    """Whether a way leads to a place, though nothing need be there."""
    for at, step in enumerate(way):
        if not step:
            return isinstance(value, list) and any(_has(item, way[at + 1 :]) for item in value)
        if not isinstance(value, dict):
            return False
        if step not in value:
            return at == len(way) - 1
        value = value[step]
    return True


def _built(lab: Lab, stream: Random, slot: Slot, way: Way) -> Any:
    """A value with what is required and what a way leads to, and no more."""
    if not way:
        return lab.draw.value(stream, slot)
    about, (step, *rest) = lab.draw.resolved(slot.tool, slot.schema), way
    held = [value for value in lab.draw.held(slot.name) if _has(value, way)]
    if step and held and stream.random() < _HELD:
        return stream.choice(held)
    for branch in (*about.get("anyOf", ()), *about.get("oneOf", ())):
        if (found := _built(lab, stream, slot._replace(schema=branch), way)) is not _ABSENT:
            return found
    if not step:
        return [item] if "items" in about and (item := _built(lab, stream, slot.part(slot.name, about["items"]), tuple(rest))) is not _ABSENT else _ABSENT
    if step not in about.get("properties", {}):
        return _ABSENT
    inner = _built(lab, stream, slot.part(step, about["properties"][step]), tuple(rest))
    made = {name: lab.draw.value(stream, slot.part(name, about["properties"].get(name, {}))) for name in about.get("required", ()) if name != step}
    return inner if inner is _ABSENT else {**made, step: inner}
