"""Lists of tools: OpenAI, MCP, plain, sets of tools, one tool alone, JSON Lines."""

import json

import pytest

from gem_sim.errors import InputError
from gem_sim.worlds.importers import Imported, read_tools

PARAMETERS = {"type": "object", "properties": {"order_id": {"type": "string", "description": "Id of the order"}}, "required": ["order_id"]}
FUNCTION = {"name": "get_order", "description": "Read an order.", "parameters": PARAMETERS}
PLAIN = FUNCTION
CHAT = {"type": "function", "function": FUNCTION}
RESPONSES = {"type": "function", "strict": True, **FUNCTION}
MCP = {"name": "get_order", "description": "Read an order.", "inputSchema": PARAMETERS}
ANTHROPIC = {"name": "get_order", "description": "Read an order.", "input_schema": PARAMETERS}


def codes(imported: Imported) -> list[str]:
    return [one.code for one in imported.diagnostics]


@pytest.mark.smoke
@pytest.mark.parametrize("entry", [PLAIN, CHAT, RESPONSES, MCP, ANTHROPIC], ids=["plain", "chat", "responses", "mcp", "anthropic"])
@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: [one], lambda one: {"tools": [one]}, lambda one: [{"toolset_id": "x", "tools": [one]}]])
def test_the_form_is_told_by_the_shape(entry, wrap):
    read = read_tools(wrap(entry))
    assert read.diagnostics == ()
    assert [(tool.name, tool.description, tool.parameters) for tool in read.tools] == [("get_order", "Read an order.", PARAMETERS)]


def test_a_list_may_mix_its_forms():
    assert [tool.name for tool in read_tools([CHAT, {**MCP, "name": "a"}, {**PLAIN, "name": "b"}]).tools] == ["get_order", "a", "b"]


def test_nobody_has_said_the_kind_of_an_imported_tool():
    assert read_tools([PLAIN]).tools[0].kind is None
    assert read_tools([{**PLAIN, "kind": "read", "side": "user"}]).tools[0].kind == "read"
    assert read_tools([{**PLAIN, "side": "user"}]).tools[0].side == "user"


def test_tools_that_run_at_the_provider_are_left_out_and_named():
    read = read_tools([CHAT, {"type": "web_search"}, {"type": "custom", "name": "shell"}])
    assert len(read.tools) == 1
    assert [(one.code, one.where) for one in read.diagnostics] == [("tool.form", "tools[1]"), ("tool.form", "tools[2]")]


def test_mcp_annotations_are_hints():
    tool = {**MCP, "annotations": {"readOnlyHint": False, "destructiveHint": True, "idempotentHint": "yes", "title": "Order"}}
    hints = read_tools([tool]).tools[0].hints
    assert (hints.read_only, hints.destructive, hints.idempotent, hints.open_world) == (False, True, None, None)
    assert read_tools([MCP]).tools[0].hints is None


def test_a_title_stands_in_for_a_description():
    assert read_tools([{"name": "a", "title": "Read an order", "inputSchema": PARAMETERS}]).tools[0].description == "Read an order"


def test_the_output_schema_is_what_a_tool_returns():
    returns = {"type": "object", "properties": {"status": {"$ref": "#/$defs/Status"}}, "$defs": {"Status": {"enum": ["open", "sent"]}}}
    assert read_tools([{**MCP, "outputSchema": returns}]).tools[0].returns == {"type": "object", "properties": {"status": {"enum": ["open", "sent"]}}}


def test_the_answer_of_a_server_is_read_as_it_comes():
    read = read_tools({"jsonrpc": "2.0", "id": 1, "result": {"tools": [MCP], "nextCursor": "abc"}})
    assert [tool.name for tool in read.tools] == ["get_order"]
    assert codes(read) == ["tools.page"]


