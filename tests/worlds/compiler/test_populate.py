"""Rows of whole worlds: statuses, references, totals, and what of them is filler."""

from typing import Any

import pytest
from builders import TEXT, tool

from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler import CLOCK, compile_world
from gem_sim.worlds.compiler.build import planned
from gem_sim.worlds.compiler.infer import infer
from gem_sim.worlds.compiler.populate import Population, add_labels, populate
from gem_sim.worlds.compiler.status import add_statuses
from gem_sim.worlds.compiler.sums import add_up

INTEGER = {"type": "integer"}
NUMBER = {"type": "number"}


def makes(noun: str, **fields: Any) -> list[ToolSchema]:
    """Tools that create and get things of a noun."""
    key = f"{noun}_id"
    return [tool(f"create_{noun}", fields, list(fields)), tool(f"get_{noun}", {key: TEXT}, [key], "read")]


SHOP = [
    *makes("customer", name=TEXT, email=TEXT),
    *makes("order", customer_id=TEXT, status={"type": "string", "enum": ["open", "paid", "sent"]}, total=NUMBER),
    *makes("order_item", order_id=TEXT, quantity=INTEGER, unit_price=NUMBER),
]


def populated(tools: list[ToolSchema], count: int = 9, seed: int = 1) -> Population:
    model = infer(tools, None)
    plan = planned(model, given=False)
    add_statuses(plan)
    add_labels(model)
    return populate(plan, seed, CLOCK, "", count)


@pytest.fixture(scope="module")
def shop() -> dict[str, list[dict[str, Any]]]:
    return populated(SHOP).rows


def test_every_status_has_rows(shop: dict[str, list[dict[str, Any]]]) -> None:
    assert {row["status"] for row in shop["Order"]} == {"open", "paid", "sent"}


def test_references_hold_and_are_spread(shop: dict[str, list[dict[str, Any]]]) -> None:
    customers = {row["customer_id"] for row in shop["Customer"]}
    assert {row["customer_id"] for row in shop["Order"]} == customers


def test_totals_add_up(shop: dict[str, list[dict[str, Any]]]) -> None:
    for order in shop["Order"]:
        lines = [row for row in shop["OrderItem"] if row["order_id"] == order["order_id"]]
        assert not lines or order["total"] == pytest.approx(sum(row["quantity"] * row["unit_price"] for row in lines), abs=0.01)


def test_a_total_is_that_of_the_lines_within() -> None:
    row = {"total": 1.0, "items": [{"price": 2.5, "quantity": 2}, {"price": 1.0, "quantity": 1}]}
    add_up(row, {})
    assert row["total"] == 6.0


def test_counts_are_those_of_the_rows_that_refer() -> None:
    made = populated([*makes("team", name=TEXT, member_count=INTEGER), *makes("member", name=TEXT, team_id=TEXT)]).rows
    for team in made["Team"]:
        assert team["member_count"] == sum(row["team_id"] == team["team_id"] for row in made["Member"])


def test_what_has_not_happened_has_no_date() -> None:
    order = [tool("list_orders", {"status": {"type": "string", "enum": ["open", "delivered", "cancelled"]}, "delivered_at": TEXT}, [], "read")]
    for row in populated(order).rows["Order"]:
        assert (row["delivered_at"] is None) == (row["status"] != "delivered")


def test_what_nobody_has_cancelled_has_no_reason() -> None:
    status = {"type": "string", "enum": ["open", "cancelled"]}
    tools = [*makes("booking", status=status), tool("cancel_booking", {"booking_id": TEXT, "reason": TEXT}, ["booking_id", "reason"])]
    assert all((row["reason"] is None) == (row["status"] == "open") for row in populated(tools).rows["Booking"])


def test_what_can_be_activated_begins_inactive() -> None:
    tools = [*makes("mandate", name=TEXT), *(tool(f"{verb}_mandate", {"mandate_id": TEXT}, ["mandate_id"]) for verb in ("activate", "cancel"))]
    assert {row["status"] for row in populated(tools).rows["Mandate"]} == {"inactive", "active", "cancelled"}


