"""The shapes of closures that the compiler puts together, with short cuts for what worlds say most often."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from gem_sim.worlds.canonical import MAX_ITEMS, ValueRefused, canonical
from gem_sim.worlds.language.operators import COMPARE, field
from gem_sim.worlds.language.scope import Closure, Frame, Of, Typed
from gem_sim.worlds.state import shown


def leaving(value: Typed) -> Closure:
    """The value for a place that knows nothing of rows: rows completed with what lives in them, views made up."""
    run = value.run
    if any(value.parts):
        return lambda f: [[_whole(f, of, item) for of, item in zip(value.parts, group, strict=True)] for group in run(f)]
    if value.of is None:
        return run
    of, table = value.of, value.of.table
    if not value.of.many:
        return (lambda f: _whole(f, of, run(f))) if table.nested or table.optional else run
    if table.nested or table.optional:
        return lambda f: [_whole(f, of, row) for row in run(f)]
    return lambda f: list(run(f))


def _whole(f: Frame, of: Of | None, value: Any) -> Any:
    return value if of is None or value is None else shown(f[0].state, of.table, value)


def listed(value: Typed) -> Closure:
    """The value with a view of rows made up into a list."""
    run = value.run
    return run if value.of is None else lambda f: list(run(f))


def answer(value: Typed) -> Closure:
    """The value as a result that the caller may keep and change: canonical, bounded, sharing nothing with the state."""
    if value.of is None:
        whole = leaving(value)
        return whole if value.fresh else lambda f: canonical(whole(f))
    run, table = value.run, value.of.table
    if not value.of.many:
        return lambda f: None if (row := run(f)) is None else shown(f[0].state, table, row)

    def rows(f: Frame) -> list[Any]:
        found = run(f)
        if len(found) > MAX_ITEMS:
            raise ValueRefused(f"result of {len(found)} rows is over the limit of {MAX_ITEMS}")
        return [None if row is None else shown(f[0].state, table, row) for row in found]

    return rows


def column(run: Closure, slot: int | None, name: str) -> Closure:
    """A field of a value that is a row or null."""
    if slot is not None:
        return lambda f: row[name] if (row := f[slot]) is not None else None
    return lambda f: field(run(f), name)


def pair(work: Callable[[Any, Any], Any], one: Closure, other: Closure) -> Closure:
    """An operator on two values."""
    return lambda f: work(one(f), other(f))


def comparison(op: type[ast.cmpop], one: Closure, other: Closure, constant: Any) -> Closure:
    """A comparison; one with a constant text or with null needs no look at types."""
    if constant is None and op in (ast.Eq, ast.Is):
        return lambda f: one(f) is None
    if constant is None and op in (ast.NotEq, ast.IsNot):
        return lambda f: one(f) is not None
    if isinstance(constant, str) and op is ast.Eq:
        return lambda f: one(f) == constant
    if isinstance(constant, str) and op is ast.NotEq:
        return lambda f: one(f) != constant
    return pair(COMPARE[op], one, other)


def chain(left: Closure, rest: list[tuple[Callable[[Any, Any], bool], Closure]]) -> Closure:
    """`a < b < c`: each value evaluated once, until one comparison fails."""

    def run(f: Frame) -> bool:
        value = left(f)
        for test, right in rest:
            following = right(f)
            if not test(value, following):
                return False
            value = following
        return True

    return run


def every(parts: list[Closure]) -> Closure:
    """True where all parts are."""
    if len(parts) == 1:
        return parts[0]
    if len(parts) == 2:
        one, other = parts
        return lambda f: bool(one(f) and other(f))

    def run(f: Frame) -> bool:
        for part in parts:  # noqa: SIM110  (all() over a generator takes twice as long)
            if not part(f):
                return False
        return True

    return run


def some(parts: list[Closure]) -> Closure:
    """True where one part is."""
    if len(parts) == 2:
        one, other = parts
        return lambda f: bool(one(f) or other(f))

    def run(f: Frame) -> bool:
        for part in parts:  # noqa: SIM110  (as above)
            if part(f):
                return True
        return False

    return run
