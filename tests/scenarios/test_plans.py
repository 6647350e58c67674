"""Scenarios are executed before they are played."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from builders import TASKS, compiled

from gem_sim.episodes.provenance import Ledger
from gem_sim.errors import PlanError
from gem_sim.records import Answer, Call, Fact, Goal, Scenario
from gem_sim.scenarios.assemble import assemble
from gem_sim.scenarios.goals import facts_of, harm, holds, unmet
from gem_sim.scenarios.planner import plan
from gem_sim.scenarios.story import Story
from gem_sim.scenarios.wishes import Refusal
from gem_sim.scenarios.wording import spoken
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import World


def said(scenario: Scenario) -> list[Any]:
    """Messages of an assistant that gives every answer of the goal."""
    texts = [spoken(part.said) for part in scenario.goal.required if isinstance(part, Answer)]
    return [{"role": "assistant", "content": " ".join(texts)}]


def played(spec: WorldSpec, scenario: Scenario, *, only_reads: bool = False) -> World:
    world = spec.start(scenario.seed)
    for call in scenario.plan:
        if not only_reads or spec.tools[call.name].kind == "read":
            world.call(call.name, call.arguments)
    return world


def test_every_call_of_a_plan_ends_as_planned(library: WorldSpec, scenarios: list[Scenario]) -> None:
    for scenario in scenarios:
        world = library.start(scenario.seed)
        assert [world.call(call.name, call.arguments).outcome for call in scenario.plan] == [call.outcome for call in scenario.plan]


def test_the_plan_meets_the_goal_and_does_no_harm(library: WorldSpec, scenarios: list[Scenario]) -> None:
    for scenario in scenarios:
        end = played(library, scenario)
        assert unmet(scenario.goal, end, said(scenario)) == []
        assert harm(scenario.goal, library.start(scenario.seed), end) == []


def test_no_fact_of_the_goal_holds_at_the_start(library: WorldSpec, scenarios: list[Scenario]) -> None:
    for scenario in scenarios:
        assert not any(holds(library.start(scenario.seed), part) for part in scenario.goal.required if isinstance(part, Fact))


def test_reading_alone_does_not_meet_the_goal(library: WorldSpec, scenarios: list[Scenario]) -> None:
    for scenario in scenarios:
        assert unmet(scenario.goal, played(library, scenario, only_reads=True), said(scenario))


def test_without_the_answers_the_goal_is_unmet(library: WorldSpec, scenarios: list[Scenario]) -> None:
    asking = [scenario for scenario in scenarios if any(isinstance(part, Answer) for part in scenario.goal.required)]
    assert asking
    assert all(unmet(scenario.goal, played(library, scenario), ()) for scenario in asking)


def test_a_further_write_is_harm(library: WorldSpec, scenarios: list[Scenario]) -> None:
    for scenario in scenarios:
        end = played(library, scenario)
        assert end.call("lend_tool", end.propose("lend_tool") or {}).ok
        assert harm(scenario.goal, library.start(scenario.seed), end)


LOAN = ("lend_tool", {"member_id": "M-301", "tool_id": "T-116", "days": 3})
RESERVATION = ("reserve_tool", {"member_id": "M-315", "tool_id": "T-110", "pickup_date": "2026-04-22"})


def goal_of(library: WorldSpec, *calls: tuple[str, dict[str, Any]]) -> Goal:
    end = library.start()
    for name, arguments in calls:
        assert end.call(name, arguments).ok
    return Goal(required=tuple(facts_of(library.start(), library.start().diff(end))))


def harm_of(library: WorldSpec, goal: Goal, *calls: tuple[str, dict[str, Any]]) -> list[str]:
    end = library.start()
    for name, arguments in calls:
        assert end.call(name, arguments).ok
    return harm(goal, library.start(), end)


def test_an_id_that_the_world_drew_is_no_part_of_the_goal(library: WorldSpec) -> None:
    goal = goal_of(library, RESERVATION)
    other = ("reserve_tool", {**RESERVATION[1], "member_id": "M-301"})
    end = library.start()
    assert end.call(*other).ok
    assert end.call(*RESERVATION).ok
    assert unmet(goal, end, ()) == []


def test_another_insert_is_harm(library: WorldSpec) -> None:
    assert harm_of(library, goal_of(library, RESERVATION), RESERVATION, LOAN)


def test_doing_a_wish_twice_is_harm(library: WorldSpec) -> None:
    assert harm_of(library, goal_of(library, RESERVATION), RESERVATION, RESERVATION)


def test_a_new_row_is_not_covered_by_a_change_of_another(library: WorldSpec) -> None:
    end, wish = library.start(), ("return_tool", {"loan_id": "LN-7014"})
    loan = end.call(*LOAN).value["loan_id"]
    assert end.call("return_tool", {"loan_id": loan}).ok
    assert end.call(*wish).ok
    assert harm(goal_of(library, wish), library.start(), end)


def test_an_allowed_change_is_no_harm(library: WorldSpec) -> None:
    goal = goal_of(library, RESERVATION)
    allowed = goal.model_copy(update={"allowed": (Fact(entity="Loan", where={"loan_id": "LN-7040"}),)})
    assert harm_of(library, goal, RESERVATION, ("renew_loan", {"loan_id": "LN-7040"}))
    assert harm_of(library, allowed, RESERVATION, ("renew_loan", {"loan_id": "LN-7040"})) == []


def test_a_forbidden_fact_that_holds_is_unmet(library: WorldSpec) -> None:
    goal = Goal(required=(), forbidden=(Fact(entity="Loan", where={"loan_id": "LN-7001", "status": "open"}),))
    assert unmet(goal, library.start(), ()) != []


def test_an_answer_counts_from_the_assistant_only(library: WorldSpec) -> None:
    goal = Goal(required=(Answer(said="on loan"),))
    assert unmet(goal, library.start(), [{"role": "user", "content": "It is on loan."}])
    assert unmet(goal, library.start(), [{"role": "assistant", "content": "It is On Loan."}]) == []


def test_a_number_inside_another_is_no_answer(library: WorldSpec) -> None:
    assert unmet(Goal(required=(Answer(said=2),)), library.start(), [{"role": "assistant", "content": "See T-122 of 2026."}])


def test_the_same_seed_gives_the_same_bytes(library: WorldSpec) -> None:
    one, other = (assemble(plan(library, 4)) for _ in range(2))
    assert orjson.dumps(one.model_dump(mode="json")) == orjson.dumps(other.model_dump(mode="json"))


def test_other_seeds_give_other_scenarios(scenarios: list[Scenario]) -> None:
    assert len({scenario.id for scenario in scenarios}) == len(scenarios)
    assert len({orjson.dumps([call.model_dump() for call in scenario.plan]) for scenario in scenarios}) == len(scenarios)


def test_a_scenario_names_its_world_and_seed(library: WorldSpec, scenarios: list[Scenario]) -> None:
    assert all((scenario.world, scenario.seed) == (library.digest, seed) for seed, scenario in enumerate(scenarios))


def test_every_argument_is_said_or_returned_before_it_is_used(library: WorldSpec, scenarios: list[Scenario]) -> None:
    for scenario in scenarios:
        ledger, world = Ledger(), library.start(scenario.seed)
        for index, beat in enumerate(scenario.beats):
            if beat.speaker == "user":
                ledger.add(index, {"role": "user", "content": str(beat.facts)})
            for call in beat.calls:
                origins = ledger.origins(call.arguments, library.tools[call.name].parameters)
                assert "none" not in {origin.source for origin in origins.values()}, (scenario.seed, call)
                ledger.add(index, {"role": "tool", "content": orjson.dumps(world.call(call.name, call.arguments).content()).decode()})


def test_the_plan_is_what_the_beats_call(scenarios: list[Scenario]) -> None:
    assert all(tuple(call for beat in scenario.beats for call in beat.calls) == scenario.plan for scenario in scenarios)


def test_the_user_speaks_first_and_the_assistant_last(scenarios: list[Scenario]) -> None:
    assert all((scenario.beats[0].speaker, scenario.beats[-1].speaker) == ("user", "assistant") for scenario in scenarios)


def test_what_is_hidden_is_not_known(scenarios: list[Scenario]) -> None:
    for scenario in scenarios:
        hidden = {str(value) for value in scenario.hidden.values()}
        assert not hidden & {str(value) for value in scenario.known.values()}
        assert not any(value in scenario.instruction for value in hidden)


def test_a_compiled_world_gives_scenarios_too() -> None:
    spec = compiled(TASKS)
    scenario = assemble(plan(spec, 2))
    assert unmet(scenario.goal, played(spec, scenario), said(scenario)) == []


def test_a_world_without_writes_gives_scenarios_of_answers() -> None:
    spec = compiled([tool for tool in TASKS if tool.kind == "read"])
    scenario = assemble(plan(spec, 0))
    assert scenario.goal.required
    assert all(isinstance(part, Answer) for part in scenario.goal.required)


def test_a_wish_that_does_not_go_as_planned_is_refused(stories: list[Story]) -> None:
    at = next(at for at, wish in enumerate(stories[0].wishes) if wish.kind == "change" and wish.plain)
    wish = stories[0].wishes[at]
    with pytest.raises(PlanError):
        stories[0].replaced(at, replace(wish, refused=Refusal(Call(name=wish.tool, arguments=wish.arguments, outcome="never"))))
