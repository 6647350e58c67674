"""The keywords of JSON Schema one by one: which values each can have, and what becomes of old and foreign spellings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gem_sim.worlds.validation.patterns import searcher

TYPES = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})
ALIASES = {
    **dict.fromkeys(("str", "text", "file", "date", "datetime", "date-time", "uuid", "enum", "char"), "string"),
    **dict.fromkeys(("int", "long", "int32", "int64", "short"), "integer"),
    **dict.fromkeys(("float", "double", "decimal"), "number"),
    "bool": "boolean",
    **dict.fromkeys(("list", "tuple", "set"), "array"),
    **dict.fromkeys(("dict", "map", "hash"), "object"),
    **dict.fromkeys(("none", "nil"), "null"),
}
"""Type names that are none, and what their writers mean."""
ANY = frozenset({"any", "Any", "mixed"})
MAX_TEXT = 8_000
"""Characters of a description."""
_MAX_LITERAL = 200
_MAX_LITERAL_DEPTH = 30


class Refused(ValueError):
    """A value that a keyword cannot have; the text says why."""


def text(value: Any) -> str:
    """A text without halves of characters."""
    if not isinstance(value, str):
        raise Refused(f"expected a text, got {shown(value)}")
    return whole(value)[:MAX_TEXT]


def whole(value: str) -> str:
    """A text in which no half of a character (a lone surrogate) stands."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def shown(value: Any) -> str:
    """A value as a message shows it; of lists and objects only what they are, because they may be without end."""
    if value is None:
        return "nothing"
    if isinstance(value, (dict, list, tuple, set)):
        return {dict: "an object", list: "a list"}.get(type(value), f"a {type(value).__name__}")
    return repr(value)[:60]


def literal(value: Any) -> Any:
    """A JSON value that stands for itself, as under `default`. Raises Refused for what is none, or is too large."""
    left = _MAX_LITERAL

    def copied(part: Any, depth: int) -> Any:
        nonlocal left
        left -= 1
        if left < 0 or depth > _MAX_LITERAL_DEPTH:
            raise Refused("a value that is too large or too deep")
        if isinstance(part, str):
            return whole(part)
        if isinstance(part, dict):
            return {whole(str(name)): copied(item, depth + 1) for name, item in part.items()}
        if isinstance(part, (list, tuple)):
            return [copied(item, depth + 1) for item in part]
        if part is None or isinstance(part, bool):
            return part
        return number(part)

    return copied(value, 0)


def number(value: Any) -> float:
    """A finite number that JSON readers agree on."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= 2**63:  # false for NaN
        raise Refused(f"expected a number, got {shown(value)}")
    return value


def positive(value: Any) -> float:
    """A number over zero."""
    if number(value) <= 0:
        raise Refused(f"expected a number over 0, got {value}")
    return value  # type: ignore[no-any-return]


def count(value: Any) -> int:
    """A whole number from zero."""
    if number(value) != int(value) or value < 0:
        raise Refused(f"expected a whole number from 0, got {value}")
    return int(value)


def flag(value: Any) -> bool:
    """A truth value."""
    if not isinstance(value, bool):
        raise Refused(f"expected true or false, got {shown(value)}")
    return value


def pattern(value: Any) -> str:
    """A regular expression that can be searched in bounded time."""
    expression = text(value)
    try:
        searcher(expression)
    except ValueError as error:
        raise Refused(str(error)) from None
    return expression


def dependent(value: Any) -> dict[str, list[str]]:
    """Names that each name asks for."""
    if not isinstance(value, dict):
        raise Refused(f"expected an object of lists of names, got {shown(value)}")
    return {whole(str(name)): names(listed) for name, listed in value.items()}


def names(value: Any) -> list[str]:
    """A list of different names."""
    if not isinstance(value, (list, tuple)) or not all(isinstance(name, str) for name in value):
        raise Refused(f"expected a list of names, got {shown(value)}")
    return list(dict.fromkeys(whole(name) for name in value))


def types(value: Any) -> list[str]:
    """The types under `type`, foreign spellings put right."""
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, (list, tuple)) or not all(isinstance(name, str) for name in listed):
        raise Refused(f"expected a type, got {shown(value)}")
    if ANY.intersection(listed):
        return sorted(TYPES - {"integer"})
    meant = [ALIASES.get(name.lower(), name.lower()) for name in listed]
    if not meant or not TYPES.issuperset(meant):
        raise Refused(f"expected one of {', '.join(sorted(TYPES))}, got {', '.join(listed)[:60]!r}")
    return list(dict.fromkeys(meant))


PLAIN: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("title", "description", "format", "contentEncoding", "contentMediaType"), text),
    **dict.fromkeys(("minimum", "maximum"), number),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains"), count),
    **dict.fromkeys(("uniqueItems", "deprecated", "readOnly", "writeOnly"), flag),
    "multipleOf": positive,
    "required": names,
    "dependentRequired": dependent,
    "const": literal,
    "default": literal,
}
"""Keywords that hold no schema and are judged by themselves."""
PAIRS = (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties"), ("minContains", "maxContains"))
"""Keywords of which the first must not be above the second."""
SAME_VALUE = ("not", "if", "then", "else")
"""Keywords with one schema for the same value."""
INSIDE = ("additionalProperties", "contains", "propertyNames")
"""Keywords with one schema for values inside."""
