"""Functions over numbers: rounding, bounded mathematics, statistics, arithmetic written as text."""

from __future__ import annotations

import ast
import math
import re
import statistics
from collections.abc import Callable
from typing import Any

from gem_sim.worlds.canonical import rounded
from gem_sim.worlds.language.errors import Unusable
from gem_sim.worlds.language.functions.need import Clock, Function, a_list, a_number, a_text
from gem_sim.worlds.language.operators import BINARY, settled

MAX_ARITHMETIC = 200
"""Characters of an arithmetic text; its nesting is bounded with it."""
_ARITHMETIC = re.compile(r"[0-9 .+*/()-]*")


def round_half_up(_: Clock, value: Any, decimals: Any = 0) -> Any:
    """Rounded half away from zero, as money is."""
    return rounded(a_number("round", value), int(a_number("round", decimals)) % 10)


def _computed(name: str, work: Callable[..., Any], *values: Any) -> Any:
    """A result of the mathematics library, whose errors and excesses end the call."""
    numbers = [a_number(name, value) for value in values]
    try:
        return settled(work(*numbers), name)
    except (ValueError, ZeroDivisionError, OverflowError):
        raise Unusable(f"{name}: no result for {', '.join(map(str, numbers))}") from None


def logarithm(_: Clock, value: Any, base: Any = math.e) -> Any:
    """The logarithm to a base, the natural one without."""
    return _computed("log", math.log, value) if base == math.e else _computed("log", math.log, value, base)


def _power(base: float, exponent: float) -> float:
    value = math.pow(base, exponent)  # in floating point, so that a huge power overflows at once
    return base**exponent if isinstance(base, int) and isinstance(exponent, int) and abs(value) < 1e15 and exponent >= 0 else value


def _statistic(name: str, work: Callable[[list[Any]], Any], price: int) -> Function:
    def compute(run: Clock, items: Any) -> Any:
        numbers = [a_number(name, item) for item in a_list(run, name, items)]
        run.spend(price * len(numbers))
        return settled(work(numbers), name) if numbers else None

    return compute


def total(run: Clock, items: Any) -> Any:
    """Sum of the numbers of a list, 0 for an empty one."""
    made: Any = 0
    for item in a_list(run, "sum", items):  # one by one: the built-in sum adds otherwise from one Python to the next
        made += a_number("sum", item)
    return settled(made, "sum")


def arithmetic(run: Clock, text: Any) -> Any:
    """The value of numbers, `+ - * /` and brackets written as text."""
    source = a_text(run, "arithmetic", text)
    try:
        if len(source) > MAX_ARITHMETIC or not _ARITHMETIC.fullmatch(source):
            raise ValueError
        return _value(ast.parse(source.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Unusable(f"arithmetic: {source!r:.60} is no calculation; expected numbers, + - * / and brackets") from None


def _value(node: ast.AST) -> Any:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return settled(node.value, "arithmetic")
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        value = _value(node.operand)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp) and type(node.op) in (ast.Add, ast.Sub, ast.Mult, ast.Div):
        return BINARY[type(node.op)](_value(node.left), _value(node.right))
    raise ValueError


FUNCTIONS: dict[str, Function] = {
    "round": round_half_up,
    "abs": lambda _, value: abs(a_number("abs", value)),
    "floor": lambda _, value: math.floor(a_number("floor", value)),
    "ceil": lambda _, value: math.ceil(a_number("ceil", value)),
    "sqrt": lambda _, value: _computed("sqrt", math.sqrt, value),
    "log": logarithm,
    "power": lambda _, base, exponent: _computed("power", _power, base, exponent),
    "sum": total,
    "mean": _statistic("mean", statistics.fmean, 0),
    "median": _statistic("median", statistics.median, 0),
    "stdev": _statistic("stdev", statistics.pstdev, 3),
    "arithmetic": arithmetic,
}
