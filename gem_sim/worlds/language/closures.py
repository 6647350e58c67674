"""The shapes of closures that the compiler puts together, with short cuts for what worlds say most often."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from gem_sim.worlds.base import _is_atomic
from gem_sim.worlds.canonical import MAX_ITEMS, ValueRefused, canonical
from gem_sim.worlds.language.effort import BOXES, built, filled, handled, written
from gem_sim.worlds.language.operators import COMPARE
from gem_sim.worlds.language.scope import Closure, Frame, Of, Typed
from gem_sim.worlds.state import shown


def leaving(value: Typed) -> Closure:
    """The value for a place that knows nothing of rows: rows completed with what lives in them, views made up."""
    run = value.run
    if any(value.parts):
        return lambda f: filled(f[0], [[_whole(f, of, item) for of, item in zip(value.parts, group, strict=True)] for group in run(f)])
    if value.of is None:
        return run
    of, table = value.of, value.of.table
    if not value.of.many:
        return (lambda f: _whole(f, of, run(f))) if table.nested or table.optional else run
    if table.nested or table.optional:
        return lambda f: None if (rows := run(f)) is None else [_whole(f, of, row) for row in rows]
    return lambda f: _list(f, run(f))


def _whole(f: Frame, of: Of | None, value: Any) -> Any:
    return value if of is None or value is None else built(f[0], shown(f[0].state, of.table, value))


def _list(f: Frame, rows: Any) -> list[Any] | None:
    if rows is None:
        return None
    f[0].spend(len(rows))
    return list(rows)


def listed(value: Typed) -> Closure:
    """The value with a view of rows made up into a list."""
    run = value.run
    return run if value.of is None else lambda f: _list(f, run(f))


def stored(value: Typed) -> Closure:
    """The value for a field that is written, paid for with all that is copied."""
    run = leaving(value)
    return lambda f: written(f[0], made) if type(made := run(f)) in BOXES else made


def answer(value: Typed) -> Closure:
    """The value as a result that the caller may keep and change: canonical, bounded, sharing nothing with the state."""
    if value.of is None:
        whole = leaving(value)
        return whole if value.fresh else lambda f: canonical(written(f[0], whole(f)))
    run, table = value.run, value.of.table
    if not value.of.many:
        return lambda f: None if (row := run(f)) is None else shown(f[0].state, table, row)

    pay: Callable[[Any, Any], Any] = (lambda _, row: row) if all(map(_is_atomic, table.columns.values())) and not table.children else written

    def rows(f: Frame) -> list[Any] | None:
        found = run(f)
        if found is None:
            return None
        if len(found) > MAX_ITEMS:
            raise ValueRefused(f"result of {len(found)} rows is over the limit of {MAX_ITEMS}")
        f[0].spend(len(found))
        return [None if row is None else pay(f[0], shown(f[0].state, table, row)) for row in found]

    return rows


def column(run: Closure, slot: int | None, name: str) -> Closure:
    """A field of a value that is a row or null."""
    if slot is not None:
        return lambda f: row[name] if (row := f[slot]) is not None else None
    return lambda f: row[name] if (row := run(f)) is not None else None


def pair(work: Callable[[Any, Any], Any], one: Closure, other: Closure) -> Closure:
    """An operator on two values."""
    return lambda f: work(one(f), other(f))


def applied(work: Callable[..., Any], *parts: Closure) -> Closure:
    """An operator on any number of values."""
    return lambda f: work(*[part(f) for part in parts])


def an_object(pairs: list[tuple[str, Closure]]) -> Closure:
    """An object of constant names."""

    def run(f: Frame) -> dict[str, Any]:
        made = {name: value(f) for name, value in pairs}
        for item in made.values():
            if type(item) in BOXES:
                return built(f[0], made)
        return made

    return run


def grown(work: Callable[..., Any], *parts: Closure) -> Closure:
    """An operator whose result may be a long text or list."""

    def run(f: Frame) -> Any:
        made = work(*[part(f) for part in parts])
        if type(made) is list:
            f[0].spend(len(made))
            return filled(f[0], made)
        handled(f[0], made)
        return made

    return run


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
    test = test_of(op)
    return pair(COMPARE[op], one, other) if test is None else lambda f: test(f[0], one(f), other(f))


def test_of(op: type[ast.cmpop]) -> Callable[[Any, Any, Any], bool] | None:
    """A comparison that looks at all of a list or an object and is paid for; None for one that does not."""
    work = COMPARE[op]
    if op in (ast.Eq, ast.NotEq):

        def equal(run: Any, a: Any, b: Any) -> bool:
            if type(a) in BOXES and type(b) in BOXES:
                built(run, a)
            return work(a, b)

        return equal
    if op in (ast.In, ast.NotIn):

        def found(run: Any, a: Any, b: Any) -> bool:
            (built if type(a) in BOXES and type(b) in BOXES else handled)(run, b)
            return work(a, b)

        return found
    return None


def chain(left: Closure, rest: list[tuple[type[ast.cmpop], Closure]]) -> Closure:
    """`a < b < c`: each value evaluated once, until one comparison fails."""
    tests = [(test_of(op), COMPARE[op], right) for op, right in rest]

    def run(f: Frame) -> bool:
        value = left(f)
        for paid, plain, right in tests:
            following = right(f)
            if not (plain(value, following) if paid is None else paid(f[0], value, following)):
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
