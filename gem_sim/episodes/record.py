"""Makes the record of a played conversation: executed calls, complexity, what it came from. Judges nothing."""

from __future__ import annotations

from collections.abc import Sequence

from gem_sim import prompts
from gem_sim.episodes.phrasing.patterns import files
from gem_sim.episodes.state import EpisodeSettings, Role
from gem_sim.episodes.trace import trace
from gem_sim.records import Complexity, Document, Episode, Lineage, Message, Scenario, Source, ToolSchema, WorldRef
from gem_sim.worlds.canonical import digest
from gem_sim.worlds.plugin.spec import PluginSpec
from gem_sim.worlds.spec import WorldSpec


def record(
    spec: WorldSpec,
    scenario: Scenario,
    messages: list[Message],
    settings: EpisodeSettings,
    *,
    document: Document | None = None,
    procedure: str | None = None,
    parent: Episode | None = None,
) -> Episode:
    """The episode of a conversation. Its outcome is `rejected` until the checks have accepted it."""
    executed = trace(spec, scenario.seed, messages)
    tools = tuple(tool_schema(spec, name) for name in spec.tools)
    episode_id = digest([document.id if document else spec.name, spec.digest, scenario.id, _played_by(settings), messages])[:16]
    return Episode(
        id=episode_id,
        lineage=_lineage(episode_id, parent),
        source=_source(document),
        procedure=procedure,
        tools=tools,
        world=WorldRef(kind="plugin" if isinstance(spec, PluginSpec) else "spec", name=spec.name, version=spec.version, digest=spec.digest, seed=scenario.seed),
        scenario=scenario,
        play="offline" if set(_played_by(settings).values()) == {"offline"} else "custom",
        messages=tuple(messages),
        calls=executed.calls,
        findings=(),
        outcome="rejected",
        complexity=complexity(messages, tools),
        models=_played_by(settings),
        prompts={name: prompts.digest(name) for name in sorted({"offline/system", *(name for beat in scenario.beats for name in files(beat.act))})},
    )


def complexity(messages: Sequence[Message], tools: tuple[ToolSchema, ...]) -> Complexity:
    """Counts over a conversation."""
    called = [call["function"]["name"] for message in messages for call in message.get("tool_calls", [])]
    return Complexity(messages=len(messages), tools=len(tools), calls=len(called), distinct=len(set(called)))


def tool_schema(spec: WorldSpec, name: str) -> ToolSchema:
    """The tool of a world as a record."""
    tool = spec.tools[name]
    return ToolSchema(name=name, description=tool.description, parameters=tool.parameters, returns=tool.returns, kind=tool.kind, side=tool.side)


def _lineage(episode_id: str, parent: Episode | None) -> Lineage:
    if parent is None:
        return Lineage(root=episode_id, parent=None, round=0)
    return Lineage(root=parent.lineage.root, parent=parent.id, round=parent.lineage.round + 1)


def _played_by(settings: EpisodeSettings) -> dict[str, str]:
    return {"user": _name(settings.user), "assistant": _name(settings.assistant), "environment": _name(settings.environment)}


def _name(role: str | Role) -> str:
    return role if isinstance(role, str) else getattr(role, "__name__", type(role).__name__)


def _source(document: Document | None) -> Source | None:
    if document is None:
        return None
    return Source(
        document=document.id,
        title=document.title,
        source=document.source,
        licence=document.licence,
        sha256=document.sha256,
        text=document.text,
    )
