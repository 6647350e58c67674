"""Form of a conversation: role order, one answer for each call, unique ids, an end that is one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from gem_sim.records import Blame, Episode, Finding, Message

_FOLLOWS: dict[str, tuple[str, ...]] = {"system": ("user",), "user": ("assistant",), "assistant": ("user",), "tool": ("assistant", "tool", "user")}
_BLAME: dict[str, Blame] = {"user": "user", "assistant": "assistant", "tool": "environment", "system": "scenario"}


def check(episode: Episode) -> list[Finding]:
    """Findings on the form of an episode; nothing is executed."""
    messages = episode.messages
    if not messages or messages[0]["role"] != "system":
        return [_error("form.start", 0, "scenario", "expected a system message first")]
    return conversation(messages)


def conversation(messages: tuple[Message, ...]) -> list[Finding]:
    """Findings on messages, whatever they begin with."""
    findings = [*_order(messages), *_answers(messages)]
    if messages[-1]["role"] != "assistant" or messages[-1].get("tool_calls"):
        findings.append(_error("form.end", len(messages) - 1, "scenario", "expected the assistant's words last"))
    return findings


def _order(messages: tuple[Message, ...]) -> Iterator[Finding]:
    for index, (one, following) in enumerate(pairwise(messages)):
        allowed = ("tool",) if one.get("tool_calls") else _FOLLOWS[one["role"]]
        if following["role"] not in allowed:
            text = f"{following['role']} after {one['role']}; expected {' or '.join(allowed)}"
            yield _error("form.order", index + 1, _BLAME[following["role"]], text)


def _answers(messages: tuple[Message, ...]) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, message in enumerate(messages):
        calls = message.get("tool_calls", [])
        answers = messages[index + 1 : index + 1 + len(calls)]
        for call, answer in zip(calls, answers, strict=False):
            if call["id"] in seen:
                yield _error("form.id", index, _BLAME[message["role"]], f"call id {call['id']!r} stands there twice")
            seen.add(call["id"])
            if answer.get("tool_call_id") != call["id"]:
                yield _error("form.answer", index, "environment", f"call {call['id']} is not answered in its place")
    yield from _strays(messages)


def _strays(messages: tuple[Message, ...]) -> Iterator[Finding]:
    """Tool messages that answer nothing, and calls without an answer."""
    still_open = 0
    for index, message in enumerate(messages):
        still_open -= message["role"] == "tool"
        if still_open < 0:
            yield _error("form.answer", index, "environment", "a tool message answers no open call")
        if still_open > 0 and message["role"] != "tool":
            yield _error("form.answer", index, "environment", f"{still_open} calls before it have no answer")
        if message["role"] != "tool":
            still_open = len(message.get("tool_calls", []))
        still_open = max(0, still_open)


def _error(code: str, index: int, blame: Blame, text: str) -> Finding:
    return Finding(code=code, severity="error", message=index, blame=blame, text=text)
