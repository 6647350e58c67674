"""Laws on what a call may change: reads nothing, failures nothing, and a diff tells exactly what a write changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gem_sim.worlds.canonical import dumps, same
from gem_sim.worlds.laws import declared
from gem_sim.worlds.laws.codes import Flaw, flaw
from gem_sim.worlds.laws.lab import Lab, Seen
from gem_sim.worlds.laws.surface import content

_OTHER_PLACES = 5


def calls_change_what_they_may(lab: Lab) -> Iterator[Flaw]:
    """Reads and failures change neither digest nor dump; digest, diff and the difference of the worlds agree."""
    for seen in lab.seen:
        kind = lab.tools[seen.tool].kind
        lab.checked("failure.writes" if not seen.result.ok else "diff.differs" if kind == "write" else "read.writes")
        if seen.result.ok and kind == "write":
            yield from _told(lab, seen)
        elif _changed(seen):
            code = "read.writes" if seen.result.ok else "failure.writes"
            yield flaw(code, seen.tool, f"{seen.said} {'worked' if seen.result.ok else 'failed'} and left another state")


def _changed(seen: Seen) -> bool:
    before = seen.place.world
    return bool(seen.result.diff) or before.digest != seen.after.digest or before.dump() != seen.after.dump()


def _told(lab: Lab, seen: Seen) -> Iterator[Flaw]:
    said, found = sorted(map(dumps, seen.result.diff)), sorted(map(dumps, seen.place.world.diff(seen.after)))
    moved = seen.place.world.digest != seen.after.digest
    if said != found:
        yield flaw("diff.differs", seen.tool, f"the diff of {seen.said} tells {len(said)} changes, the worlds differ in {len(found)} or in others")
    elif moved != bool(said) and not (said and _has_volatile(lab)):
        yield flaw("diff.differs", seen.tool, f"{seen.said} has {'no' if moved else 'a'} diff, and its digest {'changed' if moved else 'did not change'}")


def _has_volatile(lab: Lab) -> bool:
    return any(field.volatile for entity in declared.entities(lab.mock).values() for field in entity.fields.values())


def functions_leave_what_they_read(lab: Lab) -> Iterator[Flaw]:
    """A function of a plug-in that only reads leaves its private copy of the state alone, though what it does there is lost."""
    for seen in lab.seen:
        touched = getattr(seen.place.world, "touched", None)
        if touched is not None and seen.result.ok and lab.tools[seen.tool].kind != "write" and touched(seen.tool, seen.arguments):
            yield flaw("read.writes", seen.tool, f"{seen.said} changed the state it was given, which is lost")


def reads_come_in_any_order(lab: Lab) -> Iterator[Flaw]:
    """Reads made one after another on one world answer the same in the opposite order."""
    reads = [works[0] for name, tool in lab.tools.items() if tool.kind == "read" and (works := lab.of(name, ok=True))]
    for place in (lab.start, lab.places[-1]) if len(reads) > 1 else ():
        there, back = place.world.fork(), place.world.fork()
        one = [content(lab.call(there, seen.tool, seen.arguments)) for seen in reads]
        two = [content(lab.call(back, seen.tool, seen.arguments)) for seen in reversed(reads)]
        for seen, first, last in zip(reads, one, reversed(two), strict=True):
            lab.checked("read.order")
            if dumps(first) != dumps(last):
                yield flaw("read.order", seen.tool, f"{seen.said} gave {first!r:.80} and after other reads {last!r:.80}")


def writes_write(lab: Lab) -> Iterator[Flaw]:
    """A tool of kind `write` changes something in at least one call."""
    for name, tool in lab.tools.items():
        works = lab.of(name, ok=True)
        if tool.kind == "write" and works:
            lab.checked("write.nothing")
        if tool.kind == "write" and works and not any(seen.result.diff for seen in works):
            yield flaw("write.nothing", name, f"none of {len(works)} calls that worked, such as {works[0].said}, changed a row")


def computes_from_arguments(lab: Lab) -> Iterator[Flaw]:
    """A tool of kind `compute` gives the same answer in every state."""
    others: list[Any] = lab.places[1 :: max(1, len(lab.places) // _OTHER_PLACES)]
    for name, tool in lab.tools.items():
        for seen in lab.of(name, ok=True) if tool.kind == "compute" else ():
            for place in others:
                lab.checked("compute.state")
                again = lab.attempt(place, name, seen.arguments).result
                if not again.ok or not same(again.value, seen.result.value):
                    yield flaw("compute.state", name, f"{seen.said} gave {seen.result.value!r:.80} and elsewhere {(again.value or again.error)!r:.80}")
                    break
