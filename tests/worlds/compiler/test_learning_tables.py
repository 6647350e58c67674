"""What is learnt from tables of any form, with tools that say little."""

from typing import Any

import pytest

from gem_sim import compile_world
from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler import Compilation

TEXT = {"type": "string"}
NUMBER = {"type": "number"}
MEMBERS = [
    {"member_id": f"M{number}", "full_name": f"Member {number}", "date_of_birth": f"198{number}-02-03", "locker_ids": [f"L{number}"], "points": 10 * number}
    for number in range(1, 6)
]
LOCKERS = [{"locker_id": f"L{number}", "status": "Closed" if number == 5 else "Active", "alarm_enabled": number % 2 == 0} for number in range(1, 6)]
COURTS = {
    "C1": {"court": "C1", "surface": "clay", "days": {"2026-03-03": {"status": "free", "fee": 9}, "2026-03-04": {"status": "closed"}}},
    "C2": {"court": "C2", "surface": "grass", "days": {"2026-03-03": {"status": "free", "fee": 12}}},
}
CLUB = {"members": MEMBERS, "lockers": LOCKERS, "courts": COURTS, "opening_hours": "8 to 22", "guest_limit": 3}


def tool(name: str, description: str = "", **properties: Any) -> ToolSchema:
    return ToolSchema(name=name, description=description, parameters={"type": "object", "properties": properties, "required": list(properties)})


def learnt(*tools: ToolSchema, rows: Any = None) -> Compilation:
    return compile_world(tools, name="club", rows=CLUB if rows is None else rows)


def codes(made: Compilation) -> list[str]:
    return [one.code for one in made.report.diagnostics]


def call(*tools: ToolSchema, rows: Any = None, **arguments: Any) -> Any:
    return learnt(*tools, rows=rows).spec.start().call(tools[-1].name, arguments)


GET_LOCKER = tool("get_locker", "Get a locker of a member.", member_id=TEXT, locker_id=TEXT)


def test_a_list_of_keys_says_whose_a_row_is():
    assert call(GET_LOCKER, member_id="M2", locker_id="L2").value == LOCKERS[1]
    assert call(GET_LOCKER, member_id="M2", locker_id="L3").outcome == "not_found"


def test_a_status_that_a_description_names_is_needed_and_set():
    suspend = tool("suspend_locker", "Locker status must be Active. Sets locker status to 'Suspended'.", locker_id=TEXT)
    assert call(suspend, locker_id="L5").outcome == "conflict"
    assert call(suspend, locker_id="L1").value["status"] == "Suspended"


def test_a_verb_switches_the_column_of_its_noun_once():
    enable = tool("enable_alarm", "Enables the alarm of a locker.", locker_id=TEXT)
    world = learnt(enable).spec.start()
    assert world.call("enable_alarm", {"locker_id": "L1"}).value["alarm_enabled"] is True
    assert world.call("enable_alarm", {"locker_id": "L1"}).outcome == "conflict"


def test_amounts_are_added_to_and_taken_from():
    redeem = tool("redeem_points", "Redeem points of a member.", member_id=TEXT, points=NUMBER)
    assert call(redeem, member_id="M2", points=15).value["points"] == 5
    assert call(redeem, member_id="M2", points=25).outcome == "insufficient"


def test_a_name_may_be_short_for_that_of_a_column():
    find = tool("get_member_by_name", "Find a member.", full_name=TEXT, dob=TEXT)
    assert call(find, full_name="member 3", dob="1983-02-03").value == MEMBERS[2]
    assert call(find, full_name="Member 3", dob="1980-01-01").outcome == "not_found"


def test_an_entry_of_a_map_in_a_row_is_shown():
    status = tool("get_court_status", "Get the status of a court on a day.", court=TEXT, day=TEXT)
    assert call(status, court="C1", day="2026-03-04").value == {"status": "closed"}
    assert call(status, court="C2", day="2026-03-04").outcome == "not_found"


def test_rows_are_listed_that_have_an_entry():
    search = tool("search_courts", "Search for courts on a day.", day=TEXT)
    assert call(search, day="2026-03-04").value["total"] == 1


