"""What descriptions of several sentences and the other tools of a set say of a tool."""

from typing import Any

import pytest

from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler.reading import ToolReading, read_set
from gem_sim.worlds.compiler.reading.texts import said

TEXT: dict[str, Any] = {"type": "string"}


def tool(name: str, description: str = "", *required: str, **properties: Any) -> ToolSchema:
    parameters = {"type": "object", "properties": {**dict.fromkeys(required, TEXT), **properties}, "required": list(required)}
    return ToolSchema(name=name, description=description, parameters=parameters)


def first(*tools: ToolSchema) -> ToolReading:
    return read_set(tools).tools[tools[0].name]


GET = tool("get_kite", "", "kite_id")
LIST = tool("list_kites")


@pytest.mark.parametrize(
    ("text", "verb", "noun"),
    [
        ("Register kite Registers one kite for a festival.", "register", ("kite",)),
        ("My kites Returns a list of kites of the pilot.", "return", ("kite",)),
        ("Kites: Add a kite", "add", ("kite",)),
        ("Lends or sells a kite.", "lend", ("kite",)),
        ("Find and rename a kite.", "rename", ("kite",)),
    ],
)
def test_a_summary_is_read_apart_from_what_follows_it(text: str, verb: str, noun: tuple[str, ...]) -> None:
    found = said(text)
    assert (found.verb.word if found.verb else "", found.noun) == (verb, noun)


def test_arguments_are_described_in_the_text_of_the_tool() -> None:
    text = "Mend it. Args: where: The id of the kite. how (str): What to mend it with. Returns: Nothing."
    assert first(tool("mend_it", text, "where", "how"), GET).roles == {"where": "ref", "how": "field"}


def test_names_that_end_in_a_method_are_paths() -> None:
    found = first(tool("kites_id_flights_get", "", "id"), tool("kites_post"), tool("kites_get"), tool("kites_id_delete", "", "id"))
    assert (found.entity, found.many, found.refs) == ("Flight", True, {"id": "Kite"})


def test_a_word_before_the_verbs_of_several_tools_names_no_thing() -> None:
    assert first(tool("shed_list_kites"), tool("shed_lend_kite", "", "kite_id"), tool("fly_now"), tool("show_wind")).entity == "Kite"


def test_the_front_of_all_names_may_have_digits() -> None:
    assert first(tool("k7s_get_kites"), tool("k7s_get_pilots"), tool("k7s_add_club")).entity == "Kite"


def test_a_thing_may_be_called_batch() -> None:
    assert first(tool("submit_batch", "", "batchId"), tool("get_batch", "", "batchId")).entity == "Batch"


def test_what_the_description_works_on_is_no_verb() -> None:
    found = first(tool("club_file", "Upload a file to the club"), tool("list_files"))
    assert (found.kind, found.entity) == ("create", "File")


def test_a_thing_that_is_only_made_is_the_one_that_others_show() -> None:
    assert first(tool("add_stunt_kite", "", "name"), LIST, GET).entity == "Kite"


def test_a_noun_that_nobody_knows_gives_way_to_the_description() -> None:
    assert first(tool("get_fliers", "List the pilots of a club"), tool("list_pilots"), tool("get_pilot", "", "pilot_id")).entity == "Pilot"


def test_a_change_without_a_thing_of_its_own_changes_what_has_the_id() -> None:
    found = first(tool("next_lesson", "Advance to the next lesson", "courseId"), tool("get_course", "", "courseId"))
    assert (found.kind, found.entity, found.keys) == ("update", "Course", ("courseId",))


def test_pages_are_of_many() -> None:
    found = first(tool("get_wind", "", "club_name", limit={"type": "integer"}), tool("list_clubs"))
    assert (found.many, found.roles) == (True, {"club_name": "ref", "limit": "paging"})


def test_ids_of_many_give_many() -> None:
    assert first(tool("get_kites_by_ids", "", kite_ids={"type": "array"}), GET).many


