"""The state below the tools: overlay, digest, forks, dumps."""

from itertools import permutations
from typing import Any

import orjson
import pytest
from builders import world_data
from hypothesis import given
from hypothesis import strategies as st

from gem_sim.errors import SpecError
from gem_sim.worlds.canonical import same
from gem_sim.worlds.load import parse_world
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.state import State, diff
from gem_sim.worlds.world import World

SPEC = parse_world(world_data(), "small")
CARD = SPEC.program.base.tables["Card"]
KEYS = st.sampled_from(["c1", "c2", "c3", "c4"])
WRITES = st.lists(st.tuples(KEYS, st.none() | st.sampled_from([0, 1, 2, "a", [1], None])), max_size=12)


def write(state: State, key: str, x: Any) -> None:
    state.put(CARD, key, CARD.fitted({"card_id": key, "x": x}))


def written(writes: list[tuple[str, Any]]) -> State:
    """A state after writes of x by key; None deletes."""
    state = State(SPEC.program.base)
    for key, x in writes:
        write(state, key, x) if x is not None else state.put(CARD, key, None)
    return state


@given(WRITES, st.sampled_from([0, 1, 2, "a", [1], None]))
def test_finding_by_index_equals_looking_at_every_row(writes: list[tuple[str, Any]], wanted: Any) -> None:
    state = written(writes)
    assert list(state.find(CARD, "x", wanted)) == [row for row in state.rows(CARD) if same(row["x"], wanted)]


@given(WRITES)
def test_the_digest_depends_on_the_rows_alone(writes: list[tuple[str, Any]]) -> None:
    state, fresh = written(writes), State(SPEC.program.base)
    for key in ("c1", "c2"):
        fresh.put(CARD, key, None)
    for row in sorted(state.rows(CARD), key=lambda row: str(row["card_id"]), reverse=True):
        fresh.put(CARD, row["card_id"], row)
    assert state.digest == fresh.digest


@given(WRITES)
def test_what_is_put_back_leaves_no_trace(writes: list[tuple[str, Any]]) -> None:
    state, base = written(writes), State(SPEC.program.base)
    for key in ("c1", "c2", "c3", "c4"):
        state.put(CARD, key, base.get(CARD, key))
    assert (state.digest, state.changed) == (base.digest, {})


def test_the_order_of_writes_does_not_show_in_the_digest() -> None:
    writes = [("c1", 5), ("c2", None), ("c3", 7)]
    assert len({written(list(order)).digest for order in permutations(writes)}) == 1


def test_rows_keep_their_place_when_they_change() -> None:
    assert [row["card_id"] for row in written([("c3", 1), ("c1", 9), ("c4", 2), ("c3", 5)]).rows(CARD)] == ["c1", "c2", "c3", "c4"]


def test_a_fork_and_its_origin_do_not_see_each_other() -> None:
    one = written([("c3", 1)])
    other = one.fork()
    write(other, "c3", 2)
    write(one, "c4", 3)
    assert (one.get(CARD, "c3") or {})["x"] == 1
    assert other.get(CARD, "c4") is None


def test_a_diff_names_inserts_deletes_and_changed_fields() -> None:
    changes = diff(State(SPEC.program.base), written([("c1", 5), ("c2", None), ("c3", 7)]))
    assert [(change["op"], change["key"]) for change in changes] == [("set", "c1"), ("delete", "c2"), ("insert", "c3")]
    assert changes[0]["fields"]["x"] == [1, 5]


def test_a_diff_to_itself_is_empty() -> None:
    assert diff(written([("c1", 5)]), written([("c1", 5)])) == []


def test_a_volatile_field_is_left_out_of_the_digest() -> None:
    data = world_data(entities={"Card": {"key": "id", "fields": {"id": {}, "seen": {"volatile": True}, "x": {}}}}, rows={"Card": [{"id": 1}]})
    state = State(parse_world(data, "w").program.base)
    table = state.base.tables["Card"]
    before = state.digest
    state.put(table, 1, {"id": 1, "seen": 9, "x": None})
    assert state.digest == before
    state.put(table, 1, {"id": 1, "seen": 9, "x": 1})
    assert state.digest != before


def test_a_key_of_several_fields_is_a_tuple() -> None:
    data = world_data(entities={"Seat": {"key": ["row", "place"], "fields": {"row": {}, "place": {}}}}, rows={"Seat": [{"row": 1, "place": "a"}]})
    spec = parse_world(data, "w")
    assert spec.program.base.tables["Seat"].key_of({"row": 1, "place": "a"}) == (1, "a")
    assert spec.start().rows("Seat") == [{"row": 1, "place": "a"}]


def test_a_singleton_has_one_row_from_its_defaults() -> None:
    assert SPEC.start().rows("Session") == [{"user": "u1"}]


def overlaid(spec: WorldSpec) -> World:
    world = spec.start(4)
    world.call("return_tool", {"loan_id": "LN-7001", "damaged": True})
    world.call("lend_tool", {"member_id": "M-301", "tool_id": "T-116", "days": 3})
    return world


def test_a_dump_loads_to_the_same_world_through_json(library: WorldSpec) -> None:
    world = overlaid(library)
    again = library.load(orjson.loads(orjson.dumps(world.dump())))
    assert again.digest == world.digest
    assert orjson.dumps(again.dump()) == orjson.dumps(world.dump())
    assert [again.rows(entity) for entity in library.entities] == [world.rows(entity) for entity in library.entities]


def test_a_dump_of_a_composite_key_loads() -> None:
    entity = {"key": ["row", "place"], "fields": {"row": {}, "place": {}, "free": {}}}
    insert = {"insert": {"Seat": {"row": "2", "place": "'b'"}}}
    about = {"description": "", "parameters": {"type": "object"}, "do": [insert, {"set": {"session.user": "'u2'"}}]}
    spec = parse_world(world_data(entities={"Seat": entity, "Session": {"singleton": True, "fields": {"user": {}}}}, tools={"t": about}, rows={}), "w")
    world = spec.start()
    assert world.call("t", {}).ok
    assert spec.load(orjson.loads(orjson.dumps(world.dump()))).digest == world.digest


def test_a_dump_holds_the_overlay_only(library: WorldSpec) -> None:
    assert library.start(1).dump()["rows"] == []


def test_a_change_from_true_to_one_is_a_change() -> None:
    spec = parse_world(world_data(rows={"Card": [{"card_id": "c1", "x": True}]}), "w")
    state = State(spec.program.base)
    table = spec.program.base.tables["Card"]
    state.put(table, "c1", table.fitted({"card_id": "c1", "x": 1}))
    assert (state.get(table, "c1") or {})["x"] is not True
    assert diff(State(spec.program.base), state)


def test_a_boolean_is_no_key() -> None:
    with pytest.raises(SpecError, match="expected a text or an integer"):
        parse_world(world_data(rows={"Card": [{"card_id": 1}, {"card_id": True}]}), "w")


def test_nobody_outside_can_change_a_row() -> None:
    spec = parse_world(world_data(), "w")
    spec.start().rows("Card")[0]["x"] = "changed"
    assert spec.start().rows("Card")[0]["x"] == 1
