"""Resolves the settings of a run, once: names to world, scenario and role functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from gem_sim.episodes import offline
from gem_sim.episodes.state import EpisodeSettings, Role
from gem_sim.errors import InputError
from gem_sim.records import Scenario
from gem_sim.scenarios.assemble import assemble
from gem_sim.scenarios.planner import plan
from gem_sim.worlds.load import load_mock
from gem_sim.worlds.spec import WorldSpec

Part = Literal["user", "assistant", "environment"]

ROLES: dict[Part, dict[str, Callable[[Scenario], Role]]] = {
    "user": {"offline": offline.user},
    "assistant": {"offline": offline.assistant},
    "environment": {"offline": lambda _: offline.environment},
}
"""Role names by part; a name maps to a function that makes the role for a scenario."""


@dataclass(frozen=True)
class Stage:
    """Everything the nodes of one run need. `tools` are in OpenAI form, those of each side."""

    spec: WorldSpec
    scenario: Scenario
    roles: dict[Part, Role]
    tools: dict[Part, list[dict[str, Any]]]


def stage_of(settings: EpisodeSettings) -> Stage:
    """The stage of a run, made at its first turn. Raises InputError for an unknown mock or role name."""
    if settings.stage is None:
        settings.stage = _make(settings)
    made: Stage = settings.stage
    return made


def _make(settings: EpisodeSettings) -> Stage:
    spec = settings.spec or _mock(settings.mock)
    scenario = settings.scenario or assemble(plan(spec, settings.seed))
    chosen: dict[Part, str | Role] = {"user": settings.user, "assistant": settings.assistant, "environment": settings.environment}
    roles = {part: _role(part, choice, scenario) for part, choice in chosen.items()}
    return Stage(spec, scenario, roles, {"assistant": openai_tools(spec, "assistant"), "user": openai_tools(spec, "user"), "environment": []})


@lru_cache(16)
def _mock(name: str) -> WorldSpec:
    """A mock is read once a process: in Studio every run of the graph asks for it again."""
    return load_mock(name)


def _role(part: Part, choice: str | Role, scenario: Scenario) -> Role:
    if callable(choice):
        return choice
    if choice not in ROLES[part]:
        raise InputError(f"no {part} role {choice!r}: expected one of {', '.join(ROLES[part])}, or a function from Python")
    return ROLES[part][choice](scenario)


def openai_tools(spec: WorldSpec, side: str) -> list[dict[str, Any]]:
    """The tools of one side in the form that chat models take."""
    return [
        {"type": "function", "function": {"name": name, "description": tool.description, "parameters": tool.parameters}}
        for name, tool in spec.tools.items()
        if tool.side == side
    ]
