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
from gem_sim.records import Document, Episode, Message, Rejected, Scenario
from gem_sim.scenarios.assemble import assemble
from gem_sim.scenarios.planner import plan
from gem_sim.scenarios.refine import widened
from gem_sim.store import RunReader
from gem_sim.tasks import Task, find_task, play_task, summary
from gem_sim.validate import judged
from gem_sim.worlds.compiler import compile_world
from gem_sim.worlds.load import load_mock
from gem_sim.worlds.spec import WorldSpec

_NODE = {"system": "system", "user": "user", "assistant": "assistant", "tool": "environment"}
_STYLE = {"system": "dim", "user": "cyan", "assistant": "green", "environment": "yellow"}


def show_task(target: str | None, scenario: str | None, seed: int, repeat: int, roles: dict[str, Any], *, as_json: bool) -> None:
    """`gem-sim episode --scenario --repeat`: play one scenario so many times, and say what each run earned."""
    found = summary(task := _task(target, scenario, seed), play_task(task, repeat, **roles))
    if as_json:
        sys.stdout.write(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode() + "\n")
        return
    out = Console(soft_wrap=True, highlight=False, markup=False)
    out.print(task.scenario.instruction)
    for number, run in enumerate(found["runs"], 1):
        about = run.get("problem") or f"{run['messages']} messages, {run['calls']} calls; {', '.join(run['findings']) or 'no errors'}"
        out.print(f"run {number}: reward {run['reward']:g}, {run['outcome']}, {about}")
    out.print(f"mean reward {found['mean']:g} over {repeat} runs of scenario {task.scenario.id}")


def _task(target: str | None, scenario: str | None, seed: int) -> Task:
    """The task of a scenario file, a stored episode, or the one that is planned for a seed."""
    if scenario is not None:
        return find_task(scenario, target)
    if target is None:
        raise InputError("expected a mock, a text file, RUN#ID or --scenario FILE")
    if "#" in target:
        return find_task(target)
    spec = _world_of(target)[1]
    return Task(assemble(plan(spec, seed)), spec)


def show_episode(
    target: str | None, scenario: str | None, seed: int, graph: Path | None, roles: dict[str, str], *, step: bool, at: int | None, as_json: bool
) -> None:
    """`gem-sim episode`: RUN#ID shows a stored episode; a scenario, a text file or a mock is played now."""
    out = Console(soft_wrap=True, highlight=False, markup=False)
    run, mark, wanted = (target or "").partition("#")
    if mark and scenario is None:
        episode, spec = _stored(run, wanted)
        visits = _stored_steps(episode)
    else:
        document, spec, given = _to_play(target, scenario, seed)
        settings = EpisodeSettings(spec=spec, scenario=given, seed=seed, **roles)  # type: ignore[arg-type]
        visits = _shown(out, steps(settings, load_graph(graph)), live=not as_json and at is None, step=step)
        messages = [visit.message for visit in visits]
        episode = judged(record(spec, stage_of(settings).scenario, messages, settings, document=document), spec)
    if as_json:
        sys.stdout.write(orjson.dumps(episode.model_dump(mode="json"), option=orjson.OPT_INDENT_2).decode() + "\n")
    elif at is not None:
        _at(out, episode, spec, visits, at)
    else:
        if mark and scenario is None:
            _shown(out, iter(visits), live=True, step=step)
        _verdict(out, episode)


def _to_play(target: str | None, scenario: str | None, seed: int) -> tuple[Document | None, WorldSpec, Scenario | None]:
    if scenario is not None:
        task = find_task(scenario, target)
        return None, task.spec, task.scenario
    if target is None:
        raise InputError("expected a mock, a text file, RUN#ID or --scenario FILE")
    document, spec = _world_of(target)
    if document is None:
        return None, spec, None
    story = widened(plan(spec, seed))
    return document, story.setting.spec, assemble(story)


def _stored(run: str, wanted: str) -> tuple[Episode, WorldSpec]:
    reader = RunReader(run)
    episode = reader.find(wanted)
    return episode, reader.world(episode)


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
