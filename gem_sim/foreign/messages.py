"""Foreign messages in the form of ours: texts as texts, arguments as objects, and every result paired with its call."""

from __future__ import annotations

from itertools import count
from typing import Any, NamedTuple

import orjson

from gem_sim.errors import InputError
from gem_sim.records import Finding, Message, RoleName, ToolCall

_ROLES: dict[str, RoleName] = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant", "tool": "tool", "function": "tool"}


class Conversation(NamedTuple):
    """Messages in our form, and what could not be read as it stood."""

    messages: list[Message]
    findings: list[Finding]


class _Block(NamedTuple):
    """A message and the results that follow it."""

    message: Message
    answers: list[Message]


def conversation(raw: list[Any], where: str) -> Conversation:
    """The messages of a conversation, with calls that are counted anew. Raises InputError that names the message which is none.

    A result belongs to the call whose id it has, where the ids of a message and of its results are plain, else to the call in
    its place.
    """
    blocks: list[_Block] = []
    findings: list[Finding] = []
    for at, item in enumerate(raw):
        message = _message(item, f"{where}, message {at}")
        if message["role"] == "tool" and blocks:
            blocks[-1].answers.append(message)
            continue
        if calls := [_call(one, at, findings, f"{where}, message {at}") for one in _calls_of(item)]:
            message["tool_calls"] = calls
        blocks.append(_Block(message, []))
    ids = [call["id"] for block in blocks for call in block.message.get("tool_calls", [])]
    if odd := len(ids) - len(set(ids) - {""}):
        text = f"{odd} call ids repeat or are missing; where they do, results were paired with calls by order"
        findings.append(Finding(code="form.ids", severity="warning", blame="infrastructure", text=text))
    numbers = count(1)
    return Conversation([message for block in blocks for message in _numbered(block, numbers)], findings)


def _message(item: Any, where: str) -> Message:
    role = item.get("role") if isinstance(item, dict) else type(item).__name__
    if not isinstance(role, str) or role not in _ROLES or not isinstance(item, dict):
        raise InputError(f"{where}: got {role!r:.40}; expected a message with a role of {', '.join(_ROLES)}")
    message: Message = {"role": _ROLES[role], "content": _text(item.get("content"), where)}
    if message["role"] == "tool" and isinstance(item.get("tool_call_id"), str):
        message["tool_call_id"] = item["tool_call_id"]
    return message


def _text(content: Any, where: str) -> str:
    """The text of a content: none, a text, parts with texts, or a value that a tool returned."""
    if content is None or isinstance(content, str):
        return content or ""
    if isinstance(content, list) and content and all(isinstance(part, dict) and "type" in part for part in content):
        return "".join(str(part.get("text", "")) for part in content)
    if isinstance(content, bool) or not isinstance(content, (dict, list, int, float)):
        raise InputError(f"{where}: content is {type(content).__name__}; expected a text")
    return orjson.dumps(content).decode()


def _calls_of(item: dict[str, Any]) -> list[Any]:
    calls = item.get("tool_calls") or item.get("function_call") or []
    return calls if isinstance(calls, list) else [calls]


def _call(item: Any, at: int, findings: list[Finding], where: str) -> ToolCall:
    about = item.get("function", item) if isinstance(item, dict) else {}
    if not isinstance(about, dict) or not isinstance(about.get("name"), str):
        raise InputError(f"{where}: a call without a name; expected 'function' with 'name' and 'arguments'")
    given = about.get("arguments")
    arguments = _object(given)
    if arguments is None:
        text = f"{about['name']}: the arguments are no JSON object: {given!r:.60}"
        findings.append(Finding(code="schema.arguments", severity="error", message=at, blame="assistant", text=text))
    name = item.get("id")
    return {"id": name if isinstance(name, str) else "", "type": "function", "function": {"name": about["name"], "arguments": arguments or {}}}


def _object(arguments: Any) -> dict[str, Any] | None:
    """Arguments as an object, given as one or as JSON text; None where they are none."""
    try:
        value = orjson.loads(arguments or "{}") if arguments is None or isinstance(arguments, str) else arguments
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _numbered(block: _Block, numbers: count[int]) -> list[Message]:
    """A message with counted calls, and its answers in the order of the calls."""
    calls = block.message.get("tool_calls", [])
    ids = [call["id"] for call in calls]
    given = [answer.get("tool_call_id", "") for answer in block.answers]
    plain = len(set(given)) == len(given) and len(set(ids)) == len(ids) and set(given) <= set(ids)
    places = [ids.index(one) for one in given] if plain else list(range(len(given)))
    for call in calls:
        call["id"] = f"call_{next(numbers):04d}"
    for place, answer in zip(places, block.answers, strict=True):
        answer.pop("tool_call_id", None)
        if place < len(calls):
            answer["tool_call_id"], answer["name"] = calls[place]["id"], calls[place]["function"]["name"]
    ordered = sorted(zip(places, block.answers, strict=True), key=lambda pair: pair[0])
    return [block.message, *(answer for _, answer in ordered)]
