"""Operators that make a wish of a story harder to meet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

from gem_sim.errors import PlanError
from gem_sim.scenarios.arguments import near
from gem_sim.scenarios.descriptions import telling_fields
from gem_sim.scenarios.drawing import changes
from gem_sim.scenarios.story import Story
from gem_sim.scenarios.wishes import Place, Wish
from gem_sim.scenarios.wording import label_of, row_of
from gem_sim.worlds.canonical import same


def missing_argument(story: Story, stream: Random) -> Story | None:
    """The user leaves out something that the tool requires, until the assistant asks."""

    def edits(_: int, wish: Wish) -> Iterator[Wish]:
        keys = story.setting.shape.keys.get(wish.tool, {})
        required = story.setting.spec.tools[wish.tool].parameters.get("required", [])
        names = [name for name in wish.arguments if name in required and name not in keys]
        return (replace(wish, withheld=(name,)) for name in stream.sample(names, len(names)))

    return _edited(story, stream, edits)


def found_argument(story: Story, stream: Random) -> Story | None:
    """The user does not know a value, but where it stands: in another row that has to be read."""

    def edits(at: int, wish: Wish) -> Iterator[Wish]:
        told = story.told[at]
        keys = story.setting.shape.keys.get(wish.tool, {})
        for name in [name for name in wish.arguments if name not in keys]:
            for place, value in _places(story, at, name):
                made = {**wish.arguments, name: value}
                if told.world.fork().call(wish.tool, made).diff:
                    yield replace(wish, arguments=made, found={name: place})

    return _edited(story, stream, edits)


def _places(story: Story, at: int, name: str) -> Iterator[tuple[Place, Any]]:
    """Where a value for a parameter stands in rows near the story: in a field of the same name."""
    told = story.told[at]
    for entity, keys in near(told).items():
        about = told.world.spec.entities[entity]
        if name in about.fields and about.fields[name].ref is None and name != label_of(about) and told.setting.shape.lists.get(entity):
            for key in keys[:4]:
                row = told.row(entity, key)
                if row.get(name) is not None:
                    yield Place(entity, key, name), row[name]


def wrong_fact(story: Story, stream: Random) -> Story | None:
    """The user has a field of the row wrong; the records put them right."""

    def edits(at: int, wish: Wish) -> Iterator[Wish]:
        told = story.told[at]
        parameter, entity = next(iter(story.setting.shape.keys.get(wish.tool, {}).items()), ("", ""))
        row = row_of(told.world, entity, wish.arguments.get(parameter)) if entity and wish.tool not in story.setting.shape.inserts else None
        for name in telling_fields(told.world, entity, row) if row is not None else ():
            later = row_of(story.told[at + 1].world, entity, wish.arguments[parameter]) or {}
            taken = [row[name] if row is not None else None, later.get(name), None]
            others = [other[name] for other in told.world.rows(entity) if not any(same(other.get(name), value) for value in taken)]
            if others and name not in wish.arguments:
                yield replace(wish, wrong=(name, stream.choice(others)))

    return _edited(story, stream, edits)


def change_of_mind(story: Story, stream: Random) -> Story | None:
    """The user asks for something, and for something else before it is done."""

    def edits(at: int, wish: Wish) -> Iterator[Wish]:
        told = story.told[at]
        keys = story.setting.shape.keys.get(wish.tool, {})
        for other in _others(told, wish, stream):
            differ = [name for name in {**wish.arguments, **other} if not same(wish.arguments.get(name), other.get(name))]
            if 1 <= len(differ) <= 2 and not set(differ) & set(list(keys)[:1]):
                yield replace(wish, first=other)

    return _edited(story, stream, edits)


def _others(told: Any, wish: Wish, stream: Random) -> Iterator[dict[str, Any]]:
    """Arguments of calls that would work as well, with single values taken over."""
    alone = Story(told.setting, (), (told,))
    for other in changes(alone, stream, [wish.tool]):
        for name in other.arguments:
            mixed = {**wish.arguments, name: other.arguments[name]}
            if not same(mixed, wish.arguments) and told.world.fork().call(wish.tool, mixed).diff:
                yield mixed


def parallel_reads(story: Story, stream: Random) -> Story | None:
    """Look-ups that do not need one another are made at once."""
    for at in _places_of(story, stream, lambda wish: wish.plain and not wish.parallel and not wish.found):
        try:
            harder = story.replaced(at, replace(story.wishes[at], parallel=True))
        except PlanError:
            continue
        before, after = len(story.told[at].beats), len(harder.told[at + 1].beats)
        if any(len(beat.calls) > 1 for beat in harder.told[at + 1].beats[before:after]):
            return harder
    return None


def two_at_once(story: Story, stream: Random) -> Story | None:
    """Two wishes that follow one another are stated in one message."""
    confirmed = story.now.confirmed
    plain = [wish.kind == "change" and wish.plain and not wish.found and wish.tool not in confirmed for wish in story.wishes]
    places = [at for at in range(len(plain) - 1) if plain[at] and plain[at + 1]]
    for at in stream.sample(places, len(places)):
        try:
            return story.joined(at, replace(story.wishes[at], also=story.wishes[at + 1], parallel=stream.random() < 0.5))
        except PlanError:
            continue
    return None


def authentication(story: Story, stream: Random) -> Story | None:
    """The assistant asks who the user is, and looks them up before anything else."""
    del stream
    if story.setting.me is None or story.setting.proves:
        return None
    try:
        return story.in_setting(replace(story.setting, proves=True))
    except PlanError:
        return None


def _edited(story: Story, stream: Random, edits: Callable[[int, Wish], Iterable[Wish]]) -> Story | None:
    """The story with the first edit of a drawn wish that runs."""
    for at in _places_of(story, stream, lambda wish: wish.kind == "change" and wish.plain and not wish.found):
        for number, wish in enumerate(edits(at, story.wishes[at])):
            try:
                return story.replaced(at, wish)
            except PlanError:
                if number == 4:
                    break
    return None


def _places_of(story: Story, stream: Random, fits: Callable[[Wish], bool]) -> list[int]:
    places = [at for at, wish in enumerate(story.wishes) if fits(wish)]
    return stream.sample(places, len(places))
