"""What kind of tool a tool is: from name, description, parameters and what its source says."""

from typing import Any

import pytest

from gem_sim.records import Hints, ToolSchema
from gem_sim.worlds.compiler.reading import read_set

TEXT = {"type": "string"}
NUMBER = {"type": "number"}


def tool(name: str, description: str = "", properties: dict[str, Any] | None = None, required: tuple[str, ...] = (), **more: Any) -> ToolSchema:
    return ToolSchema(name=name, description=description, parameters={"type": "object", "properties": properties or {}, "required": list(required)}, **more)


def kind(*tools: ToolSchema) -> str:
    """The kind of the first of some tools."""
    return read_set(tools).tools[tools[0].name].kind


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        ("list_kites", "", "read"),
        ("kites_list", "", "read"),
        ("Kites_Create", "", "create"),
        ("mend_kite", "Mends a kite.", "update"),
        ("cancelFlight", "", "update"),
        ("dropKite", "Delete a kite.", "delete"),
        ("kiteCount", "Returns how many kites there are.", "read"),
        ("setKite", "Adds a kite.", "create"),
        ("ajouterCerf", "Ajoute un cerf-volant", "create"),
        ("predict_wind", "", "imagined"),
        ("kite_weather", "Get the weather at the field", "imagined"),
        ("get_kite_price", "Get the current price of a kite", "imagined"),
        ("run_code", "Run code", "imagined"),
        ("kite_lift", "Calculates the lift of a kite", "compute"),
        ("login", "", "session"),
        ("get_login_status", "", "session"),
        ("refresh_access_token", "", "session"),
        ("categories", "", "read"),
        ("zork", "", "read"),
    ],
)
def test_the_kind_comes_from_verb_and_description(name: str, description: str, expected: str) -> None:
    assert kind(tool(name, description)) == expected


def test_a_tool_that_takes_numbers_only_calculates() -> None:
    assert kind(tool("add", "Add two numbers", {"a": NUMBER, "b": NUMBER})) == "compute"
    assert kind(tool("add_kite", "Add a kite", {"length": NUMBER, "name": TEXT})) == "create"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("post-kites", "create"),
        ("post-kites-kiteId-cancel", "update"),
        ("post-findKites", "read"),
        ("get-kites-kiteId", "read"),
        ("patch-kites-kiteId", "update"),
        ("delete-kites-kiteId", "delete"),
    ],
)
def test_names_that_are_methods_and_paths_say_the_kind(name: str, expected: str) -> None:
    tools = [
        tool(path, "", {"kiteId": TEXT} if "kiteId" in path else {})
        for path in ("post-kites", "post-kites-kiteId-cancel", "post-findKites", "patch-kites-kiteId")
    ]
    others = [tool(path, "", {"kiteId": TEXT}) for path in ("get-kites-kiteId", "delete-kites-kiteId")]
    assert read_set([*tools, *others]).tools[name].kind == expected


def test_a_verb_of_making_changes_the_row_whose_id_it_takes() -> None:
    assert kind(tool("send_invoice", "", {"invoice_id": TEXT}, ("invoice_id",))) == "update"
    assert kind(tool("send_invoice", "", {"amount": NUMBER})) == "create"


def test_running_what_has_an_id_changes_a_row() -> None:
    run = tool("run_drill", "", {"drill_id": TEXT}, ("drill_id",))
    assert kind(run, tool("create_drill", "", {"name": TEXT})) == "update"


def test_a_prompt_is_answered_by_a_model() -> None:
    assert kind(tool("generate_verse", "", {"prompt": TEXT}, ("prompt",))) == "imagined"


def test_where_all_other_tools_read_a_noun_is_no_verb() -> None:
    reads = [tool(f"{name}_by_day") for name in ("scores", "players", "teams", "fields", "winds")]
    assert kind(tool("Schedule", "Schedule"), *reads) == "read"


@pytest.mark.parametrize(("method", "expected"), [("GET", "read"), ("DELETE", "delete"), ("PUT", "update"), ("PATCH", "update"), ("POST", "create")])
def test_the_method_wins(method: str, expected: str) -> None:
    assert kind(tool("kite", "", {"kite_id": TEXT}, ("kite_id",), hints=Hints(method=method, path="/kites/{kite_id}"))) == expected


def test_a_post_may_search() -> None:
    assert kind(tool("searchKites", "Search kites", hints=Hints(method="POST", path="/kites/search"))) == "read"


@pytest.mark.parametrize(
    ("hints", "expected"),
    [({"read_only": True}, "read"), ({"read_only": False}, "delete"), ({"read_only": False, "destructive": False}, "update"), ({}, "delete")],
)
def test_annotations_win(hints: dict[str, bool], expected: str) -> None:
    assert kind(tool("remove_kite", "", {"kite_id": TEXT}, hints=Hints(**hints))) == expected


@pytest.mark.parametrize(("said", "name", "expected"), [("read", "remove_kite", "read"), ("write", "list_kites", "create"), ("compute", "get_kite", "compute")])
def test_what_somebody_has_said_of_a_tool_wins(said: str, name: str, expected: str) -> None:
    assert kind(tool(name, kind=said)) == expected


def test_a_doubt_has_a_reason() -> None:
    read = read_set([tool("zork")]).tools["zork"]
    assert read.doubts == ("kind read: no verb",)
    assert read_set([tool("delete_kite", "", {"kite_id": TEXT}, ("kite_id",))]).tools["delete_kite"].doubts == ()


def test_a_change_of_a_row_that_nothing_names_is_doubted() -> None:
    assert read_set([tool("delete_kite")]).tools["delete_kite"].doubts == ("key: no parameter names the row that it is to delete",)
