"""Draws arguments for a tool: values that its schema allows and that the rows, the declaration and the clock make likely to mean something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

from gem_sim.grammar import singular
from gem_sim.worlds.laws import declared
from gem_sim.worlds.laws.facts import Facts, Names, fitting, objects, own
from gem_sim.worlds.laws.surface import Mock, properties, required
from gem_sim.worlds.laws.values import beside, day, numbers, some, unknown, word_of
from gem_sim.worlds.schema import Drawer, Unfit, fits, no_hints

_WORDS = ("north", "the second one", "as agreed", "2")
_FREE = ("note", "label")
"""Names in an object that may have any."""
_NUMBERS = (0, 1, 2, 3, 5, 10, 20, 50, 100, 1000)
_FRACTIONS = (0.5, 2.345, 1234.567)
_DAYS = (-400, -30, -3, -1, 0, 1, 2, 5, 7, 10, 14, 21, 30, 45, 60, 90, 180, 400)
_FORMATS: dict[str, tuple[str, ...]] = {
    "email": ("kim@example.org", "lee@example.org"),
    "uri": ("https://example.org/a", "https://example.org/b"),
    "uuid": ("0b8a2f5e-3c1d-4e5f-8a9b-0c1d2e3f4a5b", "1b8a2f5e-3c1d-4e5f-8a9b-0c1d2e3f4a5b"),
    "time": ("08:30:00Z", "18:15:00Z"),
    "ipv4": ("192.0.2.1", "192.0.2.2"),
}
_DEEPEST = 5
_LONGEST = 500
"""A constant below this may be the length of a text."""
_MANY = 30
"""A constant below this may be the length of a list."""
_KEYS, _OF_ONE_ROW, _HELD, _OF_PATTERN, _TOLD, _ORDERED = 0.8, 0.2, 0.3, 0.6, 0.1, 0.4
"""Shares: numbers that are keys, calls whose look-ups name one row, what rows hold, texts after a pattern, of an expression, for an order."""
_ORDERS = ("sort", "order", "direction")
_SAMPLE = 20
"""Rows of a table whose objects are remembered."""
_FAR = 4000
"""A constant below this may be a number of days."""


class Slot(NamedTuple):
    """What a value is drawn for: a parameter of a tool or a part of one, and the values to prefer."""

    tool: str
    name: str
    schema: Any
    near: Names
    depth: int = 0

    def part(self, name: str, schema: Any) -> Slot:
        """The slot of a part of this one."""
        return self._replace(name=name, schema=schema, depth=self.depth + 1)


class Draw:
    """Arguments for the tools of one mock. Deterministic in the stream it is given."""

    def __init__(self, mock: Mock, facts: Facts, tables: dict[str, list[dict[str, Any]]]) -> None:
        """`tables` are the rows of declared entities."""
        self._mock = mock
        self.facts = facts
        self._old = facts.values
        self._tables = tables
        self._objects = objects(row for rows in tables.values() for row in rows[:_SAMPLE])
        self._columns: dict[tuple[str, str], dict[Any, None]] = {}
        self._lookups = {name: declared.lookups(tool) for name, tool in mock.tools.items()}
        self._searched = {name: declared.searches(tool) for name, tool in mock.tools.items()}
        self._constants = {name: declared.constants(mock, name) for name in mock.tools}
        self._today = date.fromisoformat(str(getattr(mock, "clock", "2026-03-02"))[:10])

    def arguments(self, stream: Random, tool: str, recent: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
        """Arguments that fit the schema as far as possible, many of them from rows that belong together; `recent` rows are preferred."""
        about = self._mock.tools[tool]
        must, chance = required(about), stream.choice((0.0, 0.3, 0.3, 0.7))
        near = self.context(stream, recent)
        held = self._of_one_row(stream, tool) if stream.random() < _OF_ONE_ROW else {}
        return {
            name: held[name] if name in held else self.value(stream, Slot(tool, name, schema, near))
            for name, schema in properties(about).items()
            if name in must or (chance and stream.random() < chance)
        }

    def held(self, name: str) -> list[dict[str, Any]]:
        """Objects of rows that stand under a name; for a list of them also under that of one."""
        return self._objects.get(name) or self._objects.get(singular(name), [])

    def held_beside(self, tool: str, name: str, arguments: dict[str, Any]) -> list[Any]:
        """What rows hold in a field of that name which hold the other arguments, too, where they have such fields; rows that the tool looks for first."""
        near = {entity for places in self._lookups[tool].values() for entity, _ in places}
        held = {entity: beside(rows, name, arguments) for entity, rows in self._tables.items()}
        return [item for entity in sorted(near & held.keys()) for item in held[entity]] or [item for items in held.values() for item in items]

    def _of_one_row(self, stream: Random, tool: str) -> dict[str, Any]:
        """What one row holds where the parameters of a tool look: several filters together leave no other."""
        looked = self._lookups[tool]
        entities = sorted({entity for places in looked.values() for entity, _ in places if self._tables.get(entity)})
        if not entities:
            return {}
        entity = stream.choice(entities)
        row = stream.choice(self._tables[entity])
        return {name: row[field] for name, field in self._fields(tool, entity).items() if isinstance(row.get(field), (str, int, float))}

    def _fields(self, tool: str, entity: str) -> dict[str, str]:
        """The fields of an entity at which the parameters of a tool look."""
        return {name: field or self._key_of(entity) for name, places in self._lookups[tool].items() for other, field in places if other == entity}

    def asking(self, stream: Random, tool: str, entity: str, row: dict[str, Any], *, named: bool) -> dict[str, Any]:
        """Arguments that ask for what a row holds, and nothing that need not be said but, where it is to be `named`, its key."""
        about, fields, key = self._mock.tools[tool], self._fields(tool, entity), self._key_of(entity)
        held = {name: row.get(fields.get(name, name)) for name in (*required(about), *(word for word in fields if named and fields[word] == key))}
        return {
            name: held[name] if isinstance(held[name], (str, int, float)) else self.value(stream, Slot(tool, name, schema, own(row)))
            for name, schema in properties(about).items()
            if name in held
        }

    def context(self, stream: Random, recent: Sequence[dict[str, Any]] = ()) -> Names:
        """Values to prefer: those of one row before those of rows that belong to it, those around it, or all."""
        if recent and stream.random() < 0.4:
            row = stream.choice(recent)
        elif self.facts.rows and stream.random() < 0.7:
            row = stream.choice(self.facts.rows)
        else:
            return self.facts.names
        near = self.facts.near(row)
        return near | own(row) if stream.random() < 0.5 else near

    def value(self, stream: Random, slot: Slot) -> Any:
        """One value for a parameter, or for a part of one."""
        schema = self.resolved(slot.tool, slot.schema)
        slot = slot._replace(schema=schema)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            held = [value for value in fitting(slot.name, slot.near) if value in schema["enum"]]
            return stream.choice(held if held and stream.random() < 0.5 else schema["enum"])
        held = self.held(slot.name) if schema.get("type") != "array" else []
        if held and stream.random() < _HELD:
            return stream.choice(held)
        branches = schema.get("anyOf") or schema.get("oneOf")
        if branches and slot.depth < _DEEPEST:
            return self.value(stream, slot.part(slot.name, stream.choice(branches)))
        kind = schema.get("type") or ("object" if "properties" in schema else "array" if "items" in schema else "string")
        return self._typed(stream, stream.choice(kind) if isinstance(kind, list) else kind, slot)

    def _typed(self, stream: Random, kind: str, slot: Slot) -> Any:
        match kind:
            case "null":
                return None
            case "boolean":
                return stream.random() < 0.5
            case "integer" | "number":
                return self._number(stream, slot)
            case "array":
                return self._array(stream, slot)
            case "object":
                return self._object(stream, slot)
            case _:
                return self._text(stream, slot)

    def several(self, stream: Random, tool: str, name: str, count: int, recent: Sequence[dict[str, Any]] = ()) -> Iterator[Any]:
        """Different values for a parameter, at most `count`."""
        schema = properties(self._mock.tools[tool])[name]
        seen: list[Any] = []
        for value in self._candidates(stream, tool, name, schema, count * 3, recent):
            if value not in seen or any(type(value) is not type(other) for other in seen if other == value):
                seen.append(value)
                yield value
            if len(seen) >= count:
                return

    def _candidates(self, stream: Random, tool: str, name: str, schema: Any, tries: int, recent: Sequence[dict[str, Any]]) -> Iterator[Any]:
        yield from self.resolved(tool, schema).get("enum", ())
        for _ in range(tries):
            yield self.value(stream, Slot(tool, name, schema, self.context(stream, recent)))

    def resolved(self, tool: str, schema: Any) -> dict[str, Any]:
        """The schema itself, or what a reference inside the same schema points to."""
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        found: Any = schema
        if isinstance(reference, str) and reference.startswith("#/"):
            found = self._mock.tools[tool].parameters
            for part in reference.split("/")[1:]:
                found = found.get(part) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else {}

    def _array(self, stream: Random, slot: Slot) -> list[Any]:
        low, high = slot.schema.get("minItems", 0), slot.schema.get("maxItems", 9)
        hints = [int(number) + 1 for number in numbers(self._constants[slot.tool]) if 0 < number < _MANY]
        count = stream.choice(hints) if hints and stream.random() < 0.15 else stream.choice((0, 1, 1, 1, 2, 2, 3))
        count = max(low, min(count, high)) if slot.depth < _DEEPEST else low
        made = [self.value(stream, slot.part(slot.name, slot.schema.get("items", {}))) for _ in range(count)]
        once = slot.schema.get("uniqueItems") or stream.random() < 0.7
        return [item for at, item in enumerate(made) if item not in made[:at]] if once else made

    def _object(self, stream: Random, slot: Slot) -> dict[str, Any]:
        parts, must = slot.schema.get("properties", {}), slot.schema.get("required", ())
        if not parts and slot.schema.get("additionalProperties") is not False:
            open_ = slot.schema.get("additionalProperties")
            inner = open_ if isinstance(open_, dict) else {"type": "string"}
            return {word: self.value(stream, slot.part(word, inner)) for word in _FREE[: stream.choice((0, 1, 2)) if slot.depth < _DEEPEST else 0]}
        chosen = [name for name in parts if name in must or (slot.depth < _DEEPEST and stream.random() < 0.5)]
        return {name: self.value(stream, slot.part(name, parts[name])) for name in chosen}

    def _number(self, stream: Random, slot: Slot) -> Any:
        """A bound, a constant of the tool, a number of the rows, or a neighbour of one."""
        schema = slot.schema
        keys = numbers(self._keys_of(slot))
        if keys and stream.random() < _KEYS:
            return stream.choice(keys)
        low, high = schema.get("minimum", schema.get("exclusiveMinimum")), schema.get("maximum", schema.get("exclusiveMaximum"))
        held = fitting(slot.name, slot.near) if stream.random() < 0.5 else [item for values in slot.near.values() for item in values]
        ends = [*([-1] if low is None else [low, low + 1]), *([] if high is None else [high])]
        pool = [*some(stream, numbers(held), 6), *some(stream, numbers(self._constants[slot.tool]), 6), *ends, *some(stream, _NUMBERS, 3)]
        value = stream.choice(pool) + stream.choice((0, 0, 0, 1, -1))
        value = int(value) if schema.get("type") == "integer" else value + stream.choice((0, 0, 0, *_FRACTIONS))
        return value if (low is None or low <= value) and (high is None or value <= high) else stream.choice(ends)

    def _text(self, stream: Random, slot: Slot) -> Any:
        """A key, a date, a text of the rows or a word of one, or something made up."""
        keys = self._keys_of(slot)
        form = slot.schema.get("format", "")
        if keys:
            return stream.choice(keys) if stream.random() < 0.95 else unknown(stream.choice(keys), slot.schema)
        is_called_date = not form and slot.name.rpartition("_")[2] in ("date", "day", "on") and stream.random() < 0.8
        if form in ("date", "date-time") or is_called_date:
            return self._date(stream, slot, form)
        if slot.schema.get("pattern") and stream.random() < _OF_PATTERN and (made := self._of_pattern(stream, slot)) is not None:
            return made
        if any(part in slot.name.lower() for part in _ORDERS) and stream.random() < _ORDERED:
            return stream.choice((stream.choice(list(slot.near) or [slot.name]), stream.choice(("asc", "desc"))))
        if (found := self._found(stream, slot)) is not None:
            return found
        told = [item for item in self._constants[slot.tool] if isinstance(item, str)]
        if told and stream.random() < _TOLD:
            return stream.choice(told)
        held = [value for value in fitting(slot.name, slot.near) or fitting(slot.name, self.facts.names) if isinstance(value, str)]
        texts = held or [item for values in slot.near.values() for item in values if isinstance(item, str) and item.strip()]
        if texts and stream.random() < 0.7:
            chosen: str = stream.choice(texts)
            word: str = stream.choice(chosen.split() or [chosen])
            return stream.choice((chosen, chosen, chosen, word) if held else (chosen, word, word[:1], word[:3]))
        made = stream.choice(self._made_up(stream, slot, form))
        return made if fits(slot.schema, made) else self._of_pattern(stream, slot) or made

    def _found(self, stream: Random, slot: Slot) -> str | None:
        """Words that are found where a parameter is searched for, often one that several rows have."""
        rows = self._tables.get(self._searched[slot.tool].get(slot.name, ""), [])[:_SAMPLE]
        return word_of(stream, rows) if rows and stream.random() < _HELD else None

    def _of_pattern(self, stream: Random, slot: Slot) -> Any:
        """A text of the form that a schema asks for, if one is found."""
        with suppress(Unfit):
            return Drawer(self._mock.tools[slot.tool].parameters, stream, self._today.isoformat(), no_hints).value(slot.schema, slot.name, 1)
        return None

    def _made_up(self, stream: Random, slot: Slot, form: str) -> list[Any]:
        constants = self._constants[slot.tool]
        lengths = ["x" * int(number) for number in numbers(constants) if 0 < number < _LONGEST]
        texts = [item for item in constants if isinstance(item, str)]
        signs = [f"a{sign}b" for sign in dict.fromkeys("".join(texts)) if not sign.isalnum()]
        return [*slot.schema.get("examples", ()), *_FORMATS.get(form, _WORDS), *some(stream, texts, 5), *some(stream, lengths, 2), *some(stream, signs, 2)]

    def _keys_of(self, slot: Slot) -> list[Any]:
        """Values that rows are looked up with here, near ones where there are any."""
        places = self._lookups[slot.tool].get(slot.name, ())
        known = {value: None for place in places for value in self._column(*place)}
        named = [value for entity, field in places for value in slot.near.get(field or self._key_of(entity), ())]
        named = [value for value in named if isinstance(value, (str, int))]
        near = named or [value for value in fitting(slot.name, slot.near) if value in known or value not in self._old] if known else []
        return near or list(known)

    def _key_of(self, entity: str) -> str:
        """The last field of the key of an entity."""
        return next(iter(reversed(declared.keys(self._mock, entity))), "")

    def _column(self, entity: str, field: str) -> dict[Any, None]:
        """The texts and numbers in a field of the rows of the start; without a name, in the last field of the key."""
        if (entity, field) not in self._columns:
            name = field or self._key_of(entity)
            held = [row.get(name) for row in self._tables.get(entity, ())]
            self._columns[entity, field] = dict.fromkeys(value for value in held if isinstance(value, (str, int)))
        return self._columns[entity, field]

    def _date(self, stream: Random, slot: Slot, form: str) -> str:
        """A day some days from today or from a date of the rows, or as many as a constant of the tool says; now and then what a row holds."""
        same = [item for item in fitting(slot.name, slot.near) if day(item) is not None and fits(slot.schema, item)]
        if same and stream.random() < _HELD:
            return str(stream.choice(same))
        hints = [int(number) for number in numbers(self._constants[slot.tool]) if abs(number) < _FAR]
        held = [known for values in slot.near.values() for item in values if (known := day(item)) is not None]
        start = stream.choice(held) if held and stream.random() < 0.5 else self._today
        shift = stream.choice(hints) + stream.choice((-1, 0, 1)) if hints and stream.random() < 0.4 else stream.choice(_DAYS)
        text = (start + timedelta(days=shift)).isoformat()
        return f"{text}T{stream.choice(('09:00:00', '15:30:00'))}Z" if form == "date-time" else text
