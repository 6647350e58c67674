"""Operators make a draft harder; what they leave still runs."""

from dataclasses import replace
from random import Random

import pytest
from builders import TASKS, compiled

from gem_sim.records import Answer, Scenario
from gem_sim.scenarios.assemble import Draft, assemble
from gem_sim.scenarios.operators import OPERATORS, further_goal, known_id, missing_argument, question, refine, rule_conflict
from gem_sim.scenarios.planner import plan
from gem_sim.worlds.spec import WorldSpec

SEEDS = range(8)


def pairs(spec: WorldSpec, name: str) -> list[tuple[Scenario, Scenario]]:
    """Scenarios before and after an operator, for the seeds where it applies."""
    operator = next(operator for operator in OPERATORS if operator.__name__ == name)
    drafts = [plan(spec, seed) for seed in SEEDS]
    edited = [(draft, operator(draft, Random(f"test/{draft.seed}"))) for draft in drafts]  # noqa: S311
    found = [(assemble(draft), assemble(harder)) for draft, harder in edited if harder is not None]
    assert len(found) >= 3
    return found


def acts(scenario: Scenario) -> list[str]:
    return [beat.act for beat in scenario.beats]


@pytest.mark.parametrize("name", sorted({operator.__name__ for operator in OPERATORS} - {"known_id", "user_step"}))
def test_an_operator_leaves_a_scenario_that_runs_and_notes_itself(library: WorldSpec, name: str) -> None:
    assert all(after.operators == (name,) and after.id != before.id for before, after in pairs(library, name))


def test_a_rule_conflict_adds_a_refused_call(library: WorldSpec) -> None:
    for before, after in pairs(library, rule_conflict.__name__):
        assert all(call.outcome == "ok" for call in before.plan)
        refused = [call.outcome for call in after.plan if call.outcome != "ok"]
        assert len(refused) == 1
        assert "explain" in acts(after)


def test_a_rule_conflict_is_decided_by_a_rule(library: WorldSpec) -> None:
    for _, after in pairs(library, rule_conflict.__name__):
        refused = next(call for call in after.plan if call.outcome != "ok")
        assert refused.outcome in {test.code for test in library.tools[refused.name].require if test.rule}


def test_a_further_goal_adds_a_wish_to_the_goal(library: WorldSpec) -> None:
    for before, after in pairs(library, further_goal.__name__):
        assert len(after.plan) > len(before.plan)
        assert after.goal != before.goal


def test_a_question_adds_an_answer(library: WorldSpec) -> None:
    for before, after in pairs(library, question.__name__):
        assert not any(isinstance(part, Answer) for part in before.goal.required)
        assert any(isinstance(part, Answer) for part in after.goal.required)


def test_a_missing_argument_adds_a_question_of_the_assistant(library: WorldSpec) -> None:
    assert all(("ask" in acts(after), "ask" in acts(before)) == (True, False) for before, after in pairs(library, missing_argument.__name__))


def test_a_known_id_is_said_by_the_user() -> None:
    for before, after in pairs(compiled(TASKS), known_id.__name__):
        assert not any(name.endswith(" id") for name in before.known)
        assert any(name.endswith(" id") for name in after.known)


def test_an_id_that_is_not_given_is_not_said() -> None:
    draft = plan(compiled(TASKS), 0)
    bare = draft.with_tasks(tuple(replace(task, arguments={}) for task in draft.tasks), "none")
    assert known_id(bare, Random(0)) is None  # noqa: S311


def test_refining_makes_a_scenario_longer(library: WorldSpec) -> None:
    for seed in SEEDS:
        draft = plan(library, seed)
        harder = refine(draft, seed)
        assert harder is not None
        assert len(assemble(harder).plan) > len(assemble(draft).plan)


def test_refining_is_repeatable(library: WorldSpec) -> None:
    one, other = (refine(plan(library, 3), 3) for _ in range(2))
    assert one is not None
    assert other is not None
    assert assemble(one) == assemble(other)


def test_an_operator_changes_nothing_in_the_draft_it_edits(drafts: list[Draft]) -> None:
    before = assemble(drafts[0])
    further_goal(drafts[0], Random(0))  # noqa: S311
    assert assemble(drafts[0]) == before
