"""The laws that every mock obeys, whatever it is made of. A law looks at a mock through its surface and tells what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from gem_sim.worlds.laws import copies, lifecycle, lists, outcomes, parameters, parts, process, purity, refusals, rows, schemas, witnessing
from gem_sim.worlds.laws.codes import CODES as CODES
from gem_sim.worlds.laws.codes import Flaw as Flaw
from gem_sim.worlds.laws.codes import flaw
from gem_sim.worlds.laws.lab import Lab
from gem_sim.worlds.laws.surface import Mock
from gem_sim.worlds.laws.walk import explore
from gem_sim.worlds.witnesses.records import Witnesses

Law = Callable[[Lab], Iterator[Flaw]]

GROUND: tuple[Law, ...] = (schemas.declared_well, copies.runs_repeat, copies.forks_are_apart, copies.dumps_are_whole)
"""What the other laws rest on: they make calls on forks and compare dumps."""
_GROUNDING = ("schema.invalid", "run.differs", "fork.leaks", "dump.json", "dump.differs")
LAWS: tuple[Law, ...] = (
    process.processes_agree,
    copies.seeds_draw_other_ids,
    rows.rows_fit,
    purity.calls_change_what_they_may,
    purity.functions_leave_what_they_read,
    purity.reads_come_in_any_order,
    purity.writes_write,
    purity.computes_from_arguments,
    schemas.results_fit,
    refusals.wrong_calls_are_errors,
    lists.filters_narrow,
    lists.pages_add_up,
    lifecycle.created_rows_are_shown,
    lifecycle.updated_fields_are_shown,
    lifecycle.deleted_rows_are_gone,
    lifecycle.deletions_delete_once,
    lifecycle.arguments_land_in_their_fields,
    outcomes.outcomes_are_reached,
    outcomes.proposals_hold,
    witnessing.witnesses_hold,
    witnessing.outcomes_have_witnesses,
    parameters.parameters_matter,
    parts.parts_matter,
    parameters.unused_is_said_well,
    copies.copies_are_private,  # last, because it spoils the rows of a mock that breaks it
)


QUICK: tuple[Law, ...] = tuple(law for law in LAWS if law is not process.processes_agree)
"""The laws without the one that starts processes, which worlds in the world language keep anyway."""


def check(mock: Mock, source: str | None = None, kept: Witnesses | None = None, laws: Iterable[Law] = LAWS) -> list[Flaw]:
    """Everything the laws find on a mock, errors first, one flaw for each code and place.

    `source` is the name or folder that another process can load a plug-in from; a `WorldSpec` needs none. `kept` are the
    witnesses that were found when the mock was compiled.
    """
    return examine(mock, source, kept, laws).found


class Examination(NamedTuple):
    """What was found, as `check` gives it, and how often each code could have been."""

    found: list[Flaw]
    checks: dict[str, int]


def examine(mock: Mock, source: str | None = None, kept: Witnesses | None = None, laws: Iterable[Law] = LAWS) -> Examination:
    """As `check`, with the number of looks behind it."""
    lab = Lab(mock, source, kept)
    found = [*_found(lab, GROUND)]
    if any(one.code in _GROUNDING or one.where in _names(GROUND) for one in found):
        found.append(flaw("check.stopped", "mock", "a law that all others build on is broken"))
    else:
        lab.learn()
        explore(lab)
        found += _found(lab, laws)
    return Examination(_ordered(found), dict(lab.checks))


def _names(laws: Iterable[Law]) -> set[str]:
    return {law.__name__ for law in laws}


def _found(lab: Lab, laws: Iterable[Law]) -> Iterator[Flaw]:
    for law in laws:
        try:
            yield from law(lab)
        except Exception as error:  # noqa: BLE001  (methods of a plug-in's world run its own code, and one broken law must not hide the others)
            lab.note("call.raises", law.__name__, f"{type(error).__name__}: {str(error)[:200]}")
    yield from lab.noted


def _ordered(found: list[Flaw]) -> list[Flaw]:
    once: dict[tuple[str, str], Flaw] = {}
    for one in found:
        once.setdefault((one.code, one.where), one)
    return sorted(once.values(), key=lambda one: one.severity)
