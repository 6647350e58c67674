"""Values that fit a JSON Schema: any that a generator comes up with, hostile ones, patterns."""

import re
from random import Random
from typing import Any

import jsonschema_rs
import pytest
from builders import one_tool
from hypothesis import given
from hypothesis import strategies as st

from gem_sim.worlds.schema import Drawer, no_hints
from gem_sim.worlds.schema.patterns import Unsupported, text_for

TODAY = "2026-03-02T09:00:00"


def drawn(schema: Any, seed: int = 0, share: float = 0.5) -> Any:
    """A value for a schema that is no part of another."""
    return Drawer(schema if isinstance(schema, dict) else {}, Random(seed), TODAY, no_hints, share).value(schema)  # noqa: S311  (reproducible)


def numbers() -> st.SearchStrategy[dict[str, Any]]:
    low = st.integers(-50, 50)
    return st.builds(
        lambda kind, least, span, open_end, step: {
            "type": kind,
            ("exclusiveMinimum" if open_end else "minimum"): least,
            "maximum": least + span,
            **({"multipleOf": step} if step else {}),
        },
        st.sampled_from(["integer", "number"]),
        low,
        st.integers(12, 60),
        st.booleans(),
        st.sampled_from([0, 1, 5]),
    )


def texts() -> st.SearchStrategy[dict[str, Any]]:
    lengths = st.builds(lambda least, span: {"type": "string", "minLength": least, "maxLength": least + span}, st.integers(0, 40), st.integers(0, 20))
    formats = st.sampled_from(["date", "date-time", "time", "email", "uri", "uuid", "ipv4", "ipv6", "hostname", "json-pointer", "duration", "regex"])
    patterns = st.sampled_from(
        [
            "^[A-Z]{2}-\\d{4}$",
            "^(in|out)$",
            "^\\w+@\\w+\\.org$",
            "^#[0-9a-f]{6}$",
            "\\d{2}:\\d{2}",
            "^[^\\s/]{3,8}$",
            "^(a|b(c|d){2})+x?$",
            "^(?=.*[A-Z])(?=.*\\d).{8,}$",
        ]
    )
    plain = st.one_of(formats.map(lambda form: {"format": form}), patterns.map(lambda pattern: {"pattern": pattern}))
    return st.one_of(lengths, plain.map(lambda extra: {"type": "string", **extra}), st.just({"enum": ["a", 2, None, False]}), st.just({"const": {"a": [1]}}))


def lists(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    sizes = st.tuples(st.integers(0, 3), st.integers(0, 3)).map(lambda pair: {"minItems": pair[0], "maxItems": sum(pair)})
    plain = st.builds(lambda items, size: {"type": "array", "items": items, **size}, inner, sizes)
    fixed = inner.map(lambda first: {"type": "array", "prefixItems": [first, {"type": "boolean"}], "items": False})
    distinct = sizes.map(lambda size: {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 40}, "uniqueItems": True, **size})
    holding = inner.map(lambda one: {"type": "array", "contains": {"type": "string", "minLength": 41}, "items": {"anyOf": [one, {"type": "string"}]}})
    return st.one_of(plain, fixed, distinct, holding)


