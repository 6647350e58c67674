"""The offline roles: user and assistant speak the beats of the scenario in templates, the environment executes calls."""

from __future__ import annotations

from random import Random
from typing import Any

import orjson

from gem_sim import prompts
from gem_sim.episodes.state import Reply, Role, Turn
from gem_sim.records import Beat, Message, Scenario, ToolCall
from gem_sim.worlds.spec import WorldSpec


def system(spec: WorldSpec) -> Message:
    """The system message of a world: what the assistant is, the date, the policy and the rules."""
    text = prompts.render(
        "offline/system",
        description=spec.description or spec.name,
        policy=spec.policy,
        rules=list(dict.fromkeys(rule.text for rule in spec.rules)),
        today=spec.clock[:10],
    )
    return {"role": "system", "content": text}


def user(scenario: Scenario) -> Role:
    """A user that says and does the next of its beats at each turn and ends the conversation with the last."""
    beats = [beat for beat in scenario.beats if beat.speaker == "user"]

    def speak(turn: Turn) -> Reply:
        at = sum(message["role"] == "user" for message in turn.messages)
        beat = beats[min(at, len(beats) - 1)]
        message: Message = {"role": "user", "content": _worded(scenario, beats, beat, at)}
        return Reply(_with_calls(message, beat, turn.messages), done=at >= len(beats) - 1)

    return speak


def assistant(scenario: Scenario) -> Role:
    """An assistant that follows the executed plan: the next of its beats at each turn."""
    beats = [beat for beat in scenario.beats if beat.speaker == "assistant"]

    def speak(turn: Turn) -> Message:
        at = sum(message["role"] == "assistant" for message in turn.messages)
        beat = beats[min(at, len(beats) - 1)]
        message: Message = {"role": "assistant", "content": _worded(scenario, beats, beat, at)}
        return _with_calls(message, beat, turn.messages)

    return speak


def environment(turn: Turn) -> Message:
    """Execute the first call that has no answer yet on the turn's world."""
    call = pending(turn.messages)
    if call is None or turn.world is None:
        raise ValueError("the environment was asked for an answer, but there is no open call")
    name = call["function"]["name"]
    result = turn.world.call(name, call["function"]["arguments"])
    return {"role": "tool", "content": orjson.dumps(result.content()).decode(), "tool_call_id": call["id"], "name": name}


def pending(messages: list[Message]) -> ToolCall | None:
    """The first call of the last message with calls that has no answer yet."""
    for at in range(len(messages) - 1, -1, -1):
        calls = messages[at].get("tool_calls")
        if calls:
            answered = len(messages) - 1 - at
            return calls[answered] if answered < len(calls) else None
        if messages[at]["role"] != "tool":
            return None
    return None


def _with_calls(message: Message, beat: Beat, before: list[Message]) -> Message:
    if beat.calls:
        made = sum(len(earlier.get("tool_calls", [])) for earlier in before)
        message["tool_calls"] = [_tool_call(made + n, call.name, call.arguments) for n, call in enumerate(beat.calls, 1)]
    return message


def _tool_call(number: int, name: str, arguments: dict[str, Any]) -> ToolCall:
    return {"id": f"call_{number:04d}", "type": "function", "function": {"name": name, "arguments": arguments}}


def _worded(scenario: Scenario, beats: list[Beat], beat: Beat, at: int) -> str:
    """The phrasing of a beat. Within an episode an act runs through all its variants before one comes again."""
    name = f"offline/{beat.act}"
    order = list(range(len(prompts.variants(name))))
    Random(f"{scenario.id}/{beat.act}").shuffle(order)  # noqa: S311  (a named stream, so that wording repeats)
    used = sum(earlier.act == beat.act for earlier in beats[:at])
    return prompts.phrase(name, order[used % len(order)], **beat.facts)
