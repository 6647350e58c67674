"""Reads entities off a state: key, fields with their types, references between tables. What stories and goals need to know of rows."""

from __future__ import annotations

from typing import Any

from gem_sim.worlds.plugin.state import Layout, Row
from gem_sim.worlds.spec import EntitySpec, FieldSpec

_KINDS: dict[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}


def entities_of(layouts: dict[str, Layout], rows: dict[str, list[Row]]) -> dict[str, EntitySpec]:
    """Entry name to entity. A field refers to the table whose own key it is called after and whose keys it holds."""
    owners = {about.key: name for name, about in layouts.items() if about.own}
    keys = {name: {row[about.key] for row in rows[name]} for name, about in layouts.items() if about.own}
    made = {}
    for name, about in layouts.items():
        words = dict.fromkeys(word for row in rows[name] for word in row)
        fields = {word: _field(word, rows[name], _owner(word, rows[name], owners, keys, name)) for word in words}
        if about.key:
            made[name] = EntitySpec(key=about.key, fields={about.key: FieldSpec.model_validate({}), **fields})
        else:
            made[name] = EntitySpec(singleton=True, fields=fields)
    return made


def _field(word: str, rows: list[Row], ref: str | None) -> FieldSpec:
    kinds = {_KINDS[type(row[word])] for row in rows if row.get(word) is not None}
    kind: Any = next(iter(kinds)) if len(kinds) == 1 else "number" if kinds == {"integer", "number"} else None
    return FieldSpec.model_validate({"type": kind, "ref": ref})


def _owner(word: str, rows: list[Row], owners: dict[str, str], keys: dict[str, set[Any]], home: str) -> str | None:
    owner = owners.get(word)
    held = [row[word] for row in rows if row.get(word) is not None]
    if owner in (None, home) or not held or not all(isinstance(value, (str, int)) and value in keys[owner or ""] for value in held):
        return None
    return owner
