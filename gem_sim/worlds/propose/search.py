"""Bounded best-first search: arguments that meet most goals are changed first, each change aimed at a goal that is not met."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from gem_sim.worlds.canonical import ValueRefused, canonical, dumps
from gem_sim.worlds.propose.case import Case
from gem_sim.worlds.propose.changes import ABSENT, Change
from gem_sim.worlds.propose.goals import Goal
from gem_sim.worlds.propose.inverting import Inverter, in_turn
from gem_sim.worlds.propose.pools import Pools

AIMED = 10
"""So many aimed changes come before every second one is a blind one."""
STARTS = ((0.5, 120), (0.0, 80), (0.5, 50), (1.0, 30), (0.0, 20))
"""For each start the share of the optional parameters that it gives, and how many changes are tried from it."""


class _Trial:
    """Arguments, how many goals they meet, and the changes that are still to be tried on them."""

    def __init__(self, pools: Pools, arguments: dict[str, Any], goals: list[Goal], depth: int) -> None:
        self.arguments = arguments
        case = Case(pools.view, pools.world, arguments)
        self.unmet = sorted((goal for goal in goals if not goal.met(case)), key=lambda goal: len(pools.view.depends[goal.node]))
        self.depth = depth
        self.drawn = 0
        self.changes = self._changes(Inverter(case, pools))

    @property
    def rank(self) -> int:
        """The greater, the sooner it is changed."""
        return -10 * len(self.unmet) - self.drawn - 2 * self.depth

    def _changes(self, inverter: Inverter) -> Iterator[Change]:
        aimed = chain.from_iterable(_towards(inverter, goal) for goal in self.unmet)
        blind = chain.from_iterable(inverter.stir(goal.node) for goal in self.unmet[:1])
        return chain(islice(aimed, AIMED), in_turn([aimed, blind]))


def _towards(inverter: Inverter, goal: Goal) -> Iterator[Change]:
    if goal.wish in ("found", "works"):
        return inverter.found(goal.node)
    return inverter.lost(goal.node) if goal.wish == "missing" else inverter.make(goal.node, goal.wish == "true")


def meeting(pools: Pools, goals: list[Goal]) -> Iterator[dict[str, Any]]:
    """Arguments that fit the schema and meet all goals, one for each of a few starts."""
    for share, steps in STARTS:
        start = pools.start(share)
        if start is not None:
            trial = _improved(pools, start, goals, steps)
            if trial is None:
                return
            if not trial.unmet:
                yield trial.arguments


def _improved(pools: Pools, start: dict[str, Any], goals: list[Goal], steps: int) -> _Trial | None:
    """The best that changes make of a start; None where a goal is out of reach because no argument decides it."""
    trials = [_Trial(pools, start, goals, 0)]
    seen = {dumps(start)}
    for _ in range(steps):
        best = max(trials, key=lambda trial: trial.rank)
        if not best.unmet:
            return best
        if any(not pools.view.depends[goal.node] for goal in best.unmet):
            return None
        change = next(best.changes, None)
        best.drawn += 1
        if change is None:
            trials.remove(best)
            if not trials:
                return best
            continue
        arguments = changed(best.arguments, change)
        if arguments is not None and (name := dumps(arguments)) not in seen:
            seen.add(name)
            if pools.view.tool.is_valid(arguments):
                trials.append(_Trial(pools, arguments, goals, best.depth + 1))
    return max(trials, key=lambda trial: -len(trial.unmet))


def changed(arguments: dict[str, Any], change: Change) -> dict[str, Any] | None:
    """The arguments after a change, in canonical form; None for what no call can take."""
    merged = {**arguments, **change}
    try:
        return {name: canonical(value) for name, value in merged.items() if value is not ABSENT}
    except ValueRefused:
        return None
