"""Entities and their fields in the form of `world.yaml`, as tables and links say."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from gem_sim.worlds.compiler.infer import EntityModel
from gem_sim.worlds.compiler.learning.columns import Column
from gem_sim.worlds.compiler.learning.links import Links
from gem_sim.worlds.compiler.learning.tables import Table

Field = dict[str, Any]

_LONG = 12
"""Digits of a number that is counted on."""


def model_of(table: Table, links: Links) -> EntityModel:
    """A table as the entity that tools are built on."""
    fields = {name: _schema(column) for name, column in table.columns.items()}
    above = {name: {"type": "string"} for name in table.outer.values()}
    refs = {name: link.table.name for (owner, name), link in links.items() if owner == table.name and not link.many and link.table.parent is None}
    key = table.key or next(iter((*table.pair, *table.columns)), "id")
    return EntityModel(table.name, key, {**above, **fields, **{name: {"type": "array"} for name in table.children}}, refs)


def _schema(column: Column) -> dict[str, Any]:
    made: dict[str, Any] = {"type": column.type} if column.type else {}
    if column.choices:
        made["enum"] = list(column.choices)
    if column.format:
        made["format"] = column.format
    return made


def spec_of(table: Table, links: Links, extra: Mapping[str, Field], kept: Mapping[str, tuple[str, ...]], loose: Collection[str]) -> dict[str, Any]:
    """A table as an entity of `world.yaml`.

    `extra` are columns that only writes fill, `kept` columns that hold one of some values, `loose` those that may hold any text.
    """
    fields = {name: _field(table, name, column, links, kept.get(name, ())) for name, column in (table.columns | table.odd).items()}
    for name in loose:
        if name in fields and fields[name].get("format") != "date":
            fields[name].pop("format", None)
    fields |= {name: {**about, "optional": True} for name, about in extra.items() if name not in fields}
    made: dict[str, Any] = {"fields": fields}
    if table.single:
        return {"singleton": True, **made}
    if table.parent is not None:
        made["within"] = f"{table.parent.name}.{table.under}"
    if table.shape == "map":
        made["shape"] = "map"
    key = list(table.pair) or table.key
    prefix = prefix_of(table)
    return {**({"key": key} if key else {}), **({"prefix": prefix} if prefix else {}), **made}


def _field(table: Table, name: str, column: Column, links: Links, kept: tuple[str, ...]) -> dict[str, Any]:
    link = links.get((table.name, name))
    made: dict[str, Any] = {}
    if link is not None and not link.many and link.table.parent is None:
        made["ref"] = link.table.name
    elif kept:
        made["enum"] = list(kept)
    elif column.type:
        made["type"] = column.type
    if column.format:
        made["format"] = column.format
    if column.decimals is not None:
        made["decimals"] = column.decimals
    if column.absent and name != table.key:
        made["optional"] = True
    return made


def next_key(table: Table) -> str:
    """The key of a new row: the next number where keys are numbers one after another, else one that no row has."""
    key, prefix = table.key or "", prefix_of(table)
    keys = [row.get(key) for row in table.rows]
    if table.parent is None and keys and all(type(value) is int for value in keys):
        return f"max([each_.{key} for each_ in find({table.name})] + [0]) + 1"
    numbers = [value.removeprefix(prefix) for value in keys if isinstance(value, str)]
    counted = bool(numbers) and all(text.isdecimal() and str(int(text)) == text and len(text) <= _LONG for text in numbers)
    if table.parent is not None or not counted or max(map(int, numbers)) - min(map(int, numbers)) != len(numbers) - 1:
        return f"next_id({table.name})"
    return f"concat({prefix!r}, max([number(replace(each_.{key}, {prefix!r}, '')) for each_ in find({table.name})] + [0]) + 1)"


def prefix_of(table: Table) -> str:
    """What the keys of a table begin with before their numbers."""
    keys = [key for key in table.key_values() if isinstance(key, str)]
    if not keys or len(keys) < len(table.rows):
        return ""
    heads = {key.rstrip("0123456789") for key in keys}
    return heads.pop() if len(heads) == 1 and all(key[-1:].isdigit() for key in keys) else ""
