"""Changes of arguments after which a condition holds, or does not: every form of condition turned round."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice
from typing import Any

from gem_sim.worlds.canonical import same
from gem_sim.worlds.propose.changes import Change
from gem_sim.worlds.propose.reaching import Reacher
from gem_sim.worlds.propose.view import Let, called
from gem_sim.worlds.propose.wants import NEGATED, Want, equal, is_moment, left_of, moved, right_of, truth


class Inverter(Reacher):
    """Changes for whole conditions."""

    def make(self, node: ast.expr, wanted: bool) -> Iterator[Change]:
        """Changes after which a part counts as true, or as not true."""
        if not self.moves(node):
            return iter(())
        work = getattr(self, f"_make_{type(node).__name__}", None)
        return work(node, wanted) if work is not None else self.reach(node, truth(wanted))

    def stir(self, node: ast.expr) -> Iterator[Change]:
        """Changes of whatever decides a part, aimed at nothing: other rows for its look-ups, other values for its arguments."""
        depends = self.view.depends[node]
        look_ups = [call for call in self.view.look_ups if self.view.depends[call] & depends]
        sources: list[Iterator[Change]] = [self._other_rows(call) for call in look_ups]
        sources += [self.given(name, Want(lambda _: True)) for name in self.view.properties if name in depends]
        return in_turn(sources)

    def _other_rows(self, call: ast.expr) -> Iterator[Change]:
        for row in self.rows_for(call):
            yield from islice(self.place(call, row), 1)

    def _make_Name(self, node: ast.Name, wanted: bool) -> Iterator[Change]:
        binding = self.view.bound[node]
        return self.make(binding.node, wanted) if isinstance(binding, Let) else self.reach(node, truth(wanted))

    def _make_BoolOp(self, node: ast.BoolOp, wanted: bool) -> Iterator[Change]:
        if isinstance(node.op, ast.And) == wanted:  # every part has to change
            for part in node.values:
                if self.case.true(part) is not wanted:
                    yield from self.make(part, wanted)
        else:
            yield from in_turn([self.make(part, wanted) for part in node.values])

    def _make_UnaryOp(self, node: ast.UnaryOp, wanted: bool) -> Iterator[Change]:
        return self.make(node.operand, not wanted) if isinstance(node.op, ast.Not) else self.reach(node, truth(wanted))

    def _make_IfExp(self, node: ast.IfExp, wanted: bool) -> Iterator[Change]:
        chosen = bool(self.case.true(node.test))
        yield from self.make(node.body if chosen else node.orelse, wanted)
        yield from self.make(node.test, not chosen)

    def _make_Compare(self, node: ast.Compare, wanted: bool) -> Iterator[Change]:
        sides = [node.left, *node.comparators]
        steps = [(left, type(op) if wanted else NEGATED[type(op)], right) for left, op, right in zip(sides, node.ops, sides[1:], strict=False)]
        if wanted and len(steps) > 1:
            steps = [step for step in steps if not left_of(step[1], self.case.value(step[2])).test(self.case.value(step[0]))]
        yield from in_turn([self._compared(*step) for step in steps])

    def _compared(self, left: ast.expr, op: type[ast.cmpop], right: ast.expr) -> Iterator[Change]:
        if self.moves(left):
            yield from self.reach(left, left_of(op, self.case.value(right)))
        if self.moves(right):
            yield from self.reach(right, right_of(op, self.case.value(left)))

    def _make_Call(self, node: ast.Call, wanted: bool) -> Iterator[Change]:
        name = called(node)
        if name in ("all", "any"):
            return self._over_all(node.args[0], wanted, every=name == "all")
        if name == "contains_all":
            return self._contains_all(node, wanted)
        if name in ("starts_with", "ends_with"):
            return self._begins(node, wanted)
        if name == "is_date":
            return self.reach(node.args[0], Want(lambda value: is_moment(value) == wanted, (moved(self.case.run.now[:10], 7),) if wanted else ("next week",)))
        if self.view.typed(node).of is not None and self.view.row_of(node) is None:
            return self.counted(node, _any_or_none(wanted))
        if name in ("exists", "none", "count") and self.view.entity(node):
            return self.counted(node, _any_or_none(wanted == (name != "none")))
        return self.reach(node, truth(wanted))

    def _make_ListComp(self, node: ast.ListComp, wanted: bool) -> Iterator[Change]:
        return self.counted(node, _any_or_none(wanted))

    def _matched(self, node: ast.Call, wanted: bool) -> Iterator[Change]:
        """`all(match(rows, 'field', wanted))`: as `contains_all` of the field."""
        return self._covered(self.case.held(node.args[0], self.case.value(node.args[1])), node.args[2], wanted)

    def _contains_all(self, node: ast.Call, wanted: bool) -> Iterator[Change]:
        held = self.case.value(node.args[0])
        return self._covered(held if isinstance(held, list) else [], node.args[1], wanted)

    def _covered(self, held: list[Any], node: ast.expr, wanted: bool) -> Iterator[Change]:
        """Changes after which a list asks for what is held only, or for something else too."""
        asked = self.case.value(node)
        asked = asked if isinstance(asked, list) else []
        if wanted and held:
            size = min(len(held), max(1, len(asked)))
            for some in ([self.pools.stream.choice(held)], self.pools.stream.sample(held, size), held):
                yield from self.reach(node, equal(some))
        if not wanted:
            foreign = [item for items in self.pools.elements_of(node) for item in items if not any(same(item, other) for other in held)]
            for item in foreign[:6]:
                yield from self.reach(node, equal([item]))
            for size in range(1, 4) if asked else ():
                yield from self.reach(node, equal([*asked, *[asked[0]] * size]))
            yield from self._foreign(node, asked)

    def _foreign(self, node: ast.expr, asked: list[Any]) -> Iterator[Change]:
        for item in asked[:1]:
            other = f"{item}-0" if isinstance(item, str) else item + 1 if isinstance(item, int) else None
            yield from self.put_element(node, 0, other)

    def _begins(self, node: ast.Call, wanted: bool) -> Iterator[Change]:
        text, part = (self.case.value(arg) for arg in node.args)
        if wanted and isinstance(part, str):
            made = f"{part}{text or ''}" if called(node) == "starts_with" else f"{text or ''}{part}"
            yield from self.reach(node.args[0], Want(lambda value: isinstance(value, str) and part in value, (made, part)))
        if not wanted and isinstance(part, str):
            yield from self.reach(node.args[0], Want(lambda value: isinstance(value, str) and part not in value, ("other",)))

    def _over_all(self, node: ast.expr, wanted: bool, *, every: bool) -> Iterator[Change]:
        """`all(list)` and `any(list)`: an element changed, those that do not fit left out, or one added."""
        node = self.resolved(node)
        if called(node) == "match" and isinstance(node, ast.Call) and every:
            yield from self._matched(node, wanted)
        if not isinstance(node, (ast.ListComp, ast.GeneratorExp)) or len(node.generators) > 1:
            return
        loop = node.generators[0]
        if every == wanted:
            yield from self._leave_out(node, loop, wanted)
        for _ in self.case.rounds(loop):
            if all(self.case.true(test) for test in loop.ifs):
                if self.case.true(node.elt) is not wanted:
                    yield from self.make(node.elt, wanted)
            elif every != wanted:
                for test in loop.ifs:
                    yield from self.make(test, True)
        if every != wanted:
            yield from self.counted(loop.iter, Want(lambda size: size > 0, (1, 2, 3)))

    def _leave_out(self, node: ast.ListComp | ast.GeneratorExp, loop: ast.comprehension, wanted: bool) -> Iterator[Change]:
        """The list without the elements for which the condition is not as wanted."""
        items = self.case.value(loop.iter)
        if isinstance(items, list) and self.moves(loop.iter):
            wrong = {at for at in self.case.rounds(loop) if all(self.case.true(test) for test in loop.ifs) and self.case.true(node.elt) is not wanted}
            kept = [item for at, item in enumerate(items) if at not in wrong]
            if kept:
                yield from self.reach(loop.iter, equal(kept))


def _any_or_none(wanted: bool) -> Want:
    return Want(lambda size: (size > 0) == wanted, (1, 2) if wanted else (0,))


def in_turn(sources: list[Iterator[Change]]) -> Iterator[Change]:
    """One change from each source after another."""
    while sources:
        left = []
        for source in sources:
            change = next(source, None)
            if change is not None:
                yield change
                left.append(source)
        sources = left
