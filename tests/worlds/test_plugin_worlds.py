"""Worlds in Python: calls, what they keep, what they refuse, and whose fault an exception is."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator

from gem_sim import Mock, ToolFailure, WorldSpec
from gem_sim.errors import InputError, MockFailure, SpecError
from gem_sim.worlds.plugin.world import PluginWorld
from gem_sim.worlds.world import World

Text = Annotated[str, "Text"]
Number = Annotated[int, "Number"]


class Mood(Enum):
    CALM = "calm"


def even(number: int) -> int:
    if number % 2:
        raise ValueError("an odd number")
    return number


def garden() -> Mock:
    """Beds in a table, a log, a season, a tank."""
    beds = {"B-1": {"bed_id": "B-1", "name": "North", "litres": 3}, "B-2": {"bed_id": "B-2", "name": "South", "litres": 30}}
    mock = Mock("garden", clock="2026-05-01T08:00:00", state={"beds": beds, "log": [], "season": {"name": "spring", "year": 2026}, "tank": 40})

    @mock.tool
    def water(state, ctx, bed_id: Text, litres: Number = 5) -> dict:
        """Water a bed."""
        bed = state["beds"].get(bed_id)
        if bed is None:
            raise ToolFailure("not_found", f"There is no bed {bed_id}")
        bed["litres"] += litres
        state["tank"] -= litres
        state["log"].append({"bed_id": bed_id, "at": ctx.now})
        if state["tank"] < 0:
            raise ToolFailure("conflict", "The tank is empty")
        return bed

    @mock.tool
    def dig(state, ctx, name: Text) -> dict:
        """Dig a new bed."""
        made = {"bed_id": ctx.next_id("B-"), "name": name, "litres": 0}
        state["beds"][made["bed_id"]] = made
        return made

    @mock.tool
    def fill(state, bed_id: Text) -> None:
        """Fill a bed in."""
        del state["beds"][bed_id]

    @mock.tool
    def turn(state, ctx) -> dict:
        """Begin the next season."""
        state["season"] |= {"name": "summer", "since": ctx.today, "mood": Mood.CALM}
        return state["season"]

    @mock.tool(kind="read")
    def peek(state, bed_id: Text) -> dict:
        """Look at a bed, and leave a footprint."""
        state["beds"][bed_id]["litres"] = 0
        return state["beds"][bed_id]

    @mock.tool(kind="read")
    def guess(state, ctx, number: Annotated[int, "Number", AfterValidator(even)]) -> list[int]:  # noqa: ARG001
        """Guess some numbers."""
        return [ctx.random.randrange(1000) for _ in range(number)]

    return mock


GARDEN = garden()


@pytest.fixture
def world() -> PluginWorld:
    return GARDEN.start(1)


def test_a_mock_in_python_is_a_world_spec_and_its_world_a_world(world: PluginWorld) -> None:
    assert isinstance(GARDEN, WorldSpec)
    assert isinstance(world, World)
    assert GARDEN.tools["water"].parameters["required"] == ["bed_id"]
    assert (GARDEN.tools["peek"].kind, GARDEN.tools["peek"].side) == ("read", "assistant")


def test_a_write_is_kept_where_it_succeeds(world: PluginWorld) -> None:
    result = world.call("water", {"bed_id": "B-1", "litres": 7})
    assert result.value == {"bed_id": "B-1", "name": "North", "litres": 10}
    assert result.diff == [
        {"entity": "beds", "key": "B-1", "op": "set", "fields": {"litres": [3, 10]}},
        {"entity": "log", "key": 0, "op": "insert", "row": {"place": 0, "bed_id": "B-1", "at": "2026-05-01T08:00:00"}},
        {"entity": "tank", "key": [], "op": "set", "fields": {"value": [40, 33]}},
    ]
    assert GARDEN.start(1).diff(world) == result.diff


def test_a_failed_call_leaves_the_world_as_it_was(world: PluginWorld) -> None:
    before = world.dump()
    assert world.call("water", {"bed_id": "B-1", "litres": 41}).content() == {"error": {"code": "conflict", "message": "The tank is empty"}}
    assert world.call("water", {"bed_id": "B-9"}).outcome == "not_found"
    assert world.dump() == before


def test_what_a_read_does_to_its_copy_is_lost_but_can_be_seen(world: PluginWorld) -> None:
    before = world.digest
    assert world.call("peek", {"bed_id": "B-1"}).value["litres"] == 0
    assert world.digest == before
    assert world.touched("peek", {"bed_id": "B-1"}) == [{"entity": "beds", "key": "B-1", "op": "set", "fields": {"litres": [3, 0]}}]
    assert world.touched("guess", {"number": 2}) == []


WRONG: list[tuple[Any, Any, str]] = [
    ("nothing", {}, "unknown_tool"),
    (["water"], {}, "unknown_tool"),
    ("water", {}, "invalid_arguments"),
    ("water", [], "invalid_arguments"),
    ("water", {"bed_id": 1}, "invalid_arguments"),
    ("water", {"bed_id": "B-1", "litres": "5"}, "invalid_arguments"),
    ("water", {"bed_id": "B-1", "litres": math.nan}, "invalid_arguments"),
    ("water", {"bed_id": "B-1", "more": 1}, "invalid_arguments"),
    ("guess", {"number": 3}, "invalid_arguments"),
]


@pytest.mark.parametrize(("tool", "arguments", "code"), WRONG)
def test_wrong_calls_are_errors_of_the_call(world: PluginWorld, tool: Any, arguments: Any, code: str) -> None:
    assert world.call(tool, arguments).outcome == code


def test_rows_are_inserted_changed_and_deleted(world: PluginWorld) -> None:
    made = world.call("dig", {"name": "East"}).value["bed_id"]
    assert world.rows("beds")[-1] == {"bed_id": made, "name": "East", "litres": 0}
    gone = world.call("fill", {"bed_id": made})
    assert gone.diff == [{"entity": "beds", "key": made, "op": "delete", "row": {"bed_id": made, "name": "East", "litres": 0}}]
    assert world.digest == GARDEN.start(1).digest


def test_dates_and_enumerations_are_kept_as_text(world: PluginWorld) -> None:
    result = world.call("turn", {})
    assert result.value == {"name": "summer", "year": 2026, "since": "2026-05-01", "mood": "calm"}
    assert result.diff[0]["fields"] == {"name": ["spring", "summer"], "since": [None, "2026-05-01"], "mood": [None, "calm"]}
    assert world.call("turn", {}).diff == []


def test_the_clock_moves_with_writes_and_ids_and_chance_with_the_seed(world: PluginWorld) -> None:
    world.call("water", {"bed_id": "B-1", "litres": 1})
    assert world.call("water", {"bed_id": "B-1", "litres": 1}).diff[1]["row"]["at"] == "2026-05-01T08:01:00"
    other = GARDEN.start(2)
    assert GARDEN.start(1).call("dig", {"name": "x"}).value != other.call("dig", {"name": "x"}).value
    assert GARDEN.start(1).call("guess", {"number": 4}).value != GARDEN.start(2).call("guess", {"number": 4}).value
    assert GARDEN.start(1).call("guess", {"number": 4}).value == GARDEN.start(1).call("guess", {"number": 4}).value


def test_a_drawn_id_is_no_key_of_any_table(world: PluginWorld) -> None:
    first = world.call("dig", {"name": "x"}).value["bed_id"]
    taken = Mock("taken", state={"old": {first: {}}})

    @taken.tool
    def dig(state, ctx) -> str:  # noqa: ARG001
        """Draw an id."""
        return ctx.next_id("B-")

    assert taken.start(1).call("dig", {}).value == f"B-{int(first[2:]) + 1}"


def faulty(spoil: Callable[[Any], Any], **state: Any) -> PluginWorld:
    mock = Mock("faulty", state={"beds": {"B-1": {"bed_id": "B-1"}}, "log": [1], "season": {"a": 1}, **state})

    @mock.tool
    def spoiled(state):
        """Do it wrong."""
        return spoil(state)

    return mock.start()


def loop(state: Any) -> None:
    state["log"].append(state["log"])


FAULTS: list[tuple[Callable[[Any], Any], str]] = [
    (lambda state: state["nowhere"], "KeyError: 'nowhere' (line "),
    (lambda _: {"a", "b"}, "answers with a set that is not a JSON value"),
    (lambda _: math.inf, "answers with a number that is not finite"),
    (lambda _: ["x" * 1000] * 300, "answers with more than 200000 bytes"),
    (lambda state: state.update(more=1), "leaves a state with other entries than at the start: more"),
    (lambda state: state.pop("log"), "leaves a state with other entries than at the start: log"),
    (lambda state: state["beds"].update(B=3), "leaves state['beds'] wrong: expected an object of objects"),
    (lambda state: state["beds"].update(B={}), "the row 'B' does not hold its key in 'bed_id'"),
    (lambda state: state["beds"].update({7: {"bed_id": 7}}), "object key 7 that is not a string"),
    (lambda state: state.update(log={}), "leaves state['log'] wrong: expected a list"),
    (lambda state: state.update(season=None), "leaves state['season'] wrong: expected an object"),
    (lambda state: state["season"].update(a=object()), "leaves state['season'] with a object that is not a JSON value"),
    (lambda state: state["season"].update(a=math.nan), "leaves state['season'] with a number"),
    (loop, "leaves state['log'] with a value that holds itself"),
    (lambda _: (_ for _ in ()).throw(ToolFailure("Bad Code", "x")), "ValueError: error code 'Bad Code'"),
]


@pytest.mark.parametrize(("spoil", "expected"), FAULTS, ids=lambda value: value[:40] if isinstance(value, str) else "")
def test_a_fault_of_the_mock_is_raised_and_names_mock_and_tool(spoil: Callable[[Any], Any], expected: str) -> None:
    world = faulty(spoil)
    before = world.dump()
    with pytest.raises(MockFailure, match=r"^mock faulty, tool spoiled: ") as caught:
        world.call("spoiled", {})
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)
    assert world.dump() == before


def test_true_in_the_place_of_one_is_a_change() -> None:
    result = faulty(lambda state: state["season"].update(a=True)).call("spoiled", {})
    assert result.diff == [{"entity": "season", "key": [], "op": "set", "fields": {"a": [1, True]}}]


def test_another_spelling_of_a_number_is_no_change() -> None:
    assert faulty(lambda state: state["season"].update(a=1.0)).call("spoiled", {}).diff == []


def test_a_long_error_message_is_cut() -> None:
    def complain(_: Any) -> None:
        raise ToolFailure("long", "x" * 5000)

    error = faulty(complain).call("spoiled", {}).error
    assert error is not None
    assert len(error["message"]) == 1000


def test_nothing_handed_out_leads_back_into_the_state(world: PluginWorld) -> None:
    result = world.call("water", {"bed_id": "B-1"})
    before = world.dump()
    result.value["litres"] = result.diff[1]["row"]["bed_id"] = world.rows("beds")[0]["name"] = "spoilt"
    world.dump()["state"]["log"].append("spoilt")
    assert world.dump() == before


def test_a_dump_is_what_differs_and_loads_again(world: PluginWorld) -> None:
    assert world.dump()["state"] == {}
    world.call("dig", {"name": "East"})
    dump = json.loads(json.dumps(world.dump()))
    assert set(dump["state"]) == {"beds"}
    again = GARDEN.load(dump)
    assert (again.digest, again.dump()) == (world.digest, world.dump())
    assert again.call("dig", {"name": "West"}) == world.call("dig", {"name": "West"})


def test_a_dump_of_another_mock_is_refused(world: PluginWorld) -> None:
    with pytest.raises(InputError, match="not one of faulty"):
        faulty(lambda _: None).spec.load({**world.dump(), "state": {"tank": 1}})


def test_worlds_of_different_mocks_cannot_be_compared(world: PluginWorld, library: WorldSpec) -> None:
    with pytest.raises(InputError, match="cannot be compared"):
        world.diff(library.start())


def test_the_digest_of_a_mock_is_over_what_is_data() -> None:
    assert GARDEN.digest == garden().digest
    assert len({Mock("m").digest, Mock("n").digest, Mock("m", version="2").digest, Mock("m", state={"a": 1}).digest, Mock("m", policy="p").digest}) == 5
    mock = Mock("m")
    before = mock.digest

    @mock.tool
    def more(state):
        """Do more."""

    assert mock.digest != before


def test_entities_are_read_off_the_state() -> None:
    state = {
        "boats": {"B-1": {"boat_id": "B-1", "length": 3}, "B-2": {"boat_id": "B-2", "length": 3.5}},
        "stays": {"S-1": {"boat_id": "B-2", "nights": None}},
        "log": [],
        "tank": 4,
    }
    entities = Mock("m", state=state).entities
    assert {name: about.keys for name, about in entities.items()} == {"boats": ("boat_id",), "stays": ("key",), "log": ("place",), "tank": ()}
    assert entities["stays"].fields["boat_id"].ref == "boats"
    assert entities["boats"].fields["length"].type == "number"
    assert Mock("m", state=state).start().rows("stays") == [{"key": "S-1", "boat_id": "B-2", "nights": None}]


BAD: list[tuple[dict[str, Any], str]] = [
    ({"state": {"a b": 1}}, "mock m: state.a b: expected a name"),
    ({"state": [1]}, "mock m: state: expected an object"),
    ({"state": {"a": {1, 2}}}, "mock m: state.a: set is not a JSON value"),
    ({"state": {"a": {"x": {"key": "y"}}}}, "mock m: state.a: a row holds a field 'key'"),
    ({"state": {"a": [{"place": 3}]}}, "mock m: state.a: rows of a list are told apart by their 'place'"),
    ({"clock": "today"}, "mock m: clock: expected a time without zone"),
    ({"rules": [{"id": "r1"}]}, "mock m: rules.0.text"),
    ({"rules": [{"id": "r1", "text": "x", "tools": ["fly"]}]}, "mock m: rules.r1.tools: no tool 'fly'"),
    ({"unused": {"fly.far": "x"}}, "mock m: unused.fly.far: expected tool.parameter"),
]


@pytest.mark.parametrize(("parts", "expected"), BAD, ids=lambda value: value[:50] if isinstance(value, str) else "")
def test_a_mock_that_does_not_hold_together_is_refused(parts: dict[str, Any], expected: str) -> None:
    with pytest.raises(SpecError) as caught:
        Mock("m", **parts).start()
    assert str(caught.value).startswith(expected)


def test_answers_cannot_be_told_to_functions(world: PluginWorld) -> None:
    with pytest.raises(InputError, match="computes its answers"):
        world.tell("peek", {}, 1)


OUTCOMES = [("water", "ok"), ("water", "not_found"), ("water", "conflict"), ("dig", "ok"), ("turn", "ok"), ("water", "invalid_arguments")]


@pytest.mark.parametrize(("tool", "outcome"), OUTCOMES)
def test_outcomes_are_proposed(world: PluginWorld, tool: str, outcome: str) -> None:
    before = world.dump()
    arguments = world.propose(tool, outcome)
    assert world.dump() == before
    assert arguments is not None
    assert arguments == GARDEN.start(1).propose(tool, outcome)
    assert world.call(tool, arguments).outcome == outcome


def test_an_outcome_that_no_call_has_is_not_proposed(world: PluginWorld) -> None:
    assert world.propose("dig", "conflict") is None
    assert world.propose("nothing") is None


CALLS = st.lists(
    st.one_of(
        st.tuples(st.just("water"), st.fixed_dictionaries({"bed_id": st.sampled_from(["B-1", "B-2", "B-3"]), "litres": st.integers(-2, 20)})),
        st.tuples(st.just("dig"), st.fixed_dictionaries({"name": st.text(max_size=3)})),
        st.tuples(st.just("turn"), st.just({})),
        st.tuples(st.just("peek"), st.just({"bed_id": "B-1"})),
    ),
    max_size=10,
)


@given(CALLS)
def test_the_same_calls_give_the_same_bytes_with_dumps_and_forks_between(calls: list[tuple[str, dict[str, Any]]]) -> None:
    one, other = GARDEN.start(3), GARDEN.start(3)
    for name, arguments in calls:
        other.fork().call("dig", {"name": "elsewhere"})
        other = GARDEN.load(json.loads(json.dumps(other.dump())))
        before = one.digest
        result = one.call(name, arguments)
        assert other.call(name, arguments) == result
        assert one.digest == other.digest
        assert bool(result.diff) == (one.digest != before)


def test_values_that_functions_are_handed_are_those_of_the_clock() -> None:
    seen: list[Any] = []
    mock = Mock("m", clock="2026-05-01T08:00:00")

    @mock.tool
    def look(state, ctx) -> None:  # noqa: ARG001
        """Look at the clock."""
        seen.extend([ctx.now, ctx.today])

    mock.start().call("look", {})
    assert seen == [datetime(2026, 5, 1, 8), date(2026, 5, 1)]  # noqa: DTZ001
