"""A scenario is found by file or run and is played for its reward."""

import json

import pytest
import yaml
from typer.testing import CliRunner

from gem_sim import load_mock
from gem_sim.cli import app
from gem_sim.errors import InputError
from gem_sim.scenarios.assemble import assemble
from gem_sim.scenarios.planner import plan
from gem_sim.store import RunReader
from gem_sim.tasks import Task, find_task, play_task, summary


@pytest.fixture(scope="module")
def task():
    library = load_mock("tool_library")
    return Task(assemble(plan(library, 3)), library)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    root = tmp_path_factory.mktemp("tasks") / "run"
    assert CliRunner().invoke(app, ["generate", "--mock", "tool_library", "--episodes", "1", "--out", str(root)]).exit_code == 0
    return root


def said(*arguments):
    return CliRunner().invoke(app, ["episode", *map(str, arguments)])


@pytest.mark.parametrize("kind", ["json", "yaml"])
def test_a_scenario_file_is_played_again_and_again(task, tmp_path, kind):
    data = task.scenario.model_dump(mode="json")
    file = tmp_path / f"s.{kind}"
    file.write_text(json.dumps(data) if kind == "json" else yaml.safe_dump(data), encoding="utf-8")
    assert find_task(str(file)).scenario == task.scenario
    printed = json.loads(said("--scenario", file, "--repeat", 3, "--json").output)
    assert [one["reward"] for one in printed["runs"]] == [1.0, 1.0, 1.0]
    assert (printed["mean"], printed["scenario"], printed["world"]) == (1.0, task.scenario.id, "tool_library")


def test_scenarios_of_a_run_are_played_in_its_worlds(run):
    for episode in RunReader(run).episodes():
        found = find_task(f"{run}#{episode.id}")
        assert found.spec.digest == episode.world.digest
        assert summary(found, play_task(found))["mean"] == 1.0
        (run / "one.json").write_text(episode.model_dump_json(), encoding="utf-8")
        assert find_task(str(run / "one.json")).spec.digest == episode.world.digest


def test_what_a_role_of_ones_own_earns_is_its_own(task):
    silent = summary(task, play_task(task, 2, assistant=lambda _: {"role": "assistant", "content": "No."}))
    assert (silent["mean"], silent["runs"][0]["outcome"]) == (0.0, "rejected")
    broken = summary(task, play_task(task, assistant=lambda _: {"role": "user", "content": "No."}))
    assert "broke its contract" in broken["runs"][0]["problem"]


def test_one_run_of_a_scenario_is_shown_step_by_step(task, tmp_path):
    (tmp_path / "s.json").write_text(task.scenario.model_dump_json(), encoding="utf-8")
    assert "environment {" in said("--scenario", tmp_path / "s.json", "--step").output


@pytest.mark.parametrize(
    ("change", "mock", "problem"),
    [
        ({"world": "0" * 64}, None, "no world with the digest"),
        ({}, "tickets", "belongs to a world"),
        ({"goal": 1}, None, "goal"),
        ({"persona": None}, None, "persona"),
    ],
)
def test_a_scenario_without_its_world_is_one_clear_line(task, tmp_path, change, mock, problem):
    (tmp_path / "s.json").write_text(json.dumps({**task.scenario.model_dump(mode="json"), **change}), encoding="utf-8")
    with pytest.raises(InputError, match=problem) as wrong:
        find_task(str(tmp_path / "s.json"), mock)
    assert "\n" not in str(wrong.value)
