"""Plans stories of round 0: who the user is, what the story is about, and a few wishes that hang together and work one after another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from random import Random

from gem_sim import prompts
from gem_sim.errors import PlanError
from gem_sim.scenarios.aims import UNMET, Aim, aims_of, call_for
from gem_sim.scenarios.assemble import reached_by_acting
from gem_sim.scenarios.descriptions import Me, descriptions
from gem_sim.scenarios.drawing import changes, consultations, extended, first_that_runs, own_steps, permitted
from gem_sim.scenarios.refusals import refused_by, unmet
from gem_sim.scenarios.shape import shape_of
from gem_sim.scenarios.story import Story, begin
from gem_sim.scenarios.telling import Row, Setting
from gem_sim.scenarios.wishes import Wish
from gem_sim.scenarios.wording import key_field, label_of, row_of
from gem_sim.worlds.compiler.names import is_person
from gem_sim.worlds.compiler.values import Values
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import World

WISHES = 5
"""Wishes of a story of round 0."""
BEGINNINGS = 6
"""Beginnings that are tried before a shorter story will do."""


def plan(spec: WorldSpec, seed: int) -> Story:
    """A story of round 0. Raises PlanError where the world gives no wish that can be met."""
    stream = Random(f"{spec.digest}/{seed}/plan")  # noqa: S311  (a named stream, so that plans repeat)
    best: Story | None = None
    aims = aims_of(spec)
    for attempt in range(BEGINNINGS):
        story = _planned(spec, seed, stream.choice(aims if attempt < BEGINNINGS // 2 else [aim for aim in aims if aim.code == "ok"]), stream)
        if not story.wishes or not reached_by_acting(story):
            continue
        best = story if best is None or len(story.wishes) > len(best.wishes) else best
        if len(best.wishes) >= WISHES:
            break
    if best is None:
        raise PlanError("no tool does anything that a user could ask for and an assistant find")
    return best


def _planned(spec: WorldSpec, seed: int, aim: Aim, stream: Random) -> Story:
    world = spec.start(seed)
    call = call_for(world, aim, stream)
    rows = _named_rows(world, aim, call)
    me = _user(world, rows, stream)
    story = begin(Setting(spec, seed, _persona(world, me, stream), me))
    for entity, row in [*rows, *([(me[0], own)] if me is not None and (own := row_of(world, *me)) is not None else [])]:
        story.now.about(entity, row)
    return _drawn(story, aim, call, stream)


def _drawn(story: Story, aim: Aim, call: Row, stream: Random) -> Story:
    """The story with its wishes: the one that it aims at as soon as it works, for something else may have to come first."""
    aimed = False
    for _ in range(WISHES):
        longer = None if aimed else first_that_runs(story, _towards(story, aim, call, stream))
        aimed = aimed or longer is not None
        story = longer or extended(story, stream) or story
    return story


def _towards(story: Story, aim: Aim, call: Row, stream: Random) -> Iterator[Wish]:
    """Wishes that come to what the story aims at, the one with the arguments of `call` first."""
    if aim.test is not None:
        return refused_by(story, aim.tool, aim.test, call, stream)
    if aim.code == UNMET:
        return unmet(story, stream, [aim.tool])
    if aim.tool in story.setting.shape.own:
        return own_steps(story, stream, [aim.tool])
    if aim.tool not in story.setting.shape.writes:
        return chain([Wish("consult", aim.tool, call)], consultations(story, stream, [aim.tool]))
    first = [Wish("change", aim.tool, call)] if permitted(story.setting.spec, aim.tool, call) else []
    return chain(first, changes(story, stream, [aim.tool]))


def _named_rows(world: World, aim: Aim, call: Row) -> list[tuple[str, Row]]:
    """The rows that a call names: what the story is about."""
    found = []
    for name, value in call.items():
        entity = aim.keys.get(name)
        row = row_of(world, entity, value[0] if isinstance(value, list) and value else value) if entity is not None else None
        if entity is not None and row is not None:
            found.append((entity, row))
    return found


def _user(world: World, rows: list[tuple[str, Row]], stream: Random) -> Me:
    """The row that the user is: a person that the story names, or whose rows it is about. None where the user is not in the world."""
    if (people := principal(world.spec)) is None:
        return None
    refs = [(row, name) for entity, row in rows for name, field in world.spec.entities[entity].fields.items() if field.ref == people]
    keys = [row[key_field(world.spec, people)] for entity, row in rows if entity == people] + [row[name] for row, name in refs if row.get(name) is not None]
    key = keys[0] if keys else stream.choice([row[key_field(world.spec, people)] for row in world.rows(people)] or [None])
    row = row_of(world, people, key)
    return (people, key) if row is not None and next(descriptions(world, people, row), None) is not None else None


def principal(spec: WorldSpec) -> str | None:
    """The entity whose rows are the people that things belong to: named like people, with names, referred to by others."""
    made: str | None = spec.once("principal", lambda: _principal(spec))
    return made


def _principal(spec: WorldSpec) -> str | None:
    refs = [field.ref for entity in spec.entities.values() for field in entity.fields.values() if field.ref is not None]
    made = shape_of(spec).inserts.values()  # whoever enters people into the records is not one of them
    people = [
        name
        for name, about in spec.entities.items()
        if is_person(name) and len(about.keys) == 1 and label_of(about) is not None and name in refs and name not in made
    ]
    return max(people, key=refs.count, default=None)


def _persona(world: World, me: Me, stream: Random) -> dict[str, str]:
    """Name and manner of the user; the name of the row that they are, where they are one."""
    row = row_of(world, *me) if me is not None else None
    name = (
        row[label_of(world.spec.entities[me[0]]) or ""]
        if row is not None and me is not None
        else Values(f"{world.seed}/persona", "2026-01-01T00:00:00").person()
    )
    return {"name": name, "manner": stream.choice(prompts.variants("offline/persona"))}
