"""The goal of the scenario: reached in the end, and nothing else changed on the way."""

from __future__ import annotations

from collections.abc import Iterator

from gem_sim.episodes.trace import Trace
from gem_sim.records import Episode, Finding
from gem_sim.scenarios.goals import harm, unmet
from gem_sim.worlds.spec import WorldSpec


def check(episode: Episode, spec: WorldSpec, executed: Trace) -> Iterator[Finding]:
    """Findings for parts of the goal that are missing and for changes that nobody asked for."""
    last = len(episode.messages) - 1
    for text in unmet(episode.scenario.goal, executed.end, episode.messages):
        yield Finding(code="goal.unmet", severity="error", message=last, blame="assistant", text=text)
    for text in harm(episode.scenario.goal, executed.start, executed.end):
        yield Finding(code="goal.harm", severity="error", message=last, blame="assistant", text=text)
