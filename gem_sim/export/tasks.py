"""Tasks for reinforcement learning: what a trainer needs to begin one, and what `export/environment.py` needs to run it."""

from __future__ import annotations

from typing import Any

from gem_sim.episodes.stage import openai_tools
from gem_sim.export.environment import Conversation
from gem_sim.records import Episode
from gem_sim.worlds.spec import WorldSpec


def row(episode: Episode, spec: WorldSpec) -> dict[str, Any]:
    """One task. `prompt` holds the system prompt and what the user says first; `scenario` the whole record, its plan and goal."""
    scenario = episode.scenario
    talk = Conversation(spec, scenario)
    return {
        "id": episode.id,
        "environment": f"{spec.name}_{spec.digest[:8]}",
        "prompt": [{"role": "system", "content": talk.messages[0]["content"]}, {"role": "user", "content": talk.opening}],
        "instruction": scenario.instruction,
        "tools": openai_tools(spec, "assistant"),
        "world": spec.digest,
        "seed": scenario.seed,
        "goal": scenario.goal.model_dump(mode="json"),
        "operators": list(scenario.operators),
        "scenario": scenario.model_dump(mode="json"),
    }


def prompt_row(task: dict[str, Any]) -> dict[str, Any]:
    """What a trainer loads: values that look alike in every row, because table formats fill rows that differ with nulls."""
    return {name: task[name] for name in ("id", "environment", "prompt")}
