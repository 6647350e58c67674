"""A bike shop: tools and a dump of its tables, nothing else."""

import json
from pathlib import Path

import pytest

from gem_sim import World
from gem_sim.owntools import compile_own

TOOLS = Path(__file__).resolve().parents[3] / "examples" / "tools"
SHOP = json.loads((TOOLS / "repairs" / "shop.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def made():
    return compile_own(TOOLS / "repairs.json", rows=TOOLS / "repairs")


@pytest.fixture
def shop(made) -> World:
    return made.spec.start()


def outcome(world: World, tool: str, **arguments: object) -> str:
    return world.call(tool, arguments).outcome


def job(world: World, number: str) -> dict:
    return world.call("get_job_details", {"job_id": number}).value


@pytest.mark.parametrize("row", SHOP["jobs"], ids=lambda row: row["number"])
def test_a_row_is_shown_as_it_was_given(shop, row):
    assert job(shop, row["number"]) == row


def test_a_row_is_found_by_another_column(shop):
    assert shop.call("find_customer_id_by_email", {"email": "ines@example.org"}).value == 3
    assert outcome(shop, "find_customer_id_by_email", email="nobody@example.org") == "not_found"


def test_a_list_goes_as_its_description_says(shop):
    listed = shop.call("list_jobs", {"customer_id": 1}).value["items"]
    assert [row["number"] for row in listed] == ["J-103", "J-100"]


def test_a_list_asked_for_by_an_unknown_key_is_refused(shop):
    assert outcome(shop, "list_jobs", customer_id=9) == "not_found"


def test_the_status_in_the_name_of_a_tool_is_what_it_needs(shop):
    assert outcome(shop, "cancel_open_job", job_id="J-101", reason="too expensive") == "conflict"
    assert shop.call("cancel_open_job", {"job_id": "J-100", "reason": "too expensive"}).ok
    assert {"status": "cancelled", "cancel_reason": "too expensive"}.items() <= job(shop, "J-100").items()


def test_values_that_a_text_quotes_are_the_ones_allowed(shop):
    assert outcome(shop, "cancel_open_job", job_id="J-100", reason="no idea") == "invalid"


def test_a_description_says_which_status_comes_next(shop):
    assert shop.call("collect_done_job", {"job_id": "J-101"}).ok
    assert job(shop, "J-101")["status"] == "collected"
    assert outcome(shop, "collect_done_job", job_id="J-101") == "conflict"


def test_a_key_of_a_nested_row_is_looked_for_with_the_owner_of_the_row(shop):
    assert outcome(shop, "collect_done_job", job_id="J-103", voucher_id="V-80") == "not_found"
    assert outcome(shop, "collect_done_job", job_id="J-103", voucher_id="V-70") == "ok"


def test_rows_that_have_one_owner_in_the_data_need_one_in_a_call(shop):
    assert outcome(shop, "create_job", customer_id=1, bike_id="B-13", wanted_on="2026-03-09") == "forbidden"
    assert outcome(shop, "create_job", customer_id=2, bike_id="B-13", wanted_on="2026-03-09") == "ok"


def test_a_new_row_goes_on_counting_and_begins_like_others(shop):
    new = shop.call("create_job", {"customer_id": 2, "bike_id": "B-13", "wanted_on": "2026-03-09"}).value
    assert (new["number"], new["status"], new["opened_on"]) == ("J-105", "open", "2026-03-02")


def test_days_are_written_as_in_the_rows(shop):
    assert outcome(shop, "create_job", customer_id=2, bike_id="B-13", wanted_on="Monday") == "invalid"


def swap(world: World, number: str, old: list[str], new: list[str]) -> str:
    return outcome(world, "swap_open_job_parts", job_id=number, part_numbers=old, new_part_numbers=new)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (["CH-1"], ["CH-2"], "ok"),
        (["CH-2"], ["CH-1"], "not_found"),
        (["CH-1", "CH-1"], ["CH-2", "CH-2"], "not_found"),
        (["CH-1"], ["CH-9"], "not_found"),
        (["CH-1"], ["CH-2", "TY-2"], "invalid"),
        (["CH-1"], ["TY-2"], "invalid"),
        (["CH-1"], ["CH-3"], "unavailable"),
        ([], [], "invalid"),
    ],
)
def test_nested_rows_are_swapped_for_what_fits(shop, old, new, expected):
    assert swap(shop, "J-100", old, new) == expected


def test_a_row_may_be_named_as_often_as_it_stands_there(shop):
    assert swap(shop, "J-104", ["TY-1", "TY-1"], ["TY-2", "TY-2"]) == "ok"
    assert [line["price"] for line in job(shop, "J-104")["lines"]] == [35.5, 35.5]


def test_swapped_rows_get_what_both_tables_know(shop):
    swap(shop, "J-100", ["CH-1"], ["CH-2"])
    assert job(shop, "J-100")["lines"][0] == {"part_number": "CH-2", "name": "Chain, 9 speed", "price": 19.9}


def test_flat_arguments_are_parts_of_an_object(shop):
    assert shop.call("modify_customer_address", {"customer_id": 2, "street": "5 Quay", "town": "Port"}).ok
    assert shop.rows("Customer")[1]["address"] == {"street": "5 Quay", "town": "Port"}


def test_entities_say_what_the_data_says(made):
    entities = made.spec.entities
    assert entities["Job"].key == "number"
    assert entities["Job"].fields["customer_id"].ref == "Customer"
    assert entities["Job"].fields["status"].enum == ("open", "done", "collected", "cancelled")
    assert (entities["Voucher"].within, entities["Voucher"].shape) == ("Customer.vouchers", "map")
    assert entities["Part"].fields["price"].decimals == 2


def test_a_proposed_call_succeeds_for_every_tool(made):
    world = made.spec.start()
    for name in made.spec.tools:
        arguments = world.propose(name)
        assert arguments is not None, name
        assert world.fork().call(name, arguments).ok
