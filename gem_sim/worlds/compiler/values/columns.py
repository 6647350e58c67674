"""How the values of one field are made: its schema first, then what it is about."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

from gem_sim.errors import SpecError
from gem_sim.grammar import singular
from gem_sim.worlds.compiler.values.leaves import Column, Leaves, kind_in
from gem_sim.worlds.compiler.values.lists import lists, spelled
from gem_sim.worlds.compiler.values.meaning import role_of
from gem_sim.worlds.compiler.values.objects import free_object
from gem_sim.worlds.compiler.values.row import Row
from gem_sim.worlds.schema import Drawer, Unfit, no_hints
from gem_sim.worlds.validation import validator

_CONSTRAINED = ("pattern", "minLength", "maxLength", "multipleOf", "$ref", "allOf", "anyOf", "oneOf", "not", "const", "contains")
_OPEN = {
    *("type", "properties", "required", "description", "title", "additionalProperties", "example", "examples", "default"),
    *("nullable", "readOnly", "writeOnly", "deprecated", "xml"),
}
"""Keywords of objects that hold any of their properties."""
_DEEPEST = 3
_FILLED = 80
"""Letters of a text that is filled up."""
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
        made = self._made_of(name, schema, root)
        return self._sure(made, name, schema, root) if self._depth == 0 and kind_in(schema) in ("object", "array") else made

    def _sure(self, made: Column, name: str, schema: dict[str, Any], root: dict[str, Any]) -> Column:
        """The column, made again for values that its schema does not take, at last without regard to what they mean."""
        try:
            takes = validator({**root, "type": "object", "properties": {name: schema}}, name).is_valid
        except SpecError:
            return made
        drawn = self._drawn(name, schema, root, told=False)

        def make(row: Row) -> Any:
            first = made.make(row)
            if takes({name: first}):
                return first
            tried = (column.make(row) for column in (made, made, drawn, drawn))
            return next((value for value in tried if takes({name: value})), first)

        return Column(make, made.known)

    def _made_of(self, name: str, schema: dict[str, Any], root: dict[str, Any]) -> Column:
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
        one = self._made_of(singular(name), each, root)
        return Column(lambda row: {row.pick(lists()["searchable"]): one.make(row) for _ in range(_TOLD)}, one.known)

    def _list(self, name: str, schema: dict[str, Any], root: dict[str, Any]) -> Column:
        items = schema["items"] if isinstance(schema.get("items"), dict) else {"type": "string"}
        one = self._made_of(singular(name) if kind_in(items) == "object" else name, items, root)
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
        inner = Columns(self.entity if name.lower() in lists()["boxes"] else singular(name), self.random, self._world, self._said, self._today, self._depth + 1)
        inner.own, inner.base, inner.siblings = self.own, role_of(spelled(name), self.own) or self.base, frozenset(schema.get("properties") or ())
        inner.around = self.around.union(*map(spelled, inner.siblings))
        return inner

    def _drawn(self, name: str, schema: dict[str, Any], root: dict[str, Any], *, told: bool = True) -> Column:
        """A column whose values the schema draws, from hints by meaning if they are `told`."""
        parts = schema.get("properties")
        share = min(0.6, _WRITTEN / max(1, len(parts))) if isinstance(parts, dict) else 0.5
        whole = {**root, **schema} if root else schema
        inner = self._within(name, schema) if parts else self

        def make(row: Row) -> Any:
            drawer = Drawer(whole, self.random, self._today, partial(_hints, inner, row) if told else no_hints, share)
            with suppress(Unfit):
                return drawer.value(schema, name)
            return None

        scalar = kind_in(schema) not in ("object", "array")
        return Column(make, self.leaf(name, schema).known or "pattern" in schema if scalar else True)


def _hints(leaves: Leaves, row: Row, name: str, schema: dict[str, Any]) -> list[Any]:
    """A few values by meaning, as long as the schema asks for: prose is cut between words, codes are filled up with digits."""
    column = leaves.leaf(name, schema)
    least, most = (schema.get(word) if isinstance(schema.get(word), int) else None for word in ("minLength", "maxLength"))
    made = [column.make(row)]
    for text in [each for each in made if isinstance(each, str)]:
        if most is not None and len(text) > most and " " in text[:most]:
            made.append(text[:most].rpartition(" ")[0])
        if least is not None and len(text) < least <= _FILLED:
            made.append(f"{text} {column.make(row)}" if " " in text else text + row.digits("#" * (least - len(text))))
    return made


def _plain(schema: dict[str, Any]) -> bool:
    """Whether a list may hold any elements of one schema."""
    return isinstance(schema.get("items", {}), (dict, bool)) and not {"prefixItems", "additionalItems"} & set(schema)
