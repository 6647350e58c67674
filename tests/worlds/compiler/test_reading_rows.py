"""Lists of compiled worlds: filters, bounds, searches, order, pages in every spelling, and what is shown of a row."""

from typing import Any

import pytest
from builders import TEXT

from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler import compile_world
from gem_sim.worlds.world import World

NUMBER = {"type": "integer"}
ITEM = {"title": TEXT, "price": {"type": "number"}, "colour": {"type": "string", "enum": ["red", "blue"]}, "tags": {"type": "array", "items": TEXT}}


def listing(**parameters: Any) -> World:
    tools = [
        ToolSchema(name="list_items", description="List items.", parameters={"type": "object", "properties": parameters}),
        ToolSchema(name="create_item", description="Create an item.", parameters={"type": "object", "properties": ITEM, "required": list(ITEM)}),
        ToolSchema(name="get_item", description="Get an item.", parameters={"type": "object", "properties": {"item_id": TEXT}, "required": ["item_id"]}),
    ]
    made = compile_world(tools).spec.start()
    for at, colour in enumerate(("red", "blue", "red")):
        made.call("create_item", {"title": f"thing {at}", "price": 10_000 + at, "colour": colour, "tags": ["new", f"t{at}"]})
    return made


def titles(world: World, **arguments: Any) -> list[str]:
    return [row["title"] for row in world.call("list_items", arguments).value["items"]]


def whole(world: World) -> list[str]:
    return [row["item_id"] for row in world.rows("Item")]


def test_a_list_without_pages_begins_with_the_newest() -> None:
    assert titles(listing())[:3] == ["thing 2", "thing 1", "thing 0"]


def test_bounds_bound() -> None:
    world = listing(min_price={"type": "number"}, max_price={"type": "number"})
    assert titles(world, min_price=10_000, max_price=10_001) == ["thing 1", "thing 0"]


@pytest.mark.parametrize("name", ["query", "q", "search", "keyword"])
def test_words_are_searched(name: str) -> None:
    assert titles(listing(**{name: TEXT}), **{name: "THING 1"}) == ["thing 1"]


def test_a_list_of_values_means_any_of_them() -> None:
    world = listing(tags={"type": "array", "items": TEXT})
    assert titles(world, tags=["t0", "t2", "never"]) == ["thing 2", "thing 0"]


@pytest.mark.parametrize("default", ["all", "red"])
def test_a_default_never_empties_a_list(default: str) -> None:
    world = listing(colour={"type": "string", "enum": ["all", "red", "blue"], "default": default})
    assert len(titles(world)) > 0
    assert "thing 1" in titles(world, colour="blue")


def test_a_free_default_asks_for_nothing() -> None:
    assert len(titles(listing(title=TEXT | {"default": "."}))) == 10


PAGING: list[tuple[dict[str, Any], Any]] = [
    ({"limit": NUMBER, "offset": NUMBER}, lambda at, size: {"limit": size, "offset": at}),
    ({"$top": NUMBER, "$skip": NUMBER}, lambda at, size: {"$top": size, "$skip": at}),
    ({"page_size": NUMBER, "page": NUMBER}, lambda at, size: {"page_size": size, "page": at // size + 1}),
    ({"page[size]": NUMBER, "page[number]": NUMBER}, lambda at, size: {"page[size]": size, "page[number]": at // size + 1}),
    ({"per_page": NUMBER, "cursor": TEXT}, lambda at, size: {"per_page": size, "cursor": str(at)}),
]


@pytest.mark.parametrize(("parameters", "place"), PAGING)
def test_pages_put_together_are_the_whole(parameters: dict[str, Any], place: Any) -> None:
    world = listing(**parameters)
    found = [row["item_id"] for at in range(0, len(whole(world)), 4) for row in world.call("list_items", place(at, 4)).value["items"]]
    assert found == whole(world)


def test_the_answer_says_where_the_next_page_begins() -> None:
    assert listing(limit=NUMBER, offset=NUMBER).call("list_items", {"limit": 4}).value["next_offset"] == 4
    numbered = listing(per_page=NUMBER, page=NUMBER)
    assert numbered.call("list_items", {"per_page": 4}).value["next_page"] == 2
    assert numbered.call("list_items", {"per_page": 10, "page": 2}).value["next_page"] is None


def test_the_order_is_the_one_asked_for() -> None:
    world = listing(sort_by=TEXT, order={"type": "string", "enum": ["asc", "desc"]}, limit=NUMBER, offset=NUMBER)
    prices = [row["price"] for row in world.rows("Item")]
    assert titles(world, sort_by="price", order="desc", limit=1) == ["thing 2"]
    shown = world.call("list_items", {"sort_by": "price", "limit": 1}).value["items"][0]["item_id"]
    assert shown == next(row["item_id"] for row in world.rows("Item") if row["price"] == min(prices))


def test_an_order_of_named_choices_is_understood() -> None:
    world = listing(sort={"type": "string", "enum": ["price_asc", "price_desc"]}, limit=NUMBER, offset=NUMBER)
    assert titles(world, sort="price_desc", limit=1) == ["thing 2"]


def test_fields_choose_what_is_shown() -> None:
    rows = listing(fields=TEXT).call("list_items", {"fields": "title,price"}).value["items"]
    assert rows[0].keys() == {"item_id", "title", "price"}


def test_a_read_by_an_unknown_key_is_no_empty_page() -> None:
    assert listing().call("get_item", {"item_id": "none"}).outcome == "not_found"
