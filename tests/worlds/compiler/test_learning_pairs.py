"""Rows within a row that others take the place of: the crew of a lifeboat station's watches."""

from typing import Any

import pytest

from gem_sim import World, compile_world
from gem_sim.records import ToolSchema

TEXT = {"type": "string"}
NUMBERS = {"type": "array", "items": TEXT}
POSTS = {"V1": "helm", "V2": "helm", "V3": "helm", "V4": "deck", "V5": "deck"}
VOLUNTEERS = [{"number": number, "post": post, "boots": 38 + at, "available": number != "V3"} for at, (number, post) in enumerate(POSTS.items())]


def berth(number: str) -> dict[str, Any]:
    return {"volunteer_number": number, "boots": next(row["boots"] for row in VOLUNTEERS if row["number"] == number)}


WATCHES = [
    {"watch_id": "W1", "day": "2026-03-07", "crew": [berth("V1"), berth("V4")]},
    {"watch_id": "W2", "day": "2026-03-08", "crew": [berth("V2"), berth("V4")]},
    {"watch_id": "W3", "day": "2026-03-09", "crew": [berth("V5"), berth("V5")]},
]


def schema(name: str, description: str, **properties: Any) -> ToolSchema:
    return ToolSchema(name=name, description=description, parameters={"type": "object", "properties": properties, "required": list(properties)})


@pytest.fixture
def station() -> World:
    replace = "Let others of the same post stand a watch."
    tools = [
        schema("replace_crew", replace, watch_id=TEXT, volunteer_numbers=NUMBERS, new_volunteer_numbers=NUMBERS),
        schema("get_watch", "Get a watch.", watch_id=TEXT),
    ]
    return compile_world(tools, name="station", rows={"volunteers": VOLUNTEERS, "watches": WATCHES}).spec.start()


def replaced(world: World, watch: str, old: list[str], new: list[str]) -> str:
    return world.call("replace_crew", {"watch_id": watch, "volunteer_numbers": old, "new_volunteer_numbers": new}).outcome


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (["V1"], ["V2"], "ok"),
        (["V2"], ["V1"], "not_found"),
        (["V1", "V1"], ["V2", "V2"], "not_found"),
        (["V1"], ["V9"], "not_found"),
        (["V1"], ["V2", "V5"], "invalid"),
        (["V1"], ["V5"], "invalid"),
        (["V1"], ["V3"], "unavailable"),
        ([], [], "invalid"),
    ],
)
def test_rows_give_way_to_what_fits(station, old, new, expected):
    assert replaced(station, "W1", old, new) == expected


def test_a_row_may_be_named_as_often_as_it_stands_there(station):
    assert replaced(station, "W3", ["V5", "V5"], ["V4", "V4"]) == "ok"


def test_new_rows_get_what_both_tables_know(station):
    replaced(station, "W1", ["V1"], ["V2"])
    assert station.call("get_watch", {"watch_id": "W1"}).value["crew"][0] == berth("V2")
