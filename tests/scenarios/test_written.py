"""Scenarios that authors write are checked, executed and played first."""

import shutil
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from gem_sim import assets, load_mock
from gem_sim.cli import app
from gem_sim.errors import InputError
from gem_sim.pipeline import generate
from gem_sim.scenarios.reward import reward
from gem_sim.scenarios.written import read_written, written_scenarios
from gem_sim.settings import Settings
from gem_sim.store import RunReader
from gem_sim.tasks import find_task, play_task

GOOD = {
    "persona": {"name": "Pia Marek"},
    "instruction": "Return the loan LN-7001.",
    "plan": [{"user": "I bring back what I have on the loan LN-7001."}, {"call": {"return_tool": {"loan_id": "LN-7001"}}}],
}


@pytest.fixture
def mock(tmp_path):
    """A copy of the tool library with one scenario, changed as asked."""

    def making(**change):
        folder = tmp_path / "library"
        if not folder.exists():
            shutil.copytree(assets.folder("tool_mocks") / "tool_library", folder)
        (folder / "scenarios.yaml").write_text(yaml.safe_dump({"back": {**GOOD, **change}}), encoding="utf-8")
        return folder

    return making


def said(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_what_ships_runs_and_is_worth_its_plan():
    spec = load_mock("framing_workshop")
    found = written_scenarios("framing_workshop", spec)
    assert len(found) == 2
    for name, scenario in found.items():
        assert (reward(scenario, spec, scenario.plan), reward(scenario, spec, [])) == (1.0, 0.0)
        assert [attempt.episode.outcome for attempt in play_task(find_task(name, "framing_workshop"))] == ["accepted"]


def test_the_goal_is_what_the_plan_changes(mock):
    folder = mock()
    scenario = written_scenarios(folder, load_mock(folder))["back"]
    assert {fact.entity for fact in scenario.goal.required} >= {"Loan"}
    assert [beat.act for beat in scenario.beats] == ["said", "do", "said", "close", "farewell"]


MISTAKES = [
    ({"plan": [{"user": "Hello"}]}, "back: expected calls in the plan, or a goal"),
    ({"plan": GOOD["plan"][1:]}, "back: plan.0: expected what the user says first"),
    ({"persona": {}}, "back: persona: expected a name"),
    ({"manner": "calm"}, "back.manner: Extra inputs are not permitted"),
    ({"plan": [*GOOD["plan"], {"user": "a", "assistant": "b"}]}, "back.plan.2: expected one of user, assistant or call"),
    ({"plan": [*GOOD["plan"], {"assistant": "a"}, {"assistant": "b"}]}, "back.plan.3: the assistant speaks twice in a row"),
    ({"plan": [*GOOD["plan"], {"call": {"burn_tool": {}}}]}, "back.plan.2: no tool 'burn_tool'; expected one of find_members"),
    ({"plan": [*GOOD["plan"], *GOOD["plan"][1:]]}, "back.plan.2: return_tool ends with conflict, not ok"),
    ({"plan": [GOOD["plan"][0], {"call": {"get_tool": {"tool_id": "T-110"}}}]}, "back.goal: in the end everything is as it was"),
    ({"answers": ["blue"]}, "back.goal: the plan does not reach it: nobody said 'blue'"),
    ({"goal": {"required": [{"entity": "Loan", "where": {"loan_id": "LN-7001"}}]}}, "back.goal: true before anything is done"),
    ({"goal": {"required": [{"entity": "Lone", "where": {}}]}}, "back.goal: no entity 'Lone'; expected one of Member"),
    ({"goal": {"required": [{"entity": "Loan", "where": {"colour": 1}}]}}, "back.goal: no field 'colour'; expected one of loan_id"),
    ({"goal": {"required": [{"entity": "Loan", "where": {"loan_id": "LN-7001", "renewals": 9}}]}}, "back.goal: the plan does not reach it: no Loan"),
]


@pytest.mark.parametrize(("change", "problem"), MISTAKES, ids=[problem for _, problem in MISTAKES])
def test_each_mistake_is_one_clear_line(mock, change, problem):
    folder = mock(**change)
    with pytest.raises(InputError) as wrong:
        written_scenarios(folder, load_mock(folder))
    assert f"library/scenarios.yaml: {problem}" in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_check_reports_mistakes_and_what_would_be_rejected(mock):
    result = said("check", mock(plan=[*GOOD["plan"], *GOOD["plan"][1:]]))
    assert (result.exit_code, "error scenario.plan back.plan.2: return_tool ends with conflict" in result.output) == (1, True)
    result = said("check", mock(plan=[{"user": "Return what I have, please."}, GOOD["plan"][1]]))
    assert (result.exit_code, "warning scenario.talk back, message 2: provenance.none" in result.output) == (0, True)


def test_a_run_with_a_wrong_scenario_leaves_nothing_behind(mock, tmp_path):
    assert said("generate", "--mock", mock(persona={}), "--out", tmp_path / "run").exit_code == 2
    assert not (tmp_path / "run").exists()


def test_written_scenarios_come_first_and_drawn_ones_after(mock, tmp_path):
    list(generate(Settings.make(mock=str(mock()), episodes=2, out=tmp_path / "run")))
    episodes = list(RunReader(tmp_path / "run").episodes())
    assert episodes[0].scenario.instruction == GOOD["instruction"]
    assert {episode.scenario.instruction == GOOD["instruction"] for episode in episodes[1:]} == {False}
    assert said("replay", tmp_path / "run").exit_code == 0


def test_a_refusal_that_is_meant_is_told(mock):
    folder = mock(plan=[*GOOD["plan"], {"user": "And once more LN-7001."}, {"call": {"return_tool": {"loan_id": "LN-7001"}}, "outcome": "conflict"}])
    task = find_task("back", str(folder))
    assert task.scenario.beats[-3].facts["text"].startswith("That was refused: ")
    assert play_task(task)[0].episode.outcome == "accepted"


def test_a_goal_without_calls_is_for_assistants_that_find_their_own_way(mock, tmp_path):
    goal = {"required": [{"entity": "Loan", "where": {"loan_id": "LN-7001", "status": "returned"}}], "allowed": [{"entity": "Tool", "where": {}}]}
    folder = mock(plan=GOOD["plan"][:1], goal=goal)
    scenario = find_task("back", str(folder)).scenario
    assert reward(scenario, load_mock(folder), []) == 0.0
    list(generate(Settings.make(mock=str(folder), episodes=1, out=tmp_path / "run")))
    assert [item.stage for item in RunReader(tmp_path / "run").rejected()][:1] == ["plan"]


def test_a_mock_without_the_file_has_none(tmp_path):
    assert read_written("tool_library", load_mock("tool_library")).scenarios == {}
    with pytest.raises(InputError, match="expected a file"):
        find_task("back", "tool_library")
    assert not Path(tmp_path / "back").exists()
