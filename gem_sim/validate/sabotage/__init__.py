"""Sabotage: faults injected into accepted episodes, to see whether validation finds them, and harmless edits that it must let pass."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from gem_sim.records import Episode
from gem_sim.validate import validate_episode
from gem_sim.validate.duplicates import Duplicates
from gem_sim.validate.sabotage import calls, consent, record, roles, talk
from gem_sim.validate.sabotage.case import Case, Edit
from gem_sim.validate.sabotage.harmless import HARMLESS
from gem_sim.worlds.spec import WorldSpec

MOST = 100
"""Injections of a kind after which its rate is known well enough."""

FAULTS: dict[str, Edit] = {**record.FAULTS, **calls.FAULTS, **consent.FAULTS, **talk.FAULTS, **roles.FAULTS}
"""Kind to the edit that makes the fault. An edit gives None where an episode has no target that would be one."""


class Kills(TypedDict):
    """How many faults of a kind were injected and how many of them an error finding has killed."""

    injected: int
    killed: int


class Flags(TypedDict):
    """How many harmless edits of a kind were made and how many of them an error finding has flagged."""

    edited: int
    flagged: int


def sabotage(episodes: Iterable[tuple[Episode, WorldSpec]]) -> tuple[dict[str, Kills], dict[str, Flags]]:
    """Kill rate for each kind of fault, and false alarms for each kind of harmless edit. Episodes with error findings are left alone."""
    kills: dict[str, Kills] = {kind: {"injected": 0, "killed": 0} for kind in (*FAULTS, "copied_episode")}
    flags: dict[str, Flags] = {kind: {"edited": 0, "flagged": 0} for kind in HARMLESS}
    for episode, spec in episodes:
        if is_killed(episode, spec):
            continue
        for kind, damaged in _edited(episode, spec, FAULTS, {kind for kind in FAULTS if kills[kind]["injected"] < MOST}):
            kills[kind]["injected"] += 1
            kills[kind]["killed"] += is_killed(damaged, spec)
        for kind, edited in _edited(episode, spec, HARMLESS, {kind for kind in HARMLESS if flags[kind]["edited"] < MOST}):
            flags[kind]["edited"] += 1
            flags[kind]["flagged"] += is_killed(edited, spec)
        if kills["copied_episode"]["injected"] < MOST:
            kills["copied_episode"]["injected"] += 1
            kills["copied_episode"]["killed"] += _copy_is_found(episode)
    return kills, flags


def is_killed(episode: Episode, spec: WorldSpec) -> bool:
    """Whether validation rejects an episode."""
    return any(finding.severity == "error" for finding in validate_episode(episode, spec))


def _edited(episode: Episode, spec: WorldSpec, edits: dict[str, Edit], wanted: set[str]) -> Iterable[tuple[str, Episode]]:
    for kind, edit in edits.items():
        made = edit(Case(episode, spec, kind)) if kind in wanted else None
        if made is not None:
            yield kind, made


def _copy_is_found(episode: Episode) -> bool:
    """Whether the same conversation under another id is found in a run."""
    duplicates = Duplicates()
    duplicates.finding(episode)
    lineage = episode.lineage.model_copy(update={"root": f"{episode.id}x"})
    found = duplicates.finding(episode.model_copy(update={"id": f"{episode.id}x", "lineage": lineage}))
    return found is not None and found.severity == "error"
