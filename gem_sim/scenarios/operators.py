"""Operators that make a draft harder. Each edits the tasks; the result is executed again before anything is worded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from gem_sim.scenarios.assemble import Draft
from gem_sim.scenarios.planner import extend, runs
from gem_sim.scenarios.shape import shape_of
from gem_sim.scenarios.tasks import Task, draw_against_rule, draw_against_state, draw_question, draw_task, draw_with_step

Operator = Callable[[Draft, Random], Draft | None]


def rule_conflict(draft: Draft, stream: Random) -> Draft | None:
    """One more wish, which a rule turns down; the user settles for what is allowed."""
    return extend(draft, draw_against_rule, stream, "rule_conflict")


def state_conflict(draft: Draft, stream: Random) -> Draft | None:
    """One more wish, which the state of things does not allow; the user had something else in mind."""
    return extend(draft, draw_against_state, stream, "state_conflict")


def further_goal(draft: Draft, stream: Random) -> Draft | None:
    """One more wish that works."""
    return extend(draft, draw_task, stream, "further_goal")


def question(draft: Draft, stream: Random) -> Draft | None:
    """One more wish: to know a field of a row that has to be found first."""
    return extend(draft, draw_question, stream, "question")


def missing_argument(draft: Draft, stream: Random) -> Draft | None:
    """The user leaves out something that the tool requires, until the assistant asks."""
    places = [(at, names) for at, task in enumerate(draft.tasks) if (names := _withholdable(draft, task))]
    if not places:
        return None
    at, names = stream.choice(places)
    return _edited(draft, at, replace(draft.tasks[at], withheld=(stream.choice(names),)), "missing_argument")


def known_id(draft: Draft, stream: Random) -> Draft | None:
    """The user has an id at hand; the assistant looks the row up before it changes anything."""
    shape = shape_of(draft.spec)
    places = [at for at, task in enumerate(draft.tasks) if _can_give_id(task, shape.keys.get(task.tool, {}), shape.shows)]
    if not places:
        return None
    at = stream.choice(places)
    return _edited(draft, at, replace(draft.tasks[at], by_id=True), "known_id")


def user_step(draft: Draft, stream: Random) -> Draft | None:
    """One more wish, for which the user has to do something first that no tool of the assistant can do."""
    return extend(draft, draw_with_step, stream, "user_step")


OPERATORS: tuple[Operator, ...] = (rule_conflict, question, state_conflict, rule_conflict, further_goal, missing_argument, known_id, user_step)
"""The order in which one round of refinement applies them."""


def refine(draft: Draft, seed: int) -> Draft | None:
    """The draft after one round of operators; None where none of them applies. Every kept edit has been executed."""
    harder = draft
    for number, operator in enumerate(OPERATORS):
        stream = Random(f"{draft.spec.digest}/{seed}/refine/{number}")  # noqa: S311  (a named stream, so that plans repeat)
        candidate = operator(harder, stream)
        if candidate is not None and runs(candidate):
            harder = candidate
    return harder if harder is not draft else None


def _edited(draft: Draft, at: int, task: Task, operator: str) -> Draft:
    return draft.with_tasks((*draft.tasks[:at], task, *draft.tasks[at + 1 :]), operator)


def _withholdable(draft: Draft, task: Task) -> list[str]:
    keys = shape_of(draft.spec).keys.get(task.tool, {})
    required = draft.spec.tools[task.tool].parameters.get("required", [])
    plain = task.asks is None and task.refused is None and not task.withheld
    return [name for name in task.arguments if plain and name in required and name not in keys]


def _can_give_id(task: Task, keys: dict[str, str], shows: dict[str, str]) -> bool:
    shown = len(keys) == 1 and all(name in task.arguments and entity in shows for name, entity in keys.items())
    return shown and task.asks is None and task.refused is None and not task.by_id
