"""What is learnt from tables of any form, with tools that say little."""

from typing import Any

import pytest

from gem_sim import compile_world
from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler import Compilation

TEXT = {"type": "string"}
NUMBER = {"type": "number"}
GROWERS = [{"grower_id": f"G{number}", "surname": f"Name {number}", "plots": [f"P{number}"], "hours": 10 * number} for number in range(1, 6)]
PLOTS = [{"plot": f"P{number}", "state": "bare" if number == 5 else "sown", "water_on": number % 2 == 0} for number in range(1, 6)]
GLASSHOUSES = {
    "A": {"glasshouse": "A", "panes": 40, "benches": {"1": {"tray": "leeks", "heated": True}, "2": {"tray": "empty"}}},
    "B": {"glasshouse": "B", "panes": 64, "benches": {"1": {"tray": "basil", "heated": False}}},
}
ALLOTMENTS = {"growers": GROWERS, "plots": PLOTS, "glasshouses": GLASSHOUSES, "gate_hours": "8 to 22", "bonfire_limit": 3}


def tool(name: str, description: str = "", **properties: Any) -> ToolSchema:
    return ToolSchema(name=name, description=description, parameters={"type": "object", "properties": properties, "required": list(properties)})


def learnt(*tools: ToolSchema, rows: Any = None) -> Compilation:
    return compile_world(tools, name="allotments", rows=ALLOTMENTS if rows is None else rows)


def codes(made: Compilation) -> list[str]:
    return [one.code for one in made.report.diagnostics]


def call(*tools: ToolSchema, rows: Any = None, **arguments: Any) -> Any:
    return learnt(*tools, rows=rows).spec.start().call(tools[-1].name, arguments)


GET_PLOT = tool("get_plot", "Get a plot of a grower.", grower_id=TEXT, plot=TEXT)


def test_a_list_of_keys_says_whose_a_row_is():
    assert call(GET_PLOT, grower_id="G2", plot="P2").value == PLOTS[1]
    assert call(GET_PLOT, grower_id="G2", plot="P3").outcome == "not_found"


def test_a_status_that_a_description_names_is_needed_and_set():
    cover = tool("cover_plot", "Lay fleece over a plot that has to be sown. Its state becomes 'under fleece'.", plot=TEXT)
    assert call(cover, plot="P5").outcome == "conflict"
    assert call(cover, plot="P1").value["state"] == "under fleece"


def test_a_status_that_a_tool_makes_is_none_that_it_needs():
    clear = tool("clear_plot", "Only sown plots can be bare. The state goes back to 'bare'.", plot=TEXT)
    assert call(clear, plot="P5").outcome == "conflict"
    assert call(clear, plot="P1").value["state"] == "bare"


def test_a_verb_switches_the_column_of_its_noun_once():
    world = learnt(tool("turn_on_water", "Turn on the water of a plot.", plot=TEXT)).spec.start()
    assert world.call("turn_on_water", {"plot": "P1"}).value["water_on"] is True
    assert world.call("turn_on_water", {"plot": "P1"}).outcome == "conflict"


def test_amounts_are_added_to_and_taken_from():
    deduct = tool("deduct_hours", "Let a grower off as many hours as were worked before.", grower_id=TEXT, hours=NUMBER)
    assert call(deduct, grower_id="G2", hours=15).value["hours"] == 5
    assert call(deduct, grower_id="G2", hours=25).outcome == "insufficient"


def test_a_name_may_be_short_for_that_of_a_column():
    rows = {"tunes": [{"title": f"Reel {number}", "beats_per_minute": 100 + number} for number in range(1, 6)]}
    find = tool("get_tune_by_title", "Find a tune.", title=TEXT, bpm={"type": "integer"})
    assert call(find, rows=rows, title="reel 3", bpm=103).value == rows["tunes"][2]
    assert call(find, rows=rows, title="Reel 3", bpm=104).outcome == "not_found"


def test_an_entry_of_a_map_in_a_row_is_shown():
    tray = tool("get_glasshouse_tray", "Get what stands on a bench of a glasshouse.", glasshouse=TEXT, bench=TEXT)
    assert call(tray, glasshouse="A", bench="2").value == {"tray": "empty"}
    assert call(tray, glasshouse="B", bench="2").outcome == "not_found"


def test_rows_are_listed_that_have_an_entry():
    search = tool("search_glasshouses", "Search for glasshouses that have a bench.", bench=TEXT)
    assert call(search, bench="2").value["total"] == 1


def test_an_id_of_anything_is_looked_up_everywhere():
    label = tool("read_label", "Say whose label it is: that of a plot, or that of a grower.", id=TEXT)
    assert call(label, id="P4").value == PLOTS[3]
    assert call(label, id="G4").value == GROWERS[3]
    assert call(label, id="X").outcome == "not_found"


def test_values_beside_tables_are_one_row():
    limit = tool("set_bonfire_limit", "Set how many bonfires may burn at a time.", bonfire_limit={"type": "integer"})
    assert call(limit, bonfire_limit=5).value == {"gate_hours": "8 to 22", "bonfire_limit": 5}


