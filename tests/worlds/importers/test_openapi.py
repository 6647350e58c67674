"""OpenAPI 3 documents as tools."""

import json

import pytest

from gem_sim.worlds.importers import Imported, read_tools
from gem_sim.worlds.validation import validator

PET = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "integer", "readOnly": True}, "name": {"type": "string"}, "pin": {"type": "string", "writeOnly": True}},
}
ANSWER = {"200": {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}}


def document(paths=None, **components):
    return {"openapi": "3.0.3", "info": {"title": "Pets", "version": "1"}, "paths": paths or {}, "components": {"schemas": {"Pet": PET}, **components}}


def read(paths=None, **components) -> Imported:
    return read_tools(document(paths, **components))


def one(operation, path="/pets", method="get", **components):
    return read({path: {method: {"operationId": "t", **operation}}}, **components).tools[0]


def codes(imported: Imported) -> list[str]:
    return [note.code for note in imported.diagnostics]


@pytest.mark.smoke
def test_an_operation_is_a_tool_with_its_method_and_path_as_hints():
    tool = one(
        {"summary": "Read a pet.", "responses": ANSWER, "parameters": [{"name": "petId", "in": "path", "required": True, "schema": {"type": "integer"}}]},
        "/pets/{petId}",
    )
    assert (tool.name, tool.description, tool.kind) == ("t", "Read a pet.", None)
    assert tool.parameters == {"type": "object", "properties": {"petId": {"type": "integer"}}, "required": ["petId"], "additionalProperties": False}
    assert (tool.hints.method, tool.hints.path, tool.hints.places) == ("GET", "/pets/{petId}", {"petId": "path"})


def test_the_answer_is_that_of_success_without_what_is_only_written():
    returns = one({"responses": {"default": {}, "404": {}, **ANSWER}}).returns
    assert list(returns["properties"]) == ["id", "name"]


@pytest.mark.parametrize(
    ("answers", "expected"), [({"201": ANSWER["200"]}, True), ({"2XX": ANSWER["200"]}, True), ({"404": ANSWER["200"]}, False), ({"204": {}}, False)]
)
def test_only_an_answer_of_success_counts(answers, expected):
    assert (one({"responses": answers}).returns is not None) is expected


def test_numbers_as_keys_are_status_codes():
    assert read_tools(document({"/a": {"get": {"responses": {200: ANSWER["200"]}}}})).tools[0].returns


def test_fields_of_a_body_stand_beside_the_other_parameters():
    body = {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}
    tool = one({"requestBody": body, "parameters": [{"name": "dry", "in": "query", "schema": {"type": "boolean"}}]}, method="post")
    assert list(tool.parameters["properties"]) == ["dry", "name", "pin"]
    assert tool.parameters["required"] == ["name"]
    assert tool.hints.places == {"dry": "query", "name": "body", "pin": "body"}


def test_fields_of_a_body_that_may_be_left_out_are_optional():
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}
    assert one({"requestBody": body}, method="post").parameters.get("required", []) == []


def test_a_body_that_is_no_object_is_one_parameter():
    body = {"required": True, "content": {"application/json": {"schema": {"type": "array", "items": {"type": "string"}}}}}
    tool = one({"requestBody": body}, method="post")
    assert tool.parameters["properties"] == {"body": {"type": "array", "items": {"type": "string"}}}
    assert tool.parameters["required"] == ["body"]


