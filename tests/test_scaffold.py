"""`gem-sim new`: a mock that works at once, never in the place of another one."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from gem_sim import load_mock, replay, run_episode
from gem_sim.cli import app
from gem_sim.scaffold import scaffold
from gem_sim.worlds.laws import check
from gem_sim.worlds.plugin.mock import Mock


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def new(*arguments):
    return CliRunner().invoke(app, ["new", *arguments])


@pytest.mark.smoke
@pytest.mark.parametrize("python", [False, True], ids=["declarative", "python"])
@pytest.mark.usefixtures("here")
def test_a_new_mock_passes_every_law_and_can_be_played(python):
    name = f"new_store_{'py' if python else 'yaml'}"
    folder = scaffold(name, python=python)
    mock = load_mock(name)
    assert isinstance(mock, Mock) == python
    assert mock.name == name
    assert check(mock, str(folder)) == []
    episode = run_episode(mock, seed=2)
    assert episode.outcome == "accepted"
    assert replay(episode, mock) == []


@pytest.mark.smoke
@pytest.mark.usefixtures("here")
def test_both_kinds_are_the_same_store_room():
    one, other = (load_mock(scaffold(name, python=python)).start(1) for name, python in (("store_a", False), ("store_b", True)))
    for tool, arguments in [
        ("list_items", {"query": "paper", "limit": 1}),
        ("reorder_item", {"item_id": "IT-101", "pieces": 5}),
        ("reorder_item", {"item_id": "IT-101", "pieces": 51}),
        ("discontinue_item", {"item_id": "IT-107"}),
        ("get_item", {"item_id": "IT-101"}),
    ]:
        first, second = one.call(tool, arguments), other.call(tool, arguments)
        assert (first.value, first.error) == (second.value, second.error)


def test_the_command_says_where_the_mock_is_and_what_comes_next(here):
    made = new("bakery", "--python")
    assert made.exit_code == 0
    assert made.output.startswith("tool_mocks/bakery: edit it, then run 'gem-sim check bakery'")
    assert (here / "tool_mocks" / "bakery" / "__init__.py").is_file()
    assert CliRunner().invoke(app, ["call", "bakery", "get_item", '{"item_id": "IT-101"}']).exit_code == 0


@pytest.mark.parametrize("name", ["Bakery", "1st", "../bakery", "a-b", "", "x" * 41, "_a"])
def test_a_name_that_is_none_is_refused(here, name):
    refused = new("--", name)
    assert refused.exit_code == 2
    assert "expected up to 40 small letters, digits and underscores" in refused.output
    assert not (here / "tool_mocks").exists()


def test_nothing_is_overwritten(here):
    assert new("bakery").exit_code == 0
    (here / "tool_mocks" / "bakery" / "policy.md").write_text("Mine.", encoding="utf-8")
    refused = new("bakery", "--python")
    assert (refused.exit_code, refused.output) == (2, "gem-sim: a mock called 'bakery' is there already; expected another name\n")
    assert Path("tool_mocks/bakery/policy.md").read_text(encoding="utf-8") == "Mine."
    assert new("tool_library").exit_code == 2


def test_a_folder_that_cannot_be_made_is_one_line(here):
    (here / "tool_mocks").write_text("a file", encoding="utf-8")
    refused = new("bakery")
    assert refused.exit_code == 2
    assert "tool_mocks/bakery: cannot be written" in refused.output


CALLS = b"""{"name": "reorder_item", "arguments": {"item_id": "IT-101", "pieces": 5}}

{"name": "reorder_item", "arguments": {"item_id": "IT-101", "pieces": 5}}
{"name": "list_items"}
"""


@pytest.mark.parametrize("python", [False, True], ids=["declarative", "python"])
@pytest.mark.usefixtures("here")
def test_a_list_of_calls_runs_on_one_world_and_shows_what_changes(python):
    scaffold("bakery", python=python)
    output = CliRunner().invoke(app, ["call", "bakery"], input=CALLS).output
    entity = "items" if python else "Item"
    assert f'~ {entity} "IT-101" quantity: 24 → 29' in output
    assert f'~ {entity} "IT-101" quantity: 29 → 34' in output
    assert '"next_cursor":"10"' in output


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (b'{"name": "list_items"}\n{"name"', "line 2: not JSON"),
        (b"\xff\xfe", "line 1: not JSON"),
        (b"[]", "line 1: expected a JSON object, got list"),
        (b'{"tool": "list_items"}', 'line 1: expected {"name": "...", "arguments": {...}}'),
        (b'{"name": "list_items", "arguments": "{}"}', 'line 1: expected {"name": "...", "arguments": {...}}'),
    ],
)
@pytest.mark.parametrize("mock", ["tool_library", "tidal_harbour"])
def test_a_bad_line_is_named(mock, given, expected):
    result = CliRunner().invoke(app, ["call", mock], input=given)
    assert result.exit_code == 2
    assert expected in result.output
    assert "Traceback" not in result.output
