"""gem_sim: how-to text in, tool-use episodes that were really executed out.

The names below are the public surface; everything is loaded on first use, so that `import gem_sim` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gem_sim.episodes.play import build_episode_graph as build_episode_graph
    from gem_sim.errors import GemSimError as GemSimError
    from gem_sim.pipeline import generate as generate
    from gem_sim.pipeline import run_episode as run_episode
    from gem_sim.pipeline import stream_episode as stream_episode
    from gem_sim.records import Document as Document
    from gem_sim.records import Episode as Episode
    from gem_sim.records import Finding as Finding
    from gem_sim.records import Procedure as Procedure
    from gem_sim.records import Scenario as Scenario
    from gem_sim.settings import Settings as Settings
    from gem_sim.validate import validate_episode as validate_episode
    from gem_sim.validate.replay import replay as replay
    from gem_sim.worlds.compiler import compile_world as compile_world
    from gem_sim.worlds.load import load_mock as load_mock
    from gem_sim.worlds.load import load_world as load_world
    from gem_sim.worlds.plugin.context import ToolFailure as ToolFailure
    from gem_sim.worlds.plugin.mock import Mock as Mock
    from gem_sim.worlds.spec import WorldSpec as WorldSpec
    from gem_sim.worlds.world import World as World

_HOMES = {
    "build_episode_graph": "episodes.play",
    "compile_world": "worlds.compiler",
    "Document": "records",
    "Episode": "records",
    "Finding": "records",
    "GemSimError": "errors",
    "generate": "pipeline",
    "load_mock": "worlds.load",
    "load_world": "worlds.load",
    "Mock": "worlds.plugin.mock",
    "Procedure": "records",
    "replay": "validate.replay",
    "run_episode": "pipeline",
    "Scenario": "records",
    "Settings": "settings",
    "stream_episode": "pipeline",
    "ToolFailure": "worlds.plugin.context",
    "validate_episode": "validate",
    "World": "worlds.world",
    "WorldSpec": "worlds.spec",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'gem_sim' has no attribute {name!r}")
    return getattr(import_module(f"gem_sim.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOMES)
