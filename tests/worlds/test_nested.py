"""Rows that live in other rows: shown inside, found and changed one by one, gone with what they live in."""

from typing import Any

import orjson
import pytest

from gem_sim.errors import SpecError
from gem_sim.worlds.load import parse_world
from gem_sim.worlds.world import CallResult, World

TEXT = {"type": "string"}
ENTITIES: dict[str, Any] = {
    "Shelf": {"key": "shelf_id", "missing": "No shelf {shelf_id}", "fields": {"shelf_id": TEXT, "name": TEXT}},
    "Box": {"within": "Shelf.boxes", "key": "number", "missing": "No box {number} on {shelf_id}", "fields": {"number": {"type": "integer"}, "label": TEXT}},
    "Slip": {"within": "Box.slips", "fields": {"text": TEXT, "sum": {"type": "number", "decimals": 2, "optional": True}}},
    "Tag": {"within": "Shelf.tags", "key": "id", "shape": "map", "fields": {"id": TEXT, "colour": TEXT}},
}
SHELVES = [
    {
        "shelf_id": "S1",
        "name": "left",
        "boxes": [{"number": 1, "label": "a", "slips": [{"text": "x"}, {"text": "x", "sum": 1.5}]}, {"number": 2, "label": "b"}],
        "tags": {"t1": {"colour": "red"}, "t2": {"colour": "blue"}},
    },
    {"shelf_id": "S2", "name": "right", "boxes": [{"number": 1, "label": "c"}]},
]


def shelves(returning: str = "Shelf('S1')", **tool: Any) -> World:
    """A world of shelves with one tool `t`, which takes a and b."""
    about = {"description": "", "parameters": {"type": "object", "properties": {"a": {}, "b": {}}}, "return": returning, **tool}
    return parse_world({"name": "w", "entities": ENTITIES, "tools": {"t": about}, "rows": {"Shelf": SHELVES}}, "w").start()


def done(world: World, **arguments: Any) -> CallResult:
    result = world.call("t", arguments)
    assert result.ok, result.error
    return result


def value(expression: str, **arguments: Any) -> Any:
    return done(shelves(expression), **arguments).value


def test_a_row_is_shown_with_all_that_lives_in_it() -> None:
    boxes = [{"number": 1, "label": "a", "slips": [{"text": "x"}, {"text": "x", "sum": 1.5}]}, {"number": 2, "label": "b", "slips": []}]
    assert value("Shelf('S1')") == {
        "shelf_id": "S1",
        "name": "left",
        "boxes": boxes,
        "tags": {t: {"id": t, "colour": c} for t, c in [("t1", "red"), ("t2", "blue")]},
    }


def test_a_row_that_stands_alone_says_where_it_lives() -> None:
    assert value("Box('S2', 1)") == {"shelf_id": "S2", "number": 1, "label": "c", "slips": []}
    assert value("find(Slip, text='x')")[1] == {"shelf_id": "S1", "number": 1, "text": "x", "sum": 1.5}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("[box.label for box in Shelf('S1').boxes]", ["a", "b"]),
        ("len(Shelf('S1').tags)", 2),
        ("Tag('S1', 't2').colour", "blue"),
        ("get(Tag, 'S1', 't9')", None),
        ("get(Box, None, 1)", None),
        ("[box.shelf_id for box in find(Box, number=1)]", ["S1", "S2"]),
        ("first(Shelf('S1').boxes).slips[1].sum", 1.5),
        ("[slip.text for box in Shelf('S1').boxes for slip in box.slips]", ["x", "x"]),
        ("{'shelf': Shelf('S2')}", {"shelf": {"shelf_id": "S2", "name": "right", "boxes": [{"number": 1, "label": "c", "slips": []}], "tags": {}}}),
        ("page(Shelf('S1').boxes, 1).items", [{"shelf_id": "S1", "number": 1, "label": "a", "slips": [{"text": "x"}, {"text": "x", "sum": 1.5}]}]),
        ("sum([slip.sum for slip in find(Slip) if slip.sum is not None])", 1.5),
    ],
)
def test_what_expressions_see_of_nested_rows(expression: str, expected: Any) -> None:
    assert value(expression) == expected


def test_a_look_up_without_a_row_speaks_in_the_words_of_the_entity() -> None:
    assert shelves("Box('S1', 7)").call("t", {}).error == {"code": "not_found", "message": "No box 7 on S1"}


def test_rows_without_a_key_are_changed_in_their_place() -> None:
    world = shelves(do=[{"set": {"slip.text": "a"}, "for": "slip in Box('S1', 1).slips", "if": "slip.sum is not None"}])
    result = done(world, a="y")
    assert [slip["text"] for slip in result.value["boxes"][0]["slips"]] == ["x", "y"]
    assert result.diff == [{"entity": "Slip", "key": ["S1", 1, 1], "op": "set", "fields": {"text": ["x", "y"]}}]


def test_a_new_row_without_a_key_comes_last() -> None:
    world = shelves(do=[{"insert": {"Slip": {"shelf_id": "'S1'", "number": "1", "text": "a"}}}])
    assert [done(world, a=word).value["boxes"][0]["slips"][-1]["text"] for word in ("y", "z")] == ["y", "z"]


