"""Operators that make a story harder. Each edits wishes; the result is executed at once, before anything is worded.

What a story then holds is read off its wishes (`labels`), whoever put it there; `detectors` find the same in a conversation alone.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from gem_sim.scenarios.operators import adding, editing, enlarging
from gem_sim.scenarios.story import Story

Operator = Callable[[Story, Random], Story | None]

OPERATORS: dict[str, Operator] = {
    operator.__name__: operator
    for operator in (
        enlarging.enlarge,
        enlarging.distractors,
        adding.rule_conflict,
        adding.recovery,
        adding.dependent_goal,
        adding.computed,
        adding.no_tool,
        adding.choice,
        adding.vague_reference,
        adding.declined,
        adding.confirmation,
        adding.nested_arguments,
        adding.user_step,
        editing.missing_argument,
        editing.found_argument,
        editing.wrong_fact,
        editing.change_of_mind,
        editing.parallel_reads,
        editing.two_at_once,
        editing.authentication,
    )
}
