"""Draws values that fit a JSON Schema: plausible ones, at a bounded cost, from a named stream.

A drawn value fits in all but rare corners (`not`, two patterns at once, overlapping `oneOf`); who asks validates and draws again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from math import ceil, floor, inf
from random import Random
from typing import Any

from gem_sim.worlds.canonical import MAX_NUMBER, same
from gem_sim.worlds.schema import texts
from gem_sim.worlds.schema.leaves import bounds, fits, number_of
from gem_sim.worlds.schema.merge import Schema, Unfit, flat, types
from gem_sim.worlds.schema.patterns import Unsupported, text_for

MAX_DEPTH = 16
MAX_PARTS = 15_000
_DEEP = 5
"""Below this depth nothing optional is written any more, so that a schema that holds itself comes to an end."""
_PICKED = 5
"""So many known values are tried before one is made up."""
_STRONG = ("Spring-2026!x", "A1b2C3d4!", "spring-2026", "20260315", "SPRING")
"""Texts to try where a pattern cannot be read."""

Hints = Callable[[str, Schema], list[Any]]
"""Values that a parameter of that name may take, such as what rows hold in a field of the name."""


def no_hints(_: str, __: Schema) -> list[Any]:
    """Knows of no values."""
    return []


class Drawer:
    """Draws values for one root schema. `today` is where dates lie after; `share` of the optional properties are written."""

    def __init__(self, root: Schema, stream: Random, today: str, hints: Hints, share: float = 0.5) -> None:
        self.root = root
        self.stream = stream
        self.today = today
        self.hints = hints
        self.share = share
        self.parts = 0

    def value(self, schema: Any, name: str = "", depth: int = 0) -> Any:
        """A value for `schema`, the one of a parameter or field called `name`. Raises Unfit where none was found."""
        self.parts += 1
        if depth > MAX_DEPTH or self.parts > MAX_PARTS:
            raise Unfit("deeper or larger than is drawn")
        made = flat(schema, self.root, self.stream)
        if "const" in made:
            return made["const"]
        if "enum" in made:
            return self._option(made)
        if not _is_compound(made):
            examples = _examples(made) if self.stream.random() < 0.8 else []
            for known in (self.hints(name, made), examples):
                for value in self.stream.sample(known, min(_PICKED, len(known))):
                    if fits(made, value):
                        return value
        return self._of_type(made, name, depth)

    def _option(self, schema: Schema) -> Any:
        """One of the listed values, null only where it is the only one; those that an example repeats are as good as others."""
        options = [option for option in schema["enum"] if fits(schema, option)]
        if not options:
            raise Unfit("no listed value fits")
        return self.stream.choice([option for option in options if option is not None] or options)

    def _of_type(self, schema: Schema, name: str, depth: int) -> Any:
        kind = self._type(schema)
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, name, depth)
        if kind in ("integer", "number"):
            return self._number(schema, name, whole=kind == "integer")
        if kind == "boolean":
            return self.stream.random() < 0.5
        return None if kind == "null" else self._text(schema, name)

    def _type(self, schema: Schema) -> str:
        named = [kind for kind in types(schema) if kind != "null"]
        if types(schema):
            return self.stream.choice(named) if named else "null"
        return next((kind for word, kind in _TELLING.items() if word in schema), "string")

    def _text(self, schema: Schema, name: str) -> str:
        least, most = number_of(schema.get("minLength"), 0), number_of(schema.get("maxLength"), inf)
        if least > most:
            raise Unfit("minLength is over maxLength")
        if isinstance(schema.get("pattern"), str):
            return self._patterned(schema["pattern"], least, most)
        form = schema.get("format")
        made = texts.of_format(form, self.stream, self.today) if isinstance(form, str) else None
        return _sized(made or texts.by_name(name, self.stream, self.today), least, most)

    def _patterned(self, pattern: str, least: int, most: float) -> str:
        for wanted in (max(least, 6), least):
            with suppress(Unsupported):
                text = text_for(pattern, self.stream, int(min(wanted, most)))
                if least <= len(text) <= most and fits({"pattern": pattern}, text):
                    return text
        known = [text for text in _STRONG if least <= len(text) <= most and fits({"pattern": pattern}, text)]
        if not known:
            raise Unfit("no text for the pattern was found")
        return self.stream.choice(known)

    def _number(self, schema: Schema, name: str, *, whole: bool) -> float:
        low, high = bounds(schema)
        step = schema.get("multipleOf")
        if isinstance(step, (int, float)) and step > 0:
            return self._multiple(Decimal(str(step)), low, high, whole=whole)
        usual = texts.span(name)
        start = max(low, usual[0]) if max(low, usual[0]) <= min(high, usual[1]) else low if low > -inf else min(high, 1)
        end = min(high, usual[1] if usual[1] >= start else start + 11)
        if start > end or abs(start) > MAX_NUMBER:
            raise Unfit("no number is within the bounds")
        if floor(end) >= ceil(start) and (whole or self.stream.random() < 0.6):
            return self.stream.randint(ceil(start), floor(end))
        if whole:
            raise Unfit("no whole number is within the bounds")
        drawn = round(self.stream.uniform(start, end), 2)
        return drawn if start <= drawn <= end else (start + end) / 2

    def _multiple(self, step: Decimal, low: float, high: float, *, whole: bool) -> float:
        first = ceil(Decimal(str(low)) / step) if low > -inf else min(1, floor(Decimal(str(high)) / step)) if high < inf else 1
        last = floor(Decimal(str(high)) / step) if high < inf else first + 11
        for _ in range(20 if last >= first else 0):
            made = step * self.stream.randint(first, min(last, first + 200))
            if made == int(made):
                return int(made)
            if not whole:
                return float(made)
        raise Unfit("no multiple is within the bounds")

    def _array(self, schema: Schema, name: str, depth: int) -> list[Any]:
        fixed, rest = _element_schemas(schema)
        least, most = number_of(schema.get("minItems"), 0), number_of(schema.get("maxItems"), inf)
        wanted = [schema["contains"]] * number_of(schema.get("minContains"), 1) if "contains" in schema else []
        usual = 0 if depth > _DEEP else len(fixed) or self.stream.choice((1, 1, 2, 3))
        count = int(min(max(least, usual, len(wanted)), most, MAX_PARTS))
        if rest is False:
            count = min(count, len(fixed))
        if count < least:
            raise Unfit("too few elements fit")
        made: list[Any] = []
        for at in range(count):
            each = fixed[at] if at < len(fixed) else {"allOf": [rest, wanted.pop()]} if wanted else rest
            try:
                made.append(self._element(each, name, depth, made if schema.get("uniqueItems") else []))
            except Unfit:
                if at < least:
                    raise
                break
        return made

    def _element(self, schema: Any, name: str, depth: int, taken: list[Any]) -> Any:
        for _ in range(30):
            value = self.value(schema, _one_of(name), depth + 1)
            if not any(same(value, other) for other in taken):
                return value
        changed = _varied(value, len(taken))
        if fits(flat(schema, self.root, self.stream), changed):
            return changed
        raise Unfit("no further element differs from the others")

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        properties = schema.get("properties") or {}
        needed = list(dict.fromkeys(_listed(schema.get("required"))))
        share = self.share if depth < _DEEP else 0.0
        chosen = [name for name in properties if name in needed or self.stream.random() < share]
        chosen = _with_dependents(schema, [*chosen, *(name for name in needed if name not in properties)])
        made: dict[str, Any] = {}
        for name in chosen:
            try:
                made[name] = self.value(self._property(schema, name), name, depth + 1)
            except Unfit:
                if name in needed:
                    raise
        return self._filled(schema, made, depth, needed)

    def _property(self, schema: Schema, name: str) -> Any:
        """What a property has to fit: its own schema, patterns that its name matches, or else what others have to fit."""
        own = (schema.get("properties") or {}).get(name)
        matched = [each for pattern, each in (schema.get("patternProperties") or {}).items() if _matches(pattern, name)]
        if own is None and not matched:
            return schema.get("additionalProperties", True)
        return {"allOf": [own if own is not None else True, *matched]} if matched else own

    def _filled(self, schema: Schema, made: dict[str, Any], depth: int, needed: list[str]) -> dict[str, Any]:
        """As many properties as `minProperties` asks for, not more than `maxProperties`."""
        least, most = number_of(schema.get("minProperties"), 0), number_of(schema.get("maxProperties"), inf)
        if least > MAX_PARTS:
            raise Unfit("more properties than are drawn")
        usual = 1 if not schema.get("properties") and isinstance(schema.get("additionalProperties"), dict) and self.stream.random() < self.share else 0
        names = iter([*(schema.get("properties") or {}), *self._names(schema, int(min(max(least, usual), 200)))])
        while len(made) < min(max(least, usual), most):
            name = next(names, None)
            if name is None:
                raise Unfit("too few properties fit")
            if name not in made:
                made[name] = self.value(self._property(schema, name), name, depth + 1)
        for name in [name for name in made if name not in needed][: max(0, len(made) - int(min(most, 10_000)))]:
            del made[name]
        return made

    def _names(self, schema: Schema, count: int) -> list[str]:
        """Names for properties that the schema does not list."""
        if isinstance(schema.get("propertyNames"), dict):
            drawn = [self.value({"type": "string", **schema["propertyNames"]}, "name", 1) for _ in range(3 * count)]
            return [name for name in drawn if isinstance(name, str)]
        patterns = list(schema.get("patternProperties") or {})
        if patterns and not schema.get("additionalProperties", False):
            return [self._patterned(patterns[at % len(patterns)], 4, inf) for at in range(3 * count)]
        return ["note", "label", "colour", "size", *(f"extra_{at}" for at in range(count))]


_TELLING = {
    "properties": "object",
    "required": "object",
    "additionalProperties": "object",
    "patternProperties": "object",
    "minProperties": "object",
    "items": "array",
    "prefixItems": "array",
    "contains": "array",
    "minItems": "array",
    "minimum": "number",
    "maximum": "number",
    "exclusiveMinimum": "number",
    "exclusiveMaximum": "number",
    "multipleOf": "number",
}
"""Keywords that tell the type of a schema that names none."""


def _examples(schema: Schema) -> list[Any]:
    """What a schema itself gives as examples."""
    return [*_listed(schema.get("examples")), *([schema["default"]] if schema.get("default") is not None else [])]


def _matches(pattern: Any, name: str) -> bool:
    return isinstance(pattern, str) and fits({"pattern": pattern}, name)


def _is_compound(schema: Schema) -> bool:
    return any(word in schema for word in ("properties", "items")) or bool({"object", "array"} & set(types(schema)))


def _element_schemas(schema: Schema) -> tuple[list[Any], Any]:
    """The schemas of the first elements and of all others, in either spelling."""
    items = schema.get("items", True)
    if isinstance(items, list):
        return items, schema.get("additionalItems", True)
    return _listed(schema.get("prefixItems")), items


def _with_dependents(schema: Schema, chosen: list[str]) -> list[str]:
    """The chosen properties and those that they ask for."""
    asked = {**(schema.get("dependencies") or {}), **(schema.get("dependentRequired") or {})}
    waiting = list(chosen)
    while waiting:
        further = [name for name in _listed(asked.get(waiting.pop())) if name not in chosen]
        chosen, waiting = [*chosen, *further], [*waiting, *further]
    return chosen


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _sized(text: str, least: int, most: float) -> str:
    """The text, repeated or cut to a length within the bounds."""
    if least > MAX_PARTS * 2:
        raise Unfit("longer than a text may be")
    if len(text) < least:
        text = (f"{text} " * (least // (len(text) + 1) + 1))[:least]
    text = text if len(text) <= most else text[: int(most)]
    return text if text == text.strip() else text.replace(" ", "-")


def _one_of(name: str) -> str:
    """What an element of `member_ids` is called."""
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def _varied(value: Any, count: int) -> Any:
    """Another value of the same kind."""
    if isinstance(value, str):
        return f"{value} {count + 1}"
    return value + count if isinstance(value, (int, float)) and not isinstance(value, bool) else value
