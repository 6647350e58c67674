"""What the operators of the expression language mean on JSON values. Total: what does not fit raises Unusable."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from gem_sim.worlds.canonical import MAX_ITEMS, MAX_NUMBER, MAX_TEXT, same
from gem_sim.worlds.functions import Unusable

COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: same,
    ast.NotEq: lambda a, b: not same(a, b),
    ast.Lt: lambda a, b: orderable(a, b) and a < b,
    ast.LtE: lambda a, b: orderable(a, b) and a <= b,
    ast.Gt: lambda a, b: orderable(a, b) and a > b,
    ast.GtE: lambda a, b: orderable(a, b) and a >= b,
    ast.In: lambda a, b: within(a, b),  # noqa: PLW0108  (defined below)
    ast.NotIn: lambda a, b: not within(a, b),
    ast.Is: lambda a, b: a is None and b is None,
    ast.IsNot: lambda a, b: not (a is None and b is None),
}


def orderable(a: Any, b: Any) -> bool:
    """Whether two values can be put in order: two numbers or two strings."""
    numbers = isinstance(a, (int, float)) and isinstance(b, (int, float)) and not isinstance(a, bool) and not isinstance(b, bool)
    return numbers or (isinstance(a, str) and isinstance(b, str))


def within(item: Any, box: Any) -> bool:
    """`item in box` for a text in a text, a key in an object, an element in a list; false for anything else."""
    if isinstance(box, (str, dict)):
        return isinstance(item, str) and item in box
    return isinstance(box, list) and any(same(item, other) for other in box)


def add(a: Any, b: Any) -> Any:
    """`+` of two numbers, two texts or two lists."""
    if isinstance(a, list) and isinstance(b, list):
        if len(a) + len(b) > MAX_ITEMS:
            raise Unusable(f"+: result is longer than {MAX_ITEMS}")
        return a + b
    if isinstance(a, str) and isinstance(b, str) and len(a) + len(b) <= MAX_TEXT:
        return a + b
    return arithmetic(a, b, lambda x, y: x + y, "+")


def arithmetic(a: Any, b: Any, work: Callable[[Any, Any], Any], sign: str) -> Any:
    """`work` on two numbers, with a bounded result."""
    if not orderable(a, b) or isinstance(a, str):
        raise Unusable(f"{sign}: expected two numbers, got {type(a).__name__} and {type(b).__name__}")
    try:
        value = work(a, b)
    except ZeroDivisionError:
        raise Unusable(f"{sign}: division by zero") from None
    if abs(value) > MAX_NUMBER:
        raise Unusable(f"{sign}: result is over {MAX_NUMBER}")
    return value


BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: add,
    ast.Sub: lambda a, b: arithmetic(a, b, lambda x, y: x - y, "-"),
    ast.Mult: lambda a, b: arithmetic(a, b, lambda x, y: x * y, "*"),
    ast.Div: lambda a, b: arithmetic(a, b, lambda x, y: x / y, "/"),
    ast.FloorDiv: lambda a, b: arithmetic(a, b, lambda x, y: x // y, "//"),
    ast.Mod: lambda a, b: arithmetic(a, b, lambda x, y: x % y, "%"),
}


def field(value: Any, name: str) -> Any:
    """A field of an object; null for a field of null and for an absent one."""
    if isinstance(value, dict):
        return value.get(name)
    if value is None:
        return None
    raise Unusable(f".{name}: expected an object, got {type(value).__name__}")


def element(value: Any, at: Any) -> Any:
    """An element of a list or object by position or key; null where there is none."""
    if isinstance(value, list) and isinstance(at, int) and not isinstance(at, bool):
        return value[at] if -len(value) <= at < len(value) else None
    if isinstance(value, dict) and isinstance(at, str):
        return value.get(at)
    if value is None:
        return None
    raise Unusable(f"[...]: expected a list with a number or an object with a string, got {type(value).__name__}")


def plain(value: Any) -> Any:
    """A value as a row key: lists and objects, which no key is, by their text."""
    return value if value is None or (isinstance(value, (str, int, float)) and not isinstance(value, bool)) else repr(value)
