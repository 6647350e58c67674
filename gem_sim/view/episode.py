"""One episode on the terminal: played now or stored, as a whole, node by node, or at one message."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console

from gem_sim.corpus.readers import read_documents
from gem_sim.corpus.segments import split
from gem_sim.episodes.play import Step, load_graph, steps
from gem_sim.episodes.record import record
from gem_sim.episodes.stage import stage_of
from gem_sim.episodes.state import EpisodeSettings
from gem_sim.errors import InputError
from gem_sim.extract.offline import extract
from gem_sim.records import Document, Episode, Message, Rejected
from gem_sim.store import RunReader
from gem_sim.validate import judged
from gem_sim.worlds.compiler import compile_world
from gem_sim.worlds.load import load_mock
from gem_sim.worlds.spec import WorldSpec

_NODE = {"system": "system", "user": "user", "assistant": "assistant", "tool": "environment"}
_STYLE = {"system": "dim", "user": "cyan", "assistant": "green", "environment": "yellow"}


def show_episode(target: str, seed: int, graph: Path | None, roles: dict[str, str], *, step: bool, at: int | None, as_json: bool) -> None:
    """`gem-sim episode`: RUN#ID shows a stored episode; a text file or a mock is played now."""
    out = Console(soft_wrap=True, highlight=False, markup=False)
    run, mark, wanted = target.partition("#")
    if mark:
        episode, spec = _stored(run, wanted)
        visits = _stored_steps(episode)
    else:
        document, spec = _world_of(target)
        settings = EpisodeSettings(spec=spec, seed=seed, **roles)  # type: ignore[arg-type]
        visits = _shown(out, steps(settings, load_graph(graph)), live=not as_json and at is None, step=step)
        messages = [visit.message for visit in visits]
        episode = judged(record(spec, stage_of(settings).scenario, messages, settings, document=document), spec)
    if as_json:
        sys.stdout.write(orjson.dumps(episode.model_dump(mode="json"), option=orjson.OPT_INDENT_2).decode() + "\n")
    elif at is not None:
        _at(out, episode, spec, visits, at)
    else:
        if mark:
            _shown(out, iter(visits), live=True, step=step)
        _verdict(out, episode)


def _stored(run: str, wanted: str) -> tuple[Episode, WorldSpec]:
    reader = RunReader(run)
    found = [episode for episode in reader.episodes() if episode.id.startswith(wanted)] if wanted else []
    if len(found) != 1:
        raise InputError(f"{run}#{wanted}: {len(found)} episodes have an id that begins so; expected one")
    return found[0], reader.world(found[0])


def _stored_steps(episode: Episode) -> list[Step]:
    """The visits that led to a stored episode, with the changes its call records hold."""
    diffs = {(call.message, call.id): call.diff for call in episode.calls}
    caller, visits = 0, []
    for index, message in enumerate(episode.messages):
        caller = index if message.get("tool_calls") else caller
        diff = diffs.get((caller, message.get("tool_call_id", "")), []) if message["role"] == "tool" else []
        visits.append(Step(index, _NODE[message["role"]], message, diff))
    return visits


def _world_of(target: str) -> tuple[Document | None, WorldSpec]:
    """The world of a mock, or the one compiled from a text file."""
    if not Path(target).is_file():
        return None, load_mock(target)
    for document in read_documents([target]):
        if isinstance(document, Document):
            segment = (split(document) or [document])[0]
            found = extract(segment)
            if isinstance(found, Rejected):
                raise InputError(f"{target}: no procedure to play ({found.reason})")
            return segment, compile_world(found.tools, name=segment.id, title=segment.title, procedure=found).spec
    raise InputError(f"{target}: holds no readable text")


def _shown(out: Console, visits: Iterator[Step], *, live: bool, step: bool) -> list[Step]:
    """All visits, each printed as it comes where `live`."""
    seen = []
    for visit in visits:
        seen.append(visit)
        if live:
            _print(out, visit, step=step)
    return seen


def _print(out: Console, visit: Step, *, step: bool) -> None:
    message = visit.message
    if step or visit.node != "environment":
        out.print(f"{visit.index:3} {visit.node:11} {message['content']}".rstrip(), style=_STYLE.get(visit.node))
    for call in message.get("tool_calls", []):
        out.print(f"    → {call['function']['name']} {orjson.dumps(call['function']['arguments']).decode()}")
    for change in visit.diff if step else ():
        out.print(f"    {change_line(change)}", style="magenta")


def change_line(change: dict[str, Any]) -> str:
    """A changed row in one line: `~` for set with old and new values, `+` for insert, `-` for delete."""
    key = _json(change["key"])
    if change["op"] == "set":
        fields = ", ".join(f"{name}: {_json(old)} → {_json(new)}" for name, (old, new) in change["fields"].items())
        return f"~ {change['entity']} {key} {fields}"
    return f"{'+' if change['op'] == 'insert' else '-'} {change['entity']} {key} {_json(change['row'])}"


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _at(out: Console, episode: Episode, spec: WorldSpec, visits: list[Step], at: int) -> None:
    """One message, and everything that had changed in the world when it was there."""
    if at >= len(visits):
        raise InputError(f"--at {at}: the episode has messages 0 to {len(visits) - 1}")
    _print(out, visits[at], step=True)
    start = spec.start(episode.world.seed)
    world = start.fork()
    done: list[Message] = [visit.message for visit in visits[: at + 1]]
    answered = {message["tool_call_id"] for message in done if message["role"] == "tool"}
    for call in episode.calls:
        if call.id in answered:
            world.call(call.name, call.arguments)
    out.print(f"world {world.digest[:16]}, changed since the start:")
    for change in start.diff(world):
        out.print(f"    {change_line(change)}", style="magenta")


def _verdict(out: Console, episode: Episode) -> None:
    counts = episode.complexity
    out.print(f"{episode.outcome}: {counts.messages} messages, {counts.calls} calls, {counts.distinct} of {counts.tools} tools; id {episode.id}")
    for finding in episode.findings:
        out.print(f"  {finding.severity} {finding.code} ({finding.blame}): {finding.text}")
