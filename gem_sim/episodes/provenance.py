"""Traces argument values to where they came from: an utterance, an earlier result, the policy, or a default of the schema."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import orjson

from gem_sim.records import Message, Origin
from gem_sim.scenarios.wording import flag_name, said_forms, spoken_name, stands_in, year_of

_shared = lru_cache(maxsize=4096)(Origin)
"""Origins are few and frozen, so equal ones are one."""


class Ledger:
    """Everything said and returned so far. Feed it messages in order, ask it for origins before feeding the next."""

    def __init__(self) -> None:
        self._said: list[tuple[int, str]] = []
        self._policy = ""
        self._year = ""
        self._returned: dict[str, int] = {}

    def add(self, index: int, message: Message) -> None:
        """Take in one message: user text, tool results, the system prompt. What the assistant says is no source."""
        if message["role"] == "system":
            self._policy = _flat(message["content"])
            self._year = year_of(self._policy)
        elif message["role"] == "user":
            self._said.append((index, _flat(message["content"])))
        elif message["role"] == "tool":
            self._take(parsed(message["content"]), index)

    def _take(self, value: Any, index: int) -> None:
        """Note every text and number in a result."""
        if isinstance(value, (dict, list)):
            for item in value.values() if isinstance(value, dict) else value:
                self._take(item, index)
        elif value is not None and not isinstance(value, bool):
            self._returned[_flat(str(value))] = index

    def origins(self, arguments: dict[str, Any], schema: dict[str, Any]) -> dict[str, Origin]:
        """JSON path inside the arguments to the origin of the value there; `none` where nothing holds it."""
        properties = schema.get("properties", {})
        found = {}
        for name, value in arguments.items():
            about = properties.get(name) if isinstance(properties.get(name), dict) else {}
            for path, leaf in _paths(name, value):
                found[path] = self._origin(name, leaf, about or {})
        return found

    def _origin(self, name: str, value: Any, about: dict[str, Any]) -> Origin:
        if isinstance(value, bool):
            return self._of_flag(name, value, about)
        exact = _flat(str(value))
        if exact in self._returned:
            return _shared(source="result", message=self._returned[exact])
        forms = dict.fromkeys([exact, *map(_flat, said_forms(value, self._year))])
        for index, text in reversed(self._said):
            if any(stands_in(form, text) for form in forms):
                return _shared(source="user", message=index)
        if any(stands_in(form, self._policy) for form in forms):
            return _shared(source="policy", message=0)
        return _shared(source="default" if "default" in about and about["default"] == value else "none")

    def _of_flag(self, name: str, value: bool, about: dict[str, Any]) -> Origin:
        """Yes and no are traced by what they are said of."""
        for index, text in reversed(self._said):
            if flag_name(spoken_name(name)) in text:
                return _shared(source="user", message=index)
        return _shared(source="default" if about.get("default") is value else "none")


def parsed(content: str) -> Any:
    """The JSON value of a tool message, or its text where it is no JSON."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return content


def _flat(text: str) -> str:
    return " ".join(text.split()).lower()


def _paths(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _paths(f"{path}.{name}", item)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _paths(f"{path}[{at}]", item)
    else:
        yield path, value
