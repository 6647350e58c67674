"""Long tables: rows are seen through the overlay in order, as far as somebody looks, and stay as they were when they were found."""

from typing import Any

import pytest
from builders import one_tool, world_data
from hypothesis import given
from hypothesis import strategies as st

from gem_sim.worlds.base import Row
from gem_sim.worlds.load import parse_world
from gem_sim.worlds.rows import Backwards
from gem_sim.worlds.state import State

SPEC = parse_world(world_data(rows={"Card": [{"card_id": f"c{n}", "x": n % 3} for n in range(100)]}), "long")
CARD = SPEC.program.base.tables["Card"]
WRITES = st.lists(st.tuples(st.integers(0, 120), st.none() | st.integers(0, 3)), max_size=20)
PLACES = st.integers(-5, 130)


def written(writes: list[tuple[int, int | None]]) -> State:
    """A state after writes of x by number of the card; None deletes."""
    state = State(SPEC.program.base)
    for number, x in writes:
        key = f"c{number}"
        if x is not None or state.get(CARD, key) is not None:
            state.put(CARD, key, None if x is None else CARD.fitted({"card_id": key, "x": x}))
    return state


def in_order(state: State, x: int | None) -> list[Row]:
    """Base rows at their place, then inserted ones, looked at one by one."""
    over = state.changed.get("Card", {})
    rows = [over.get(key, row) for key, row in CARD.rows.items()] + [row for key, row in over.items() if key not in CARD.rows]
    return [row for row in rows if row is not None and x in {None, row["x"]}]


def found(state: State, x: int | None) -> Any:
    """All rows, or those with that x."""
    return state.rows(CARD) if x is None else state.find(CARD, "x", x)


@given(WRITES, st.none() | st.integers(0, 3), PLACES, PLACES)
def test_what_is_found_is_what_looking_at_every_row_finds(writes: list[tuple[int, int | None]], x: int | None, start: int, stop: int) -> None:
    state = written(writes)
    rows, expected = found(state, x), in_order(state, x)
    assert (len(rows), list(rows), rows[start:stop]) == (len(expected), expected, expected[start:stop])
    assert [rows[at] for at in range(-len(rows), len(rows))] == expected + expected


@given(WRITES, st.none() | st.integers(0, 3), PLACES, PLACES)
def test_reversed_rows_are_the_rows_from_the_last_to_the_first(writes: list[tuple[int, int | None]], x: int | None, start: int, stop: int) -> None:
    state = written(writes)
    rows, expected = Backwards(found(state, x)), in_order(state, x)[::-1]
    assert (len(rows), list(rows), rows[start:stop]) == (len(expected), expected, expected[start:stop])
    assert [rows[at] for at in range(-len(rows), len(rows))] == expected + expected


@given(WRITES, WRITES, st.none() | st.integers(0, 3))
def test_what_was_found_does_not_change_with_later_writes(before: list[tuple[int, int | None]], after: list[tuple[int, int | None]], x: int | None) -> None:
    state = written(before)
    rows, expected = found(state, x), in_order(state, x)
    for number, value in after:
        state.put(CARD, f"c{number}", None if value is None else CARD.fitted({"card_id": f"c{number}", "x": value}))
    assert list(rows) == expected


def test_an_empty_slice_is_empty_also_before_a_row_that_came_in() -> None:
    assert found(written([(0, 1)]), 1)[0:0] == []


def test_there_is_no_row_behind_the_last() -> None:
    rows = State(SPEC.program.base).rows(CARD)
    with pytest.raises(IndexError):
        rows[100]


def test_a_failed_call_leaves_the_order_of_the_rows() -> None:
    insert = {"insert": {"Card": {"card_id": "a", "code": "a"}}}
    world = one_tool(do=[{"delete": "old", "if": "old is not None"}, insert], let={"old": "get(Card, b)"})
    world.call("t", {"a": "c3"})
    world.call("t", {"a": "c4"})
    assert world.call("t", {"a": "c1", "b": "c3"}).outcome == "unprocessable"
    assert [row["card_id"] for row in world.rows("Card")] == ["c1", "c2", "c3", "c4"]


@pytest.mark.parametrize(("key", "count"), [("c1", 1), ("c9", 0), (1, 0), (True, 0), (None, 0), (["c1"], 0), ({"c1": 1}, 0)])
def test_a_search_by_the_whole_key_finds_the_row_or_none(key: Any, count: int) -> None:
    world = one_tool("[len(find(Card, card_id=a)), count(Card, card_id=a), exists(Card, card_id=a)]")
    assert world.call("t", {"a": key}).value == [count, count, count == 1]


def test_a_search_looks_in_fields_that_have_names_only() -> None:
    assert one_tool("search(find(Card), 'x', a)").call("t", {"a": ["code"]}).outcome == "unprocessable"