@pytest.mark.parametrize("form", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_forms_are_read_like_objects(form):
    schema = {"type": "object", "properties": {"n": {"type": "integer"}, "file": {}, "photo": {"type": "string", "format": "binary"}}}
    properties = one({"requestBody": {"content": {form: {"schema": schema}}}}, method="post").parameters["properties"]
    assert properties["n"] == {"type": "integer"}
    assert properties["file"] == ({"type": "string"} if form.startswith("multipart") else {})


def test_a_body_of_another_form_is_a_text():
    tool = one({"requestBody": {"content": {"text/csv": {"schema": {"description": "Rows"}}}}}, method="post")
    assert tool.parameters["properties"] == {"body": {"type": "string", "description": "Rows"}}


def test_json_comes_before_other_forms():
    body = {"content": {"text/csv": {}, "application/vnd.pets+json; charset=utf-8": {"schema": {"properties": {"a": {"type": "string"}}}}}}
    assert list(one({"requestBody": body}, method="post").parameters["properties"]) == ["a"]


def test_parameters_of_a_path_hold_for_its_operations_unless_said_again():
    shared = [{"name": "q", "in": "query", "schema": {"type": "string"}}, {"name": "lang", "in": "header", "schema": {"type": "string"}}]
    own = [{"name": "q", "in": "query", "required": True, "schema": {"type": "integer"}}]
    tool = read({"/pets": {"parameters": shared, "get": {"parameters": own}}}).tools[0]
    assert tool.parameters["properties"] == {"q": {"type": "integer"}, "lang": {"type": "string"}}
    assert tool.parameters["required"] == ["q"]


def test_parameters_may_be_references_and_may_have_content():
    components = {"parameters": {"Filter": {"name": "filter", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}}}}
    tool = one({"parameters": [{"$ref": "#/components/parameters/Filter"}]}, **components)
    assert tool.parameters["properties"] == {"filter": {"type": "object"}}


def test_a_parameter_says_what_its_schema_does_not():
    parameter = {"name": "q", "in": "query", "description": "Words", "example": "dog", "deprecated": True, "schema": {"type": "string"}}
    assert one({"parameters": [parameter]}).parameters["properties"]["q"] == {
        "type": "string",
        "description": "Words",
        "deprecated": True,
        "examples": ["dog"],
    }


def test_headers_of_the_protocol_are_no_parameters():
    names = ["Accept", "Content-Type", "authorization", "X-Trace"]
    tool = one({"parameters": [{"name": name, "in": "header", "schema": {"type": "string"}} for name in names]})
    assert list(tool.parameters["properties"]) == ["X-Trace"]


def test_keys_of_a_security_scheme_are_credentials():
    schemes = {"securitySchemes": {"a": {"type": "apiKey", "in": "query", "name": "api_key"}, "b": {"type": "http", "scheme": "bearer"}}}
    parameters = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in ("api_key", "q")]
    assert one({"parameters": parameters}, **schemes).hints.credentials == ("api_key",)


def test_a_parameter_of_the_path_that_is_not_declared_is_a_text():
    imported = read({"/pets/{petId}": {"get": {"operationId": "t"}}})
    assert imported.tools[0].parameters["required"] == ["petId"]
    assert codes(imported) == ["openapi.path"]


def test_a_name_in_path_and_body_is_one_parameter():
    body = {"required": True, "content": {"application/json": {"schema": {"type": "object", "properties": {"id": {"type": "integer"}}}}}}
    imported = read(
        {"/pets/{id}": {"put": {"operationId": "t", "requestBody": body, "parameters": [{"name": "id", "in": "path", "schema": {"type": "string"}}]}}}
    )
    assert imported.tools[0].parameters["properties"] == {"id": {"type": "string"}}
    assert codes(imported) == ["openapi.body"]


def test_an_operation_without_an_id_is_named_after_method_and_path():
    imported = read({"/pets/{petId}/toys": {"get": {}, "post": {}}, "/pets/petId/toys": {"get": {}}})
    assert [tool.name for tool in imported.tools] == ["get_pets_petId_toys", "post_pets_petId_toys", "get_pets_petId_toys_2"]
    assert codes(imported).count("openapi.unnamed") == 3


def test_methods_that_tell_nothing_are_no_tools():
    assert [tool.hints.method for tool in read({"/a": {"head": {}, "options": {}, "trace": {}, "delete": {}, "patch": {}}}).tools] == ["DELETE", "PATCH"]


def test_deprecated_operations_are_marked():
    assert one({"deprecated": True}).hints.deprecated


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"summary": "Read pets"}, "Read pets"),
        ({"summary": "Read pets", "description": "All of them."}, "Read pets. All of them."),
        ({"summary": "Read pets", "description": "Read pets of a user."}, "Read pets of a user."),
        ({}, ""),
    ],
)
def test_summary_and_description_are_said_once(said, expected):
    assert one(said).description == expected


