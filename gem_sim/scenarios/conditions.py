"""Conditions that no row can tell: the assistant asks the user about them before it calls what they govern."""

from __future__ import annotations

from gem_sim.errors import PlanError
from gem_sim.records import AskCheck, Rule
from gem_sim.scenarios.telling import Telling
from gem_sim.worlds.spec import WorldSpec


def conditions(spec: WorldSpec, tool: str) -> list[Rule]:
    """The rules of a tool that ask for something only the user knows."""
    return [rule for rule in spec.rules if isinstance(rule.check, AskCheck) and tool in rule.tools]


def ask(told: Telling, tool: str) -> None:
    """Plan the questions that nobody has asked yet, and the answers by which the call may go on. Raises PlanError after an answer by which it may not."""
    for rule in conditions(told.world.spec, tool):
        if not told.asked.get(rule.id, True):
            raise PlanError(f"{tool}: the user does not meet rule {rule.id}")
        if rule.id not in told.asked:
            _put(told, rule, met=True)


def deny(told: Telling, rule: Rule) -> None:
    """Plan the question about a condition, and the answer by which the call may not go on."""
    _put(told, rule, met=False)


def _put(told: Telling, rule: Rule, *, met: bool) -> None:
    wanted = rule.check.holds if isinstance(rule.check, AskCheck) else True
    told.asked[rule.id] = met
    told.assistant("ask_condition", rule=rule.text)
    told.user("condition_holds" if wanted == met else "condition_fails")