def test_a_row_can_be_made_with_all_that_lives_in_it() -> None:
    insert = {
        "Shelf": {
            "shelf_id": "a",
            "name": "'new'",
            "boxes": "[{'number': n, 'label': 'l', 'slips': [{'text': 't'}]} for n in b]",
            "tags": "{'t': {'colour': 'green'}}",
        }
    }
    result = done(shelves("made", do=[{"insert": insert, "as": "made"}]), a="S9", b=[3, 4])
    assert [box["number"] for box in result.value["boxes"]] == [3, 4]
    assert result.value["tags"] == {"t": {"id": "t", "colour": "green"}}
    assert [change["entity"] for change in result.diff] == ["Shelf", "Box", "Slip", "Box", "Slip", "Tag"]


def test_setting_a_nested_field_replaces_the_rows_in_it() -> None:
    world = shelves(let={"shelf": "Shelf('S1')"}, do=[{"set": {"shelf.boxes": "[{'number': 5, 'label': 'n'}]", "shelf.name": "'other'"}}])
    assert done(world).value["boxes"] == [{"number": 5, "label": "n", "slips": []}]
    assert world.call("t", {}).diff == []


def test_a_deleted_row_takes_along_what_lives_in_it() -> None:
    world = shelves("[len(find(Box)), len(find(Slip)), len(find(Tag))]", let={"shelf": "Shelf('S1')"}, do=[{"delete": "shelf"}])
    assert done(world).value == [1, 0, 0]


def test_nothing_can_be_put_into_a_row_that_is_not_there() -> None:
    world = shelves(do=[{"insert": {"Box": {"shelf_id": "a", "number": 8}}}])
    assert world.call("t", {"a": "S7"}).outcome == "unprocessable"
    assert done(world, a="S2").diff[0]["key"] == ["S2", 8]


@pytest.mark.parametrize("given", ["x", [1], {"k": 1}, [{"number": 1}, {"number": 1}], [{"nobody": 1}]])
def test_what_is_no_list_of_rows_leaves_the_world_as_it_was(given: Any) -> None:
    world = shelves(let={"shelf": "Shelf('S1')"}, do=[{"set": {"shelf.boxes": "a"}}])
    before = world.digest, orjson.dumps(world.dump())
    assert world.call("t", {"a": given}).outcome == "unprocessable"
    assert (world.digest, orjson.dumps(world.dump())) == before


def test_a_dump_holds_nested_rows_and_loads() -> None:
    world = shelves(
        do=[{"insert": {"Slip": {"shelf_id": "'S1'", "number": "2", "text": "a"}}}, {"set": {"slip.text": "a"}, "for": "slip in Box('S1', 1).slips"}]
    )
    done(world, a="n")
    again = world.spec.load(orjson.loads(orjson.dumps(world.dump())))
    assert (again.digest, again.rows("Shelf")) == (world.digest, world.rows("Shelf"))


def test_a_field_that_the_child_has_too_is_called_after_the_parent() -> None:
    entities = {"Job": {"key": "id", "fields": {"id": TEXT}}, "Step": {"within": "Job.steps", "key": "id", "fields": {"id": TEXT}}}
    tools = {"t": {"description": "", "parameters": {"type": "object"}, "return": "Step('j', 's')"}}
    world = parse_world({"name": "w", "entities": entities, "tools": tools, "rows": {"Job": [{"id": "j", "steps": [{"id": "s"}]}]}}, "w").start()
    assert world.call("t", {}).value == {"job_id": "j", "id": "s"}


@pytest.mark.parametrize(
    ("entities", "problem"),
    [
        ({"A": {"within": "B.x", "fields": {}}}, "expected 'Parent.field'"),
        ({"A": {"within": "A.x", "fields": {}}}, "circle"),
        ({"B": {"key": "k", "fields": {"k": {}, "x": {}}}, "A": {"within": "B.x", "fields": {}}}, "has a field 'x' already"),
        ({"B": {"key": "k", "fields": {"k": {}}}, "A": {"within": "B.x", "fields": {}}, "C": {"within": "B.x", "fields": {}}}, "two are within B.x"),
        ({"B": {"key": "k", "fields": {"k": {}}}, "A": {"within": "B.x", "fields": {}}, "C": {"within": "A.y", "fields": {}}}, "have no key"),
        ({"B": {"key": "k", "fields": {"k": {}}}, "A": {"within": "B.x", "shape": "map", "fields": {}}}, "one key field"),
    ],
)
def test_a_nested_entity_without_a_sound_home_is_refused(entities: dict[str, Any], problem: str) -> None:
    with pytest.raises(SpecError, match=problem):
        parse_world({"name": "w", "entities": entities, "tools": {}}, "w")


def test_the_same_slip_twice_makes_another_digest_than_once() -> None:
    one, two = (shelves(do=[{"insert": {"Slip": {"shelf_id": "'S2'", "number": "1", "text": "'x'"}}}]) for _ in range(2))
    done(one)
    done(two)
    done(two)
    assert one.digest != two.digest