def test_nullable_and_old_exclusive_bounds_are_spelt_anew():
    schema = {"type": "integer", "nullable": True, "minimum": 0, "exclusiveMinimum": True, "example": 3}
    made = one({"parameters": [{"name": "q", "in": "query", "schema": schema}]}).parameters["properties"]["q"]
    assert made == {"type": ["integer", "null"], "exclusiveMinimum": 0, "examples": [3]}


def test_all_of_is_put_together():
    parts = [{"$ref": "#/components/schemas/Pet"}, {"required": ["tag"], "properties": {"tag": {"type": "string"}, "name": {"maxLength": 5}}}]
    tool = one({"requestBody": {"required": True, "content": {"application/json": {"schema": {"allOf": parts}}}}}, method="post")
    assert tool.parameters["properties"]["name"] == {"type": "string", "maxLength": 5}
    assert sorted(tool.parameters["required"]) == ["name", "tag"]


def test_alternative_bodies_are_put_together():
    cat, dog = (
        {"type": "object", "required": ["kind", name], "properties": {"kind": {"type": "string"}, name: {"type": "string"}}} for name in ("claws", "tail")
    )
    imported = read(
        {"/pets": {"post": {"operationId": "t", "requestBody": {"required": True, "content": {"application/json": {"schema": {"oneOf": [cat, dog]}}}}}}}
    )
    assert list(imported.tools[0].parameters["properties"]) == ["kind", "claws", "tail"]
    assert imported.tools[0].parameters["required"] == ["kind"]
    assert codes(imported) == ["schema.branches"]


def test_a_schema_that_holds_itself_is_cut_where_it_does():
    node = {"type": "object", "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}}}
    imported = read(
        {"/nodes": {"post": {"operationId": "t", "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}}}}},
        schemas={"Node": node},
    )
    assert imported.tools[0].parameters["properties"]["children"] == {"type": "array", "items": {"type": "object"}}
    assert codes(imported) == ["schema.cycle"]


@pytest.mark.parametrize("reference", ["other.yaml#/Pet", "https://example.org/pet.json", "#/components/schemas/None", "#nowhere", ""])
def test_a_reference_out_of_the_document_takes_anything_and_is_named(reference):
    imported = read({"/a": {"get": {"operationId": "t", "parameters": [{"name": "q", "in": "query", "schema": {"$ref": reference}}]}}})
    assert "q" in imported.tools[0].parameters["properties"]
    assert codes(imported)[0].startswith("schema.")


@pytest.mark.parametrize("paths", [None, [], "x", {"/a": 5}, {"/a": {"get": []}}, {"/a": {"get": {"parameters": 5, "requestBody": 7, "responses": 3}}}])
def test_parts_of_another_form_are_passed_over_and_named(paths):
    assert "openapi.part" in codes(read_tools({"openapi": "3.1.0", "paths": paths}))


YAML = """
openapi: 3.1.0
info: {title: Pets, version: 1}
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - &status {name: status, in: query, schema: {type: string, enum: [on, off, no]}}
        - {name: since, in: query, schema: {type: string, format: date, default: 2024-01-01}}
      responses:
        200: {description: ok}
    delete:
      operationId: deletePets
      parameters: [*status]
"""


def test_yaml_is_read_by_the_rules_of_openapi(tmp_path):
    file = tmp_path / "pets.yaml"
    file.write_text(YAML, encoding="utf-8")
    imported = read_tools(file)
    assert (imported.title, imported.diagnostics) == ("Pets", ())
    assert [tool.name for tool in imported.tools] == ["listPets", "deletePets"]
    assert imported.tools[1].parameters["properties"]["status"]["enum"] == ["on", "off", "no"]
    assert imported.tools[0].parameters["properties"]["since"]["default"] == "2024-01-01"


def test_json_and_yaml_give_the_same(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(document({"/a": {"get": {"responses": ANSWER}}})), encoding="utf-8")
    (tmp_path / "a.yaml").write_text(json.dumps(document({"/a": {"get": {"responses": ANSWER}}})), encoding="utf-8")
    assert read_tools(tmp_path / "a.json") == read_tools(tmp_path / "a.yaml")


def test_what_comes_out_can_be_checked():
    for tool in read({"/a/{b}": {"get": {"responses": ANSWER}, "post": {}}}).tools:
        validator(tool.parameters, tool.name)
