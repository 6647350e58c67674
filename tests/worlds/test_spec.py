"""What a world file may hold, and how a wrong one is refused."""

from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from builders import CARDS, world_data

from gem_sim.errors import GemSimError, InputError, SpecError
from gem_sim.worlds.load import load_mock, load_world, mock_names, parse_world
from gem_sim.worlds.spec import WorldSpec


def refusal(data: dict[str, Any]) -> str:
    with pytest.raises(SpecError) as caught:
        parse_world(data, "world.yaml")
    return str(caught.value)


def refusal_of_tool(**tool: Any) -> str:
    return refusal(world_data(tools={"t": {"description": "", "parameters": {"type": "object"}, **tool}}))


@pytest.mark.smoke
def test_every_mock_that_ships_loads() -> None:
    assert all(load_mock(name).tools for name in mock_names())


@pytest.mark.smoke
def test_a_spec_loads_again_from_its_data_with_the_same_digest(library: WorldSpec) -> None:
    again = parse_world(orjson.loads(orjson.dumps(library.data())), "again")
    assert again.digest == library.digest
    assert again.start(3).digest == library.start(3).digest


def test_another_row_is_another_digest() -> None:
    assert parse_world(world_data(), "w").digest != parse_world(world_data(rows={"Card": CARDS[:1]}), "w").digest


def test_a_null_default_survives_the_round_trip() -> None:
    data = world_data(entities={"Card": {"key": "card_id", "fields": {"card_id": {}, "x": {"default": None}}}}, rows={})
    spec = parse_world(data, "w")
    assert parse_world(spec.data(), "w").digest == spec.digest


def test_an_unknown_key_is_refused_with_its_path() -> None:
    assert "tools.t.paramters" in refusal_of_tool(paramters={})


def test_a_read_does_not_write() -> None:
    message = refusal_of_tool(kind="read", do=[{"delete": "session"}])
    assert "tools.t" in message
    assert "no 'do'" in message


def test_a_wrong_expression_is_refused_with_its_path() -> None:
    assert "tools.t.require[0].that: not an expression" in refusal_of_tool(require=[{"that": "1 +", "code": "x", "error": "x"}])


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    message = refusal_of_tool(**{"return": "nobody"})
    assert "tools.t.return: unknown name 'nobody'" in message
    assert "session" in message


def test_a_write_to_an_unknown_entity_names_the_known_ones() -> None:
    assert "expected one of ['Card', 'Session']" in refusal_of_tool(do=[{"insert": {"Crad": {}}}])


def test_a_write_to_an_unknown_field_names_the_known_ones() -> None:
    message = refusal_of_tool(let={"card": "Card('c1')"}, do=[{"set": {"card.y": "1"}}])
    assert "tools.t.do[0].set: no field 'y'" in message
    assert "card_id" in message


def test_one_set_writes_one_row() -> None:
    assert "fields of one row" in refusal_of_tool(let={"card": "Card('c1')"}, do=[{"set": {"card.x": "1", "session.user": "2"}}])


def test_a_write_names_a_bound_row() -> None:
    assert "not known to be a row" in refusal_of_tool(do=[{"delete": "card"}])


@pytest.mark.parametrize(
    "effect", [{}, {"delete": "session", "insert": {"Card": {}}}, {"insert": {"Card": {}, "Session": {}}}, {"delete": "session", "as": "x"}]
)
def test_an_effect_is_exactly_one_write(effect: dict[str, Any]) -> None:
    assert "tools.t.do.0" in refusal_of_tool(do=[effect])


def test_a_loop_has_one_form() -> None:
    assert "expected 'name in expression'" in refusal_of_tool(do=[{"for": "Card", "delete": "session"}])


@pytest.mark.parametrize("entity", [{"fields": {"a": {}}}, {"key": "a", "singleton": True, "fields": {"a": {}}}, {"key": "b", "fields": {"a": {}}}])
def test_an_entity_has_one_identity(entity: dict[str, Any]) -> None:
    assert "entities.Card" in refusal(world_data(entities={"Card": entity}, rows={}))


def test_a_reference_names_an_entity() -> None:
    assert "fields.owner.ref: no entity 'Owner'" in refusal(
        world_data(entities={"Card": {"key": "a", "fields": {"a": {}, "owner": {"ref": "Owner"}}}}, rows={})
    )


