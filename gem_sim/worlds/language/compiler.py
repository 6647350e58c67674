"""Expressions in Python's syntax, compiled once to closures. Nothing is exec'd or eval'd; what is not listed here is refused.

A closure takes a frame: a list whose first element is the run of the call, the others the values of names. Attribute
access means a field and nothing else. Null spreads: a field of null is null, an ordering comparison with null is false.
Where a value is known to be a row the closure hands on the stored row; it is copied and completed with the rows inside
it only where it leaves for a place that knows nothing of rows.
"""

from __future__ import annotations

import ast
import re
import warnings

from gem_sim.errors import SpecError
from gem_sim.worlds.canonical import MAX_NUMBER, canonical
from gem_sim.worlds.language import closures
from gem_sim.worlds.language.calls import call, inside
from gem_sim.worlds.language.effort import filled
from gem_sim.worlds.language.loops import Loop, comprehension
from gem_sim.worlds.language.operators import BINARY, cut, element, field
from gem_sim.worlds.language.scope import Closure, Of, Scope, Typed
from gem_sim.worlds.language.tree import tree
from gem_sim.worlds.spec import PLACE

MAX_SOURCE = 20_000
MAX_DEPTH = 40
_LOOP = re.compile(r"\s*([A-Za-z]\w*(?:\s*,\s*[A-Za-z]\w*)*)\s+in\s+(.+)", re.DOTALL)


