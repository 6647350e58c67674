"""Finds arguments for a wanted outcome of a function: bounded search over its schema, the values in the state and the constants it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any

from gem_sim.grammar import singular
from gem_sim.worlds.plugin.reading import constants
from gem_sim.worlds.world import CallResult

if TYPE_CHECKING:
    from gem_sim.worlds.plugin.mock import Mock
    from gem_sim.worlds.plugin.world import PluginWorld

TRIES = 600
_WORDS = ("as agreed on the phone", "second attempt", "before Friday", "with the team")
Pool = Callable[[], Any]


def search(world: PluginWorld, tool: str, accept: Callable[[CallResult], bool], stream: Random) -> dict[str, Any] | None:
    """Arguments whose call on a fork of `world` gives a result that `accept` takes, or None after a bounded number of tries.

    Half of the tries change one argument of an earlier one that came to an outcome of its own: its neighbours differ in little.
    """
    fresh = guesses(world, tool, stream)
    seen: dict[str, dict[str, Any]] = {}
    for arguments in islice(fresh, TRIES):
        near = stream.choice(list(seen.values())) if seen and stream.random() < 0.5 else {}
        word = stream.choice(list(arguments)) if arguments else ""
        tried = {**near, word: arguments[word]} if near and word else arguments
        result = world.fork().call(tool, tried)
        if accept(result):
            return tried
        if result.outcome != "invalid_arguments":
            seen.setdefault(result.outcome, tried)
    return None


def propose(world: PluginWorld, tool: str, outcome: str = "ok") -> dict[str, Any] | None:
    """Arguments for which the present state gives `outcome`, `ok` or an error code; None where none were found."""
    if tool not in world.spec.tools:
        return None
    if outcome == "invalid_arguments":
        return _refused(world, tool)
    return search(world, tool, lambda result: result.outcome == outcome, Random(f"{world.seed}/propose/{tool}/{outcome}"))  # noqa: S311


def _refused(world: PluginWorld, tool: str) -> dict[str, Any]:
    """Arguments that no schema with `additionalProperties: false` takes."""
    extra = "no_such_parameter"
    while extra in world.spec.tools[tool].parameters["properties"]:
        extra += "_"
    return {extra: True}


def guesses(world: PluginWorld, tool: str, stream: Random) -> Iterator[dict[str, Any]]:
    """Endless arguments for a tool, drawn from what schema, state and function suggest."""
    mock = world.spec
    schema = mock.tools[tool].parameters
    hints = constants(mock.functions[tool].run)
    keys = key_parameters(mock, tool)
    tables = {name: {row[mock.layouts[name].key]: row for row in world.rows(name)} for name in set(keys.values())}
    pools = {name: _pool(world, name, about, keys.get(name), hints, stream) for name, about in schema["properties"].items()}
    required = schema.get("required", [])
    while True:
        chosen = [name for name in pools if name in required or stream.random() < 0.5]
        arguments = {name: pools[name]() for name in chosen}
        if stream.random() < 0.5:  # what the named row holds already: numbers and codes that have to match
            for name, table in keys.items():
                row = tables[table].get(arguments[name], {}) if isinstance(arguments.get(name), (str, int)) else {}
                arguments |= {other: row[other] for other in arguments if other not in keys and row.get(other) is not None}
        yield arguments


def key_parameters(mock: Mock, tool: str) -> dict[str, str]:
    """Parameters that are called after the key of a table, or after its rows: `bed_id`, `new_bed_id`, `bed` for the table `beds`."""
    named = {about.key: name for name, about in mock.layouts.items() if about.own}
    called = {singular(name): name for name, about in mock.layouts.items() if about.kind == "table"}
    found = {}
    for word, about in mock.tools[tool].parameters["properties"].items():
        word_of_one = singular(word) if about.get("type") == "array" else word
        table = named.get(word_of_one) or called.get(word_of_one)
        table = table or next((name for key, name in named.items() if word_of_one.endswith(f"_{key}")), None)
        if table is not None:
            found[word] = table
    return found


def _pool(world: PluginWorld, name: str, schema: Any, table: str | None, hints: list[float], stream: Random) -> Pool:
    """Draws values worth trying for one parameter."""
    about = schema if isinstance(schema, dict) else {}
    if "anyOf" in about:
        pools = [_pool(world, name, option, table, hints, stream) for option in about["anyOf"]]

        def either() -> Any:
            return stream.choice(pools)()

        return either
    kind = about.get("type")
    if kind == "array":
        item = _pool(world, singular(name), about.get("items"), table, hints, stream)
        longest = min(about.get("maxItems", 4), 4)
        return lambda: _distinct([item() for _ in range(stream.randint(min(about.get("minItems", 0), longest), longest))])
    if kind == "object":
        return _object(world, about, hints, stream)
    values = _values(world, name, about, table, hints)
    return lambda: stream.choice(values)


def _distinct(values: list[Any]) -> list[Any]:
    return [value for at, value in enumerate(values) if value not in values[:at]]


def _object(world: PluginWorld, schema: dict[str, Any], hints: list[float], stream: Random) -> Pool:
    pools = {name: _pool(world, name, about, None, hints, stream) for name, about in schema.get("properties", {}).items()}
    required = schema.get("required", [])
    return lambda: {name: draw() for name, draw in pools.items() if name in required or stream.random() < 0.5}


def _values(world: PluginWorld, name: str, schema: dict[str, Any], table: str | None, hints: list[float]) -> list[Any]:
    if table is not None:
        known = [row[world.spec.layouts[table].key] for row in world.rows(table)]
        return [*known, *known, f"{max(known, key=str, default='X-1')}0"]
    if "const" in schema or schema.get("enum"):
        return list(schema.get("enum") or [schema["const"]])
    if schema.get("type") == "boolean":
        return [True, False]
    if schema.get("type") == "null":
        return [None]
    if schema.get("type") in ("integer", "number"):
        return _numbers(schema, hints, [value for value in _held(world, name) if type(value) in (int, float)])
    return _texts(world, name, schema)


def _held(world: PluginWorld, name: str) -> list[Any]:
    """What rows hold in a field of that name."""
    return [row[name] for entity in world.spec.entities for row in world.rows(entity) if row.get(name) is not None]


def _numbers(schema: dict[str, Any], hints: list[float], held: list[float]) -> list[float]:
    low, high = schema.get("minimum", schema.get("exclusiveMinimum", 0)), schema.get("maximum", schema.get("exclusiveMaximum", 10**6))
    around = [value + step for value in held for step in (-1, 0, 1)]
    values = [*around, *hints, low, low + 1, low + 4, low + 11, high]
    fitting = {int(value) if schema.get("type") == "integer" else round(value, 2) for value in values if low <= value <= high}
    return sorted(fitting) or [low]


def _texts(world: PluginWorld, name: str, schema: dict[str, Any]) -> list[Any]:
    form = schema.get("format") or ("date" if name.rpartition("_")[2] in ("date", "day") else None)
    seen = sorted({value for value in _held(world, name) if isinstance(value, str)})
    start = date.fromisoformat(world.spec.clock[:10])
    days = [(start + timedelta(days=days)).isoformat() for days in (-4000, -30, -3, 0, 1, 2, 4, 9, 16, 30, 90, 4000)]
    if form == "date":
        return [*days, *(value for value in seen if len(value) == len(days[0]))]
    if form == "date-time":
        return [f"{day}T{hour:02}:00:00" for day in days for hour in (9, 14, 20)]
    if form == "time":
        return [f"{hour:02}:{minute:02}:00" for hour, minute in ((6, 0), (9, 0), (13, 30), (18, 15), (22, 45))]
    return seen or [*_WORDS, *sorted({word for text in _labels(world) for word in text.split()})]


def _labels(world: PluginWorld) -> Iterator[str]:
    """Names that rows go by, which a search may ask for."""
    for entity in world.spec.entities:
        for row in world.rows(entity):
            yield from (value for field, value in row.items() if field in ("name", "title", "label") and isinstance(value, str))
