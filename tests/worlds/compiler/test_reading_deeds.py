"""What says what a tool does beside a verb at the beginning: nouns of doing, other languages, names in one word, ids, paths."""

from typing import Any

import pytest

from gem_sim.records import Hints, ToolSchema
from gem_sim.worlds.compiler.reading import Reading, read_set


def tool(name: str, description: str = "", *required: str, hints: Hints | None = None) -> ToolSchema:
    properties: dict[str, Any] = {word: {"type": "string"} for word in required}
    return ToolSchema(name=name, description=description, parameters={"type": "object", "properties": properties, "required": list(required)}, hints=hints)


def sent(method: str, path: str) -> ToolSchema:
    """A tool of an HTTP interface."""
    required = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
    return tool(f"{method}{path}", "", *required, hints=Hints(method=method, path=path))


def works_on(read: Reading, name: str) -> tuple[str, str | None]:
    return read.tools[name].kind, read.tools[name].entity


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("Creation of a kite", "create"),
        ("Deletion of a kite", "delete"),
        ("Kite removal", "delete"),
        ("Allows the deletion of a kite", "delete"),
        ("Endpoint for the creation of kites", "create"),
        ("Adds or removes ribbons of a kite", "update"),
        ("Unpark a kite", "update"),
        ("Suppression d'un cerf-volant", "delete"),
        ("Permet de supprimer un cerf-volant", "delete"),
        ("Gestion des cerfs-volants Ajoute ou supprime un ruban", "update"),
        ("Creación de una cometa", "create"),
        ("Permite eliminar una cometa", "delete"),
        ("Exclusão de uma pipa", "delete"),
        ("Aggiornamento di un aquilone", "update"),
        ("Neuen Drachen anlegen", "create"),
        ("Crée un cerf-volant", "create"),
        ("Drachen löschen", "delete"),
        ("Ermöglicht das Löschen eines Drachens", "delete"),
    ],
)
def test_a_description_says_by_nouns_of_doing_and_in_other_languages_what_a_name_without_a_verb_does(description: str, expected: str) -> None:
    tools = [tool("kite7", description, "kiteId"), tool("kites", "All kites"), tool("kite", "One kite", "kiteId")]
    assert read_set(tools).tools["kite7"].kind == expected


def test_a_noun_of_doing_is_no_verb_where_nothing_says_what_it_is_done_to() -> None:
    assert read_set([tool("kite_registration", "Registration desk hours")]).tools["kite_registration"].kind == "read"


def test_what_a_title_works_on_stands_before_its_verb_in_some_languages() -> None:
    read = read_set([tool("a1", "Drachen löschen", "id"), tool("a2", "Drachen suchen")])
    assert read.tools["a1"].entity == "Drachen"


def test_a_verb_and_a_noun_in_one_word_are_two_where_other_names_have_the_noun() -> None:
    read = read_set([tool("addkite", "", "color"), tool("deletekite", "", "kiteid"), tool("listkites"), tool("findkitesbycolor", "", "color")])
    assert [works_on(read, name) for name in read.tools] == [("create", "Kite"), ("delete", "Kite"), ("read", "Kite"), ("read", "Kite")]


def test_a_word_that_only_begins_as_a_verb_stays_one_word() -> None:
    assert read_set([tool("address", "", "addressId"), tool("setting", "", "settingId")]).tools["address"].entity == "Address"


def test_the_noun_of_the_description_in_front_of_its_verb_is_no_verb() -> None:
    tools = [tool("callTransfer", "Transfer call", "id"), tool("callAnswer", "Answer call", "id"), tool("listCalls")]
    read = read_set(tools)
    assert {works_on(read, name) for name in ("callTransfer", "callAnswer")} == {("update", "Call")}
    assert read.tools["callTransfer"].keys == ("id",)


@pytest.mark.parametrize("name", ["payInvoice", "sendInvoice", "scanInvoice", "runInvoice"])
def test_an_action_with_the_id_of_what_the_set_keeps_changes_that(name: str) -> None:
    read = read_set([tool(name, "", "id"), tool("getInvoice", "", "id"), tool("listInvoices"), tool("createInvoice", "", "amount")])
    assert works_on(read, name) == ("update", "Invoice")


def test_an_action_with_the_id_of_something_else_makes_what_it_names() -> None:
    about = ToolSchema(name="sendInvoice", description="", parameters={"type": "object", "properties": {"id": {"description": "The id of the customer"}}})
    assert read_set([about, tool("listInvoices"), tool("getCustomer", "", "customerId")]).tools["sendInvoice"].kind == "create"


def test_an_update_that_is_told_of_no_thing_makes_one_where_its_words_say_so() -> None:
    others = [tool("getNumbers"), tool("deleteNumber", "", "numberId")]
    assert read_set([tool("assignNumber", "Assign a number"), *others]).tools["assignNumber"].kind == "create"
    assert read_set([tool("assignNumber", "Assign the number"), *others]).tools["assignNumber"].kind == "update"
    assert read_set([tool("assignNumber", "Assign a number", "numberId"), *others]).tools["assignNumber"].kind == "update"


def test_a_gerund_opens_no_name_where_a_sure_verb_follows() -> None:
    read = read_set([tool("FlyingController_MakeBooking", "", "slot"), tool("GetBookings")])
    assert works_on(read, "FlyingController_MakeBooking") == ("create", "Booking")


def test_a_collection_in_the_singular_or_called_as_a_verb_is_a_thing_of_its_own_in_paths() -> None:
    item, whole = "/customers/{customerId}/order/{orderId}", "/customers/{customerId}/order"
    places = [("GET", "/customers/{customerId}"), ("GET", whole), ("POST", whole), ("GET", item), ("PUT", item), ("DELETE", item)]
    tools = [sent(*place) for place in places]
    read = read_set(tools)
    assert [works_on(read, each.name) for each in tools][1:] == [
        ("read", "Order"),
        ("create", "Order"),
        ("read", "Order"),
        ("update", "Order"),
        ("delete", "Order"),
    ]
    assert works_on(read, tools[0].name) == ("read", "Customer")
    assert read.tools[tools[5].name].roles == {"customerId": "ref", "orderId": "key"}


def test_a_collection_that_is_posted_to_is_a_thing_however_its_parameter_is_called() -> None:
    tools = [sent("POST", "/markets/{marketId}/onlinecode"), sent("GET", "/markets/{marketId}/onlinecode/{onlineCode}"), sent("GET", "/markets/{marketId}")]
    read = read_set(tools)
    assert {works_on(read, each.name)[1] for each in tools[:2]} == {"Onlinecode"}


def test_an_action_at_the_end_of_a_path_changes_the_row_before_it() -> None:
    tools = [sent("POST", "/jobs/{jobId}/stop"), sent("GET", "/jobs/{jobId}"), sent("POST", "/jobs")]
    assert works_on(read_set(tools), tools[0].name) == ("update", "Job")
