"""What compiled tools do to rows: look-ups that fail, writes that touch one row, homes, singletons, names that expressions cannot hold."""

from typing import Any

import pytest
from builders import TEXT, compiled, tool

from gem_sim.records import Kind, ToolSchema
from gem_sim.worlds.compiler import compile_world
from gem_sim.worlds.world import World

NUMBER = {"type": "integer"}
STATUS = {"type": "string", "enum": ["open", "done"]}


def told(name: str, properties: dict[str, Any] | None = None, required: tuple[str, ...] = (), kind: Kind | None = None) -> ToolSchema:
    return ToolSchema(name=name, description=name, parameters={"type": "object", "properties": properties or {}, "required": list(required)}, kind=kind)


def world(*tools: ToolSchema) -> World:
    return compile_world(tools).spec.start()


NOTES = (
    told("list_projects"),
    told("create_note", {"projectId": TEXT, "title": TEXT, "status": STATUS}, ("projectId", "title")),
    told("get_note", {"projectId": TEXT, "noteId": TEXT}, ("projectId", "noteId")),
    told("update_note", {"projectId": TEXT, "noteId": TEXT, "title": TEXT, "status": STATUS}, ("projectId", "noteId")),
    told("delete_note", {"projectId": TEXT, "noteId": TEXT}, ("projectId", "noteId")),
    told("get_project", {"projectId": TEXT}, ("projectId",)),
    told("delete_notes", {"noteIds": {"type": "array", "items": TEXT}}, ("noteIds",)),
)


@pytest.fixture
def notes() -> World:
    return world(*NOTES)


def one(notes: World) -> dict[str, Any]:
    row = notes.rows("Note")[0]
    return {"projectId": row["projectId"], "noteId": row["noteId"]}


def test_a_delete_takes_the_named_row_alone(notes: World) -> None:
    result = notes.call("delete_note", one(notes))
    assert [(change["op"], change["entity"]) for change in result.diff] == [("delete", "Note")]


def test_another_home_is_not_found(notes: World) -> None:
    named = one(notes)
    other = next(row["projectId"] for row in notes.rows("Project") if row["projectId"] != named["projectId"])
    outcomes = [notes.call(name, named | {"projectId": other}).outcome for name in ("get_note", "update_note", "delete_note")]
    assert outcomes == ["not_found"] * 3


def test_a_status_that_is_given_is_the_one_that_is_set(notes: World) -> None:
    assert notes.call("update_note", one(notes) | {"status": "done"}).value["status"] == "done"


def test_many_rows_are_deleted_by_their_keys(notes: World) -> None:
    keys = [row["noteId"] for row in notes.rows("Note")]
    assert notes.call("delete_notes", {"noteIds": [keys[0], "none"]}).outcome == "not_found"
    assert notes.call("delete_notes", {"noteIds": keys[:2]}).ok
    assert [row["noteId"] for row in notes.rows("Note")] == keys[2:]


def test_a_created_row_stands_in_its_home(notes: World) -> None:
    made = notes.call("create_note", {"projectId": one(notes)["projectId"], "title": "x"}).value
    assert notes.call("get_note", {"projectId": made["projectId"], "noteId": made["noteId"]}).value == made
    assert notes.call("create_note", {"projectId": "none", "title": "x"}).outcome == "not_found"


def test_a_key_of_the_caller_exists_once() -> None:
    made = world(told("create_user", {"user_id": TEXT, "name": TEXT}, ("user_id",)), told("get_user", {"user_id": TEXT}, ("user_id",)))
    assert [made.call("create_user", {"user_id": "ada"}).outcome for _ in range(2)] == ["ok", "conflict"]


def test_create_or_update_does_either() -> None:
    name = {"configName": TEXT, "size": NUMBER}
    made = world(told("upsert_config", name, ("configName",)), told("get_config", {"configName": TEXT}, ("configName",)))
    first = made.call("upsert_config", {"configName": "a", "size": 1})
    again = made.call("upsert_config", {"configName": "a", "size": 2})
    assert [first.diff[0]["op"], again.diff[0]["op"]] == ["insert", "set"]
    assert made.call("get_config", {"configName": "a"}).value["size"] == 2


def test_settings_are_set_and_not_inserted() -> None:
    made = world(told("get_settings"), told("update_settings", {"theme": TEXT}))
    assert [change["op"] for change in made.call("update_settings", {"theme": "dark"}).diff] == ["set"]
    assert made.call("get_settings", {}).value["theme"] == "dark"


