"""Compiled worlds keep the laws: what was made is shown, references hold, pages are the list, parameters change something."""

from typing import Any

from builders import TEXT

from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler import compile_world
from gem_sim.worlds.laws import examine

NUMBER = {"type": "integer"}


def told(name: str, properties: dict[str, Any] | None = None, required: tuple[str, ...] = ()) -> ToolSchema:
    return ToolSchema(name=name, description=name, parameters={"type": "object", "properties": properties or {}, "required": list(required)})


def maybe(**schema: Any) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}], "default": None}


def test_a_page_that_may_be_null_is_a_page_all_the_same():
    world = compile_world([told("list_songs", {"page": maybe(type="integer"), "limit": maybe(type="integer")})]).spec.start()
    pages = [world.call("list_songs", {"page": page, "limit": 4}).value["items"] for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [4, 4, 4]
    assert len({row["song_id"] for page in pages for row in page}) == 12


def test_a_page_in_digits_begins_with_the_first_row():
    world = compile_world([told("list_songs", {"page": {"type": "string", "default": "1"}})]).spec.start()
    first = world.call("list_songs", {})
    assert (first.value["total"], len(first.value["items"])) == (12, 10)
    assert world.call("list_songs", {"page": "1"}).value == first.value


def test_a_reference_that_one_tool_looks_up_is_one_for_every_write():
    tools = [
        told("get_album", {"album_id": TEXT}, ("album_id",)),
        told("list_songs", {"album_id": TEXT}, ("album_id",)),
        told("create_song", {"title": TEXT, "album_id": TEXT}, ("title", "album_id")),
    ]
    world = compile_world(tools).spec.start()
    assert world.call("create_song", {"title": "Reed", "album_id": "no such album"}).outcome == "not_found"


def test_a_new_row_belongs_to_whom_its_parent_belongs():
    tools = [
        told("get_user", {"user_id": TEXT}, ("user_id",)),
        told("create_album", {"user_id": TEXT, "title": TEXT}, ("user_id", "title")),
        told("get_album", {"album_id": TEXT}, ("album_id",)),
        told("create_song", {"album_id": TEXT, "title": TEXT}, ("album_id", "title")),
        told("list_songs", {"user_id": TEXT}, ("user_id",)),
    ]
    world = compile_world(tools).spec.start()
    album = world.rows("Album")[0]
    made = world.call("create_song", {"album_id": album["album_id"], "title": "Reed"}).value
    assert made["user_id"] == album["user_id"]
    assert made["song_id"] in [row["song_id"] for row in world.call("list_songs", {"user_id": album["user_id"]}).value["items"]]


def test_alternatives_that_exclude_each_other_are_loosened_with_a_word():
    either = {"oneOf": [{"type": "object", "properties": {"sender": TEXT}}, {"type": "object", "properties": {"subject": TEXT}}]}
    made = compile_world([told("create_filter", {"criteria": either}, ("criteria",)), told("list_filters")])
    assert [one.code for one in made.report.diagnostics] == ["schema.alternatives"]
    assert made.spec.start().call("create_filter", {"criteria": {"sender": "kim"}}).ok


def test_a_pattern_that_names_a_format_is_that_format():
    made = compile_world([told("list_songs", {"since": {"type": "string", "pattern": "date-time"}})])
    assert [one.code for one in made.report.diagnostics] == ["schema.pattern"]
    assert made.spec.start().call("list_songs", {"since": "2026-01-01T00:00:00Z"}).ok


def test_a_default_that_does_not_fit_is_dropped_with_a_word():
    made = compile_world([told("list_songs", {"limit": {"type": "integer", "default": "ten"}})])
    assert [one.code for one in made.report.diagnostics] == ["schema.default"]
    assert "default" not in made.spec.tools["list_songs"].parameters["properties"]["limit"]


def test_a_world_of_many_kinds_of_tools_keeps_all_laws():
    tools = [
        told("list_songs", {"genre": TEXT, "sort": TEXT, "direction": {"type": "string", "enum": ["asc", "desc"]}, "limit": NUMBER, "offset": NUMBER}),
        told("get_song", {"song_id": TEXT}, ("song_id",)),
        told("create_song", {"title": TEXT, "genre": TEXT}, ("title", "genre")),
        told("update_song", {"song_id": TEXT, "title": TEXT}, ("song_id",)),
        told("delete_song", {"song_id": TEXT}, ("song_id",)),
    ]
    found = examine(compile_world(tools).spec)
    assert [one.line() for one in found.found if one.severity == "error"] == []
    for code in ("filter.adds", "page.rows", "page.total", "read.order", "create.unseen", "update.stale", "delete.shown", "run.differs", "parameter.idle"):
        assert found.checks[code] > 0, code


def test_some_status_is_left_in_which_a_change_of_status_works():
    world = compile_world(
        [
            told("get_mandate", {"mandate_id": TEXT}, ("mandate_id",)),
            *(told(f"{verb}_mandate", {"mandate_id": TEXT}, ("mandate_id",)) for verb in ("activate", "cancel")),
        ]
    ).spec.start()
    assert all(world.propose(tool) is not None for tool in ("activate_mandate", "cancel_mandate"))


def test_a_row_without_a_value_is_in_every_list_that_asks_for_one():
    tools = [
        told("list_songs", {"genre": TEXT}, ("genre",)),
        told("create_song", {"genre": {**TEXT, "default": ""}, "title": TEXT}, ("title",)),
    ]
    world = compile_world(tools).spec.start()
    made = world.call("create_song", {"title": "Reed"}).value
    assert world.call("list_songs", {"genre": "folk"}).value["items"] == [made]


def test_keys_have_the_form_of_the_fields_that_hold_them():
    tools = [
        told("get_cover", {"image_id": TEXT}, ("image_id",)),
        told("list_songs"),
        told("create_song", {"image_id": {**TEXT, "format": "uuid"}, "title": TEXT}, ("title", "image_id")),
    ]
    world = compile_world(tools).spec.start()
    covers = {row["image_id"] for row in world.rows("Cover")}
    assert {row["image_id"] for row in world.rows("Song")} <= covers
    assert all(len(cover) == 36 and cover.count("-") == 4 for cover in covers)


def test_a_list_that_begins_after_a_row_turns_pages_by_it():
    world = compile_world([told("list_songs", {"after": TEXT, "before": TEXT}), told("get_song", {"song_id": TEXT}, ("song_id",))]).spec.start()
    first = world.call("list_songs", {}).value
    rest = world.call("list_songs", {"after": first["next_cursor"]}).value
    assert len(first["items"]) + len(rest["items"]) == first["total"]


def test_pages_are_not_turned_by_a_date():
    after = {**TEXT, "format": "date-time"}
    spec = compile_world([told("list_songs", {"after": after, "limit": NUMBER}), told("create_song", {"title": TEXT}, ("title",))]).spec
    assert [one.line() for one in examine(spec).found if one.severity == "error"] == []


def test_an_order_that_no_row_can_have_leaves_the_direction():
    tools = [told("list_songs", {"order_by": {**TEXT, "default": "shelf_mark"}, "direction": {**TEXT, "default": "asc"}}), told("create_song", {"title": TEXT})]
    world = compile_world(tools).spec.start()
    up, down = (world.call("list_songs", {"direction": way}).value["items"] for way in ("asc", "desc"))
    assert up != down


def test_a_new_value_goes_where_the_old_one_was():
    tools = [
        told("list_songs"),
        told("get_song", {"song_id": TEXT}, ("song_id",)),
        told("rename_song", {"old_title": TEXT, "new_title": TEXT}, ("old_title", "new_title")),
        told("change_song_key", {"songId": TEXT, "newKeySignature": TEXT}, ("songId", "newKeySignature")),
    ]
    world = compile_world(tools).spec.start()
    song = world.rows("Song")[0]
    assert world.call("rename_song", {"old_title": song["title"], "new_title": "Reed"}).value == {**song, "title": "Reed"}
    assert world.call("rename_song", {"old_title": song["title"], "new_title": "Moss"}).outcome == "not_found"
    assert world.call("change_song_key", {"songId": song["song_id"], "newKeySignature": "A flat"}).value["keySignature"] == "A flat"


def test_a_new_key_and_what_stands_beside_its_old_value_stay_apart():
    tools = [told("get_song", {"title": TEXT}, ("title",)), told("rename_song", {"title": TEXT, "new_title": TEXT}, ("title", "new_title"))]
    world = compile_world(tools).spec.start()
    song = world.rows("Song")[0]
    assert world.call("rename_song", {"title": song["title"], "new_title": "Reed"}).value == {**song, "new_title": "Reed"}


def returning(returns: dict[str, Any], name: str, properties: dict[str, Any] | None = None, required: tuple[str, ...] = ()) -> ToolSchema:
    return told(name, properties, required).model_copy(update={"returns": returns})


def test_a_list_is_shown_whole_where_its_answer_may_be_any_object():
    world = compile_world([returning({"type": "object"}, "list_songs", {"genre": TEXT})]).spec.start()
    assert world.call("list_songs", {}).value["total"] == len(world.rows("Song"))
    assert world.call("list_songs", {"genre": "no such genre"}).value["items"] == []


def test_one_number_for_many_rows_is_their_count():
    tools = [returning({"type": "integer"}, "list_songs", {"genre": TEXT}), told("create_song", {"genre": TEXT, "title": TEXT}, ("title",))]
    world = compile_world(tools).spec.start()
    assert world.call("list_songs", {}).value == len(world.rows("Song"))


def test_an_offset_in_digits_leads_to_the_next_page():
    form = {"type": "object", "properties": {"songs": {"type": "array", "items": {"type": "object"}}, "total": NUMBER, "next": TEXT}}
    tools = [returning(form, "list_songs", {"limit": TEXT, "offset": TEXT}), told("get_song", {"song_id": TEXT}, ("song_id",))]
    world = compile_world(tools).spec.start()
    first = world.call("list_songs", {}).value
    rest = world.call("list_songs", {"offset": first["next"]}).value
    assert 0 < len(first["songs"]) < first["total"]
    assert len(first["songs"]) + len(rest["songs"]) == first["total"]


def test_pages_are_counted_where_answers_cannot_say_how_to_go_on():
    tools = [returning({"type": "array", "items": {"type": "object"}}, "list_songs", {"page": TEXT}), told("get_song", {"song_id": TEXT}, ("song_id",))]
    world = compile_world(tools).spec.start()
    pages = [world.call("list_songs", {"page": page}).value for page in ("1", "2", "3")]
    assert [len(page) for page in pages] == [10, 2, 0]


def test_what_no_tool_writes_has_the_form_that_is_shown():
    shown = {
        "type": "object",
        "properties": {"song_id": TEXT, "charted": {**TEXT, "format": "date-time"}, "takes": {"type": "array", "items": {"type": "object"}}},
    }
    plain = {"type": "array", "items": {"type": "object", "properties": {"song_id": TEXT, "charted": TEXT, "takes": {"type": "array"}}}}
    world = compile_world([returning(plain, "list_songs"), returning(shown, "get_song", {"song_id": TEXT}, ("song_id",))]).spec.start()
    songs = world.rows("Song")
    assert all(song["charted"].endswith("Z") for song in songs)
    assert all(isinstance(take, dict) for song in songs for take in song["takes"])


def test_of_several_rows_in_one_place_the_one_that_was_made_last_is_shown():
    tools = [
        told("get_album", {"album_id": TEXT}, ("album_id",)),
        told("get_cover", {"cover_id": TEXT}, ("cover_id",)),
        told("get_cover_by_name", {"name": TEXT}, ("name",)),
        told("create_cover", {"name": TEXT}, ("name",)),
    ]
    world = compile_world(tools).spec.start()
    made = [world.call("create_cover", {"name": "Reed"}).value for _ in range(2)]
    assert world.call("get_cover_by_name", {"name": "Reed"}).value == made[1]


def test_a_reference_that_a_list_has_by_default_asks_for_all_rows_though_it_names_none():
    paged = {"offset": {**NUMBER, "default": 0}, "limit": {**NUMBER, "default": 31}}
    tools = [
        told("get_album_activity_list", {"id": {**TEXT, "default": "quiet-winter-tunes", "description": "The id of the album"}, **paged}),
        *(told(name, {"query": TEXT}) for name in ("get_album_search", "get_cover_search")),
        told("get_cover_show", {"id": TEXT}),
        told("get_tag_list", paged),
    ]
    made = compile_world(tools)
    world = made.spec.start()
    listed = world.call("get_album_activity_list", {}).value
    assert listed["total"] == len(world.rows("AlbumActivity"))
    assert world.call("get_album_activity_list", {"limit": 4}).value["items"] == listed["items"][:4]
    assert world.call("get_album_activity_list", {"id": "no such album"}).outcome == "not_found"
    assert "parameter.idle" not in [one.code for one in examine(made.spec).found]
