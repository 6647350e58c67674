"""Input that is broken, endless or made to hurt: diagnostics or one clear line, in bounded time and memory."""

import contextlib
import copy
import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gem_sim.errors import InputError
from gem_sim.worlds.compiler import compile_world
from gem_sim.worlds.importers import read_tools
from gem_sim.worlds.importers.words import INSIDE, PLAIN, SAME_VALUE
from gem_sim.worlds.validation import validator

SECONDS = 20
"""Far above what any of this takes, far below what it would take without bounds."""


def parameter(schema):
    return [{"name": "t", "description": "", "parameters": {"type": "object", "properties": {"a": schema}}}]


def first(read):
    return read.tools[0].parameters["properties"]["a"]


def codes(read):
    return {one.code for one in read.diagnostics}


def quickly(action):
    started = time.monotonic()
    made = action()
    assert time.monotonic() - started < SECONDS
    return made


def nested(depth):
    schema = {"type": "string"}
    for _ in range(depth):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


def self_holding():
    schema = {"type": "object", "properties": {}}
    schema["properties"]["a"] = schema
    return schema


def doubled():
    schema = {"type": "string"}
    for _ in range(40):
        schema = {"allOf": [schema, schema], "anyOf": [schema, schema], "properties": {"x": schema, "y": schema}}
    return schema


WEIRD = [
    ({"type": "integer", "minimum": 5, "maximum": 1}, {"type": "integer"}, "schema.bounds"),
    ({"type": "string", "minLength": 9, "maxLength": 2}, {"type": "string"}, "schema.bounds"),
    ({"type": "string", "pattern": "(a{1,300}){1,300}b"}, {"type": "string"}, "schema.pattern"),
    ({"type": "string", "pattern": "("}, {"type": "string"}, "schema.pattern"),
    ({"type": "string", "pattern": 5}, {"type": "string"}, "schema.pattern"),
    ({"type": "string", "enum": []}, {"type": "string"}, "schema.enum"),
    ({"type": "string", "enum": {"a": 1}}, {"type": "string"}, "schema.enum"),
    ({"type": "string", "enum": [str(n) for n in range(100_000)]}, {"type": "string"}, "schema.enum"),
    ({"type": "string", "enum": [1, 2]}, {"enum": [1, 2]}, "schema.enum"),
    ({"type": "string", "default": 5}, {"type": "string"}, "schema.default"),
    ({"type": "string", "examples": [5, "a"]}, {"type": "string", "examples": ["a"]}, "schema.example"),
    ({"type": "string", "minLength": -1}, {"type": "string"}, "schema.keyword"),
    ({"type": "number", "multipleOf": 0}, {"type": "number"}, "schema.keyword"),
    ({"type": "number", "minimum": float("nan")}, {"type": "number"}, "schema.keyword"),
    ({"type": "number", "maximum": 10**400}, {"type": "number"}, "schema.keyword"),
    ({"type": "unicorn"}, {}, "schema.keyword"),
    ({"type": []}, {}, "schema.keyword"),
    ({"type": "object", "required": "b"}, {"type": "object"}, "schema.keyword"),
    ({"type": "object", "properties": 5}, {"type": "object"}, "schema.keyword"),
    ({"anyOf": {"type": "string"}}, {}, "schema.keyword"),
    ({"allOf": [{"type": "string"}, {"type": "integer"}]}, {"type": "string"}, "schema.bounds"),
    ({"type": "object", "properties": {"b": {}}, "required": ["c"]}, {"type": "object", "properties": {"b": {}}}, "schema.required"),
    ({"$ref": "#/nowhere"}, {}, "schema.reference"),
    ({"$ref": "file:///etc/passwd"}, {}, "schema.reference"),
    ({"type": "object", "default": self_holding()}, {"type": "object"}, "schema.keyword"),
    (7, {}, "schema.keyword"),
    ("string", {}, "schema.keyword"),
]