def compile_expression(source: str, scope: Scope, where: str) -> Typed:
    """A closure for `source`. Raises SpecError that names `where` and what was expected."""
    if len(source) > MAX_SOURCE:
        raise SpecError(where, f"expression longer than {MAX_SOURCE} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes and the like, which Python itself may read otherwise one day
            body = tree(source, scope.slots)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise SpecError(where, f"not an expression: {source[:80]!r} ({getattr(error, 'msg', error)})") from None
    return Compiler(scope, where).node(body, 0)


def compile_loop(source: str, scope: Scope, where: str) -> Loop:
    """`name in list`, or `one, other in list of lists`, with the names bound from here on."""
    match = _LOOP.fullmatch(source)
    if match is None:
        raise SpecError(where, "expected 'name in expression' or 'one, other in expression'")
    names = [name.strip() for name in match[1].split(",")]
    compiler, items = Compiler(scope, where), compile_expression(match[2], scope, where)
    return Loop(items.run, compiler.bind(items, names, unpack=len(names) > 1), None, len(names) > 1)


class Compiler:
    """Turns one syntax tree into closures; one method for each kind of node."""

    def __init__(self, scope: Scope, where: str) -> None:
        self.scope = scope
        self.where = where

    def fail(self, problem: str) -> SpecError:
        """The error of a world that says something the language does not know."""
        return SpecError(self.where, problem)

    def node(self, node: ast.AST, depth: int) -> Typed:
        """The closure of a node; rows in it stay stored rows."""
        if depth > MAX_DEPTH:
            raise self.fail(f"nested deeper than {MAX_DEPTH}")
        method = getattr(self, f"on_{type(node).__name__}", None)
        if method is None:
            raise self.fail(f"{type(node).__name__} is not part of the expression language")
        made: Typed = method(node, depth + 1)
        return made

    def value(self, node: ast.AST, depth: int) -> Closure:
        """The closure of a node whose value leaves for a place that knows nothing of rows."""
        return closures.leaving(self.node(node, depth))

    def on_Constant(self, node: ast.Constant, _: int) -> Typed:
        value = node.value
        if value is not None and not isinstance(value, (bool, int, float, str)):
            raise self.fail(f"constant {value!r} is not JSON")
        if isinstance(value, (int, float)) and abs(value) > MAX_NUMBER:
            raise self.fail(f"number over {MAX_NUMBER}")
        constant = canonical(value) if not isinstance(value, str) else value
        return Typed(lambda _: constant, fresh=True)

    def on_Name(self, node: ast.Name, _: int) -> Typed:
        name, scope = node.id, self.scope
        if name in scope.slots:
            slot = scope.slots[name]
            return Typed(lambda f: f[slot], scope.kinds[name])
        if name in scope.singletons:
            table = scope.singletons[name]
            return Typed(lambda f: f[0].state.get(table, ()), Of(table))
        if name == "today":
            return Typed(lambda f: f[0].now[:10], fresh=True)
        if name == "now":
            return Typed(lambda f: f[0].now, fresh=True)
        raise self.fail(f"unknown name {name!r}; known here: {', '.join([*scope.slots, *scope.singletons, 'today', 'now'])}")

    def on_Attribute(self, node: ast.Attribute, depth: int) -> Typed:
        if node.attr.startswith("_"):
            raise self.fail(f"{node.attr!r} is no field")
        return self.field_of(node.value, node.attr, depth)

    def field_of(self, owner: ast.expr, name: str, depth: int) -> Typed:
        """A field of a row, the rows that live in it, or a field of any object."""
        value = self.node(owner, depth)
        if value.of and value.of.many:
            raise self.fail(f".{name}: this is a list of {value.of.table.name} rows; take one with first(...) or go through them with for")
        if value.of is None:
            run = closures.leaving(value)
            return Typed(lambda f: field(run(f), name))
        child = next((child for child in value.of.table.children if child.field == name), None)
        if child is not None:
            return inside(child, value)
        self.check_field(value.of, name)
        return Typed(closures.column(value.run, self.slot(owner), name))

    def slot(self, node: ast.expr) -> int | None:
        """The slot that a name stands for."""
        return self.scope.slots.get(node.id) if isinstance(node, ast.Name) else None

    def check_field(self, of: Of, name: str) -> None:
        """A misspelt field would read as null for ever."""
        known = [column for column in of.table.columns if column != PLACE]
        if name not in known:
            inner = [child.field for child in of.table.children]
            raise self.fail(f"{of.table.name} has no field {name!r}; expected one of {', '.join([*known, *inner])}")

    def on_Subscript(self, node: ast.Subscript, depth: int) -> Typed:
        if isinstance(node.slice, ast.Slice):
            return self._slice(node.value, node.slice, depth)
        value = self.node(node.value, depth)
        if value.of and not value.of.many:
            if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
                return self.field_of(node.value, node.slice.value, depth)
            raise self.fail(f"a {value.of.table.name} has fields: expected row.field or row['field']")
        at = self.value(node.slice, depth)
        if value.of is None:
            return Typed(closures.pair(element, value.run, at))
        rows = closures.listed(value)
        return Typed(lambda f: element(rows(f), at(f)), Of(value.of.table))

    def _slice(self, owner: ast.expr, bounds: ast.Slice, depth: int) -> Typed:
        if bounds.step is not None:
            raise self.fail("a slice has the form [start:stop]")
        value = self.node(owner, depth)
        start, stop = (self.value(bound, depth) if bound else lambda _: None for bound in (bounds.lower, bounds.upper))
        if value.of and not value.of.many:
            raise self.fail("a row has no slices")
        run = closures.listed(value)
        return Typed((closures.grown if value.of is None else closures.applied)(cut, run, start, stop), value.of)

    def on_Compare(self, node: ast.Compare, depth: int) -> Typed:
        if len(node.ops) == 1:
            return Typed(self._comparison(node.left, node.ops[0], node.comparators[0], depth), fresh=True)
        left = self.value(node.left, depth)
        rest = [(type(op), self.value(item, depth)) for op, item in zip(node.ops, node.comparators, strict=True)]
        return Typed(closures.chain(left, rest), fresh=True)

    def _comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr, depth: int) -> Closure:
        one, other = self.value(left, depth), self.value(right, depth)
        constant = right.value if isinstance(right, ast.Constant) else ...
        return closures.comparison(type(op), one, other, constant)

    def on_BoolOp(self, node: ast.BoolOp, depth: int) -> Typed:
        parts = [self.node(item, depth).run for item in node.values]
        return Typed(closures.every(parts) if isinstance(node.op, ast.And) else closures.some(parts), fresh=True)

    def on_UnaryOp(self, node: ast.UnaryOp, depth: int) -> Typed:
        value = self.node(node.operand, depth).run
        if isinstance(node.op, ast.Not):
            return Typed(lambda f: not value(f), fresh=True)
        if isinstance(node.op, ast.USub):
            minus = BINARY[ast.Sub]
            return Typed(lambda f: minus(0, value(f)), fresh=True)
        raise self.fail(f"operator {type(node.op).__name__} is not part of the expression language")

    def on_BinOp(self, node: ast.BinOp, depth: int) -> Typed:
        work = BINARY.get(type(node.op))
        if work is None:
            raise self.fail(f"operator {type(node.op).__name__} is not part of the expression language")
        left, right = self.node(node.left, depth), self.node(node.right, depth)
        if left.of and left.of == right.of and left.of.many:
            return Typed(closures.pair(work, closures.listed(left), closures.listed(right)), left.of)
        join = closures.grown if isinstance(node.op, ast.Add) else closures.pair
        return Typed(join(work, closures.leaving(left), closures.leaving(right)))

    def on_IfExp(self, node: ast.IfExp, depth: int) -> Typed:
        test, body, other = (self.node(part, depth) for part in (node.test, node.body, node.orelse))
        kinds = {part.of for part, source in ((body, node.body), (other, node.orelse)) if not _is_null(source)}
        of = kinds.pop() if len(kinds) == 1 else None
        if_true, if_false = (body.run, other.run) if of else (closures.leaving(body), closures.leaving(other))
        choose = test.run
        return Typed(lambda f: if_true(f) if choose(f) else if_false(f), of)

    def on_List(self, node: ast.List | ast.Tuple, depth: int) -> Typed:
        parts = [self.node(item, depth) for item in node.elts]
        kinds = {part.of for part in parts}
        of = kinds.pop() if len(kinds) == 1 else None
        rows = of is not None and not of.many
        items = [part.run if rows else closures.leaving(part) for part in parts]
        if of and rows:
            return Typed(lambda f: [item(f) for item in items], Of(of.table, many=True))
        return Typed(lambda f: filled(f[0], [item(f) for item in items]))

    on_Tuple = on_List  # noqa: N815  (named after the node)

    def on_Dict(self, node: ast.Dict, depth: int) -> Typed:
        pairs = []
        for key, value in zip(node.keys, node.values, strict=True):
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                raise self.fail("keys of an object are constant strings; object(pairs) takes computed ones")
            pairs.append((key.value, self.value(value, depth)))
        return Typed(closures.an_object(pairs))

    def on_ListComp(self, node: ast.ListComp | ast.GeneratorExp, depth: int) -> Typed:
        outer = dict(self.scope.slots), dict(self.scope.kinds)
        loops = [self.loop(part, depth) for part in node.generators]
        made = self.node(node.elt, depth)
        self.scope.slots, self.scope.kinds = outer
        if made.of and not made.of.many:
            return Typed(comprehension(loops, made.run), Of(made.of.table, many=True))
        run = comprehension(loops, closures.leaving(made))
        return Typed(lambda f: filled(f[0], run(f)))

    on_GeneratorExp = on_ListComp  # noqa: N815  (named after the node)

    def loop(self, part: ast.comprehension, depth: int) -> Loop:
        """`for name in list if test`, its names bound from here on."""
        items = self.node(part.iter, depth)
        names = part.target.elts if isinstance(part.target, ast.Tuple) else [part.target]
        if part.is_async or not all(isinstance(name, ast.Name) for name in names):
            raise self.fail("a loop has the form 'for name in list' or 'for one, other in list'")
        slots = self.bind(items, [name.id for name in names if isinstance(name, ast.Name)], unpack=isinstance(part.target, ast.Tuple))
        tests = [self.node(test, depth).run for test in part.ifs]
        return Loop(items.run, slots, closures.every(tests) if tests else None, isinstance(part.target, ast.Tuple))

    def bind(self, items: Typed, names: list[str], *, unpack: bool) -> list[int]:
        """Slots for the names of a loop over `items`, with what is known of them."""
        if unpack:
            kinds = items.parts if len(items.parts) == len(names) else (None,) * len(names)
            return [self.scope.add(name, of) for name, of in zip(names, kinds, strict=True)]
        return [self.scope.add(names[0], Of(items.of.table) if items.of and items.of.many else None)]

    def on_Call(self, node: ast.Call, depth: int) -> Typed:
        return call(self, node, depth)


def _is_null(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
