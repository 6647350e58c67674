"""The shape of a mock in Python, which has no expressions to read: its tools are called, and what they answer and change is looked at."""

from __future__ import annotations

from itertools import islice
from random import Random
from typing import Any, NamedTuple

from gem_sim.scenarios.shape import Shape
from gem_sim.worlds.plugin.mock import Mock
from gem_sim.worlds.plugin.propose import guesses, key_parameters
from gem_sim.worlds.plugin.world import PluginWorld
from gem_sim.worlds.world import CallResult


class _Table(NamedTuple):
    """A table whose rows hold their key: the field, and the rows by key."""

    key: str
    rows: dict[Any, dict[str, Any]]


CALLS = 60
"""Calls of one tool that are looked at."""


def observed_shape(mock: Mock) -> Shape:
    """What each tool is good for, from a bounded number of calls on a fresh world."""
    world = mock.start()
    tables = {entity: _rows_by_key(world, entity) for entity, about in mock.layouts.items() if about.own}
    reads = [name for name, tool in mock.tools.items() if tool.kind == "read" and tool.side == "assistant"]
    computes = [name for name, tool in mock.tools.items() if tool.kind == "compute" and tool.side == "assistant"]
    writes = tuple(name for name, tool in mock.tools.items() if tool.kind == "write" and tool.side == "assistant")
    seen = {name: _answers(world, name) for name in (*reads, *writes)}
    keys = {name: key_parameters(mock, name) for name in mock.tools}
    lists = {entity: tuple(name for name in reads if entity in tables and _lists(seen[name], tables[entity])) for entity in mock.entities}
    shows = {entity: name for name in reversed(reads) for entity in keys[name].values() if entity in tables and _shows(seen[name], tables[entity])}
    inserts = {name: change["entity"] for name in writes for result in seen[name] for change in result.diff if change["op"] == "insert"}
    steps = tuple(name for name, tool in mock.tools.items() if tool.kind == "write" and tool.side == "user")
    own = tuple(name for name, tool in mock.tools.items() if tool.side == "user")
    return Shape(keys, lists, shows, writes, inserts, steps, (*reads, *computes), own)


def _answers(world: PluginWorld, tool: str) -> list[CallResult]:
    stream = Random(f"{world.spec.digest}/observed/{tool}")  # noqa: S311  (a named stream, so that shapes repeat)
    results = [world.fork().call(tool, arguments) for arguments in islice(guesses(world, tool, stream), CALLS)]
    return [result for result in results if result.ok]


def _lists(seen: list[CallResult], table: _Table) -> bool:
    """Whether some answer is a list, or a page, of rows of the table."""
    items = [result.value.get("items") if isinstance(result.value, dict) else result.value for result in seen]
    return any(isinstance(found, list) and found and all(_is_row(item, table) for item in found) for found in items)


def _shows(seen: list[CallResult], table: _Table) -> bool:
    return any(_is_row(result.value, table) for result in seen)


def _rows_by_key(world: PluginWorld, entity: str) -> _Table:
    key = world.spec.layouts[entity].key
    return _Table(key, {row[key]: row for row in world.rows(entity)})


def _is_row(value: Any, table: _Table) -> bool:
    """Whether a value shows a row: its key, and more than half of its fields."""
    key = value.get(table.key) if isinstance(value, dict) else None
    row = table.rows.get(key) if isinstance(key, (str, int)) else None
    return row is not None and 2 * sum(name in row and row[name] == item for name, item in value.items()) > len(row)
