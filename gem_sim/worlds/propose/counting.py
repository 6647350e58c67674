"""Changes of arguments after which a list has an element, or a wanted number of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice
from typing import Any

from gem_sim.worlds.base import Row
from gem_sim.worlds.canonical import same
from gem_sim.worlds.propose.changes import ROWS, Change, conjuncts
from gem_sim.worlds.propose.finding import FINDS, SAME_ROWS, Finder
from gem_sim.worlds.propose.tables import SCAN
from gem_sim.worlds.propose.view import called
from gem_sim.worlds.propose.wants import Want, equal

MAX_LENGTH = 3_000


class Counter(Finder):
    """Lists with as many elements as are wanted."""

    def some(self, node: ast.expr) -> Iterator[Change]:
        """Changes after which a list has an element."""
        node = self.resolved(node)
        of = self.view.typed(node).of
        if isinstance(node, ast.Call) and called(node) in FINDS and self.view.entity(node):
            for row in self.candidates(node):
                yield from islice(self.hold(node, row), 2)
                yield from self._imitated(node, row)
        elif isinstance(node, ast.Call) and called(node) in SAME_ROWS:
            yield from self.some(node.args[0])
        elif isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            yield from self._some_made(node)
        elif isinstance(node, ast.Attribute) and of is not None and of.many:
            for row in self.tables.sample(of.table, ROWS):
                yield from self.hold_inside(node, row)
        else:
            yield from self.resized(node, Want(lambda size: size > 0, (1, 2)))

    def _imitated(self, node: ast.expr, row: Row) -> Iterator[Change]:
        """The arguments that decide a part, with what a row holds under their names."""
        change = {name: row[name] for name in self.view.properties if name in self.view.depends[node] and row.get(name) is not None}
        if len(change) > 1 and all(self.pools.accepts(name, value) for name, value in change.items()):
            yield change

    def _some_made(self, node: ast.ListComp | ast.GeneratorExp) -> Iterator[Change]:
        loop = node.generators[0]
        if self.view.typed(loop.iter).of is not None:
            for row in self.candidates(loop.iter):
                yield from islice(self.chosen(loop, row), 2)
            return
        size = 0
        for at in self.case.rounds(loop):
            size = at + 1
            failing = [part for test in loop.ifs for part in conjuncts(test) if not self.case.true(part)]
            yield from self.together([list(islice(self.make(part, True), 3)) for part in failing])
        if self.moves(loop.iter):
            yield from self.resized(loop.iter, Want(lambda length: length > size, (size + 1,)))

    def counted(self, node: ast.expr, want: Want) -> Iterator[Change]:
        """Changes after which a list has a wanted number of elements."""
        node = self.resolved(node)
        of = self.view.typed(node).of
        if not want.test(0) and want.test(1):
            yield from self.some(node)
        if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            yield from self._counted_made(node, want)
        elif isinstance(node, ast.Call) and called(node) in FINDS and self.view.entity(node):
            yield from self._grouped(node, want)
        elif isinstance(node, ast.Call) and called(node) in SAME_ROWS:
            yield from self.counted(node.args[0], want)
        elif isinstance(node, ast.Call) and called(node) == "match":
            yield from self._matching(node, want)
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            start = self.case.value(node.slice.lower) if node.slice.lower is not None else 0
            yield from self.counted(node.value, want.through(lambda size: max(0, size - start), lambda target: target + start))
        elif isinstance(node, ast.Attribute) and of is not None and of.many and of.table.outer:
            for row in self.tables.by_size(of.table, of.table.outer, largest=want.test(10**6)):
                yield from self.hold_inside(node, row)
        elif of is None:
            yield from self.resized(node, want)

    def _counted_made(self, node: ast.ListComp | ast.GeneratorExp, want: Want) -> Iterator[Change]:
        loop = node.generators[0]
        if want.test(0):
            for _ in self.case.rounds(loop):
                if loop.ifs and all(self.case.true(test) for test in loop.ifs):
                    for test in loop.ifs:
                        yield from self.make(test, False)
        if self.moves(loop.iter):
            yield from self.counted(loop.iter, want)

    def _grouped(self, node: ast.Call, want: Want) -> Iterator[Change]:
        """Conditions of a find that as many rows meet as are wanted."""
        table, more = self.tables.table(self.view.entity(node) or ""), want.test(10**6)
        fixed = {word.arg or "": self.case.value(word.value) for word in node.keywords if not self.moves(word.value)}
        for word in node.keywords:
            name = word.arg or ""
            if not self.moves(word.value):
                continue

            def fits(value: Any, name: str = name) -> bool:
                found = self.tables.state.find(table, name, value)
                return want.test(len(found) if not fixed else sum(all(same(row.get(field), other) for field, other in fixed.items()) for row in found[:SCAN]))

            unknown = tuple(islice(self.tables.unknown(table, name), 2)) if want.test(0) else ()
            sizes = [row.get(name) for row in self.tables.by_size(table, name, largest=more)]
            yield from self.reach(word.value, Want(fits, (*(value for value in sizes if fits(value)), *unknown)))

    def _matching(self, node: ast.Call, want: Want) -> Iterator[Change]:
        """So many of the values that `match` finds rows for."""
        name = self.case.value(node.args[1])
        held = self.case.held(node.args[0], name)
        for size in (size for size in (*want.targets, 1, 2, len(held)) if isinstance(size, int) and 0 < size <= len(held) and want.test(size)):
            yield from self.reach(node.args[2], equal(self.pools.stream.sample(held, size)))

    def resized(self, node: ast.expr, want: Want) -> Iterator[Change]:
        """Changes after which a list or text among the arguments has a wanted length."""
        now = self.case.value(node)
        size = len(now) if isinstance(now, (str, list)) else 0
        sizes = [*want.targets, size + 1, size - 1, 1, 2, 3, 0]
        for length in dict.fromkeys(int(wanted) for wanted in sizes if isinstance(wanted, (int, float))):
            if 0 <= length <= MAX_LENGTH and want.test(length):
                for value in self.pools.sized(node, now, length):
                    yield from self.reach(node, equal(value))