def test_an_id_called_as_the_key_of_another_entity_is_one() -> None:
    rows = populated([*makes("customer", name=TEXT), tool("list_visits", {"customerId": TEXT}, [], "read")]).rows
    assert {row["customerId"] for row in rows["Visit"]} <= {row["customer_id"] for row in rows["Customer"]}


def test_rows_of_an_unknown_kind_are_called_by_their_sort() -> None:
    tools = makes("quux", argument_type={"type": "string", "enum": ["deductive", "inductive"]})
    assert all(row["name"].startswith(f"{row['argument_type'].capitalize()} quux") for row in populated(tools).rows["Quux"])


def test_what_has_a_name_gets_no_second_one() -> None:
    assert "name" not in populated(makes("project", projectName=TEXT)).rows["Project"][0]


def test_tax_comes_on_top() -> None:
    row = {"subtotal": 10.0, "tax": 2.0, "shipping": 3.0, "total": 99.0}
    add_up(row, {})
    assert row["total"] == 15.0


def test_a_total_that_its_bounds_refuse_stays() -> None:
    row = {"total": 5.0, "price": 4.0, "quantity": 3}
    add_up(row, {"total": {"type": "number", "maximum": 10}})
    assert row["total"] == 5.0


def test_a_minimum_is_not_over_its_maximum() -> None:
    row = {"min_price": 9, "max_price": 3}
    add_up(row, {})
    assert row == {"min_price": 3, "max_price": 9}


def test_whose_a_row_is_by_id_is_whose_it_is_by_email() -> None:
    model = infer([*makes("customer", name=TEXT), *makes("visit", customer_id=TEXT)], None)
    plan = planned(model, given=False)
    model.entities["Visit"].fields["customer_email"] = TEXT
    rows = populate(plan, 1, CLOCK).rows
    names = {row["customer_id"]: row["name"] for row in rows["Customer"]}
    assert all(row["customer_email"].split("@")[0] == names[row["customer_id"]].lower().replace(" ", ".") for row in rows["Visit"])


def test_rows_of_one_kind_refer_to_earlier_ones() -> None:
    rows = populated([*makes("category", parent_category_id=TEXT, name=TEXT)]).rows["Category"]
    keys = [row["category_id"] for row in rows]
    parents = [row["parent_category_id"] for row in rows]
    assert any(parents)
    assert all(parent is None or keys.index(parent) < at for at, parent in enumerate(parents))


def test_rows_that_refer_to_each_other_both_do() -> None:
    rows = populated([*makes("server", snapshot_id=TEXT), *makes("snapshot", server_id=TEXT)]).rows
    assert {row["server_id"] for row in rows["Snapshot"]} <= {row["server_id"] for row in rows["Server"]}
    assert {row["snapshot_id"] for row in rows["Server"]} <= {row["snapshot_id"] for row in rows["Snapshot"]}


def test_lists_of_keys_hold_keys() -> None:
    rows = populated([*makes("member", name=TEXT), *makes("team", name=TEXT, member_ids={"type": "array", "items": TEXT})]).rows
    members = {row["member_id"] for row in rows["Member"]}
    assert all(row["member_ids"] and set(row["member_ids"]) <= members for row in rows["Team"])


def test_names_differ_over_a_thousand_rows() -> None:
    rows = populated([*makes("customer", name=TEXT), *makes("ward", name=TEXT)], 1_000).rows
    assert all(len({row["name"] for row in found}) >= 900 for found in rows.values())


def test_keys_differ_over_a_thousand_rows() -> None:
    found = [row["email"] for row in populated([tool("get_contact", {"email": TEXT}, ["email"], "read")], 1_000).rows["Contact"]]
    assert len(set(found)) == 1_000


def test_the_same_seed_gives_the_same_rows() -> None:
    assert populated(SHOP, seed=4) == populated(SHOP, seed=4)
    assert populated(SHOP, seed=4) != populated(SHOP, seed=5)


def test_the_report_names_filler() -> None:
    tools = makes("ward", name=TEXT, frobnication=TEXT)
    assert compile_world(tools).report.filler == ("Ward.frobnication",)
    assert compile_world(tools, rows={"Ward": [{"ward_id": "W-1", "name": "North"}]}).report.filler == ()