def test_an_id_of_anything_is_looked_up_everywhere():
    anything = tool("get_details_by_id", "Show what has an id. It must be that of a member or a locker.", id=TEXT)
    assert call(anything, id="L4").value == LOCKERS[3]
    assert call(anything, id="M4").value == MEMBERS[3]
    assert call(anything, id="X").outcome == "not_found"


def test_values_beside_tables_are_one_row():
    limit = tool("set_guest_limit", "Set how many guests a member may bring.", guest_limit={"type": "integer"})
    assert call(limit, guest_limit=5).value == {"opening_hours": "8 to 22", "guest_limit": 5}


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
    rows = {"tasks": [{"id": 1, "title": "Paint"}], "users": [{"user_id": "u1", "name": "Ada", "tasks": [1]}]}
    world = learnt(tool("create_task", "Create a task for a user.", user_id=TEXT, title=TEXT), rows=rows).spec.start()
    assert world.call("create_task", {"user_id": "u1", "title": "Sand"}).value == {"id": 2, "title": "Sand"}
    assert world.rows("User")[0]["tasks"] == [1, 2]


def test_lists_of_objects_become_nested_rows_with_what_their_links_know():
    rows = {
        "trips": [{"trip_id": f"T{n}", "from_port": "A", "to_port": "BC"[n % 2]} for n in range(1, 5)],
        "tickets": [{"ticket_id": f"K{n}", "legs": [{"trip_id": f"T{n}", "from_port": "A", "to_port": "BC"[n % 2], "seats": 1}]} for n in range(1, 5)],
    }
    legs = {"type": "array", "items": {"type": "object", "properties": {"trip_id": TEXT, "seats": {"type": "integer"}}, "required": ["trip_id", "seats"]}}
    change = tool("update_ticket_legs", "Change the legs of a ticket.", ticket_id=TEXT, legs=legs)
    assert call(change, rows=rows, ticket_id="K1", legs=[{"trip_id": "T9", "seats": 2}]).outcome == "not_found"
    changed = call(change, rows=rows, ticket_id="K1", legs=[{"trip_id": "T2", "seats": 2}]).value
    assert changed["legs"] == [{"trip_id": "T2", "from_port": "A", "to_port": "B", "seats": 2}]


def test_two_columns_may_be_the_key():
    rows = {"berths": [{"pier": pier, "number": number, "boat": None} for pier in "AB" for number in (1, 2)]}
    assert call(tool("get_berth", "Get a berth.", pier=TEXT, number={"type": "integer"}), rows=rows, pier="B", number=1).value == rows["berths"][2]


def test_a_single_row_is_a_singleton():
    made = learnt(tool("get_thermostat", "Get the thermostat."), rows={"thermostat": {"target": 20.5, "mode": "eco"}})
    assert made.spec.entities["Thermostat"].singleton
    assert made.spec.start().call("get_thermostat", {}).value == {"target": 20.5, "mode": "eco"}


def test_numbers_and_texts_name_the_same_row():
    rows = {"orders": [{"id": number, "total": number} for number in (1001, 1002, 1003)]}
    assert call(tool("get_order", "Get an order.", order_id=TEXT), rows=rows, order_id="1002").value == rows["orders"][1]


def test_who_signs_in_has_to_be_known():
    rows = {"users": [{"username": f"user{n}", "password": f"pw{n}"} for n in range(3)]}
    login = tool("login", "Log in.", username=TEXT, password=TEXT)
    assert call(login, rows=rows, username="user1", password="pw2").outcome == "forbidden"  # noqa: S106  nobody's
    assert call(login, rows=rows, username="user1", password="pw1").ok  # noqa: S106


def test_a_thing_without_a_table_gets_rows_that_refer_to_given_ones():
    made = learnt(tool("list_visits", "List the visits of a member.", member_id=TEXT), tool("get_visit", "Get a visit.", visit_id=TEXT))
    assert "rows.generated" in codes(made)
    assert {row["member_id"] for row in made.spec.start().rows("Visit")} <= {row["member_id"] for row in MEMBERS}


