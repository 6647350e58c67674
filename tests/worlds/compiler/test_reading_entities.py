"""Which thing a tool works on, and how a set groups its nouns."""

from typing import Any

import pytest

from gem_sim.records import Hints, ToolSchema
from gem_sim.worlds.compiler.reading import ToolReading, read_set

TEXT = {"type": "string"}


def tool(name: str, description: str = "", *required: str, **properties: Any) -> ToolSchema:
    parameters = {"type": "object", "properties": {**dict.fromkeys(required, TEXT), **properties}, "required": list(required)}
    return ToolSchema(name=name, description=description, parameters=parameters)


def read(*tools: ToolSchema) -> list[ToolReading]:
    return [read_set(tools).tools[one.name] for one in tools]


def entities(*tools: ToolSchema) -> list[str | None]:
    return [one.entity for one in read(*tools)]


@pytest.mark.parametrize("name", ["list_kites", "kites_list", "getAllKites", "get_kite_details", "search_kites_by_colour", "KitesList", "list-available-kites"])
def test_the_noun_of_a_name_is_the_entity(name: str) -> None:
    assert entities(tool(name)) == ["Kite"]


def test_a_part_of_a_thing_belongs_to_it() -> None:
    assert entities(tool("get_kite_status", "", "kite_id"), tool("get_kite", "", "kite_id")) == ["Kite", "Kite"]
    assert read(tool("get_kite_status", "", "kite_id"))[0].aspect == ("status",)


def test_what_a_thing_has_many_of_is_a_thing() -> None:
    assert entities(tool("get_kite_flights", "", "kite_id"), tool("get_kite", "", "kite_id"))[0] == "KiteFlight"


def test_an_owner_in_front_of_a_known_noun_is_left_out() -> None:
    assert entities(tool("list_pilot_flights", "", "pilot_id"), tool("list_flights"), tool("get_pilot", "", "pilot_id"))[0] == "Flight"


def test_a_participle_in_front_of_a_noun_is_left_out() -> None:
    assert entities(tool("list_mended_kites"), tool("get_kite", "", "kite_id"))[0] == "Kite"


def test_a_name_without_a_noun_takes_it_from_elsewhere() -> None:
    assert entities(tool("updateStatus", "", "id", id={"type": "string", "description": "The ID of the kite"}))[0] == "Kite"
    assert entities(tool("detail", "Get detailed information about a kite", "id")) == ["Kite"]
    assert entities(tool("update_status", "", "status"), tool("list_kites"), tool("create_kite")) == ["Status", "Kite", "Kite"]


def test_short_forms_are_the_long_ones_where_the_set_says_so() -> None:
    assert entities(tool("getTx", "Returns a transaction", "txid")) == ["Transaction"]
    assert entities(tool("get_doc", "", "doc_id")) == ["Doc"]


def test_words_around_all_names_are_left_out() -> None:
    assert entities(tool("acme_list_kites"), tool("acme_get_kite", "", "kite_id"), tool("acme_list_pilots")) == ["Kite", "Kite", "Pilot"]


def test_a_noun_that_is_all_that_names_have_stays() -> None:
    assert entities(tool("lamp_enable"), tool("lamp_toggle"), tool("lamp_reset")) == ["Lamp", "Lamp", "Lamp"]


@pytest.mark.parametrize(
    ("name", "entity", "keys"),
    [
        ("get_clubs_club_id_kites", "Kite", ()),
        ("get_clubs_club_id_kites_kite_id", "Kite", ("club_id", "kite_id")),
        ("post_clubs_club_id_kites", "Kite", ()),
        ("delete_clubs_club_id", "Club", ("club_id",)),
    ],
)
def test_a_path_in_a_name_ends_in_its_noun(name: str, entity: str, keys: tuple[str, ...]) -> None:
    names = ["get_clubs_club_id_kites", "get_clubs_club_id_kites_kite_id", "post_clubs_club_id_kites", "post_clubs", "delete_clubs_club_id"]
    tools = [tool(path, "", *[key for key in ("club_id", "kite_id") if key in path]) for path in names]
    found = read_set(tools).tools[name]
    assert (found.entity, found.keys) == (entity, keys)


def test_an_id_in_a_path_is_of_the_noun_before_it() -> None:
    tools = [tool("get-clubs-id-kites", "", "id"), tool("get-clubs-id", "", "id"), tool("post-clubs"), tool("post-kites")]
    found = read(*tools)
    assert [one.roles.get("id") for one in found[:2]] == ["ref", "key"]
    assert found[0].refs == {"id": "Club"}


def test_a_path_that_the_source_gives_says_more_than_the_name() -> None:
    hints = Hints(method="GET", path="/clubs/{clubId}/kites/{tag}.{format}")
    found = read(tool("op17", "", "clubId", "tag", "format").model_copy(update={"hints": hints}))[0]
    assert (found.entity, found.keys) == ("Kite", ("clubId", "tag"))
    assert found.roles == {"clubId": "ref", "tag": "key", "format": "presentation"}


def test_only_reads_that_list_are_many() -> None:
    found = read(tool("list_kites"), tool("get_kite", "", "kite_id"), tool("delete_kites"), tool("get_flight_log"), tool("Kites_Get", "", "kiteName"))
    assert [one.many for one in found] == [True, False, False, True, False]


@pytest.mark.parametrize("name", ["predict_wind", "calculate_lift", "login"])
def test_what_works_on_no_rows_has_no_entity(name: str) -> None:
    assert entities(tool(name)) == [None]


@pytest.mark.parametrize("name", ["", "1", "日本", "___", "get", "class", "get_None"])
def test_odd_names_have_entities_that_can_be_named(name: str) -> None:
    entity = entities(tool(name, "", "id"))[0]
    assert entity is None or entity.isidentifier()


def test_a_set_is_read_the_same_way_twice() -> None:
    tools = [tool("list_kites"), tool("get_kite", "", "kite_id"), tool("create_flight", "", "kite_id")]
    assert read_set(tools) == read_set(tools)


def test_no_tools_are_a_set_too() -> None:
    assert read_set([]).tools == {}
