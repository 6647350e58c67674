"""Exported tasks run as environments of a trainer: methods as tools, state on the instance, a reward at the end."""

import inspect
import json
import pickle
from typing import Any, Literal, get_type_hints

import pytest

from gem_sim.errors import InputError
from gem_sim.export.environment import GONE, Environment, environment_factory, spoken_reward
from gem_sim.export.methods import annotation, method
from gem_sim.export.write import export
from gem_sim.pipeline import generate
from gem_sim.settings import Settings
from gem_sim.store import RunReader


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("environment")
    list(generate(Settings.make(mock="tool_library", episodes=4, seed=2, out=root / "run")))
    file, count = export(RunReader(root / "run"), "tasks", root / "tasks")
    assert (file.name, count) == ("tasks.jsonl", 4)
    return root / "tasks"


@pytest.fixture(scope="module")
def rows(folder):
    return [json.loads(line) for line in (folder / "tasks.jsonl").read_text(encoding="utf-8").splitlines()]


def tools_of(environment):
    """The methods that TRL takes for tools."""
    found = dict(inspect.getmembers(type(environment), predicate=inspect.isfunction))
    return {name: getattr(environment, name) for name in found if name not in ("reset", "get_reward") and not name.startswith("_")}


def begun(folder, row):
    environment = environment_factory(folder)[row["environment"]]()
    assert environment.reset(**row) is None
    return environment


def test_the_plan_earns_one_and_nothing_earns_nothing(folder, rows):
    for row in rows:
        environment = begun(folder, row)
        assert environment.get_reward() == 0.0
        for beat in row["scenario"]["beats"]:
            if beat["speaker"] == "user" and beat["act"] != "open":
                environment.talk_to_user("Go on, please.")  # who then takes the steps that only users can
            for call in beat["calls"] if beat["speaker"] == "assistant" else ():
                assert isinstance(json.loads(tools_of(environment)[call["name"]](**call["arguments"])), dict | list)
        assert environment.get_reward() == 1.0
        environment.reset(**row)
        assert environment.get_reward() == 0.0


def test_the_user_says_one_thing_after_another_and_leaves(folder, rows):
    environment = begun(folder, rows[0])
    said = [environment.talk_to_user("Go on, please.") for _ in rows[0]["scenario"]["beats"]]
    assert said[0] != rows[0]["prompt"][1]["content"]
    assert said[-1] == GONE


def test_what_is_asked_and_said_on_the_way_counts_for_the_stricter_reward(folder, rows):
    for row in rows:
        environment = begun(folder, row)
        for beat, message in zip(row["scenario"]["beats"], talk(folder, row), strict=True):
            for call in beat["calls"] if beat["speaker"] == "assistant" else ():
                tools_of(environment)[call["name"]](**call["arguments"])
            if beat["speaker"] == "assistant" and not beat["calls"]:
                environment.talk_to_user(message)
        assert spoken_reward([[{"role": "assistant", "content": "Goodbye."}]], [environment]) == [1.0]


def talk(folder, row):
    """What was said at each beat in the run that the tasks are from."""
    episodes = RunReader(folder.parent / "run").episodes()
    messages = next(episode.messages for episode in episodes if episode.id == row["id"])
    return [message["content"] for message in messages if message["role"] in ("user", "assistant")]


def test_methods_have_signature_types_and_docstring_of_the_tool(folder, rows):
    environment = begun(folder, rows[0])
    offered = {tool["function"]["name"]: tool["function"] for tool in rows[0]["tools"]}
    assert set(tools_of(environment)) == {*offered, "talk_to_user"}
    for name, about in offered.items():
        made = tools_of(environment)[name]
        required = {key for key, one in inspect.signature(made).parameters.items() if one.default is inspect.Parameter.empty}
        assert required == set(about["parameters"].get("required", ()))
        assert set(get_type_hints(made)) == {*about["parameters"].get("properties", {}), "return"}
        assert about["description"] in inspect.getdoc(made)


def test_transformers_reads_the_tools(folder, rows):
    templates = pytest.importorskip("transformers.utils.chat_template_utils")
    for made in tools_of(begun(folder, rows[0])).values():
        assert templates.get_json_schema(made)["function"]["name"] == made.__name__


def test_two_rollouts_do_not_meet(folder, rows):
    one, other = begun(folder, rows[0]), begun(folder, rows[0])
    for call in rows[0]["scenario"]["plan"]:
        tools_of(one)[call["name"]](**call["arguments"])
    assert (one.get_reward(), other.get_reward()) == (1.0, 0.0)


def test_classes_are_found_again_in_another_process(folder):
    for made in environment_factory(folder).values():
        assert pickle.loads(pickle.dumps(made)) is made  # noqa: S301  (our own)


def test_rows_for_a_table_hold_texts_alone(folder, rows):
    for line, row in zip((folder / "prompts.jsonl").read_text(encoding="utf-8").splitlines(), rows, strict=True):
        assert json.loads(line) == {name: row[name] for name in ("id", "environment", "prompt")}
        assert begun(folder, json.loads(line)).get_reward() == 0.0


@pytest.mark.parametrize(
    ("schema", "hint"),
    [
        ({"type": "string"}, str),
        ({"type": "integer"}, int),
        ({"enum": ["a", 2]}, Literal["a", 2]),
        ({"type": ["string", "null"]}, str | None),
        ({"type": "array", "items": {"type": "number"}}, list[float]),
        ({"type": "object", "properties": {"a": {}}}, dict[str, Any]),
        ({"anyOf": [{"type": "boolean"}, {"type": "array"}]}, bool | list[Any]),
        ({}, Any),
        (True, Any),
    ],
)
def test_types_are_as_narrow_as_they_can_be(schema, hint):
    assert annotation(schema) == hint


def test_names_that_python_refuses_are_spelt_otherwise_and_meant_as_they_are():
    schema = {"type": "object", "properties": {"from": {}, "a-b": {}, "a_b": {"description": "x\nReturns: y"}, "self": {}}, "required": ["from"]}
    made = method("reset", "Args: none\nof them", schema, lambda _, name, given: f"{name} {given}", ("reset",))
    assert (made.__name__, list(inspect.signature(made).parameters)) == ("reset_", ["self", "from_", "a_b", "a_b_", "self_"])
    assert made(None, from_=1, a_b=2, self_=3) == "reset {'from': 1, 'a-b': 2, 'self': 3}"
    assert inspect.getdoc(made).count("Returns:") == inspect.getdoc(made).count("Args:") == 1


def test_wrong_folders_and_tasks_are_one_clear_line(folder, tmp_path):
    with pytest.raises(InputError, match="no folder of tasks"):
        environment_factory(tmp_path)
    made = next(iter(environment_factory(folder).values()))
    with pytest.raises(InputError, match="expected the id of a task"):
        made().reset(id="nothing")
    with pytest.raises(InputError, match="no task has begun"):
        made().get_reward()
    assert issubclass(made, Environment)
    (tmp_path / "tasks.jsonl").write_text('{"id": 1}\n', encoding="utf-8")
    with pytest.raises(InputError, match="line 1"):
        environment_factory(tmp_path)
