"""A small harbour behind a sill: boats come in only while the tide stands high enough over it.

It takes a mock in Python because of the tides: a sum of cosines, searched for turns and windows, is more than the world
language says.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from gem_sim import Mock, ToolFailure
from gem_sim.worlds.plugin.context import Context

from . import tides

CLEARANCE = 0.4
"""Water under the keel that the harbour asks for, at the sill and in a slip."""
TABLES = date(2025, 1, 1), date(2030, 12, 31)
"""The tide tables of the office; a stay may end a little later."""
LONGEST = 14
AHEAD = 90
PER_METRE, PER_NIGHT_POWER, WEEK_DISCOUNT = Decimal("2.80"), Decimal("4.50"), Decimal("0.9")

State = dict[str, Any]
Row = dict[str, Any]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Limit = Annotated[int | None, Field(ge=1, le=10)]
Nights = Annotated[int, Field(ge=1, le=60)]


def rule(name: str, kind: str, text: str, *tools: str) -> Row:
    """A rule that tools enforce."""
    return {"id": name, "kind": kind, "text": text, "tools": tools, "enforced_by": "tool"}


mock = Mock(
    "tidal_harbour",
    description="The office of a small harbour that boats enter over a sill at high water.",
    clock="2026-06-08T07:30:00",
    state=json.loads(Path(__file__).with_name("state.json").read_text(encoding="utf-8")),
    rules=[
        rule("r1", "limit", "A boat has to fit its slip in length and beam", "book_stay"),
        rule("r2", "limit", "There have to be 0.4 m of water under the keel, at the sill and in the slip", "book_stay"),
        rule("r3", "precondition", "A boat has to be insured until the day it leaves", "book_stay", "extend_stay"),
        rule("r4", "limit", "A stay is 14 nights at most", "book_stay", "extend_stay", "free_slips"),
        rule("r5", "limit", "A stay can be booked up to 90 days ahead", "book_stay"),
        rule("r6", "limit", "A stay can be cancelled until the day before it begins", "cancel_stay"),
        rule("r7", "confirmation", "Cancelling a stay gives the slip away; ask the owner to confirm first", "cancel_stay")
        | {"enforced_by": "assistant", "check": {"kind": "confirm"}},
    ],
)


def row(state: State, table: str, key: str) -> Row:
    """A row by its key, or the error that there is none."""
    if key not in state[table]:
        raise ToolFailure("not_found", f"There is no {table.removesuffix('s')} {key}")
    found: Row = state[table][key]
    return found


def check_tables(day: date) -> None:
    """Refuse days for which the office has no tides."""
    if not TABLES[0] <= day <= TABLES[1]:
        raise ToolFailure("out_of_tables", f"The tide tables run from {TABLES[0].year} to {TABLES[1].year}")


def departure(stay: Row) -> date:
    """The day on which a stay ends."""
    return date.fromisoformat(stay["arrival"]) + timedelta(days=stay["nights"])


def taken(state: State, start: date, end: date, **same: str) -> bool:
    """Whether a stay with these values lies between two days, the last night not counted."""
    stays = (stay for stay in state["stays"].values() if stay["status"] in ("booked", "moored") and all(stay[name] == value for name, value in same.items()))
    return any(date.fromisoformat(stay["arrival"]) < end and start < departure(stay) for stay in stays)


def lowest_tide(state: State, start: date, end: date) -> float:
    """The lowest level of the sea between two days."""
    return tides.lowest(state, datetime.combine(start, time()), datetime.combine(end, time()))


def has_water(boat: Row, slip: Row, lowest: float) -> bool:
    """Whether a boat floats in a slip at all times: the basin holds its level, the outer pontoon goes down with the tide."""
    return bool(slip["depth"] + (lowest if slip["pontoon"] == "plover" else 0) >= boat["draught"] + CLEARANCE)


def fee_of(length: float, nights: int, *, power: bool) -> float:
    """What a stay costs."""
    berth = Decimal(str(length)) * PER_METRE * nights * (WEEK_DISCOUNT if nights >= 7 else 1)
    return float((berth + (PER_NIGHT_POWER * nights if power else 0)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def fits(boat: Row, slip: Row) -> bool:
    """Whether a slip is long and wide enough."""
    return bool(boat["length"] <= slip["max_length"] and boat["beam"] <= slip["max_beam"])


def check_length_of_stay(boat: Row, start: date, nights: int) -> None:
    """Refuse stays that are too long, or that outlast the insurance."""
    if nights > LONGEST:
        raise ToolFailure("limit", f"A stay is {LONGEST} nights at most")
    if start + timedelta(days=nights) > date.fromisoformat(boat["insured_until"]):
        raise ToolFailure("not_insured", f"{boat['name']} is insured until {boat['insured_until']} only")


@mock.tool(kind="read")
def find_boats(state: State, ctx: Context, query: str, limit: Limit = None, cursor: str | None = None) -> dict[str, Any]:
    """Find boats by words in the name of the boat or of its owner.

    Args:
        query: Words of the name of the boat or the owner
        limit: Boats on a page
        cursor: Value of next_cursor of the page before
    """
    words = query.lower().split()
    found = [boat for boat in state["boats"].values() if all(word in f"{boat['name']} {boat['owner']}".lower() for word in words)]
    return ctx.page(found, limit, cursor)


@mock.tool(kind="read")
def get_boat(state: State, boat_id: str) -> dict[str, Any]:
    """Show one boat with its owner, its measures in metres and its insurance.

    Args:
        boat_id: Id of the boat
    """
    return row(state, "boats", boat_id)


@mock.tool(kind="read")
def list_slips(
    state: State,
    ctx: Context,
    pontoon: Literal["heron", "tern", "plover"] | None = None,
    min_length: float | None = None,
    query: str | None = None,
    limit: Limit = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    """List the slips. Heron and Tern lie in the basin behind the sill, Plover outside it.

    Args:
        pontoon: Only slips at this pontoon
        min_length: Only slips for boats of at least this length in metres
        query: Words in the name of the slip
        limit: Slips on a page
        cursor: Value of next_cursor of the page before
    """
    found = [
        slip
        for slip in state["slips"].values()
        if (pontoon is None or slip["pontoon"] == pontoon)
        and (min_length is None or slip["max_length"] >= min_length)
        and all(word in slip["name"].lower() for word in (query or "").lower().split())
    ]
    return ctx.page(found, limit, cursor)


@mock.tool(kind="read")
def list_stays(state: State, ctx: Context, boat_id: str, status: Literal["booked", "moored", "left", "cancelled"] | None = None) -> dict[str, Any]:
    """List the stays of a boat, the latest first.

    Args:
        boat_id: Id of the boat
        status: Only stays with this status
    """
    row(state, "boats", boat_id)
    found = [stay for stay in state["stays"].values() if stay["boat_id"] == boat_id and status in (None, stay["status"])]
    return ctx.page(sorted(found, key=lambda stay: stay["arrival"], reverse=True))


@mock.tool(kind="read")
def tide_at(state: State, day: date, at: Clock) -> dict[str, Any]:
    """The level of the sea at a time, in metres above chart datum.

    Args:
        day: Day
        at: Time of day, such as 14:30
    """
    check_tables(day)
    when = datetime.combine(day, time.fromisoformat(at))
    here, soon = tides.level(state, when), tides.level(state, when + timedelta(minutes=1))
    return {"day": day, "at": at, "level": round(here, 2), "rising": soon > here}


@mock.tool(kind="read")
def tide_table(state: State, day: date) -> list[dict[str, Any]]:
    """The high and low waters of a day.

    Args:
        day: Day
    """
    check_tables(day)
    return [{"water": water, "at": f"{when:%H:%M}", "level": round(level, 2)} for water, when, level in tides.turns(state, day)]


@mock.tool(kind="read")
def gate_windows(state: State, boat_id: str, day: date) -> dict[str, Any]:
    """The times of a day at which a boat can pass the gate over the sill.

    Args:
        boat_id: Id of the boat
        day: Day
    """
    boat = row(state, "boats", boat_id)
    check_tables(day)
    needed = state["harbour"]["sill"] + boat["draught"] + CLEARANCE
    found = [{"from": f"{start:%H:%M}", "to": f"{end:%H:%M}"} for start, end in tides.windows(state, day, needed)]
    return {"boat_id": boat_id, "day": day, "level_needed": round(needed, 2), "windows": found}


@mock.tool(kind="read")
def free_slips(state: State, ctx: Context, boat_id: str, arrival: date, nights: Nights, cursor: str | None = None) -> dict[str, Any]:
    """The slips that a boat fits into and that are free for all nights of a stay.

    Args:
        boat_id: Id of the boat
        arrival: First day of the stay
        nights: Number of nights
        cursor: Value of next_cursor of the page before
    """
    boat = row(state, "boats", boat_id)
    check_tables(arrival)
    if nights > LONGEST:
        raise ToolFailure("limit", f"A stay is {LONGEST} nights at most")
    end = arrival + timedelta(days=nights)
    lowest = lowest_tide(state, arrival, end)
    found = [
        slip
        for slip in state["slips"].values()
        if slip["status"] == "open" and fits(boat, slip) and not taken(state, arrival, end, slip_id=slip["slip_id"]) and has_water(boat, slip, lowest)
    ]
    return ctx.page(found, cursor=cursor)


@mock.tool(kind="compute")
def mooring_fee(length: Annotated[float, Field(gt=0, le=30)], nights: Annotated[int, Field(ge=1, le=LONGEST)], power: bool = False) -> dict[str, float]:
    """What a stay costs: by length and nights, a tenth less from seven nights on, shore power on top.

    Args:
        length: Length of the boat in metres
        nights: Number of nights
        power: Whether shore power is wanted
    """
    return {"fee": fee_of(length, nights, power=power)}


@mock.tool
def book_stay(state: State, ctx: Context, boat_id: str, slip_id: str, arrival: date, at: Clock, nights: Nights, power: bool = False) -> dict[str, Any]:
    """Book a slip for a boat.

    Args:
        boat_id: Id of the boat
        slip_id: Id of the slip
        arrival: First day of the stay
        at: Time of arrival, such as 14:30; boats for the basin can pass the gate only while there is water over the sill
        nights: Number of nights
        power: Whether shore power is wanted
    """
    boat, slip = row(state, "boats", boat_id), row(state, "slips", slip_id)
    if not 0 <= (arrival - ctx.today).days <= AHEAD:
        raise ToolFailure("out_of_season", f"Stays begin between today and {AHEAD} days from now")
    end = arrival + timedelta(days=nights)
    check_length_of_stay(boat, arrival, nights)
    if slip["status"] != "open":
        raise ToolFailure("closed", f"{slip['name']} is closed")
    if not fits(boat, slip):
        raise ToolFailure(
            "too_large", f"{boat['name']} is {boat['length']} by {boat['beam']} m; {slip['name']} takes {slip['max_length']} by {slip['max_beam']}"
        )
    if power and not slip["power"]:
        raise ToolFailure("no_power", f"{slip['name']} has no shore power")
    if taken(state, arrival, end, slip_id=slip_id) or taken(state, arrival, end, boat_id=boat_id):
        raise ToolFailure("conflict", "The slip is taken, or the boat lies elsewhere, for a part of these nights")
    if not has_water(boat, slip, lowest_tide(state, arrival, end)):
        raise ToolFailure("too_shallow", f"{slip['name']} is too shallow for {boat['draught']} m of draught at low water")
    when = datetime.combine(arrival, time.fromisoformat(at))
    passable = tides.windows(state, arrival, state["harbour"]["sill"] + boat["draught"] + CLEARANCE)
    if slip["pontoon"] != "plover" and not any(start <= when <= until for start, until in passable):
        raise ToolFailure("no_water", f"{boat['name']} cannot pass the gate at {at} on that day")
    made = {"stay_id": ctx.next_id("ST-"), "boat_id": boat_id, "slip_id": slip_id, "arrival": arrival, "at": at, "nights": nights, "power": power}
    made |= {"fee": fee_of(boat["length"], nights, power=power), "status": "booked"}
    state["stays"][made["stay_id"]] = made
    return made


@mock.tool
def extend_stay(state: State, stay_id: str, nights: Nights) -> dict[str, Any]:
    """Add nights to a stay.

    Args:
        stay_id: Id of the stay
        nights: Number of nights to add
    """
    stay = row(state, "stays", stay_id)
    boat, end = row(state, "boats", stay["boat_id"]), departure(stay)
    if stay["status"] not in ("booked", "moored"):
        raise ToolFailure("ended", f"The stay is {stay['status']}")
    check_length_of_stay(boat, date.fromisoformat(stay["arrival"]), stay["nights"] + nights)
    if taken(state, end, end + timedelta(days=nights), slip_id=stay["slip_id"]) or taken(state, end, end + timedelta(days=nights), boat_id=stay["boat_id"]):
        raise ToolFailure("conflict", "The slip is taken, or the boat lies elsewhere, for a part of these nights")
    stay["nights"] += nights
    stay["fee"] = fee_of(boat["length"], stay["nights"], power=stay["power"])
    return stay


@mock.tool
def cancel_stay(state: State, ctx: Context, stay_id: str) -> dict[str, Any]:
    """Cancel a stay that has not begun.

    Args:
        stay_id: Id of the stay
    """
    stay = row(state, "stays", stay_id)
    if stay["status"] != "booked":
        raise ToolFailure("ended", f"The stay is {stay['status']}")
    if date.fromisoformat(stay["arrival"]) <= ctx.today:
        raise ToolFailure("too_late", "A stay can be cancelled until the day before it begins")
    stay["status"] = "cancelled"
    return stay
