"""Episodes in worlds made of Python: planned, played, stored, replayed where the plug-in is, refused where it is not."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gem_sim import Mock, Settings, generate, load_mock, replay, run_episode, validate_episode
from gem_sim.cli import app
from gem_sim.errors import InputError, MockFailure
from gem_sim.records import Episode, Rejected
from gem_sim.scaffold import scaffold
from gem_sim.scenarios.shape import shape_of
from gem_sim.store import RunReader

HARBOUR = load_mock("tidal_harbour")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def played() -> Episode:
    return run_episode(HARBOUR, seed=4)


def edited(name: str, old: str, new: str) -> None:
    """Change the code of a scaffolded mock."""
    file = Path("tool_mocks", name, "__init__.py")
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def run(*arguments: Any) -> Any:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_an_episode_of_a_plug_in_is_accepted_and_says_what_it_is(played: Episode) -> None:
    assert played.outcome == "accepted"
    assert (played.world.kind, played.world.name, played.world.digest) == ("plugin", "tidal_harbour", HARBOUR.digest)
    assert replay(played, HARBOUR) == []
    assert validate_episode(played, HARBOUR) == []


def test_the_assistant_looks_up_what_the_user_names(played: Episode) -> None:
    origins = [origin.source for call in played.calls for name, origin in call.provenance.items() if name.endswith("_id")]
    assert origins
    assert set(origins) == {"result"}


def test_a_scenario_can_be_played_again(played: Episode) -> None:
    assert run_episode(HARBOUR, seed=4, scenario=played.scenario) == played


def test_a_changed_result_is_found_by_replay(played: Episode) -> None:
    call = next(call for call in played.calls if call.diff)
    spoilt = played.model_copy(update={"calls": tuple(one.model_copy(update={"result": 1}) if one is call else one for one in played.calls)})
    assert {difference.call for difference in replay(spoilt, HARBOUR)} == {call.id}


def test_the_shape_of_a_plug_in_is_seen_by_calling_it() -> None:
    shape = shape_of(HARBOUR)
    assert shape.keys["book_stay"] == {"boat_id": "boats", "slip_id": "slips"}
    assert shape.lists["boats"] == ("find_boats",)
    assert shape.lists["stays"] == ("list_stays",)
    assert shape.shows == {"boats": "get_boat"}
    assert shape.inserts == {"book_stay": "stays"}


def test_a_run_of_a_plug_in_replays_and_validates(here: Path) -> None:
    scaffold("store_one", python=True)
    made = run("generate", "--mock", "store_one", "--episodes", 2, "--out", here / "run")
    assert made.exit_code == 0, made.output
    assert run("replay", here / "run").exit_code == 0
    assert run("validate", here / "run").exit_code == 0
    episode = next(RunReader(here / "run").episodes())
    assert "changed since the start" in run("episode", f"{here / 'run'}#{episode.id}", "--at", 3).output


def test_without_the_plug_in_a_run_can_be_read_but_not_replayed(here: Path) -> None:
    scaffold("store_two", python=True)
    run("generate", "--mock", "store_two", "--episodes", 1, "--out", here / "run")
    shutil.rmtree("tool_mocks")
    assert run("stats", here / "run").exit_code == 0
    assert run("export", here / "run", "--out", here / "data").exit_code == 0
    refused = run("replay", here / "run")
    assert refused.exit_code == 2
    assert refused.output == (
        "gem-sim: world 'store_two' replays only where its plug-in is installed: expected tool_mocks/store_two here, or an entry point of gem_sim.mocks\n"
    )


def test_another_version_of_the_plug_in_is_refused_by_replay(here: Path) -> None:
    scaffold("store_three", python=True)
    run("generate", "--mock", "store_three", "--episodes", 1, "--out", here / "run")
    edited("store_three", '"store_three",', '"store_three", version="2",')
    refused = run("replay", here / "run")
    assert (refused.exit_code, "installed is version 2" in refused.output) == (2, True)


def test_a_mock_that_does_not_repeat_is_played_but_never_accepted_or_replayed(here: Path) -> None:
    scaffold("store_four", python=True)
    edited("store_four", '"store_four",', '"store_four", replayable=False,')
    mock = load_mock("store_four")
    episode = run_episode(mock, seed=1)
    assert [finding.code for finding in episode.findings] == ["replay.refused"]
    assert episode.outcome == "rejected"
    with pytest.raises(InputError, match=r"says that its calls do not repeat \(replayable=False\)"):
        replay(episode, mock)
    refused = run("generate", "--mock", "store_four", "--out", here / "run")
    assert (refused.exit_code, "no run can be made of it" in refused.output) == (2, True)
    assert not (here / "run").exists()


def test_a_fault_of_the_mock_is_kept_as_infrastructure(here: Path) -> None:
    scaffold("store_five", python=True)
    edited("store_five", 'item["quantity"] += pieces', 'item["amount"] += pieces')
    mock = load_mock("store_five")
    with pytest.raises(MockFailure, match=r"mock store_five, tool reorder_item: KeyError: 'amount' \(line \d+ of __init__.py\)"):
        run_episode(mock, seed=1)
    list(generate(Settings.make(mock="store_five", out=here / "run", episodes=1)))
    kept: list[Rejected] = list(RunReader(here / "run").rejected())
    assert {(item.stage, item.cause) for item in kept} == {("plan", "infrastructure")}
    assert "tool reorder_item: KeyError" in kept[0].reason


def test_a_world_without_tables_is_planned_from_all_the_same() -> None:
    mock = Mock("lamp", description="A lamp.", state={"on": False, "log": []})

    @mock.tool
    def switch_lamp(state, ctx, on: bool) -> bool:
        """Switch the lamp.

        Args:
            on: Whether it is to be on
        """
        state["on"] = on
        state["log"].append({"on": on, "by": "user", "at": ctx.now})
        return on

    episode = run_episode(mock, seed=3)
    assert replay(episode, mock) == []
    assert [change["row"]["place"] for change in episode.calls[0].diff if change["entity"] == "log"] == [0]