@pytest.mark.parametrize("method", ["patch", "put"])
def test_a_method_is_no_status(method: str) -> None:
    made = world(told(f"{method}_order", {"order_id": TEXT, "note": TEXT}, ("order_id",)), told("get_order", {"order_id": TEXT}, ("order_id",)))
    key = made.rows("Order")[0]["order_id"]
    assert made.call(f"{method}_order", {"order_id": key, "note": "n"}).diff[0]["fields"].keys() == {"note"}


def test_a_credential_is_neither_asked_for_nor_kept() -> None:
    token = {"access_token": TEXT}
    made = compile_world([told("list_pins", token, ("access_token",)), told("create_pin", token | {"title": TEXT}, ("access_token",))])
    live = made.spec.start()
    assert "access_token" not in live.call("create_pin", {"access_token": "s", "title": "t"}).value
    assert live.call("list_pins", {"access_token": "other"}).value["items"][0]["title"] == "t"
    assert set(made.spec.unused) == {"list_pins.access_token", "create_pin.access_token"}


def test_signing_in_says_who_and_keeps_no_secret() -> None:
    made = world(told("login", {"username": TEXT, "password": TEXT}, ("username", "password")), told("logout"))
    assert made.call("login", {"username": "ada", "password": "s"}).value == {"signed_in": True, "user": "ada"}
    assert made.rows("Session") == [{"user": "ada", "active": True}]
    assert made.call("logout", {}).ok
    assert made.rows("Session") == [{"user": None, "active": False}]


def test_keys_that_tools_type_in_two_ways_name_one_row() -> None:
    made = world(
        told("get_pet", {"pet_id": NUMBER}, ("pet_id",)),
        told("feed_pet", {"pet_id": NUMBER}, ("pet_id",)),
        told("delete_pet", {"pet_id": TEXT}, ("pet_id",)),
    )
    key = made.rows("Pet")[0]["pet_id"]
    assert made.call("delete_pet", {"pet_id": str(key)}).ok
    assert made.call("get_pet", {"pet_id": key}).outcome == "not_found"


@pytest.mark.parametrize("form", [{"format": "uuid"}, {"pattern": "^[0-9a-f]{24}$"}, {"pattern": "^[a-z]{2}_[A-Z]{2}$"}, {"minLength": 12}])
def test_keys_have_the_form_that_tools_ask_for(form: dict[str, Any]) -> None:
    made = world(told("get_job", {"job_id": TEXT | form}, ("job_id",)))
    assert all(made.call("get_job", {"job_id": row["job_id"]}).ok for row in made.rows("Job"))


ODD = ["api-version", "$filter", "page[size]", "from", "ids[]", "@odata.etag", "1st"]


@pytest.mark.parametrize("name", ODD)
def test_a_name_that_no_expression_can_hold_is_written_all_the_same(name: str) -> None:
    made = compiled([tool("create_item", {name: TEXT}, [name]), tool("get_item", {"item_id": TEXT}, ["item_id"], "read")]).start()
    row = made.call("create_item", {name: "kept"}).value
    spec = made.spec.unused
    assert f"create_item.{name}" in spec or "kept" in made.call("get_item", {"item_id": row["item_id"]}).value.values()


def test_a_pattern_that_cannot_be_checked_is_dropped_and_noted() -> None:
    made = compile_world([told("get_place", {"place": TEXT | {"pattern": "^(([a-z]+)+,){1,512}$"}}, ("place",)), told("list_places")])
    assert [note.code for note in made.report.diagnostics] == ["schema.pattern"]
    assert set(made.spec.tools) == {"get_place", "list_places"}


def test_arithmetic_is_computed() -> None:
    two = {"a": {"type": "number"}, "b": {"type": "number"}}
    made = world(told("add", two, ("a", "b")), told("divide", two, ("a", "b")))
    assert made.call("add", {"a": 2, "b": 3}).value == {"result": 5}
    assert made.call("divide", {"a": 2, "b": 0}).outcome == "unprocessable"


def test_what_no_row_decides_is_imagined() -> None:
    made = compile_world([told("get_weather_forecast", {"city": TEXT}, ("city",), "imagined")])
    assert made.spec.start().call("get_weather_forecast", {"city": "Oslo"}).imagined
