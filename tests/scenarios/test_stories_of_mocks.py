"""Stories on mocks with rows inside rows, rules that only the assistant keeps, and tools in the hands of the user."""

from random import Random
from typing import Any

import pytest

from gem_sim import run_episode
from gem_sim.records import Goal, Scenario
from gem_sim.scenarios.assemble import assemble
from gem_sim.scenarios.goals import facts_of, harm, unmet
from gem_sim.scenarios.operators.adding import user_step
from gem_sim.scenarios.planner import plan
from gem_sim.scenarios.refine import refine
from gem_sim.scenarios.story import Story
from gem_sim.worlds.load import load_mock, parse_world
from gem_sim.worlds.world import World

WORKSHOP, DESK = load_mock("framing_workshop"), load_mock("observatory_desk")
NOTES = {
    "name": "notes",
    "entities": {
        "Job": {"key": "job_id", "fields": {"job_id": {}}},
        "Note": {"within": "Job.notes", "fields": {"text": {}, "seen": {"volatile": True}}},
    },
    "tools": {
        "edit": {"description": "", "parameters": {"type": "object"}, "let": {"note": "first(Job('j').notes)"}, "do": [{"set": {"note.text": "'new'"}}]},
        "drop": {"description": "", "parameters": {"type": "object"}, "let": {"note": "first(Job('j').notes)"}, "do": [{"delete": "note"}]},
        "look": {"description": "", "parameters": {"type": "object"}, "let": {"note": "last(Job('j').notes)"}, "do": [{"set": {"note.seen": "now"}}]},
    },
    "rows": {"Job": [{"job_id": "j", "notes": [{"text": "a"}, {"text": "b"}]}]},
}


@pytest.fixture(scope="module")
def framed() -> list[Story]:
    return [refine(story) or story for story in (plan(WORKSHOP, seed) for seed in range(24))]


@pytest.fixture(scope="module")
def stories() -> list[Scenario]:
    """Stories in which the user takes a step."""
    edited = [user_step(plan(DESK, seed), Random(seed)) for seed in range(12)]  # noqa: S311
    return [assemble(story) for story in edited if story is not None]


def after(world: World, *tools: str) -> World:
    end = world.fork()
    for tool in tools:
        assert end.call(tool, {}).ok
    return end


def test_a_limit_that_only_the_assistant_keeps_is_kept(framed: list[Story]) -> None:
    refunds = [call.arguments["amount"] for story in framed for call in story.now.plan if call.name == "refund_payment" and call.outcome == "ok"]
    assert refunds
    assert max(refunds) <= 150


def test_a_rule_whose_error_holds_values_decides_stories(framed: list[Story]) -> None:
    assert {wish.refused.rule for story in framed for wish in story.wishes if wish.refused} & {"r5", "r6", "r8", "r9", "r10", "r11"}


@pytest.mark.parametrize("tool", ["edit", "drop"])
def test_a_row_known_by_its_place_can_be_a_goal(tool: str) -> None:
    start = parse_world(NOTES, "notes").start()
    end = after(start, tool)
    goal = Goal(required=tuple(facts_of(start, start.diff(end))))
    assert (unmet(goal, end, ()), harm(goal, start, end)) == ([], [])
    assert unmet(goal, start, ())
    assert harm(Goal(required=()), start, end)


def test_a_volatile_field_is_neither_goal_nor_harm() -> None:
    start = parse_world(NOTES, "notes").start()
    end = after(start, "look")
    assert facts_of(start, start.diff(end)) == []
    assert harm(Goal(required=()), start, end) == []


def test_the_user_takes_the_steps_that_only_users_can(stories: list[Scenario]) -> None:
    calls = [call for story in stories for beat in story.beats if beat.speaker == "user" for call in beat.calls]
    assert calls
    assert {DESK.tools[call.name].side for call in calls} == {"user"}


def test_a_step_of_the_user_turns_a_refusal_into_a_success(stories: list[Scenario]) -> None:
    for story in stories:
        at = max(at for at, call in enumerate(story.plan) if DESK.tools[call.name].side == "user")
        refused, done = story.plan[at - 1], story.plan[at + 1]
        assert (refused.name, refused.arguments, done.outcome) == (done.name, done.arguments, "ok")
        assert refused.outcome != "ok"


def test_an_episode_with_a_step_of_the_user_is_accepted(stories: list[Scenario]) -> None:
    episode = run_episode(DESK, seed=stories[0].seed, scenario=stories[0])
    assert episode.outcome == "accepted", episode.findings
    roles: list[Any] = [message["role"] for message in episode.messages if message.get("tool_calls")]
    assert {"user", "assistant"} == set(roles)
