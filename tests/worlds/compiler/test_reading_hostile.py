"""Whatever a tool set holds, reading it ends, soon and without an exception."""

import time
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler.reading import read_set
from gem_sim.worlds.compiler.reading.housekeeping import Role
from gem_sim.worlds.compiler.reading.verbs import Kind

WORDS = ["get", "list", "kite", "kites", "id", "by", "of", "delete", "v2", "On", "ID", "status", "all", "", "off", "é", "日", "_", "-", "post", "kiteId", "s"]
NAMES = st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=6).map("_".join)
TEXTS = st.lists(st.sampled_from([*WORDS, "a list of", "Returns", "the", "This tool", ". ", "used to", "%"]) | st.text(max_size=6), max_size=9).map(" ".join)
SCHEMAS = st.fixed_dictionaries(
    {},
    optional={"type": st.sampled_from(["string", "integer", "array", "boolean", "object", ["string", "null"], 1]), "description": TEXTS, "enum": st.just([1])},
)
TOOLS = st.builds(
    lambda name, text, properties, required: ToolSchema(name=name, description=text, parameters={"properties": properties, "required": required}),
    NAMES,
    TEXTS,
    st.dictionaries(NAMES, SCHEMAS | st.booleans(), max_size=4),
    st.lists(NAMES, max_size=2),
)


@given(st.lists(TOOLS, max_size=6, unique_by=lambda tool: tool.name))
@settings(max_examples=200, deadline=None)
def test_any_tool_set_is_read(tools: list[ToolSchema]) -> None:
    read = read_set(tools)
    assert list(read.tools) == [tool.name for tool in tools]
    for tool in tools:
        found = read.tools[tool.name]
        assert found.kind in get_args(Kind)
        assert set(found.roles) == set(tool.parameters["properties"])
        assert set(found.roles.values()) <= set(get_args(Role))
        assert set(found.keys) <= set(found.roles)
        assert found.entity is None or (found.entity.isidentifier() and found.entity.isascii())


def timed(tools: list[ToolSchema]) -> float:
    started = time.process_time()
    read_set(tools)
    return time.process_time() - started


def many(count: int, width: int) -> list[ToolSchema]:
    """Tools on as many nouns as there are tools."""
    letters = "abcdefghijklmnop"
    nouns = ["".join(letters[number >> shift & 15] for shift in (0, 4, 8, 12)) for number in range(count)]
    properties: dict[str, Any] = {
        f"{nouns[-at % count]}{at}_id": {"type": "string", "description": f"The id of the {nouns[at % count]}"} for at in range(1, width)
    }
    return [ToolSchema(name=f"get_{noun}_{noun}x", description=f"Get the {noun}.", parameters={"properties": properties}) for noun in nouns]


@pytest.mark.parametrize(
    "tools",
    [
        [ToolSchema(name="a_" * 50_000, description="get the " * 50_000, parameters={})],
        [ToolSchema(name="getA" * 50_000, description="x" * 500_000, parameters={"properties": {"y" * 100_000: {"description": "id of " * 50_000}}})],
        many(1, 2_000),
        many(1_500, 3),
    ],
    ids=["long name", "long texts", "many parameters", "many tools"],
)
def test_large_tool_sets_are_read_in_time(tools: list[ToolSchema]) -> None:
    assert timed(tools) < 5


def test_a_set_of_thirty_tools_takes_milliseconds() -> None:
    tools = many(30, 4)
    read_set(tools)
    assert timed(tools) < 0.1