def objects(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    names = st.dictionaries(st.sampled_from(["name", "count", "day", "x", "item_id"]), inner, max_size=3)
    closed = names.flatmap(
        lambda made: (
            st.lists(st.sampled_from(sorted(made)), unique=True).map(
                lambda needed: {"type": "object", "properties": made, "required": needed, "additionalProperties": False}
            )
            if made
            else st.just({"type": "object"})
        )
    )
    opened = inner.map(lambda each: {"type": "object", "additionalProperties": each, "minProperties": 2, "propertyNames": {"pattern": "^[a-z_0-9]+$"}})
    bound = inner.map(lambda one: {"type": "object", "properties": {"a": one, "b": one}, "dependentRequired": {"a": ["b"]}, "minProperties": 1})
    return st.one_of(closed, opened, bound)


def combined(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    either = st.lists(inner, min_size=1, max_size=3).map(lambda options: {"anyOf": options})
    one_of = inner.map(
        lambda one: {"oneOf": [{"type": "object", "required": ["kind"], "properties": {"kind": {"const": "k"}, "value": one}}, {"type": "null"}]}
    )
    both = inner.map(lambda one: {"allOf": [one, {"description": "both"}]})
    named = st.just({"$ref": "#/$defs/tree"})
    nullable = st.sampled_from([{"type": ["null", "string"], "minLength": 2}, {"type": ["integer", "null"], "not": {"const": 3}}])
    return st.one_of(either, one_of, both, named, nullable)


TREE = {
    "type": "object",
    "properties": {"label": {"type": "string"}, "below": {"type": "array", "items": {"$ref": "#/$defs/tree"}}},
    "required": ["label", "below"],
}
SCHEMAS = st.recursive(st.one_of(numbers(), texts()), lambda inner: st.one_of(lists(inner), objects(inner), combined(inner)), max_leaves=5)


@given(st.dictionaries(st.sampled_from(["a", "b", "due_date", "item_ids"]), SCHEMAS, min_size=1, max_size=3), st.data())
def test_proposed_arguments_fit_any_schema(properties: dict[str, Any], data: st.DataObject) -> None:
    needed = data.draw(st.lists(st.sampled_from(sorted(properties)), unique=True))
    schema = {"type": "object", "properties": properties, "required": needed, "$defs": {"tree": TREE}}
    arguments = one_tool(parameters=schema).propose("t")
    assert arguments is not None
    assert jsonschema_rs.validator_for(schema, validate_formats=True).is_valid(arguments)
    assert set(needed) <= arguments.keys()


HOSTILE: dict[str, Any] = {
    "endless depth": {"$ref": "#/$defs/deep"},
    "nothing fits": {"type": "integer", "minimum": 5, "maximum": 3},
    "false": False,
    "two constants": {"allOf": [{"const": 1}, {"const": 2}]},
    "a pattern at odds with itself": {"type": "string", "pattern": "^(?=b)a+$"},
    "a list without end": {"type": "array", "minItems": 10**9},
    "a text without end": {"type": "string", "minLength": 10**9},
    "too many properties": {"type": "object", "minProperties": 10**9},
}
DEEP = {"type": "object", "required": ["x"], "properties": {"x": {"$ref": "#/$defs/deep"}}}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_schema_that_nothing_fits_ends_soon_and_is_left_out_where_it_may_be(name: str) -> None:
    properties = {"x": HOSTILE[name], "y": {"type": "string"}}
    schema = {"type": "object", "properties": properties, "$defs": {"deep": DEEP}}
    assert one_tool(parameters={**schema, "required": ["x"]}).propose("t") is None
    assert set(one_tool(parameters={**schema, "required": ["y"]}).propose("t") or {}) == {"y"}


PATTERNS = [
    "^$",
    "a|b|",
    "^[^a-z]{3}$",
    "^(?:x{2,3}|\\d+)-\\w?$",
    "[\\x41-\\x43]\\u0041",
    "\\bword\\b",
    "^[\\w.-]+@[a-z]+\\.(com|org)$",
    "^a{,3}$",
    "^[]a]$",
    "^(?P<year>\\d{4})$",
    "^.{2,}?$",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_texts_match_their_pattern(pattern: str) -> None:
    assert all(re.search(pattern, text_for(pattern, Random(seed))) for seed in range(20))  # noqa: S311  (reproducible)


@pytest.mark.parametrize("pattern", ["(a)\\1", "(?(1)a|b)", "[b-a]", "(a", "a)", "x" * 2_000, "(a{999}){999}"])
def test_a_pattern_that_no_text_can_be_read_off_is_said_so(pattern: str) -> None:
    with pytest.raises(Unsupported):
        text_for(pattern, Random(0))  # noqa: S311  (reproducible)


def test_texts_grow_where_they_are_to_be_long() -> None:
    assert len(text_for("^[a-z]+$", Random(0), 40)) >= 40  # noqa: S311  (reproducible)


def test_examples_come_before_what_is_made_up() -> None:
    schema = {"type": "string", "examples": ["Ashmoor", "Noar Hill"]}
    assert sum(drawn(schema, seed) in schema["examples"] for seed in range(20)) > 10


def test_null_comes_only_where_nothing_else_may() -> None:
    assert drawn({"type": ["null", "integer"]}) is not None
    assert drawn({"enum": [None, "a"]}) == "a"
    assert drawn({"type": "null"}) is None


def test_the_share_says_how_many_optional_properties_are_given() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["a"]}
    assert (set(drawn(schema, share=0)), set(drawn(schema, share=1))) == ({"a"}, {"a", "b"})


def test_the_same_stream_draws_the_same() -> None:
    schema = {"type": "object", "properties": {"id": {"format": "uuid", "type": "string"}, "n": {"type": "number"}}, "required": ["id", "n"]}
    assert drawn(schema, 4) == drawn(schema, 4) != drawn(schema, 5)
