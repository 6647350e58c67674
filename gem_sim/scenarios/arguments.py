"""Arguments to try for a tool at a point of a story: drawn as the tool's schema and rows suggest, pinned to rows that the story is about."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from gem_sim.scenarios.telling import Telling, place_of
from gem_sim.scenarios.wording import key_field, row_of
from gem_sim.worlds.compiler.names import lexicon
from gem_sim.worlds.plugin.propose import guesses as plugin_guesses
from gem_sim.worlds.plugin.world import PluginWorld
from gem_sim.worlds.propose import guesses
from gem_sim.worlds.spec import WorldSpec

MOST_DRAWN = 96
"""So many arguments of a tool are drawn for a world; stories share them, pinned to rows of their own."""
Row = dict[str, Any]


class Drawn:
    """Arguments of one tool, drawn on the world as it starts, each made when it is first asked for."""

    def __init__(self, spec: WorldSpec, tool: str) -> None:
        world, stream = spec.start(), Random(f"{spec.digest}/arguments/{tool}")  # noqa: S311  (a named stream, so that plans repeat)
        self._more = plugin_guesses(world, tool, stream) if isinstance(world, PluginWorld) else guesses(world, tool, stream)
        self._made: list[Row] = []

    def at(self, place: int) -> Row | None:
        """The arguments in a place, counted around. None where none can be drawn."""
        place %= MOST_DRAWN
        while len(self._made) <= place and (more := next(self._more, None)) is not None:
            self._made.append(more)
        return self._made[place % len(self._made)] if self._made else None


def drawn(spec: WorldSpec, tool: str) -> Drawn:
    """The drawn arguments of a tool, shared by all stories of a world."""
    made: Drawn = spec.once(f"arguments/{tool}", lambda: Drawn(spec, tool))
    return made


def arguments(told: Telling, tool: str, stream: Random, tries: int, near: dict[str, list[Any]]) -> Iterator[Row]:
    """Arguments that name a row near the story, up to `tries` of them. None at all for a tool that can name rows, but none of those."""
    keys = told.setting.shape.keys.get(tool, {})
    pins = [(name, entity) for name, entity in keys.items() if near.get(entity)]
    if keys and near and not pins:
        return
    source, first = drawn(told.world.spec, tool), stream.randrange(MOST_DRAWN)
    required = told.world.spec.tools[tool].parameters.get("required", [])
    for at in range(tries):
        if (base := source.at(first + at)) is None:
            return
        made = dict(base)
        name, entity = stream.choice(pins) if pins else ("", "")
        for word, of in keys.items():
            if word == name or (word in required and of != entity and near.get(of) and stream.random() < 0.7):
                key = stream.choice(near[of])
                made[word] = [key] if isinstance(made.get(word), list) else key
        yield own_key(told, tool, made)


def own_key(told: Telling, tool: str, made: Row) -> Row:
    """The arguments with the user's own key where they name somebody of the user's kind, and without pages, which no user asks for."""
    me, keys = told.setting.me, told.setting.shape.keys.get(tool, {})
    required = told.world.spec.tools[tool].parameters.get("required", [])
    made = {word: value for word, value in made.items() if word not in lexicon()["paging"] or word in required}
    return made | {word: me[1] for word, of in keys.items() if me is not None and of == me[0] and word in made}


def near(told: Telling) -> dict[str, list[Any]]:
    """Keys of rows that the story can go on with, by entity: those it is about, those that they refer to, and those that refer to them; nobody else's."""
    found: dict[str, dict[Any, None]] = {}
    spec = told.world.spec
    for entity, key in told.touched:
        if len(spec.entities[entity].keys) != 1:
            continue
        row = row_of(told.world, entity, key)
        if row is not None and not _foreign(told, entity, row):
            found.setdefault(entity, {})[key] = None
            for name, field in spec.entities[entity].fields.items():
                if field.ref is not None and row_of(told.world, field.ref, row.get(name)) is not None:
                    found.setdefault(field.ref, {})[row[name]] = None
        for other, name in _referring(spec).get(entity, ()):
            for row in told.world.find(other, name, key):
                if not _foreign(told, other, row):
                    found.setdefault(other, {})[row[key_field(spec, other)]] = None
    return {entity: list(keys) for entity, keys in found.items()}


def linked(told: Telling, tool: str, made: Row, diff: list[dict[str, Any]], beside: dict[str, list[Any]]) -> bool:
    """Whether a call has to do with the story: it names a row near it, or changes one that the story is about or that refers to one."""
    if not told.touched or any(made.get(name) in beside.get(entity, ()) for name, entity in told.setting.shape.keys.get(tool, {}).items()):
        return True
    for change in diff:
        fields, row = told.world.spec.entities[change["entity"]].fields, change.get("row", {})
        if place_of(change) in told.touched or any((field.ref, row.get(name)) in told.touched for name, field in fields.items() if field.ref):
            return True
    return False


def _referring(spec: WorldSpec) -> dict[str, list[tuple[str, str]]]:
    """The fields that refer to the rows of an entity, with the entities that have them."""
    made: dict[str, list[tuple[str, str]]] = spec.once("referring", lambda: _read_references(spec))
    return made


def _read_references(spec: WorldSpec) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for entity, about in spec.entities.items():
        for name, field in about.fields.items() if len(about.keys) == 1 else ():
            if field.ref is not None:
                found.setdefault(field.ref, []).append((entity, name))
    return found


def _foreign(told: Telling, entity: str, row: Row) -> bool:
    """Whether the row belongs to somebody who is not the user."""
    me, fields = told.setting.me, told.world.spec.entities[entity].fields
    if me is None:
        return False
    owners = [row[name] for name, field in fields.items() if field.ref == me[0] and row.get(name) is not None]
    return bool(owners) and me[1] not in owners
