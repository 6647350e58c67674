"""The nodes and routes of the episode graph. Each visit of a node adds exactly one message."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from langgraph.runtime import Runtime
from pydantic import TypeAdapter, ValidationError

from gem_sim.episodes import offline
from gem_sim.episodes.stage import Part, Stage, stage_of
from gem_sim.episodes.state import EpisodeSettings, EpisodeState, Reply, Turn
from gem_sim.errors import RoleFailure
from gem_sim.records import Message
from gem_sim.worlds.canonical import ValueRefused, canonical

DRAWS = 3
"""How often a role may break its contract before the episode is given up."""

Node = Literal["system", "user", "assistant", "environment", "__end__"]
_MESSAGE = TypeAdapter(Message)
_SPOKEN_BY = {"user": "user", "assistant": "assistant", "environment": "tool"}


def system(state: EpisodeState, runtime: Runtime[EpisodeSettings]) -> dict[str, Any]:  # noqa: ARG001  (LangGraph hands it over by name)
    """Opens the episode: the system prompt, and a fresh world."""
    stage = _stage(runtime)
    return {"messages": [offline.system(stage.spec)], "world": stage.spec.start(stage.scenario.seed).dump(), "done": False}


def user(state: EpisodeState, runtime: Runtime[EpisodeSettings]) -> dict[str, Any]:
    """The user speaks; only this role sees the scenario."""
    stage = _stage(runtime)
    reply = _drawn(stage, "user", Turn(state["messages"], stage.tools["user"], scenario=stage.scenario))
    return {"messages": [reply.message], "done": reply.done}


def assistant(state: EpisodeState, runtime: Runtime[EpisodeSettings]) -> dict[str, Any]:
    """The assistant speaks or calls tools; it sees the conversation and the tools."""
    stage = _stage(runtime)
    reply = _drawn(stage, "assistant", Turn(state["messages"], stage.tools["assistant"]))
    full = len(state["messages"]) + 1 >= _settings(runtime).max_messages
    return {"messages": [reply.message], "done": state.get("done", False) or full, "full": full}


def environment(state: EpisodeState, runtime: Runtime[EpisodeSettings]) -> dict[str, Any]:
    """The environment answers one open call, on the world as the call before left it."""
    stage = _stage(runtime)
    world = stage.spec.load(state["world"])
    reply = _drawn(stage, "environment", Turn(state["messages"], [], world=world))
    return {"messages": [reply.message], "world": world.dump()}


def next_node(state: EpisodeState) -> Node:
    """Who is next: the environment while calls are open, then whoever made them; user and assistant in turn; code decides the end."""
    messages = state.get("messages") or []
    if not messages:
        return "system"
    if state.get("full"):
        return "__end__"
    if offline.pending(messages) is not None:
        return "environment"
    last = messages[-1]["role"]
    if last == "tool":
        return _caller(messages)
    if last == "assistant":
        return "__end__" if state.get("done") else "user"
    return "assistant" if last == "user" else "user"


def _caller(messages: list[Message]) -> Node:
    role = next(message["role"] for message in reversed(messages) if message.get("tool_calls"))
    return "user" if role == "user" else "assistant"


def _settings(runtime: Runtime[EpisodeSettings]) -> EpisodeSettings:
    """The run's settings; a run started without any, as Studio may, plays the default mock."""
    return runtime.context or _default()


@cache
def _default() -> EpisodeSettings:
    return EpisodeSettings()


def _stage(runtime: Runtime[EpisodeSettings]) -> Stage:
    return stage_of(_settings(runtime))


def _drawn(stage: Stage, part: Part, turn: Turn) -> Reply:
    """A reply that keeps the contract of its role, drawn again a few times where it does not."""
    problem = ""
    for _ in range(DRAWS):
        made = stage.roles[part](turn)
        reply = made if isinstance(made, Reply) else Reply(made)
        problem = _broken(part, reply.message, turn.messages)
        if not problem:
            return reply
    raise RoleFailure(part, problem)


def _broken(part: Part, message: Message, before: list[Message]) -> str:
    """What is wrong with a reply, or nothing."""
    try:
        _MESSAGE.validate_python(message)
    except ValidationError as invalid:
        return f"not a message: {invalid.errors(include_url=False)[0]['msg']} at {'.'.join(map(str, invalid.errors()[0]['loc'])) or 'top level'}"
    if message["role"] != _SPOKEN_BY[part]:
        return f"expected a message of role {_SPOKEN_BY[part]!r}, got {message['role']!r}"
    if part != "environment" and not message["content"] and not message.get("tool_calls"):
        return "neither text nor calls"
    open_call = offline.pending(before)
    if part == "environment" and (open_call is None or message.get("tool_call_id") != open_call["id"]):
        return f"answers {message.get('tool_call_id')!r}, which is not the open call"
    return _broken_calls(message, before)


def _broken_calls(message: Message, before: list[Message]) -> str:
    known = {call["id"] for earlier in before for call in earlier.get("tool_calls", [])}
    for call in message.get("tool_calls", []):
        if call["id"] in known:
            return f"call id {call['id']!r} stands there twice"
        known.add(call["id"])
        try:
            canonical(call["function"]["arguments"])
        except ValueRefused as refused:
            return f"arguments of {call['id']!r}: {refused}"
    return ""
