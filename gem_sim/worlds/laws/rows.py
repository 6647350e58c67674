"""Laws on rows, where entities are declared: fields fit, references hold, at the start and after every call."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from gem_sim.worlds.canonical import same
from gem_sim.worlds.laws import declared
from gem_sim.worlds.laws.codes import Flaw, flaw
from gem_sim.worlds.laws.lab import Lab, Seen
from gem_sim.worlds.laws.schemas import compiled

_MOST_ROWS = 200_000
_PER_TOOL = 2


def rows_fit(lab: Lab) -> Iterator[Flaw]:
    """Rows of the start have the type, enum and format of their fields, and refer to rows that are there; so do rows after calls."""
    entities = declared.entities(lab.mock)
    fits = {name: _fits(entity) for name, entity in entities.items()}
    world: Any = lab.start.world
    tables = {name: world.rows(name) for name in entities}
    for name, field, value in _misfits(fits, tables):
        yield flaw("row.format", f"{name}.{field}", f"a row has {value!r:.80}")
    known = dict.fromkeys(_dangling(entities, world))
    for name, field, value in known:
        yield flaw("row.reference", f"{name}.{field}", f"a row refers to {value!r:.80}, which is not there")
    writes = [seen for seen in chain(lab.seen, _strays(lab)) if seen.result.diff] if entities else []
    for seen in writes[: _MOST_ROWS // max(1, sum(map(len, tables.values())))]:
        lab.checked("row.reference")
        for name, field, value in _misfits(fits, _written(seen)):
            yield flaw("row.format", f"{name}.{field}", f"{seen.said} wrote {value!r:.80}")
        dangling = [found for found in _dangling(entities, seen.after) if found not in known]
        before = set(_dangling(entities, seen.place.world)) if dangling else set()
        for name, field, value in dangling:
            if (name, field, value) not in before:
                code = "reference.left" if _deleted(seen, value) else "row.reference"
                yield flaw(code, f"{name}.{field}", f"after {seen.said} a row refers to {value!r:.80}, which is not there")


def _deleted(seen: Seen, key: Any) -> bool:
    """Whether a call deleted a row of that key."""
    gone = [change["key"] for change in seen.result.diff if change["op"] == "delete"]
    return any(same(key, part) for one in gone for part in (one[-1:] if isinstance(one, list) else [one]))


def _written(seen: Seen) -> dict[str, list[Any]]:
    """The fields that a call wrote, one object for each row, by entity."""
    written: dict[str, list[Any]] = {}
    for change in seen.result.diff:
        if change["op"] != "delete":
            values = change.get("row") or {word: pair[1] for word, pair in change["fields"].items()}
            written.setdefault(change["entity"], []).append(values)
    return written


def _strays(lab: Lab) -> Iterator[Seen]:
    """Calls that worked, with a text replaced by one that is no key of anything."""
    for tool in lab.tools:
        for seen in lab.of(tool, ok=True)[:_PER_TOOL]:
            for name, value in seen.arguments.items():
                if isinstance(value, str):
                    yield lab.attempt(seen.place, tool, {**seen.arguments, name: f"{value}0"})


def _fits(entity: Any) -> dict[str, Any]:
    made = {}
    for name, field in entity.fields.items():
        schema = {word: value for word in ("type", "format") if (value := getattr(field, word)) is not None}
        schema |= {"enum": list(field.enum)} if field.enum is not None else {}
        if schema:
            made[name] = compiled(schema)
    return made


def _misfits(fits: dict[str, dict[str, Any]], tables: dict[str, list[Any]]) -> Iterator[tuple[str, str, Any]]:
    for name, rows in tables.items():
        for row in rows:
            for field, validator in fits[name].items():
                if row.get(field) is not None and not validator.is_valid(row[field]):
                    yield name, field, row[field]


def _dangling(entities: dict[str, Any], world: Any) -> Iterator[tuple[str, str, Any]]:
    """References without a row. A reference to rows inside others holds the last part of their key."""
    keys: dict[str, set[Any]] = {}
    for name, entity in entities.items():
        for field, about in entity.fields.items():
            if about.ref is None:
                continue
            if about.ref not in keys:
                last = entities[about.ref].keys[-1:]
                keys[about.ref] = {row[last[0]] for row in world.rows(about.ref)} if last else set()
            for row in world.rows(name):
                values = row.get(field) if isinstance(row.get(field), list) else [row.get(field)]
                yield from ((name, field, value) for value in values if value is not None and not _is_in(value, keys[about.ref]))


def _is_in(value: Any, keys: set[Any]) -> bool:
    return isinstance(value, (str, int)) and value in keys
