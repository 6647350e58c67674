"""Calls against the tools: the tool exists and belongs to the caller's side, the arguments fit its schema."""

from __future__ import annotations

from collections.abc import Iterator

from gem_sim.episodes.record import tool_schema
from gem_sim.episodes.trace import Trace
from gem_sim.records import Blame, Episode, Finding
from gem_sim.worlds.spec import WorldSpec


def check(episode: Episode, spec: WorldSpec, executed: Trace) -> Iterator[Finding]:
    """Findings for tools that are not those of the world, and for each call that no tool could take."""
    offered = {tool.name: tool for tool in episode.tools}
    for name, tool in offered.items():
        if name not in spec.tools or tool != tool_schema(spec, name):
            yield Finding(code="schema.tools", severity="error", blame="scenario", text=f"tool {name} is not the one of the world")
    for call in executed.calls:
        role = episode.messages[call.message]["role"]
        blame: Blame = "user" if role == "user" else "assistant"
        if call.name not in offered or call.name not in spec.tools:
            text = f"call {call.id}: no tool {call.name!r} is offered"
        elif offered[call.name].side != role:
            text = f"call {call.id}: {call.name} is a tool of the {offered[call.name].side}, not of the {role}"
        elif call.error is not None and call.error["code"] == "invalid_arguments":
            text = f"call {call.id}: {call.error['message']}"
        else:
            continue
        yield Finding(code="schema.call", severity="error", message=call.message, blame=blame, text=text)