@pytest.mark.parametrize(("schema", "expected", "code"), WEIRD, ids=lambda value: value if isinstance(value, str) else "")
def test_what_cannot_hold_is_dropped_and_named(schema, expected, code):
    read = quickly(lambda: read_tools(parameter(schema)))
    assert (first(read), codes(read)) == (expected, {code})
    assert all(one.where.startswith("tools[0].parameters") for one in read.diagnostics)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "dict"}, {"type": "object"}),
        ({"type": "float"}, {"type": "number"}),
        ({"type": ["string"]}, {"type": "string"}),
        ({"type": "string", "default": None}, {"type": "string"}),
        ({"type": "array", "items": {"type": "string"}, "enum": ["a", "b"]}, {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}),
        ({"type": "string", "required": True}, {"type": "string"}),
        ({"type": "array", "items": [{"type": "string"}]}, {"type": "array", "prefixItems": [{"type": "string"}]}),
        ({"enum": ["a", "a", "b"]}, {"enum": ["a", "b"]}),
        (True, {}),
    ],
)
def test_habits_of_writers_are_put_right_without_a_word(schema, expected):
    read = read_tools(parameter(schema))
    assert (first(read), read.diagnostics) == (expected, ())


@pytest.mark.parametrize("make", [lambda: nested(3000), self_holding, doubled, lambda: {"properties": {f"p{n}": {"type": "string"} for n in range(50_000)}}])
def test_deep_endless_and_wide_schemas_are_cut(make):
    read = quickly(lambda: read_tools(parameter(make())))
    assert codes(read) == {"schema.large"}
    assert len(json.dumps(read.tools[0].parameters)) < 1_000_000
    validator(read.tools[0].parameters, "t")


def test_references_that_multiply_are_cut():
    schemas = {f"S{n}": {"type": "object", "properties": {f"p{k}": {"$ref": f"#/components/schemas/S{n + 1}"} for k in range(10)}} for n in range(20)}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}}
    operations = {f"/a{n}": {"post": {"requestBody": body, "responses": {"200": body}}} for n in range(20)}
    read = quickly(lambda: read_tools({"openapi": "3.0.0", "paths": operations, "components": {"schemas": schemas}}))
    assert codes(read) >= {"schema.large", "returns.large"}
    assert len(read.tools) == 20


def test_references_in_a_circle_lead_nowhere():
    schemas = {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}}
    parameters = [{"name": "q", "in": "query", "schema": {"$ref": "#/components/schemas/A"}}]
    read = read_tools({"openapi": "3.0.0", "paths": {"/a": {"get": {"parameters": parameters}}}, "components": {"schemas": schemas}})
    assert "schema.reference" in codes(read)


NAMES = [
    ("a b", "a_b"),
    ("/pets/{id}", "pets_id"),
    ("ns.tool", "ns_tool"),
    ("création", "creation"),
    ("'; drop table", "drop_table"),
    ("{{ x }}", "x"),
    ("\ud800a", "a"),
    (5, "5"),
    (1.5, "1_5"),
    (True, "True"),
]


@pytest.mark.parametrize(("name", "expected"), NAMES, ids=repr)
def test_a_name_that_models_do_not_take_gets_a_safe_one(name, expected):
    read = read_tools([{"name": name, "parameters": {}}])
    assert read.tools[0].name == expected
    assert codes(read) == {"tool.name"}


@pytest.mark.parametrize("name", ["", "日本", "...", None, [], {"a": 1}, "x" * 65, "x" * 100_000, "Ω" * 9])
def test_whatever_the_name_a_safe_one_comes_out(name):
    read = read_tools([{"name": name, "parameters": {}}])
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", read.tools[0].name)
    assert codes(read) == {"tool.name"}


def test_names_are_unique_and_good_ones_stay():
    names = ["a.b", "a_b", "a b", "get", "get", "x" * 64, "x" * 64]
    made = [tool.name for tool in read_tools([{"name": name, "parameters": {}} for name in names]).tools]
    assert len(set(made)) == len(made)
    assert (made[1], made[3], made[5]) == ("a_b", "get", "x" * 64)


def test_a_hundred_thousand_tools_are_cut():
    read = quickly(lambda: read_tools([{"name": "t", "parameters": {}}] * 100_000))
    assert len(read.tools) == 2_000
    assert "tools.many" in codes(read)
    assert len(read.diagnostics) < 50


@pytest.mark.parametrize("description", [5, ["a"], {"a": 1}, "x" * 100_000, "\ud800"])
def test_any_description_becomes_a_text(description):
    tool = read_tools([{"name": "t", "description": description, "parameters": {}}]).tools[0]
    assert len(tool.description) <= 8_000
    tool.model_dump_json()


