"""The parts of a record that nothing executes agree with one another: scenario and world, text and its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from gem_sim.episodes.trace import Trace
from gem_sim.records import Episode, Finding
from gem_sim.scenarios.assemble import scenario_id
from gem_sim.worlds.spec import WorldSpec


def check(episode: Episode, spec: WorldSpec, executed: Trace) -> Iterator[Finding]:
    """Findings for a scenario of another world, a scenario that was changed, and a text that was changed."""
    scenario, source = episode.scenario, episode.source
    if (scenario.world, scenario.seed) != (episode.world.digest, episode.world.seed):
        yield _error("integrity.world", "the scenario belongs to another world or seed")
    if scenario.id != scenario_id(scenario):
        yield _error("integrity.scenario", f"the scenario is not the one with the id {scenario.id}")
    if source is not None and hashlib.sha256(source.text.encode()).hexdigest() != source.sha256:
        yield _error("integrity.source", f"the text is not the one with the sha256 {source.sha256[:12]}")


def _error(code: str, text: str) -> Finding:
    return Finding(code=code, severity="error", blame="scenario", text=text)