def test_a_table_that_no_tool_uses_stays_with_its_rows():
    made = learnt(GET_LOCKER)
    assert "rows.unused" in codes(made)
    assert made.spec.start().rows("Court") == list(COURTS.values())


def test_rows_without_a_key_are_numbered():
    made = learnt(tool("list_notes", "List notes."), rows={"notes": [{"text": "a"}, {"text": "a"}]})
    assert codes(made) == ["rows.key"]
    assert [row["note_id"] for row in made.spec.start().rows("Note")] == ["NOT-1", "NOT-2"]


def test_what_is_no_table_is_left_out():
    assert "rows.form" in codes(learnt(GET_LOCKER, rows={**CLUB, "colours": ["red", "green"]}))


def test_values_that_no_call_can_give_are_named():
    made = learnt(tool("get_member", "Get a member.", member_id={"type": "string", "pattern": "^[0-9]+$"}))
    assert "rows.value" in codes(made)


def test_an_empty_table_stays_empty():
    made = learnt(tool("create_ticket", "Create a ticket.", title=TEXT), tool("get_ticket", "Get a ticket.", ticket_id=TEXT), rows={"tickets": []})
    assert made.spec.start().rows("Ticket") == []


@pytest.mark.parametrize("name", ["class", "first name", "0", "é", "__type__"])
def test_columns_may_have_any_name(name):
    rows = {"cars": [{"car_id": f"A{n}", name: n} for n in range(3)]}
    assert call(tool("get_car", "Get a car.", car_id=TEXT), rows=rows, car_id="A1").value == rows["cars"][1]


FERRIES = {f"F{n}": {"ferry": f"F{n}", "days": {f"2026-05-0{day}": {"status": "available" if day > 2 else "gone"} for day in range(1, 6)}} for n in range(1, 5)}
FERRY_ROWS = {
    "ferries": FERRIES,
    "travellers": [{"traveller_id": f"T{n}", "cards": {f"card_{n}": {"id": f"card_{n}", "balance": 50}}} for n in range(1, 5)],
    "bookings": [
        {
            "booking_id": f"K{n}",
            "traveller_id": f"T{n}",
            "legs": [{"ferry": f"F{n}", "date": f"2026-05-0{n}"}],
            "payments": [{"card_id": f"card_{n}", "amount": 9}],
        }
        for n in range(1, 5)
    ],
}
BOOK = tool(
    "book_trip",
    "Book a trip.",
    traveller_id=TEXT,
    legs={"type": "array", "items": {"type": "object", "properties": {"ferry": TEXT, "date": TEXT}, "required": ["ferry", "date"]}},
    payments={"type": "array", "items": {"type": "object", "properties": {"card_id": TEXT, "amount": NUMBER}, "required": ["card_id", "amount"]}},
)


@pytest.mark.parametrize(
    ("date", "card", "amount", "expected"),
    [
        ("2026-05-04", "card_2", 20, "ok"),
        ("2026-05-09", "card_2", 20, "not_found"),
        ("2026-05-02", "card_2", 20, "unavailable"),
        ("2026-05-04", "card_3", 20, "not_found"),
        ("2026-05-04", "card_2", 60, "insufficient"),
    ],
)
def test_what_elements_of_lists_name_is_there_and_free_and_enough(date, card, amount, expected):
    booked = call(BOOK, rows=FERRY_ROWS, traveller_id="T2", legs=[{"ferry": "F1", "date": date}], payments=[{"card_id": card, "amount": amount}])
    assert booked.outcome == expected


def test_what_pays_holds_less_afterwards():
    world = learnt(tool("get_traveller", "Get a traveller.", traveller_id=TEXT), BOOK, rows=FERRY_ROWS).spec.start()
    paid = {"legs": [{"ferry": "F1", "date": "2026-05-04"}], "payments": [{"card_id": "card_2", "amount": 20}]}
    assert world.call("book_trip", {"traveller_id": "T2", **paid}).ok
    assert world.call("get_traveller", {"traveller_id": "T2"}).value["cards"]["card_2"]["balance"] == 30
