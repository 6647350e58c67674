"""Draws wishes that fit a story: calls that work now, on rows it is about, which a user can name and an assistant can find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from random import Random
from typing import Any

from gem_sim import prompts
from gem_sim.errors import PlanError
from gem_sim.records import LimitCheck
from gem_sim.scenarios.arguments import arguments, linked, near
from gem_sim.scenarios.descriptions import telling_fields
from gem_sim.scenarios.keeping import within
from gem_sim.scenarios.story import Story
from gem_sim.scenarios.wishes import Wish
from gem_sim.scenarios.wording import key_field
from gem_sim.worlds.compiler.names import words
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import World

TRIES = 24
"""Arguments of one tool that are tried for one wish."""
_SUMS = frozenset(
    [
        "amount",
        "cost",
        "costs",
        "price",
        "fee",
        "fees",
        "total",
        "paid",
        "due",
        "balance",
        "quantity",
        "number",
        "count",
        "hours",
        "minutes",
        "days",
        "points",
        "deposit",
        "weight",
        "units",
        "seats",
    ]
)
"""Words in the names of fields that can be added up."""
MOST_QUESTIONS = 3
MOST_USES = 2
"""A story in which one tool is wished for more often is a list."""
OFFERS = 3
"""Wishes of one tool that are told before another tool has its turn."""


def running(story: Story, wishes: Iterable[Wish]) -> Iterator[Story]:
    """The stories with one more wish, for those of the wishes that can be told."""
    for wish in wishes:
        with suppress(PlanError):
            yield story.added(wish)


def first_that_runs(story: Story, wishes: Iterable[Wish]) -> Story | None:
    """The story with the first of the wishes that can be told. None where none can."""
    return next(running(story, wishes), None)


def by_use(story: Story, tools: Iterable[str], stream: Random) -> list[str]:
    """Tools in a drawn order, those that the story has used least first; none that it has used too often."""
    used = [part.tool for wish in story.wishes for part in (wish, wish.also) if part is not None]
    names = [name for name in tools if used.count(name) < MOST_USES]
    return sorted(stream.sample(names, len(names)), key=used.count)


def changes(story: Story, stream: Random, tools: Iterable[str] | None = None) -> Iterator[Wish]:
    """Wishes for a change that works now."""
    told, beside = story.now, near(story.now)
    for tool in by_use(story, told.setting.shape.writes if tools is None else tools, stream):
        offered = 0
        for made in arguments(told, tool, stream, TRIES, beside):
            if not _new(story, tool, made) or not permitted(told.world.spec, tool, made):
                continue
            if (diff := told.world.fork().call(tool, made).diff) and linked(told, tool, made, diff, beside):
                offered += 1
                yield Wish("change", tool, made)
            if offered == OFFERS:
                break


def _new(story: Story, tool: str, made: dict[str, Any]) -> bool:
    """Whether the story has not asked for the same of the same rows."""
    keys = story.setting.shape.keys.get(tool, {})
    return not any(wish.tool == tool and all(wish.arguments.get(name) == made.get(name) for name in keys) for wish in story.wishes if keys)


def permitted(spec: WorldSpec, tool: str, made: dict[str, Any]) -> bool:
    """Whether no limit that only the assistant keeps is broken: the tool would do it, and the story must not."""
    return broken_limit(spec, tool, made) is None


def broken_limit(spec: WorldSpec, tool: str, made: dict[str, Any]) -> str | None:
    """The id of the first rule kept by the assistant whose limit arguments are beyond."""
    rules = [rule for rule in spec.rules if rule.enforced_by == "assistant" and tool in rule.tools and isinstance(rule.check, LimitCheck)]
    return next((rule.id for rule in rules if isinstance(rule.check, LimitCheck) and not within(rule.check, made.get(rule.check.parameter))), None)


def fields(story: Story, stream: Random) -> Iterator[Wish]:
    """Wishes to know a field of a row near the story that some list shows."""
    told, beside = story.now, near(story.now)
    asked = {(wish.entity, *wish.arguments.values()) for wish in story.wishes if wish.kind == "field"}
    if len(asked) >= MOST_QUESTIONS:
        return
    places = [(entity, key) for entity, keys in beside.items() if told.setting.shape.lists.get(entity) for key in keys]
    stream.shuffle(places)
    for entity, key in places[:8]:
        about = telling_fields(told.world, entity, told.row(entity, key))
        for name in stream.sample(about, min(2, len(about))) if (entity, key) not in asked else ():
            yield Wish("field", told.setting.shape.lists[entity][0], {key_field(told.world.spec, entity): key}, entity=entity, field=name)


def consultations(story: Story, stream: Random, tools: Iterable[str] | None = None) -> Iterator[Wish]:
    """Wishes for the answer of a tool that reads or works something out, and neither lists rows nor shows one."""
    told, beside = story.now, near(story.now)
    for tool in by_use(story, told.setting.shape.answers if tools is None else tools, stream):
        offered = 0
        for made in arguments(told, tool, stream, TRIES, beside):
            if _new(story, tool, made) and linked(told, tool, made, [], beside) and told.world.fork().call(tool, made).ok:
                offered += 1
                yield Wish("consult", tool, made)
            if offered == OFFERS:
                break


def own_steps(story: Story, stream: Random, tools: Iterable[str] | None = None) -> Iterator[Wish]:
    """Wishes for what only the user can do."""
    told, beside = story.now, near(story.now)
    for tool in by_use(story, told.setting.shape.own if tools is None else tools, stream):
        for made in arguments(told, tool, stream, TRIES, beside):
            if told.world.fork().call(tool, made).ok:
                yield Wish("own", tool, made, how=stream.choice(prompts.variants("offline/own")))
                break


def totals(story: Story, stream: Random) -> Iterator[Wish]:
    """Wishes for a figure over the rows of a list that refer to a row near the story."""
    told, beside = story.now, near(story.now)
    spec = told.world.spec
    options = []
    for entity, tools in told.setting.shape.lists.items():
        numbers = [name for name in telling_numbers(told.world, entity) if name not in spec.entities[entity].keys]
        for tool in tools if numbers else ():
            taken = spec.tools[tool].parameters.get("properties", {})
            required = set(spec.tools[tool].parameters.get("required", []))
            refs = [(name, field.ref) for name, field in spec.entities[entity].fields.items() if field.ref in beside and name in taken]
            options += [(tool, entity, numbers, {name: key}) for name, ref in refs if required <= {name} for key in beside[ref or ""]]
    stream.shuffle(options)
    for tool, entity, numbers, made in options[:6]:
        yield Wish(
            "total",
            tool,
            made,
            entity=entity,
            field=(name := stream.choice(numbers)),
            how=stream.choice(("total", "highest", "lowest") if _adds_up(name) else ("highest", "lowest")),
        )


def _adds_up(name: str) -> bool:
    """Whether a sum over a field means something: amounts do, ratings and years do not."""
    return bool(_SUMS & set(words(name)))


def telling_numbers(world: World, entity: str) -> list[str]:
    """Fields that hold amounts or counts in every row of an entity."""
    rows = world.rows(entity)
    plain = [name for name, field in world.spec.entities[entity].fields.items() if field.ref is None and field.type in (None, "number", "integer")]
    return [name for name in plain if rows and all(isinstance(row.get(name), (int, float)) and not isinstance(row.get(name), bool) for row in rows)]


Draw = Callable[[Story, Random], Iterator[Wish]]
_KINDS: tuple[Draw, ...] = (changes, fields, consultations)
_WEIGHTS = (6, 2, 2)


def extended(story: Story, stream: Random) -> Story | None:
    """The story with one more plain wish, of a drawn kind. None where there is none."""
    kinds = sorted(zip(_WEIGHTS, range(len(_KINDS)), strict=True), key=lambda pair: -(stream.random() ** (1 / pair[0])))
    return next((longer for _, at in kinds if (longer := first_that_runs(story, _KINDS[at](story, stream))) is not None), None)
