"""The figures of a run, from its folder alone: funnel, complexity, quality, coverage, usage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import mean, median
from typing import Any

from gem_sim.records import Episode, Rejected
from gem_sim.store import RunReader, last_rounds

STAGES = ("read", "filter", "extract", "compile", "plan", "refine", "play", "validate", "judge")


def stats(run: RunReader) -> dict[str, Any]:
    """`{funnel, complexity, quality, coverage, usage}` of a run folder."""
    episodes, rejected = list(run.episodes()), list(run.rejected())
    first = [episode for episode in episodes if episode.lineage.round == 0]
    final = last_rounds(episodes)
    return {
        "funnel": _funnel(run, rejected),
        "accepted": {"episodes": len(episodes), "scenarios": len(final), "documents": len({_origin(episode) for episode in episodes})},
        "complexity": {"before": complexity(first), "after": complexity(final)},
        "quality": quality(run, final),
        "coverage": coverage(final),
        "usage": {"calls": 0, "tokens_in": 0, "tokens_out": 0, "cost": 0},
    }


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
    """Shares over episodes and arguments that tell a story from a tour of tools."""
    origins = Counter(origin.source for episode in episodes for call in episode.calls for origin in call.provenance.values())
    calls = [call for episode in episodes for call in episode.calls]
    return {
        "arguments_by_origin": {name: round(count / sum(origins.values()), 3) for name, count in sorted(origins.items())},
        "failed_calls": _share(sum(not call.ok for call in calls), len(calls)),
        "rule_decided": _share(sum(_rule_decided(run, episode) for episode in episodes), len(episodes)),
        "imagined_calls": _share(sum(call.imagined for call in calls), len(calls)),
        "distinct_plans": _share(len({tuple(call.name for call in episode.calls) for episode in episodes}), len(episodes)),
        "operators": dict(Counter(name for episode in episodes for name in set(episode.scenario.operators)).most_common()),
    }


def _rule_decided(run: RunReader, episode: Episode) -> bool:
    """Whether some call was refused by a requirement that enforces a rule of the text, and not by the state of things alone."""
    tools = run.world(episode).tools
    ruled = {(name, test.code, test.error) for name, tool in tools.items() for test in tool.require if test.rule is not None}
    return any(call.error is not None and (call.name, call.error["code"], call.error["message"]) in ruled for call in episode.calls)


def coverage(episodes: Sequence[Episode]) -> dict[str, Any]:
    """How many of the offered tools were called, and how often calls ended in which way."""
    offered = {(episode.world.digest, tool.name) for episode in episodes for tool in episode.tools}
    called = {(episode.world.digest, call.name) for episode in episodes for call in episode.calls}
    outcomes = Counter("ok" if call.error is None else call.error["code"] for episode in episodes for call in episode.calls)
    return {"tools_offered": len(offered), "tools_called": len(called & offered), "outcomes": dict(outcomes.most_common())}


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0
