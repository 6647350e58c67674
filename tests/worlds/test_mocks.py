"""The mocks that ship: a few of their rules, money that adds up, tools for the user, trees and pages."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import jsonschema
import pytest

from gem_sim.worlds.laws import check
from gem_sim.worlds.load import load_mock
from gem_sim.worlds.world import CallResult, World

COMPANIONS = ("reminders", "messages", "appointments", "documents", "tickets", "charges")
DECLARED = ("tool_library", "framing_workshop", "observatory_desk", "seed_bank", *COMPANIONS)
SPECS = {name: load_mock(name) for name in DECLARED}


@pytest.fixture
def workshop() -> World:
    return SPECS["framing_workshop"].start(1)


@pytest.fixture
def desk() -> World:
    return SPECS["observatory_desk"].start(1)


@pytest.fixture
def bank() -> World:
    return SPECS["seed_bank"].start(1)


def ok(world: World, tool: str, **arguments: Any) -> Any:
    result = world.call(tool, arguments)
    assert result.ok, result.error
    return result.value


def outcome(world: World, tool: str, **arguments: Any) -> str:
    return world.call(tool, arguments).outcome


def walk(world: World, tool: str, **arguments: Any) -> list[Any]:
    """All rows of a list, page after page."""
    items, cursor = [], None
    while True:
        page = ok(world, tool, **arguments, **({"cursor": cursor} if cursor else {}))
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            assert len(items) == page["total"]
            return items


# --- all of them -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DECLARED)
def test_a_tool_enforces_exactly_the_rules_that_say_so(name: str) -> None:
    spec = SPECS[name]
    cited = {(test.rule, tool) for tool, about in spec.tools.items() for test in about.require if test.rule}
    assert cited == {(rule.id, tool) for rule in spec.rules if rule.enforced_by == "tool" for tool in rule.tools}
    assert any(rule.enforced_by == "assistant" for rule in spec.rules)


@pytest.mark.parametrize("name", DECLARED)
def test_no_law_finds_anything(name: str) -> None:
    assert [flaw.line() for flaw in check(SPECS[name], name)] == []


@pytest.mark.parametrize("name", DECLARED)
def test_a_quoted_rule_stands_in_the_policy_word_for_word(name: str) -> None:
    policy = " ".join(SPECS[name].policy.split())
    assert all(rule.quote in policy for rule in SPECS[name].rules)


MISSING: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("tool_library", "get_tool", {"tool_id": "T-000"}, "There is no tool T-000"),
    ("framing_workshop", "record_progress", {"job_id": "J-3301", "number": 9, "stage": "cut"}, "Job J-3301 has no piece 9"),
    ("observatory_desk", "authenticate_member", {"member_id": "AS-999", "pin": "0000"}, "No member has the number AS-999"),
    ("seed_bank", "move_accession", {"accession_id": "WK-2040", "vault": "C", "shelf": 99}, "There is no shelf 99 in vault C"),
)


@pytest.mark.parametrize(("name", "tool", "arguments", "message"), MISSING, ids=[name for name, *_ in MISSING])
def test_a_row_that_is_missing_is_missed_in_the_words_of_the_desk(name: str, tool: str, arguments: dict[str, Any], message: str) -> None:
    assert SPECS[name].start().call(tool, arguments).error == {"code": "not_found", "message": message}


# --- picture framing: rows inside rows, and money ----------------------------------------------------------------


PIECE = {"artwork": "Beach at Holkham", "width_cm": 30, "height_cm": 40, "moulding": "OAK-20", "glazing": "CLR"}


def jobs(world: World) -> Iterator[dict[str, Any]]:
    yield from world.rows("Job")


def adds_up(job: dict[str, Any]) -> bool:
    subtotal = sum(piece["price"] for piece in job["pieces"])
    taken = sum(payment["amount"] - payment["refunded"] for payment in job["payments"].values())
    discount = job["subtotal"] * job["discount_percent"] / 100
    pairs = ((job["subtotal"], subtotal), (job["discount"], discount), (job["total"], subtotal - discount), (job["amount_paid"], taken))
    return all(abs(one - other) < 0.006 for one, other in pairs)


def test_the_jobs_of_the_start_add_up(workshop: World) -> None:
    assert all(adds_up(job) for job in jobs(workshop))


def test_a_quote_is_priced_piece_by_piece_less_the_discount_of_the_tier(workshop: World) -> None:
    job = ok(workshop, "create_job", customer_id="C-2077", title="Two beaches", pieces=[PIECE, {**PIECE, "mount": True}])
    # 1.4 m at 12.60, 0.12 m2 at 24.00, fitting 24.00; a mount is 9.00
    assert [piece["price"] for piece in job["pieces"]] == [44.52, 53.52]
    assert (job["subtotal"], job["discount"], job["total"]) == (98.04, 14.71, 83.33)


def test_money_adds_up_after_every_kind_of_write(workshop: World) -> None:
    job = ok(workshop, "create_job", customer_id="C-2063", title="Three beaches", pieces=[PIECE, PIECE, {**PIECE, "mount": True}])["job_id"]
    ok(workshop, "remove_piece", job_id=job, number=2)
    ok(workshop, "change_mouldings", job_id=job, changes=[{"number": 3, "moulding": "GLD-25"}, {"number": 1, "moulding": "PIN-25"}])
    payment = ok(workshop, "take_payment", job_id=job, amount=70, method="card")["payment"]["payment_id"]
    ok(workshop, "refund_payment", job_id=job, payment_id=payment, amount=12.5, reason="scratched glass")
    shown = ok(workshop, "get_job", job_id=job)
    assert adds_up(shown)
    assert (shown["amount_paid"], shown["owed"]) == (57.5, round(shown["total"] - 57.5, 2))
    assert [(piece["number"], piece["moulding"]) for piece in shown["pieces"]] == [(1, "PIN-25"), (3, "GLD-25")]


def test_cancelling_gives_every_payment_back(workshop: World) -> None:
    before = ok(workshop, "get_job", job_id="J-3360")["amount_paid"]
    assert ok(workshop, "cancel_job", job_id="J-3360", reason="no room for it")["given_back"] == before
    shown = ok(workshop, "get_job", job_id="J-3360")
    assert all(payment["refunded"] == payment["amount"] for payment in shown["payments"].values())
    assert shown["amount_paid"] == 0


def test_a_job_is_ready_with_its_last_piece(workshop: World) -> None:
    steps = [(number, stage) for number in (1, 2) for stage in ("cut", "finished")]
    statuses = [ok(workshop, "record_progress", job_id="J-3349", number=number, stage=stage)["status"] for number, stage in steps]
    assert statuses == ["in work", "in work", "in work", "ready"]


def test_galleries_neither_pay_a_deposit_nor_before_they_collect(workshop: World) -> None:
    assert outcome(workshop, "take_payment", job_id="J-3376", amount=10, method="card") == "ok"
    assert outcome(workshop, "take_payment", job_id="J-3308", amount=10, method="card") == "deposit_too_small"
    assert outcome(workshop, "release_job", job_id="J-3327", collected_by="his brother") == "not_paid"


def test_takings_are_those_of_the_payments(workshop: World) -> None:
    ok(workshop, "take_payment", job_id="J-3376", amount=10.5, method="cash")
    ok(workshop, "take_payment", job_id="J-3319", amount=20, method="card")
    assert ok(workshop, "daily_takings") == {"day": "2026-09-15", "taken": 30.5, "of_it_refunded": 0, "by_method": {"cash": 10.5, "card": 20}}


REFUSED_AT_THE_COUNTER: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("create_job", {"customer_id": "C-2041", "title": "Six beaches", "pieces": [PIECE] * 6}, "too_many_pieces"),
    ("create_job", {"customer_id": "C-2041", "title": "A sail", "pieces": [{**PIECE, "width_cm": 200}]}, "too_long"),
    ("create_job", {"customer_id": "C-2041", "title": "A wall", "pieces": [{**PIECE, "moulding": "GLD-50"}]}, "out_of_stock"),
    ("remove_piece", {"job_id": "J-3315", "number": 1}, "not_a_quote"),
    ("change_mouldings", {"job_id": "J-3301", "changes": [{"number": 9, "moulding": "OAK-20"}]}, "no_such_piece"),
    ("change_mouldings", {"job_id": "J-3324", "changes": [{"number": 1, "moulding": "OAK-20"}]}, "already_cut"),
    ("set_collection", {"job_id": "J-3301", "day": "2026-09-18"}, "too_soon"),
    ("set_collection", {"job_id": "J-3301", "day": "2026-09-28"}, "closed_day"),
    ("take_payment", {"job_id": "J-3353", "amount": 1, "method": "cash"}, "too_many_payments"),
    ("cancel_job", {"job_id": "J-3384", "reason": "too dear"}, "work_begun"),
)


@pytest.mark.parametrize(("tool", "arguments", "code"), REFUSED_AT_THE_COUNTER, ids=[f"{tool} {code}" for tool, _, code in REFUSED_AT_THE_COUNTER])
def test_the_counter_refuses_what_the_shop_does_not_do(workshop: World, tool: str, arguments: dict[str, Any], code: str) -> None:
    before = workshop.digest
    assert outcome(workshop, tool, **arguments) == code
    assert workshop.digest == before


# --- the observatory: singletons, and tools in the hands of the user ------------------------------------------------


def calling(desk: World, member: str = "AS-014", pin: str = "4417") -> World:
    ok(desk, "authenticate_member", member_id=member, pin=pin)
    return desk


def test_nothing_moves_before_the_caller_is_authenticated(desk: World) -> None:
    assert outcome(desk, "move_shutter", position="open") == "not_authenticated"
    assert outcome(calling(desk), "move_shutter", position="open") == "ok"


def test_a_wrong_pin_and_a_barred_member_get_nowhere(desk: World) -> None:
    assert outcome(desk, "authenticate_member", member_id="AS-014", pin="0000") == "wrong_pin"
    assert outcome(desk, "authenticate_member", member_id="AS-063", pin="1198") == "barred"
    assert outcome(calling(desk, "AS-058", "6643"), "move_shutter", position="open") == "not_permitted"


def test_pins_are_not_shown(desk: World) -> None:
    assert not any("pin" in member for member in walk(desk, "find_members"))


def test_only_the_user_can_home_the_rotator(desk: World) -> None:
    assert outcome(calling(desk), "turn_dome", azimuth=200) == "not_homed"
    ok(desk, "press_button", button="home")
    assert ok(desk, "turn_dome", azimuth=200)["azimuth"] == 200


def test_the_display_tells_what_the_controller_knows(desk: World) -> None:
    displays = [ok(desk, "look_around")["display"]]
    calls = (
        ("press_button", {"button": "home"}),
        ("turn_key", {"position": "local"}),
        ("switch_breaker", {"position": "off"}),
        ("switch_breaker", {"position": "on"}),
        ("press_button", {"button": "reset"}),
        ("turn_key", {"position": "remote"}),
    )
    for tool, arguments in calls:
        ok(desk, tool, **arguments)
        displays.append(ok(desk, "look_around")["display"])
    assert displays == ["NO HOME", "AZ 0", "LOCAL", "", "HALT", "LOCAL", "NO HOME"]


def test_the_slit_is_not_opened_into_the_wind(desk: World) -> None:
    ok(calling(desk), "press_button", button="home")  # north, twenty degrees off the wind
    assert outcome(desk, "move_shutter", position="open") == "into_the_wind"
    ok(desk, "turn_dome", azimuth=90)
    assert outcome(desk, "move_shutter", position="open") == "ok"


def test_the_crank_is_locked_while_there_is_power(desk: World) -> None:
    assert outcome(desk, "crank_shutter", position="open") == "power_on"
    ok(desk, "switch_breaker", position="off")
    assert ok(desk, "crank_shutter", position="open")["shutter"] == {"position": "open"}
    assert outcome(desk, "check_subsystem", subsystem="shutter") == "offline"


def test_a_case_is_closed_when_its_subsystem_is_well(desk: World) -> None:
    assert outcome(calling(desk), "close_case", case_id="SC-20409", resolution="Wheels cleaned") == "still_faulty"
    ok(desk, "press_button", button="home")
    ok(desk, "close_case", case_id="SC-20409", resolution="Wheels cleaned")
    assert "F-601" not in {fault["fault_id"] for fault in walk(desk, "list_faults", state="active")}


def test_the_hour_of_a_session_is_no_part_of_the_state(desk: World) -> None:
    early, late = calling(desk.fork()), desk.fork()
    ok(late, "turn_key", position="local")
    ok(late, "turn_key", position="remote")
    assert calling(late).rows("Session") != early.rows("Session")
    assert late.digest == early.digest


def test_a_forecast_is_imagined_and_says_so(desk: World) -> None:
    result: CallResult = desk.call("forecast_sky", {"night": "2026-01-18"})
    assert (result.ok, result.imagined, result.diff) == (True, True, [])
    jsonschema.validate(result.value, desk.spec.tools["forecast_sky"].returns or {})
    assert result.value == desk.fork().call("forecast_sky", {"night": "2026-01-18"}).value
    assert outcome(desk, "forecast_sky", night="2026-02-18") == "out_of_reach"
    assert not desk.call("list_faults", {}).imagined


def test_readings_are_computed_from_the_arguments_alone(desk: World) -> None:
    assert ok(desk, "convert_reading", value=28, from_unit="km/h", to_unit="kn") == {"value": 15.12, "unit": "kn"}
    assert ok(desk, "convert_reading", value=-40, from_unit="C", to_unit="F") == {"value": -40, "unit": "F"}
    assert outcome(desk, "convert_reading", value=1, from_unit="C", to_unit="kn") == "other_quantity"


# --- the seed bank: many rows, a tree, composite keys, pages ------------------------------------------------------------


def species_of(bank: World) -> dict[str, dict[str, Any]]:
    return {row["taxon_id"]: row for row in bank.rows("Taxon")}


def one(rows: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    return next(row for row in rows if all(row.get(name) == value for name, value in fields.items()))


def test_the_rows_of_the_bank_agree_with_one_another(bank: World) -> None:
    taxa, accessions = species_of(bank), {row["accession_id"]: row for row in bank.rows("Accession")}
    for row in accessions.values():
        assert row["label"] == f"{taxa[row['taxon_id']]['common_name']}, {row['locality'].split(',')[0]} {row['collected_on'][:4]}"
    assert all(test["started_on"] > accessions[test["accession_id"]]["collected_on"] for test in bank.rows("Test"))
    assert all(test["germinated"] <= test["sown"] for test in bank.rows("Test"))
    assert all(row["sent_on"] > row["requested_on"] for row in bank.rows("Request") if row["status"] == "sent")


def test_below_a_family_are_its_genera_and_species(bank: World) -> None:
    family = one(bank.rows("Taxon"), name="Gentianaceae")
    below = walk(bank, "search_taxa", within=family["taxon_id"])
    assert {row["rank"] for row in below} == {"genus", "species"}
    assert {row["name"].split()[0] for row in below} == {"Gentianella", "Gentiana", "Centaurium", "Blackstonia"}


def test_a_family_holds_what_its_species_hold(bank: World) -> None:
    family = one(bank.rows("Taxon"), name="Gentianaceae")["taxon_id"]
    accessions = walk(bank, "search_accessions", taxon_id=family)
    shown = ok(bank, "get_taxon", taxon_id=family)
    assert (shown["accessions"], shown["seeds"]) == (len(accessions), sum(row["seeds"] for row in accessions))
    species = ok(bank, "get_taxon", taxon_id=accessions[0]["taxon_id"])
    assert species["belongs_to"][1] == "Gentianaceae"


def test_pages_show_every_accession_once_the_latest_first(bank: World) -> None:
    rows = walk(bank, "search_accessions")
    assert len({row["accession_id"] for row in rows}) == len(rows) == len(bank.rows("Accession")) > 400
    assert all(one["collected_on"] >= other["collected_on"] for one, other in pairwise(rows))


def test_a_full_shelf_takes_nothing_and_a_freed_one_does(bank: World) -> None:
    free = {(row["vault"], row["shelf"]) for row in walk(bank, "list_shelves", room_for=1)}
    full = next(row for row in bank.rows("Shelf") if row["vault"] == "A" and (row["vault"], row["shelf"]) not in free)
    place = {"vault": "A", "shelf": full["shelf"]}
    inside = one(bank.rows("Accession"), **place)["accession_id"]
    outside = next(row["accession_id"] for row in bank.rows("Accession") if (row["vault"], row["shelf"]) != ("A", full["shelf"]))
    assert outcome(bank, "move_accession", accession_id=outside, **place) == "shelf_full"
    target = walk(bank, "list_shelves", vault="B", room_for=1)[0]
    ok(bank, "move_accession", accession_id=inside, vault="B", shelf=target["shelf"])
    assert outcome(bank, "move_accession", accession_id=outside, **place) == "ok"


def test_endangered_seeds_stay_cold(bank: World) -> None:
    endangered = next(row for row in bank.rows("Accession") if species_of(bank)[row["taxon_id"]]["red_list"] == "EN")
    mild = walk(bank, "list_shelves", vault="E", room_for=1)[0]
    assert outcome(bank, "move_accession", accession_id=endangered["accession_id"], vault="E", shelf=mild["shelf"]) == "too_warm"


def test_a_test_uses_seeds_up_and_waits_half_a_year_for_the_next(bank: World) -> None:
    accession = next(row for row in bank.rows("Accession") if row["status"] == "banked" and row["seeds"] > 1000)
    given = {"accession_id": accession["accession_id"], "temperature_c": 15, "sown": 50, "germinated": 45}
    made = ok(bank, "record_test", **given)
    assert (made["percent"], made["seeds_left"]) == (90, accession["seeds"] - 50)
    assert made["test"]["round"] == len(walk(bank, "list_tests", accession_id=accession["accession_id"]))
    assert outcome(bank, "record_test", **given) == "too_soon"


def test_what_comes_in_is_labelled_and_lies_in_quarantine(bank: World) -> None:
    cowslip = one(bank.rows("Taxon"), common_name="Cowslip")["taxon_id"]
    genus = one(bank.rows("Taxon"), name="Primula")["taxon_id"]
    shelf = walk(bank, "list_shelves", vault="C", room_for=1)[0]["shelf"]
    given = {"locality": "Ashmoor, Devon", "collected_on": "2025-07-01", "collected_by": "Mair Llewellyn", "seeds": 900, "vault": "C", "shelf": shelf}
    assert outcome(bank, "register_accession", taxon_id=genus, **given) == "not_a_species"
    made = ok(bank, "register_accession", taxon_id=cowslip, **given)
    assert (made["label"], made["status"]) == ("Cowslip, Ashmoor 2025", "quarantined")
    assert outcome(bank, "record_test", accession_id=made["accession_id"], temperature_c=15, sown=50, germinated=45) == "quarantined"
    ok(bank, "release_accession", accession_id=made["accession_id"])
    assert outcome(bank, "record_test", accession_id=made["accession_id"], temperature_c=15, sown=50, germinated=45) == "ok"


def test_seeds_leave_by_request_decision_and_dispatch(bank: World) -> None:
    given = bank.propose("enter_request") or {}
    request = ok(bank, "enter_request", **given)["request_id"]
    assert outcome(bank, "dispatch_request", request_id=request, carrier="post") == "not_approved"
    assert outcome(bank, "decide_request", request_id=request, decision="refused") == "no_reason"
    ok(bank, "decide_request", request_id=request, decision="approved")
    before = ok(bank, "get_accession", accession_id=given["accession_id"])["seeds"]
    sent = ok(bank, "dispatch_request", request_id=request, carrier="post")
    assert (sent["request"]["sent_on"], sent["seeds_left"]) == ("2026-03-10", before - given["seeds"])
