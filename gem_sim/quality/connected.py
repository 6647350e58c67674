"""Whether the wishes of an episode are one story: a graph of what was done and asked over the rows that it touches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gem_sim.quality.flow import Flow, flat, leaves
from gem_sim.records import CallRecord, Episode
from gem_sim.worlds.plugin.mock import Mock
from gem_sim.worlds.plugin.propose import key_parameters as mock_keys
from gem_sim.worlds.propose import key_parameters
from gem_sim.worlds.spec import EntitySpec, WorldSpec

Place = tuple[str, Any]
"""An entity and the key of one of its rows."""


def is_connected(episode: Episode, spec: WorldSpec, flow: Flow) -> bool:
    """Whether everything done or asked hangs together.

    Nodes are calls that changed something, calls of writing tools about rows there are that were turned down, and reads
    whose answer the assistant told. Each has the rows it changed, named in its arguments or told of, those that these rows refer to, and the
    row of the persona where one of those refers to it. Two nodes are linked by a row that both have, and where one uses
    what the other returned. No nodes at all, or one, are connected.
    """
    rows = _Rows(spec, episode)
    told = {source for use in flow.uses if use.kind == "claim" for source in use.sources}
    fed = {(source, use.call) for use in flow.uses if use.call is not None for source in use.sources}
    nodes = [at for at, call in enumerate(episode.calls) if call.diff or (call.error and _writes(spec, call)) or (at in told and not call.error)]
    groups: list[tuple[set[int], set[Place]]] = []
    for at in nodes:
        ids, places = {at}, rows.with_references(rows.touched(episode, at, flow))
        if not places and not episode.calls[at].ok:
            continue
        apart = []
        for others, held in groups:
            linked = held & places or any((other, at) in fed for other in others)
            ids, places = (ids | others, places | held) if linked else (ids, places)
            apart += [] if linked else [(others, held)]
        groups = [*apart, (ids, places)]
    return len(groups) <= 1


def _writes(spec: WorldSpec, call: CallRecord) -> bool:
    return call.name in spec.tools and spec.tools[call.name].kind == "write"


class _Rows:
    """The rows of a world as an episode sees them: those it starts with, and what its calls made of them."""

    def __init__(self, spec: WorldSpec, episode: Episode) -> None:
        self.spec = spec
        self.persona = episode.scenario.persona.get("entity"), episode.scenario.persona.get("key")
        self.base: dict[Place, dict[str, Any]] = spec.once("quality/rows", lambda: dict(_top_rows(spec)))
        self.named: dict[str, list[Place]] = spec.once("quality/named", lambda: _by_key(self.base))
        self.later: dict[Place, dict[str, Any]] = {}
        for call in episode.calls:
            for change in call.diff:
                place = self._place(change)
                new = {name: now for name, (_, now) in change.get("fields", {}).items()}
                self.later[place] = {**self.base.get(place, {}), **self.later.get(place, {}), **change.get("row", new)}
        self.made = _by_key({place: row for place, row in self.later.items() if place not in self.base})

    def _place(self, change: dict[str, Any]) -> Place:
        key = change["key"]
        return change["entity"], tuple(key) if isinstance(key, list) else key

    def touched(self, episode: Episode, at: int, flow: Flow) -> set[Place]:
        """The rows that a call changed, that its arguments name, and that the assistant told of from its result."""
        call = episode.calls[at]
        places = {self._place(change) for change in call.diff} | self._named_in(call.arguments) | set(self._by_parameter(call))
        values = {flat(str(use.value)) for use in flow.uses if use.kind == "claim" and at in use.sources}
        for found in _holders(call.result, values) if values else ():
            places |= self._named_in(list(found.values()))
        return places

    def _named_in(self, value: Any) -> set[Place]:
        texts = [leaf for leaf in leaves(value) if isinstance(leaf, str)]
        return {place for text in texts for place in (*self.named.get(text, ()), *self.made.get(text, ()))}

    def _by_parameter(self, call: CallRecord) -> Iterator[Place]:
        """Rows named by numbers, which say whose key they are only by their parameter."""
        if call.name not in self.spec.tools:
            return
        keys: dict[str, str] = self.spec.once(f"quality/keys/{call.name}", lambda: _keys(self.spec, call.name))
        for name, entity in keys.items():
            yield from ((entity, value) for value in leaves(call.arguments.get(name)) if (entity, value) in self.base or (entity, value) in self.later)

    def with_references(self, places: set[Place]) -> set[Place]:
        """These rows and those they refer to or live in, and the persona's where one of those refers to it; a row that there is only one of links nothing."""
        own = {place for place in places if place[1] != ()}
        near = own.union(*(self._next_to(place) for place in own))
        far = near.union(*(self._next_to(place) for place in near))
        return near | {place for place in far if (place[0], str(place[1])) == self.persona}

    def _next_to(self, place: Place) -> set[Place]:
        about = self.spec.entities[place[0]]
        row = self.later.get(place) or self.base.get(place, {})
        return {*_home(about, place[1]), *((column.ref, value) for name, column in about.columns.items() if column.ref for value in leaves(row.get(name)))}


def _home(about: EntitySpec, key: Any) -> Iterator[Place]:
    if about.parent and isinstance(key, tuple):
        yield about.parent, key[0] if len(key) == 2 else key[:-1]


def _top_rows(spec: WorldSpec) -> Iterator[tuple[Place, dict[str, Any]]]:
    for entity, rows in spec.rows.items():
        keys = spec.entities[entity].keys
        for row in rows if keys else ():
            parts = tuple(row.get(name) for name in keys)
            yield (entity, parts[0] if len(parts) == 1 else parts), row


def _by_key(rows: dict[Place, dict[str, Any]]) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for place in rows:
        if isinstance(place[1], str):
            found.setdefault(place[1], []).append(place)
    return found


def _keys(spec: WorldSpec, tool: str) -> dict[str, str]:
    return mock_keys(spec, tool) if isinstance(spec, Mock) else key_parameters(spec.tools[tool], spec)


def _holders(value: Any, wanted: set[str]) -> Iterator[dict[str, Any]]:
    """The objects that hold one of the wanted values themselves."""
    if isinstance(value, dict) and any(not isinstance(item, (dict, list)) and flat(str(item)) in wanted for item in value.values()):
        yield value
    if isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _holders(item, wanted)
