"""What an edit works on: an accepted episode, its world, a stream of its own, and ways to put a changed conversation together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cached_property
from random import Random
from typing import Any

import orjson

from gem_sim.episodes.provenance import parsed
from gem_sim.episodes.record import complexity
from gem_sim.episodes.trace import Trace, content_of, trace
from gem_sim.records import CallRecord, Episode, Message
from gem_sim.worlds.canonical import dumps
from gem_sim.worlds.spec import WorldSpec


class Case:
    """One episode under one kind of edit. The same episode and kind draw the same target."""

    def __init__(self, episode: Episode, spec: WorldSpec, kind: str) -> None:
        self.episode = episode
        self.spec = spec
        self.stream = Random(f"{episode.id}/{kind}")  # noqa: S311  (a named stream, so that the same faults come again)

    @cached_property
    def executed(self) -> Trace:
        """The episode as it was executed."""
        return trace(self.spec, self.episode.world.seed, self.episode.messages)

    def messages(self) -> list[Message]:
        """A copy of the messages to edit."""
        return deepcopy(list(self.episode.messages))

    def pick(self, items: list[Any]) -> Any:
        """One of the items, or None of none."""
        return self.stream.choice(items) if items else None

    def places(self, role: str, wanted: Callable[[Message], bool] = lambda _: True) -> list[int]:
        """Indices of the messages of a role."""
        return [index for index, message in enumerate(self.episode.messages) if message["role"] == role and wanted(message)]

    def words(self) -> list[int]:
        """Indices of what the assistant says without calling anything."""
        return self.places("assistant", lambda message: not message.get("tool_calls"))

    def writes(self) -> list[CallRecord]:
        """Calls of the assistant that changed something and stand alone in their message."""
        return [call for call in self.alone() if call.diff]

    def alone(self) -> list[CallRecord]:
        """Calls of the assistant that stand alone in their message."""
        messages = self.episode.messages
        return [call for call in self.episode.calls if messages[call.message]["role"] == "assistant" and len(messages[call.message]["tool_calls"]) == 1]

    def with_messages(self, messages: list[Message]) -> Episode:
        """The episode with other messages and nothing else changed, as a careless editor would leave it."""
        return self.episode.model_copy(update={"messages": tuple(messages)})

    def remade(self, messages: list[Message]) -> Episode:
        """The episode of other messages, executed: its results, records and counts fit each other."""
        results = {call.id: told(content_of(call)) for call in trace(self.spec, self.episode.world.seed, messages).calls}
        answered: list[Message] = [{**one, "content": results.get(one.get("tool_call_id", ""), one["content"])} for one in messages]
        calls = trace(self.spec, self.episode.world.seed, answered).calls  # again, for arguments are traced to what the results say now
        update = {"messages": tuple(answered), "calls": calls, "complexity": complexity(answered, self.episode.tools)}
        return self.episode.model_copy(update=update)

    def with_arguments(self, call: CallRecord, arguments: dict[str, Any], name: str | None = None) -> Episode:
        """The episode with one call made differently, executed."""
        messages = self.messages()
        function = next(one for one in messages[call.message]["tool_calls"] if one["id"] == call.id)["function"]
        function["arguments"] = arguments
        if name is not None:
            function["name"] = name
            for message in messages[call.message :]:
                if message.get("tool_call_id") == call.id and "name" in message:
                    message["name"] = name
        return self.remade(messages)

    def ends_elsewhere(self, made: Episode) -> bool:
        """Whether an edited episode ends in another state than the accepted one."""
        return bool(made.calls) and made.calls[-1].after != self.executed.end.digest

    def before(self, index: int) -> str:
        """Everything that stands in the conversation before a message."""
        return "\n".join(message["content"] for message in self.episode.messages[:index])


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Paths and values of all texts and numbers in a JSON value."""
    if isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, (*path, key))
    elif value is not None and not isinstance(value, bool):
        yield path, value


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy of a JSON value with another value at a path."""
    made = deepcopy(value)
    place = made
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = new
    return made


def other(value: Any, stream: Random) -> Any:
    """Another value of the same kind: a number nearby, a text with other figures or another ending."""
    if isinstance(value, (int, float)):
        return value + stream.choice((1, 2, 7, 13))
    at = [place for place, letter in enumerate(value) if letter.isdigit()]
    if not at:
        return f"{value} x"
    place = stream.choice(at[-2:])
    return f"{value[:place]}{(int(value[place]) + stream.randint(1, 8)) % 10}{value[place + 1 :]}"


def answer_of(messages: list[Message] | tuple[Message, ...], call: CallRecord) -> int:
    """Index of the tool message that answers a call."""
    return next(index for index in range(call.message + 1, len(messages)) if messages[index].get("tool_call_id") == call.id)


def content(message: Message) -> Any:
    """The JSON value of a tool message."""
    return parsed(message["content"])


def told(value: Any) -> str:
    """A JSON value as the content of a tool message."""
    return orjson.dumps(value).decode()


def differ(one: Any, another: Any) -> bool:
    """Whether two JSON values are not the same."""
    return dumps(one) != dumps(another)


Edit = Callable[[Case], Episode | None]
