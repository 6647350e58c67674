"""Expressions that try to leave the language are refused when the world is compiled or end as an error of the call."""

from typing import Any

import pytest
from builders import one_tool
from hypothesis import given, settings
from hypothesis import strategies as st

from gem_sim.errors import SpecError
from gem_sim.worlds.canonical import dumps
from gem_sim.worlds.language import FUNCTIONS

REFUSED = [
    "a.__class__", "a.__class__.__mro__", "().__class__.__bases__[0].__subclasses__()", "a._private", "session.__dict__", "Card.__init__",
    "find.__globals__", "today.__class__",
    "lambda: 1", "(lambda x: x)(1)", "(x := 1)", "f'{a}'", "f'{a.__class__}'", "[*a]", "{**a}", "len(*a)", "find(Card, **a)", "'{}'.format(a)",
    "'{0.__class__}'.format(a)",
    "a.append(1)", "'x'.join([])", "2 ** 99", "pow(9, 9)", "10 ** 10 ** 10", "1e999", "10000000000000001", "9" * 3000, "9" * 3999, "1j", "b'x'",
    "...", "a[::2]", "a[1:2:3]", "session[1:2]", "session[a]",
    "len()", "len(1, 2)", "sort([1], nope=2)", "page([1], 1, 2, 3)", "page([1], show=1)",
    "__import__('os')", "__import__('os').system('true')", "import os", "open('x')", "eval('1')", "exec('1')", "compile('1', '', 'eval')",
    "getattr(a, 'b')", "globals()", "vars()",
    "type(a)", "print(a)", "input()", "breakpoint()", "await a", "[x async for x in a]", "(yield a)", "(yield from a)", "{1, 2}", "{x for x in a}",
    "{x: x for x in a}", "{a: 1}", "{1: 2}",
    "~a", "+a", "a @ b", "a << 3", "a >> 3", "a | b", "a & b", "a ^ b", "a = 1", "a; b", "del a", "return a", "a\nb", "", " ", "#", "a if b",
    "[x for x.y in a]", "[x for [x] in a]", "[x for *x in a]",
    "nobody", "Nobody('x')", "nobody(1)", "Card", "Card()", "Card('a', 'b')", "Session('x')", "get()", "get(a)", "get(Card)", "find(a)",
    "find(Card, 1)", "find()", "count()", "next_id(a)",
    "a.b()", "a[0]()", "(get)(Card)(1)", "True()", "None.x()", "\x00", "a" * 20001, "(" * 300 + ")" * 300, "[" * 60 + "]" * 60, "-" * 60 + "1",
    "not " * 60 + "a", "a" + ".b" * 60, "a" + "+1" * 60,
    "1 if a else " * 60 + "1", "(" * 1500 + "1" + ")" * 1500, "-" * 3900 + "1", "'" + "x" * 25000 + "'", "'\ud800'",
]  # fmt: skip

FAILING = [
    "'a' * 1000000", "1000000 * 'a'", "[1] * 1000000", "'a' * 'b'", "'%s' % 1", "'a' - 'b'", "'a' + 1", "1 / 0", "1 // 0", "1 % 0", "0.0 / 0",
    "1000000000000000 * 1000000000000000",
    "None + 1", "-None", "-'a'", "True + 1", "{} + {}", "1 .x", "'abc'.x", "[1].x", "'abc'['x']", "[1]['x']", "[1][True]", "{'a': 1}[0]",
    "[x for x in 1]", "[x for x in 'abc']", "[x for x, y in [1]]",
    "[x for x, y in [[1, 2, 3]]]", "len(1)", "sort(1)", "sort([1], 2)", "page([1], 'many')", "page(1)",
    "search([1], 2)", "days('x', 'y')", "days(1, 2)",
    "plus_days(today, 1000000000)", "plus_days(today, 'x')", "plus_days('9999-12-31', 1)", "minutes('now', now)", "join([1])", "join(['a'], 1)",
    "join('abc', 1)", "concat(None)", "concat([1])",
    "sum(['a'])", "sum([True])", "abs('a')", "round('x')", "round(1, 'x')", "lower(1)", "first('abc')", "zip(1)", "contains_all(1, [1])",
    "pick(1, 'a')", "merge(1)", "all(1)", "any('x')",
    "Card('c9')", "Card(None)", "Card([1])", "Card({})", "count(1)", "[a for a in [1] for b in 5]", "sum([x for x in find(Card)])",
    "[1 for x in b for y in b for z in b]", "join([join([x for x in b]) for y in b for z in [1, 2]])", "[b + b for x in b for y in b] + b",
]  # fmt: skip
LONG = ["x" * 150] * 100


@pytest.mark.parametrize("expression", REFUSED, ids=range(len(REFUSED)))
def test_a_hostile_expression_does_not_compile(expression: str) -> None:
    with pytest.raises(SpecError, match=r"tools\.t\.return"):
        one_tool(expression)


@pytest.mark.parametrize("expression", FAILING, ids=range(len(FAILING)))
def test_an_unusable_expression_ends_as_an_error_of_the_call(expression: str) -> None:
    result = one_tool(expression).call("t", {"b": LONG})
    assert not result.ok
    assert result.error is not None
    assert result.error["code"] in {"unprocessable", "not_found"}


@pytest.mark.parametrize("expression", ["Card('c1', x=1)", "get(Card, 'c1', x=1)", "next_id(Card, 1, 2)"])
def test_arguments_that_mean_nothing_are_refused(expression: str) -> None:
    with pytest.raises(SpecError):
        one_tool(expression)


def templates(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions made of smaller ones, sensible or not."""
    operators = st.sampled_from(["+", "-", "*", "/", "//", "%", "<", "==", "in", "not in", "is", "and", "or"])
    shapes = st.sampled_from(
        ["{0}.x", "{0}[{1}]", "[{0}, {1}]", "{{'k': {0}}}", "-({0})", "not {0}", "{0} if {1} else {2}", "[{0} for i in {1}]", "[i for i, j in {0} if {1}]"]
    )
    look_ups = st.sampled_from(["Card({0})", "get(Card, {0})", "find(Card, x={0})", "count({0})", "exists(Card, code={0})", "first(find(Card, x={0})).x"])
    functions = st.sampled_from([f"{name}({places})" for name in sorted(FUNCTIONS) for places in ("{0}", "{0}, {1}", "{0}, {1}, {2}")])
    filled = st.tuples(shapes | look_ups | functions, inner, inner, inner).map(lambda parts: parts[0].format(*parts[1:]))
    return filled | st.tuples(inner, operators, inner).map(lambda parts: f"({' '.join(parts)})")


ATOMS = ["a", "b", "c", "None", "True", "0", "-1", "2.5", "999999999999999", "''", "'c1'", "'2026-03-02'", "[]", "{}", "today", "session", "find(Card)", "i"]
EXPRESSIONS = st.recursive(st.sampled_from(ATOMS), templates, max_leaves=6)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-5, 10**15)
    | st.floats(allow_nan=False, width=32)
    | st.sampled_from(["", "c1", "2026-02-30", [1, "a"], [[1, 2]], {"k": None}])
)


@settings(max_examples=400)
@given(EXPRESSIONS, VALUES, VALUES)
def test_any_expression_is_refused_or_ends_as_a_result(expression: str, a: Any, b: Any) -> None:
    try:
        world = one_tool(expression)
    except SpecError:
        return
    result = world.call("t", {"a": a, "b": b})
    assert dumps(result.content())
