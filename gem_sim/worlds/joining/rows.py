"""Rows of the other world, pointed at rows of the base and moved to its time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from gem_sim.worlds.joining.renaming import Renaming
from gem_sim.worlds.spec import EntitySpec, WorldSpec

Row = dict[str, Any]
Keys = dict[str, dict[Any, Any]]
"""Entity of the other world to the keys of its rows in the joined one; rows that are not among them are left out."""


def joined_rows(base: WorldSpec, other: WorldSpec, shared: Mapping[str, str], names: Renaming) -> dict[str, list[Row]]:
    """The rows under their new names. What belonged to one shared row belongs to one row of the base, and to another for each."""
    keys = {name: _spread(base, other, name, of) for name, of in shared.items()}
    later = date.fromisoformat(base.clock[:10]) - date.fromisoformat(other.clock[:10])
    waiting = {name: rows for name, rows in other.rows.items() if name not in shared}
    moved: dict[str, list[Row]] = {}
    while waiting:
        name = next((name for name in waiting if not _refs(other, name) & (waiting.keys() - {name})), next(iter(waiting)))
        rows = [row for row in waiting.pop(name) if _holds(other, name, row, keys)]
        about = other.entities[name]
        if len(about.own_keys) == 1:
            keys[name] = {row[about.own_keys[0]]: row[about.own_keys[0]] for row in rows}
        moved[names.entities[name]] = [_moved(other, name, row, keys, names, later) for row in rows]
    return moved


def _spread(base: WorldSpec, other: WorldSpec, name: str, of: str) -> dict[Any, Any]:
    """For each shared row a row of the base, drawn once for the two worlds. The last ones get none where the base has fewer."""
    theirs = [row[other.entities[name].own_keys[0]] for row in other.rows.get(name, [])]
    ours = [row[base.entities[of].own_keys[0]] for row in base.rows.get(of, [])]
    stream = Random(f"{base.digest}/{other.digest}/{name}/{of}")  # noqa: S311  (a named stream, so that joins repeat)
    return dict(zip(theirs, stream.sample(ours, min(len(ours), len(theirs))), strict=False))


def _refs(spec: WorldSpec, name: str) -> set[str]:
    """Entities that rows of an entity refer to, those in rows inside them included."""
    inner = [child for child, about in spec.entities.items() if about.parent == name]
    return {field.ref for field in spec.entities[name].fields.values() if field.ref} | {ref for child in inner for ref in _refs(spec, child)}


def _holds(spec: WorldSpec, name: str, row: Row, keys: Keys) -> bool:
    """Whether all rows that a row refers to are there."""
    return all(
        row.get(field) is None or about.ref not in keys or row[field] in keys[about.ref] for field, about in spec.entities[name].fields.items() if about.ref
    )


def _moved(spec: WorldSpec, name: str, row: Row, keys: Keys, names: Renaming, later: timedelta) -> Row:
    about = spec.entities[name]
    inner = {child.within.partition(".")[2]: other for other, child in spec.entities.items() if child.within and child.parent == name}
    return {
        names.word(field): _nested(spec, inner[field], value, keys, names, later) if field in inner else _value(about, field, value, keys, later)
        for field, value in row.items()
    }


def _nested(spec: WorldSpec, name: str, value: Any, keys: Keys, names: Renaming, later: timedelta) -> Any:
    if isinstance(value, dict):
        return {key: _moved(spec, name, row, keys, names, later) for key, row in value.items() if _holds(spec, name, row, keys)}
    return [_moved(spec, name, row, keys, names, later) for row in value if _holds(spec, name, row, keys)]


def _value(about: EntitySpec, field: str, value: Any, keys: Keys, later: timedelta) -> Any:
    spec = about.fields.get(field)
    if spec is None or value is None:
        return value
    if spec.ref is not None:
        return keys.get(spec.ref, {}).get(value, value)
    if spec.format == "date":
        return (date.fromisoformat(value) + later).isoformat()
    if spec.format == "date-time":
        return (datetime.fromisoformat(value) + later).isoformat()
    return value
