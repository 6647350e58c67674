"""Changes of arguments by way of rows: a look-up that should find one, a list that should hold one or a number of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice
from typing import Any

from gem_sim.worlds.base import Row, Table
from gem_sim.worlds.propose.changes import ONE_OF, ROWS, Change, Changes, conjuncts
from gem_sim.worlds.propose.tables import SCAN
from gem_sim.worlds.propose.view import Let, Loop, called, every, parts
from gem_sim.worlds.propose.wants import Want

FINDS = ("find", "filter", "exists", "none", "count")
SAME_ROWS = ("sort", "reverse", "search", "unique", "page", "len", "count", "flat")


class Finder(Changes):
    """Rows that look-ups and lists come to."""

    def place(self, node: ast.expr, row: Row) -> Iterator[Change]:
        """Changes after which a part is this row."""
        node = self.resolved(node)
        binding = self.view.bound.get(node)
        if isinstance(binding, Loop):
            yield from self._place_element(binding, row)
        elif (keyed := self.view.keys(node)) is not None:
            yield from self.all_equal(zip(keyed[1], self._key(keyed[0], row), strict=True))
        elif called(node) in ONE_OF and isinstance(node, ast.Call):
            yield from self.hold(node.args[0], row)
        elif isinstance(node, ast.Subscript):
            yield from self.hold(node.value, row)
        elif isinstance(node, ast.IfExp):
            for branch in (node.body, node.orelse):
                yield from self.place(branch, row) if self.moves(branch) else ()

    def _place_element(self, loop: Loop, row: Row) -> Iterator[Change]:
        over, parts_of_it = self.over(loop), list(self.element(loop))
        if called(over) == "match" and isinstance(over, ast.Call):
            yield from self.put_element(over.args[2], self.case.at.get(loop.slot), row.get(self.case.value(over.args[1])))
        elif not parts_of_it:
            yield from self.hold(over, row)
        for part in parts_of_it:
            yield from self.place(part, row)

    def _key(self, entity: str, row: Row) -> list[Any]:
        return [row[name] for name in self.tables.table(entity).keys]

    def hold(self, node: ast.expr, row: Row) -> Iterator[Change]:
        """Changes after which a list holds this row."""
        node = self.resolved(node)
        if isinstance(node, ast.Call) and called(node) in FINDS and self.view.entity(node):
            yield from self.all_equal((word.value, row.get(word.arg or "")) for word in node.keywords)
        elif isinstance(node, ast.Call) and called(node) in SAME_ROWS:
            yield from self.hold(node.args[0], row)
        elif isinstance(node, ast.Attribute):
            yield from self.hold_inside(node, row)
        elif isinstance(node, ast.Subscript):
            yield from self.hold(node.value, row)
        elif isinstance(node, ast.BinOp):
            for side in (node.left, node.right):
                yield from self.hold(side, row) if self.moves(side) else ()
        elif isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            yield from self._hold_made(node, row)

    def hold_inside(self, node: ast.Attribute, row: Row) -> Iterator[Change]:
        """`order.lines` holds a line where `order` is the row it lives in."""
        of = self.view.typed(node).of
        if of is not None and of.table.entity.parent:
            parent = self.tables.table(of.table.entity.parent)
            home = self.tables.state.get(parent, of.table.home_of(row))
            if home is not None:
                yield from self.place(node.value, home)

    def _hold_made(self, node: ast.ListComp | ast.GeneratorExp, row: Row) -> Iterator[Change]:
        loop = node.generators[0]
        if isinstance(node.elt, ast.Name) and isinstance(loop.target, ast.Name) and node.elt.id == loop.target.id:
            yield from self.chosen(loop, row)
        else:
            for _ in self.case.rounds(loop):
                yield from islice(self.place(node.elt, row), 2)

    def chosen(self, loop: ast.comprehension, item: Any) -> Iterator[Change]:
        """Changes after which a loop comes to this element and its tests let it pass."""
        slots = self.case.slots(loop)
        self.case.bind(slots, item, None)
        options: list[list[Change]] = []
        if self.moves(loop.iter) and self.view.typed(loop.iter).of is not None and not self._runs_over(loop.iter, item):
            options.append(list(islice(self.hold(loop.iter, item), 2)))
        for test in loop.ifs:
            for part in conjuncts(test):
                if not self.case.true(part):
                    if not self._decided_outside(part, slots):
                        return
                    options.append(list(islice(self.make(part, True), 3)))
        yield from self.together(options)

    def _runs_over(self, node: ast.expr, row: Row) -> bool:
        items = self.case.items(node)
        return len(items) <= SCAN and any(other is row for other in items)

    def _decided_outside(self, node: ast.expr, slots: list[int]) -> bool:
        """Whether arguments decide a part in another way than by the choice of an element."""
        bound = ((part, self.view.bound.get(part)) for part in every(node))
        return any(binding is not None and self.moves(part) and not (isinstance(binding, Loop) and binding.slot in slots) for part, binding in bound)

    def candidates(self, node: ast.expr) -> Iterator[Row]:
        """Rows that a part that is a row, or a list of rows, may come to hold: those that agree with what no argument decides."""
        node = self.resolved(node)
        of = self.view.typed(node).of
        entity = self.view.entity(node)
        binding = self.view.bound.get(node)
        if isinstance(binding, Loop):
            over = self.over(binding)
            if called(over) == "match" and isinstance(over, ast.Call):
                yield from (row for row in self.case.items(over.args[0]) if isinstance(row, dict))
            for part in self.element(binding):
                yield from self.candidates(part)
        elif isinstance(node, ast.Call) and called(node) in FINDS and entity:
            fixed = {word.arg or "": self.case.value(word.value) for word in node.keywords if not self.moves(word.value)}
            if called(node) == "filter":
                fixed = {name: value for name, value in fixed.items() if value is not None}
            yield from self.tables.having(self.tables.table(entity), fixed, SCAN)
        elif isinstance(node, ast.Call) and called(node) in (*ONE_OF, *SAME_ROWS):
            yield from self.candidates(node.args[0])
        elif isinstance(node, ast.Subscript) and of is not None:
            yield from self.candidates(node.value)
        elif isinstance(node, (ast.ListComp, ast.GeneratorExp)) and isinstance(node.elt, ast.Name):
            yield from self.candidates(node.generators[0].iter)
        elif of is not None:
            yield from self.rows_for(node) if self.view.keys(node) else self.tables.sample(of.table, SCAN)

    def there(self, node: ast.expr, wanted: bool) -> Iterator[Change]:
        """Changes after which a part is a row rather than null, or null rather than a row."""
        node = self.resolved(node)
        binding = self.view.bound.get(node)
        if isinstance(binding, Loop):
            yield from self._element_there(binding, wanted)
        elif self.view.keys(node) is not None:
            yield from self.got(node, wanted)
        elif isinstance(node, ast.Call) and called(node) in ONE_OF:
            yield from self.counted(node.args[0], Want(lambda size: (size > 0) == wanted, (1,) if wanted else (0,)))
        elif isinstance(node, ast.Subscript):
            yield from self.counted(node.value, Want(lambda size: (size > 0) == wanted, (1,) if wanted else (0,)))
        elif isinstance(node, ast.IfExp):
            for branch in (node.body, node.orelse):
                yield from self.there(branch, wanted) if self.moves(branch) else ()
            yield from self.make(node.test, not self.case.true(node.test))

    def _element_there(self, loop: Loop, wanted: bool) -> Iterator[Change]:
        over = self.over(loop)
        for part in self.element(loop):
            yield from self.there(part, wanted)
        if called(over) == "match" and isinstance(over, ast.Call):
            values = self.case.held(over.args[0], self.case.value(over.args[1])) if wanted else ["other", 0]
            for value in values:
                yield from self.put_element(over.args[2], self.case.at.get(loop.slot), value)

    def got(self, call: ast.expr, wanted: bool) -> Iterator[Change]:
        """Changes after which a look-up finds a row, or finds none."""
        if wanted:
            for row in self.rows_for(call):
                yield from islice(self.place(call, row), 2)
            return
        entity, key = self.view.keys(call) or ("", [])
        table = self.tables.table(entity)
        for name, part in reversed(list(zip(table.keys, key, strict=True))):
            if self.moves(part):
                yield from islice(self.reach(part, self.no_key(table, name, self.case.value(part))), 12)

    def no_key(self, table: Table, name: str, value: Any) -> Want:
        """A value that no row has in a field."""
        unknown = tuple(islice(self.tables.unknown(table, name, value if isinstance(value, (str, int)) else None), 6))
        return Want(lambda other: not self.tables.state.find(table, name, other), unknown)

    def rows_for(self, call: ast.expr) -> Iterator[Row]:
        """Rows that a look-up may find: those that agree with most of its key first."""
        entity, key = self.view.keys(call) or ("", [])
        table = self.tables.table(entity)
        fixed = {name: self.case.value(part) for name, part in zip(table.keys, key, strict=True) if not self.moves(part)}
        given = [(name, self.case.value(part)) for name, part in zip(table.keys, key, strict=True)]
        for length in range(len(given) - 1, 0, -1):
            yield from self.tables.having(table, {**fixed, **dict(given[:length])}, ROWS)
        yield from self.tables.having(table, fixed, ROWS)

    def found(self, node: ast.expr) -> Iterator[Change]:
        """Changes after which no look-up in a part fails."""
        for call in self.look_ups(node):
            if self.case.missing(call):
                for row in self.rows_for(call):
                    yield from islice(self.place(call, row), 3)

    def lost(self, node: ast.expr) -> Iterator[Change]:
        """Changes after which a look-up in a part finds no row."""
        for call in self.look_ups(node):
            yield from self.got(call, False)

    def look_ups(self, node: ast.expr) -> Iterator[ast.expr]:
        """The look-ups `Entity(key)` in a part that arguments decide, with the names of loops bound to each element in turn."""
        binding = self.view.bound.get(node)
        if isinstance(binding, Let):
            if binding.name in self.case.faults:
                yield from self.look_ups(binding.node)
        elif isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            yield from self._look_ups_each(node, 0)
        else:
            for part in parts(node):
                yield from self.look_ups(part)
            if self.view.looks_up(node) and self.moves(node):
                yield node

    def _look_ups_each(self, node: ast.ListComp | ast.GeneratorExp, depth: int) -> Iterator[ast.expr]:
        if depth == len(node.generators):
            yield from self.look_ups(node.elt)
            return
        loop = node.generators[depth]
        yield from self.look_ups(loop.iter)
        for _ in self.case.rounds(loop):
            for test in loop.ifs:
                yield from self.look_ups(test)
            yield from self._look_ups_each(node, depth + 1)
