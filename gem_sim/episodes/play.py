"""Runs the episode graph: to the end, or step by step. The graph is loaded by path, so a user's own file works the same."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from gem_sim import assets
from gem_sim.episodes.stage import stage_of
from gem_sim.episodes.state import EpisodeSettings
from gem_sim.errors import InputError
from gem_sim.records import Message
from gem_sim.worlds.canonical import digest


@dataclass(frozen=True)
class Step:
    """One visit of a node: the message it added and what it changed in the world."""

    index: int
    node: str
    message: Message
    diff: list[dict[str, Any]]


def build_episode_graph() -> Any:
    """The compiled graph of graphs/episode.py."""
    return load_graph(None)


def load_graph(file: str | Path | None) -> Any:
    """The module-level `graph` of a Python file; None stands for graphs/episode.py.

    Raises InputError where the file is missing, does not run or has no graph.
    """
    return _load(str(Path(file).resolve() if file is not None else assets.folder("graphs") / "episode.py"))


@lru_cache(8)
def _load(path: str) -> Any:
    name = f"gem_sim_graph_{digest(path)}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not Path(path).is_file():
        raise InputError(f"{Path(path).name}: expected a Python file with a compiled graph named 'graph'")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # LangGraph resolves annotations through the module's entry
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise InputError(f"{Path(path).name}: the graph file does not run ({type(error).__name__}: {error})") from error
    if not hasattr(getattr(module, "graph", None), "invoke"):
        raise InputError(f"{Path(path).name}: has no compiled graph named 'graph'")
    return module.graph


def play(settings: EpisodeSettings, graph: Any = None) -> list[Message]:
    """All messages of one episode. Raises RoleFailure where a role keeps breaking its contract."""
    final = (graph or build_episode_graph()).invoke({"messages": []}, context=settings, config=_config(settings))
    messages: list[Message] = final["messages"]
    return messages


def steps(settings: EpisodeSettings, graph: Any = None, state: dict[str, Any] | None = None) -> Iterator[Step]:
    """The visits of nodes one by one, from the start or from a `state` to go on from."""
    stage = stage_of(settings)
    start = state or {"messages": []}
    world = stage.spec.load(start["world"]) if "world" in start else stage.spec.start(stage.scenario.seed)
    index = len(start["messages"])
    for update in (graph or build_episode_graph()).stream(start, context=settings, config=_config(settings), stream_mode="updates"):
        for node, change in update.items():
            after = stage.spec.load(change["world"]) if "world" in change else world
            for message in change["messages"]:
                yield Step(index, node, message, world.diff(after))
                index += 1
            world = after


def _config(settings: EpisodeSettings) -> dict[str, Any]:
    """LangGraph's own limit is far above any episode; a run that ignores ours must still end."""
    return {"recursion_limit": 2 * settings.max_messages + 20}
