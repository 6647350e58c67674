import json

import pytest

from gem_sim.errors import InputError
from gem_sim.export.write import export
from gem_sim.pipeline import generate
from gem_sim.settings import Settings
from gem_sim.store import RunReader


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    root = tmp_path_factory.mktemp("export") / "run"
    list(generate(Settings.make(mock="tool_library", episodes=2, out=root)))
    return RunReader(root)


def rows(file):
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(("rounds", "count"), [("first", 2), ("last", 2), ("all", 4)])
def test_rounds_choose_the_rows(run, tmp_path, rounds, count):
    file, written = export(run, "trl", tmp_path, rounds)
    assert written == len(rows(file)) == count


def test_arguments_are_objects_and_contents_are_strings(run, tmp_path):
    for row in rows(export(run, "trl", tmp_path)[0]):
        for message in row["messages"]:
            assert isinstance(message["content"], str)
            assert all(isinstance(call["function"]["arguments"], dict) for call in message.get("tool_calls", []))
            assert None not in message.values()


def test_every_call_has_a_tool_in_its_row(run, tmp_path):
    for row in rows(export(run, "trl", tmp_path)[0]):
        offered = {tool["function"]["name"] for tool in row["tools"]}
        called = {call["function"]["name"] for message in row["messages"] for call in message.get("tool_calls", [])}
        assert called <= offered


def test_the_card_says_that_the_words_are_templates(run, tmp_path):
    export(run, "trl", tmp_path)
    card = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert card.startswith("---")
    assert "offline" in card


def test_an_unknown_format_is_named(run, tmp_path):
    with pytest.raises(InputError, match="expected one of trl"):
        export(run, "xml", tmp_path)
