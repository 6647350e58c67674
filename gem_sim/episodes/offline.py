"""The offline roles: user and assistant speak the beats of the scenario in drawn phrasings, the environment executes calls."""

from __future__ import annotations

from typing import Any, Literal

import orjson

from gem_sim import prompts
from gem_sim.episodes.phrasing.speaker import VOICES, Speaker, tone_of
from gem_sim.episodes.state import Reply, Role, Turn
from gem_sim.records import Beat, Message, Scenario, ToolCall
from gem_sim.scenarios.wording import year_of
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
    lines = _Lines(scenario, "user", tone_of(scenario.persona.get("manner", "")))

    def speak(turn: Turn) -> Reply:
        at = sum(message["role"] == "user" for message in turn.messages)
        return Reply(lines.message(at, turn.messages), done=at >= len(lines.beats) - 1)

    return speak


def assistant(scenario: Scenario) -> Role:
    """An assistant that follows the executed plan: the next of its beats at each turn."""
    lines = _Lines(scenario, "assistant", VOICES[int(scenario.id[:4] or "0", 16) % len(VOICES)])

    def speak(turn: Turn) -> Message:
        at = sum(message["role"] == "assistant" for message in turn.messages)
        return lines.message(at, turn.messages)

    return speak


class _Lines:
    """The beats of one role. They are worded in order, so that the words of a beat depend on those before and on no turn."""

    def __init__(self, scenario: Scenario, role: Literal["user", "assistant"], tone: str) -> None:
        self.beats = [beat for beat in scenario.beats if beat.speaker == role]
        self._role: Literal["user", "assistant"] = role
        self._speaker = Speaker(f"{scenario.id}/{role}", role, tone)
        self._texts: list[str] = []

    def message(self, at: int, before: list[Message]) -> Message:
        """The message of a beat, or of the last one where there are no more."""
        at = min(at, len(self.beats) - 1)
        year = year_of(before[0]["content"]) if before else ""
        while len(self._texts) <= at:
            beat = self.beats[len(self._texts)]
            self._texts.append(self._speaker.say(beat.act, len(self._texts), beat.facts, year))
        message: Message = {"role": self._role, "content": self._texts[at]}
        return _with_calls(message, self.beats[at], before)


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
