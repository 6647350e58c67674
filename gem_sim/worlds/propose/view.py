"""A tool read for what its arguments decide: its expressions as trees whose names are resolved and whose parts can be evaluated."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from gem_sim.errors import SpecError
from gem_sim.worlds.language import closures
from gem_sim.worlds.language.compiler import Compiler
from gem_sim.worlds.language.scope import Closure, Of, Scope, Typed
from gem_sim.worlds.language.tree import tree
from gem_sim.worlds.program import Tool
from gem_sim.worlds.spec import ToolSpec, WorldSpec, snake

Depends = frozenset[str]
NOTHING: Depends = frozenset()
SCRATCH, FIRST_LOOP, LOOP_SLOTS = 1_000, 1_200, 16
"""Where parts that are evaluated keep what their own loops bind, where the slots of loops begin that are gone through by hand,
and how many each of these may use: what one has bound stays while others run."""


class Param(NamedTuple):
    """A name that stands for an argument."""

    name: str


class Let(NamedTuple):
    """A name that `let` binds."""

    name: str
    node: ast.expr


class Loop(NamedTuple):
    """A name that a comprehension binds to the elements of `over`; `place` counts the names of one loop, None for a single one."""

    over: ast.expr
    slot: int
    place: int | None


Binding = Param | Let | Loop


@dataclass
class Reach:
    """The names in reach at some place: their slots, and what they stand for."""

    scope: Scope
    names: dict[str, Binding] = field(default_factory=dict)

    def inner(self) -> Reach:
        """The same names, to which others can be added without adding them here."""
        scope = copy(self.scope)
        scope.slots, scope.kinds = dict(scope.slots), dict(scope.kinds)
        return Reach(scope, dict(self.names))


class View:
    """One tool of a spec. `lets` and `tests` hold the trees of its names and requirements."""

    def __init__(self, spec: WorldSpec, name: str) -> None:
        self.spec = spec
        self.tool: Tool = spec.program.tools[name]
        self.about: ToolSpec = self.tool.spec
        self.tables = spec.program.base.tables
        self.properties: dict[str, Any] = self.about.parameters.get("properties", {})
        self.needed = set(self.about.parameters.get("required", []))
        self.bound: dict[ast.expr, Binding] = {}
        self.loops: dict[ast.expr, Loop] = {}
        self.depends: dict[ast.expr, Depends] = {}
        self.size = 1
        self._free = FIRST_LOOP
        self._reach: dict[ast.expr, Reach] = {}
        self._typed: dict[ast.expr, Typed] = {}
        self._values: dict[ast.expr, Closure] = {}
        self.top = Reach(Scope(self.tables, {snake(entity): table for entity, table in self.tables.items() if table.entity.singleton}))
        self.slots = {word: self._add(self.top, word, None, Param(word)) for word, schema in self.properties.items() if isinstance(schema, dict)}
        self.lets: dict[str, tuple[int, ast.expr]] = {}
        for word, source in self.about.let.items():
            node = self.read(source)
            self.lets[word] = (self._add(self.top, word, self.typed(node).of, Let(word, node)), node)
        self.tests = [self.read(test.that) for test in self.about.require]

    def _add(self, reach: Reach, word: str, of: Of | None, binding: Binding) -> int:
        slot = reach.scope.add(word, of)
        reach.names[word] = binding
        self.size = max(self.size, reach.scope.size)
        return slot

    def read(self, source: str) -> ast.expr:
        """The tree of an expression over the arguments and the names of `let`. Raises SpecError where it uses other names."""
        node = tree(source, self.top.names)
        self._walk(node, self.top)
        return node

    def _walk(self, node: ast.expr, reach: Reach) -> Depends:
        self._reach[node] = reach
        if isinstance(node, ast.Name):
            found = self._name(node, reach)
        elif isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            found = self._comprehension(node, reach)
        else:
            found = NOTHING.union(*(self._walk(part, reach) for part in parts(node)))
        self.depends[node] = found
        return found

    def _name(self, node: ast.Name, reach: Reach) -> Depends:
        binding = reach.names.get(node.id)
        if binding is None:
            return NOTHING
        self.bound[node] = binding
        return frozenset({binding.name}) if isinstance(binding, Param) else self.depends[binding.node if isinstance(binding, Let) else binding.over]

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp, reach: Reach) -> Depends:
        found, inner = NOTHING, reach
        for part in node.generators:
            found |= self._walk(part.iter, inner)
            names = part.target.elts if isinstance(part.target, ast.Tuple) else [part.target]
            inner = inner.inner()
            inner.scope.size = self._free = self._free + LOOP_SLOTS
            for at, (name, of) in enumerate(zip(names, self._kinds(part.iter, len(names)), strict=True)):
                if isinstance(name, ast.Name):
                    slot = self._add(inner, name.id, of, Loop(part.iter, 0, None))
                    self.loops[name] = Loop(part.iter, slot, at if len(names) > 1 else None)
                    inner.names[name.id] = self.loops[name]
            found = found.union(*(self._walk(test, inner) for test in part.ifs))
        return found | self._walk(node.elt, inner)

    def _kinds(self, over: ast.expr, names: int) -> Sequence[Of | None]:
        """What is known of the names of a loop."""
        items = self.typed(over)
        if names > 1:
            return items.parts if len(items.parts) == names else [None] * names
        return [Of(items.of.table) if items.of and items.of.many else None]

    def typed(self, node: ast.expr) -> Typed:
        """The closure of a part, which hands on stored rows, and what is known of its values."""
        if node not in self._typed:
            scope = self._reach[node].inner().scope
            scope.size = max(scope.size, SCRATCH)
            self._typed[node] = Compiler(scope, "propose").node(node, 0)
            self.size = max(self.size, scope.size)
        return self._typed[node]

    def valued(self, node: ast.expr) -> Closure:
        """The closure of a part, its rows completed with what lives in them."""
        if node not in self._values:
            self._values[node] = closures.leaving(self.typed(node))
        return self._values[node]

    def row_of(self, node: ast.expr) -> Of | None:
        """What is known of a part whose value is one row."""
        of = self.typed(node).of
        return of if of is not None and not of.many else None

    def looks_up(self, node: ast.expr) -> str | None:
        """The entity that a part looks up by its key and fails without: `Entity(key)`."""
        name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None
        return name if name in self.tables and name not in self._reach[node].names else None

    @cached_property
    def look_ups(self) -> list[ast.expr]:
        """The look-ups of rows, outside of comprehensions, that arguments decide."""
        trees = [*(node for _, node in self.lets.values()), *self.tests]
        found = [node for tree in trees for node in plainly(tree) if self.keys(node) is not None]
        return [node for node in found if self.depends[node]]

    def keys(self, node: ast.expr) -> tuple[str, list[ast.expr]] | None:
        """Entity and key of `Entity(key)` and `get(Entity, key)`."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            return None
        if node.func.id in self.tables:
            return node.func.id, node.args
        if node.func.id == "get" and node.args and isinstance(node.args[0], ast.Name):
            return node.args[0].id, node.args[1:]
        return None

    def entity(self, node: ast.expr) -> str | None:
        """The entity that `find(Entity, ...)` and its like go through."""
        first = node.args[0] if isinstance(node, ast.Call) and node.args and called(node) in _OF_ENTITIES else None
        return first.id if isinstance(first, ast.Name) and first.id in self.tables and first not in self.bound else None

    def filled(self, node: ast.expr) -> ast.expr:
        """The tree that says that a list has an element."""
        size = ast.Call(ast.Name("len", ast.Load()), [node], [])
        test = ast.Compare(size, [ast.Gt()], [ast.Constant(0)])
        self._walk(test, self.top)
        return test

    def readable(self, source: str) -> ast.expr | None:
        """The tree of an expression, or None where it uses names that only the engine binds."""
        try:
            node = self.read(source)
            self.typed(node)
        except (SpecError, SyntaxError):
            return None
        return node


