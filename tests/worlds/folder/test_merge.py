"""Three worlds become one: generated before, edited since, generated now."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gem_sim.worlds.diagnostics import Notes
from gem_sim.worlds.folder.merge import merged

BASE = {
    "name": "pets",
    "clock": "2026-03-02T09:00:00",
    "entities": {"Pet": {"key": "id", "fields": {"id": {"type": "string"}, "name": {"type": "string"}}}, "Toy": {"key": "id", "fields": {"id": {}}}},
    "tools": {"get_pet": {"description": "Read.", "let": {"pet": "Pet(id)"}, "return": "pet"}, "list_pets": {"description": "List.", "return": "find(Pet)"}},
    "rules": [{"id": "r1", "text": "No"}, {"id": "r2", "text": "Never"}],
}


def three(mine=(), theirs=()):
    """The merged world and its notes after edits, each a path and a value, or None to delete."""
    worlds = [copy.deepcopy(BASE) for _ in range(3)]
    for world, edits in zip(worlds[1:], (mine, theirs), strict=True):
        for path, value in edits:
            *above, last = path.split("/")
            part = world
            for step in above:
                part = part[step]
            if value is None:
                del part[last]
            else:
                part[last] = value
    notes = Notes()
    made = merged(*worlds, notes)
    return made, [(one.code, one.where) for one in notes.all()]


def test_without_edits_everything_is_new():
    made, notes = three(
        theirs=[("tools/get_pet/return", "1"), ("entities/Pet/fields/age", {}), ("entities/Toy", None), ("tools/add", {"return": "2"}), ("clock", "x")]
    )
    assert made["tools"] == {
        "get_pet": {"description": "Read.", "let": {"pet": "Pet(id)"}, "return": "1"},
        "list_pets": BASE["tools"]["list_pets"],
        "add": {"return": "2"},
    }
    assert list(made["entities"]) == ["Pet"]
    assert list(made["entities"]["Pet"]["fields"]) == ["id", "name", "age"]
    assert (made["clock"], notes) == ("x", [])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("tools/get_pet/return", "omit(pet, 'name')"),
        ("tools/get_pet/require", [{"that": "1", "code": "x", "error": "y"}]),
        ("entities/Pet/fields/name", {"type": "string", "unique": True}),
        ("entities/Pet/fields/colour", {"type": "string"}),
        ("entities/Pet/missing", "No pet"),
        ("entities/Cat", {"key": "id", "fields": {"id": {}}}),
        ("tools/own", {"return": "1"}),
        ("policy", "Be kind"),
        ("clock", "2027-01-01T00:00:00"),
    ],
)
def test_what_was_changed_or_added_by_hand_stays(path, value):
    made, notes = three(mine=[(path, value)], theirs=[("tools/list_pets/return", "new"), ("version", "2")])
    *above, last = path.split("/")
    part = made
    for step in above:
        part = part[step]
    assert part[last] == value
    assert (made["tools"]["list_pets"]["return"], made["version"]) == ("new", "2")
    assert notes == [("edit.kept", path.replace("/", "."))]


@pytest.mark.parametrize("path", ["tools/list_pets", "entities/Toy", "tools/get_pet/let", "entities/Pet/fields/name", "clock"])
def test_what_was_deleted_by_hand_stays_deleted(path):
    made, notes = three(mine=[(path, None)])
    *above, last = path.split("/")
    part = made
    for step in above:
        part = part[step]
    assert last not in part
    assert notes == [("edit.kept", path.replace("/", "."))]


def test_a_part_changed_on_both_sides_is_kept_with_a_warning():
    made, notes = three(mine=[("tools/get_pet/return", "mine")], theirs=[("tools/get_pet/return", "theirs")])
    assert (made["tools"]["get_pet"]["return"], notes) == ("mine", [("edit.conflict", "tools.get_pet.return")])


def test_a_part_changed_alike_on_both_sides_is_nothing_to_speak_of():
    assert three(mine=[("tools/get_pet/return", "same")], theirs=[("tools/get_pet/return", "same")])[1] == []


def test_an_edited_tool_that_is_generated_no_longer_is_kept_with_a_warning():
    made, notes = three(mine=[("tools/get_pet/return", "mine")], theirs=[("tools/get_pet", None), ("tools/list_pets", None)])
    assert (list(made["tools"]), notes) == (["get_pet"], [("edit.orphan", "tools.get_pet")])


def test_rules_are_told_apart_by_their_ids():
    made, notes = three(
        mine=[("rules", [{"id": "r2", "text": "Mine"}, {"id": "own", "text": "Own"}])], theirs=[("rules", [*BASE["rules"], {"id": "r3", "text": "New"}])]
    )
    assert made["rules"] == [{"id": "r2", "text": "Mine"}, {"id": "own", "text": "Own"}, {"id": "r3", "text": "New"}]
    assert sorted(notes) == [("edit.kept", "rules.own"), ("edit.kept", "rules.r1"), ("edit.kept", "rules.r2")]


WORLDS = st.fixed_dictionaries(
    {
        "name": st.sampled_from("ab"),
        "entities": st.dictionaries(
            st.sampled_from("AB"),
            st.fixed_dictionaries({"key": st.sampled_from("xy"), "fields": st.dictionaries(st.sampled_from("xyz"), st.sampled_from([{}, {"type": "string"}]))}),
        ),
        "tools": st.dictionaries(st.sampled_from("tuv"), st.dictionaries(st.sampled_from(["return", "kind", "let"]), st.sampled_from("12"))),
    },
    optional={"unused": st.dictionaries(st.sampled_from("pq"), st.just("r"), min_size=1), "clock": st.just("c")},
)


@given(WORLDS, WORLDS)
def test_who_edits_nothing_gets_what_is_generated(base, theirs):
    assert merged(base, base, theirs, Notes()) == theirs


@given(WORLDS, WORLDS)
def test_who_generates_the_same_keeps_what_was_edited(base, mine):
    assert merged(base, mine, base, Notes()) == mine


@given(WORLDS, WORLDS, WORLDS)
def test_merging_again_changes_nothing(base, mine, theirs):
    once = merged(base, mine, theirs, Notes())
    assert merged(theirs, once, theirs, Notes()) == once
