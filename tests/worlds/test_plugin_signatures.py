"""From a function to a tool: schemas out of hints and docstrings, and what is no tool."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal, NotRequired

import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from gem_sim import Mock
from gem_sim.errors import SpecError
from gem_sim.worlds.plugin import docstring
from gem_sim.worlds.plugin.signature import read_signature


class Size(Enum):
    """How large."""

    SMALL = "s"
    LARGE = "l"


class Point(TypedDict):
    x: float
    note: NotRequired[str]


class Crate(BaseModel):
    size: Size = Size.SMALL
    title: str


class Tree(TypedDict):
    children: list[Tree]


def parameter(hint: Any, *default: Any) -> dict[str, Any]:
    """The schema of a parameter `value` with this hint, without its description."""

    def tool(state, value):
        """Do it.

        Args:
            value: About
        """

    tool.__annotations__ = {"value": hint}
    tool.__defaults__ = default or None
    read = read_signature(tool, "t", kind="read", returns=None)
    schema = read.parameters["properties"]["value"]
    assert schema.pop("description") == "About"
    assert ("value" in read.parameters.get("required", [])) == (not default)
    return schema


SCHEMAS = [
    (str, {"type": "string"}),
    (int, {"type": "integer"}),
    (float, {"type": "number"}),
    (bool, {"type": "boolean"}),
    (dict, {"type": "object", "additionalProperties": True}),
    (date, {"type": "string", "format": "date"}),
    (list[str], {"type": "array", "items": {"type": "string"}}),
    (Literal["a", "b"], {"type": "string", "enum": ["a", "b"]}),
    (int | None, {"anyOf": [{"type": "integer"}, {"type": "null"}]}),
    (Annotated[int, Field(ge=1, le=9)], {"type": "integer", "minimum": 1, "maximum": 9}),
    (Size, {"type": "string", "enum": ["s", "l"]}),
    (Point, {"type": "object", "properties": {"x": {"type": "number"}, "note": {"type": "string"}}, "required": ["x"]}),
    (
        list[Crate],
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"size": {"description": "How large.", "type": "string", "enum": ["s", "l"], "default": "s"}, "title": {"type": "string"}},
                "required": ["title"],
            },
        },
    ),
]


@pytest.mark.parametrize(("hint", "schema"), SCHEMAS, ids=lambda value: str(value)[:40])
def test_a_hint_becomes_a_schema(hint: Any, schema: dict[str, Any]) -> None:
    assert parameter(hint) == schema


DEFAULTS = [
    (int, 3, {"type": "integer", "default": 3}),
    (Size, Size.LARGE, {"type": "string", "enum": ["s", "l"], "default": "l"}),
    (date, date(2026, 3, 2), {"type": "string", "format": "date", "default": "2026-03-02"}),
    (str | None, None, {"type": "string"}),
    (int | str | None, None, {"anyOf": [{"type": "integer"}, {"type": "string"}]}),
    (Annotated[int, Field(ge=1)] | None, None, {"type": "integer", "minimum": 1}),
]


@pytest.mark.parametrize(("hint", "default", "schema"), DEFAULTS, ids=lambda value: str(value)[:40])
def test_a_default_makes_a_parameter_optional(hint: Any, default: Any, schema: dict[str, Any]) -> None:
    assert parameter(hint, default) == schema


def test_the_answer_is_described_by_hint_type_or_schema() -> None:
    def hinted(state) -> list[int]:
        """Do."""

    def untold(state):
        """Do."""

    def returns(function: Any, given: Any = None) -> Any:
        return read_signature(function, "t", kind="read", returns=given).returns

    assert returns(hinted) == {"type": "array", "items": {"type": "integer"}}
    assert returns(hinted, Size)["enum"] == ["s", "l"]
    assert returns(hinted, {"type": "null"}) == {"type": "null"}
    assert returns(untold) is None


def test_a_description_stands_in_the_docstring_or_in_the_hint() -> None:
    def tool(state, one: Annotated[str, "From the hint"], two: Annotated[str, Field(description="From the field")], three: str):
        """Do
        it.

        More of it.

        Args:
            three (str): From the
                docstring

        Returns:
            nothing: at all
        """

    read = read_signature(tool, "t", kind="write", returns=None)
    assert read.description == "Do it. More of it."
    assert [about["description"] for about in read.parameters["properties"].values()] == ["From the hint", "From the field", "From the docstring"]
    assert read.parameters["additionalProperties"] is False


def test_a_docstring_without_sections_is_all_description() -> None:
    assert docstring.read("One: two.\n\nThree.") == ("One: two. Three.", {})
    assert docstring.read(None) == ("", {})


def no_type(state, value):
    """Do.

    Args:
        value: About
    """


def no_description(state, value: int):
    """Do."""


def no_docstring(state): ...


def no_state(value: int):
    """Do.

    Args:
        value: About
    """


def misspelled(state, value: Annotated[int, "About"]):
    """Do.

    Args:
        valu: About
    """


def shared_default(state, value: Annotated[list[int], "About"] = []):  # noqa: B006
    """Do."""


def wrong_default(state, value: Annotated[int, "About"] = "one"):
    """Do."""


def a_set(state, value: Annotated[set[str], "About"]):
    """Do."""


def raw_bytes(state, value: Annotated[bytes, "About"]):
    """Do."""


def endless(state, value: Annotated[Tree, "About"]):
    """Do."""


def anything(state, value: Annotated[object, "About"]):
    """Do."""


def no_json(state, value: Annotated[SpecError, "About"]):
    """Do."""


def unknown_hint(state, value: Nowhere):  # noqa: F821
    """Do."""


def stars(state, *values: int):
    """Do."""


async def later(state):
    """Do."""


BAD = [
    (no_type, "tools.no_type.value: has no type"),
    (no_description, "tools.no_description.value: has no description"),
    (no_docstring, "tools.no_docstring: expected a docstring"),
    (no_state, "tools.no_state: expected 'state' as the first parameter"),
    (misspelled, "tools.misspelled.valu: stands in the docstring"),
    (shared_default, "the default is a list, which all calls would share"),
    (wrong_default, "the default 'one' does not fit the type"),
    (a_set, "a set has no order"),
    (raw_bytes, "JSON has no bytes"),
    (endless, "type Tree holds itself"),
    (anything, "tools.anything.value: has no type"),
    (no_json, "no JSON Schema says this type"),
    (unknown_hint, "the type hints cannot be read (name 'Nowhere' is not defined)"),
    (stars, "expected a parameter that can be given by name"),
    (later, "expected a plain function"),
    (len, "expected a plain function"),
]


@pytest.mark.parametrize(("function", "expected"), BAD, ids=lambda value: getattr(value, "__name__", ""))
def test_what_is_no_tool_is_refused_in_one_clear_line(function: Any, expected: str) -> None:
    with pytest.raises(SpecError, match=r"^mock m: tools") as caught:
        Mock("m").tool(function)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_tool_has_one_name_and_a_kind_that_there_is() -> None:
    mock = Mock("m")

    def tool(state):
        """Do."""

    mock.tool(tool)
    with pytest.raises(SpecError, match="stands there twice"):
        mock.tool(tool)
    with pytest.raises(SpecError, match="expected read, write or compute"):
        mock.tool(kind="imagined")(tool)  # type: ignore[call-overload]
    with pytest.raises(SpecError, match="expected assistant or user"):
        mock.tool(side="robot")(tool)  # type: ignore[call-overload]


def test_a_tool_may_belong_to_the_user() -> None:
    mock = Mock("m")

    @mock.tool(kind="read", side="user", returns=int)
    def count(state):
        """Count."""
        return len(state)

    assert (mock.tools["count"].side, mock.tools["count"].returns) == ("user", {"type": "integer"})
    assert count({"a": 1}) == 1


def test_a_compute_tool_has_its_arguments_alone() -> None:
    mock = Mock("m")

    def doubled(number: Annotated[int, "Number"]) -> int:
        """Twice the number."""
        return 2 * number

    def peeking(state):
        """Look."""

    assert mock.tool(kind="compute")(doubled) is doubled
    assert mock.start().call("doubled", {"number": 4}).value == 8
    with pytest.raises(SpecError, match="works from its arguments alone"):
        mock.tool(kind="compute")(peeking)


def test_arguments_arrive_as_the_types_of_the_hints() -> None:
    mock = Mock("m")

    @mock.tool(kind="read")
    def kinds(state, day: Annotated[date, "Day"], size: Annotated[Size, "Size"], crates: Annotated[list[Crate], "Crates"]) -> str:  # noqa: ARG001
        """Say the types."""
        return f"{type(day).__name__} {size is Size.LARGE} {type(crates[0]).__name__}"

    arguments = {"day": "2026-03-02", "size": "l", "crates": [{"title": "a"}]}
    assert mock.start().call("kinds", arguments).value == "date True Crate"
    assert mock.start().call("kinds", {**arguments, "day": "soon"}).outcome == "invalid_arguments"
