"""Draws scenarios: a persona and a few tasks that work one after another on the same world."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from gem_sim import prompts
from gem_sim.errors import PlanError
from gem_sim.records import Call
from gem_sim.scenarios.assemble import Draft, assemble
from gem_sim.scenarios.shape import Shape, shape_of
from gem_sim.scenarios.tasks import Task, Used, draw_task
from gem_sim.worlds.compiler.values import Values
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import World

TASKS = 4
"""Tasks of a scenario of round 0."""
ATTEMPTS = 4
"""Draws of one task before the scenario makes do with fewer."""

Drawer = Callable[[World, Shape, Used, Random], Task | None]


def plan(spec: WorldSpec, seed: int) -> Draft:
    """A draft of round 0; every task of it has been executed. Raises PlanError where the world gives no task that works."""
    stream = Random(f"{spec.digest}/{seed}/plan")  # noqa: S311  (a named stream, so that plans repeat)
    draft = Draft(spec, seed, _persona(seed, stream), ())
    for _ in range(TASKS):
        candidates = (extend(draft, draw_task, stream) for _ in range(ATTEMPTS))
        draft = next((candidate for candidate in candidates if candidate is not None and runs(candidate)), draft)
    if not draft.tasks:
        raise PlanError("no tool changes anything that a user could name and an assistant find")
    return draft


def runs(draft: Draft) -> bool:
    """Whether a draft can be executed from the first call to the last."""
    try:
        assemble(draft)
    except PlanError:
        return False
    return True


def extend(draft: Draft, draw: Drawer, stream: Random, operator: str | None = None) -> Draft | None:
    """The draft with one more task at its end, or None where `draw` finds none in the state the story has reached."""
    shape = shape_of(draft.spec)
    world, used = draft.spec.start(draft.seed), Used()
    for task in draft.tasks:
        for call in _writes(task):
            world.call(call.name, call.arguments)
        used.add(task, shape)
    drawn = draw(world, shape, used, stream)
    if drawn is None:
        return None
    tasks = (*draft.tasks, drawn)
    return draft.with_tasks(tasks, operator) if operator else Draft(draft.spec, draft.seed, draft.persona, tasks, draft.operators)


def _writes(task: Task) -> list[Call]:
    steps = [task.step] if task.step is not None else []
    return [] if task.asks is not None else [*steps, Call(name=task.tool, arguments=task.arguments)]


def _persona(seed: int, stream: Random) -> dict[str, str]:
    manners = prompts.variants("offline/persona")
    return {"name": Values(f"{seed}/persona", "2026-01-01T00:00:00").person(), "manner": stream.choice(manners)}