def test_values_are_taken_out_of_a_list_and_the_row_stays():
    rows = {"recipes": [{"recipe_id": f"R{n}", "notes": ["salt", "proof"]} for n in range(3)]}
    remove = tool("remove_notes", "Remove notes from a recipe.", recipe_id=TEXT, notes={"type": "array", "items": TEXT})
    assert call(remove, rows=rows, recipe_id="R1", notes=["salt"]).value == {"recipe_id": "R1", "notes": ["proof"]}


def test_a_tool_that_names_no_row_around_a_nested_one_works_on_a_thing_of_its_own():
    rows = {"looms": {f"L{n}": {"width": n, "reels": [{"reel": n, "yarn": "wool"}]} for n in range(1, 4)}}
    empty = tool("empty_reel", "Take the yarn off a reel.", machine_tag=TEXT)
    assert "rows.generated" in codes(learnt(empty, rows=rows))


def test_a_verb_makes_rows_of_the_table_that_is_called_after_it():
    rows = {
        "books": [{"book_id": f"B{n}", "status": "on loan" if n == 3 else "available"} for n in range(1, 6)],
        "readers": [{"reader_id": f"R{n}", "name": f"Reader {n}"} for n in range(1, 4)],
        "loans": [
            {"loan_id": "N1", "reader_id": "R1", "book_id": "B3", "status": "open"},
            {"loan_id": "N2", "reader_id": "R2", "book_id": "B1", "status": "returned"},
        ],
    }
    world = learnt(
        tool("lend_book", "Lend a book.", reader_id=TEXT, book_id=TEXT), tool("return_book", "Take a book back.", loan_id=TEXT), rows=rows
    ).spec.start()
    assert world.call("lend_book", {"reader_id": "R1", "book_id": "B3"}).outcome == "unavailable"
    assert world.call("lend_book", {"reader_id": "R1", "book_id": "B2"}).value == {"loan_id": "N3", "reader_id": "R1", "book_id": "B2", "status": "open"}
    assert world.rows("Book")[1]["status"] == "on loan"
    assert world.call("return_book", {"loan_id": "N3"}).value["status"] == "returned"
    assert world.rows("Book")[1]["status"] == "available"


def test_a_new_row_is_listed_where_its_owner_lists_such_rows():
    rows = {"stamps": [{"id": 1, "motif": "heron"}], "albums": [{"album_id": "a1", "collector": "Ada", "stamps": [1]}]}
    world = learnt(tool("add_stamp", "Put a new stamp into an album.", album_id=TEXT, motif=TEXT), rows=rows).spec.start()
    assert world.call("add_stamp", {"album_id": "a1", "motif": "fern"}).value == {"id": 2, "motif": "fern"}
    assert world.rows("Album")[0]["stamps"] == [1, 2]


def test_lists_of_objects_become_nested_rows_with_what_their_links_know():
    rows = {
        "teas": [{"tea_id": f"T{n}", "garden": f"Garden {n}", "leaf": "broken" if n % 2 else "whole"} for n in range(1, 5)],
        "blends": [
            {"blend_id": f"B{n}", "parts": [{"tea_id": f"T{n}", "garden": f"Garden {n}", "leaf": "broken" if n % 2 else "whole", "grams": 1}]}
            for n in range(1, 5)
        ],
    }
    parts = {"type": "array", "items": {"type": "object", "properties": {"tea_id": TEXT, "grams": {"type": "integer"}}, "required": ["tea_id", "grams"]}}
    change = tool("change_blend_parts", "Change the parts of a blend.", blend_id=TEXT, parts=parts)
    assert call(change, rows=rows, blend_id="B1", parts=[{"tea_id": "T9", "grams": 2}]).outcome == "not_found"
    changed = call(change, rows=rows, blend_id="B1", parts=[{"tea_id": "T2", "grams": 2}]).value
    assert changed["parts"] == [{"tea_id": "T2", "garden": "Garden 2", "leaf": "whole", "grams": 2}]


def test_a_first_column_that_counts_the_rows_is_their_key():
    rows = {"tides": [{"entry": 70 + n, "port": "AB"[n % 2], "day": f"2026-03-0{n}"} for n in range(1, 5)]}
    note = tool("record_tide", "Write down a tide.", port=TEXT, day=TEXT)
    assert call(note, rows=rows, port="A", day="2026-03-08").value == {"entry": 75, "port": "A", "day": "2026-03-08"}


def test_two_columns_may_be_the_key():
    rows = {"berths": [{"pier": pier, "number": number, "boat": None} for pier in "AB" for number in (1, 2)]}
    assert call(tool("get_berth", "Get a berth.", pier=TEXT, number={"type": "integer"}), rows=rows, pier="B", number=1).value == rows["berths"][2]


def test_a_single_row_is_a_singleton():
    made = learnt(tool("get_thermostat", "Get the thermostat."), rows={"thermostat": {"target": 20.5, "mode": "eco"}})
    assert made.spec.entities["Thermostat"].singleton
    assert made.spec.start().call("get_thermostat", {}).value == {"target": 20.5, "mode": "eco"}


