"""Quality figures of many episodes: shares over all of them, and how much is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from statistics import mean
from typing import Any

from gem_sim.quality.measures import Measures
from gem_sim.records import Episode

WINDOW = 100
"""Episodes over which the rate of new plans is taken."""


def figures(measured: Sequence[Measures]) -> dict[str, Any]:
    """Shares of calls, reads and arguments over all episodes together, means of lengths, shares of episodes."""
    calls = sum(one.calls - one.declared for one in measured)
    return {
        "measured": len(measured),
        "necessary": share(calls - sum(len(one.unneeded) for one in measured), calls),
        "dead_reads": share(sum(len(one.dead) for one in measured), sum(one.reads for one in measured)),
        "arguments_from_results": share(sum(one.from_results for one in measured), sum(one.arguments for one in measured)),
        "chain": _mean(one.chain for one in measured),
        "distance": _mean(one.distance for one in measured),
        "different_tools": _mean(one.distinct for one in measured),
        "rule_decided": share(sum(bool(one.rules) for one in measured), len(measured)),
        "connected": share(sum(one.connected for one in measured), len(measured)),
        "recovery": share(sum(one.recovered for one in measured), len(measured)),
        "imagined_episodes": share(sum(one.imagined > 0 for one in measured), len(measured)),
    }


def novelty(episodes: Sequence[Episode]) -> dict[str, Any]:
    """How much is new among episodes in the order of the run.

    `distinct_sequences`: share of different sequences of tools, `distinct_plans`: of plans, in which outcomes, names of
    arguments and the calls that these come from count too; those of different worlds always differ. `new_plans` has for each
    hundred episodes the share of plans that no earlier episode had, `new_plans_last` that of the last hundred.
    """
    fresh = _fresh([_plan(episode) for episode in episodes])
    sequences = {(episode.world.digest, tuple(call.name for call in episode.calls)) for episode in episodes}
    return {
        "distinct_sequences": share(len(sequences), len(episodes)),
        "distinct_plans": share(sum(fresh), len(fresh)),
        "new_plans_last": share(sum(fresh[-WINDOW:]), len(fresh[-WINDOW:])),
        "new_plans": [share(sum(part), len(part)) for part in (fresh[at : at + WINDOW] for at in range(0, len(fresh), WINDOW))],
    }


def _plan(episode: Episode) -> Hashable:
    """Equal for episodes that differ in values only."""
    steps = []
    answers = {index: at for at, index in enumerate(index for index, message in enumerate(episode.messages) if message["role"] == "tool")}
    for call in episode.calls:
        origins = tuple(sorted((path, origin.source, answers.get(origin.message or 0)) for path, origin in call.provenance.items()))
        steps.append((call.name, call.error["code"] if call.error else "ok", origins))
    return episode.world.digest, tuple(steps)


def operators(episodes: Sequence[Episode]) -> dict[str, float]:
    """Share of the episodes that carry the label of each operator, the most frequent first."""
    counts = Counter(name for episode in episodes for name in set(episode.scenario.operators))
    return {name: share(count, len(episodes)) for name, count in counts.most_common()}


def _fresh(plans: Sequence[Hashable]) -> list[bool]:
    seen: set[Hashable] = set()
    found = []
    for plan in plans:
        found.append(plan not in seen)
        seen.add(plan)
    return found


def share(part: float, whole: int) -> float:
    """A share with three digits; 0.0 of nothing."""
    return round(part / whole, 3) if whole else 0.0


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return round(mean(listed), 2) if listed else 0.0
