"""Where `unused` may point: at parameters, and at parts of their objects and lists."""

import pytest

from gem_sim.worlds.unused import stands

TEXT = {"type": "string"}
PARAMETERS = {
    "type": "object",
    "properties": {
        "body": {"type": "object", "properties": {"format": TEXT, "parts": {"type": "array", "items": {"type": "object", "properties": {"id": TEXT}}}}},
        "choice": {"anyOf": [TEXT, {"type": "object", "properties": {"colour": TEXT}}]},
        "knot": {"$ref": "#/$defs/Knot"},
        "loop": {"$ref": "#/$defs/Loop"},
    },
    "$defs": {"Knot": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Knot"}}}, "Loop": {"$ref": "#/$defs/Loop"}},
}


@pytest.mark.parametrize("path", ["body", "body.format", "body.parts[].id", "choice.colour", "knot.next.next"])
def test_a_place_in_the_parameters_stands(path: str) -> None:
    assert stands(PARAMETERS, path)


@pytest.mark.parametrize("path", ["", "bodies", "body.id", "body.parts.id", "body[].format", "choice.size", "loop.next", "knot.next."])
def test_what_is_no_place_does_not(path: str) -> None:
    assert not stands(PARAMETERS, path)
