"""A beekeepers' association: tools and a dump of its tables, nothing else."""

import json
from pathlib import Path

import pytest

from gem_sim import World
from gem_sim.owntools import compile_own
from gem_sim.worlds.laws import check

TOOLS = Path(__file__).resolve().parents[3] / "examples" / "tools"
HIVES = json.loads((TOOLS / "bees" / "hives.json").read_text(encoding="utf-8"))
JULY = {"kilos": 7.5, "taken_on": "2026-07-19"}


@pytest.fixture(scope="module")
def made():
    return compile_own(TOOLS / "bees.json", rows=TOOLS / "bees")


@pytest.fixture
def bees(made) -> World:
    return made.spec.start()


def outcome(world: World, tool: str, **arguments: object) -> str:
    return world.call(tool, arguments).outcome


def card(world: World, hive: str) -> dict:
    return world.call("show_hive", {"hive": hive}).value


@pytest.mark.parametrize("hive", HIVES)
def test_a_row_is_shown_as_it_was_given_with_its_key(bees, hive):
    assert card(bees, hive) == {"hive_id": hive, **HIVES[hive]}


def test_a_row_is_found_by_another_column(bees):
    assert bees.call("find_keeper", {"brand": "wax"}).value == {"no": 3, "name": "Wen Achebe", "brand": "WAX", "member_since": 2021}
    assert outcome(bees, "find_keeper", brand="XYZ") == "not_found"


def test_a_list_goes_as_its_description_says(bees):
    listed = bees.call("list_hives", {"keeper": 2}).value["items"]
    assert [row["hive_id"] for row in listed] == ["H07", "H08"]


def test_a_list_asked_for_by_an_unknown_key_is_refused(bees):
    assert outcome(bees, "list_hives", apiary="meadow") == "not_found"


def test_a_sentence_says_which_status_a_tool_needs_and_which_it_makes(bees):
    assert outcome(bees, "close_hive", hive="H11", finding="mites") == "conflict"
    assert bees.call("close_hive", {"hive": "H12", "finding": "sunken caps"}).ok
    assert {"state": "closed", "close_finding": "sunken caps"}.items() <= card(bees, "H12").items()
    assert outcome(bees, "close_hive", hive="H12", finding="mites") == "conflict"


def test_what_leads_to_a_status_deletes_nothing(bees):
    assert outcome(bees, "clear_closed_hive", hive="H03") == "conflict"
    assert bees.call("clear_closed_hive", {"hive": "H07"}).value["state"] == "settled"
    assert card(bees, "H07")["state"] == "settled"


def test_values_that_a_text_quotes_are_the_ones_allowed(bees):
    assert outcome(bees, "requeen_hive", hive="H03", line="Heath", dot="pink") == "invalid"


def test_flat_arguments_are_parts_of_an_object(bees):
    assert bees.call("requeen_hive", {"hive": "H11", "line": "Carniolan", "dot": "blue"}).ok
    assert card(bees, "H11")["queen"] == {"line": "Carniolan", "dot": "blue"}


def test_a_key_of_a_nested_row_is_looked_for_with_the_owner_of_the_row(bees):
    assert outcome(bees, "move_hive", hive="H08", pitch="C") == "not_found"
    assert bees.call("move_hive", {"hive": "H03", "pitch": "B"}).value["pitch"] == "B"


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [([17], "ok"), ([18, 52], "ok"), ([31], "not_found"), ([17, 17], "not_found"), ([], "invalid")],
)
def test_nested_rows_that_a_list_names_are_taken_out_and_the_row_stays(bees, boxes, expected):
    assert outcome(bees, "remove_boxes", hive="H08", boxes=boxes) == expected
    left = [box["box"] for box in card(bees, "H08")["boxes"]]
    assert left == ([box for box in (17, 18, 52) if box not in boxes] if expected == "ok" else [17, 18, 52])


def test_rows_that_have_one_owner_in_the_data_need_one_in_a_call(bees):
    assert outcome(bees, "record_harvest", keeper=1, hive="H08", **JULY) == "forbidden"
    assert outcome(bees, "record_harvest", keeper=2, hive="H08", **JULY) == "ok"


def test_a_new_row_goes_on_counting(bees):
    new = {"entry": 205, "keeper": 4, "hive": "H12", **JULY}
    assert bees.call("record_harvest", {"keeper": 4, "hive": "H12", **JULY}).value == new
    assert [row["entry"] for row in bees.call("list_harvests", {"hive": "H12"}).value["items"]] == [205, 203]


def test_the_mock_obeys_the_laws_of_all(made):
    assert check(made.spec) == []


def test_days_are_written_as_in_the_rows(bees):
    assert outcome(bees, "record_harvest", keeper=4, hive="H12", kilos=2, taken_on="Sunday") == "invalid"


def test_entities_say_what_the_data_says(made):
    entities = made.spec.entities
    assert entities["Keeper"].key == "no"
    assert entities["Hive"].fields["keeper"].ref == "Keeper"
    assert entities["Hive"].fields["state"].enum == ("settled", "closed", "swarmed")
    assert (entities["Pitch"].within, entities["Pitch"].shape) == ("Apiary.pitches", "map")
    assert (entities["Box"].within, entities["Box"].key) == ("Hive.boxes", "box")
    assert entities["Harvest"].fields["kilos"].decimals == 2


def test_a_proposed_call_succeeds_for_every_tool(made):
    world = made.spec.start()
    for name in made.spec.tools:
        arguments = world.propose(name)
        assert arguments is not None, name
        assert world.fork().call(name, arguments).ok
