"""What all searches for changes of arguments share: the case, names resolved, changes that agree put together."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from gem_sim.worlds.canonical import same
from gem_sim.worlds.propose.case import Case
from gem_sim.worlds.propose.pools import Pools
from gem_sim.worlds.propose.view import Let, Loop, called
from gem_sim.worlds.propose.wants import Want, equal

Change = dict[str, Any]
"""New values of parameters; ABSENT leaves one out."""
ABSENT: Any = object()
ROWS = 24
"""Rows that are tried for one look-up."""
ONE_OF = ("first", "last")


class Changes(ABC):
    """Looks for changes of a case's arguments. Every method yields changes, likely ones first, none of them sure."""

    def __init__(self, case: Case, pools: Pools) -> None:
        self.case = case
        self.pools = pools
        self.view = case.view
        self.tables = pools.tables

    @abstractmethod
    def reach(self, node: ast.expr, want: Want) -> Iterator[Change]:
        """Changes after which a part has a wanted value."""

    @abstractmethod
    def make(self, node: ast.expr, wanted: bool) -> Iterator[Change]:
        """Changes after which a part counts as true, or as not true."""

    @abstractmethod
    def put_element(self, node: ast.expr, at: int | None, value: Any) -> Iterator[Change]:
        """Changes after which a list has a value at a place, or alone where there is no place yet."""

    @abstractmethod
    def counted(self, node: ast.expr, want: Want) -> Iterator[Change]:
        """Changes after which a list has a wanted number of elements."""

    def moves(self, node: ast.expr) -> bool:
        """Whether arguments decide what a part comes to."""
        return bool(self.view.depends[node])

    def resolved(self, node: ast.expr) -> ast.expr:
        """What a name of `let` stands for; any other part itself."""
        binding = self.view.bound.get(node)
        return self.resolved(binding.node) if isinstance(binding, Let) else node

    def all_equal(self, pairs: Iterable[tuple[ast.expr, Any]]) -> Iterator[Change]:
        """Changes after which several parts have given values at once."""
        options = []
        for node, value in pairs:
            if same(self.case.value(node), value):
                continue
            if not self.moves(node):
                return
            options.append(list(islice(self.reach(node, equal(value)), 3)))
        yield from self.together(options)

    def together(self, options: Sequence[list[Change]]) -> Iterator[Change]:
        """Changes that agree, one of each list, as one."""
        yield from self._with({}, options)

    def _with(self, made: Change, options: Sequence[list[Change]]) -> Iterator[Change]:
        if not options:
            yield made
        for change in options[0] if options else ():
            merged = self._agreed(made, change)
            if merged is not None:
                yield from self._with(merged, options[1:])

    def _agreed(self, one: Change, other: Change) -> Change | None:
        """Two changes as one; those of different members of an object agree."""
        merged = one | other
        for name in one.keys() & other.keys():
            if not same(one[name], other[name]):
                before = self.case.arguments.get(name)
                both = _members(one[name], other[name], before if isinstance(before, dict) else {})
                if both is None:
                    return None
                merged[name] = both
        return merged

    def over(self, loop: Loop) -> ast.expr:
        """The list that a name runs over; in `for a, b in zip(x, y)` that is `y` for `b`."""
        over = self.resolved(loop.over)
        if loop.place is not None and isinstance(over, ast.Call) and called(over) == "zip" and loop.place < len(over.args):
            return self.resolved(over.args[loop.place])
        return over

    def element(self, loop: Loop) -> Iterator[ast.expr]:
        """The part that the element at hand was made by, if its list was made by a plain comprehension; that one is at the same place then."""
        over, at = self.over(loop), self.case.at.get(loop.slot)
        if isinstance(over, (ast.ListComp, ast.GeneratorExp)) and len(over.generators) == 1 and not over.generators[0].ifs and at is not None:
            for place in self.case.rounds(over.generators[0]):
                if place == at:
                    yield over.elt
                    return

    def members(self, owner: ast.expr, name: str) -> Iterator[ast.expr]:
        """The parts that a member of a written object comes from: `x` for the `id` of `first([{'id': x} for x in list])`."""
        owner = self.resolved(owner)
        binding = self.view.bound.get(owner)
        if isinstance(owner, ast.Dict):
            yield from (value for key, value in zip(owner.keys, owner.values, strict=True) if isinstance(key, ast.Constant) and key.value == name)
        elif isinstance(binding, Loop):
            for part in self.element(binding):
                yield from self.members(part, name)
        elif isinstance(owner, ast.Call) and called(owner) in ONE_OF:
            listed = self.resolved(owner.args[0])
            if isinstance(listed, (ast.ListComp, ast.GeneratorExp)) and len(listed.generators) == 1:
                for _ in self.case.rounds(listed.generators[0]):
                    if all(self.case.true(test) for test in listed.generators[0].ifs):
                        yield from self.members(listed.elt, name)


def _members(one: Any, other: Any, before: dict[str, Any]) -> dict[str, Any] | None:
    """An object with what both have changed in it; None where they do not agree."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return None
    changed = {name: value for name, value in one.items() if name not in before or not same(before[name], value)}
    if any(name in changed and not same(changed[name], value) for name, value in other.items() if name not in before or not same(before[name], value)):
        return None
    return {**other, **changed}


def conjuncts(node: ast.expr) -> Iterator[ast.expr]:
    """The parts that all have to be true for a condition to be."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        for part in node.values:
            yield from conjuncts(part)
    else:
        yield node