def test_a_reference_names_what_its_parameter_is_the_key_of() -> None:
    found = first(tool("add_note", "", "slug"), tool("get_page", "", "slug"), tool("delete_page", "", "slug"))
    assert found.refs == {"slug": "Page"}


def test_the_name_of_a_new_thing_is_a_field() -> None:
    assert first(tool("write_file", "", "path", "content"), tool("read_file", "", "path"), tool("delete_file", "", "path")).roles["path"] == "field"


def test_what_is_copied_is_a_reference() -> None:
    assert first(tool("copy_kite", "", "kite_id"), GET).roles == {"kite_id": "ref"}


def test_what_is_told_of_another_thing_is_a_field() -> None:
    found = first(tool("add_flight", "", "pilot_id", pilot_email=TEXT), tool("get_pilot", "", "pilot_id"))
    assert found.roles == {"pilot_id": "ref", "pilot_email": "field"}


def test_a_value_that_is_set_is_a_field() -> None:
    assert first(tool("set_colour", "", "kite_id", "colour"), GET).roles == {"kite_id": "key", "colour": "field"}


def test_a_token_that_most_tools_take_says_who_calls() -> None:
    found = first(*(tool(name, "", kite_token=TEXT) for name in ("list_kites", "add_kite", "list_clubs")))
    assert found.roles == {"kite_token": "credential"}


def test_an_id_that_ends_a_path_is_no_secret() -> None:
    assert first(tool("delete_keys_keyId", "", "keyId"), tool("post_keys"), tool("post_locks")).roles == {"keyId": "key"}


def test_a_name_that_was_cut_off_is_completed() -> None:
    start = "delete-federations-federationId-clubs-clubId-competition-sett"
    assert first(tool(start, "Delete a setting", "federationId", "clubId"), tool("post-clubs"), tool("post-kites")).entity == "CompetitionSetting"


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (tool("cancel_flight", "Deletes a flight", "flight_id"), "delete"),
        (tool("return_kite", "Return a kite that was lent", "kite_id"), "update"),
        (tool("find_and_replace", "", "find_text", "replace_text"), "update"),
        (tool("fetch_page", "Fetches a URL and extracts its text", "url"), "imagined"),
        (tool("count_words", "Counts words", "text"), "compute"),
        (tool("generate_code", "Generate a random code"), "compute"),
        (tool("get_alerts", "Get weather alerts", "region"), "imagined"),
        (tool("use_painter", "", "prompt"), "imagined"),
        (tool("set_api_key", "", "api_key"), "session"),
        (tool("swap", "Exchanges a code for an access token", "code"), "session"),
        (tool("transfer_to_human", "", "summary"), "session"),
        (tool("run_report", "", "kite_id"), "imagined"),
        (tool("run_kite", "", "kite_id"), "update"),
    ],
)
def test_the_kind_follows_from_all_that_is_said(made: ToolSchema, kind: str) -> None:
    assert first(made, GET).kind == kind


def test_a_name_that_only_says_where_works_on_that() -> None:
    made, gone = tool("add_to_basket", "", "kite_id"), tool("remove_from_basket", "", "kite_id")
    assert (first(made, gone, GET).entity, first(made, gone, GET).kind) == ("Basket", "create")
    assert (first(gone, made, GET).entity, first(gone, made, GET).keys) == ("Basket", ("kite_id",))


def test_a_verb_of_two_words_is_one() -> None:
    assert first(tool("check_in", "", "guest_id"), tool("get_guest", "", "guest_id")).kind == "update"


def test_two_verbs_of_a_name_are_one() -> None:
    assert first(tool("create_or_update_kite", "", "name"), GET).entity == "Kite"


def test_the_history_of_one_thing_is_a_list() -> None:
    found = first(tool("get_kite_history", "", "kite_id", limit={"type": "integer"}), GET, LIST)
    assert (found.many, found.roles["kite_id"]) == (True, "ref")


