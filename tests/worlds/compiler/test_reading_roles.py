"""What each parameter of a tool is for."""

from typing import Any

import pytest

from gem_sim.records import Hints, ToolSchema
from gem_sim.worlds.compiler.reading import read_set

TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {"type": "integer"}


def tool(called: str, required: tuple[str, ...] = (), **properties: Any) -> ToolSchema:
    return ToolSchema(name=called, description="", parameters={"type": "object", "properties": properties, "required": list(required)})


def roles(one: ToolSchema, *others: ToolSchema) -> dict[str, str]:
    """The roles of the first of some tools."""
    return dict(read_set([one, *others]).tools[one.name].roles)


GET = tool("get_kite", ("kite_id",), kite_id=TEXT)


@pytest.mark.parametrize("key", ["kite_id", "kiteId", "id", "kite", "kite_number", "slug", "kitehash", "kiteUuid", "key"])
def test_the_key_of_a_row_is_found_under_many_names(key: str) -> None:
    assert roles(tool("get_kite", (key,), **{key: TEXT})) == {key: "key"}


def test_an_update_has_a_key_and_fields() -> None:
    assert roles(tool("update_kite", ("kite_id",), kite_id=TEXT, colour=TEXT, club_id=TEXT)) == {"kite_id": "key", "colour": "field", "club_id": "ref"}


def test_a_new_row_has_fields_and_references() -> None:
    found = read_set([tool("create_flight", ("kite_id",), kite_id=TEXT, name=TEXT, flight_id=TEXT), GET]).tools["create_flight"]
    assert found.roles == {"kite_id": "ref", "name": "field", "flight_id": "field"}
    assert (found.refs, found.made_key) == ({"kite_id": "Kite"}, "flight_id")


def test_a_list_is_filtered_paged_and_sorted() -> None:
    given = dict.fromkeys(["colour", "limit", "cursor", "sort_by", "fields", "api_key", "club_id"], TEXT)
    expected = {
        "colour": "filter",
        "limit": "paging",
        "cursor": "paging",
        "sort_by": "sort",
        "fields": "presentation",
        "api_key": "credential",
        "club_id": "filter",
    }
    assert roles(tool("list_kites", **given)) == expected


def test_a_list_within_something_refers_to_it() -> None:
    assert roles(tool("list_flights", ("kite_id",), kite_id=TEXT), GET) == {"kite_id": "ref"}


def test_the_text_says_what_a_name_does_not() -> None:
    given = {
        "k": {"type": "string", "description": "Your API key"},
        "n": {"type": "integer", "description": "The number of kites to return"},
        "mode": {"type": "string", "description": "Output format of the answer"},
        "plan": {"type": "string", "description": "How to sort by wind", "enum": ["up", "down"]},
    }
    assert roles(tool("list_kites", **given)) == {"k": "credential", "n": "paging", "mode": "presentation", "plan": "sort"}


def test_a_parameter_that_most_tools_require_scopes_them() -> None:
    tools = [tool(name, ("tenant",), tenant=TEXT) for name in ("list_kites", "list_pilots", "create_kite", "create_pilot")]
    assert [roles(one, *(other for other in tools if other is not one)) for one in tools] == [{"tenant": "ref"}] * 4


def test_a_key_of_other_tools_refers_here() -> None:
    others = [tool("get_badge", ("nick",), nick=TEXT), tool("delete_badge", ("nick",), nick=TEXT)]
    assert roles(tool("get_badge_colours", ("nick",), nick=TEXT), *others)["nick"] in {"ref", "key"}
    assert roles(tool("list_flights", ("nick",), nick=TEXT), *others) == {"nick": "ref"}


def test_a_key_may_be_of_several_parts() -> None:
    found = read_set([tool("get_page", ("book_id", "page_id"), book_id=TEXT, page_id=TEXT), tool("get_book", ("book_id",), book_id=TEXT)]).tools["get_page"]
    assert (found.keys, found.roles) == (("book_id", "page_id"), {"book_id": "ref", "page_id": "key"})


def test_what_was_names_the_row_and_what_becomes_does_not() -> None:
    assert roles(tool("rename_kite", ("old_name", "new_name"), old_name=TEXT, new_name=TEXT)) == {"old_name": "key", "new_name": "field"}
    assert roles(tool("move_kite", ("source", "destination"), source=TEXT, destination=TEXT)) == {"source": "key", "destination": "field"}


