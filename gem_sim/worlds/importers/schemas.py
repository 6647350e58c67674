"""Schemas from anywhere as plain JSON Schemas of the 2020-12 dialect: references written out, `allOf` put together, nothing in them that does not hold.

What cannot be taken over is dropped with a diagnostic. Time and size are bounded whatever comes in: cycles are cut where
they close, and a schema may have so many parts and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import jsonschema_rs

from gem_sim.worlds.canonical import same
from gem_sim.worlds.diagnostics import Notes
from gem_sim.worlds.importers.words import INSIDE, PAIRS, PLAIN, SAME_VALUE, Refused, literal, number, pattern, shown, types, whole
from gem_sim.worlds.schema.merge import Unfit, merged

Schema = dict[str, Any]

MAX_PARTS = 4_000
"""Schemas in the parameters of one tool, references written out."""
MAX_DEPTH = 24
MAX_ENUM = 1_000
MAX_EXAMPLES = 5
_MAX_HOPS = 50


class Cleaner:
    """Cleans the schemas of one source. `$ref` is looked up in `root`; properties marked with `hidden` are left out; `large` is the code of what is cut."""

    def __init__(self, root: Any, notes: Notes, hidden: str = "", large: str = "schema.large") -> None:
        self.root = root
        self.notes = notes
        self.hidden = hidden
        self._large = large
        self._left = 0
        self._told = False

    def clean(self, schema: Any, where: str, parts: int = MAX_PARTS) -> Schema:
        """A plain schema that asks for what `schema` asks for, of at most so many parts."""
        self._left = parts
        self._told = False
        return self._schema(schema, where, 0, ())

    def _cut(self, where: str, why: str) -> Schema:
        """Anything may stand where a schema has grown too large, which is said once."""
        if not self._told:
            self.notes.add(self._large, where, why)
        self._told = True
        return {}

    def _schema(self, schema: Any, where: str, depth: int, trail: tuple[int, ...]) -> Schema:
        if schema is True or schema is None:
            return {}
        if schema is False:
            return {"not": {}}
        if not isinstance(schema, dict):
            self.notes.add("schema.keyword", where, f"expected a schema, got {shown(schema)}")
            return {}
        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH:
            return self._cut(where, "nested too deep" if depth > MAX_DEPTH else "too many parts")
        if isinstance(schema.get("$ref"), str):
            return self._referred(schema, where, depth, trail)
        return self._own(schema, where, depth, trail)

    def _referred(self, schema: Schema, where: str, depth: int, trail: tuple[int, ...]) -> Schema:
        """What `$ref` leads to, with what stands beside it."""
        beside = self._own({name: value for name, value in schema.items() if name != "$ref"}, where, depth, trail) if len(schema) > 1 else {}
        target = self.resolve(schema["$ref"], where)
        if id(target) in trail:
            self.notes.add("schema.cycle", where, f"{schema['$ref'][:80]} holds itself")
            return {**_type_of(target), **beside}
        return self._together(beside, self._schema(target, where, depth + 1, (*trail, id(target))), where)

    def resolve(self, reference: Any, where: str) -> Any:
        """The value that a local reference leads to, through further references. None with a diagnostic where there is none."""
        value: Any = {"$ref": reference}
        for _ in range(_MAX_HOPS):
            if not (isinstance(value, dict) and isinstance(value.get("$ref"), str)) or len(value) > 1:
                return value
            reference = value["$ref"]
            if not reference.startswith("#"):
                self.notes.add("schema.reference", where, f"{whole(reference)[:80]!r} leads out of the file")
                return None
            value = self._at(unquote(reference[1:]))
            if value is None:
                break
        self.notes.add("schema.reference", where, f"{whole(reference)[:80]!r} leads nowhere")
        return None

    def _at(self, pointer: str) -> Any:
        value = self.root if pointer[:1] in ("", "/") else None
        for step in pointer.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(value, dict):
                value = value.get(name)
            elif isinstance(value, list) and name.isascii() and name.isdigit() and int(name[:9]) < len(value):
                value = value[int(name[:9])]
            else:
                return None
        return value

    def _own(self, schema: Schema, where: str, depth: int, trail: tuple[int, ...]) -> Schema:
        """A schema without its `$ref`, keyword by keyword."""
        made: Schema = {}
        for name, read in (("type", types), *PLAIN.items()):
            if name in schema:
                self._take(made, name, read, schema[name], where)
        self._numbers(schema, made, where)
        self._texts(schema, made, where)
        for name, value in self._inside(schema, where, depth + 1, trail):
            made[name] = value
        for at, part in enumerate(self._list(schema, "allOf", where)):
            made = self._together(made, self._schema(part, f"{where}.allOf[{at}]", depth + 1, trail), where)
        if schema.get("unevaluatedProperties") is False and "properties" in made:
            made.setdefault("additionalProperties", False)
        return self._checked(made, schema, where)

    def _take(self, made: Schema, name: str, read: Any, value: Any, where: str) -> None:
        try:
            made[name] = read(value)
        except Refused as refused:
            if not (name == "required" and isinstance(value, bool)):  # an old habit, which says nothing here
                self.notes.add("schema.pattern" if name == "pattern" else "schema.keyword", f"{where}.{name}", str(refused))

    def _numbers(self, schema: Schema, made: Schema, where: str) -> None:
        """Exclusive bounds, also as the truth values that they were once."""
        for name, plain in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            value = schema.get(name)
            if value is True and plain in made:
                made[name] = made.pop(plain)
            elif name in schema and not isinstance(value, bool):
                self._take(made, name, number, value, where)

    def _texts(self, schema: Schema, made: Schema, where: str) -> None:
        """Patterns and lists of values."""
        if "pattern" in schema:
            self._take(made, "pattern", pattern, schema["pattern"], where)
        if "enum" in schema:
            self._enum(schema["enum"], made, where)
        given = schema["examples"] if isinstance(schema.get("examples"), list) else [schema["example"]] if "example" in schema else []
        if given:
            self._take(made, "examples", lambda values: [literal(value) for value in values], given[:MAX_EXAMPLES], where)

    def _enum(self, values: Any, made: Schema, where: str) -> None:
        if not isinstance(values, list) or not 0 < len(values) <= MAX_ENUM:
            many = f"{len(values)} values" if isinstance(values, list) else shown(values)
            self.notes.add("schema.enum", f"{where}.enum", f"{many}; expected a list of 1 to {MAX_ENUM}")
            return
        kept: Schema = {}
        self._take(kept, "enum", lambda listed: [literal(value) for value in listed], values, where)
        allowed = kept.get("enum", [])
        unique: dict[tuple[type, str], Any] = {}
        for value in allowed:
            unique.setdefault((type(value), str(value)), value)
        made |= {"enum": list(unique.values())} if unique else {}

    def _inside(self, schema: Schema, where: str, depth: int, trail: tuple[int, ...]) -> Iterator[tuple[str, Any]]:
        """The keywords that hold schemas, except `allOf`."""
        for name in ("properties", "patternProperties", "dependentSchemas"):
            if isinstance(schema.get(name), dict):
                yield name, dict(self._named(schema[name], name, f"{where}.{name}", depth, trail))
            elif name in schema:
                self.notes.add("schema.keyword", f"{where}.{name}", f"expected an object, got {shown(schema[name])}")
        for name in (*SAME_VALUE, *INSIDE):
            if name in schema:
                closed = name == "additionalProperties" and isinstance(schema[name], bool)
                yield name, schema[name] if closed else self._schema(schema[name], f"{where}.{name}", depth, trail)
        listed = schema.get("items")
        tuples = schema.get("prefixItems") or (listed if isinstance(listed, list) else None)
        if isinstance(tuples, list) and tuples:
            yield "prefixItems", [self._schema(part, f"{where}.items[{at}]", depth, trail) for at, part in enumerate(tuples)]
        if "items" in schema and not isinstance(listed, list):
            yield "items", self._schema(listed, f"{where}.items", depth, trail)
        for name in ("anyOf", "oneOf"):
            branches = [self._schema(part, f"{where}.{name}[{at}]", depth, trail) for at, part in enumerate(self._list(schema, name, where))]
            if branches:
                yield name, branches

    def _list(self, schema: Schema, name: str, where: str) -> list[Any]:
        value = schema.get(name, [])
        if isinstance(value, list):
            return value
        self.notes.add("schema.keyword", f"{where}.{name}", f"expected a list of schemas, got {shown(value)}")
        return []

    def _named(self, parts: dict[Any, Any], word: str, where: str, depth: int, trail: tuple[int, ...]) -> Iterator[tuple[str, Schema]]:
        for name, part in parts.items():
            if self._left <= 0:
                self._cut(where, f"too many parts; {whole(str(name))[:60]!r} and those after it were left out")
                return
            if word == "patternProperties":
                kept: Schema = {}
                self._take(kept, "pattern", pattern, name, where)
                if not kept:
                    continue
            if not (self.hidden and isinstance(part, dict) and part.get(self.hidden) is True):
                yield whole(str(name)), self._schema(part, f"{where}.{whole(str(name))[:80]}", depth, trail)

    def _together(self, one: Schema, other: Schema, where: str) -> Schema:
        """Two clean schemas as one; the first has its say where they cannot both hold."""
        try:
            return self._folded(merged(one, other), where)
        except Unfit as unfit:
            self.notes.add("schema.bounds", where, f"parts of allOf contradict each other ({unfit})")
            return {**other, **one}

    def _folded(self, schema: Schema, where: str) -> Schema:
        """Put together what two parts say of one property, as far as they both say something."""
        for holder in (schema.get("properties", {}), schema):
            for name, part in holder.items():
                if isinstance(part, dict) and len(part.get("allOf", ())) == 2:
                    one, other = part["allOf"]
                    holder[name] = self._together(one, other, f"{where}.{name}")
        return _short(schema)

    def _checked(self, made: Schema, source: Schema, where: str) -> Schema:
        """Take out what contradicts itself; give types the short spelling."""
        if source.get("nullable") is True and "type" in made:
            made["type"] = list(dict.fromkeys([*_listed(made["type"]), "null"]))
            made |= {"enum": [*made["enum"], None]} if None not in made.get("enum", [None]) else {}
        for low, high in PAIRS:
            if low in made and high in made and made[low] > made[high]:
                self.notes.add("schema.bounds", where, f"{low} {made.pop(low)} is above {high} {made.pop(high)}")
        if "required" in made and "properties" in made:
            self._required(made, where)
        if {"enum", "default", "examples"} & made.keys():
            self._fitting(made, where)
        return _short({name: value for name, value in made.items() if value != [] or name not in ("required", "examples")})

    def _required(self, made: Schema, where: str) -> None:
        hidden = set(made["required"]) - set(made["properties"])
        made["required"] = [name for name in made["required"] if name in made["properties"]]
        if hidden and not self.hidden:
            self.notes.add("schema.required", where, f"required {', '.join(sorted(hidden))[:120]} not among the properties")

    def _fitting(self, made: Schema, where: str) -> None:
        """Drop values that the schema itself refuses."""
        judge = _judge({name: value for name, value in made.items() if name not in ("enum", "default", "examples")})
        if "enum" in made and not (left := [value for value in made["enum"] if judge(value)]):
            if made.get("type") == ["array"] and "enum" not in made.get("items", {}):  # what the elements may be, said one level too high
                made["items"] = {**made.get("items", {}), "enum": made.pop("enum")}
            else:
                self.notes.add("schema.enum", f"{where}.enum", f"no value of it is of the type {made.pop('type', None)!r}, which was dropped")
        elif "enum" in made:
            made["enum"] = left

        def good(name: str, given: list[Any]) -> list[Any]:
            left = [value for value in given if judge(value) and ("enum" not in made or any(same(value, one) for one in made["enum"]))]
            if len(left) < len(given) and given != [None]:  # a default of null says what leaving it away says
                self.notes.add("schema.default" if name == "default" else "schema.example", f"{where}.{name}", f"{shown(given[0])} does not fit")
            return left

        if "default" in made and not good("default", [made["default"]]):
            del made["default"]
        if "examples" in made:
            made["examples"] = good("examples", made["examples"])


def _judge(schema: Schema) -> Callable[[Any], bool]:
    try:
        return jsonschema_rs.validator_for(schema, validate_formats=True).is_valid
    except (ValueError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError):
        return lambda _: True  # a pattern that only Python reads


def _listed(named: str | list[str]) -> list[str]:
    return [named] if isinstance(named, str) else named


def _short(schema: Schema) -> Schema:
    """A list with one type in it as the type."""
    named = schema.get("type")
    return {**schema, "type": named[0]} if isinstance(named, list) and len(named) == 1 else schema


def _type_of(target: Any) -> Schema:
    """What is left of a schema where it is cut."""
    named = target.get("type") if isinstance(target, dict) else None
    try:
        return {"type": types(named)[0]}
    except Refused:
        return {"type": "object"} if isinstance(target, dict) and "properties" in target else {}
