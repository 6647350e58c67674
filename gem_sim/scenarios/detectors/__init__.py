"""Finds in a conversation and its executed calls what makes it hard, without the plan: the other half of `labels`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gem_sim.records import CallRecord, Message
from gem_sim.scenarios.detectors import asking, results
from gem_sim.scenarios.detectors.heard import Heard
from gem_sim.worlds.spec import WorldSpec

DETECTORS: dict[str, Callable[[Heard], bool]] = {
    detector.__name__: detector
    for detector in (
        results.vague_reference,
        asking.missing_argument,
        results.found_argument,
        asking.wrong_fact,
        asking.change_of_mind,
        results.dependent_goal,
        results.rule_conflict,
        results.recovery,
        asking.no_tool,
        asking.confirmation,
        asking.declined,
        asking.choice,
        results.computed,
        results.nested_arguments,
        results.long_result,
        results.user_step,
        results.parallel_reads,
        asking.authentication,
        results.enlarge,
        results.distractors,
        results.two_at_once,
    )
}


def detected(messages: Sequence[Message], calls: Sequence[CallRecord], spec: WorldSpec) -> tuple[str, ...]:
    """What makes a conversation hard, by the names that `labels_of` uses."""
    heard = Heard(messages, calls, spec)
    return tuple(name for name, detector in DETECTORS.items() if detector(heard))
