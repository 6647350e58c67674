"""What flows through the episode graph: its state, and the settings a run is started with."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

from typing_extensions import TypedDict

from gem_sim.records import Message, Scenario
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import World


class EpisodeState(TypedDict, total=False):
    """State of the graph, plain JSON: the conversation so far and the world's dump.

    `done`: the user has said the last word; `full`: the limit of messages is reached, whoever is speaking.
    """

    messages: Annotated[list[Message], operator.add]
    world: dict[str, Any]
    done: bool
    full: bool


@dataclass
class Turn:
    """What a role is given. The user's role sees the scenario, the environment's role the world; the assistant's sees neither."""

    messages: list[Message]
    tools: list[dict[str, Any]]
    scenario: Scenario | None = None
    world: World | None = None


@dataclass(frozen=True)
class Reply:
    """What a role gives back. With `done` from the user the conversation ends after the assistant's answer."""

    message: Message
    done: bool = False


Role = Callable[[Turn], Reply | Message]
"""A role: a plain function from a turn to a message, or to a `Reply`."""


@dataclass
class EpisodeSettings:
    """Context of a run of the graph: a world, a scenario and who plays whom.

    `mock` and `seed` choose world and scenario by name, which is all that Studio needs; `spec` and `scenario`, given
    from Python, win over them. Roles are names, or functions when the graph is run from Python.
    """

    mock: str = "tool_library"
    seed: int = 0
    user: str | Role = "offline"
    assistant: str | Role = "offline"
    environment: str | Role = "offline"
    max_messages: int = 160
    spec: WorldSpec | None = None
    scenario: Scenario | None = None
    stage: Any = field(default=None, init=False, repr=False)
    """What the names above stand for, resolved at the first turn."""
