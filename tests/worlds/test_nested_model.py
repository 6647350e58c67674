"""Rows within rows behave like lists and objects in Python, whatever is written to them and in whatever order."""

import copy
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gem_sim.worlds.load import parse_world
from gem_sim.worlds.world import World

ENTITIES: dict[str, Any] = {
    "Hall": {"key": ["town", "number"], "fields": {"town": {}, "number": {}, "name": {"optional": True}}},
    "Note": {"within": "Hall.notes", "fields": {"text": {}, "stars": {"default": 0}}},
    "Seat": {"within": "Hall.seats", "key": "place", "shape": "map", "fields": {"place": {}, "taken": {"default": False}}},
    "Claim": {"within": "Seat.claims", "key": "claim", "fields": {"claim": {}, "code": {"unique": True}}},
}
ROWS = [
    {"town": "Bern", "number": 1, "notes": [{"text": "a"}, {"text": "b", "stars": 2}], "seats": {"A": {"claims": [{"claim": 1}]}, "B": {"taken": True}}},
    {"town": "Bern", "number": 2, "name": "Large"},
]
HALL = {"hall": "Hall(town, number)"}
TOOLS: dict[str, dict[str, Any]] = {
    "add_note": {"do": [{"insert": {"Note": {"town": "town", "number": "number", "text": "text"}}}]},
    "set_notes": {"let": HALL, "do": [{"set": {"hall.notes": "[{'text': text} for text in texts]"}}]},
    "star_notes": {"let": HALL, "do": [{"for": "note in hall.notes", "if": "note.text == text", "set": {"note.stars": "note.stars + 1"}}]},
    "star_by_place": {"let": HALL, "do": [{"for": "note, n in zip(hall.notes, stars)", "set": {"note.stars": "n"}}]},
    "drop_notes": {"let": HALL, "do": [{"for": "note in hall.notes", "if": "note.text == text", "delete": "note"}]},
    "add_seat": {"do": [{"insert": {"Seat": {"town": "town", "number": "number", "place": "text", "claims": "[{'claim': n} for n in stars]"}}}]},
    "drop_seat": {"let": {"seat": "Seat(town, number, text)"}, "do": [{"delete": "seat"}]},
    "take_seat": {"let": {"seat": "Seat(town, number, text)"}, "do": [{"set": {"seat.taken": "not seat.taken", "seat.claims": "[]"}}]},
    "claim": {"do": [{"insert": {"Claim": {"town": "town", "number": "number", "place": "text", "claim": "stars[0]"}}}]},
    "drop_hall": {"let": HALL, "do": [{"delete": "hall"}]},
    "open_hall": {"do": [{"insert": {"Hall": {"town": "town", "number": "number", "notes": "[{'text': text} for text in texts]"}}}]},
}
ARGUMENTS = st.fixed_dictionaries(
    {
        "town": st.just("Bern"),
        "number": st.integers(1, 3),
        "text": st.sampled_from(["a", "b", "A", "B"]),
        "texts": st.lists(st.sampled_from(["a", "b"]), max_size=3),
        "stars": st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True),
    }
)
Halls = dict[int, dict[str, Any]]


def halls() -> World:
    schema = {"type": "object", "properties": {name: {} for name in ("town", "number", "text", "texts", "stars")}}
    tools = {name: {"description": "", "parameters": schema, **about} for name, about in TOOLS.items()}
    return parse_world({"name": "halls", "entities": ENTITIES, "tools": tools, "rows": {"Hall": ROWS}}, "halls").start()


def seat(place: str, claims: list[int], *, taken: bool = False) -> dict[str, Any]:
    return {"place": place, "taken": taken, "claims": [{"claim": n, "code": None} for n in claims]}


def expected_start() -> Halls:
    notes = [{"text": "a", "stars": 0}, {"text": "b", "stars": 2}]
    first = {"town": "Bern", "number": 1, "notes": notes, "seats": {"A": seat("A", [1]), "B": seat("B", [], taken=True)}}
    return {1: first, 2: {"town": "Bern", "number": 2, "name": "Large", "notes": [], "seats": {}}}


