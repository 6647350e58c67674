"""Tools whose fields are given as one object or list, and tools of an HTTP interface: what they do to rows, and the form of their answers."""

from typing import Any

import pytest

from gem_sim import compile_world
from gem_sim.records import ToolSchema
from gem_sim.worlds.importers import read_tools
from gem_sim.worlds.world import World

TEXT = {"type": "string"}
FIELDS = {"name": TEXT, "email": TEXT, "stage": {"type": "string", "enum": ["lead", "customer"]}}


def tool(name: str, properties: dict[str, Any], required: tuple[str, ...] = ()) -> ToolSchema:
    parameters = {"type": "object", "properties": properties, "required": list(required)}
    return ToolSchema(name=name, description=f"{name.replace('_', ' ').capitalize()}.", parameters=parameters)


@pytest.fixture(scope="module")
def contacts() -> World:
    body = {"type": "object", "properties": FIELDS, "required": ["name"]}
    tools = [
        tool("create_contact", {"data": body}, ("data",)),
        tool("create_contacts", {"contacts": {"type": "array", "items": body}}, ("contacts",)),
        tool("update_contact", {"contact_id": TEXT, "properties": {"type": "object", "properties": FIELDS}}, ("contact_id", "properties")),
        tool("get_contact", {"contact_id": TEXT}, ("contact_id",)),
        tool("list_contacts", {"params": {"type": "object", "properties": {"stage": TEXT, "limit": {"type": "integer"}}}}),
    ]
    return compile_world(tools, name="contacts").spec.start(1)


def test_what_changes_nothing_in_a_body_is_named_as_a_part_of_it() -> None:
    body = {"type": "object", "properties": {"name": TEXT, "output": {"type": "string", "enum": ["json", "xml"]}}}
    made = compile_world([tool("search_lamps", {"body": body}), tool("list_lamps", {})], name="lamps")
    assert [where for where in made.spec.unused if "output" in where] == ["search_lamps.body.output"]


def document() -> World:
    """The world of a small document: labels of repositories, put by name, and the settings of each."""
    label = {"type": "object", "required": ["id", "color", "url"], "properties": {"id": TEXT, "color": TEXT, "url": {"type": "string", "format": "uri"}}}

    def answer(schema: dict[str, Any], status: str = "200") -> dict[str, Any]:
        return {status: {"description": "Done", "content": {"application/json": {"schema": schema}}}}

    def path(*names: str) -> list[dict[str, Any]]:
        return [{"name": name, "in": "path", "required": True, "schema": TEXT} for name in names]

    body = {"required": True, "content": {"application/json": {"schema": {"type": "object", "required": ["color"], "properties": {"color": TEXT}}}}}
    listed = {"type": "object", "required": ["data", "total"], "properties": {"data": {"type": "array", "items": label}, "total": {"type": "integer"}}}
    paths = {
        "/repos": {"get": {"operationId": "repos", "responses": {}}, "post": {"operationId": "makeRepo", "requestBody": body, "responses": {}}},
        "/repos/{repo}": {"get": {"operationId": "repo", "parameters": path("repo"), "responses": {}}},
        "/repos/{repo}/labels": {"get": {"operationId": "labels", "parameters": path("repo"), "responses": answer(listed)}},
        "/repos/{repo}/labels/{label}": {
            "get": {"operationId": "look", "parameters": path("repo", "label"), "responses": answer(label)},
            "put": {"operationId": "store", "parameters": path("repo", "label"), "requestBody": body, "responses": answer(label, "201")},
            "delete": {"operationId": "away", "parameters": path("repo", "label"), "responses": {"204": {"description": "Gone"}}},
        },
    }
    return compile_world(read_tools({"openapi": "3.0.3", "paths": paths}).tools, name="labels").spec.start(1)


def test_a_new_row_has_what_is_in_the_body(contacts: World) -> None:
    made = contacts.fork().call("create_contact", {"data": {"name": "Ida Holm", "stage": "customer"}})
    assert (made.value["name"], made.value["stage"]) == ("Ida Holm", "customer")


def test_what_is_not_in_the_body_of_an_update_stays(contacts: World) -> None:
    row = contacts.rows("Contact")[0]
    changed = contacts.fork().call("update_contact", {"contact_id": row["contact_id"], "properties": {"name": "Ida Holm"}})
    assert changed.value == row | {"name": "Ida Holm"}


def test_a_list_of_rows_makes_each_of_them(contacts: World) -> None:
    world = contacts.fork()
    made = world.call("create_contacts", {"contacts": [{"name": "Ida Holm"}, {"name": "Bo Lind", "email": "bo@example.org"}]})
    assert [row["name"] for row in made.value["items"]] == ["Ida Holm", "Bo Lind"]
    assert len(world.rows("Contact")) == len(contacts.rows("Contact")) + 2


def test_conditions_in_an_object_choose_rows(contacts: World) -> None:
    found = contacts.fork().call("list_contacts", {"params": {"stage": "lead", "limit": 3}})
    assert {row["stage"] for row in found.value["items"]} == {"lead"}
    assert len(found.value["items"]) <= 3


def test_a_field_called_request_beside_many_others_is_no_body() -> None:
    many = dict.fromkeys(("title", "priority", "channel", "owner"), TEXT)
    world = compile_world([tool("create_ticket", {**many, "request": {"type": "object", "properties": {"text": TEXT}}})]).spec.start()
    assert world.call("create_ticket", {"request": {"text": "a"}}).value["request"] == {"text": "a"}


def test_what_is_put_where_nothing_is_is_made_there() -> None:
    world = document()
    repo = world.call("repos", {}).value["items"][0]
    key = next(value for name, value in repo.items() if "repo" in name)
    made = world.call("store", {"repo": key, "label": "urgent", "color": "red"})
    assert made.value == {"id": "urgent", "color": "red", "url": made.value["url"]}
    assert world.call("store", {"repo": key, "label": "urgent", "color": "blue"}).diff[0]["fields"] == {"color": ["red", "blue"]}


def test_a_deletion_takes_the_row_of_the_last_parameter_of_its_path() -> None:
    world = document()
    arguments = world.propose("away")
    assert [(change["op"], change["entity"]) for change in world.call("away", arguments).diff] == [("delete", "Label")]


def test_lists_have_the_form_of_their_answers() -> None:
    world = document()
    shown = world.call("labels", world.propose("labels")).value
    assert set(shown) == {"data", "total"}
    assert shown["total"] == len(shown["data"])
    assert {"id", "color", "url"} <= set(shown["data"][0])


def test_an_update_leaves_what_it_is_not_given_whatever_the_schema_gives() -> None:
    days = {"type": "integer", "minimum": 1, "default": 1}
    tools = [tool("get_loan", {"loan_id": TEXT}, ("loan_id",)), tool("update_loan", {"loan_id": TEXT, "days": days, "note": TEXT}, ("loan_id",))]
    world = compile_world(tools).spec.start()
    row = next(row for row in world.rows("Loan") if row["days"] != 1)
    assert world.call("update_loan", {"loan_id": row["loan_id"], "note": "late"}).value["days"] == row["days"]
    assert world.call("update_loan", {"loan_id": row["loan_id"], "days": 1}).value["days"] == 1