def test_numbers_and_texts_name_the_same_row():
    rows = {"crates": [{"id": number, "weight": number} for number in (1001, 1002, 1003)]}
    assert call(tool("get_crate", "Get a crate.", crate_id=TEXT), rows=rows, crate_id="1002").value == rows["crates"][1]


def test_who_signs_in_has_to_be_known():
    rows = {"users": [{"username": f"user{n}", "password": f"pw{n}"} for n in range(3)]}
    login = tool("login", "Log in.", username=TEXT, password=TEXT)
    assert call(login, rows=rows, username="user1", password="pw2").outcome == "forbidden"  # noqa: S106  nobody's
    assert call(login, rows=rows, username="user1", password="pw1").ok  # noqa: S106


def test_a_thing_without_a_table_gets_rows_that_refer_to_given_ones():
    made = learnt(tool("list_visits", "List the visits of a grower.", grower_id=TEXT), tool("get_visit", "Get a visit.", visit_id=TEXT))
    assert "rows.generated" in codes(made)
    assert {row["grower_id"] for row in made.spec.start().rows("Visit")} <= {row["grower_id"] for row in GROWERS}


def test_a_table_that_no_tool_uses_stays_with_its_rows():
    made = learnt(GET_PLOT)
    assert "rows.unused" in codes(made)
    assert made.spec.start().rows("Glasshouse") == list(GLASSHOUSES.values())


def test_rows_without_a_key_are_numbered():
    made = learnt(tool("list_notes", "List notes."), rows={"notes": [{"text": "a"}, {"text": "a"}]})
    assert codes(made) == ["rows.key"]
    assert [row["note_id"] for row in made.spec.start().rows("Note")] == ["NOT-1", "NOT-2"]


def test_what_is_no_table_is_left_out():
    assert "rows.form" in codes(learnt(GET_PLOT, rows={**ALLOTMENTS, "colours": ["red", "green"]}))


def test_values_that_no_call_can_give_are_named():
    made = learnt(tool("get_grower", "Get a grower.", grower_id={"type": "string", "pattern": "^[0-9]+$"}))
    assert "rows.value" in codes(made)


def test_an_empty_table_stays_empty():
    made = learnt(tool("create_poster", "Create a poster.", title=TEXT), tool("get_poster", "Get a poster.", poster_id=TEXT), rows={"posters": []})
    assert made.spec.start().rows("Poster") == []


@pytest.mark.parametrize("name", ["class", "first name", "0", "é", "__type__"])
def test_columns_may_have_any_name(name):
    rows = {"cars": [{"car_id": f"A{n}", name: n} for n in range(3)]}
    assert call(tool("get_car", "Get a car.", car_id=TEXT), rows=rows, car_id="A1").value == rows["cars"][1]


KILNS = {f"K{n}": {"kiln": f"K{n}", "shelves": {f"s{at}": {"status": "free" if at > 2 else "full"} for at in range(1, 6)}} for n in range(1, 5)}
POTTERY = {
    "kilns": KILNS,
    "potters": [{"potter_id": f"P{n}", "tubs": {f"tub_{n}": {"id": f"tub_{n}", "glaze": "ash", "balance": 50}}} for n in range(1, 5)],
    "firings": [
        {
            "firing_id": f"F{n}",
            "potter_id": f"P{n}",
            "places": [{"kiln": f"K{n}", "shelf": f"s{n}"}],
            "dips": [{"tub_id": f"tub_{n}", "amount": 9}],
        }
        for n in range(1, 5)
    ],
}
LOAD = tool(
    "create_firing",
    "Load pots that were dipped into glaze.",
    potter_id=TEXT,
    places={"type": "array", "items": {"type": "object", "properties": {"kiln": TEXT, "shelf": TEXT}, "required": ["kiln", "shelf"]}},
    dips={"type": "array", "items": {"type": "object", "properties": {"tub_id": TEXT, "amount": NUMBER}, "required": ["tub_id", "amount"]}},
)


@pytest.mark.parametrize(
    ("shelf", "tub", "amount", "expected"),
    [
        ("s4", "tub_2", 20, "ok"),
        ("s9", "tub_2", 20, "not_found"),
        ("s2", "tub_2", 20, "unavailable"),
        ("s4", "tub_3", 20, "not_found"),
        ("s4", "tub_2", 60, "insufficient"),
    ],
)
def test_what_elements_of_lists_name_is_there_and_free_and_enough(shelf, tub, amount, expected):
    loaded = call(LOAD, rows=POTTERY, potter_id="P2", places=[{"kiln": "K1", "shelf": shelf}], dips=[{"tub_id": tub, "amount": amount}])
    assert loaded.outcome == expected


def test_what_is_taken_from_holds_less_afterwards():
    world = learnt(tool("get_potter", "Get a potter.", potter_id=TEXT), LOAD, rows=POTTERY).spec.start()
    used = {"places": [{"kiln": "K1", "shelf": "s4"}], "dips": [{"tub_id": "tub_2", "amount": 20}]}
    assert world.call("create_firing", {"potter_id": "P2", **used}).ok
    assert world.call("get_potter", {"potter_id": "P2"}).value["tubs"]["tub_2"]["balance"] == 30
