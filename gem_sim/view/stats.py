"""The figures of a run, from its folder alone: funnel, complexity, quality, coverage, usage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import mean, median
from typing import Any

from gem_sim.errors import InputError
from gem_sim.quality.agents import difficulty
from gem_sim.quality.measures import Measures, measure
from gem_sim.quality.runs import figures, novelty, share
from gem_sim.quality.targets import Targets
from gem_sim.records import Episode, Rejected, Scenario
from gem_sim.store import RunReader, last_rounds
from gem_sim.worlds.spec import WorldSpec

MEASURED = 200
"""Episodes that are executed again for measures, at most."""
PLAYED = 20
"""Scenarios that scripted agents play, at most."""
STAGES = ("read", "filter", "extract", "compile", "plan", "refine", "play", "validate", "judge")


def stats(run: RunReader) -> dict[str, Any]:
    """`{funnel, complexity, quality, coverage, usage}` of a run folder."""
    episodes, rejected = list(run.episodes()), list(run.rejected())
    first = [episode for episode in episodes if episode.lineage.round == 0]
    final = last_rounds(episodes)
    return {
        "funnel": _funnel(run, rejected),
        "accepted": accepted(episodes),
        "complexity": {"before": complexity(first), "after": complexity(final)},
        "quality": quality(run, final),
        "coverage": coverage(final),
        "usage": {"calls": 0, "tokens_in": 0, "tokens_out": 0, "cost": 0},
    }


def accepted(episodes: Sequence[Episode]) -> dict[str, int]:
    """How many episodes, scenarios and sources a run holds."""
    return {"episodes": len(episodes), "scenarios": len(last_rounds(episodes)), "documents": len({_origin(episode) for episode in episodes})}


def _origin(episode: Episode) -> str:
    return episode.source.document if episode.source else episode.world.name


def _funnel(run: RunReader, rejected: Sequence[Rejected]) -> dict[str, Any]:
    passed: Counter[str] = Counter()
    for line in run.progress():
        passed.update(line["passed"])
    table = {}
    for stage in STAGES:
        reasons = Counter(_short(item.reason) for item in rejected if item.stage == stage)
        if passed[stage] or reasons:
            lost = sum(reasons.values())
            table[stage] = {"in": passed[stage] + lost, "out": passed[stage], "reasons": dict(reasons.most_common(12))}
    return table


def _short(reason: str) -> str:
    head = reason.partition(":")[0] if ":" in reason else reason
    return head if len(head) <= 90 else f"{head[:87]}..."


def complexity(episodes: Iterable[Episode]) -> dict[str, Any]:
    """Means and medians of messages, tools, calls and different tools called."""
    counts = [episode.complexity for episode in episodes]
    names = ("messages", "tools", "calls", "distinct")
    if not counts:
        return {"episodes": 0}
    values = {name: [getattr(count, name) for count in counts] for name in names}
    return {"episodes": len(counts), "mean": {n: round(mean(v), 2) for n, v in values.items()}, "median": {n: median(v) for n, v in values.items()}}


def quality(run: RunReader, episodes: Sequence[Episode]) -> dict[str, Any]:
    """What tells a story from a tour of tools: counts over all episodes, and measures by execution over some of them spread over the run."""
    origins = Counter(origin.source for episode in episodes for call in episode.calls for origin in call.provenance.values())
    calls = [call for episode in episodes for call in episode.calls]
    measured = _measured(run, _spread(episodes, MEASURED))
    return {
        "arguments_by_origin": {name: share(count, sum(origins.values())) for name, count in sorted(origins.items())},
        "failed_calls": share(sum(not call.ok for call in calls), len(calls)),
        "imagined_calls": share(sum(call.imagined for call in calls), len(calls)),
        **figures(measured),
        **novelty(episodes),
        "operators": dict(Counter(name for episode in episodes for name in set(episode.scenario.operators)).most_common()),
        "difficulty": difficulty(_playable(run, _spread(episodes, PLAYED))),
        **({"targets": {"asked": run.targets, "missed": Targets.parse(run.targets).unmet_over(measured)}} if run.targets else {}),
    }


def _spread(episodes: Sequence[Episode], most: int) -> Sequence[Episode]:
    return episodes[:: -(-len(episodes) // most)] if episodes else ()


def _measured(run: RunReader, episodes: Iterable[Episode]) -> list[Measures]:
    return [measure(episode, run.world(episode)) for episode in episodes if _starts(run, episode)]


def _playable(run: RunReader, episodes: Iterable[Episode]) -> list[tuple[Scenario, WorldSpec]]:
    return [(episode.scenario, run.world(episode)) for episode in episodes if _starts(run, episode)]


def _starts(run: RunReader, episode: Episode) -> bool:
    """Whether the world can be executed here: that of a plug-in only where it is installed."""
    try:
        run.world(episode).start(episode.world.seed)
    except InputError:
        return False
    return True


def coverage(episodes: Sequence[Episode]) -> dict[str, Any]:
    """How many of the offered tools were called, and how often calls ended in which way."""
    offered = {(episode.world.digest, tool.name) for episode in episodes for tool in episode.tools}
    called = {(episode.world.digest, call.name) for episode in episodes for call in episode.calls}
    outcomes = Counter("ok" if call.error is None else call.error["code"] for episode in episodes for call in episode.calls)
    return {"tools_offered": len(offered), "tools_called": len(called & offered), "outcomes": dict(outcomes.most_common())}