def test_an_entity_has_a_camel_case_name() -> None:
    assert "CamelCase" in refusal(world_data(entities={"card": {"key": "a", "fields": {"a": {}}}}, rows={}))


def test_a_requirement_cites_a_known_rule() -> None:
    assert "no rule 'r9'" in refusal_of_tool(require=[{"that": "True", "code": "x", "error": "x", "rule": "r9"}])


def test_a_rule_names_known_tools() -> None:
    assert "rules.r1.tools: no tool 'x'" in refusal(world_data(rules=[{"id": "r1", "text": "", "tools": ["x"]}]))


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({}, "is null"),
        ({"card_id": "c1", "y": 1}, "not declared"),
        ({"card_id": "c1", "status": "lost"}, "expected one of"),
        ({"card_id": "c1", "x": float("nan")}, "not finite"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_with_its_place(row: dict[str, Any], problem: str) -> None:
    message = refusal(world_data(rows={"Card": [row]}))
    assert "rows.Card[0]" in message
    assert problem in message


def test_a_key_stands_once() -> None:
    assert "rows.Card[2]" in refusal(world_data(rows={"Card": [*CARDS, CARDS[0]]}))


def test_rows_of_an_unknown_entity_are_refused() -> None:
    assert "rows.Crad" in refusal(world_data(rows={"Crad": []}))


def test_parameters_are_a_json_schema() -> None:
    assert "tools.t.parameters: not a JSON Schema" in refusal_of_tool(parameters={"type": "objct"})


@pytest.mark.parametrize("parameters", [{"type": "object", "properties": None}, {"type": "object", "properties": []}])
def test_properties_are_an_object(parameters: dict[str, Any]) -> None:
    assert "tools.t.parameters" in refusal_of_tool(parameters=parameters)


def test_a_schema_reaches_no_file_and_no_network(tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text('{"type": "integer"}', encoding="utf-8")
    reference = {"$ref": (tmp_path / "schema.json").as_uri()}
    assert "tools.t.parameters" in refusal_of_tool(parameters={"type": "object", "properties": {"a": reference}})


def test_a_clock_is_a_time() -> None:
    assert "clock" in refusal(world_data(clock="tomorrow"))


def test_a_row_holds_values_of_the_declared_type() -> None:
    entity = {"key": "card_id", "fields": {"card_id": {}, "x": {"type": "integer"}}}
    assert "rows.Card[0]" in refusal(world_data(entities={"Card": entity}, rows={"Card": [{"card_id": "c1", "x": "many"}]}))


def test_a_condition_names_a_known_field() -> None:
    assert "no field 'colour'" in refusal_of_tool(**{"return": "find(Card, colour='red')"})


def test_a_field_of_a_known_row_exists() -> None:
    assert "no field 'statsu'" in refusal_of_tool(let={"card": "Card('c1')"}, **{"return": "card.statsu"})


def test_rows_keep_unique_fields_unique() -> None:
    assert "rows.Card[1]" in refusal(world_data(rows={"Card": [CARDS[0], {**CARDS[1], "code": "k1"}]}))


def test_a_world_file_is_found_by_its_path(tmp_path: Path, library: WorldSpec) -> None:
    (tmp_path / "w.json").write_bytes(orjson.dumps(library.data()))
    assert load_world(tmp_path / "w.json").digest == library.digest


def test_a_folder_with_a_world_is_a_mock(tmp_path: Path) -> None:
    (tmp_path / "world.yaml").write_text(yaml.safe_dump(world_data()), encoding="utf-8")
    (tmp_path / "policy.md").write_text("Be kind.\n", encoding="utf-8")
    assert load_mock(tmp_path).policy == "Be kind."


@pytest.mark.parametrize("text", ["[1, 2]", "a: [", "just words", "\x00"])
def test_a_file_that_is_no_world_is_one_clear_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "w.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(GemSimError, match=r"w\.yaml"):
        load_world(tmp_path / "w.yaml")


def test_an_unknown_mock_names_the_known_ones() -> None:
    with pytest.raises(InputError, match="tool_library"):
        load_mock("no_such_mock")
