"""Several JSON Schemas as one: what `$ref`, `allOf`, `anyOf`, `oneOf` and `if` say together, with one choice made at each fork."""

from __future__ import annotations

from collections.abc import Callable
from math import lcm
from random import Random
from typing import Any

from gem_sim.worlds.canonical import same

MAX_PARTS = 80
_COMBINING = {"$ref", "allOf", "anyOf", "oneOf", "if"}
Schema = dict[str, Any]


class Unfit(Exception):
    """No value fits, or none was found within bounds."""


def flat(schema: Any, root: Schema, stream: Random) -> Schema:
    """One schema without combinations. Branches are drawn from the stream. Raises Unfit where the parts contradict each other."""
    if isinstance(schema, dict) and not _COMBINING & schema.keys():
        return schema
    waiting: list[Any] = [schema]
    made: Schema = {}
    for _ in range(MAX_PARTS):
        if not waiting:
            return made
        part = waiting.pop(0)
        if part is False:
            raise Unfit("nothing fits false")
        if isinstance(part, dict):
            part = dict(part)
            waiting = [*_inner(part, root, stream), *waiting]
            made = merged(made, part)
    raise Unfit("more parts than are read")


def _inner(part: Schema, root: Schema, stream: Random) -> list[Any]:
    """The schemas that a part refers to; their keywords are taken out of it."""
    found = [resolved(root, part.pop("$ref"))] if "$ref" in part else []
    found += part.pop("allOf", None) or []
    for word in ("anyOf", "oneOf"):
        options = part.pop(word, None)
        if isinstance(options, list) and options:
            found.append(_branch(options, stream))
    if "if" in part:
        condition, then, other = (part.pop(word, True) for word in ("if", "then", "else"))
        found += [condition, then] if stream.random() < 0.5 else [other]
    return found


def _branch(options: list[Any], stream: Random) -> Any:
    """One of the options; null only where it is the only one."""
    telling = [option for option in options if option is not False and not (isinstance(option, dict) and option.get("type") == "null")]
    return stream.choice(telling or options)


def resolved(root: Schema, reference: Any) -> Any:
    """What a `#/...` reference, or one to an `$id` or `$anchor`, leads to. Raises Unfit for one that leads nowhere."""
    if not isinstance(reference, str) or not reference.startswith("#"):
        raise Unfit(f"{reference!r:.80} leads out of the schema")
    here: Any = root
    for step in reference[1:].split("/")[1:]:
        word = step.replace("~1", "/").replace("~0", "~").replace("%25", "%")
        if isinstance(here, dict) and word in here:
            here = here[word]
        elif isinstance(here, list) and word.isdigit() and int(word) < len(here):
            here = here[int(word)]
        else:
            raise Unfit(f"{reference!r:.80} leads nowhere")
    if reference[1:] and not reference[1:].startswith("/"):
        return _anchored(root, reference[1:])
    return here


def _anchored(root: Schema, anchor: str) -> Any:
    places = [group for word in ("$defs", "definitions") if isinstance(group := root.get(word), dict)]
    for group in places:
        for schema in group.values():
            if isinstance(schema, dict) and schema.get("$anchor") == anchor:
                return schema
    raise Unfit(f"#{anchor:.80} leads nowhere")


def merged(one: Schema, other: Schema) -> Schema:
    """What both schemas ask for. Raises Unfit where no value can fit both."""
    made = dict(one)
    for word, value in other.items():
        made[word] = _MERGE[word](made[word], value) if word in made and word in _MERGE else made.get(word, value)
    return made


def _both(one: Any, other: Any) -> Any:
    if one is True or other is True:
        return other if one is True else one
    return False if one is False or other is False else {"allOf": [one, other]}


def _each(one: Schema, other: Schema) -> Schema:
    return {name: _both(one.get(name, True), other.get(name, True)) for name in {**one, **other}}


def _common(one: list[Any], other: list[Any]) -> list[Any]:
    left = [value for value in one if any(same(value, option) for option in other)]
    if not left:
        raise Unfit("no value is in both lists")
    return left


def types(schema: Schema) -> list[str]:
    """The types that a schema names, none where it leaves them open."""
    named = schema.get("type")
    return [named] if isinstance(named, str) else [name for name in named or [] if isinstance(name, str)]


def _types(one: Any, other: Any) -> list[str]:
    mine, theirs = types({"type": one}), types({"type": other})
    left = [name for name in mine if name in theirs or (name == "integer" and "number" in theirs)]
    left += [name for name in theirs if name == "integer" and "number" in mine and name not in left]
    if not left:
        raise Unfit("no type is in both")
    return left


def _const(one: Any, other: Any) -> Any:
    if not same(one, other):
        raise Unfit("two constants")
    return one


def _multiple(one: Any, other: Any) -> Any:
    return lcm(one, other) if isinstance(one, int) and isinstance(other, int) else max(one, other)


_MERGE: dict[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"), min),
    **dict.fromkeys(("properties", "patternProperties", "dependentSchemas"), _each),
    **dict.fromkeys(("additionalProperties", "propertyNames", "contains", "unevaluatedProperties"), _both),
    "items": lambda one, other: _both(one, other) if not isinstance(one, list) and not isinstance(other, list) else other,
    "required": lambda one, other: list(dict.fromkeys([*one, *other])),
    "enum": _common,
    "const": _const,
    "type": _types,
    "uniqueItems": lambda one, other: one or other,
    "multipleOf": _multiple,
}
