"""Laws on parameters: each one changes something, unless it is named under `unused`, and then it changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from itertools import chain
from random import Random
from typing import Any

from gem_sim.worlds.canonical import dumps, same
from gem_sim.worlds.laws.codes import Flaw, flaw
from gem_sim.worlds.laws.draw import Slot
from gem_sim.worlds.laws.lab import Lab, Seen, short
from gem_sim.worlds.laws.surface import content, properties, required
from gem_sim.worlds.laws.views import listed

_BASES = 16
_VALUES = 8
_MORE = 60
_DEEPEST = 5
_ABSENT = object()


def parameters_matter(lab: Lab) -> Iterator[Flaw]:
    """For each parameter there are two calls that differ in it alone and in result, error or state; for an unused one there are none."""
    for tool, about in lab.tools.items():
        bases = [seen for seen in lab.seen if seen.tool == tool and seen.outcome != "invalid_arguments"]
        bases.sort(key=lambda seen: (not seen.result.ok, -len(listed(seen.result.value) or ())))
        for name in properties(about) if bases else ():
            reason = lab.mock.unused.get(f"{tool}.{name}")
            tried = chain(bases[:_BASES], _more(lab, tool, name))
            pair = next((found for seen in tried for found in _differing(lab, seen, name)), None)
            if pair is None and reason is None:
                yield flaw("parameter.idle", f"{tool}.{name}", f"no call of {tool} changes with {name}, such as {bases[0].said}")
            elif pair is not None and reason is not None:
                yield flaw("unused.matters", f"{tool}.{name}", f"{pair[0]} and {pair[1]} do not come out the same")


def parts_matter(lab: Lab) -> Iterator[Flaw]:
    """The same for what stands inside the objects and lists of an argument."""
    for tool, about in lab.tools.items():
        bases = [seen for seen in lab.of(tool, ok=True) + lab.of(tool, ok=False) if seen.outcome != "invalid_arguments"]
        for name, schema in properties(about).items() if bases else ():
            for way, inner in _parts(lab, tool, (name,), schema):
                if f"{tool}.{name}" not in lab.mock.unused and not any(_part_matters(lab, seen, way, inner) for seen in bases):
                    path = "".join(f".{step}" if step else "[]" for step in way)
                    yield flaw("parameter.idle", f"{tool}{path}", f"no call of {tool} changes with {path[1:]}, such as {bases[0].said}")


def _parts(lab: Lab, tool: str, way: tuple[str, ...], schema: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Ways to the parts of a parameter, an empty step for the elements of a list, each with its schema."""
    about = lab.draw.resolved(tool, schema)
    if len(way) < _DEEPEST:
        for branch in (*about.get("anyOf", ()), *about.get("oneOf", ())):
            yield from _parts(lab, tool, way, branch)
        if "items" in about:
            yield from _parts(lab, tool, (*way, ""), about["items"])
        for name, inner in about.get("properties", {}).items():
            yield (*way, name), inner
            yield from _parts(lab, tool, (*way, name), inner)


def _part_matters(lab: Lab, seen: Seen, way: tuple[str, ...], schema: Any) -> bool:
    was, stream = _effect(seen), lab.stream("parts", seen.tool, *way, seen.said)
    for _ in range(_VALUES * 2):
        value = lab.draw.value(stream, Slot(seen.tool, way[-1], schema, lab.draw.context(stream, [seen.arguments, *seen.place.recent])))
        given = deepcopy(seen.arguments)
        if not _put(given, way, value, stream) or same(given, seen.arguments):
            continue
        other = lab.attempt(seen.place, seen.tool, given)
        if other.outcome != "invalid_arguments" and _effect(other) != was:
            return True
    return False


def _put(place: Any, way: tuple[str, ...], value: Any, stream: Random) -> bool:
    """Write a value at the end of a way, into one element of each list on it; false where the way ends before."""
    step, *rest = way
    if not step:
        return isinstance(place, list) and len(place) > 0 and _put(stream.choice(place), tuple(rest), value, stream)
    if not isinstance(place, dict):
        return False
    if not rest:
        place[step] = value
        return True
    return step in place and _put(place[step], tuple(rest), value, stream)


def _more(lab: Lab, tool: str, name: str) -> Iterator[Seen]:
    """New calls in other places, for parameters that matter only now and then."""
    stream = lab.stream("more", tool, name)
    for _ in range(_MORE):
        place = stream.choice(lab.places)
        yield lab.attempt(place, tool, lab.draw.arguments(stream, tool, place.recent))


def _differing(lab: Lab, seen: Seen, name: str) -> Iterator[tuple[str, str]]:
    """Pairs of this call and one that differs in one argument and in what it does."""
    was, stream = _effect(seen), lab.stream("matters", seen.tool, name, seen.said)
    absent = () if name in required(lab.tools[seen.tool]) else (_ABSENT,)
    for value in (*lab.draw.several(stream, seen.tool, name, _VALUES, [seen.arguments, *seen.place.recent]), *absent):
        given = {word: item for word, item in seen.arguments.items() if word != name} | ({} if value is _ABSENT else {name: value})
        other = lab.attempt(seen.place, seen.tool, given)
        if not same(given, seen.arguments) and other.outcome != "invalid_arguments" and seen.outcome != "invalid_arguments" and _effect(other) != was:
            yield seen.said, short(seen.tool, given)


def _effect(seen: Seen) -> tuple[bytes, Any]:
    return dumps(content(seen.result)), seen.after.dump()


def unused_is_said_well(lab: Lab) -> Iterator[Flaw]:
    """What stands under `unused` is a parameter of a tool, with a reason."""
    for where, reason in lab.mock.unused.items():
        tool, _, name = where.partition(".")
        if tool not in lab.tools or name not in properties(lab.tools[tool]):
            yield flaw("unused.unknown", where, f"{where} is no parameter of a tool")
        elif not str(reason).strip():
            yield flaw("unused.unknown", where, f"{where} has no reason")
