"""Finds arguments for a wanted outcome: values that the state and the requirements suggest, tried on forks. First form: bounded search."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from itertools import islice
from random import Random
from typing import Any

from gem_sim.worlds.spec import ToolSpec, WorldSpec
from gem_sim.worlds.world import CallResult, World

TRIES = 240
_WORDS = ("as agreed on the phone", "please handle before Friday", "second attempt", "agreed with the team")


def search(world: World, tool: str, accept: Callable[[CallResult], bool], stream: Random) -> dict[str, Any] | None:
    """Arguments whose call on a fork of `world` gives a result that `accept` takes, or None after a bounded number of tries."""
    for arguments in islice(guesses(world, tool, stream), TRIES):
        if accept(world.fork().call(tool, arguments)):
            return arguments
    return None


def propose(world: World, tool: str, outcome: str = "ok") -> dict[str, Any] | None:
    """Arguments for which the present state gives `outcome`, `ok` or an error code; None where none were found."""
    return search(world, tool, lambda result: result.outcome == outcome, Random(f"{world.seed}/propose/{tool}/{outcome}"))  # noqa: S311


def guesses(world: World, tool: str, stream: Random) -> Iterator[dict[str, Any]]:
    """Endless arguments for a tool, drawn from what the state and the requirements suggest."""
    about = world.spec.tools[tool]
    properties: dict[str, Any] = about.parameters.get("properties", {})
    required = set(about.parameters.get("required", []))
    keys = key_parameters(about, world.spec)
    hints = _hints(about)
    pools = {name: _pool(world, name, schema, keys.get(name), hints, stream) for name, schema in properties.items()}
    rows = {entity: {row[world.spec.entities[entity].keys[0]]: row for row in world.rows(entity)} for entity in set(keys.values())}
    while True:
        chosen = [name for name in properties if name in required or stream.random() < 0.5]
        arguments = {name: stream.choice(pools[name]) for name in chosen}
        if stream.random() < 0.5:  # what the named row holds already: numbers and codes that have to match
            for name, entity in keys.items():
                row = rows[entity].get(arguments.get(name), {})
                arguments |= {other: row[other] for other in arguments if other not in keys and row.get(other) is not None}
        yield arguments


def key_parameters(tool: ToolSpec, spec: WorldSpec) -> dict[str, str]:
    """Parameters that a tool looks rows up with, such as `card_id` in `Card(card_id)`, and the entities."""
    sources = [*tool.let.values(), *(test.that for test in tool.require), tool.return_]
    return {name: entity for source in sources for name, entity in _lookups(source, tuple(spec.entities))}


@cache
def _lookups(source: str, entities: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    found = []
    for node in ast.walk(ast.parse(source.strip(), mode="eval")):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            args = node.args
            if node.func.id == "get" and args and isinstance(args[0], ast.Name):
                entity, args = args[0].id, args[1:]
            else:
                entity = node.func.id
            if entity in entities and len(args) == 1 and isinstance(args[0], ast.Name):
                found.append((args[0].id, entity))
    return tuple(found)


def _hints(tool: ToolSpec) -> list[float]:
    """Numbers that stand in the requirements, and their neighbours: where outcomes change."""
    numbers: set[float] = set()
    for test in tool.require:
        for node in ast.walk(ast.parse(test.that.strip(), mode="eval")):
            if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
                numbers.update((node.value - 1, node.value, node.value + 1, node.value * 2, node.value / 2))
    return sorted(numbers)


def _pool(world: World, name: str, schema: Any, entity: str | None, hints: list[float], stream: Random) -> list[Any]:
    """Values worth trying for one parameter."""
    if entity is not None:
        keys = world.spec.entities[entity].keys
        known = [row[keys[0]] for row in world.rows(entity)]
        return [*known, _unknown(known)]
    schema = schema if isinstance(schema, dict) else {}
    if schema.get("enum"):
        return list(schema["enum"])
    kind = schema.get("type")
    if kind == "boolean":
        return [True, False]
    if kind in ("integer", "number"):
        return _numbers(schema, hints, _held(world, name, (int, float)))
    if kind == "array":
        return [[item] for item in _pool(world, name, schema.get("items"), None, hints, stream)]
    if kind == "object":
        return [{}]
    return _texts(world, name, schema, hints)


def _unknown(known: list[Any]) -> Any:
    """A key of the same form that no row has."""
    highest = max(known, key=lambda key: (len(str(key)), str(key)), default="X-1")
    return highest + 1 if isinstance(highest, int) else f"{highest}0"


def _held(world: World, name: str, kinds: Any) -> list[Any]:
    """What the rows hold in a field of that name: values of a plausible size and form."""
    values = [row.get(name) for entity in world.spec.entities for row in world.rows(entity)]
    return [value for value in values if isinstance(value, kinds) and not isinstance(value, bool)]


def _numbers(schema: dict[str, Any], hints: list[float], held: list[float]) -> list[float]:
    low = schema.get("minimum", 1)
    values = [*hints, *(held or (low, low + 1, low + 4, schema.get("maximum", low + 11)))]
    fitting = [value for value in values if low <= value <= schema.get("maximum", 10**9)]
    return sorted({int(value) for value in fitting} if schema.get("type") == "integer" else {round(value, 2) for value in fitting}) or [low]


def _texts(world: World, name: str, schema: dict[str, Any], hints: list[float]) -> list[Any]:
    form = schema.get("format")
    start = date.fromisoformat(world.spec.clock[:10])
    if form == "date" or (form is None and name.rpartition("_")[2] == "date"):
        return [(start + timedelta(days=days)).isoformat() for days in (-3, 1, 2, 4, 9, 16, 30)]
    if form == "date-time":
        return [f"{(start + timedelta(days=days)).isoformat()}T{hour:02}:00:00Z" for days, hour in ((1, 9), (3, 14), (8, 11))]
    if form == "time":
        return [f"{hour:02}:{minute:02}:00Z" for hour, minute in ((7, 30), (9, 0), (18, 15), (21, 45))]
    seen = _held(world, name, str)
    lengths = ["x" * int(hint) for hint in hints if 0 < hint < 500 and not seen]
    return sorted(set(seen)) or [*_WORDS, *lengths]
