"""Values worth trying for each parameter: keys of rows, what rows hold under its name, constants of the tool, and what its schema asks for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from random import Random
from typing import Any

from gem_sim.worlds.canonical import ValueRefused, canonical, same
from gem_sim.worlds.propose.roles import Roles
from gem_sim.worlds.propose.tables import Tables
from gem_sim.worlds.propose.view import Let, Param, View
from gem_sim.worlds.schema import Drawer, Hints, Schema, Unfit, no_hints, of_format, types
from gem_sim.worlds.validation import Validator, validator
from gem_sim.worlds.world import World

DRAWN = 6
HELD = 10
_TRIES = 40
_TEXTS = {"expression": ("12 * (3 + 4)", "250 / 4 + 1.5"), "unit": ("km", "m"), "other unit": ("m", "mi"), "number": ("12", "3.5")}
_WHOLE = ("required", "minProperties", "maxProperties", "dependentRequired", "dependencies", "dependentSchemas", "anyOf", "oneOf", "allOf", "if", "not")


class Pools:
    """Values for the parameters of one tool in one state. Everything is drawn from the stream and remembered."""

    def __init__(self, view: View, world: World, stream: Random) -> None:
        self.view = view
        self.world = world
        self.stream = stream
        self.tables = Tables(world.spec, world._state, stream)  # noqa: SLF001  (a search reads the state without copying rows)
        self.roles: Roles = world.spec.once(f"propose/{view.tool.name}/roles", lambda: Roles(view))
        self._values: dict[str, list[Any]] = {}
        self._held: dict[str, list[Any]] = {}

    def start(self, share: float) -> dict[str, Any] | None:
        """Arguments that fit the schema, with that share of the optional ones; None where none were found."""
        schema = self.view.about.parameters
        for attempt in range(_TRIES):
            drawer = Drawer(schema, self.stream, self.world.spec.clock, self._hints, share if attempt < 2 else (0, 1, 0.5)[attempt % 3])
            try:
                drawn = canonical(drawer.value(schema))
            except (Unfit, ValueRefused):
                continue
            if not isinstance(drawn, dict):
                continue
            for name in self.roles.cursors & drawn.keys() - self.view.needed:
                del drawn[name]
            if self.view.tool.is_valid(drawn) or self._mended(drawn):
                return drawn
        return None

    def _mended(self, drawn: dict[str, Any]) -> bool:
        """Whether arguments fit once the optional ones that do not are left out."""
        for name in [name for name in drawn if name not in self.view.needed and not self.accepts(name, drawn[name])]:
            del drawn[name]
        return self.view.tool.is_valid(drawn)

    def accepts(self, name: str, value: Any) -> bool:
        """Whether an argument fits its own part of the schema, and a call could carry it."""
        fit: Validator = self.view.spec.once(f"propose/{self.view.tool.name}/parts", lambda: _parts(self.view.about.parameters))
        try:
            return fit.is_valid({name: canonical(value)})
        except ValueRefused:
            return False

    def values(self, name: str) -> list[Any]:
        """Values for a parameter, all of which fit its schema, in a drawn order; likely ones first."""
        if name not in self._values:
            made: list[Any] = []
            for value in self._candidates(name):
                if not any(same(value, other) for other in made) and self.accepts(name, value):
                    made.append(value)
            self._values[name] = made
        return self._values[name]

    def _candidates(self, name: str) -> Iterator[Any]:
        schema = self.view.properties[name]
        if isinstance(schema, dict) and isinstance(schema.get("enum"), list):
            yield from self.stream.sample(schema["enum"][:200], min(40, len(schema["enum"][:200])))
            return
        if isinstance(schema, dict) and types(schema) == ["boolean"]:
            yield from (True, False)
            return
        yield from islice(self._hints(name, schema if isinstance(schema, dict) else {}), 40)
        for constant in self.roles.constants.get(name, ()):
            yield from self.spelled(name, constant)
        compound = isinstance(schema, dict) and bool({"array", "object"} & set(types(schema)))
        for at in range(DRAWN):
            yield from self._drawn(name, self._hints if at % 2 or compound else no_hints, "" if at % 4 else name)

    def _drawn(self, name: str, hints: Hints, called: str) -> Iterator[Any]:
        """One value for a parameter, if one is found, as for a parameter called otherwise."""
        with suppress(Unfit):
            yield Drawer(self.view.about.parameters, self.stream, self.world.spec.clock, hints).value(self.view.properties[name], called, 1)

    def _hints(self, name: str, schema: Schema) -> list[Any]:
        entity = self.roles.keys.get(name)
        if entity is not None and not schema.get("enum"):
            table = self.tables.table(entity)
            return [row[table.keys[-1]] for row in self.tables.sample(table, HELD)] + self.held(name)
        if self.view.about.kind == "write" and schema.get("format") in ("date", "date-time"):
            return []  # a day that a row has is past, or taken
        return self._searched(name) or self.held(name) or self._used(name)

    def _used(self, name: str) -> list[Any]:
        """Texts of the form that a function asks for: an expression to work out, a unit, a date."""
        use = self.roles.uses.get(name, "")
        return [*_TEXTS[use]] if use in _TEXTS else [made] if (made := of_format(use, self.stream, self.world.spec.clock)) else []

    def _searched(self, name: str) -> list[Any]:
        """Words that a search by this parameter finds."""
        found = []
        for entity, fields in self.roles.searches.get(name, ()):
            table = self.tables.table(entity)
            for row in self.tables.sample(table, 4):
                held = [row.get(field) for field in fields or table.columns]
                found += [text.split()[0] for text in held if isinstance(text, str) and text.split()]
        return found

    def held(self, name: str) -> list[Any]:
        """What rows hold in a field of that name, the rows that it is the key of first."""
        if name not in self._held:
            tables = sorted((table for table in self.view.tables.values() if name in table.columns), key=lambda table: name not in table.keys)
            found = [row[name] for table in tables[:3] for row in self.tables.sample(table, HELD) if row[name] is not None]
            self._held[name] = found
        return self._held[name]

    def elements_of(self, node: ast.expr) -> Iterator[list[Any]]:
        """Lists of elements that a list among the arguments may have."""
        binding = self.view.bound.get(node)
        if isinstance(binding, Let):
            yield from self.elements_of(binding.node)
        elif isinstance(binding, Param):
            yield from (value for value in self.values(binding.name) if isinstance(value, list))

    def spelled(self, name: str, value: Any) -> Iterator[Any]:
        """A value in the forms in which a parameter may take it: a whole number, a text of its digits, a date with a time."""
        for form in _forms(value):
            if self.accepts(name, form):
                yield form
                return

    def sized(self, node: ast.expr, now: Any, length: int) -> Iterator[Any]:
        """Values of that length for a list or text."""
        binding = self.view.bound.get(node)
        schema = self.view.properties[binding.name] if isinstance(binding, Param) else {}
        if isinstance(now, list) or (isinstance(schema, dict) and "array" in types(schema)):
            items = now if isinstance(now, list) else []
            more = [item for some in self.elements_of(node) for item in some]
            more += [f"other{at or ''}" for at in range(length)] if not isinstance(binding, Param) else []
            distinct: list[Any] = []
            for item in [*items, *more]:
                if len(distinct) < length and not any(same(item, other) for other in distinct):
                    distinct.append(item)
            yield distinct
            if len(distinct) < length and (items or more):
                yield [[*items, *more][at % len([*items, *more])] for at in range(length)]
            return
        text = now if isinstance(now, str) and now else "note"
        yield text[:length] if len(text) >= length else (f"{text} " * length)[:length].rstrip().ljust(length, ".")


def _parts(schema: Schema) -> Validator:
    """A validator for single arguments: what the schema says about all of them together is left out."""
    plain = {word: part for word, part in schema.items() if word not in _WHOLE}
    return validator(plain, "parameters")


def _forms(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, float):
        yield from (int(value), round(value, 2))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield f"{value:g}"
    if isinstance(value, str):
        yield from (f"{value}T12:00:00Z", value[:10], f"{value}Z")
        if value.isdigit() and len(value) < 12:
            yield int(value)
