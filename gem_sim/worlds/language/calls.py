"""Calls in expressions: look-ups and searches of entities, and the named functions."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from gem_sim.worlds.base import Table
from gem_sim.worlds.canonical import ATOMS, MAX_NUMBER, same
from gem_sim.worlds.language import closures
from gem_sim.worlds.language.effort import BOXES, built, filled, written
from gem_sim.worlds.language.functions import FIRST_OF, FUNCTIONS, KEEPS_ROWS, PRICES, TAKES_ROWS
from gem_sim.worlds.language.functions.lists import paged
from gem_sim.worlds.language.operators import plain
from gem_sim.worlds.language.scope import Closure, Frame, NotFound, Of, Typed
from gem_sim.worlds.spec import PLACE
from gem_sim.worlds.state import shown

if TYPE_CHECKING:
    from gem_sim.worlds.language.compiler import Compiler

ENTITY_CALLS = ("get", "find", "filter", "exists", "none", "count", "below", "next_id")
_FEW = 16
"""So many candidates are looked through rather than narrowed by a further index."""


def call(compiler: Compiler, node: ast.Call, depth: int) -> Typed:
    """A call in an expression: `Entity(key)`, one of the entity calls, or a named function."""
    if not isinstance(node.func, ast.Name):
        raise compiler.fail("only named functions can be called")
    name = node.func.id
    if any(isinstance(item, ast.Starred) for item in node.args) or any(word.arg is None for word in node.keywords):
        raise compiler.fail("arguments cannot be unpacked")
    names = [word.arg for word in node.keywords]
    if len(set(names)) < len(names):
        raise compiler.fail(f"an argument of {name} is given twice")
    tables = compiler.scope.tables
    if name in tables:
        return _look_up(compiler, tables[name], node, depth)
    head = node.args[0] if node.args else None
    entity = tables.get(head.id) if isinstance(head, ast.Name) else None
    if name in ENTITY_CALLS and (entity is not None or name != "count"):
        return _entity_call(compiler, name, entity, node, depth)
    if name == "draw":
        return _draw(compiler, node)
    if name not in FUNCTIONS:
        known = [*tables, *ENTITY_CALLS, *sorted([*FUNCTIONS, "draw"])]
        near = get_close_matches(name, known, 1)
        raise compiler.fail(f"unknown function {name!r}; {f'did you mean {near[0]}?' if near else 'known: ' + ', '.join(known)}")
    return _function(compiler, name, node, depth)


def inside(child: Table, parent: Typed) -> Typed:
    """The rows of `child` that live in a row."""
    run, key_of = parent.run, parent.of.table.key_of if parent.of else child.home_of

    def rows(f: Frame) -> Any:
        if (row := run(f)) is None:
            return []
        _look(f, child)
        return f[0].state.inside(child, key_of(row))

    return Typed(rows, Of(child, many=True))


def _look(f: Frame, table: Table) -> None:
    """Pay for a find: it looks at every row that was written since the start."""
    over = f[0].state.changed.get(table.name)
    f[0].spend(2 if over is None else 2 + len(over))


def _look_up(compiler: Compiler, table: Table, node: ast.Call, depth: int) -> Typed:
    key = _key(compiler, table, node.args, node.keywords, depth)

    def look(f: Frame) -> Any:
        value = key(f)
        row = f[0].state.get(table, value)
        if row is None:
            raise NotFound(table, value)
        return row

    return Typed(look, Of(table))


def _key(compiler: Compiler, table: Table, args: Sequence[ast.expr], words: Sequence[ast.keyword], depth: int) -> Closure:
    keys = table.keys
    if PLACE in keys:
        raise compiler.fail(f"rows of {table.name} have no key; find them through the row they live in")
    if len(args) != len(keys) or words:
        raise compiler.fail(f"{table.name}(...) takes its key: {', '.join(keys) or 'nothing'}")
    runs = [compiler.value(item, depth) for item in args]
    if len(runs) == 1:
        only = runs[0]
        return lambda f: value if type(value := only(f)) is str else _plain(f, value)
    if len(runs) == 2:
        one, other = runs
        return lambda f: (_plain(f, one(f)), _plain(f, other(f)))
    return lambda f: tuple([_plain(f, run(f)) for run in runs])


def _plain(f: Frame, value: Any) -> Any:
    return value if type(value) in ATOMS else plain(written(f[0], value))


def _entity_call(compiler: Compiler, name: str, table: Table | None, node: ast.Call, depth: int) -> Typed:
    if table is None:
        raise compiler.fail(f"{name} takes an entity first; known: {', '.join(compiler.scope.tables)}")
    if name == "next_id":
        if len(node.args) != 1 or node.keywords or not table.entity.own_keys:
            raise compiler.fail("next_id takes an entity that has a key, and nothing else")
        return Typed(lambda f: f[0].next_id(table), fresh=True)
    if name == "get":
        key = _key(compiler, table, node.args[1:], node.keywords, depth)
        return Typed(lambda f: f[0].state.get(table, key(f)), Of(table))
    if name == "below":
        return _below(compiler, table, node, depth)
    found = _found(compiler, name, table, node, depth)
    if name in ("find", "filter"):
        return Typed(found, Of(table, many=True))
    finish: Callable[[Any], Any] = {"exists": lambda rows: len(rows) > 0, "none": lambda rows: len(rows) == 0, "count": len}[name]
    return Typed(lambda f: finish(found(f)), fresh=True)


def _found(compiler: Compiler, name: str, table: Table, node: ast.Call, depth: int) -> Closure:
    if len(node.args) != 1:
        raise compiler.fail(f"{name}({table.name}, field=value, ...) takes conditions by name only")
    for word in node.keywords:
        compiler.check_field(Of(table), word.arg or "")
    conditions = [(word.arg or "", compiler.value(word.value, depth)) for word in node.keywords]
    if name == "filter":
        return lambda f: _matching(f, table, [(field, value) for field, run in conditions if (value := run(f)) is not None])
    if table.keys and sorted(table.keys) == sorted(field for field, _ in conditions):
        return _with_key(table, dict(conditions))
    return lambda f: _matching(f, table, [(field, run(f)) for field, run in conditions])


def _with_key(table: Table, conditions: dict[str, Closure]) -> Closure:
    """The row whose whole key is given, as a list, without a search."""
    runs = [conditions[field] for field in table.keys]

    def find(f: Frame) -> list[Any]:
        values = [run(f) for run in runs]
        for value in values:
            if type(value) not in (str, int, float):  # no key, and perhaps nothing to look up by
                return []
        row = f[0].state.get(table, values[0] if len(values) == 1 else tuple(values))
        return [] if row is None else [row]

    return find


def _matching(f: Frame, table: Table, conditions: list[tuple[str, Any]]) -> Sequence[Any]:
    """The rows that meet all conditions, found by index through one of them."""
    state = f[0].state
    _look(f, table)
    if not conditions:
        return state.rows(table)  # type: ignore[no-any-return]
    for _, value in conditions:
        if type(value) in BOXES:
            written(f[0], value)
    found: Sequence[Any] = state.find(table, *conditions[0])
    for field, value in conditions[1:]:
        if len(found) > _FEW and len(other := state.find(table, field, value)) < len(found):
            found = other
    if len(conditions) == 1:
        return found
    f[0].spend(len(found))
    for field, value in conditions:
        found = [row for row in found if row[field] == value] if type(value) is str else [row for row in found if same(row[field], value)]
    return found


def _below(compiler: Compiler, table: Table, node: ast.Call, depth: int) -> Typed:
    """The rows that point at a row, those that point at them and so on, each before the rows below it."""
    if len(node.args) != 1 or len(node.keywords) != 1 or len(table.keys) != 1:
        raise compiler.fail(f"below({table.name}, parent=key) takes the field by which rows of one entity point at each other")
    compiler.check_field(Of(table), field := node.keywords[0].arg or "")
    start = compiler.value(node.keywords[0].value, depth)

    def walk(f: Frame) -> list[Any]:
        _look(f, table)
        found: list[Any] = []
        waiting = list(reversed(f[0].state.find(table, field, start(f))))
        seen = {table.key_of(row) for row in waiting}
        while waiting:
            row = waiting.pop()
            found.append(row)
            _look(f, table)
            inner = [each for each in f[0].state.find(table, field, table.key_of(row)) if table.key_of(each) not in seen]
            seen |= {table.key_of(each) for each in inner}
            f[0].spend(1 + len(inner))
            waiting += reversed(inner)
        return found

    return Typed(walk, Of(table, many=True))


def _draw(compiler: Compiler, node: ast.Call) -> Typed:
    """`draw('name', low, high)`: a whole number of a named stream, with bounds that are written down."""
    values = [item.value if isinstance(item, ast.Constant) else None for item in node.args]
    if node.keywords or [type(value) for value in values] != [str, int, int] or not values[1] <= values[2] <= MAX_NUMBER:  # type: ignore[operator]
        raise compiler.fail("draw takes the name of a stream, the lowest and the highest whole number: draw('pin', 1000, 9999)")
    name, low, high = values
    return Typed(lambda f: f[0].draw(name, low, high), fresh=True)


def _function(compiler: Compiler, name: str, node: ast.Call, depth: int) -> Typed:
    work = FUNCTIONS[name]
    words = {word.arg or "": compiler.value(word.value, depth) for word in node.keywords}
    try:
        inspect.signature(work).bind(None, *node.args, **words)
    except TypeError as error:
        raise compiler.fail(f"{name}: {error}") from None
    head = compiler.node(node.args[0], depth) if node.args else None
    rest = [compiler.value(item, depth) for item in node.args[1:]]
    price = PRICES.get(name, 0)
    if head is None:
        return Typed(_run(work, [], words, price))
    if name == "zip":
        return _zip(compiler, work, node, depth)
    if name == "page":
        return _page(head, rest, words)
    of = head.of if head.of and head.of.many and name in TAKES_ROWS else None
    kept = of if name in KEEPS_ROWS else Of(of.table) if of and name in FIRST_OF else None
    first = closures.leaving(head) if of is None else head.run
    return Typed(_run(work, [first, *rest], words, price), kept)


def _run(work: Callable[..., Any], args: list[Closure], words: dict[str, Closure], price: int) -> Closure:
    made = _applied(work, args, words)
    if not price:
        return made

    def run(f: Frame) -> Any:
        f[0].spend(price)
        return made(f)

    return run


def _applied(work: Callable[..., Any], args: list[Closure], words: dict[str, Closure]) -> Closure:
    if words:
        return lambda f: work(f[0], *[arg(f) for arg in args], **{word: value(f) for word, value in words.items()})
    if len(args) == 1:
        only = args[0]
        return lambda f: work(f[0], only(f))
    if len(args) == 2:
        one, other = args
        return lambda f: work(f[0], one(f), other(f))
    return lambda f: work(f[0], *[arg(f) for arg in args])


def _zip(compiler: Compiler, work: Callable[..., Any], node: ast.Call, depth: int) -> Typed:
    """Lists side by side; a loop over them knows which names are rows."""
    lists = [compiler.node(item, depth) for item in node.args]
    made = _applied(work, [item.run for item in lists], {})
    return Typed(lambda f: filled(f[0], made(f)), parts=tuple(Of(item.of.table) if item.of and item.of.many else None for item in lists))


def _page(head: Typed, rest: list[Closure], words: dict[str, Closure]) -> Typed:
    """A page of rows shows them, so that only those on it are copied."""
    if head.of is None or not head.of.many:
        return Typed(_applied(paged, [closures.leaving(head), *rest], words))
    table, run = head.of.table, head.run
    limit, cursor = (rest[at] if at < len(rest) else words.get(word, lambda _: None) for at, word in enumerate(("limit", "cursor")))
    if not table.children:
        return Typed(lambda f: paged(f[0], run(f), limit(f), cursor(f), table.private), fresh=True)
    return Typed(lambda f: paged(f[0], run(f), limit(f), cursor(f), lambda row: built(f[0], shown(f[0].state, table, row))), fresh=True)
