"""Operators that join another world to that of a story: one to use, or one that only stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from random import Random

from gem_sim.errors import PlanError
from gem_sim.scenarios.arguments import drawn
from gem_sim.scenarios.drawing import changes, fields, first_that_runs
from gem_sim.scenarios.refusals import refusals
from gem_sim.scenarios.story import Story
from gem_sim.scenarios.wishes import Wish
from gem_sim.worlds.compiler.names import parse
from gem_sim.worlds.joining.partners import Partner, partners

LEAST, MOST = 2, 3
"""Wishes that a joined world has to be good for, and is used for."""
TRIES = 3
"""Worlds that are tried."""


def enlarge(story: Story, stream: Random) -> Story | None:
    """Joins a world at what the story is about, and adds wishes that use it on rows of the story."""
    options = _nearby(story)
    for partner in islice(stream.sample(options, len(options)), TRIES):
        wider = _joined(story, partner)
        longer = _used(wider, stream) if wider is not None else None
        if longer is not None:
            return longer
    return None


def distractors(story: Story, stream: Random) -> Story | None:
    """Joins a world that the story does not need, of those at hand the one whose tools are called most like those it uses."""
    verbs = [parse(call.name).verb for call in story.now.plan]
    options = _nearby(story)
    likely = sorted(stream.sample(options, len(options)), key=lambda partner: -len({parse(name).verb for name in partner.other.tools} & set(verbs)))
    for partner in likely[:TRIES]:
        if (wider := _joined(story, partner, idle=True)) is not None:
            return wider
    return None


def _nearby(story: Story) -> list[Partner]:
    """Worlds that can be joined at an entity which the story is about, and whose rows an assistant can find."""
    about = {entity for entity, _ in story.now.touched if story.setting.shape.lists.get(entity)}
    return [partner for partner in partners(story.setting.spec) if any(of in about for _, of in partner.shared)]


def _joined(story: Story, partner: Partner, *, idle: bool = False) -> Story | None:
    """The story, told again in the joined world. None where it does not run there."""
    before = story.setting
    spec = partner.joined_to(before.spec)
    for name in before.spec.tools:
        spec.once(f"arguments/{name}", partial(drawn, before.spec, name))  # what fits a tool fits it in the joined world
    left = tuple(name for name in spec.tools if name not in before.spec.tools) if idle else ()
    try:
        return story.in_setting(replace(before, spec=spec, idle=before.idle + left))
    except PlanError:
        return None


def _used(story: Story, stream: Random) -> Story | None:
    """The story with wishes that use what was joined to it last. None where it is good for too few."""
    tools = list(story.setting.spec.joined.values())[-1]
    longer = story
    for _ in range(MOST):
        longer = first_that_runs(longer, _wishes(longer, stream, tools)) or longer
    return longer if len(longer.wishes) - len(story.wishes) >= LEAST else None


def _wishes(story: Story, stream: Random, tools: tuple[str, ...]) -> Iterator[Wish]:
    """Wishes for what is joined: changes of rows that are there, new rows, what a rule turns down at first, questions; in a drawn order."""
    shape = story.setting.shape
    writes = [name for name in shape.writes if name in tools]
    ways = [
        changes(story, stream, [name for name in writes if name not in shape.inserts]),
        changes(story, stream, [name for name in writes if name in shape.inserts]),
        refusals(story, stream, ruled=True, tools=writes),
        (wish for wish in fields(story, stream) if wish.tool in tools),
    ]
    for way in stream.sample(ways, len(ways)):
        yield from islice(way, 6)
