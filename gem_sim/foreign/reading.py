"""Reads files of foreign trajectories and makes records of them: episodes without a world or a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from gem_sim.episodes.provenance import Ledger, parsed
from gem_sim.episodes.record import complexity
from gem_sim.errors import InputError
from gem_sim.foreign.messages import conversation
from gem_sim.records import CallRecord, Episode, Finding, Goal, Lineage, Message, Scenario, ToolCall, ToolSchema, WorldRef
from gem_sim.worlds.canonical import digest
from gem_sim.worlds.importers import read_tools
from gem_sim.worlds.importers.reading import read_file

EXPECTED = "expected trajectories in OpenAI message form: objects with 'messages' (and 'tools'), or lists of messages"


class Trajectory(NamedTuple):
    """A trajectory as an episode, in which calls have the results that were recorded, and what was wrong with its form."""

    episode: Episode
    findings: list[Finding]


def is_native(path: Path) -> bool:
    """Whether a file holds episodes of a run of ours."""
    try:
        with path.open("rb") as file:
            first = orjson.loads(file.readline())
    except (OSError, orjson.JSONDecodeError):
        return False
    return isinstance(first, dict) and {"schema_version", "scenario", "world"} <= first.keys()


def read_trajectories(path: Path) -> Iterator[Trajectory]:
    """The trajectories of a file, JSON or JSON Lines. Raises InputError, one line, that names what is none."""
    found = False
    for where, row in _rows(path):
        found = True
        yield _trajectory(row, where)
    if not found:
        raise InputError(f"{path}: holds nothing; {EXPECTED}")


def _rows(path: Path) -> Iterator[tuple[str, Any]]:
    """Where and what: a line each of JSON Lines, however long the file is; one or many of JSON."""
    if path.suffix in (".jsonl", ".ndjson"):
        yield from _lines(path)
        return
    data = read_file(path)
    if isinstance(data, dict) or (isinstance(data, list) and data and isinstance(data[0], dict) and "role" in data[0]):
        yield path.name, data
    elif isinstance(data, list):
        yield from ((f"{path.name} trajectory {number}", row) for number, row in enumerate(data, 1))
    else:
        raise InputError(f"{path.name}: got {type(data).__name__}; {EXPECTED}")


def _lines(path: Path) -> Iterator[tuple[str, Any]]:
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield f"{path.name} line {number}", _parsed(line, f"{path.name} line {number}")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None


def _parsed(text: bytes | str, where: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InputError(f"{where}: not JSON ({error})") from None


def _trajectory(row: Any, where: str) -> Trajectory:
    about = {"messages": row} if isinstance(row, list) else row
    if not isinstance(about, dict) or not isinstance(about.get("messages"), list) or not about["messages"]:
        raise InputError(f"{where}: {EXPECTED}")
    talk = conversation(about["messages"], where)
    tools = _tools(about.get("tools") or about.get("functions") or [], where)
    name = str(about.get("id") or digest(talk.messages)[:16])
    return Trajectory(_episode(name, talk.messages, tools), talk.findings)


def _tools(given: Any, where: str) -> tuple[ToolSchema, ...]:
    """The tools of a trajectory, as a list or as its JSON text."""
    listed = _parsed(given, f"{where}, tools") if isinstance(given, str) else given
    return _read(orjson.dumps(listed), where) if listed else ()


@lru_cache(64)
def _read(tools: bytes, where: str) -> tuple[ToolSchema, ...]:
    try:
        return read_tools(orjson.loads(tools)).tools
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


def _episode(name: str, messages: list[Message], tools: tuple[ToolSchema, ...]) -> Episode:
    """The record of a conversation of which nobody knows the world, the goal or the rules."""
    world = WorldRef(name="unknown", version="", digest=digest([tool.name for tool in tools]), seed=0)
    scenario = Scenario(id="", world="", seed=0, persona={}, instruction="", known={}, hidden={}, plan=(), goal=Goal(required=()), beats=())
    return Episode(
        id=name,
        lineage=Lineage(root=name, parent=None, round=0),
        source=None,
        procedure=None,
        tools=tools,
        world=world,
        scenario=scenario,
        play="custom",
        messages=tuple(messages),
        calls=tuple(_calls(messages, {tool.name: tool.parameters for tool in tools})),
        findings=(),
        outcome="rejected",
        complexity=complexity(messages, tools),
        models={},
        prompts={},
    )


def _calls(messages: list[Message], schemas: dict[str, dict[str, Any]]) -> Iterator[CallRecord]:
    """The calls with the results that were recorded for them."""
    ledger = Ledger()
    answers = {message["tool_call_id"]: parsed(message["content"]) for message in messages if "tool_call_id" in message}
    for index, message in enumerate(messages):
        for call in message.get("tool_calls", []):
            yield _record(index, call, answers.get(call["id"]), ledger, schemas)
        ledger.add(index, message)


def _record(index: int, call: ToolCall, answer: Any, ledger: Ledger, schemas: dict[str, dict[str, Any]]) -> CallRecord:
    name, arguments = call["function"]["name"], call["function"]["arguments"]
    error = error_of(answer)
    return CallRecord(
        message=index,
        id=call["id"],
        name=name,
        arguments=arguments,
        ok=error is None,
        result=answer if error is None else None,
        error=error,
        before="",
        after="",
        diff=[],
        provenance=ledger.origins(arguments, schemas.get(name, {})),
    )


def error_of(answer: Any) -> dict[str, str] | None:
    """The error that an answer is by common custom: an object with `error`, or a text that begins with that word."""
    said = answer.get("error") if isinstance(answer, dict) else answer if isinstance(answer, str) and answer.lower().startswith("error") else None
    if not said:
        return None
    about = said if isinstance(said, dict) else {"message": said}
    return {"code": str(about.get("code") or about.get("type") or "error"), "message": str(about.get("message") or "")}
