"""What of a tool's answer is worth telling."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gem_sim.grammar import plural
from gem_sim.scenarios.wording import label_of, row_of
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import World

TOLD = 3
"""So many values of an answer are told."""


def news(spec: WorldSpec, value: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    """Named values of an answer that the call did not say itself: no ids; of a list of rows their names, or how many they are."""
    items = value.get("items") if isinstance(value, dict) else value
    if isinstance(items, list) and all(isinstance(item, dict) for item in items):
        return _of_rows(spec, items)
    return dict(list(_leaves("result", value, [*arguments.values()]))[:TOLD])


def _of_rows(spec: WorldSpec, items: list[dict[str, Any]]) -> dict[str, Any]:
    """How many rows there are, and the names of the first."""
    labels = sorted({label for entity in spec.entities.values() if (label := label_of(entity)) is not None})
    named = next((label for label in labels if items and all(isinstance(item.get(label), str) for item in items)), None)
    names = {plural(named): [item[named] for item in items[:TOLD]]} if named is not None else {}
    return ({"number of results": len(items)} if len(items) > TOLD or not names else {}) | names if items else {}


def _leaves(name: str, value: Any, said: list[Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for inner, item in value.items():
            yield from _leaves(inner, item, said)
    elif isinstance(value, list):
        yield from _leaves(name, value[0], said) if value else ()
    elif isinstance(value, (int, float, str)) and not isinstance(value, bool) and value not in ("", *said) and not name.endswith(("_id", "cursor")):
        yield name, value


def shown_rows(world: World, value: Any) -> list[tuple[str, dict[str, Any]]]:
    """The rows that an answer shows, in its order."""
    items = value.get("items", [value]) if isinstance(value, dict) else value if isinstance(value, list) else []
    found = []
    for item in items if isinstance(items, list) else []:
        for entity, about in world.spec.entities.items():
            key = item.get(about.keys[0]) if isinstance(item, dict) and len(about.keys) == 1 else None
            row = row_of(world, entity, key) if isinstance(key, (str, int)) and set(item) & {*about.fields} - {about.keys[0]} else None
            if row is not None and sum(name in item for name in about.fields) * 2 > len(about.fields):
                found.append((entity, row))
                break
    return found