YAML = {
    "bomb": "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12)),
    "merge bomb": "a: &a {k: 1}\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} {{<<: [{','.join(['*' + chr(97 + n)] * 9)}]}}\n" for n in range(12)),
    "circle": "tools: &a [*a]",
    "depth": "[" * 1_000_000,
    "blocks": "\n".join(" " * n + "a:" for n in range(3_000)),
    "unknown anchor": "tools: *x",
    "two documents": "a: 1\n---\nb: 2",
    "list as key": "? [a]\n: 1",
    "merge of a text": "a: {<<: b}",
}


@pytest.mark.parametrize("name", YAML)
def test_hostile_yaml_is_one_clear_line(name, tmp_path):
    file = tmp_path / "t.yaml"
    file.write_text(YAML[name], encoding="utf-8")
    with pytest.raises(InputError, match=r"^t\.yaml line \d+: [^\n]+$"):
        quickly(lambda: read_tools(file))


def test_tags_of_yaml_make_nothing(tmp_path):
    file = tmp_path / "t.yaml"
    file.write_text("tools: !!python/object/apply:os.system ['ls']", encoding="utf-8")
    assert codes(read_tools(file)) == {"tool.form", "tools.none"}


def test_a_file_over_the_limit_is_one_clear_line(tmp_path):
    file = tmp_path / "t.json"
    with file.open("wb") as out:
        out.truncate(100 * 2**20)
    with pytest.raises(InputError, match="larger than 32 MB"):
        quickly(lambda: read_tools(file))


def test_a_file_of_very_many_values_is_one_clear_line(tmp_path):
    file = tmp_path / "t.json"
    file.write_text("[" + "[]," * 5_000_000 + "[]]", encoding="utf-8")
    with pytest.raises(InputError, match="more than 4000000 values"):
        quickly(lambda: read_tools(file))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.floats(allow_nan=True) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
WORDS = [*PLAIN, *SAME_VALUE, *INSIDE, "type", "properties", "items", "prefixItems", "enum", "allOf", "anyOf", "oneOf", "$ref", "pattern", "nullable"]
WORDS += ["exclusiveMinimum", "exclusiveMaximum", "examples", "example", "$defs", "unevaluatedProperties", "patternProperties", "dependentSchemas"]
TYPES = st.sampled_from(["string", "integer", "object", "array", "null", "dict", ["string", "null"], 5, []])
SCHEMA = st.recursive(
    JSON,
    lambda inner: st.dictionaries(
        st.sampled_from(WORDS), TYPES | inner | st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_size=5
    ),
    max_leaves=12,
)


@given(SCHEMA)
def test_any_schema_becomes_one_that_compiles(schema):
    before = copy.deepcopy(schema)
    tools = [
        {"name": name, "description": "x", "parameters": {"type": "object", "properties": {"a": schema}}, "returns": schema} for name in ("get_a", "create_a")
    ]
    read = read_tools(tools)
    assert json.dumps(schema) == json.dumps(before)
    for tool in read.tools:
        validator(tool.parameters, tool.name)
        json.loads(tool.model_dump_json())
    if read.tools:
        assert "a" in read.tools[0].parameters["properties"]


@given(JSON)
def test_any_value_is_tools_or_one_clear_line(value):
    for data in (value, {"tools": value}, [value], {"openapi": "3.0.0", "paths": {"/a": value}}, {"openapi": "3.0.0", "paths": {"/a/{b}": {"get": value}}}):
        read = None
        with contextlib.suppress(InputError):
            read = read_tools(data)
        assert read is None or all(one.text and one.severity in ("error", "warning", "info") for one in read.diagnostics)


def test_real_tool_sets_lose_no_tool_and_no_parameter(shared):
    with (shared / "data/toolsets/toolsets.jsonl").open(encoding="utf-8") as file:
        sets = [json.loads(line) for line in file]
    for one in sets:
        read = read_tools(one)
        assert [tool.name for tool in read.tools] == [tool["name"] for tool in one["tools"]]
        assert [list(tool.parameters["properties"]) for tool in read.tools] == [list(tool["parameters"].get("properties", {})) for tool in one["tools"]]


def test_what_is_imported_compiles():
    tools = [{"name": "create_task", "parameters": {"type": "object", "properties": {"title": {"type": "string"}}}}, {"name": "list_tasks", "parameters": {}}]
    world = compile_world(read_tools(tools).tools).spec.start()
    assert world.call("create_task", {"title": "Paint"}).ok
