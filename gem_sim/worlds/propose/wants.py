"""What a value should be: a test, and values that pass it; how a comparison says so, and what a function's result asks of its argument."""

from __future__ import annotations

import ast
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from gem_sim.worlds.canonical import ValueRefused, same
from gem_sim.worlds.language.errors import Unusable
from gem_sim.worlds.language.operators import COMPARE

_UNFIT = (Unusable, ValueRefused, ValueError, TypeError, AttributeError, OverflowError, ZeroDivisionError)
"""What a test or an inverse may raise for a value of another kind than it is made for."""


@dataclass(frozen=True, slots=True)
class Want:
    """`passes` tells a wanted value from others; `targets` are some that pass it, the most plausible first, or all that do where it is `exact`."""

    passes: Callable[[Any], bool]
    targets: tuple[Any, ...] = ()
    exact: bool = False

    def test(self, value: Any) -> bool:
        """Whether a value is wanted; one of a kind that the test is not made for is not."""
        try:
            return bool(self.passes(value))
        except _UNFIT:
            return False

    def through(self, result: Callable[[Any], Any], back: Callable[[Any], Any]) -> Want:
        """What `x` should be for `result(x)` to be as wanted; `back` finds an `x` for a result."""
        targets = []
        for target in self.targets:
            with suppress(*_UNFIT):
                targets.append(back(target))
        return Want(lambda value: self.test(result(value)), tuple(targets))


def equal(value: Any) -> Want:
    """Exactly this value."""
    return Want(lambda other: same(other, value), (value,), exact=True)


def truth(wanted: bool) -> Want:
    """Anything that counts as true, or as not true."""
    return Want(lambda value: bool(value) == wanted, (True,) if wanted else (False, None))


NEGATED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_MIRRORED = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}


def left_of(op: type[ast.cmpop], other: Any) -> Want:
    """What `x` should be for `x op other`."""
    if op is ast.Eq:
        return equal(other)
    return Want(lambda value: COMPARE[op](value, other), tuple(_targets(op, other)))


def right_of(op: type[ast.cmpop], other: Any) -> Want:
    """What `x` should be for `other op x`."""
    if op is ast.In:
        return Want(lambda value: COMPARE[op](other, value), ([other], other) if isinstance(other, str) else ([other],))
    if op is ast.NotIn:
        return Want(lambda value: COMPARE[op](other, value), ([],))
    if op is ast.Eq:
        return equal(other)
    mirrored = _MIRRORED.get(op, op)
    return Want(lambda value: COMPARE[op](other, value), tuple(_targets(mirrored, other)))


def _targets(op: type[ast.cmpop], other: Any) -> list[Any]:
    if op in (ast.Eq, ast.Is):
        return [other]
    if op is ast.In:
        return list(other)[:40] if isinstance(other, (list, dict)) else [other, *other.split()] if isinstance(other, str) else []
    if op in (ast.NotEq, ast.IsNot):
        return [not other] if isinstance(other, bool) else []
    if op in (ast.Lt, ast.LtE):
        return _near(other, -1, exact=op is ast.LtE)
    return _near(other, 1, exact=op is ast.GtE) if op in (ast.Gt, ast.GtE) else []


def _near(other: Any, way: int, *, exact: bool) -> list[Any]:
    """Values at and beyond a bound."""
    kept = [other] if exact else []
    if isinstance(other, bool) or other is None:
        return []
    if isinstance(other, (int, float)):
        further = other * 2 if (other > 0) == (way > 0) else other / 2
        return [*kept, other + way, other + 10 * way, further, other + way / 100, other + 1000 * way]
    if isinstance(other, str):
        return [*kept, *(moved(other, days * way) for days in (1, 7, 40) if is_moment(other)), other + "z" if way > 0 else other[:-1]]
    return []


def is_moment(value: Any) -> bool:
    """Whether a text is an ISO date or time."""
    try:
        datetime.fromisoformat(value)
    except (ValueError, TypeError):
        return False
    return True


def moved(value: str, days: int, minutes: int = 0) -> str:
    """A date or time so many days and minutes later, written as the given one is. Raises ValueError, OverflowError."""
    if len(value) <= 10:
        return (date.fromisoformat(value) + timedelta(days=days)).isoformat()
    zone = "Z" if value.endswith("Z") else ""
    moment = datetime.fromisoformat(value).replace(tzinfo=None) + timedelta(days=days, minutes=minutes)
    return moment.isoformat(timespec="seconds") + zone
