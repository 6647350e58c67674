"""Faults injected into accepted episodes are found, harmless edits are not."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gem_sim.cli import app
from gem_sim.pipeline import run_episode
from gem_sim.records import Episode
from gem_sim.validate.sabotage import FAULTS, Flags, Kills, is_killed, sabotage
from gem_sim.validate.sabotage.case import Case
from gem_sim.validate.sabotage.harmless import HARMLESS
from gem_sim.worlds.load import load_mock
from gem_sim.worlds.spec import WorldSpec


@pytest.fixture(scope="module")
def accepted() -> list[tuple[Episode, WorldSpec]]:
    """Three accepted episodes of each of three mocks."""
    worlds = [load_mock(name) for name in ("tool_library", "tidal_harbour", "observatory_desk")]
    made = [(run_episode(spec, seed=seed), spec) for spec in worlds for seed in range(3)]
    return [(episode, spec) for episode, spec in made if episode.outcome == "accepted"]


@pytest.fixture(scope="module")
def tested(accepted: list[tuple[Episode, WorldSpec]]) -> tuple[dict[str, Kills], dict[str, Flags]]:
    return sabotage(accepted)


def test_nearly_all_faults_are_killed(tested: tuple[dict[str, Kills], dict[str, Flags]]) -> None:
    kills, _ = tested
    injected, killed = sum(one["injected"] for one in kills.values()), sum(one["killed"] for one in kills.values())
    assert killed >= 0.99 * injected, {kind: one for kind, one in kills.items() if one["killed"] < one["injected"]}


def test_many_kinds_have_targets(tested: tuple[dict[str, Kills], dict[str, Flags]]) -> None:
    kills, flags = tested
    assert sum(one["injected"] > 0 for one in kills.values()) >= 50
    assert sum(one["edited"] > 0 for one in flags.values()) >= 8


def test_harmless_edits_pass(tested: tuple[dict[str, Kills], dict[str, Flags]]) -> None:
    _, flags = tested
    assert {kind: one for kind, one in flags.items() if one["flagged"]} == {}


def test_the_same_episode_gets_the_same_fault(accepted: list[tuple[Episode, WorldSpec]]) -> None:
    episode, spec = accepted[0]
    for kind, edit in {**FAULTS, **HARMLESS}.items():
        assert edit(Case(episode, spec, kind)) == edit(Case(episode, spec, kind))


def test_an_edit_leaves_the_episode_alone(accepted: list[tuple[Episode, WorldSpec]]) -> None:
    episode, spec = accepted[0]
    before = episode.model_dump_json()
    for kind, edit in {**FAULTS, **HARMLESS}.items():
        edit(Case(episode, spec, kind))
    assert episode.model_dump_json() == before


def test_what_is_wrong_already_is_not_sabotaged(accepted: list[tuple[Episode, WorldSpec]]) -> None:
    episode, spec = accepted[0]
    broken = episode.model_copy(update={"messages": episode.messages[:-1]})
    assert is_killed(broken, spec)
    assert sum(one["injected"] for one in sabotage([(broken, spec)])[0].values()) == 0


def test_the_command_prints_kill_rates(tmp_path: Path) -> None:
    run = str(tmp_path / "run")
    assert CliRunner().invoke(app, ["generate", "--mock", "tool_library", "--episodes", "1", "--out", run]).exit_code == 0
    printed = json.loads(CliRunner().invoke(app, ["validate", run, "--sabotage", "--json"]).output)
    assert set(printed["sabotage"]["edited_result"]) == {"injected", "killed"}
    assert "faults killed" in CliRunner().invoke(app, ["validate", run, "--sabotage"]).output
