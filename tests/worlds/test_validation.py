"""Arguments are judged as the jsonschema library judges them, quickly and in bounded time, whatever the schema."""

import re
import subprocess
import sys
import time
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from gem_sim.errors import SpecError
from gem_sim.worlds.canonical import canonical
from gem_sim.worlds.validation import Validator, validator
from gem_sim.worlds.validation.patterns import searcher

TEXTS = ["", "a", "b", "ab", "A1", "12", "é", "e\u0301", "😀", "😀😀", "a\n", "\n", "٣", "a b", "x-1", "\u2028", "\x1c", "\u00a0", "ß"]
PATTERNS = [
    "^a", "a$", "^a$", r"\d", r"^\d+$", r"^\w+$", r"\s", "^.$", "^.{2}$", "[^a]", r"\D", r"\W", r"\bab", "(?i)a", "^$", "", r"\x41",
    "(?=a)b?",    "(?!a)",
    "(?P<n>a)(?P=n)", r"(a)\1", r"\Z", "x*+", r"^[^\s]+$", "a|^$", "{", "a{,2}b", "a{2", r"\101", "(?a)\\d", "(?s)^.$", "(?m)^a$", "^(a|ab)*$", "^(a+)+$",
]  # fmt: skip
NUMBERS = st.integers(-3, 5) | st.sampled_from([0.5, 0.1, 1.5, 0.3, 0.7, 19.99, 4.35, 1e-9, 10**15, 10**15 - 1, 0.30000000000000004, 999999999999.99])
ATOMS = st.none() | st.booleans() | NUMBERS | st.sampled_from(TEXTS)
NAMES = st.sampled_from(["a", "b", "c", "A1", "é", "1", ""])
VALUES = st.recursive(ATOMS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=7)
CONSTANTS = VALUES | st.sampled_from([1.0, 2.0, -0.0, 1e2, [1.0], {"a": 1.0}])
KINDS = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
DRAFTS = st.sampled_from([None, "http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2019-09/schema"])
REFUSED = r'patternProperties in a schema that refers to itself|pattern.* is not a "regex"'
"""What is not judged at all; the second is for a Python pattern that draft 7 ignores beside a $ref."""
DEFINITIONS = {"tree": {"type": ["object", "array"], "properties": {"a": {"$ref": "#/$defs/tree"}}, "minProperties": 1}, "whole": {"type": "integer"}}


def keyword_values(inner: st.SearchStrategy[Any]) -> dict[str, st.SearchStrategy[Any]]:
    """Every keyword with values that it may have."""
    count, some, number = st.integers(0, 3), st.lists(inner, min_size=1, max_size=3), NUMBERS | st.sampled_from([1.0, -0.0, 3.0])
    by_name, names, either = st.dictionaries(NAMES, inner, max_size=3), st.lists(NAMES, max_size=2, unique=True), inner | st.booleans()
    return {
        "type": KINDS | st.lists(KINDS, min_size=1, max_size=3, unique=True), "enum": st.lists(CONSTANTS, min_size=1, max_size=4), "const": CONSTANTS,
        "multipleOf": st.sampled_from([0.01, 0.1, 0.3, 0.7, 1, 2, 1.5, 1e-9, 1.0, 7, 0.0001]),
        "minimum": number, "maximum": number, "exclusiveMinimum": number, "exclusiveMaximum": number,
        "minLength": count, "maxLength": count | st.just(1.0), "pattern": st.sampled_from(PATTERNS),
        "items": either, "prefixItems": some, "minItems": count, "maxItems": count, "uniqueItems": st.booleans(),
        "contains": inner, "minContains": count, "maxContains": count, "unevaluatedItems": either,
        "properties": by_name, "required": names, "additionalProperties": either, "unevaluatedProperties": either, "propertyNames": inner,
        "patternProperties": st.dictionaries(st.sampled_from(PATTERNS[:-2]), inner, max_size=2), "minProperties": count, "maxProperties": count,
        "dependencies": st.dictionaries(NAMES, inner | names, max_size=2),
        "dependentRequired": st.dictionaries(NAMES, names, max_size=2), "dependentSchemas": by_name,
        "anyOf": some, "oneOf": some, "allOf": some, "not": inner, "if": inner, "then": inner, "else": inner,
        "$ref": st.sampled_from(["#/$defs/tree", "#/$defs/whole"]), "additionalItems": either, "nullable": st.booleans(),
    }  # fmt: skip


def schemas_of(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    values = keyword_values(inner)
    return st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=3, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({keyword: values[keyword] for keyword in chosen})
    )


