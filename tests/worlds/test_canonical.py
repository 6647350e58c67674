"""Canonical values and digests."""

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gem_sim.worlds.canonical import MAX_TEXT, ValueRefused, canonical, digest, dumps, rounded

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats(-(10**15), 10**15) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def test_a_whole_float_becomes_an_integer() -> None:
    assert dumps(canonical({"a": [25.0, -0.0, 2.5]})) == b'{"a":[25,0,2.5]}'


def test_true_stays_apart_from_one() -> None:
    assert dumps(canonical([True, 1, False, 0])) == b"[true,1,false,0]"


def test_a_tuple_becomes_a_list() -> None:
    assert canonical((1, (2,))) == [1, [2]]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 2**63, -1e16, {1: 2}, b"x", {1}, object(), "x" * (MAX_TEXT + 1), [0] * 10_001])
def test_what_is_no_plain_bounded_json_is_refused(value: Any) -> None:
    with pytest.raises(ValueRefused):
        canonical(value)


def test_an_integer_beyond_floats_is_refused() -> None:
    with pytest.raises(ValueRefused):
        canonical(10**400)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (2.675, 2, 2.68),
        (-2.675, 2, -2.68),
        (0.5, 0, 1),
        (-0.5, 0, -1),
        (1.005, 2, 1.01),
        (7, 2, 7),
        (2.0, 2, 2),
        (1e15, 2, 10**15),
        (None, 2, None),
        ("x", 2, "x"),
        (True, 0, True),
    ],
)
def test_money_is_rounded_half_away_from_zero(value: Any, decimals: int, expected: Any) -> None:
    assert dumps(rounded(value, decimals)) == dumps(expected)


def test_a_digest_ignores_the_order_of_keys() -> None:
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})


def test_a_digest_tells_true_from_one() -> None:
    assert digest([True]) != digest([1])


@given(JSON)
def test_canonical_values_stay_as_they_are(value: Any) -> None:
    once = canonical(value)
    assert dumps(canonical(once)) == dumps(once)


@given(st.floats(-(10**11), 10**11) | st.integers(-(10**9), 10**9).map(lambda cents: cents / 100), st.integers(0, 4))
def test_rounding_is_that_of_the_decimal_digits(value: float, decimals: int) -> None:
    assert rounded(value, decimals) == float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


def test_a_text_of_another_class_is_a_text_as_a_key_too() -> None:
    class Text(str):
        __slots__ = ()

    assert [type(name) for name in canonical({Text("a"): 1})] == [str]
