"""What has to hold for an outcome: look-ups that find a row, requirements that hold up to the one that fails, writes that are taken."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Literal, NamedTuple

from gem_sim.worlds.base import Table
from gem_sim.worlds.language.errors import Unusable
from gem_sim.worlds.propose.case import Case
from gem_sim.worlds.propose.changes import conjuncts
from gem_sim.worlds.propose.view import View, every, plainly
from gem_sim.worlds.spec import PLACE, Effect


class Goal(NamedTuple):
    """A part that should be true, false, have a value (`works`), not fail for a missing row (`found`), or fail for one (`missing`)."""

    node: ast.expr
    wish: Literal["true", "false", "works", "found", "missing"]
    let: str | None = None

    def met(self, case: Case) -> bool:
        """Whether the arguments of the case do it."""
        if self.wish in ("works", "found"):
            fault = case.faults.get(self.let) if self.let is not None else case.fault(self.node)
            return fault is None or (self.wish == "found" and isinstance(fault, Unusable))
        if self.wish == "missing":
            return case.missing(self.node)
        return case.true(self.node) is (self.wish == "true")


def _lets(view: View, wish: Literal["works", "found"]) -> list[Goal]:
    return [Goal(node, wish, word) for word, (_, node) in view.lets.items()]


def _holding(tests: list[ast.expr]) -> list[Goal]:
    return [Goal(part, "true") for test in tests for part in conjuncts(test)]


def _failing(node: ast.expr) -> Iterator[Goal]:
    """The parts that all have to be false for a condition to be."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        for part in node.values:
            yield from _failing(part)
    else:
        yield Goal(node, "false")


def for_success(view: View) -> list[Goal]:
    """Goals of a call that works."""
    return [*_lets(view, "works"), *_holding(view.tests), *_answers(view), *_taken(view)]


def for_showing(view: View) -> list[Goal]:
    """Goals of a read that works and shows rows; none where no argument decides which rows it goes through."""
    rows = next((node for node in _gone_through(view) if (of := view.typed(node).of) is not None and of.many and view.depends[node]), None)
    return [] if view.about.kind != "read" or rows is None else [*for_success(view), Goal(view.filled(rows), "true")]


def _gone_through(view: View) -> Iterator[ast.expr]:
    """Parts that may be the rows of an answer, whole lists before parts of them."""
    yield from (node for _, node in view.lets.values())
    for source in (*view.about.let.values(), view.about.return_):
        node = view.readable(source)
        while node is not None:
            yield from (part for part in plainly(node) if not isinstance(part, ast.Slice))
            node = next((part.generators[0].iter for part in plainly(node) if isinstance(part, (ast.ListComp, ast.GeneratorExp))), None)


def for_requirement(view: View, index: int) -> list[Goal]:
    """Goals of a call that meets all requirements before one and fails that one."""
    return [*_lets(view, "found"), *_holding(view.tests[:index]), *_failing(view.tests[index])]


def for_missing(view: View) -> Iterator[list[Goal]]:
    """Goals of calls that look up a row that is not there, one list for each place that looks one up."""
    done: list[Goal] = []
    stages = [(node, Goal(node, "found", word)) for word, (_, node) in view.lets.items()]
    for node, goal in [*stages, *((test, None) for test in view.tests)]:
        if _looks_up(view, node):
            yield [*done, Goal(node, "missing")]
        done += [goal] if goal is not None else _holding([node])
    for goal in [*_answers(view), *_taken(view)]:
        if goal.wish == "found":
            yield [*done, Goal(goal.node, "missing")]


def _looks_up(view: View, node: ast.expr) -> bool:
    return any(view.looks_up(part) and view.depends[part] for part in every(node))


def _answers(view: View) -> list[Goal]:
    """Look-ups in the answer; one in a large list is left to the call itself."""
    tree = view.readable(view.about.return_)
    if tree is None:
        return []
    return [Goal(node, "found") for node in plainly(tree) if view.looks_up(node) and view.depends[node]]


def _taken(view: View) -> list[Goal]:
    """What makes the world take the writes of a tool: rows that exist, keys and unique values that are free, listed values."""
    goals = []
    for effect in view.about.do:
        for source in _sources(effect):
            goals += _goal(view, effect, source, "found")
        for entity, fields in (effect.insert or {}).items():
            for source in _free(view.tables[entity], fields):
                goals += _goal(view, effect, source, "true")
        for target, source in (effect.set or {}).items():
            for test in _kept(view, target, source):
                goals += _goal(view, effect, test, "true")
    return [goal for goal in goals if view.depends[goal.node] and (goal.wish == "true" or _looks_up(view, goal.node))]


def _sources(effect: Effect) -> Iterator[str]:
    for group in [effect.set or {}, *(effect.insert or {}).values()]:
        yield from group.values()


def _goal(view: View, effect: Effect, source: str, wish: Literal["true", "found"]) -> list[Goal]:
    """A goal for one expression of an effect, seen through its `if` and its `for`."""
    if effect.if_:
        source = f"(({source}) if ({effect.if_}) else {wish == 'true'})"
    if effect.for_:
        source = f"all([({source}) for {effect.for_}])" if wish == "true" else f"[({source}) for {effect.for_}]"
    node = view.readable(source)
    return [] if node is None else [Goal(node, wish)]


def _free(table: Table, fields: dict[str, str]) -> Iterator[str]:
    keys = [fields.get(name, "None") for name in table.keys]
    if PLACE not in table.keys and not any("next_id(" in key for key in keys):
        yield f"get({table.name}, {', '.join(f'({key})' for key in keys)}) is None"
    if table.outer and table.entity.parent and PLACE not in table.keys:
        yield f"get({table.entity.parent}, {', '.join(f'({fields.get(name)})' for name in table.outer)}) is not None"
    for name, source in fields.items():
        if name in table.unique:
            yield f"none({table.name}, {name}=({source}))"
        yield from _listed(table, name, source)


def _kept(view: View, target: str, source: str) -> Iterator[str]:
    word, _, name = target.partition(".")
    of = view.top.scope.kinds.get(word)
    if of is not None and not of.many:
        if name in of.table.unique:
            yield f"{word}.{name} == ({source}) or none({of.table.name}, {name}=({source}))"
        yield from _listed(of.table, name, source)


def _listed(table: Table, name: str, source: str) -> Iterator[str]:
    about = table.columns.get(name)
    if about is not None and about.enum is not None:
        yield f"({source}) in {[None, *about.enum]!r}"
