"""generate(): texts or a mock in, accepted episodes out, everything that did not make it kept with its reason."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from gem_sim import assets
from gem_sim.corpus.readers import read_documents
from gem_sim.corpus.segments import split
from gem_sim.episodes.play import Step, load_graph, play, steps
from gem_sim.episodes.record import record
from gem_sim.episodes.stage import stage_of
from gem_sim.episodes.state import EpisodeSettings, Role
from gem_sim.errors import InputError, StoreError
from gem_sim.owntools import own_world
from gem_sim.quality.measures import measure
from gem_sim.quality.targets import Targets
from gem_sim.records import Document, Episode, Rejected, Scenario
from gem_sim.scenarios.written import written_scenarios
from gem_sim.settings import Settings
from gem_sim.stages import run_scenario
from gem_sim.store import RunWriter, Unit
from gem_sim.validate import judged
from gem_sim.validate.replay import refused
from gem_sim.worlds.canonical import digest
from gem_sim.worlds.spec import WorldSpec

MOCK_EPISODES = 10
"""Episodes drawn from a mock where nothing else is asked for."""


def generate(settings: Settings, *, stdin: BinaryIO | None = None) -> Iterator[Episode]:
    """Write a run folder and yield each accepted episode once it is durable.

    Raises InputError for sources that cannot be read, SettingsError for a folder made under other settings.
    """
    if settings.targets:
        Targets.parse(settings.targets)  # so that a wrong one leaves no folder behind
    work = _mock_work(settings, *_mock(settings)) if settings.mock else _text_work(settings, read_documents(settings.sources, stdin=stdin))
    writer = RunWriter(settings)  # last, so that wrong sources leave no folder behind
    try:
        yield from _written(settings, writer, work)
    finally:
        writer.close()


def _written(settings: Settings, writer: RunWriter, work: Iterable[tuple[str, Iterator[Unit]]]) -> Iterator[Episode]:
    wanted = settings.episodes
    accepted = sum(line["passed"].get("kept", 0) for line in writer.done.values())
    for ordinal, (name, unit) in enumerate(work):
        if not settings.shard.takes(ordinal):
            continue
        if wanted is not None and accepted >= wanted:
            return
        if ordinal in writer.done:
            if writer.done[ordinal]["document"] != name:
                raise StoreError(f"{settings.out}: unit {ordinal} was {writer.done[ordinal]['document']!r}, is {name!r}; the sources have changed")
            continue
        made = next(unit)
        accepted += made.passed.get("kept", 0)
        writer.commit(ordinal, made)
        yield from made.episodes


def _text_work(settings: Settings, documents: Iterator[Document | Rejected]) -> Iterator[tuple[str, Iterator[Unit]]]:
    """A unit for each document: its name, and an iterator that makes the unit only when asked."""
    for found in documents:
        if isinstance(found, Rejected):
            yield found.document, iter([Unit(found.document, rejected=[found])])
        else:
            yield found.id, (_document_unit(settings, document) for document in [found])


def _mock(settings: Settings) -> tuple[WorldSpec, dict[str, Scenario]]:
    """The world of the mock, and what its author has written for it: under other rows or rules nothing, for they are no longer those of the author."""
    spec = own_world(settings.mock or "", settings.rows, settings.text)
    if (refusal := refused(spec)) is not None:
        raise InputError(f"{refusal}, and no run can be made of it; 'gem-sim episode' plays one")
    return spec, {} if settings.rows or settings.text else written_scenarios(settings.mock or "", spec)


def _mock_work(settings: Settings, spec: WorldSpec, written: dict[str, Scenario]) -> Iterator[tuple[str, Iterator[Unit]]]:
    """The scenarios that the author of the mock has written, then drawn ones."""
    for name, scenario in written.items():
        yield f"{spec.name}:{name}", (_written_unit(settings, spec, *item) for item in [(f"{spec.name}:{name}", scenario)])
    for number in range(settings.episodes or MOCK_EPISODES):
        seed = _seed(settings, spec.digest, number)
        yield f"{spec.name}#{number}", (_mock_unit(settings, spec, seed, name) for name in [f"{spec.name}#{number}"])


def _document_unit(settings: Settings, document: Document) -> Unit:
    segments = split(document)
    unit = Unit(document.id)
    if not segments:
        words = len(document.text.split())
        unit.rejected.append(Rejected(document=document.id, stage="read", cause="content", reason=f"{words} words; expected at least 150"))
    for segment in segments:
        seeds = [_seed(settings, segment.id, number) for number in range(settings.per_document)]
        _collect(unit, settings, {"document": segment, "seeds": seeds}, ["read"])
    return unit


def _mock_unit(settings: Settings, spec: WorldSpec, seed: int, name: str) -> Unit:
    unit = Unit(name)
    _collect(unit, settings, {"document": None, "spec": spec, "seeds": [seed]}, [])
    return unit


def _written_unit(settings: Settings, spec: WorldSpec, name: str, scenario: Scenario) -> Unit:
    """A written scenario is played as it is written, and not refined."""
    unit = Unit(name)
    update: dict[str, Any] = {"episodes": [], "rejected": [], "passed": ["plan"], "worlds": {}}
    if scenario.plan:
        run_scenario({"document": None, "spec": spec}, spec, scenario, update)
    else:
        reason = "a goal and no calls: for an assistant that finds its own way"
        update["rejected"].append(Rejected(document=name, stage="plan", cause="content", reason=reason, record=scenario.model_dump(mode="json")))
    _take(unit, settings, update)
    return unit


def _collect(unit: Unit, settings: Settings, state: dict[str, Any], passed: list[str]) -> None:
    """Send one text or scenario through the pipeline graph and add what came out to the unit."""
    graph = load_graph(assets.folder("graphs") / "pipeline.py")
    final = graph.invoke({**state, "refine": settings.refine, "targets": settings.targets, "passed": passed})
    _take(unit, settings, final)


def _take(unit: Unit, settings: Settings, final: dict[str, Any]) -> None:
    """Add to a unit what came out, as far as it is on target."""
    episodes = _on_target(settings, unit, final["episodes"], final["worlds"]) if settings.targets else final["episodes"]
    episodes = episodes if settings.rounds == "all" else _last(episodes)
    unit.episodes += episodes
    unit.rejected += final["rejected"]
    unit.worlds |= {episode.world.digest: final["worlds"][episode.world.digest] for episode in episodes}
    counts = Counter(unit.passed) + Counter(final["passed"]) + Counter(kept=len({episode.lineage.root for episode in episodes}))
    unit.passed = dict(counts)


def _on_target(settings: Settings, unit: Unit, episodes: list[Episode], worlds: dict[str, WorldSpec]) -> list[Episode]:
    """The episodes whose last round reaches the targets, all rounds of them; the others are rejected with what they miss."""
    targets, missed = Targets.parse(settings.targets), set()
    for episode in _last(episodes):
        if unmet := targets.unmet(measure(episode, worlds[episode.world.digest])):
            missed.add(episode.lineage.root)
            reason = f"below target: {'; '.join(unmet)}"
            document = episode.source.document if episode.source else episode.world.name
            unit.rejected.append(Rejected(document=document, stage="judge", cause="content", reason=reason, record=episode.model_dump(mode="json")))
    kept = [episode for episode in episodes if episode.lineage.root not in missed]
    unit.passed["judge"] = unit.passed.get("judge", 0) + len({episode.lineage.root for episode in kept})
    return kept


def _last(episodes: list[Episode]) -> list[Episode]:
    parents = {episode.lineage.parent for episode in episodes}
    return [episode for episode in episodes if episode.id not in parents]


def _seed(settings: Settings, name: str, number: int) -> int:
    """A seed of its own for each scenario, from the run's seed, the document and the scenario's number."""
    return int(digest([settings.seed, name, number])[:8], 16)


def run_episode(
    mock: str | Path | WorldSpec,
    *,
    seed: int = 0,
    scenario: Scenario | None = None,
    user: str | Role = "offline",
    assistant: str | Role = "offline",
    environment: str | Role = "offline",
    graph: str | Path | None = None,
) -> Episode:
    """Play one episode of a mock and judge it. Roles are names or plain functions from a `Turn` to a message.

    Raises InputError for an unknown mock, role or graph, PlanError where the world gives no scenario, RoleFailure where
    a role keeps breaking its contract.
    """
    settings = episode_settings(mock, seed=seed, scenario=scenario, user=user, assistant=assistant, environment=environment)
    stage = stage_of(settings)
    messages = play(settings, load_graph(graph))
    return judged(record(stage.spec, stage.scenario, messages, settings), stage.spec)


def stream_episode(mock: str | Path | WorldSpec, *, graph: str | Path | None = None, **options: Any) -> Iterator[Step]:
    """Play one episode and yield each visit of a node: its message and what it changed. Options as for `run_episode`."""
    yield from steps(episode_settings(mock, **options), load_graph(graph))


def episode_settings(mock: str | Path | WorldSpec, **options: Any) -> EpisodeSettings:
    """Settings of the episode graph for a mock by name or folder, or for a world."""
    if isinstance(mock, WorldSpec):
        return dataclasses.replace(EpisodeSettings(**options), spec=mock)
    return EpisodeSettings(mock=str(mock), **options)
