"""Fixtures of all tests: the mock that ships, a played episode, the shared folder, and no network."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from gem_sim.episodes.state import EpisodeSettings
from gem_sim.pipeline import run_episode
from gem_sim.records import Episode, Scenario
from gem_sim.scenarios.assemble import assemble
from gem_sim.scenarios.operators import OPERATORS
from gem_sim.scenarios.planner import plan
from gem_sim.scenarios.refine import refine
from gem_sim.scenarios.story import Story
from gem_sim.worlds.load import load_mock
from gem_sim.worlds.spec import WorldSpec

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None, max_examples=40)
settings.load_profile("repeatable")

LOCAL = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in LOCAL:
            raise AssertionError(f"a test tried to reach {address!r}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        yield


@pytest.fixture
def shared() -> Path:
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("no shared folder beside the repository")
    return folder


@pytest.fixture(scope="session")
def library() -> WorldSpec:
    return load_mock("tool_library")


@pytest.fixture(scope="session")
def stories(library: WorldSpec) -> list[Story]:
    """Refined stories of twenty seeds that stay in the library: no other world is joined to it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("enlarge", "distractors"):
            patch.delitem(OPERATORS, name)
        patch.setattr("gem_sim.scenarios.refine.MOST_JOINED", 0)
        return [refine(story) or story for story in (plan(library, seed) for seed in range(20))]


@pytest.fixture(scope="session")
def scenarios(stories: list[Story]) -> list[Scenario]:
    return [assemble(story) for story in stories]


@pytest.fixture(scope="session")
def episode(library: WorldSpec, scenarios: list[Scenario]) -> Episode:
    """An accepted episode of a refined scenario in which a call is refused."""
    refused = next(scenario for scenario in scenarios if any(call.outcome != "ok" for call in scenario.plan))
    return run_episode(library, seed=refused.seed, scenario=refused)


@pytest.fixture
def stage(library: WorldSpec, scenarios: list[Scenario]) -> EpisodeSettings:
    return EpisodeSettings(spec=library, scenario=scenarios[1], seed=1)