def parts(node: ast.expr) -> Iterator[ast.expr]:
    """The expressions that a part is made of, in the order in which they are evaluated; names of functions and entities are none."""
    if isinstance(node, ast.Call):
        first = node.args[0] if called(node) in _OF_ENTITIES and node.args else None
        yield from (arg for arg in node.args if not (arg is first and isinstance(arg, ast.Name) and arg.id[0].isupper()))
        yield from (word.value for word in node.keywords)
    else:
        yield from (part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr))


def every(node: ast.expr) -> Iterator[ast.expr]:
    """A part and all parts in it, those of comprehensions too."""
    yield node
    if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
        for loop in node.generators:
            yield from every(loop.iter)
            for test in loop.ifs:
                yield from every(test)
        yield from every(node.elt)
    else:
        for part in parts(node):
            yield from every(part)


def plainly(node: ast.expr) -> Iterator[ast.expr]:
    """A part and all parts in it but what stands in a comprehension."""
    yield node
    if not isinstance(node, (ast.ListComp, ast.GeneratorExp)):
        for part in parts(node):
            yield from plainly(part)


def called(node: ast.expr) -> str:
    """The name of the function that a part calls, or nothing."""
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


_OF_ENTITIES = ("get", "find", "filter", "exists", "none", "count", "next_id")
