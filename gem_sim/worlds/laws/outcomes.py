"""Laws on outcomes: every tool works somewhere, every requirement fails somewhere, and proposals keep their promise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from gem_sim.worlds.laws import declared
from gem_sim.worlds.laws.codes import Flaw, flaw
from gem_sim.worlds.laws.lab import Lab
from gem_sim.worlds.laws.walk import expected, missing

_TRIES = 60
_PLACES = 12


def outcomes_are_reached(lab: Lab) -> Iterator[Flaw]:
    """Every tool has a call that works, and every requirement one that fails with it."""
    for tool in lab.tools:
        for outcome in expected(lab, tool):
            lab.checked("tool.unreached" if outcome == "ok" else "outcome.unreached")
    never = {tool for tool, outcome in missing(lab) if outcome == "ok"}
    for tool, outcome in missing(lab):
        fails = Counter(seen.outcome for seen in lab.of(tool, ok=False))
        if outcome == "ok":
            usual = ", ".join(_name(lab, tool, code) for code, _ in fails.most_common(3))
            yield flaw("tool.unreached", tool, f"none of the calls tried in {len(lab.places)} states worked; they end with {usual or 'nothing'}")
        if tool in never:  # the requirements behind the one that cannot be met are not to blame
            continue
        at = [test.code for test in declared.requirements(lab.tools[tool])].index(outcome)
        where, before = f"{tool}.require[{at}]", _shadow(lab, tool, at, outcome)
        if before is None:
            yield flaw("outcome.unreached", where, f"no call tried in {len(lab.places)} states fails with {_name(lab, tool, outcome)}")
        else:
            yield flaw("outcome.shadowed", where, f"calls that do not meet {_name(lab, tool, outcome)} fail with {_name(lab, tool, before)}")


def _name(lab: Lab, tool: str, outcome: str) -> str:
    """A requirement by its place and text, any other outcome by its code."""
    for at, test in enumerate(declared.requirements(lab.tools[tool])):
        if test.code == outcome:
            return f"require[{at}] ({test.that:.80})"
    return outcome


def _shadow(lab: Lab, tool: str, at: int, outcome: str) -> str | None:
    """What calls end with that would fail with this requirement if it came first; None where none would."""
    first = declared.put_first(lab.mock, tool, at)
    if first is None:
        return None
    stream = lab.stream("shadow", tool, at)
    found: Counter[str] = Counter()
    for place in lab.places[:: max(1, len(lab.places) // _PLACES)]:
        other = first.load(place.world.dump())
        for _ in range(_TRIES):
            arguments = lab.draw.arguments(stream, tool, place.recent)
            if declared.outcome_of(lab.call(other.fork(), tool, arguments)) == outcome:
                found[lab.attempt(place, tool, arguments).outcome] += 1
    return found.most_common(1)[0][0] if found else None


def proposals_hold(lab: Lab) -> Iterator[Flaw]:
    """What `propose` gives has the outcome asked for, and asking changes nothing."""
    for place in (lab.start, lab.places[-1]):
        for tool, about in lab.tools.items():
            for code in dict.fromkeys(("ok", *(test.code for test in declared.requirements(about)))):
                lab.checked("propose.differs")
                before = place.world.dump()
                arguments = lab.propose(place.world, tool, code)
                if place.world.dump() != before:
                    yield flaw("propose.differs", tool, f"asking for {code} changed the world")
                result = None if arguments is None else lab.attempt(place, tool, arguments).result
                said = "ok" if result is None or result.ok else (result.error or {}).get("code")
                if result is not None and said != code:
                    yield flaw("propose.differs", tool, f"proposed for {code}: {arguments!r:.160}, which gives {said}")
