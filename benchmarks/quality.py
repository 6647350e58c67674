"""All quality figures of a run folder beside their goals, the operators, the scripted agents, and what a measurement costs.

    python benchmarks/quality.py RUN [--round 0|last] [--played N]

Measures every episode, lets agents play N of the scenarios (default 50, spread over the run), and times `measure` on the
episode nearest to 46 messages and 17 calls.
"""

import argparse
from typing import Any

from common import median_us, show

from gem_sim.quality.agents import GOALS, difficulty
from gem_sim.quality.measures import measure
from gem_sim.quality.runs import figures, novelty, operators
from gem_sim.records import Episode
from gem_sim.store import RunReader, last_rounds
from gem_sim.view.stats import complexity

LEAST = {
    "necessary": 0.85,
    "arguments_from_results": 0.4,
    "chain": 3,
    "connected": 0.9,
    "rule_decided": 0.6,
    "distinct_sequences": 0.8,
    "different_tools": 6.5,
}
MOST = {"dead_reads": 0.1, "imagined_episodes": 0.1}


def judged(found: dict[str, Any]) -> dict[str, Any]:
    """Each figure with its goal and whether it is met; figures without a goal as they are."""
    told: dict[str, Any] = {}
    for name, value in found.items():
        if name in LEAST:
            told[name] = {"is": value, "goal": f">= {LEAST[name]}", "met": value >= LEAST[name]}
        elif name in MOST:
            told[name] = {"is": value, "goal": f"<= {MOST[name]}", "met": value <= MOST[name]}
        else:
            told[name] = value
    return told


def agents(run: RunReader, episodes: list[Episode]) -> dict[str, Any]:
    """The mean reward of each scripted agent."""
    reached = difficulty([(episode.scenario, run.world(episode)) for episode in episodes])
    goals = {name: f">= {goal}" if name == "oracle" else f"<= {goal}" for name, goal in GOALS.items()}
    met = {name: reached[name] >= goal if name == "oracle" else reached[name] <= goal for name, goal in GOALS.items()}
    return {name: {"is": value, "goal": goals[name], "met": met[name]} for name, value in reached.items()}


def main() -> None:
    """Read arguments, print figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run")
    parser.add_argument("--round", choices=("0", "last"), default="last")
    parser.add_argument("--played", type=int, default=50)
    given = parser.parse_args()
    run = RunReader(given.run)
    everything = list(run.episodes())
    episodes = last_rounds(everything) if given.round == "last" else [episode for episode in everything if episode.lineage.round == 0]
    measured = [measure(episode, run.world(episode)) for episode in episodes]
    typical = min(episodes, key=lambda episode: abs(episode.complexity.messages - 46) + abs(episode.complexity.calls - 17))
    world = run.world(typical)
    show(
        {
            "complexity": complexity(episodes),
            "quality": judged(figures(measured) | novelty(episodes)),
            "operators": {name: {"is": share, "goal": ">= 0.03", "met": share >= 0.03} for name, share in operators(episodes).items()},
            "agents": agents(run, episodes[:: max(1, len(episodes) // given.played)][: given.played]),
            "measure_ms": {
                "messages": typical.complexity.messages,
                "calls": typical.complexity.calls,
                "is": round(median_us(lambda: measure(typical, world), times=3) / 1e3, 2),
                "goal": "<= 10",
            },
        }
    )


if __name__ == "__main__":
    main()
