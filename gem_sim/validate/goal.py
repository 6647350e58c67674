"""The goal of the scenario: something to reach, reached in the end, and nothing else changed on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gem_sim.episodes.trace import Trace
from gem_sim.records import Answer, Blame, Episode, Fact, Finding
from gem_sim.scenarios.goals import harm, holds, unmet
from gem_sim.validate.values import read
from gem_sim.worlds.canonical import same
from gem_sim.worlds.spec import WorldSpec


def check(episode: Episode, spec: WorldSpec, executed: Trace) -> Iterator[Finding]:
    """Findings for a goal that asks for nothing, for missing parts of it, and for changes that nobody asked for."""
    goal, last = episode.scenario.goal, len(episode.messages) - 1
    facts = [part for part in goal.required if isinstance(part, Fact)]
    if not goal.required:
        yield _error("goal.void", None, "scenario", "the scenario requires nothing")
    for fact in facts:
        if fact.exists and _key(fact, spec) and holds(executed.start, fact):
            yield _error("goal.void", None, "scenario", f"before anything is done there is a {fact.entity} with {fact.where}")
    said: set[Any] = {value[:2] for message in episode.messages if message["role"] == "assistant" for value in read(message["content"]).values}
    open_parts = tuple(part for part in goal.required if not (isinstance(part, Answer) and _is_said(part, said)))
    for text in unmet(goal.model_copy(update={"required": open_parts}), executed.end, episode.messages):
        yield _error("goal.unmet", last, "assistant", text)
    for text in harm(goal, executed.start, executed.end):
        yield _error("goal.harm", last, "assistant", text)
    yield from _plan(episode, spec, executed)


def _is_said(answer: Answer, said: set[Any]) -> bool:
    """Whether an answer is a day or a time that was told in some spelling."""
    values = read(str(answer.said)).values if isinstance(answer.said, str) else ()
    told = "".join(value.text for value in values)
    return bool(values) and len(told) >= 0.7 * len(str(answer.said)) and all(value.kind in ("date", "time") and value[:2] in said for value in values)


def _key(fact: Fact, spec: WorldSpec) -> bool:
    """Whether a fact speaks of a row by its key; others may be like a new one."""
    about = spec.entities.get(fact.entity)
    return about is not None and bool(about.keys) and set(about.keys) <= set(fact.where)


def _plan(episode: Episode, spec: WorldSpec, executed: Trace) -> Iterator[Finding]:
    """The plan of the scenario ends as it says; calls that the episode makes in the same order need no second execution."""
    plan = episode.scenario.plan
    made = [(call.name, call.arguments, call.error["code"] if call.error else "ok") for call in executed.calls]
    if len(made) == len(plan) and all(
        (name, outcome) == (call.name, call.outcome) and same(arguments, call.arguments) for (name, arguments, outcome), call in zip(made, plan, strict=True)
    ):
        return
    world = executed.start.fork()
    for at, call in enumerate(plan):
        outcome = world.call(call.name, call.arguments).outcome
        if outcome != call.outcome:
            yield _error("goal.plan", None, "scenario", f"call {at} of the plan ({call.name}) ends with {outcome}, not {call.outcome}")
            return
    missing = [text for text in unmet(episode.scenario.goal, world, episode.messages) if not text.startswith("nobody said")]
    if missing or harm(episode.scenario.goal, executed.start, world):
        yield _error("goal.plan", None, "scenario", "the plan of the scenario does not reach its goal")


def _error(code: str, index: int | None, blame: Blame, text: str) -> Finding:
    return Finding(code=code, severity="error", message=index, blame=blame, text=text)
