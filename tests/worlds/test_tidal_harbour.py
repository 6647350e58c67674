"""The mock in Python that ships: its tides are tides, its state is in order, its errors can be met."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gem_sim import load_mock
from gem_sim.worlds.laws import check
from gem_sim.worlds.plugin.mock import Mock
from gem_sim.worlds.plugin.reading import failure_codes
from gem_sim.worlds.plugin.world import PluginWorld

HARBOUR = load_mock("tidal_harbour")
assert isinstance(HARBOUR, Mock)
OUTCOMES = [(name, code) for name, function in HARBOUR.functions.items() for code in ("ok", *failure_codes(function.run))]
DAYS = st.dates(date(2025, 1, 1), date(2030, 12, 31))


@pytest.fixture
def world() -> PluginWorld:
    return HARBOUR.start(1)


def called(world: Any, tool: str, **arguments: Any) -> Any:
    result = world.call(tool, arguments)
    assert result.ok, result.error
    return result.value


def test_it_keeps_every_law() -> None:
    assert check(HARBOUR, "tidal_harbour") == []


@pytest.mark.parametrize(("tool", "outcome"), OUTCOMES)
def test_every_error_that_stands_in_the_code_can_be_met(world: PluginWorld, tool: str, outcome: str) -> None:
    arguments = world.propose(tool, outcome)
    assert arguments is not None
    assert world.call(tool, arguments).outcome == outcome


def test_the_list_of_errors_is_not_empty() -> None:
    assert ("book_stay", "no_water") in OUTCOMES
    assert ("book_stay", "not_found") in OUTCOMES
    assert len(OUTCOMES) > 30


@given(DAYS)
def test_high_and_low_waters_take_turns_about_six_hours_apart(day: date) -> None:
    table = called(HARBOUR.start(), "tide_table", day=day.isoformat())
    assert 3 <= len(table) <= 5
    for one, other in pairwise(table):
        assert {one["water"], other["water"]} == {"high", "low"}
        gap = datetime.combine(day, time.fromisoformat(other["at"])) - datetime.combine(day, time.fromisoformat(one["at"]))
        assert timedelta(hours=4) < gap < timedelta(hours=8)
        assert (one["level"] > other["level"]) == (one["water"] == "high")


@given(DAYS, st.sampled_from(sorted(HARBOUR.start().rows("boats"), key=str)))
def test_inside_a_window_there_is_water_and_around_it_there_is_not(day: date, boat: dict[str, Any]) -> None:
    world = HARBOUR.start()
    answer = called(world, "gate_windows", boat_id=boat["boat_id"], day=day.isoformat())
    for window in answer["windows"]:
        for edge, step in (("from", -5), ("to", 5)):
            at = datetime.combine(day, time.fromisoformat(window[edge]))
            assert called(world, "tide_at", day=day.isoformat(), at=f"{at:%H:%M}")["level"] >= answer["level_needed"] - 0.01
            beyond = at + timedelta(minutes=step)
            if time(6) <= beyond.time() <= time(22):
                assert called(world, "tide_at", day=day.isoformat(), at=f"{beyond:%H:%M}")["level"] <= answer["level_needed"] + 0.01


def test_springs_and_neaps_take_turns(world: PluginWorld) -> None:
    days = [date(2026, 6, 1) + timedelta(days=days) for days in range(30)]
    ranges = []
    for day in days:
        levels = [turn["level"] for turn in called(world, "tide_table", day=day.isoformat())]
        ranges.append(max(levels) - min(levels))
    assert max(ranges) > 2 * min(ranges)


def test_the_stays_at_the_start_are_stays_that_could_be(world: PluginWorld) -> None:
    boats, slips = ({row[key]: row for row in world.rows(table)} for table, key in (("boats", "boat_id"), ("slips", "slip_id")))
    stays = world.rows("stays")
    assert len(stays) > 20
    for stay in stays:
        boat, slip = boats[stay["boat_id"]], slips[stay["slip_id"]]
        assert boat["length"] <= slip["max_length"]
        assert boat["beam"] <= slip["max_beam"]
        assert slip["power"] or not stay["power"]
        assert stay["fee"] == called(world, "mooring_fee", length=boat["length"], nights=stay["nights"], power=stay["power"])["fee"]


def test_no_slip_is_let_twice(world: PluginWorld) -> None:
    lying = [stay for stay in world.rows("stays") if stay["status"] != "cancelled"]
    for place in ("slip_id", "boat_id"):
        nights = [(stay[place], date.fromisoformat(stay["arrival"]) + timedelta(days=n)) for stay in lying for n in range(stay["nights"])]
        assert len(nights) == len(set(nights))


def test_a_free_slip_can_be_booked_in_a_window_and_is_taken_then(world: PluginWorld) -> None:
    day, boat = "2026-07-02", "BT-201"
    windows = called(world, "gate_windows", boat_id=boat, day=day)["windows"]
    free = called(world, "free_slips", boat_id=boat, arrival=day, nights=3)["items"]
    inside = next(slip for slip in free if slip["pontoon"] != "plover")
    stay = called(world, "book_stay", boat_id=boat, slip_id=inside["slip_id"], arrival=day, at=windows[0]["from"], nights=3)
    assert inside not in called(world, "free_slips", boat_id=boat, arrival=day, nights=3)["items"]
    called(world, "cancel_stay", stay_id=stay["stay_id"])
    assert inside in called(world, "free_slips", boat_id=boat, arrival=day, nights=3)["items"]


@pytest.mark.parametrize("day", ["0001-01-01", "2024-12-31", "2031-01-01", "9999-12-31"])
def test_there_are_no_tides_beyond_the_tables(world: PluginWorld, day: str) -> None:
    for tool, arguments in (("tide_at", {"at": "12:00"}), ("tide_table", {}), ("gate_windows", {"boat_id": "BT-201"})):
        assert world.call(tool, {"day": day, **arguments}).outcome == "out_of_tables"
    assert world.call("free_slips", {"arrival": day, "boat_id": "BT-201", "nights": 2}).outcome == "out_of_tables"
