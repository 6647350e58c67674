"""Laws on parameters: each one changes something, unless it is named under `unused`, and then it changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from gem_sim.worlds.canonical import dumps, same
from gem_sim.worlds.laws.codes import Flaw, flaw
from gem_sim.worlds.laws.lab import Lab, Seen, short
from gem_sim.worlds.laws.surface import content, properties, required
from gem_sim.worlds.laws.views import listed
from gem_sim.worlds.unused import stands

_BASES = 16
_VALUES = 8
_PAIRED = 2
_BESIDE = 8
_MORE = 60
_ABSENT = object()
NO_PAIR = ()
"""Stands for pairs that were looked for and not found."""


def parameters_matter(lab: Lab) -> Iterator[Flaw]:
    """For each parameter there are two calls that differ in it alone and in result, error or state; for an unused one there are none."""
    for tool, about in lab.tools.items():
        bases = _different(seen for seen in lab.seen if seen.tool == tool and seen.outcome != "invalid_arguments")
        bases.sort(key=lambda seen: (not seen.result.ok, -len(listed(seen.result.value) or ())))
        for name in [word for word, schema in properties(about).items() if bases and not _is_fixed(schema)]:
            reason = lab.mock.unused.get(f"{tool}.{name}")
            lab.checked("parameter.idle" if reason is None else "unused.matters")
            beside = _together(lab, bases[:_PAIRED], name) if reason is None else ()
            tried = chain(bases[:_BASES], beside, _more(lab, tool, name))
            pair = _differing(lab, tried, name)
            if pair is NO_PAIR and reason is None:
                yield flaw("parameter.idle", f"{tool}.{name}", f"no call of {tool} changes with {name}, such as {bases[0].said}")
            elif pair and reason is not None:
                yield flaw("unused.matters", f"{tool}.{name}", f"{pair[0]} and {pair[1]} do not come out the same")


def _is_fixed(schema: dict[str, Any]) -> bool:
    """Whether there is but one value."""
    return "const" in schema or len(schema.get("enum", ())) == 1


def _different(calls: Iterable[Seen]) -> list[Seen]:
    """The calls with different arguments or in different places."""
    return list({(id(seen.place.world), dumps(seen.arguments)): seen for seen in calls}.values())


def _together(lab: Lab, bases: list[Seen], name: str) -> Iterator[Seen]:
    """Calls with one argument more, for parameters that matter only beside another."""
    for seen in bases:
        stream = lab.stream("together", seen.tool, name, seen.said)
        for other in properties(lab.tools[seen.tool]):
            values = lab.draw.several(stream, seen.tool, other, _BESIDE, [seen.arguments]) if other not in (*seen.arguments, name) else ()
            yield from (lab.attempt(seen.place, seen.tool, {**seen.arguments, other: value}) for value in values)


def _more(lab: Lab, tool: str, name: str) -> Iterator[Seen]:
    """New calls in other places, for parameters that matter only now and then."""
    stream = lab.stream("more", tool, name)
    for _ in range(_MORE):
        place = stream.choice(lab.places)
        yield lab.attempt(place, tool, lab.draw.arguments(stream, tool, place.recent))


def _differing(lab: Lab, calls: Iterable[Seen], name: str) -> tuple[str, ...] | None:
    """Two calls that differ in one argument and in what they do; NO_PAIR where all came out the same, None where none could."""
    pair: tuple[str, ...] | None = None
    for seen in calls:
        for given, other in _others(lab, seen, name):
            if other.outcome != "invalid_arguments" and seen.outcome != "invalid_arguments":
                if effect(other) != effect(seen):
                    return seen.said, short(seen.tool, given)
                pair = NO_PAIR if seen.result.ok else pair
    return pair


def _others(lab: Lab, seen: Seen, name: str) -> Iterator[tuple[dict[str, Any], Seen]]:
    """The call with other values for one argument, and without it."""
    stream = lab.stream("matters", seen.tool, name, seen.said)
    absent = () if name in required(lab.tools[seen.tool]) else (_ABSENT,)
    for value in (*lab.draw.several(stream, seen.tool, name, _VALUES, [seen.arguments, *seen.place.recent]), *absent):
        given = {word: item for word, item in seen.arguments.items() if word != name} | ({} if value is _ABSENT else {name: value})
        if not same(given, seen.arguments):
            yield given, lab.attempt(seen.place, seen.tool, given)


def effect(seen: Seen) -> tuple[bytes, Any]:
    """Everything a call did: its answer, and the world after it."""
    return dumps(content(seen.result)), seen.after.dump()


def unused_is_said_well(lab: Lab) -> Iterator[Flaw]:
    """What stands under `unused` is a parameter of a tool, with a reason."""
    for where, reason in lab.mock.unused.items():
        tool, _, name = where.partition(".")
        if tool not in lab.tools or not stands(lab.tools[tool].parameters, name):
            yield flaw("unused.unknown", where, f"{where} is no parameter of a tool")
        elif not str(reason).strip():
            yield flaw("unused.unknown", where, f"{where} has no reason")