@pytest.mark.parametrize("parameters", [None, {}, {"type": "object"}, {"type": "object", "properties": {}}])
def test_a_tool_may_have_no_parameters(parameters):
    read = read_tools([{"name": "ping", "description": "Ping.", "parameters": parameters}])
    assert read.tools[0].parameters == {"type": "object", "properties": {}}
    assert read.diagnostics == ()


@pytest.mark.parametrize("parameters", ["none", [], 7, {"type": "array", "items": {}}, {"type": "string"}, {"city": {"type": "string"}}])
def test_parameters_that_are_no_object_are_none_and_named(parameters):
    read = read_tools([{"name": "ping", "description": "Ping.", "parameters": parameters}])
    assert read.tools[0].parameters == {"type": "object", "properties": {}}
    assert "schema.object" in codes(read)


def test_json_lines_hold_a_tool_each(tmp_path):
    file = tmp_path / "tools.jsonl"
    file.write_text("\n".join(json.dumps(one) for one in (CHAT, {**MCP, "name": "b"})), encoding="utf-8")
    assert [tool.name for tool in read_tools(file).tools] == ["get_order", "b"]


def test_json_lines_are_told_without_their_suffix(tmp_path):
    file = tmp_path / "tools.json"
    file.write_text("\n".join(json.dumps(one) for one in (CHAT, {**MCP, "name": "b"})), encoding="utf-8")
    assert len(read_tools(str(file)).tools) == 2


def test_a_set_of_tools_has_a_title(tmp_path):
    file = tmp_path / "set.jsonl"
    file.write_text(json.dumps({"toolset_id": "a/b", "title": "Orders", "tools": [PLAIN]}), encoding="utf-8")
    assert read_tools(file).title == "Orders"


BAD = [
    (b"", "got nothing"),
    (b"\xff\xfe", "not UTF-8"),
    (b"{", "not JSON"),
    (b"[1, 2", "not JSON"),
    (b"a: [1", "not YAML"),
    (b"hello", "expected OpenAI tools"),
    (b"{}", "expected OpenAI tools"),
    (b'{"tools": 5}', "expected OpenAI tools"),
    (b'{"swagger": "2.0"}', "expected OpenAPI 3"),
    (b'{"openapi": "2.0", "paths": {}}', "expected 3.0"),
    (b'[{"tools": []}, {"tools": []}]', "holds 2 sets"),
    (b'{"a": "\\ud800"}', "not JSON"),
    (b"[" * 100_000, "not JSON"),
]


@pytest.mark.parametrize(("content", "expected"), BAD, ids=[expected for _, expected in BAD])
def test_a_file_without_tools_is_one_clear_line(content, expected, tmp_path):
    file = tmp_path / "tools.json"
    file.write_bytes(content)
    with pytest.raises(InputError) as failed:
        read_tools(file)
    assert expected in str(failed.value)
    assert "tools.json" in str(failed.value)
    assert "\n" not in str(failed.value)


def test_the_line_of_a_fault_is_named(tmp_path):
    (tmp_path / "a.yaml").write_text("tools:\n  - name: x\n   b: }", encoding="utf-8")
    (tmp_path / "a.jsonl").write_text('{"name": "a", "parameters": {}}\n{"name": ', encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.yaml line 3"):
        read_tools(tmp_path / "a.yaml")
    with pytest.raises(InputError, match=r"a\.jsonl line 2"):
        read_tools(tmp_path / "a.jsonl")


def test_a_missing_file_is_one_clear_line(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_tools(tmp_path / "none.json")


def test_entries_that_are_no_tools_are_named_by_place():
    read = read_tools([PLAIN, 5, {"x": 1}, None])
    assert [(one.code, one.where) for one in read.diagnostics] == [("tool.form", f"tools[{at}]") for at in (1, 2, 3)]


def test_a_list_without_a_tool_says_so():
    read = read_tools({"tools": [{"x": 1}]})
    assert (read.tools, codes(read)) == ((), ["tool.form", "tools.none"])