def test_who_searches_gives_no_key() -> None:
    assert roles(tool("find_kite_by_colour", ("colour",), colour=TEXT)) == {"colour": "filter"}


@pytest.mark.parametrize("name", ["calculate_lift", "predict_wind"])
def test_what_works_on_no_rows_takes_inputs(name: str) -> None:
    assert roles(tool(name, length=NUMBER, club_id=TEXT, api_key=TEXT)) == {"length": "input", "club_id": "input", "api_key": "credential"}


def test_who_signs_in_gives_credentials() -> None:
    assert roles(tool("login", ("username", "password"), username=TEXT, password=TEXT)) == {"username": "credential", "password": "credential"}


def test_a_password_of_a_new_row_is_a_field() -> None:
    assert roles(tool("create_pilot", name=TEXT, password=TEXT)) == {"name": "field", "password": "field"}


@pytest.mark.parametrize(
    ("schema", "required", "role"),
    [({"enum": ["x"]}, True, "other"), ({"const": "x"}, True, "other"), ({"enum": ["x"]}, False, "field"), ({"enum": ["x", "y"]}, True, "field")],
)
def test_a_value_that_never_varies_steers_the_call(schema: dict[str, Any], required: bool, role: str) -> None:
    assert roles(tool("create_kite", ("form",) if required else (), form=schema)) == {"form": role}


@pytest.mark.parametrize("name", ["api-version", "dry_run", "idempotency_key", "X-Trace", "force", "If-Match"])
def test_what_steers_a_call_is_no_part_of_the_row(name: str) -> None:
    assert roles(tool("create_kite", **{name: {"type": "boolean"}})) == {name: "other"}


def test_a_secret_is_one_in_all_tools() -> None:
    said = {"type": "string", "description": "API key"}
    tools = [tool("list_kites", keyid=said), tool("delete_kite", ("kite_id",), keyid=said, kite_id=TEXT), tool("create_kite", keyid=TEXT)]
    assert {roles(one, *(other for other in tools if other is not one))["keyid"] for one in tools} == {"credential"}


def test_a_source_that_knows_credentials_wins() -> None:
    hinted = tool("list_kites", door=TEXT).model_copy(update={"hints": Hints(credentials=("door",))})
    assert roles(hinted) == {"door": "credential"}


def test_what_is_shown_is_no_filter_but_what_is_chosen_is() -> None:
    found = roles(tool("list_kites", include_history={"type": "boolean"}, include_mended={"type": "boolean"}))
    assert found == {"include_history": "presentation", "include_mended": "filter"}


@pytest.mark.parametrize(
    "schema", [True, False, {}, {"type": ["string", "null"]}, {"anyOf": [{"type": "null"}, TEXT]}, {"type": 3}, {"enum": {"a": 1}}, {"items": [1]}]
)
def test_odd_schemas_have_roles(schema: Any) -> None:
    assert roles(tool("update_kite", ("a",), a=schema, kite_id=TEXT))["kite_id"] == "key"


@pytest.mark.parametrize("parameters", [{}, {"properties": None}, {"properties": [1]}, {"properties": {"": {}}, "required": None}, {"required": 3}])
def test_odd_parameters_are_read(parameters: dict[str, Any]) -> None:
    assert read_set([ToolSchema(name="list_kites", description="", parameters=parameters)]).tools["list_kites"].kind == "read"


def test_the_id_of_a_parent_refers_where_a_row_is_made() -> None:
    assert roles(tool("create_kite", parent_kite_id=TEXT, name=TEXT), GET)["parent_kite_id"] == "ref"


def test_a_count_beside_a_page_is_paging() -> None:
    assert roles(tool("list_kites", page=TEXT, count=TEXT))["count"] == "paging"


def test_a_user_name_beside_a_key_says_who_calls() -> None:
    assert roles(tool("add_kite", username=TEXT, api_key=TEXT), GET)["username"] == "credential"


def test_an_extension_of_one_choice_is_how_an_answer_is_shown() -> None:
    assert roles(tool("list_kites", ("extension",), extension={"enum": [".json"]})) == {"extension": "presentation"}
