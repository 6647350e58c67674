"""Checks of played episodes, one module a family. A check reports findings and never changes an episode."""

from __future__ import annotations

from gem_sim.episodes.trace import Trace, trace
from gem_sim.records import Episode, Finding
from gem_sim.validate import form, goal, integrity, length, policy, provenance, quotes, replay, results, schema, turn
from gem_sim.worlds.spec import WorldSpec


def validate_episode(episode: Episode, spec: WorldSpec) -> list[Finding]:
    """All findings on an episode, re-executed in its world. Only findings of severity `error` reject it."""
    broken = form.check(episode)
    if any(finding.severity == "error" for finding in broken):
        return broken  # what is no conversation cannot be executed
    executed = trace(spec, episode.world.seed, episode.messages)
    return [*broken, *(finding for check in _EXECUTED for finding in check(episode, spec, executed))]


def judged(episode: Episode, spec: WorldSpec) -> Episode:
    """The episode with its findings and the outcome that follows from them."""
    findings = tuple(validate_episode(episode, spec))
    outcome = "rejected" if any(finding.severity == "error" for finding in findings) else "accepted"
    return episode.model_copy(update={"findings": findings, "outcome": outcome})


def _replayed(episode: Episode, spec: WorldSpec, executed: Trace) -> list[Finding]:
    if (refusal := replay.refused(spec)) is not None:
        return [Finding(code="replay.refused", severity="error", blame="environment", text=refusal)]
    return [replay.finding(difference) for difference in replay.differences(episode, spec, executed)]


_EXECUTED = (schema.check, results.check, _replayed, provenance.check, policy.check, turn.check, goal.check, quotes.check, integrity.check, length.check)
