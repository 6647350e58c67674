"""The records: frozen, strict, and the same after a trip through JSON."""

from typing import Any

import orjson
import pytest
from builders import TASKS, TEXT, tool
from pydantic import TypeAdapter, ValidationError

from gem_sim import errors
from gem_sim.records import SCHEMA_VERSION, Episode, Fact, Goal, Message, Rule, Scenario

MESSAGE = TypeAdapter(Message)


def test_a_record_is_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Fact(entity="Task", where={}).entity = "Card"


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        Fact.model_validate({"entity": "Task", "where": {}, "when": "now"})


def test_an_episode_is_the_same_after_json(episode: Episode) -> None:
    assert Episode.model_validate_json(episode.model_dump_json()) == episode


def test_a_scenario_is_the_same_after_json(scenarios: list[Scenario]) -> None:
    assert Scenario.model_validate_json(scenarios[0].model_dump_json()) == scenarios[0]


def test_an_episode_has_the_schema_version(episode: Episode) -> None:
    assert episode.schema_version == SCHEMA_VERSION


def test_absent_keys_of_a_message_are_absent(episode: Episode) -> None:
    messages = orjson.loads(episode.model_dump_json())["messages"]
    assert all(value is not None for message in messages for value in message.values())
    assert set(messages[0]) == {"role", "content"}


def test_arguments_of_a_call_are_an_object(episode: Episode) -> None:
    calls = [call for message in episode.messages for call in message.get("tool_calls", [])]
    assert calls
    assert all(isinstance(call["function"]["arguments"], dict) for call in calls)


@pytest.mark.parametrize(
    "message",
    [
        {"role": "user"},
        {"role": "user", "content": None},
        {"role": "robot", "content": ""},
        {"role": "user", "content": "", "mood": 1},
        {"role": "tool", "content": "", "tool_call_id": None},
        {"role": "assistant", "content": "", "tool_calls": [{"id": "1", "type": "function", "function": {"name": "x", "arguments": "{}"}}]},
    ],
)
def test_what_is_no_message_is_refused(message: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        MESSAGE.validate_python(message)


def test_a_check_is_read_by_its_kind() -> None:
    rule = Rule.model_validate({"id": "r1", "text": "", "check": {"kind": "count", "entity": "Task", "maximum": 3}})
    assert type(rule.check).__name__ == "CountCheck"
    with pytest.raises(ValidationError):
        Rule.model_validate({"id": "r1", "text": "", "check": {"kind": "mood"}})


def test_facts_and_answers_are_told_apart() -> None:
    goal = Goal.model_validate({"required": [{"entity": "Task", "where": {"title": "x"}}, {"said": 5}]})
    assert [type(part).__name__ for part in goal.required] == ["Fact", "Answer"]


def test_a_tool_has_the_form_that_models_take() -> None:
    function = tool("ping", {"host": TEXT}).openai()
    assert (function["type"], function["function"]["name"], set(function["function"])) == ("function", "ping", {"name", "description", "parameters"})
    assert len({schema.name for schema in TASKS}) == len(TASKS)


def test_every_error_is_of_the_family() -> None:
    family = [value for value in vars(errors).values() if isinstance(value, type)]
    assert all(issubclass(one, errors.GemSimError) for one in family)


def test_an_error_of_a_world_names_its_place() -> None:
    error = errors.SpecError("tools.x.return", "expected a name")
    assert (str(error), error.where, error.problem) == ("tools.x.return: expected a name", "tools.x.return", "expected a name")
