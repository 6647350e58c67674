"""Looks around in a mock: what calls do in its start and in the states that calls lead to, until every outcome was seen or the search is over."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import chain
from random import Random
from typing import Any

from gem_sim.worlds.laws import declared
from gem_sim.worlds.laws.lab import Lab, Place, Seen

_ROUNDS = 4
_WIDTH = 6
_TRIES = 40
_FEW = 10
_STEPS = 40
_WALKS = 4
_HUNTS = 24
_PROPOSALS = 8
_CLOSE = 16
_NEIGHBOURS = 40
_STATES = 300
_AGAIN = 8
_FRESH = 3
_PROBES = 4

Try = tuple[Place, dict[str, Any]]


def explore(lab: Lab) -> None:
    """Fill `lab.seen` and `lab.places`."""
    stream = lab.stream("explore")
    frontier = [lab.start]
    for _ in range(_ROUNDS):
        fresh = [lab.after(seen) for place in frontier for seen in _look(lab, place, stream) if seen.result.diff]
        frontier = [stream.choice(fresh) for _ in range(_WIDTH)] if fresh else []
        lab.places += frontier
    for tool in lab.tools:
        if (arguments := lab.propose(lab.start.world, tool)) is not None:
            lab.keep(lab.attempt(lab.start, tool, arguments))
    for tool, about in lab.tools.items():
        if about.kind == "write":
            lab.places += _insist(lab, tool, stream)
    _spread(lab, stream)
    for tool, outcome in missing(lab):
        _hunt(lab, tool, outcome, stream)


def missing(lab: Lab) -> list[tuple[str, str]]:
    """Tools and declared outcomes that no call has had yet."""
    return [(tool, outcome) for tool in lab.tools for outcome in expected(lab, tool) if not lab.reached(tool, outcome)]


def expected(lab: Lab, tool: str) -> list[str]:
    """`ok` and the code of each requirement."""
    return ["ok", *(test.code for test in declared.requirements(lab.tools[tool]))]


def _look(lab: Lab, place: Place, stream: Random) -> list[Seen]:
    """New kinds of calls at a place."""
    wanting = {tool for tool, _ in missing(lab)}
    return [
        seen
        for tool in lab.tools
        for _ in range(_TRIES if tool in wanting else _FEW)
        if lab.keep(seen := lab.attempt(place, tool, lab.draw.arguments(stream, tool, place.recent)))
    ]


def _spread(lab: Lab, stream: Random) -> None:
    """Breadth first over states that differ, while an outcome is missing; where known calls come out in a new way, it goes on first."""
    queue = deque(lab.places)
    known = {place.world.digest for place in queue}
    signs = {_sign(lab, place) for place in queue}
    while queue and len(known) < _STATES and missing(lab):
        for seen in _steps(lab, queue.popleft(), stream):
            lab.keep(seen)
            if not seen.result.diff or seen.after.digest in known:
                continue
            known.add(seen.after.digest)
            place = lab.after(seen)
            sign = _sign(lab, place)
            if sign not in signs:
                signs.add(sign)
                lab.places.append(place)
                queue.appendleft(place)
            else:
                queue.append(place)


def _steps(lab: Lab, place: Place, stream: Random) -> Iterator[Seen]:
    """Writes at a place: calls that worked elsewhere and new ones."""
    for tool, about in lab.tools.items():
        if about.kind == "write":
            worked = [seen.arguments for seen in lab.of(tool, ok=True)[:_AGAIN]]
            drawn = [lab.draw.arguments(stream, tool, place.recent) for _ in range(_FRESH)]
            yield from (lab.attempt(place, tool, arguments) for arguments in (*worked, *drawn))


def _sign(lab: Lab, place: Place) -> tuple[str, ...]:
    """How known calls of the tools that still lack an outcome come out at a place."""
    probes = [(tool, seen.arguments) for tool in dict(missing(lab)) for ok in (True, False) for seen in lab.of(tool, ok=ok)[:_PROBES]]
    found = [lab.attempt(place, tool, arguments) for tool, arguments in probes]
    for seen in found:
        lab.keep(seen)
    return tuple(seen.outcome for seen in found)


def _insist(lab: Lab, tool: str, stream: Random) -> list[Place]:
    """Walks that call one tool again and again, one argument held fast: where limits and counts are met. Gives their ends."""
    return [_one_walk(lab, tool, stream) for _ in range(_WALKS)]


def _one_walk(lab: Lab, tool: str, stream: Random) -> Place:
    place = stream.choice(lab.places[:_WIDTH])
    works = [seen for seen in lab.of(tool, ok=True) if seen.place is lab.start] or lab.of(tool, ok=True)
    given = [seen for seen in works if seen.arguments]
    held = dict([stream.choice(list(stream.choice(given).arguments.items()))]) if given else {}
    for _ in range(_STEPS):
        name = tool if stream.random() < 0.75 else stream.choice(list(lab.tools))
        arguments = lab.draw.arguments(stream, name, place.recent)
        seen = lab.attempt(place, name, arguments | {word: value for word, value in held.items() if word in arguments})
        lab.keep(seen)
        place = lab.after(seen) if seen.result.diff else place
    return place


def _hunt(lab: Lab, tool: str, outcome: str, stream: Random) -> None:
    """Look for one outcome: proposals, neighbours of calls that came close, draws in many places, long walks."""
    for place, arguments in chain(_proposals(lab, tool, outcome), _neighbours(lab, tool, stream), _draws(lab, tool, stream)):
        lab.keep(lab.attempt(place, tool, arguments))
        if lab.reached(tool, outcome):
            return
    lab.places += _insist(lab, tool, stream)


def _proposals(lab: Lab, tool: str, outcome: str) -> Iterator[Try]:
    for place in lab.places[:: max(1, len(lab.places) // _PROPOSALS)]:
        arguments = lab.propose(place.world, tool, outcome)
        if arguments is not None:
            yield place, arguments


def _neighbours(lab: Lab, tool: str, stream: Random) -> Iterator[Try]:
    """Calls that differ in one or two arguments from one that worked, or from one that failed late."""
    close = [*lab.of(tool, ok=True), *reversed(lab.of(tool, ok=False))]
    for seen in close[:_CLOSE]:
        for _ in range(_NEIGHBOURS if seen.arguments else 0):
            drawn = lab.draw.arguments(stream, tool, [seen.arguments, *seen.place.recent])
            names = stream.sample(sorted(seen.arguments), min(len(seen.arguments), stream.choice((1, 1, 2))))
            yield seen.place, {**seen.arguments, **{name: drawn[name] for name in names if name in drawn}}


def _draws(lab: Lab, tool: str, stream: Random) -> Iterator[Try]:
    for place in lab.places[:: max(1, len(lab.places) // _HUNTS)]:
        for _ in range(_TRIES):
            yield place, lab.draw.arguments(stream, tool, place.recent)
