"""What expressions mean."""

from typing import Any

import orjson
import pytest
from builders import one_tool

from gem_sim.errors import SpecError


def value(expression: str, **arguments: Any) -> Any:
    result = one_tool(expression).call("t", arguments)
    assert result.ok, result.error
    return result.value


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3", 7), ("7 / 2", 3.5), ("6 / 2", 3), ("7 // 2", 3), ("7 % 4", 3), ("-(2)", -2), ("0.1 + 0.2 > 0.3", True),
        ("'a' + 'b'", "ab"), ("[1] + [2]", [1, 2]), ("{'k': 1, 'l': [2]}", {"k": 1, "l": [2]}), ("(1, 2)", [1, 2]),
    ],
)  # fmt: skip
def test_arithmetic_and_literals(expression: str, expected: Any) -> None:
    assert orjson.dumps(value(expression)) == orjson.dumps(expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 < 2 < 3", True), ("1 < 3 < 2", False), ("1 == 1.0", True), ("1 == True", False), ("1 != True", True), ("'a' < 'b'", True),
        ("1 < 'b'", False), ("1 >= 'b'", False), ("True < 2", False), ("'x' == 'x' and not 1 == 2", True), ("False or 3", True), ("1 if 2 > 1 else 0", 1),
    ],
)  # fmt: skip
def test_comparison_and_logic(expression: str, expected: Any) -> None:
    assert value(expression) is expected or value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a.b.c", None), ("a[0]", None), ("a['k']", None), ("a < 1", False), ("a >= 1", False), ("a is None", True), ("a is not None", False),
        ("a == None", True), ("len(a)", 0), ("[x for x in a]", []), ("sort(a)", []), ("get(Card, 'c9').x", None), ("get(Card, a)", None),
        ("search([1], a)", [1]),
    ],
)  # fmt: skip
def test_null_spreads(expression: str, expected: Any) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("2 in [1, 2]", True), ("True in [1]", False), ("'b' in 'abc'", True), ("'k' in {'k': 1}", True), ("3 not in [1]", True),
        ("1 in 'a1'", False), ("1 in a", False),
    ],
)  # fmt: skip
def test_membership(expression: str, expected: Any) -> None:
    assert value(expression) is expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("[x * 2 for x in [1, 2, 3] if x != 2]", [2, 6]),
        ("[[x, y] for x in [1, 2] for y in [3]]", [[1, 3], [2, 3]]),
        ("[y for x, y in zip([1, 2], [3, 4])]", [3, 4]),
        ("sum(x for x in [1, 2])", 3),
        ("[c.card_id for c in find(Card) if c.x > 1]", ["c2"]),
        ("[k for k in {'k': 1}]", ["k"]),
    ],
)
def test_comprehension(expression: str, expected: Any) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Card('c1').x", 1), ("get(Card, 'c2').x", 2), ("find(Card, x=2)[0].card_id", "c2"), ("find(Card, x=2, card_id='c1')", []),
        ("exists(Card, x=1)", True),
        ("none(Card, x=1)", False), ("count(Card)", 2), ("count(Card, x=1)", 1), ("count([1, 2])", 2), ("first(sort(find(Card), by='-x')).x", 2),
        ("session.user", "u1"),
    ],
)  # fmt: skip
def test_look_ups(expression: str, expected: Any) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("sort([2, None, 'a', True, 1])", [None, True, 1, 2, "a"]), ("min(3, 1)", 1), ("max([1, 4])", 4), ("min([])", None), ("abs(-3)", 3),
        *[(f"sort([{{'n': 1}}, {{'n': 2}}], '{by}')", [{"n": 2}, {"n": 1}]) for by in ("-n", "n desc", "n:DESC", "n_desc", "n,descending")],
        *[(f"sort([{{'n': 2}}, {{'n': 1}}], '{by}')", [{"n": 1}, {"n": 2}]) for by in ("n", "n asc", "n:asc", "n_ascending")],
        ("sort([{'x_desc': 2}, {'x_desc': 1}], 'x_desc')", [{"x_desc": 1}, {"x_desc": 2}]), ("reverse([1, 2])", [2, 1]),
        ("round(2.5)", 3), ("round(1.005, 2)", 1.01),
        ("len('abc')", 3), ("lower('ÄB')", "äb"), ("join(['a', 'b'], '-')", "a-b"), ("concat('n', 1)", "n1"),
        ("contains_all([1, 2, 2], [2, 2])", True), ("contains_all([1, 2], [2, 2])", False),
        ("pick({'a': 1, 'b': 2}, 'a')", {"a": 1}), ("merge({'a': 1}, {'a': 2, 'b': 3})", {"a": 2, "b": 3}), ("all([1, 0])", False),
        ("any([1, 0])", True), ("first([])", None),
        ("days('2026-03-01', '2026-03-31T23:00:00')", 30), ("minutes('2026-03-01T10:00:00', '2026-03-01T11:30:30')", 90),
        ("plus_days('2026-02-27', 2)", "2026-03-01"),
        ("today", "2026-03-02"), ("now", "2026-03-02T09:00:00"), ("search([{'n': 'Big Drill'}, {'n': 'Saw'}], 'drill big', 'n')", [{"n": "Big Drill"}]),
    ],
)  # fmt: skip
def test_functions(expression: str, expected: Any) -> None:
    assert value(expression) == expected


def test_pages_put_together_are_the_list() -> None:
    items: list[int] = []
    cursor = None
    for _ in range(5):
        page = value("page(a, 3, b)", a=list(range(13)), b=cursor)
        items, cursor = items + page["items"], page["next_cursor"]
    assert items == list(range(13))
    assert cursor is None


def test_a_page_holds_ten_rows_at_most() -> None:
    assert len(value("page(a, 50)", a=list(range(40)))["items"]) == 10


def test_a_later_part_of_and_is_not_run_in_vain() -> None:
    assert value("False and 1 / 0") is False


def test_a_loop_name_ends_with_its_loop() -> None:
    with pytest.raises(SpecError, match="unknown name 'x'"):
        one_tool("[[x for x in [1]], x]")


@pytest.mark.parametrize("expression", ["[1] == [True]", "{'k': 1} == {'k': True}", "contains_all([1], [True])", "[0] in [[False]]"])
def test_true_is_not_one_inside_lists_either(expression: str) -> None:
    assert value(expression) is False


@pytest.mark.parametrize(
    "expression",
    ["n", "len(n)", "[x for x in n]", "page(n)", "n[0]", "n[:2]", "first(n)", "[n]", "{'n': n}", "sort(n)", "search(n, 'x')", "n + n", "1 if n is None else 2"],
)
def test_a_list_of_rows_may_be_null(expression: str) -> None:
    world = one_tool(expression, let={"n": "find(Card) if a is not None else None"})
    assert world.call("t", {}).outcome in {"ok", "unprocessable"}
