"""The depot of `depot.yaml` with as many rows as wanted, flat or nested, and the calls that the benchmarks make on it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from gem_sim import WorldSpec
from gem_sim.worlds.load import parse_world

Row = dict[str, Any]
Rows = dict[str, list[Row]]
Call = tuple[str, Row]
STATUS = ("open", "held", "done")
HERE = Path(__file__).parent


def _member(n: int) -> Row:
    return {"member_id": f"M-{n}", "name": f"Member {n}", "status": "active", "credit": 90000.5}


def _flat(count: int) -> Rows:
    """A fifth of the rows are members, each with four bookings."""
    members, bookings = [], []
    for n in range(count // 5):
        members.append(_member(n))
        for at in range(4):
            about = {"status": STATUS[at % 3], "nights": 2, "price": 80.5 + at, "day": f"2026-03-{10 + at}", "note": ""}
            bookings.append({"booking_id": f"B-{4 * n + at}", "member_id": f"M-{n}", "room": f"Room {at}", **about})
    return {"Member": members, "Booking": bookings}


def _nested(count: int) -> Rows:
    """Of ten rows one is a member, two are orders of three lines each, one is a payment."""
    members, orders = [], []
    for n in range(count // 10):
        members.append(_member(n))
        for at in range(2):
            lines = [{"sku": f"S-{n}-{k}", "status": STATUS[k], "count": 1 + k, "price": 4.25 + k, "note": ""} for k in range(3)]
            payments = [{"amount": 15.75, "day": "2026-02-20"}] if at == 0 else []
            about = {"member_id": f"M-{n}", "status": "open", "total": 15.75, "day": "2026-03-05"}
            orders.append({"order_id": f"O-{2 * n + at}", **about, "lines": lines, "payments": payments})
    return {"Member": members, "Order": orders}


@dataclass(frozen=True)
class Shape:
    """One way to keep rows, and the calls that do the same work on either."""

    rows: Callable[[int], Rows]
    get: Call
    note: Callable[[int], Call]
    change: Callable[[int], Call]
    long: Call
    find: Call
    filter: Call
    page: Call
    page_found: Call
    more: dict[str, Call]
    """Reads that only this shape has."""
    plain_row: tuple[str, str]
    """Entity and key of a row that copied objects change."""
    sqlite_table: tuple[str, tuple[str, ...], str]
    """The table that SQLite works on, its key and its indexed column."""


FLAT = Shape(
    rows=_flat,
    get=("get_booking", {"booking_id": "B-12"}),
    note=lambda n: ("note_booking", {"booking_id": f"B-{4 * (n % 16)}", "note": f"late {n}"}),
    change=lambda n: ("move_booking", {"booking_id": "B-20", "day": f"2026-04-{10 + n % 20}"}),
    long=("extend_booking", {"booking_id": "B-24", "nights": 3}),
    find=("list_bookings", {"member_id": "M-7"}),
    filter=("filter_bookings", {"member_id": "M-7", "status": "open"}),
    page=("page_bookings", {}),
    page_found=("page_open_bookings", {"cursor": "10"}),
    more={},
    plain_row=("Booking", "B-12"),
    sqlite_table=("Booking", ("booking_id",), "member_id"),
)
NESTED = Shape(
    rows=_nested,
    get=("get_line", {"order_id": "O-7", "sku": "S-3-1"}),
    note=lambda n: ("note_line", {"order_id": f"O-{2 * (n % 10)}", "sku": f"S-{n % 10}-0", "note": f"late {n}"}),
    change=lambda n: ("change_line", {"order_id": "O-9", "sku": "S-4-0", "count": 5 + n % 20}),
    long=("add_line", {"order_id": "O-10", "sku": "S-new", "count": 3}),
    find=("list_lines", {"sku": "S-7-0"}),
    filter=("filter_lines", {"sku": "S-7-0", "status": "open"}),
    page=("page_lines", {}),
    page_found=("page_open_lines", {"cursor": "10"}),
    more={"get_with_4_rows_inside": ("get_order", {"order_id": "O-7"}), "page_with_35_rows_inside": ("page_orders", {})},
    plain_row=("Order", "O-7"),
    sqlite_table=("Line", ("order_id", "sku"), "sku"),
)
SHAPES = {"flat": FLAT, "nested": NESTED}


def depot(rows: Rows) -> WorldSpec:
    """The depot with these rows, compiled."""
    return parse_world({**yaml.safe_load((HERE / "depot.yaml").read_text(encoding="utf-8")), "rows": rows}, "depot.yaml")


def mixed(shape: Shape, count: int) -> Iterator[Call]:
    """So many calls as an episode makes them: three in five read, two in five write."""
    for n in range(count):
        yield (shape.get, shape.note(n), shape.find, shape.change(n), shape.page)[n % 5]
