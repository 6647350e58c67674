"""Laws on witnesses, where a mock keeps some: they still end in their outcomes, and no outcome is without one."""

from __future__ import annotations

from collections.abc import Iterator

from gem_sim.worlds.laws import declared
from gem_sim.worlds.laws.codes import Flaw, flaw
from gem_sim.worlds.laws.lab import Lab, short
from gem_sim.worlds.witnesses.records import Witness
from gem_sim.worlds.witnesses.search import EXTRA, aims


def witnesses_hold(lab: Lab) -> Iterator[Flaw]:
    """The calls of each witness, made again on a fresh world, end in its outcome and lead to the state that they led to."""
    kept = () if lab.kept is None else lab.kept.witnesses
    moved = []
    for one in kept:
        lab.checked("witness.differs")
        outcome, digest = _made_again(lab, one)
        if outcome != one.marked:
            said = "; ".join(short(call.name, call.arguments) for call in one.calls)
            yield flaw("witness.differs", one.where, f"{said} ended with {one.outcome} and now {_ends(outcome)}")
        elif digest != one.digest:
            moved.append(one.where)
    if moved:
        yield flaw("witness.moved", "witnesses.json", f"{len(moved)} of {len(kept)}, such as that of {moved[0]}")


def _made_again(lab: Lab, one: Witness) -> tuple[str, str]:
    """The outcome of the last call, and the digest after it."""
    world, outcome = lab.mock.start(0), ""
    for call in one.calls:
        outcome = declared.outcome_of(lab.call(world, call.name, call.arguments))
    return outcome, world.digest


def _ends(outcome: str) -> str:
    return "works" if outcome == "ok" else f"ends with {outcome}"


def outcomes_have_witnesses(lab: Lab) -> Iterator[Flaw]:
    """Each outcome that a tool may have has a witness; those that no call has at all are said elsewhere."""
    if lab.kept is None or not declared.is_data(lab.given):
        return
    held = {(one.where, one.outcome) for one in lab.kept.witnesses}
    why = {(one.where, one.outcome): one.why for one in lab.kept.missed}
    for aim in (aim for tool in lab.tools for aim in aims(lab.given, tool)):
        name = (aim.where, aim.outcome)
        if name not in held and aim.outcome not in EXTRA and (aim.outcome == "not_found" or lab.reached(aim.tool, aim.marked)):
            yield flaw("witness.none", aim.where, f"{aim.outcome}: {why.get(name, 'none is kept')}")
