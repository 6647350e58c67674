"""What the operators of the expression language mean on JSON values. Total: what does not fit raises Unusable.

Results are canonical like their operands: a whole float becomes an int.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from operator import add as plus
from operator import floordiv, mod, mul, sub, truediv
from typing import Any

from gem_sim.worlds.canonical import MAX_ITEMS, MAX_NUMBER, MAX_TEXT, same
from gem_sim.worlds.language.errors import Unusable

NUMBERS = (int, float)
KEYS = (str, int, float, type(None))
Binary = Callable[[Any, Any], Any]


def orderable(a: Any, b: Any) -> bool:
    """Whether two values can be put in order: two numbers or two strings."""
    kind, other = type(a), type(b)
    return (kind is str and other is str) or (kind in NUMBERS and other in NUMBERS)


def within(item: Any, box: Any) -> bool:
    """`item in box` for a text in a text, a key in an object, an element in a list; false for anything else."""
    if isinstance(box, (str, dict)):
        return isinstance(item, str) and item in box
    return isinstance(box, list) and any(same(item, other) for other in box)


COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: same,
    ast.NotEq: lambda a, b: not same(a, b),
    ast.Lt: lambda a, b: orderable(a, b) and a < b,
    ast.LtE: lambda a, b: orderable(a, b) and a <= b,
    ast.Gt: lambda a, b: orderable(a, b) and a > b,
    ast.GtE: lambda a, b: orderable(a, b) and a >= b,
    ast.In: within,
    ast.NotIn: lambda a, b: not within(a, b),
    ast.Is: lambda a, b: a is None and b is None,
    ast.IsNot: lambda a, b: not (a is None and b is None),
}


def add(a: Any, b: Any) -> Any:
    """`+` of two numbers, two texts or two lists."""
    if isinstance(a, list) and isinstance(b, list):
        if len(a) + len(b) > MAX_ITEMS:
            raise Unusable(f"+: result is longer than {MAX_ITEMS}")
        return a + b
    if isinstance(a, str) and isinstance(b, str) and len(a) + len(b) <= MAX_TEXT:
        return a + b
    return _sum(a, b)


def settled(value: Any, name: str) -> Any:
    """A computed number in its canonical form. Raises Unusable where it is too large or none."""
    if not -MAX_NUMBER <= value <= MAX_NUMBER:  # false for NaN too
        raise Unusable(f"{name}: result is over {MAX_NUMBER}")
    return int(value) if type(value) is float and value.is_integer() else value


def _calculator(work: Binary, sign: str) -> Binary:
    """`work` on two numbers, with a bounded result."""

    def calculate(a: Any, b: Any) -> Any:
        if type(a) not in NUMBERS or type(b) not in NUMBERS:
            raise Unusable(f"{sign}: expected two numbers, got {type(a).__name__} and {type(b).__name__}")
        try:
            return settled(work(a, b), sign)
        except ZeroDivisionError:
            raise Unusable(f"{sign}: division by zero") from None

    return calculate


_sum = _calculator(plus, "+")
BINARY: dict[type[ast.operator], Binary] = {
    ast.Add: add,
    ast.Sub: _calculator(sub, "-"),
    ast.Mult: _calculator(mul, "*"),
    ast.Div: _calculator(truediv, "/"),
    ast.FloorDiv: _calculator(floordiv, "//"),
    ast.Mod: _calculator(mod, "%"),
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
    if isinstance(value, str) and type(at) is int:
        return value[at] if -len(value) <= at < len(value) else None
    if isinstance(value, dict) and isinstance(at, str):
        return value.get(at)
    if value is None:
        return None
    raise Unusable(f"[...]: expected a list with a number or an object with a string, got {type(value).__name__}")


def cut(value: Any, start: Any, stop: Any) -> Any:
    """A stretch of a list or text, as `value[start:stop]` in Python; null for null."""
    if value is None:
        return None
    if not isinstance(value, (list, str)) or any(bound is not None and type(bound) is not int for bound in (start, stop)):
        raise Unusable("[:]: expected a list or text and whole numbers")
    return value[start:stop]


def plain(value: Any) -> Any:
    """A value as a row key: lists and objects, which no key is, by their text."""
    return value if type(value) in KEYS else repr(value)
