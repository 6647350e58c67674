"""Changes of arguments by way of values: what a part should be, turned into what its arguments should be."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from itertools import chain, islice
from math import ceil, floor
from typing import Any

from gem_sim.worlds.base import Row, Table
from gem_sim.worlds.canonical import rounded, same
from gem_sim.worlds.language.operators import BINARY, element, field
from gem_sim.worlds.propose.backwards import Backwards
from gem_sim.worlds.propose.changes import ABSENT, ROWS, Change
from gem_sim.worlds.propose.view import Let, Loop, Param, called
from gem_sim.worlds.propose.wants import Want, equal

_BACK: dict[type[ast.operator], tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]] = {
    ast.Add: (lambda result, right: result - right, lambda result, left: result - left),
    ast.Sub: (lambda result, right: result + right, lambda result, left: left - result),
    ast.Mult: (lambda result, right: result / right, lambda result, left: result / left),
    ast.Div: (lambda result, right: result * right, lambda result, left: left / result),
    ast.FloorDiv: (lambda result, right: result * right, lambda result, left: left // result),
    ast.Mod: (lambda result, right: right + result, lambda result, left: left - result),
}
"""How to find the left and the right operand for a result."""


class Reacher(Backwards):
    """Turns a wanted value of a part into changes of arguments."""

    def reach(self, node: ast.expr, want: Want) -> Iterator[Change]:
        """Changes after which a part has a wanted value."""
        if not self.moves(node):
            return iter(())
        if self.view.row_of(node) is not None and want.test(None) != want.test({"": ""}):
            return self.there(node, not want.test(None))
        work: Callable[[ast.expr, Want], Iterator[Change]] | None = getattr(self, f"_reach_{type(node).__name__}", None)
        return work(node, want) if work is not None else iter(())

    def _reach_Name(self, node: ast.Name, want: Want) -> Iterator[Change]:
        binding = self.view.bound[node]
        if isinstance(binding, Param):
            return self.given(binding.name, want)
        if isinstance(binding, Let):
            return self.reach(binding.node, want)
        return self._element(binding, want)

    def given(self, name: str, want: Want) -> Iterator[Change]:
        """The argument itself, with a wanted value or left out."""
        for target in want.targets:
            if target is None and name not in self.view.needed:
                yield {name: ABSENT}
            for value in self.pools.spelled(name, target):
                yield {name: value}
        yield from ({name: value} for value in islice(filter(want.test, self.pools.values(name)), ROWS))
        if name not in self.view.needed and want.test(self.view.properties[name].get("default")):
            yield {name: ABSENT}

    def _element(self, loop: Loop, want: Want) -> Iterator[Change]:
        """The element that a loop is at, with a wanted value."""
        made = False
        for part in self.element(loop):
            made = True
            yield from self.reach(part, want)
        if made:
            return
        over, now = self.over(loop), self.case.frame[loop.slot]
        drawn = (value for items in self.pools.elements_of(over) for value in items if want.test(value))
        for target in chain(want.targets, islice(drawn, ROWS)):
            if target is not now:
                yield from self.put_element(over, self.case.at.get(loop.slot), target)

    def put_element(self, node: ast.expr, at: int | None, value: Any) -> Iterator[Change]:
        """Changes after which a list has `value` at a place, or alone where there is no place yet."""
        items = self.case.value(node)
        before, after = (items[:at], items[at + 1 :]) if at is not None and isinstance(items, list) else ([], [])
        return self.reach(node, equal([*before, value, *after]))

    def _reach_ListComp(self, node: ast.ListComp, want: Want) -> Iterator[Change]:
        """A list made by a plain loop, element by element; where it is to be longer, its source first."""
        loop = node.generators[0]
        for target in want.targets:
            if not isinstance(target, list) or len(node.generators) > 1 or loop.ifs:
                continue
            options = [
                list(islice(self.reach(node.elt, equal(target[at])), 2))
                for at in self.case.rounds(loop)
                if at < len(target) and not same(self.case.value(node.elt), target[at])
            ]
            if len(options) == 1:
                yield from options[0]
            elif len(target) != len(self.case.items(node)):
                yield from self.resized(loop.iter, equal(len(target)))

    def _reach_Attribute(self, node: ast.Attribute, want: Want) -> Iterator[Change]:
        return self._member(node.value, node.attr, want)

    def _reach_Subscript(self, node: ast.Subscript, want: Want) -> Iterator[Change]:
        if isinstance(node.slice, ast.Slice):
            return
        at = self.case.value(node.slice)
        if self.moves(node.slice):
            yield from self._picked(node, want)
        if isinstance(at, str):
            yield from self._member(node.value, at, want)
        elif isinstance(at, int):
            size = len(self.case.items(node.value))
            for target in want.targets:
                yield from self.put_element(node.value, at % size if size else None, target)

    def _picked(self, node: ast.Subscript, want: Want) -> Iterator[Change]:
        """Another member of an object or list: `{'economy': 1, 'first': 5}[travel_class]`."""
        owner = self.case.value(node.value)
        names = list(owner) if isinstance(owner, dict) else list(range(len(owner))) if isinstance(owner, list) else []
        fitting = [name for name in names if want.test(owner[name])][:ROWS]
        if fitting or want.test(None):
            yield from self.reach(node.slice, Want(lambda name: want.test(element(owner, name)), (*fitting, "other") if want.test(None) else tuple(fitting)))

    def _member(self, owner: ast.expr, name: str, want: Want) -> Iterator[Change]:
        """A field of a row by another row, a field of an object by another object."""
        of = self.view.row_of(owner)
        if of is None:
            for part in self.members(owner, name):
                yield from self.reach(part, want)
            held = self.case.value(owner)
            held = held if isinstance(held, dict) else {}
            targets = chain(want.targets, filter(want.test, self.pools.held(name)))
            yield from self.reach(owner, Want(lambda value: want.test(field(value, name)), tuple({**held, name: target} for target in islice(targets, ROWS))))
        elif name in of.table.columns:
            for row in islice((row for row in self._rows_with(owner, of.table, name, want)), ROWS):
                yield from islice(self.place(owner, row), 2)

    def _rows_with(self, owner: ast.expr, table: Table, name: str, want: Want) -> Iterator[Row]:
        """Rows with a wanted field, those that the owner may come to be first."""
        if want.exact:
            for target in want.targets:
                yield from self.tables.having(table, {name: target}, ROWS)
            return
        yield from islice((row for row in self.candidates(owner) if want.test(row.get(name))), ROWS)
        yield from self.tables.where(table, name, want.test, ROWS)

    def _reach_List(self, node: ast.List, want: Want) -> Iterator[Change]:
        for target in want.targets:
            if isinstance(target, list) and len(target) == len(node.elts):
                yield from self.all_equal(zip(node.elts, target, strict=True))
        for part in node.elts:
            yield from self.reach(part, Want(lambda _: True))

    def _reach_IfExp(self, node: ast.IfExp, want: Want) -> Iterator[Change]:
        chosen = bool(self.case.true(node.test))
        yield from self.reach(node.body if chosen else node.orelse, want)
        if want.test(self.case.value(node.orelse if chosen else node.body)) or self.moves(node.orelse if chosen else node.body):
            yield from self.make(node.test, not chosen)

    def _reach_UnaryOp(self, node: ast.UnaryOp, want: Want) -> Iterator[Change]:
        if isinstance(node.op, ast.USub):
            return self.reach(node.operand, want.through(lambda value: -value, lambda target: -target))
        return self._truth(node, want)

    def _truth(self, node: ast.expr, want: Want) -> Iterator[Change]:
        """A part that is true or false, as wanted."""
        for wanted in (True, False):
            if want.test(wanted) and not want.test(not wanted):
                yield from self.make(node, wanted)

    def _reach_Compare(self, node: ast.Compare, want: Want) -> Iterator[Change]:
        return self._truth(node, want)

    def _reach_BoolOp(self, node: ast.BoolOp, want: Want) -> Iterator[Change]:
        return self._truth(node, want)

    def _reach_BinOp(self, node: ast.BinOp, want: Want) -> Iterator[Change]:
        work, (left_for, right_for) = BINARY[type(node.op)], _BACK[type(node.op)]
        left, right = self.case.value(node.left), self.case.value(node.right)
        if self.moves(node.left):
            yield from self.reach(node.left, want.through(lambda value: work(value, right), lambda target: left_for(target, right)))
        if self.moves(node.right):
            yield from self.reach(node.right, want.through(lambda value: work(left, value), lambda target: right_for(target, left)))

    def _reach_Call(self, node: ast.Call, want: Want) -> Iterator[Change]:
        name = called(node)
        if name in ("len", "count"):
            return self.counted(node if self.view.entity(node) else node.args[0], want)
        if name in TRUTHS:
            return self._truth(node, want)
        work = self.backwards().get(name)
        if work is not None:
            return work(node.args, want)
        if name in _ALIKE:
            result, back = _ALIKE[name]
            return self.reach(node.args[0], want.through(result, back))
        if name in _EITHER:
            return chain.from_iterable(self.reach(arg, want) for arg in node.args)
        return iter(())


def _same(value: Any) -> Any:
    return value


_ALIKE: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "round": (lambda value: rounded(value, 0), _same),
    "abs": (abs, _same),
    "floor": (floor, _same),
    "ceil": (ceil, _same),
    "lower": (lambda value: value.lower(), _same),
    "upper": (lambda value: value.upper(), _same),
    "trim": (lambda value: value.strip(), _same),
    "text": (str, lambda target: int(target) if str(target).isdigit() else target),
    "number": (float, str),
    "date": (lambda value: value[:10], lambda target: f"{target}T12:00:00"),
}
"""Functions of one value: what they give, and a value for which they give a target."""
TRUTHS = ("exists", "none", "all", "any", "contains_all", "starts_with", "ends_with", "is_date")
"""Functions that say yes or no."""
_EITHER = ("min", "max", "default", "concat", "join", "merge", "unique", "sort")
