"""Makes stories longer and harder: operators in a drawn order, until a story is long enough."""

from __future__ import annotations

from random import Random

from gem_sim.scenarios.assemble import reached_by_acting
from gem_sim.scenarios.operators import OPERATORS
from gem_sim.scenarios.operators.adding import further_goal
from gem_sim.scenarios.operators.enlarging import enlarge
from gem_sim.scenarios.story import Story

CALLS = 17
MESSAGES = 48
"""A story with so many calls and messages is long enough. The system message and the good-byes count."""
FEW_WISHES, FEW_CALLS = 5, 5
"""A story of round 0 with fewer is widened."""
FEW_TOOLS = 14
"""A world with fewer tools is enlarged before anything else."""
RARE = frozenset(["computed", "nested_arguments", "user_step", "parallel_reads", "authentication"])
"""Operators that fit few stories: tried early in every second one, so that they come where they can."""
MOST = 5
"""Operators of one round."""
MOST_WISHES = 15
MOST_JOINED = 3
"""So many worlds are joined to the one of a story, those that are not needed included."""


def refine(story: Story, calls: float = 0, messages: float = 0) -> Story | None:
    """The story after one round of operators; None where none of them applies. `calls` and `messages`: the least it should come to, if more than usual."""
    stream = story.setting.stream(f"refine/{len(story.wishes)}")
    harder = story
    names = sorted(stream.sample(sorted(OPERATORS), len(OPERATORS)), key=lambda name: name not in RARE or stream.random() < 0.5)
    if len(story.setting.spec.tools) < FEW_TOOLS:
        names = sorted(names, key=lambda name: name != "enlarge")  # so that the others have more to work with
    if any(rule.quote and rule.check for rule in story.setting.spec.rules):
        names = sorted(names, key=lambda name: name != "rule_conflict")  # the rules of a text are what its stories are about
    applied = 0
    for name in names:
        if applied < MOST and (made := OPERATORS[name](harder, stream)) is not None:
            harder = made
            applied += 1
    least = max(calls, CALLS), max(messages, MESSAGES)
    while not _long(harder, *least) and len(harder.wishes) < MOST_WISHES and (longer := _further(harder, stream)) is not None:
        harder = longer
    return harder if harder is not story and reached_by_acting(harder) else None


def widened(story: Story) -> Story:
    """A story of round 0 whose world is too thin for it, with another world joined to its own; any other as it is."""
    stream = story.setting.stream("widen")
    thin = len(story.wishes) < FEW_WISHES or len(story.now.plan) < FEW_CALLS
    return (enlarge(story, stream) or story) if thin else story


def _further(story: Story, stream: Random) -> Story | None:
    """The story with one more wish; with another world joined to its own where that gives no more."""
    longer = further_goal(story, stream)
    return longer if longer is not None or len(story.setting.spec.joined) >= MOST_JOINED else enlarge(story, stream)


def _long(story: Story, calls: float, messages: float) -> bool:
    made, beats = len(story.now.plan), len(story.now.beats)
    return made >= calls and beats + made + 3 >= messages
