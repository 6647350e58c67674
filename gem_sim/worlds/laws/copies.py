"""Laws on worlds as values: the same calls give the same bytes anywhere, and forks, dumps and results are copies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from gem_sim.worlds.canonical import same
from gem_sim.worlds.laws import declared
from gem_sim.worlds.laws.codes import Flaw, flaw
from gem_sim.worlds.laws.lab import Lab, short
from gem_sim.worlds.laws.story import Line, line_of, tell
from gem_sim.worlds.laws.surface import World, content, properties

_EVERY = 6
"""A copy is made before every so many calls of the story."""
_AHEAD = 6
"""Calls made on a copy, to see whether it answers as the other does."""
_OTHER_SEED = 1


def runs_repeat(lab: Lab) -> Iterator[Flaw]:
    """The story on a fresh world once more gives the same bytes."""
    world = lab.mock.start(0)
    for line in lab.story:
        lab.checked("run.differs")
        if (what := _difference(lab, world, line)) is not None:
            yield flaw("run.differs", line.tool, f"on a fresh world {what}")
            return


def forks_are_apart(lab: Lab) -> Iterator[Flaw]:
    """A fork answers as its origin does, and what happens on one is not seen on the other."""
    world = lab.mock.start(0)
    for at, line in enumerate(lab.story):
        if at % _EVERY:
            lab.call(world, line.tool, line.arguments)
            continue
        lab.checked("fork.leaks")
        still, before = world.fork(), _state(world)
        found = _leak(lab, world, lab.story[at : at + _AHEAD])
        lab.call(world, line.tool, line.arguments)
        if found is None and _state(still) != before:
            found = flaw("fork.leaks", line.tool, f"{short(line.tool, line.arguments)} changed a fork that was made before it")
        if found is not None:
            yield found
            return


def _leak(lab: Lab, world: World, ahead: list[Line]) -> Flaw | None:
    """What goes wrong when calls are made on a fork."""
    fork, before = world.fork(), _state(world)
    for line in ahead:
        what = _difference(lab, fork, line)
        if _state(world) != before:
            return flaw("fork.leaks", line.tool, f"{short(line.tool, line.arguments)} on a fork changed the world it comes from")
        if what is not None:
            return flaw("fork.leaks", line.tool, f"on a fork {what}")
    return None


def dumps_are_whole(lab: Lab) -> Iterator[Flaw]:
    """A world loaded from the JSON of its dump has the same digest and dump and answers the same."""
    world = lab.mock.start(0)
    for at, line in enumerate(lab.story):
        if at % _EVERY == 0:
            lab.checked("dump.differs")
            found = _reloaded(lab, world, lab.story[at : at + _AHEAD])
            if found is not None:
                yield found
                return
        lab.call(world, line.tool, line.arguments)


def _reloaded(lab: Lab, world: World, ahead: list[Line]) -> Flaw | None:
    dump = world.dump()
    try:
        plain = orjson.loads(orjson.dumps(dump))
    except TypeError as error:
        return flaw("dump.json", "dump", str(error))
    if plain != dump:
        return flaw("dump.json", "dump", "it changes when it is written as JSON and read again, as tuples do")
    copy = lab.mock.load(plain)
    if copy.digest != world.digest:
        return flaw("dump.differs", "digest", "the loaded world has another digest")
    if copy.dump() != dump:
        return flaw("dump.differs", "dump", "the loaded world has another dump")
    for line in ahead:
        if (what := _difference(lab, copy, line)) is not None:
            return flaw("dump.differs", line.tool, f"on the loaded world {what}")
    return None


def seeds_draw_other_ids(lab: Lab) -> Iterator[Flaw]:
    """The first id that is drawn for a kind of row differs from seed to seed, unless it goes on counting those of the rows at the start."""
    first: dict[str, list[tuple[str, Any]]] = {}
    for story in (lab.story, tell(lab, _OTHER_SEED)):
        for entity, found in _first_ids(lab, story).items():
            first.setdefault(entity, []).append(found)
    for entity, drawn in first.items():
        lab.checked("seed.ids")
        (tool, key), *others = drawn
        if others and all(same(key, other) for _, other in others) and not _goes_on(lab, entity, key):
            yield flaw("seed.ids", tool, f"the first {entity} is {key!r:.80} whatever the seed")


def _first_ids(lab: Lab, story: list[Line]) -> dict[str, tuple[str, Any]]:
    """Entity to the first id that no argument gave; rows that are told apart by their place have none."""
    found: dict[str, tuple[str, Any]] = {}
    for line in story:
        for change in line.diff:
            key = change["key"]
            parts = key if isinstance(key, list) else [key]
            if change["op"] != "insert" or not parts or change["entity"] in found:
                continue
            by_place = declared.keys(lab.mock, change["entity"])[-1:] == ("#",)
            defaults = [about.get("default") for about in properties(lab.tools[line.tool]).values()]
            if not by_place and not _holds([line.arguments, defaults], parts[-1]):
                found[change["entity"]] = (line.tool, key)
    return found


def _goes_on(lab: Lab, entity: str, key: Any) -> bool:
    """Whether an id is the next number after those of the rows at the start."""
    about = declared.entities(lab.mock).get(entity)
    if about is None or not about.own_keys:
        return False
    numbers = [_numbered(row[about.keys[-1]]) for row in lab.start.world.rows(entity)]  # type: ignore[attr-defined]
    head, number = _numbered(key[-1] if isinstance(key, list) else key)
    return bool(numbers) and all(one[0] == head for one in numbers) and number == max(one[1] for one in numbers) + 1


def _numbered(key: Any) -> tuple[str, int]:
    """An id as what stands before its number, and the number; -1 where it has none."""
    head = str(key).rstrip("0123456789")
    return head, int(str(key)[len(head) :] or -1)


def _holds(value: Any, part: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds(item, part) for item in value.values())
    if isinstance(value, list):
        return any(_holds(item, part) for item in value)
    return bool(value == part)


def _state(world: World) -> tuple[str, Any]:
    return world.digest, world.dump()


def _difference(lab: Lab, world: World, line: Line) -> str | None:
    """Make a call of the story; what comes out differently, as text."""
    result = lab.call(world, line.tool, line.arguments)
    if not declared.is_replayable(lab.mock):
        return None
    return difference(line, line_of(line.tool, line.arguments, result, world))


def difference(line: Line, other: Line) -> str | None:
    """What tells two answers to the same call apart."""
    for what in ("content", "diff", "digest"):
        one, two = _bytes(getattr(line, what)), _bytes(getattr(other, what))
        if one != two:
            return f"{short(line.tool, line.arguments)} gave another {what}: {one[:100]} before, {two[:100]} now"
    return None


def _bytes(value: Any) -> str:
    """Canonical JSON; what is no JSON by its Python text."""
    return orjson.dumps(value, default=repr, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()


def copies_are_private(lab: Lab) -> Iterator[Flaw]:
    """Whoever changes a result, a diff, a dump or the arguments of a call changes that and nothing else."""
    probes = [works[0] for name, tool in lab.tools.items() if tool.kind == "read" and (works := lab.of(name, ok=True))]
    for name in lab.tools:
        for seen in lab.of(name, ok=True)[:3]:
            world = seen.place.world.fork()
            handed = orjson.loads(orjson.dumps(seen.arguments))
            result = world.call(name, handed)
            frozen = _bytes([_state(world), *_answers(lab, world, probes)])
            handed_out = {"arguments": handed, "result": result.value, "diff": result.diff, "dump": world.dump()}
            for what, value in handed_out.items():
                lab.checked("result.shared")
                _spoil(value)
                if _bytes([_state(world), *_answers(lab, world, probes)]) != frozen:
                    yield flaw("result.shared", name, f"changing the {what} of {seen.said} changed the world")
                    return


def _answers(lab: Lab, world: World, probes: list[Any]) -> list[Any]:
    return [content(lab.call(world.fork(), probe.tool, probe.arguments)) for probe in probes]


def _spoil(value: Any) -> None:
    """Change every list and object in a value in place."""
    if isinstance(value, list):
        for item in value:
            _spoil(item)
        value.append("spoilt")
    elif isinstance(value, dict):
        for name, item in value.items():
            _spoil(item)
            if isinstance(item, (str, int, float)):
                value[name] = "spoilt"
        value["spoilt"] = True