SCHEMAS = st.recursive(st.sampled_from([{}, {"type": "string"}, {"const": 1}, True, False, {"minLength": 1}]), schemas_of, max_leaves=6)


def of(**properties: Any) -> Validator:
    return validator({"type": "object", "properties": properties}, "parameters")


@settings(max_examples=400)
@given(SCHEMAS, st.lists(VALUES, min_size=3, max_size=5), DRAFTS)
def test_the_verdict_is_that_of_jsonschema(schema: Any, values: list[Any], draft: str | None) -> None:
    whole = {"type": "object", "properties": {"a": schema}, "$defs": DEFINITIONS} | ({"$schema": draft} if draft else {})
    try:
        checks, library = validator(whole, "parameters"), validator_for(whole, default=Draft202012Validator)(whole)
    except SpecError as refused:
        assert re.search(REFUSED, str(refused))  # noqa: PT017  (any other refusal is a fault)
        return
    for value in values:
        arguments = canonical({"a": value})
        try:
            expected = library.is_valid(arguments)
        except TypeError:  # the library falls over `additionalItems` beside `items: true`
            assume(False)
        assert checks.is_valid(arguments) == expected
        assert expected or checks.problem(arguments)


@pytest.mark.parametrize(
    ("schema", "value", "fits"),
    [
        ({"multipleOf": 0.0001}, 19.99, False), ({"multipleOf": 0.01}, 19.99, False), ({"multipleOf": 0.1}, 0.3, False),
        ({"pattern": r"^\d$"}, "٣", True), ({"pattern": "^a$"}, "a\n", True), ({"pattern": r"\Z"}, "a", True),
        ({"enum": [1]}, True, False), ({"const": 1.0}, 1, True), ({"uniqueItems": True}, [1, True], True), ({"uniqueItems": True}, [1, 1.0], False),
        ({"maxLength": 1}, "😀", True), ({"maxLength": 1}, "e\u0301", False), ({"type": "integer"}, 1.0, True),
        ({"dependencies": {"b": ["c"]}}, {"b": 1}, True), ({"patternProperties": {r"^\d$": False}}, {"٣": 1}, False),
    ],
)  # fmt: skip
def test_what_people_and_libraries_dispute(schema: dict[str, Any], value: Any, fits: bool) -> None:
    assert of(a=schema).is_valid({"a": value}) is fits


@pytest.mark.parametrize("beside", [{}, {"patternProperties": {"^x-": {}}}])
def test_a_format_is_a_condition(beside: dict[str, Any]) -> None:
    checks = of(a={"format": "date"}, b=beside)
    assert checks.is_valid({"a": "2026-03-02"})
    assert not checks.is_valid({"a": "soon"})
    assert "date" in checks.problem({"a": "soon"})


def test_a_parameter_may_be_called_like_a_keyword() -> None:
    assert of(pattern={"type": "string"}, multipleOf={"type": "string"}, patternProperties={"type": "string"}).is_valid({"pattern": "[", "multipleOf": "x"})


def test_the_complaint_is_one_line_that_names_places() -> None:
    checks = of(days={"type": "integer"}, note={"pattern": "^x"}, list={"items": {"type": "string"}})
    assert checks.problem({"days": "3"}) == 'days: "3" is not of type "integer"'
    assert checks.problem({"note": "a\nb"}) == r"note: 'a\nb' does not match '^x'"
    assert checks.problem({"list": ["a", 5]}).startswith("list.1: 5 is not")


def test_the_complaint_does_not_depend_on_the_order_of_names() -> None:
    one, other = of(a={"type": "integer"}, b={"type": "integer"}), of(b={"type": "integer"}, a={"type": "integer"})
    assert one.problem({"a": "x", "b": "y"}) == other.problem({"b": "y", "a": "x"})


PIECES = st.sampled_from(
    ["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", r"\s", "^", "$", r"\b", r"\B", "é", "(?i:A)", r"\Z", "(?=a)", "(?!b)", "(?i:ß)", "(?<=a)"]
)
REPEATS = st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "*?", "+?", "??", "{,2}", "{0}"])


