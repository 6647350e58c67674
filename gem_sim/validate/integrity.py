"""The parts of a record that nothing executes agree with one another: scenario and world, text and its digest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from gem_sim.episodes.trace import Trace
from gem_sim.records import Episode, Finding
from gem_sim.scenarios.assemble import scenario_id
from gem_sim.worlds.spec import WorldSpec

_TODAY = re.compile(r"Today is (\d{4}-\d\d-\d\d)")


def check(episode: Episode, spec: WorldSpec, executed: Trace) -> Iterator[Finding]:
    """Findings for a scenario of another world, a scenario that was changed, and a text that was changed."""
    scenario, source = episode.scenario, episode.source
    if (scenario.world, scenario.seed) != (episode.world.digest, episode.world.seed):
        yield _error("integrity.world", "the scenario belongs to another world or seed")
    if (episode.world.name, episode.world.version) != (spec.name, spec.version):
        yield _error("integrity.world", f"the record names {episode.world.name} {episode.world.version}, the world is {spec.name} {spec.version}")
    yield from _prompt(episode, spec)
    if scenario.id != scenario_id(scenario):
        yield _error("integrity.scenario", f"the scenario is not the one with the id {scenario.id}")
    if source is not None and hashlib.sha256(source.text.encode()).hexdigest() != source.sha256:
        yield _error("integrity.source", f"the text is not the one with the sha256 {source.sha256[:12]}")


def _prompt(episode: Episode, spec: WorldSpec) -> Iterator[Finding]:
    """The system prompt has the day of the world, and all of its rules where it has some."""
    prompt = " ".join(episode.messages[0]["content"].split())
    if (today := _TODAY.search(prompt)) is not None and today[1] != spec.clock[:10]:
        yield _error("integrity.prompt", f"the system prompt says that today is {today[1]}, the world begins on {spec.clock[:10]}")
    told = [rule for rule in spec.rules if " ".join(rule.text.split()) in prompt]
    if told and len(told) < len(spec.rules):
        missing = next(rule for rule in spec.rules if rule not in told)
        yield _error("integrity.prompt", f"the system prompt does not have rule {missing.id} as it is: {missing.text:.80}")


def _error(code: str, text: str) -> Finding:
    return Finding(code=code, severity="error", blame="scenario", text=text)
