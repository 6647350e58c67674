"""Operators make a story harder; what they leave still runs, and carries the label of what it holds."""

from random import Random

import pytest

from gem_sim.records import Answer, Scenario
from gem_sim.scenarios.assemble import assemble
from gem_sim.scenarios.operators import OPERATORS
from gem_sim.scenarios.planner import plan
from gem_sim.scenarios.refine import refine
from gem_sim.scenarios.story import Story
from gem_sim.worlds.load import load_mock
from gem_sim.worlds.spec import WorldSpec

SEEDS = range(16)
RARE = {"user_step", "nested_arguments", "found_argument"}
"""Operators that this library has nothing for, or little."""


@pytest.fixture(scope="module")
def plain(library: WorldSpec) -> list[Story]:
    return [plan(library, seed) for seed in SEEDS]


def edited(stories: list[Story], name: str) -> list[tuple[Scenario, Scenario]]:
    """Scenarios before and after an operator, for the stories where it applies."""
    pairs = [(story, OPERATORS[name](story, Random(f"test/{story.setting.seed}"))) for story in stories]  # noqa: S311
    return [(assemble(story), assemble(harder)) for story, harder in pairs if harder is not None]


@pytest.mark.parametrize("name", sorted(OPERATORS.keys() - RARE))
def test_an_operator_leaves_a_scenario_that_runs_with_its_label(plain: list[Story], name: str) -> None:
    found = edited(plain, name)
    assert found
    assert all(name in after.operators and after.id != before.id for before, after in found)


@pytest.mark.parametrize(("mock", "name"), [("observatory_desk", "user_step"), ("framing_workshop", "nested_arguments"), ("seed_bank", "found_argument")])
def test_a_rare_operator_finds_its_place_where_there_is_one(mock: str, name: str) -> None:
    found = edited([plan(load_mock(mock), seed) for seed in SEEDS], name)
    assert found
    assert all(name in after.operators for _, after in found)


def test_a_rule_conflict_is_decided_by_a_rule(library: WorldSpec, plain: list[Story]) -> None:
    for before, after in edited(plain, "rule_conflict"):
        refused = [call for call in after.plan[len(before.plan) :] if call.outcome != "ok"]
        assert [call.outcome for call in refused if call.outcome in {test.code for test in library.tools[call.name].require if test.rule}]


def test_what_the_user_thinks_better_of_is_forbidden(plain: list[Story]) -> None:
    assert any(after.goal.forbidden and not before.goal.forbidden for before, after in edited(plain, "declined"))


def test_a_figure_is_an_answer_of_the_goal(plain: list[Story]) -> None:
    for before, after in edited(plain, "computed"):
        assert sum(isinstance(part, Answer) for part in after.goal.required) > sum(isinstance(part, Answer) for part in before.goal.required)


def test_a_missing_argument_comes_only_when_asked(plain: list[Story]) -> None:
    for _, after in edited(plain, "missing_argument"):
        at = next(at for at, beat in enumerate(after.beats) if beat.act == "ask")
        assert after.beats[at + 1].act == "tell"
        assert set(after.beats[at].facts["missing"]) == set(after.beats[at + 1].facts["given"])


def test_a_choice_offers_several_and_takes_one(plain: list[Story]) -> None:
    for _, after in edited(plain, "choice"):
        at = next(at for at, beat in enumerate(after.beats) if beat.act == "which")
        assert len(after.beats[at].facts["options"]) > 1
        assert after.beats[at + 1].facts["thing"] in after.beats[at].facts["options"]


def test_who_has_to_say_who_they_are_is_looked_up_first(plain: list[Story]) -> None:
    for _, after in edited(plain, "authentication"):
        assert [beat.act for beat in after.beats[:4]] == ["open", "ask_who", "identify", "look_up"]


def test_a_round_makes_a_story_longer(plain: list[Story]) -> None:
    harder = [(story, refine(story)) for story in plain]
    assert all(after is not None and len(after.now.beats) > len(before.now.beats) for before, after in harder)


def test_refinement_repeats(plain: list[Story]) -> None:
    one, other = refine(plain[3]), refine(plain[3])
    assert one is not None
    assert other is not None
    assert assemble(one).id == assemble(other).id