def longer(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    alternatives = st.tuples(inner, inner).map(lambda two: f"({two[0]}|{two[1]})")
    return st.tuples(inner, inner).map("".join) | alternatives | st.tuples(inner, REPEATS).map(lambda two: f"(?:{two[0]}){two[1]}")


@settings(max_examples=400)
@given(
    st.recursive(PIECES, longer, max_leaves=7), st.lists(st.text("aabbAB1_ \né٣ß", max_size=8), min_size=4, max_size=4), st.sampled_from(["", "(?i)", "(?m)"])
)
def test_a_pattern_searched_all_ways_at_once_is_the_same_pattern(pattern: str, texts: list[str], flags: str) -> None:
    nested = f"{flags}(?:(?:{pattern})*)*{pattern}"  # so that it may not be searched back and forth
    try:
        search, expected = searcher(nested), re.compile(nested).search
    except ValueError:
        return
    assert [bool(search(text)) for text in texts] == [bool(expected(text)) for text in texts]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^(a+)+$", "a" * 20_000 + "!"), ("^(a|aa)+$", "a" * 5_000 + "!"), (r"^([a-z]+\.)+[a-z]+$", "a." * 9_999 + "!"), ("(.*),(.*),(.*)x", "," * 20_000),
        (r"\s+$", " " * 19_999 + "x"), ("^(a?){30}a{30}$", "a" * 29), ("(x+x+)+y", "x" * 19_000), (r"^(\w+\s?)*$", "Zoë " * 4_000 + "!"),
    ],
)  # fmt: skip
def test_an_exploding_pattern_ends_in_bounded_time(pattern: str, text: str) -> None:
    checks, start = of(a={"pattern": pattern}), time.perf_counter()
    assert not checks.is_valid({"a": text})
    assert time.perf_counter() - start < 2


def doubling(steps: int) -> dict[str, Any]:
    chain = {f"d{at}": {"allOf": [{"$ref": f"#/$defs/d{at + 1}"}] * 2} for at in range(steps)}
    return {"type": "object", "properties": {"a": {"$ref": "#/$defs/d0"}}, "$defs": {**chain, f"d{steps}": {}}}


def within_itself() -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object"}
    schema["properties"] = {"a": schema}
    return schema


def deep(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for _ in range(levels):
        schema = {"not": schema}
    return {"type": "object", "properties": {"a": schema}}


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        ({"type": "object", "allOf": [{"$ref": "#"}]}, "round in a circle"),
        ({"type": "object", "properties": {"a": {"anyOf": [{"not": {"$ref": "#/properties/a"}}]}}}, "round in a circle"),
        ({"type": "object", "$dynamicAnchor": "x", "not": {"$dynamicRef": "#x"}}, "round in a circle"),
        (doubling(40), "written out"),
        (within_itself(), "more than"),
        (deep(5_000), "not a JSON Schema"),
        ({"type": "object", "properties": {f"p{at}": {} for at in range(20_000)}}, "more than"),
        ({"type": "object", "properties": {"a": {"pattern": r"^((a+)+)\1$"}}}, r"properties\.a\.pattern.*too long"),
        ({"type": "object", "properties": {"a": {"pattern": r"\p{L}"}}}, "no regular expression of Python"),
        ({"type": "object", "patternProperties": {"(a+)+$": {}}}, "too long"),
        ({"type": "object", "patternProperties": {"^x": {"$ref": "#"}}}, "refers to itself"),
        ({"type": "object", "properties": {"a": {"$ref": "#/$defs/nobody"}}}, "does not exist"),
        ({"type": "object", "properties": {"a": {"$ref": "http://example.org/x"}}}, "leads out of the schema"),
    ],
)  # fmt: skip
def test_a_schema_without_end_is_refused_where_the_world_is_read(schema: dict[str, Any], problem: str) -> None:
    start = time.perf_counter()
    with pytest.raises(SpecError, match=rf"^parameters.*{problem}"):
        validator(schema, "parameters")
    assert time.perf_counter() - start < 2


def test_a_schema_may_hold_itself_deeper_down() -> None:
    tree = validator({"type": "object", "properties": {"name": {"type": "string"}, "parts": {"items": {"$ref": "#"}}}}, "parameters")
    assert tree.is_valid({"name": "a", "parts": [{"name": "b", "parts": [{"name": "c"}]}]})
    assert not tree.is_valid({"name": "a", "parts": [{"name": "b", "parts": [{"name": 5}]}]})


def test_many_ways_through_a_deep_value_end_in_bounded_time() -> None:
    again = {"properties": {"a": {"$ref": "#"}}}
    checks = validator({"type": "object", "anyOf": [{**again, "required": ["b"]}, {**again, "required": ["c"]}, again]}, "parameters")
    value: dict[str, Any] = {}
    for _ in range(60):
        value = {"a": value}
    start = time.perf_counter()
    assert checks.is_valid(value)
    assert time.perf_counter() - start < 1


def test_the_library_is_not_imported_before_a_schema_needs_it() -> None:
    code = "import sys; from gem_sim import load_mock; load_mock('tool_library').start().call('get_tool', {'tool_id': 5}); print('jsonschema' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"