def test_the_name_of_somebody_whom_no_tool_knows_is_a_field() -> None:
    named = {"type": "string", "description": "Customer name of the kite."}
    assert first(tool("order_kite", "Order a new kite.", "customer_name", customer_name=named), GET, LIST).roles["customer_name"] == "field"


@pytest.mark.parametrize(("handed", "kind"), [("file", "compute"), ("text", "imagined")])
def test_a_set_that_is_only_handed_what_it_changes_keeps_nothing(handed: str, kind: str) -> None:
    names = ("rotate_leaves", "remove_stamps", "add_border")
    found = read_set([tool(name, "", handed) for name in names]).tools
    assert [(found[name].kind, found[name].entity, found[name].roles[handed]) for name in names] == [(kind, None, "input")] * 3


def test_a_set_that_lists_what_it_is_handed_keeps_it() -> None:
    assert first(tool("add_border", "", "file"), tool("remove_stamps", "", "file"), tool("rotate_leaves", "", "file"), LIST).kind == "create"


@pytest.mark.parametrize(
    ("made", "kind", "entity"),
    [
        (tool("days_in_month", "Get the number of days in a month", "date"), "compute", None),
        (tool("prompt", "Sends a prompt to a language model", "text"), "imagined", None),
        (tool("capture_packets", "Captures live packets", "interface"), "imagined", "Packet"),
        (tool("sea_forecast", "Get the forecast of the sea"), "imagined", "SeaForecast"),
        (tool("get_running_services", "Get the running services"), "read", "Service"),
        (tool("list_people", ""), "read", "Person"),
        (tool("GetKitebyID", "", "kiteID"), "read", "Kite"),
        (tool("GetKiteusingJSON", "", "basket"), "read", "Kite"),
        (tool("NearbyKites", ""), "read", "Kite"),
    ],
)
def test_more_of_what_names_and_texts_say(made: ToolSchema, kind: str, entity: str | None) -> None:
    found = first(made, GET)
    assert (found.kind, found.entity) == (kind, entity)


def test_the_id_of_another_thing_is_a_reference_where_its_text_says_so() -> None:
    kite = {"type": "string", "description": "The ID of the kite"}
    parts = ToolSchema(name="get_kite_parts", description="", parameters={"properties": {"id": kite}, "required": ["id"]})
    assert first(parts, GET, LIST).roles == {"id": "ref"}


def test_a_noun_that_was_cut_off_behind_a_parameter_is_no_parameter() -> None:
    start = "patch-federations-federationId-stadiumOperators-operatorId-sett"
    found = first(tool(start, "Update a setting", "federationId", "operatorId", "settingId"), tool("post-clubs"), tool("post-kites"))
    assert (found.entity, found.keys[-1], found.roles["operatorId"]) == ("Setting", "settingId", "ref")


def test_a_list_behind_the_id_of_something_else_is_of_what_belongs_to_it() -> None:
    paths = (tool("post_kites"), tool("post_pilots"), tool("delete_kites_clubId_kiteId", "Delete a kite", "clubId", "kiteId"))
    found = first(tool("get_kites_clubId", "Get a list of kites that a club owns", "clubId"), *paths)
    assert (found.entity, found.many, found.roles) == ("Kite", True, {"clubId": "ref"})
    assert not first(tool("get_kites_kiteId", "Get a list of details of a kite", "kiteId"), *paths).many


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"type": "string", "description": "Kites behind this one"}, "paging"),
        ({"type": "string"}, "paging"),
        ({"type": "string", "format": "date"}, "filter"),
        ({"type": "string", "description": "First date of a flight"}, "filter"),
    ],
)
def test_what_comes_after_something_is_the_next_page_unless_it_is_a_date(about: dict[str, Any], expected: str) -> None:
    assert first(tool("list_kites", "", after=about)).roles == {"after": expected}
