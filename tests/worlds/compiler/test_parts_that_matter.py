"""What stands inside lists and objects that tools take: it changes what they do, or it is said why it does not."""

from typing import Any

from builders import TEXT

from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler import compile_world
from gem_sim.worlds.laws import examine

NUMBER = {"type": "integer"}
TEXTS = {"type": "array", "items": TEXT}


def told(name: str, properties: dict[str, Any] | None = None, required: tuple[str, ...] = ()) -> ToolSchema:
    return ToolSchema(name=name, description=name, parameters={"type": "object", "properties": properties or {}, "required": list(required)})


def whole(**parts: Any) -> dict[str, Any]:
    return {"type": "object", "properties": parts}


def listed(**parts: Any) -> dict[str, Any]:
    return {"type": "array", "items": whole(**parts)}


def few(*values: str) -> dict[str, Any]:
    return {**TEXT, "enum": list(values)}


def idle(*tools: ToolSchema) -> list[str]:
    """Parameters and parts that change nothing in the world of some tools, though nobody says why."""
    return [one.where for one in examine(compile_world(tools).spec).found if one.code == "parameter.idle"]


def test_what_one_of_a_list_says_for_itself_is_not_what_is_said_for_all():
    tools = [told("create_lamps", {"lamps": listed(title=TEXT, labels=TEXTS), "labels": TEXTS}, ("lamps",)), told("list_lamps")]
    made = compile_world(tools).spec.start().call("create_lamps", {"lamps": [{"title": "Moon"}, {"title": "Sun", "labels": ["warm"]}], "labels": ["new"]})
    assert [row["labels"] for row in made.value["items"]] == [["new"], ["warm"]]


def test_a_part_of_another_type_than_the_parameter_of_its_name_is_kept_beside_it():
    tools = [
        told("create_lamps", {"maker": NUMBER, "lamps": listed(title=TEXT, maker=TEXT)}, ("maker", "lamps")),
        told("list_lamps", {"maker": NUMBER}, ("maker",)),
    ]
    world = compile_world(tools).spec.start()
    made = world.call("create_lamps", {"maker": 4, "lamps": [{"title": "Moon", "maker": "Ida Holm"}]}).value["items"][0]
    assert (made["maker"], made["own_maker"]) == (4, "Ida Holm")
    assert idle(*tools) == []


def test_a_list_of_objects_asks_for_rows_that_have_all_parts_of_one():
    tools = [told("list_lamps", {"shades": listed(colour=TEXT, width=NUMBER)})]
    world = compile_world(tools).spec.start()
    row = world.rows("Lamp")[0]
    found = world.call("list_lamps", {"shades": [{"colour": row["shade"]["colour"]}, {"width": -5}]}).value["items"]
    assert row in found
    assert idle(*tools) == []


def test_an_empty_list_that_is_given_by_default_asks_for_nothing():
    tools = [told("list_lamps", {"tags": {**TEXTS, "default": []}})]
    assert compile_world(tools).spec.start().call("list_lamps", {}).value["items"]


def test_pages_that_ask_for_more_rows_than_one_has_are_all_the_same():
    tools = [told("list_lamps", {"limit": {**NUMBER, "minimum": 25}})]
    assert [*compile_world(tools).spec.unused] == ["list_lamps.limit"]


def test_a_list_of_keys_says_how_keys_look():
    tools = [told("get_lamp_report", {"ids": {"type": "array", "items": {**TEXT, "format": "uuid"}, "minItems": 1}}, ("ids",))]
    world = compile_world(tools).spec.start()
    key = world.rows("LampReport")[0]["lamp_report_id"]
    assert [row["lamp_report_id"] for row in world.call("get_lamp_report", {"ids": [key]}).value["items"]] == [key]


def test_a_read_that_is_handed_whole_things_answers_about_these_and_shows_no_rows():
    handed = {name: whole(name=TEXT, street=TEXT) for name in ("sender", "receiver", "parcel")}
    spec = compile_world([told("get_shipping_rate", handed), told("list_lamps")]).spec
    assert spec.tools["get_shipping_rate"].kind == "imagined"
    paged = compile_world([told("list_parcels", {**handed, "limit": NUMBER}), told("list_lamps")]).spec
    assert paged.tools["list_parcels"].kind == "read"


def test_a_list_beside_the_key_of_a_read_is_named_as_what_does_not_matter():
    tools = [told("get_lamp", {"lamp_id": TEXT, "shades": listed(colour=TEXT)}, ("lamp_id", "shades")), told("create_lamp", {"title": TEXT}, ("title",))]
    assert [*compile_world(tools).spec.unused] == ["get_lamp.shades"]


def test_parts_of_a_body_that_only_whole_rows_meet_are_found_to_matter():
    flag = {"type": "boolean", "default": False}
    lines = listed(text=TEXT, row={**NUMBER, "minimum": 1}, width=few("wide", "narrow"), style=few("bold", "thin", "plain"))
    preset = {**whole(code=TEXT, language={**TEXT, "pattern": "^[a-z]{2}$"}), "required": ["code"]}
    content = {**whole(form=few("plain", "drawn", "woven", "cut"), preset=preset, lines=lines), "required": ["form"]}
    papers, times = few("a", "b", "c", "d", "e", "f"), few("now", "soon", "later", "never")
    poster = {**whole(paper=papers, when=times, folded=flag, glossy=flag, content=content), "required": ["paper", "when", "content"]}
    assert idle(told("print_posters", {"poster": poster}, ("poster",))) == []
