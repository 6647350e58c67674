"""How the values of one field are made: its schema first, then what it is about."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from gem_sim.grammar import singular
from gem_sim.worlds.compiler.values.leaves import Column, Leaves, kind_in
from gem_sim.worlds.compiler.values.lists import lists, spelled
from gem_sim.worlds.compiler.values.meaning import role_of
from gem_sim.worlds.compiler.values.objects import free_object
from gem_sim.worlds.compiler.values.row import Row
from gem_sim.worlds.schema import Drawer, Unfit

_CONSTRAINED = ("pattern", "minLength", "maxLength", "multipleOf", "$ref", "allOf", "anyOf", "oneOf", "not", "const", "contains")
_OPEN = {
    *("type", "properties", "required", "description", "title", "additionalProperties", "example", "examples", "default"),
    *("nullable", "readOnly", "writeOnly", "deprecated", "xml"),
}
"""Keywords of objects that hold any of their properties."""
_DEEPEST = 3
_WRITTEN = 4
"""Optional properties of an object that are written, about."""
_TOLD = 2
"""Properties of an object without required ones that all have."""
_LONGEST = 3
"""Elements of a list at most."""


class Columns(Leaves):
    """Makes columns for the fields of one entity."""

    def column(self, name: str, schema: dict[str, Any], root: dict[str, Any]) -> Column:
        """The column of a field; references in its schema are looked up in `root`."""
        options = [option for option in schema.get("enum") or [] if option is not None]
        if options:
            return self._in_turn(options)
        kind = kind_in(schema)
        if kind == "object" and not schema.get("properties") and not set(_CONSTRAINED) & set(schema):
            return self._free(name, schema, root)
        if kind == "object" and {word for word in schema if not word.startswith("x-")} <= _OPEN and self._depth < _DEEPEST:
            return self._object(name, schema, root)
        if kind == "object" or any(word in schema for word in _CONSTRAINED) or (kind == "array" and not _plain(schema)):
            return self._drawn(name, schema, root)
        return self._list(name, schema, root) if kind == "array" else self.leaf(name, schema)

    def _free(self, name: str, schema: dict[str, Any], root: dict[str, Any]) -> Column:
        """Objects of any properties, or of any that fit one schema."""
        each = schema.get("additionalProperties")
        if each is False:
            return Column(lambda _: {}, known=False)
        if not isinstance(each, dict) or not each or self._depth >= _DEEPEST:
            return Column(*free_object(spelled(name)))
        one = self.column(singular(name), each, root)
        return Column(lambda row: {row.pick(lists()["searchable"]): one.make(row) for _ in range(_TOLD)}, one.known)

    def _list(self, name: str, schema: dict[str, Any], root: dict[str, Any]) -> Column:
        items = schema.get("items")
        one = self.column(name, items if isinstance(items, dict) else {"type": "string"}, root)
        least, most = int(schema.get("minItems", 1)), int(schema.get("maxItems", _LONGEST))
        first, last = min(max(least, 1), max(most, 0)), max(least, min(most, _LONGEST))

        def make(row: Row) -> list[Any]:
            made: list[Any] = []
            for _ in range(row.random.randint(first, last)):
                value = one.make(row)
                if value not in made:
                    made.append(value)
            return made if len(made) >= least else [one.make(row) for _ in range(least)]

        return Column(make, one.known)

    def _object(self, name: str, schema: dict[str, Any], root: dict[str, Any]) -> Column:
        """Objects whose properties are fields of something called `name`."""
        inner = self._within(name, schema)
        columns = {word: inner.column(word, about, root) for word, about in schema["properties"].items() if isinstance(about, dict)}
        needed = set(schema.get("required") or ()) & set(columns) or set(list(columns)[:_TOLD])
        share = min(0.6, _WRITTEN / max(1, len(columns)))

        def make(row: Row) -> dict[str, Any]:
            return {word: column.make(row) for word, column in columns.items() if word in needed or row.random.random() < share}

        return Column(make, any(column.known for column in columns.values()))

    def _within(self, name: str, schema: dict[str, Any]) -> Columns:
        """Makes columns for what is inside a field."""
        inner = Columns(singular(name), self.random, self._world, self._said, self._today, self._depth + 1)
        inner.own, inner.base, inner.siblings = self.own, role_of(spelled(name), self.own) or self.base, frozenset(schema.get("properties") or ())
        inner.around = self.around.union(*map(spelled, inner.siblings))
        return inner

    def _drawn(self, name: str, schema: dict[str, Any], root: dict[str, Any]) -> Column:
        """A column whose values the schema draws, from hints by meaning."""
        parts = schema.get("properties")
        share = min(0.6, _WRITTEN / max(1, len(parts))) if isinstance(parts, dict) else 0.5
        whole = {**root, **schema} if root else schema
        inner = self._within(name, schema) if parts else self

        def make(row: Row) -> Any:
            drawer = Drawer(whole, self.random, self._today, lambda word, leaf: [inner.leaf(word, leaf).make(row)], share)
            with suppress(Unfit):
                return drawer.value(schema, name)
            return None

        scalar = kind_in(schema) not in ("object", "array")
        return Column(make, self.leaf(name, schema).known or "pattern" in schema if scalar else True)


def _plain(schema: dict[str, Any]) -> bool:
    """Whether a list may hold any elements of one schema."""
    return isinstance(schema.get("items", {}), (dict, bool)) and not {"prefixItems", "additionalItems"} & set(schema)
