"""Ids that go on counting those of given rows are no draw."""

import pytest

from gem_sim.worlds.laws import check
from gem_sim.worlds.load import parse_world


@pytest.mark.parametrize(("made", "expected"), [("'B-3'", False), ("'B-9'", True), ("'X-3'", True)])
def test_an_id_that_no_seed_changes_is_a_flaw_unless_it_is_the_next_one(made, expected):
    data = {
        "name": "boats",
        "entities": {"Boat": {"key": "boat_id", "fields": {"boat_id": {"type": "string"}, "name": {"type": "string"}}}},
        "rows": {"Boat": [{"boat_id": "B-1", "name": "Tern"}, {"boat_id": "B-2", "name": "Ruff"}]},
        "tools": {
            "add_boat": {
                "description": "Add a boat.",
                "parameters": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
                "require": [{"that": f"get(Boat, {made}) is None", "code": "conflict", "error": "There is no room"}],
                "do": [{"insert": {"Boat": {"boat_id": made, "name": "name"}}, "as": "made_"}],
                "return": "made_",
            },
        },
    }
    assert ("seed.ids" in {one.code for one in check(parse_world(data, "boats"))}) == expected
