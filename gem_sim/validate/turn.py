"""Checks that one turn can be judged by, alone or in a walk over a whole conversation: claims, statements, the user's contract, the form of calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from gem_sim.episodes.trace import Trace
from gem_sim.records import Blame, Episode, Finding, Message, Scenario, ToolCall, ToolSchema
from gem_sim.scenarios.wording import spoken
from gem_sim.validate import claims, deeds, statements
from gem_sim.validate.contract import UserKnows, check_assistant, check_user
from gem_sim.validate.heard import Heard, take
from gem_sim.worlds.canonical import ValueRefused, canonical, dumps
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.validation import Validator, validator


def turn_findings(before: Sequence[Message], message: Message, tools: Sequence[ToolSchema], *, scenario: Scenario | None = None) -> list[Finding]:
    """Findings on one new message after the messages `before`, so that a role can draw it again. Without a scenario the user's knowledge is not judged."""
    walk = Walk(tools, scenario)
    for earlier in before:
        walk.listen(earlier)
    calls = [problem for call in message.get("tool_calls", []) for problem in call_problems(len(before), message, call, tools)]
    return [*calls, *walk.findings(len(before), message)]


def check(episode: Episode, spec: WorldSpec, executed: Trace) -> Iterator[Finding]:
    """Findings on all messages of an episode."""
    walk = Walk(episode.tools, episode.scenario)
    for index, message in enumerate(episode.messages):
        yield from walk.findings(index, message)
        walk.listen(message)


class Walk:
    """A conversation read message by message: what the assistant and the user have heard so far."""

    def __init__(self, tools: Sequence[ToolSchema], scenario: Scenario | None) -> None:
        self._tools = tools
        self._writes = {tool.name for tool in tools if tool.kind == "write"}
        self._user_tools = {tool.name for tool in tools if tool.side == "user"}
        self._heard = Heard()
        self._heard.tools(tools)
        self._calls: dict[str, tuple[str, dict[str, Any]]] = {}
        self._knows = UserKnows(scenario) if scenario is not None else None

    def findings(self, index: int, message: Message) -> Iterator[Finding]:
        """What is wrong with the next message."""
        if message["role"] == "user" and self._knows is not None:
            yield from check_user(index, message, self._knows, self._tools)
        elif message["role"] == "assistant" and message["content"]:
            yield from check_assistant(index, message["content"])
            yield from (claims.finding(index, text) for text in claims.unsupported(message["content"], self._heard))
            told = [*deeds.undone(message["content"], self._heard), *deeds.misplaced(message["content"], self._heard)]
            yield from (Finding(code="claims.deed", severity="error", message=index, blame="assistant", text=text) for text in told)
            yield from (statements.finding(index, text) for text in statements.contradicted(message["content"], self._heard))
            if not message.get("tool_calls") and (current := self._heard.current()):
                fine = all(shown.error is None for shown in current)
                text = statements.misreported(message["content"], current[-1], changed=current[-1].tool in self._writes, fine=fine)
                if text:
                    yield Finding(code="claims.outcome", severity="error", message=index, blame="assistant", text=text)

    def listen(self, message: Message) -> None:
        """Take the message in."""
        if self._knows is not None and message["role"] == "assistant":
            self._knows.tell(message["content"])
        take(self._heard, message, self._calls)
        if self._knows is not None and message["role"] == "tool" and self._calls.get(message.get("tool_call_id", ""), ("",))[0] in self._user_tools:
            self._knows.tell(message["content"])
            self._knows.tell(spoken(message["content"]))


def call_problems(index: int, message: Message, call: ToolCall, tools: Iterable[ToolSchema]) -> Iterator[Finding]:
    """What is wrong with the form of one call: no such tool, one of the other side, arguments that do not fit its schema."""
    role, name, arguments = message["role"], call["function"]["name"], call["function"]["arguments"]
    blame: Blame = "user" if role == "user" else "assistant"
    tool = next((tool for tool in tools if tool.name == name), None)
    if tool is None:
        text = f"no tool {name!r} is offered"
    elif tool.side != role:
        text = f"{name} is a tool of the {tool.side}, not of the {role}"
    elif (problem := _misfit(tool.parameters, arguments)) is not None:
        text = problem
    else:
        return
    yield Finding(code="schema.call", severity="error", message=index, blame=blame, text=f"call {call['id']}: {text}")


def _misfit(schema: dict[str, Any], arguments: dict[str, Any]) -> str | None:
    """What does not fit a schema, or None."""
    try:
        arguments = canonical(arguments)
    except ValueRefused as refused:
        return str(refused)
    known = _validator(dumps(schema))
    return None if known.is_valid(arguments) else known.problem(arguments)


@lru_cache(maxsize=1024)
def _validator(schema: bytes) -> Validator:
    import orjson

    return validator(orjson.loads(schema), "parameters")
