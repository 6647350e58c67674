"""Witnesses: for each outcome of each tool calls that end in it, found when a world is compiled and executed again when it is checked."""

from __future__ import annotations

from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.witnesses.records import Aim as Aim
from gem_sim.worlds.witnesses.records import Witness as Witness
from gem_sim.worlds.witnesses.records import Witnesses as Witnesses
from gem_sim.worlds.witnesses.search import Search


def witnessed(spec: WorldSpec) -> Witnesses:
    """Witnesses for the outcomes of a world that is data, found once by a bounded search."""
    made: Witnesses = spec.once("witnesses", lambda: Search(spec).witnesses())
    return made
