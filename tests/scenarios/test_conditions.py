"""Rules that have the user asked about what only they can tell."""

from __future__ import annotations

from random import Random

import pytest
from builders import TASKS, compiled

from gem_sim import run_episode, validate_episode
from gem_sim.errors import PlanError
from gem_sim.records import AskCheck, Rule
from gem_sim.scenarios.assemble import assemble
from gem_sim.scenarios.operators.adding import rule_conflict
from gem_sim.scenarios.planner import plan
from gem_sim.scenarios.reward import assured, reward
from gem_sim.scenarios.story import Story, begin
from gem_sim.scenarios.wishes import Wish
from gem_sim.worlds.spec import WorldSpec

TEXT = "To close a task, you must be its owner"
OWNER = Rule(id="r1", text=f"{TEXT}.", tools=("close_task",), check=AskCheck(condition="you must be its owner"))


@pytest.fixture(scope="module")
def spec() -> WorldSpec:
    return compiled(TASKS, OWNER)


def open_tasks(spec: WorldSpec) -> list[str]:
    return [row["task_id"] for row in spec.start().rows("Task") if row["status"] == "todo"]


def close(task: str) -> Wish:
    return Wish("change", "close_task", {"task_id": task})


@pytest.fixture(scope="module")
def closing(spec: WorldSpec) -> Story:
    """Two tasks are closed, one after another."""
    first, second = open_tasks(spec)[:2]
    return begin(plan(spec, 3).setting).added(close(first)).added(close(second))


def acts(story: Story) -> list[str]:
    return [beat.act for beat in story.now.beats]


def test_the_user_is_asked_once_before_the_first_call(closing: Story) -> None:
    assert acts(closing).count("ask_condition") == 1
    assert acts(closing).index("condition_holds") == acts(closing).index("ask_condition") + 1 < acts(closing).index("do")


def test_the_question_is_in_the_words_of_the_rule(closing: Story) -> None:
    scenario = assemble(closing)
    episode = run_episode(closing.setting.spec, scenario=scenario)
    assert any(TEXT in message["content"] for message in episode.messages if message["role"] == "assistant")
    assert reward(scenario, closing.setting.spec, episode.messages) == 1.0
    silent = [message for message in episode.messages if TEXT not in message["content"] or message["role"] != "assistant"]
    assert reward(scenario, closing.setting.spec, silent) == 0.0


def test_a_call_without_the_question_is_a_finding(closing: Story) -> None:
    episode = run_episode(closing.setting.spec, scenario=assemble(closing))
    assert episode.outcome == "accepted"
    messages = tuple({**message, "content": message["content"].replace(TEXT, "Well")} for message in episode.messages)
    found = validate_episode(episode.model_copy(update={"messages": messages}), closing.setting.spec)
    assert "policy.condition" in {finding.code for finding in found}


def test_who_says_no_is_refused_and_cannot_come_back_to_it(spec: WorldSpec) -> None:
    beginning = begin(plan(spec, 3).setting)
    beginning.now.touched["Task", open_tasks(spec)[0]] = None
    story = rule_conflict(beginning, Random(1))  # noqa: S311
    assert story is not None
    assert acts(story)[-2:] == ["condition_fails", "explain"]
    assert all(call.name != "close_task" for call in story.now.plan)
    with pytest.raises(PlanError):
        story.added(close(open_tasks(spec)[1]))


def test_an_answer_counts_only_where_it_is_no_refusal() -> None:
    asked = {"role": "assistant", "content": f"One thing first: {TEXT}. Is that so?"}
    check = AskCheck(condition="you must be its owner")
    assert assured(check, [asked, {"role": "user", "content": "Yes, it is."}])
    assert not assured(check, [asked, {"role": "user", "content": "No, I'm afraid not."}])
    assert assured(AskCheck(condition="you must be its owner", holds=False), [asked, {"role": "user", "content": "No, I'm not."}])
    assert not assured(check, [{"role": "user", "content": "Yes, it is."}])
