"""Looks for witnesses: proposals at the start, and in states that a few calls lead to where the start has none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from gem_sim.worlds.marked import marked
from gem_sim.worlds.propose import propose, propose_requirement, view_of
from gem_sim.worlds.propose.goals import for_missing
from gem_sim.worlds.spec import EntitySpec, ToolSpec, WorldSpec, snake
from gem_sim.worlds.witnesses.records import Aim, Call, Missed, Witness, Witnesses
from gem_sim.worlds.witnesses.why import why
from gem_sim.worlds.world import CallResult, World

DEPTH = 3
"""Calls that may come before the last one, repetitions of one call apart."""
PLACES = 60
"""States that are looked at beside the start."""
ASKED = 150
"""Proposals that are asked for in them."""
REPEATS = 8
"""Times that one call is made again, for limits and counts."""
EXTRA = ("invalid_arguments", "unprocessable")
"""Outcomes that a tool need not have."""


class Place(NamedTuple):
    """A state, the calls that led to it, and the entities whose rows the last of them changed."""

    world: World
    calls: tuple[Call, ...] = ()
    changed: frozenset[str] = frozenset()


class Search:
    """One search over a world."""

    def __init__(self, spec: WorldSpec) -> None:
        self.spec = marked(spec)
        self.asked = 0
        """Proposals asked for after the start."""
        self._open = {(aim.tool, aim.marked): aim for name in spec.tools for aim in aims(spec, name)}
        self._found: dict[tuple[str, str], Witness] = {}
        self._uses = {name: _used(tool, spec.entities) for name, tool in spec.tools.items()}

    def witnesses(self) -> Witnesses:
        """What was found, and why the rest was not, in the order of the tools."""
        order, start = list(self._open), Place(self.spec.start(0))
        for aim in list(self._open.values()):
            self._ask(start, aim)
        self.asked = 0
        for place in self._places(start):
            for aim in self._wanting(place.changed):
                self._ask(place, aim)
        missed = [(aim, why(start.world, aim)) for aim in self._open.values() if aim.outcome not in EXTRA]
        return Witnesses(
            witnesses=tuple(self._found[name] for name in order if name in self._found),
            missed=tuple(Missed(**aim.model_dump(), why=reason) for aim, reason in missed),
        )

    def _wanting(self, changed: frozenset[str]) -> list[Aim]:
        """Aims still open that these rows may decide."""
        return [aim for aim in self._open.values() if aim.outcome not in EXTRA and self._uses[aim.tool] & changed]

    def _ask(self, place: Place, aim: Aim) -> None:
        arguments = self._proposed(place.world, aim)
        if arguments is not None:
            self._call(place, aim.tool, arguments)

    def _proposed(self, world: World, aim: Aim) -> dict[str, Any] | None:
        self.asked += 1
        return propose(world, aim.tool, aim.outcome) if aim.require is None else propose_requirement(world, aim.tool, aim.require)

    def _call(self, place: Place, tool: str, arguments: dict[str, Any]) -> tuple[Place, CallResult]:
        """Make a call on a copy of a place; if its outcome was looked for it is a witness."""
        world = place.world.fork()
        result = world.call(tool, arguments)
        calls = (*place.calls, Call(name=tool, arguments=arguments))
        aim = self._open.pop((tool, result.outcome), None)
        if aim is not None:
            self._found[tool, result.outcome] = Witness(**aim.model_dump(), calls=calls, digest=world.digest)
        return Place(world, calls, frozenset(change["entity"] for change in result.diff)), result

    def _places(self, start: Place) -> Iterator[Place]:
        """States that calls lead to, those after fewer calls first, while something may be found in them."""
        known, level = {start.world.digest}, [start]
        for _ in range(DEPTH):
            fresh: list[Place] = []
            for place in (step for near in level for step in self._steps(near)):
                if place.world.digest in known:
                    continue
                known.add(place.world.digest)
                fresh.append(place)
                yield place
                if len(known) > PLACES or self.asked > ASKED:
                    return
            level = fresh

    def _steps(self, place: Place) -> Iterator[Place]:
        """What one call of a writing tool leads to, and the same call made again and again."""
        for name, tool in self.spec.tools.items():
            if tool.kind != "write" or not self._wanting(self._uses[name]):
                continue
            arguments = self._proposed(place.world, Aim(tool=name, outcome="ok"))
            if arguments is not None:
                after, result = self._call(place, name, arguments)
                yield after
                yield from self._again(after, result, name, arguments)

    def _again(self, place: Place, result: CallResult, tool: str, arguments: dict[str, Any]) -> Iterator[Place]:
        for _ in range(REPEATS if result.diff else 0):
            place, result = self._call(place, tool, arguments)
            if not result.diff:
                return
        yield place


def aims(spec: WorldSpec, name: str) -> Iterator[Aim]:
    """The outcomes that a tool may have."""
    yield Aim(tool=name, outcome="ok")
    for at, test in enumerate(spec.tools[name].require):
        yield Aim(tool=name, outcome=test.code, require=at)
    if any(for_missing(view_of(spec, name))):
        yield Aim(tool=name, outcome="not_found")
    for outcome in EXTRA:
        yield Aim(tool=name, outcome=outcome)


def _used(tool: ToolSpec, entities: dict[str, EntitySpec]) -> frozenset[str]:
    """The entities that a tool speaks of, with those that live in them or that they live in."""
    said = " ".join(map(str, tool.model_dump(include={"let", "require", "do", "return_"}).values()))
    words = set(re.findall(r"\w+", said))
    named = {name for name in entities if name in words or snake(name) in words}
    homes = {name for name, about in entities.items() if about.parent in named}
    return frozenset({*named, *homes, *(about.parent for name, about in entities.items() if name in named and about.parent)})
