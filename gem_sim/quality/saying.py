"""What scripted agents pick out of a conversation: values that users say, objects that results hold, arguments that a schema takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from gem_sim.episodes.provenance import parsed
from gem_sim.records import Message

_DATE = re.compile(r"\b(\d{1,2}) ([A-Z][a-z]+) (\d{4})\b")
_VALUE = re.compile(r"\d{4}-\d{2}-\d{2}|[\w.+-]+@[\w.-]+\w|\b[A-Z]+[-_]?\d[\w-]*|\b\d+(?:\.\d+)?\b")
_PHRASE = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][\w'-]*(?: (?:[A-Z][\w'-]*|\d+))*")

Made = tuple[str, dict[str, Any]]
"""Name and arguments of a call."""


def with_dates(text: str) -> str:
    """The text with `18 March 2026` as `2026-03-18`."""

    def plain(match: re.Match[str]) -> str:
        try:
            return f"{datetime.strptime(match[0], '%d %B %Y'):%Y-%m-%d}"  # noqa: DTZ007  (a day as people say it has no zone)
        except ValueError:
            return match[0]

    return _DATE.sub(plain, text)


def values_in(text: str) -> list[str]:
    """Names, dates, ids, numbers and addresses in what somebody says, each once."""
    plain = with_dates(text)
    return list(dict.fromkeys([*_PHRASE.findall(plain), *_VALUE.findall(plain)]))


def said(messages: Sequence[Message], last: int = 0) -> str:
    """What users have said, or only the last few times."""
    return "\n".join([message["content"] for message in messages if message["role"] == "user"][-last:])


def results(messages: Sequence[Message]) -> list[Any]:
    """The values of all tool messages."""
    return [parsed(message["content"]) for message in messages if message["role"] == "tool"]


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects inside a value, itself included."""
    if isinstance(value, dict):
        yield value
    if isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from objects(item)


def calls_of_turn(messages: Sequence[Message]) -> list[Made]:
    """The assistant's calls since somebody spoke."""
    last = max((at for at, message in enumerate(messages) if message["role"] == "user"), default=0)
    return [made for message in messages[last + 1 :] for made in _made(message)]


def calls_of_all(messages: Sequence[Message]) -> list[Made]:
    """All calls of the conversation."""
    return [made for message in messages for made in _made(message)]


def _made(message: Message) -> Iterator[Made]:
    for call in message.get("tool_calls", []):
        yield call["function"]["name"], call["function"]["arguments"]


def calling(messages: Sequence[Message], calls: Sequence[Made]) -> Message:
    """A message of the assistant with these calls."""
    before = len(calls_of_all(messages))
    made: list[Any] = [
        {"id": f"call_{before + at:04d}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for at, (name, arguments) in enumerate(calls, 1)
    ]
    return {"role": "assistant", "content": "", "tool_calls": made}


def saying(text: str) -> Message:
    """A message of the assistant without calls."""
    return {"role": "assistant", "content": text}


def typed(value: str, schema: Any) -> Any:
    """A value as a parameter takes it, or None where it cannot be one."""
    kind = schema.get("type") if isinstance(schema, dict) else None
    if isinstance(schema, dict) and schema.get("enum") is not None:
        return next((option for option in schema["enum"] if str(option).replace("_", " ").lower() == value.replace("_", " ").lower()), None)
    if kind in ("integer", "number"):
        number = re.fullmatch(r"-?\d+(?:\.\d+)?", value)
        return None if number is None else float(value) if "." in value else int(value)
    if kind == "boolean":
        return {"yes": True, "true": True, "no": False, "false": False}.get(value.lower())
    if kind == "array":
        item = typed(value, schema.get("items", {}))
        return None if item is None else [item]
    return value if kind in (None, "string") else None
