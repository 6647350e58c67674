"""A story: wishes that were executed one after another on one world. Every edit is executed at once, so a story always runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from gem_sim.errors import PlanError
from gem_sim.scenarios import conversation, questions
from gem_sim.scenarios.goals import facts_of, holds
from gem_sim.scenarios.telling import Setting, Telling
from gem_sim.scenarios.wishes import Kind, Wish
from gem_sim.worlds.world import World

_TELL: dict[Kind, Callable[[Telling, Wish, str], None]] = {
    "change": conversation.carried_out,
    "field": questions.field,
    "consult": conversation.carried_out,
    "total": questions.total,
    "own": questions.own,
    "beyond": questions.beyond,
}


@dataclass(frozen=True)
class Story:
    """`told[n]` is the state after n wishes. Stories are made by `begin` and by edits; an edit that does not run raises PlanError."""

    setting: Setting
    wishes: tuple[Wish, ...]
    told: tuple[Telling, ...]

    @property
    def now(self) -> Telling:
        """The state after the last wish."""
        return self.told[-1]

    def added(self, wish: Wish) -> Story:
        """The story with one more wish at its end."""
        return self.told_on(self.wishes, (wish,))

    def replaced(self, at: int, wish: Wish) -> Story:
        """The story with another wish in a place; all that follows is executed again."""
        return self.told_on(self.wishes[:at], (wish, *self.wishes[at + 1 :]))

    def joined(self, at: int, wish: Wish) -> Story:
        """The story with one wish in the place of two; all that follows is executed again."""
        return self.told_on(self.wishes[:at], (wish, *self.wishes[at + 2 :]))

    def in_setting(self, setting: Setting) -> Story:
        """The same wishes under other circumstances, all executed again."""
        return begin(setting).told_on((), self.wishes)

    def told_on(self, before: tuple[Wish, ...], more: tuple[Wish, ...]) -> Story:
        """The story with its first wishes and others after them, which are executed."""
        told = self.told[: len(before) + 1]
        for at, wish in enumerate(more, len(before)):
            told = (*told, _next(self.told[0].world, told[-1], wish, "open" if at == 0 else "next"))
        return replace(self, wishes=(*before, *more), told=told)


def begin(setting: Setting) -> Story:
    """A story in which nobody has said anything yet."""
    start = setting.spec.start(setting.seed)
    return Story(setting, (), (Telling(setting, start.fork()),))


def _next(start: World, told: Telling, wish: Wish, opening: str) -> Telling:
    after = told.fork()
    _TELL[wish.kind](after, wish, opening)
    if wish.kind in ("change", "consult") and wish.settled and not wish.declined and len(after.plan) == len(told.plan):
        raise PlanError(f"{wish.tool} is not called")
    if _overwrites(told, after):
        raise PlanError("the wish sets anew what an earlier one has set")
    if any(holds(start, fact) for fact in facts_of(start, start.diff(after.world))):
        raise PlanError("a row like that was there from the beginning")
    return after


def _overwrites(before: Telling, after: Telling) -> bool:
    """Whether a call sets a field that an earlier call of the same tool has set, which nobody needed then."""
    return any(mark in before.written for mark in after.written[len(before.written) :])