def in_python(halls: Halls, tool: str, a: dict[str, Any]) -> bool:
    """The same on plain values; whether it can be done."""
    hall, place, notes = halls.get(a["number"]), a["text"], [{"text": text, "stars": 0} for text in a["texts"]]
    if tool == "open_hall":
        return hall is None and halls.update({a["number"]: {"town": "Bern", "number": a["number"], "notes": notes, "seats": {}}}) is None
    if hall is None:
        return False
    if tool == "drop_hall":
        del halls[a["number"]]
    elif tool == "add_note":
        hall["notes"].append({"text": place, "stars": 0})
    elif tool == "set_notes":
        hall["notes"] = notes
    elif tool == "drop_notes":
        hall["notes"] = [note for note in hall["notes"] if note["text"] != place]
    elif tool == "star_notes":
        hall["notes"] = [{**note, "stars": note["stars"] + (note["text"] == place)} for note in hall["notes"]]
    elif tool == "star_by_place":
        for note, stars in zip(hall["notes"], a["stars"], strict=False):
            note["stars"] = stars
    else:
        return on_seat(hall["seats"], tool, place, a["stars"])
    return True


def on_seat(seats: dict[str, Any], tool: str, place: str, claims: list[int]) -> bool:
    if tool == "add_seat":
        return place not in seats and seats.update({place: seat(place, claims)}) is None
    if place not in seats:
        return False
    if tool == "drop_seat":
        del seats[place]
    elif tool == "take_seat":
        seats[place] = seat(place, [], taken=not seats[place]["taken"])
    else:
        taken = any(claim["claim"] == claims[0] for claim in seats[place]["claims"])
        return not taken and seats[place]["claims"].append({"claim": claims[0], "code": None}) is None
    return True


@settings(max_examples=150)
@given(st.lists(st.tuples(st.sampled_from(sorted(TOOLS)), ARGUMENTS), max_size=12))
def test_any_writes_end_as_they_do_on_plain_values(calls: list[tuple[str, dict[str, Any]]]) -> None:
    world, plain = halls(), expected_start()
    for tool, arguments in calls:
        before, fork = copy.deepcopy(plain), world.fork()
        result = world.call(tool, arguments)
        assert result.ok == in_python(plain, tool, arguments), (tool, result)
        if not result.ok:
            plain = before
            assert (world.digest, world.dump()) == (fork.digest, fork.dump())
        assert {row["number"]: row for row in world.rows("Hall")} == plain
        assert result.diff == [] or world.diff(fork)
    again = world.spec.load(orjson.loads(orjson.dumps(world.dump())))
    assert (again.digest, again.rows("Hall"), again.rows("Claim")) == (world.digest, world.rows("Hall"), world.rows("Claim"))


def test_what_was_taken_out_and_put_back_in_leaves_no_trace() -> None:
    world = halls()
    before = (world.digest, world.dump()["rows"])
    bern = {"town": "Bern", "number": 1}
    assert world.call("drop_seat", {**bern, "text": "A"}).ok
    assert world.digest != before[0]
    assert world.call("add_seat", {**bern, "text": "A", "stars": [1]}).ok
    assert (world.digest, world.dump()["rows"]) == before


@pytest.mark.parametrize(
    ("tool", "arguments", "changes"),
    [
        ("add_note", {"text": "c"}, [("Note", ["Bern", 1, 2], "insert")]),
        ("drop_notes", {"text": "a"}, [("Note", ["Bern", 1, 0], "delete")]),
        ("star_notes", {"text": "b"}, [("Note", ["Bern", 1, 1], "set")]),
        ("take_seat", {"text": "A"}, [("Seat", ["Bern", 1, "A"], "set"), ("Claim", ["Bern", 1, "A", 1], "delete")]),
        ("drop_seat", {"text": "A"}, [("Claim", ["Bern", 1, "A", 1], "delete"), ("Seat", ["Bern", 1, "A"], "delete")]),
    ],
)
def test_a_diff_names_each_row_by_the_keys_around_it(tool: str, arguments: dict[str, Any], changes: list[tuple[str, list[Any], str]]) -> None:
    result = halls().call(tool, {"town": "Bern", "number": 1, **arguments})
    assert [(change["entity"], change["key"], change["op"]) for change in result.diff] == changes
