"""Expressions in Python's syntax, compiled once to closures. Nothing is exec'd or eval'd; what is not listed here is refused.

A closure takes a frame: a list whose first element is the machine of the running call, the others the values of names.
Attribute access means a field of an object and nothing else. Null spreads: a field of null is null, and an ordering
comparison with null is false.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from gem_sim.errors import SpecError
from gem_sim.worlds.canonical import MAX_NUMBER, same
from gem_sim.worlds.functions import FUNCTIONS, KEEPS_ELEMENTS, Unusable
from gem_sim.worlds.operators import BINARY, COMPARE, arithmetic, element, field, plain
from gem_sim.worlds.scope import Closure, Frame, NotFound, Of, Scope, Typed

MAX_SOURCE = 20_000
MAX_DEPTH = 40


def compile_expression(source: str, scope: Scope, where: str) -> Typed:
    """A closure for `source`. Raises SpecError that names `where` and what was expected."""
    if len(source) > MAX_SOURCE:
        raise SpecError(where, f"expression longer than {MAX_SOURCE} characters")
    try:
        tree = ast.parse(source.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise SpecError(where, f"not an expression: {source[:80]!r} ({getattr(error, 'msg', error)})") from None
    return _Compiler(scope, where).node(tree.body, 0)


class _Compiler:
    """Turns one syntax tree into closures; one method for each kind of node."""

    def __init__(self, scope: Scope, where: str) -> None:
        self.scope = scope
        self.where = where

    def fail(self, problem: str) -> SpecError:
        return SpecError(self.where, problem)

    def node(self, node: ast.AST, depth: int) -> Typed:
        if depth > MAX_DEPTH:
            raise self.fail(f"nested deeper than {MAX_DEPTH}")
        method = getattr(self, f"on_{type(node).__name__}", None)
        if method is None:
            raise self.fail(f"{type(node).__name__} is not part of the expression language")
        made: Typed = method(node, depth + 1)
        return made

    def on_Constant(self, node: ast.Constant, _: int) -> Typed:
        value = node.value
        if value is not None and not isinstance(value, (bool, int, float, str)):
            raise self.fail(f"constant {value!r} is not JSON")
        if isinstance(value, (int, float)) and abs(value) > MAX_NUMBER:
            raise self.fail(f"number over {MAX_NUMBER}")
        return Typed(lambda _: value)

    def on_Name(self, node: ast.Name, _: int) -> Typed:
        name, scope = node.id, self.scope
        if name in scope.slots:
            slot = scope.slots[name]
            return Typed(lambda f: f[slot], scope.kinds[name])
        if name in scope.singletons:
            entity = scope.singletons[name]
            return Typed(lambda f: f[0].state.get(entity, ()), Of(entity))
        if name == "today":
            return Typed(lambda f: f[0].now()[:10])
        if name == "now":
            return Typed(lambda f: f[0].now())
        raise self.fail(f"unknown name {name!r}; known here: {', '.join([*scope.slots, *scope.singletons, 'today', 'now'])}")

    def on_Attribute(self, node: ast.Attribute, depth: int) -> Typed:
        value, name = self.node(node.value, depth), node.attr
        if name.startswith("_"):
            raise self.fail(f"{name!r} is no field")
        if value.of and not value.of.many:
            self.check_field(value.of.entity, name)
        run = value.run
        return Typed(lambda f: field(run(f), name))

    def check_field(self, entity: str, name: str) -> None:
        """A misspelt field would read as null for ever."""
        if name not in self.scope.fields[entity]:
            raise self.fail(f"{entity} has no field {name!r}; expected one of {', '.join(self.scope.fields[entity])}")

    def on_Subscript(self, node: ast.Subscript, depth: int) -> Typed:
        if isinstance(node.slice, ast.Slice):
            raise self.fail("slices are not part of the expression language; use page(...)")
        value, at = self.node(node.value, depth), self.node(node.slice, depth).run
        run = value.run
        of = Of(value.of.entity) if value.of and value.of.many else None
        return Typed(lambda f: element(run(f), at(f)), of)

    def on_Compare(self, node: ast.Compare, depth: int) -> Typed:
        left = self.node(node.left, depth).run
        rest = [(COMPARE[type(op)], self.node(item, depth).run) for op, item in zip(node.ops, node.comparators, strict=True)]
        if len(rest) == 1:
            test, right = rest[0]
            return Typed(lambda f: test(left(f), right(f)))

        def chain(f: Frame) -> bool:
            value = left(f)
            for test, right in rest:
                following = right(f)
                if not test(value, following):
                    return False
                value = following
            return True

        return Typed(chain)

    def on_BoolOp(self, node: ast.BoolOp, depth: int) -> Typed:
        parts = [self.node(item, depth).run for item in node.values]
        if isinstance(node.op, ast.And):
            return Typed(lambda f: all(part(f) for part in parts))
        return Typed(lambda f: any(part(f) for part in parts))

    def on_UnaryOp(self, node: ast.UnaryOp, depth: int) -> Typed:
        value = self.node(node.operand, depth).run
        if isinstance(node.op, ast.Not):
            return Typed(lambda f: not value(f))
        if isinstance(node.op, ast.USub):
            return Typed(lambda f: arithmetic(0, value(f), lambda x, y: x - y, "-"))
        raise self.fail(f"operator {type(node.op).__name__} is not part of the expression language")

    def on_BinOp(self, node: ast.BinOp, depth: int) -> Typed:
        work = BINARY.get(type(node.op))
        if work is None:
            raise self.fail(f"operator {type(node.op).__name__} is not part of the expression language")
        left, right = self.node(node.left, depth).run, self.node(node.right, depth).run
        return Typed(lambda f: work(left(f), right(f)))

    def on_IfExp(self, node: ast.IfExp, depth: int) -> Typed:
        test, body, other = (self.node(part, depth) for part in (node.test, node.body, node.orelse))
        return Typed(lambda f: body.run(f) if test.run(f) else other.run(f), body.of if body.of == other.of else None)

    def on_List(self, node: ast.List | ast.Tuple, depth: int) -> Typed:
        items = [self.node(item, depth).run for item in node.elts]
        return Typed(lambda f: [item(f) for item in items])

    on_Tuple = on_List  # noqa: N815  (named after the node)

    def on_Dict(self, node: ast.Dict, depth: int) -> Typed:
        pairs = []
        for key, value in zip(node.keys, node.values, strict=True):
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                raise self.fail("keys of an object are constant strings")
            pairs.append((key.value, self.node(value, depth).run))
        return Typed(lambda f: {key: value(f) for key, value in pairs})

    def on_ListComp(self, node: ast.ListComp | ast.GeneratorExp, depth: int) -> Typed:
        outer = dict(self.scope.slots), dict(self.scope.kinds)
        loops = [self._loop(part, depth) for part in node.generators]
        made = self.node(node.elt, depth)
        self.scope.slots, self.scope.kinds = outer
        of = Of(made.of.entity, many=True) if made.of and not made.of.many else None
        return Typed(_comprehension(loops, made.run), of)

    on_GeneratorExp = on_ListComp  # noqa: N815  (named after the node)

    def _loop(self, part: ast.comprehension, depth: int) -> _Loop:
        items = self.node(part.iter, depth)
        of = Of(items.of.entity) if items.of and items.of.many else None
        names = part.target.elts if isinstance(part.target, ast.Tuple) else [part.target]
        if part.is_async or not all(isinstance(name, ast.Name) for name in names):
            raise self.fail("a loop has the form 'for name in list' or 'for one, other in list'")
        slots = [self.scope.add(name.id, of if len(names) == 1 else None) for name in names if isinstance(name, ast.Name)]
        tests = [self.node(test, depth).run for test in part.ifs]
        return _Loop(items.run, slots, tests, isinstance(part.target, ast.Tuple))

    def on_Call(self, node: ast.Call, depth: int) -> Typed:
        if not isinstance(node.func, ast.Name):
            raise self.fail("only named functions can be called")
        name = node.func.id
        if any(isinstance(item, ast.Starred) for item in node.args) or any(word.arg is None for word in node.keywords):
            raise self.fail("arguments cannot be unpacked")
        if name in self.scope.entities:
            return self._lookup(name, node, depth)
        if name in ("get", "find", "exists", "none", "count", "next_id"):
            return self._entity_call(name, node, depth)
        if name not in FUNCTIONS:
            raise self.fail(f"unknown function {name!r}; known: {', '.join([*self.scope.entities, *_ENTITY_CALLS, *sorted(FUNCTIONS)])}")
        return self._function(name, node, depth)

    def _function(self, name: str, node: ast.Call, depth: int) -> Typed:
        work = FUNCTIONS[name]
        args = [self.node(item, depth) for item in node.args]
        words = {word.arg: self.node(word.value, depth).run for word in node.keywords if word.arg}
        of = args[0].of if args else None
        known = of if name in KEEPS_ELEMENTS else Of(of.entity) if of and of.many and name == "first" else None
        runs = [item.run for item in args]

        def call(f: Frame) -> Any:
            f[0].tick()
            try:
                return work(f[0], *[run(f) for run in runs], **{key: run(f) for key, run in words.items()})
            except TypeError:
                raise Unusable(f"{name}: wrong number or kind of arguments") from None

        return Typed(call, known)

    def _lookup(self, entity: str, node: ast.Call, depth: int) -> Typed:
        key = self._key(entity, node.args, node.keywords, depth)

        def look(f: Frame) -> Any:
            value = key(f)
            row = f[0].state.get(entity, value)
            if row is None:
                raise NotFound(entity, value)
            return row

        return Typed(look, Of(entity))

    def _key(self, entity: str, args: Sequence[ast.expr], words: Sequence[ast.keyword], depth: int) -> Closure:
        keys = self.scope.entities[entity]
        if len(args) != len(keys) or words:
            raise self.fail(f"{entity}(...) takes its key: {', '.join(keys) or 'nothing'}")
        runs = [self.node(item, depth).run for item in args]
        if len(runs) == 1:
            only = runs[0]
            return lambda f: plain(only(f))
        return lambda f: tuple(plain(run(f)) for run in runs)

    def _entity_call(self, name: str, node: ast.Call, depth: int) -> Typed:
        head = node.args[0] if node.args else None
        if name == "count" and not (isinstance(head, ast.Name) and head.id in self.scope.entities):
            counted = self.node(head, depth).run if head is not None and len(node.args) == 1 and not node.keywords else None
            if counted is None:
                raise self.fail("count takes a list, or an entity with field=value conditions")
            return Typed(lambda f: FUNCTIONS["len"](f[0], counted(f)))
        if not isinstance(head, ast.Name) or head.id not in self.scope.entities:
            raise self.fail(f"{name} takes an entity first; known: {', '.join(self.scope.entities)}")
        entity = head.id
        if name == "next_id":
            if len(node.args) != 1 or node.keywords:
                raise self.fail("next_id takes an entity and nothing else")
            return Typed(lambda f: f[0].next_id(entity))
        if name == "get":
            key = self._key(entity, node.args[1:], node.keywords, depth)
            return Typed(lambda f: f[0].state.get(entity, key(f)), Of(entity))
        return self._find(name, entity, node, depth)

    def _find(self, name: str, entity: str, node: ast.Call, depth: int) -> Typed:
        if len(node.args) != 1:
            raise self.fail(f"{name}({entity}, field=value, ...) takes conditions by name only")
        for word in node.keywords:
            self.check_field(entity, word.arg or "")
        conditions = [(word.arg or "", self.node(word.value, depth).run) for word in node.keywords]

        def rows(f: Frame) -> list[Any]:
            f[0].tick()
            wanted = [(word, run(f)) for word, run in conditions]
            if not wanted:
                return list(f[0].state.rows(entity))
            (name, value), others = wanted[0], wanted[1:]
            return [row for row in f[0].state.find(entity, name, value) if all(same(row.get(k), v) for k, v in others)]

        if name == "find":
            return Typed(rows, Of(entity, many=True))
        finish: Callable[[list[Any]], Any] = {"exists": bool, "none": lambda found: not found, "count": len}[name]
        return Typed(lambda f: finish(rows(f)))


_ENTITY_CALLS = ("get", "find", "exists", "none", "count", "next_id")


class _Loop(NamedTuple):
    items: Closure
    slots: list[int]
    tests: list[Closure]
    unpack: bool


def _comprehension(loops: list[_Loop], result: Closure) -> Closure:
    def walk(f: Frame, depth: int, found: list[Any]) -> None:
        loop = loops[depth]
        for item in elements(loop.items(f)):
            f[0].tick()
            _bind(f, loop, item)
            if all(test(f) for test in loop.tests):
                if depth + 1 < len(loops):
                    walk(f, depth + 1, found)
                else:
                    found.append(result(f))

    def run(f: Frame) -> list[Any]:
        found: list[Any] = []
        walk(f, 0, found)
        return found

    return run


def elements(value: Any) -> list[Any]:
    """What a loop runs over: the elements of a list or the keys of an object; nothing for null."""
    if value is None:
        return []
    if isinstance(value, (list, dict)):
        return list(value)
    raise Unusable(f"for: expected a list, got {type(value).__name__}")


def _bind(f: Frame, loop: _Loop, item: Any) -> None:
    if not loop.unpack:
        f[loop.slots[0]] = item
    elif isinstance(item, list) and len(item) == len(loop.slots):
        for slot, value in zip(loop.slots, item, strict=True):
            f[slot] = value
    else:
        raise Unusable(f"for: expected elements of {len(loop.slots)} values")
