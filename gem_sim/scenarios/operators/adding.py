"""Operators that add a wish at the end of a story."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from random import Random

from gem_sim import prompts
from gem_sim.scenarios import refusals as refused
from gem_sim.scenarios.drawing import changes, consultations, extended, first_that_runs, running, totals
from gem_sim.scenarios.labels import is_vague
from gem_sim.scenarios.story import Story
from gem_sim.scenarios.wishes import Wish
from gem_sim.scenarios.wording import noun
from gem_sim.worlds.compiler.names import parse


def further_goal(story: Story, stream: Random) -> Story | None:
    """One more plain wish."""
    return extended(story, stream)


def rule_conflict(story: Story, stream: Random) -> Story | None:
    """One more wish, which a rule turns down; the user settles for what is allowed."""
    return first_that_runs(story, refused.refusals(story, stream, ruled=True))


def recovery(story: Story, stream: Random) -> Story | None:
    """One more wish, which the state of things does not allow, or whose id is wrong; the user puts it right."""
    ways = [(wish for wish in refused.refusals(story, stream, ruled=False) if wish.settled), refused.stale(story, stream)]
    stream.shuffle(ways)
    return next((longer for way in ways if (longer := first_that_runs(story, way)) is not None), None)


def user_step(story: Story, stream: Random) -> Story | None:
    """One more wish, for which the user has to do something first that no tool of the assistant can do."""
    return first_that_runs(story, refused.with_step(story, stream))


def dependent_goal(story: Story, stream: Random) -> Story | None:
    """One more wish about a row that the story has made itself."""
    made = set(story.now.made)
    keys = story.setting.shape.keys
    options = (wish for wish in changes(story, stream) if any((entity, wish.arguments.get(name)) in made for name, entity in keys.get(wish.tool, {}).items()))
    return first_that_runs(story, options) if made else None


def computed(story: Story, stream: Random) -> Story | None:
    """One more wish: a figure over several rows that no tool gives."""
    return first_that_runs(story, totals(story, stream))


def no_tool(story: Story, stream: Random) -> Story | None:
    """One more wish, which no tool of the assistant can do."""
    spec = story.setting.spec
    taken = {parse(name).verb for name in spec.tools} | {word.strip(".,").lower() for tool in spec.tools.values() for word in tool.description.split()}
    things = list(dict.fromkeys(entity for entity, _ in story.now.touched))
    if stream.random() < 0.5:
        return None  # it fits every story, and would stand in each
    verbs = [line for line in prompts.variants("offline/beyond") if line.split()[0] not in taken]
    if not verbs or not things or any(wish.kind == "beyond" for wish in story.wishes):
        return None
    words = stream.choice(verbs).replace("THING", noun(stream.choice(things)))
    return first_that_runs(story, [Wish("beyond", "", {}, how=words)])


def choice(story: Story, stream: Random) -> Story | None:
    """One more wish, whose words fit several rows: the user has to choose."""
    return first_that_runs(story, islice((replace(wish, choice=True) for wish in changes(story, stream) if _about_a_row(story, wish)), 12))


def vague_reference(story: Story, stream: Random) -> Story | None:
    """One more wish about a row that the user does not call by its name, but by what is the case with it, so that it has to be looked up."""
    wishes = islice((replace(wish, vague=True) for wish in changes(story, stream) if _about_a_row(story, wish)), 12)
    return next((longer for longer in running(story, wishes) if is_vague(longer, len(story.now.names))), None)


def declined(story: Story, stream: Random) -> Story | None:
    """One more wish, which the user takes back when asked to confirm."""
    return first_that_runs(story, islice((replace(wish, declined=True) for wish in changes(story, stream)), 4))


def confirmation(story: Story, stream: Random) -> Story | None:
    """One more wish that cannot be undone, so that the user is asked before."""
    return first_that_runs(story, islice(changes(story, stream, sorted(story.now.confirmed)), 6)) if story.now.confirmed else None


def nested_arguments(story: Story, stream: Random) -> Story | None:
    """One more wish with a list or an object among its arguments."""
    options = (wish for draw in (changes, consultations) for wish in draw(story, stream))
    return first_that_runs(story, (wish for wish in options if any(isinstance(value, (list, dict)) and value for value in wish.arguments.values())))


def _about_a_row(story: Story, wish: Wish) -> bool:
    return wish.tool not in story.setting.shape.inserts and bool(story.setting.shape.keys.get(wish.tool))
