"""What makes a story hard, read off its wishes and how they were told: the labels of a scenario. An operator puts it there on purpose, a draw by chance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gem_sim.scenarios.story import Story
from gem_sim.scenarios.wishes import Wish
from gem_sim.scenarios.wording import label_of

LONG = 8
"""A result with so many rows is a long one."""


def labels_of(story: Story) -> tuple[str, ...]:
    """The labels of a story in the order of the table."""
    return tuple(name for name, holds in _LABELS.items() if holds(story))


def _wishes(story: Story) -> list[Wish]:
    return [part for wish in story.wishes for part in (wish, wish.also) if part is not None]


def _any(holds: Callable[[Wish], Any]) -> Callable[[Story], bool]:
    return lambda story: any(holds(wish) for wish in _wishes(story))


def _refused(*, ruled: bool) -> Callable[[Wish], bool]:
    return lambda wish: wish.refused is not None and wish.step is None and (wish.refused.rule is not None) == ruled and (ruled or wish.settled)


def is_vague(story: Story, after: int = 0) -> bool:
    """Whether a row was looked up by what is the case with it; `after`: so many names are left out of account."""
    spec = story.setting.spec
    return any(set(said.facts) - {label_of(spec.entities[entity])} for entity, said in story.now.names[after:])


def _dependent(story: Story) -> bool:
    """Whether a call names a row that the story has made itself."""
    keys, made = story.setting.shape.keys, {(entity, str(key)) for entity, key in story.now.made}
    return any((entity, str(call.arguments.get(name))) in made for call in story.now.plan for name, entity in keys.get(call.name, {}).items())


def _told(act: str) -> Callable[[Story], bool]:
    """Whether something of a kind is said."""
    return lambda story: any(beat.act == act for beat in story.now.beats)


def _nested(story: Story) -> bool:
    values = (value for call in story.now.plan if call.outcome == "ok" for value in call.arguments.values())
    return any(isinstance(value, (list, dict)) and value for value in values)


def _long(story: Story) -> bool:
    return any(
        len(items) >= LONG for value in story.now.shown for items in [value.get("items") if isinstance(value, dict) else value] if isinstance(items, list)
    )


def _enlarged(story: Story) -> bool:
    """Whether the story needs tools of its world and of one that was joined to it."""
    joined = {name for names in story.setting.spec.joined.values() for name in names}
    return len({call.name in joined for call in story.now.plan}) > 1


_LABELS: dict[str, Callable[[Story], bool]] = {
    "vague_reference": is_vague,
    "missing_argument": _told("ask"),
    "found_argument": _any(lambda wish: wish.found),
    "wrong_fact": _told("correct"),
    "change_of_mind": _told("rather"),
    "dependent_goal": _dependent,
    "rule_conflict": _any(_refused(ruled=True)),
    "recovery": _any(_refused(ruled=False)),
    "no_tool": _told("cannot"),
    "confirmation": _told("agree"),
    "declined": _told("decline"),
    "choice": _told("which"),
    "computed": _told("total"),
    "nested_arguments": _nested,
    "long_result": _long,
    "user_step": _told("do_step"),
    "parallel_reads": lambda story: any(len(beat.calls) > 1 and beat.act in ("look_up", "look_on") for beat in story.now.beats),
    "authentication": lambda story: story.setting.proves,
    "enlarge": _enlarged,
    "distractors": lambda story: bool(story.setting.idle),
    "two_at_once": _any(lambda wish: wish.also is not None),
}
