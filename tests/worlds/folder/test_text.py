"""The text of a compiled world: pleasant to read, and the same world when it is read."""

import orjson
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gem_sim.worlds.folder.keep import world_text
from gem_sim.worlds.folder.text import rows_text

TOOL = {
    "kind": "read",
    "description": "Read a pet.\nSlowly.",
    "parameters": {
        "type": "object",
        "properties": {"pet_id": {"type": "string", "description": "Id of the pet"}, "deep": {"type": "boolean"}},
        "required": ["pet_id"],
    },
    "let": {"pet": "Pet(pet_id)"},
    "return": "{'pet': pet, 'x': 1}",
}
WORLD = {
    "name": "pets",
    "clock": "2026-03-02T09:00:00",
    "entities": {"Pet": {"key": "pet_id", "fields": {"pet_id": {"type": "string"}, "status": {"enum": ["on", "off"]}}}},
    "tools": {"get_pet": TOOL, "find": {**TOOL, "description": "Find."}},
}
TEXT = """# head
name: pets
clock: '2026-03-02T09:00:00'

entities:
  Pet:
    key: pet_id
    fields:
      pet_id: {type: string}
      status: {enum: ['on', 'off']}

tools:
  # read, one Pet
  get_pet:
    kind: read
    description: |-
      Read a pet.
      Slowly.
    parameters:
      type: object
      properties:
        pet_id: {type: string, description: Id of the pet}
        deep: {type: boolean}
      required: [pet_id]
    let: {pet: Pet(pet_id)}
    return: "{'pet': pet, 'x': 1}"

  find:
    kind: read
    description: Find.
    parameters:
      type: object
      properties:
        pet_id: {type: string, description: Id of the pet}
        deep: {type: boolean}
      required: [pet_id]
    let: {pet: Pet(pet_id)}
    return: "{'pet': pet, 'x': 1}"
"""


def test_long_things_stand_below_one_another_and_short_ones_on_a_line():
    assert world_text(WORLD, {"get_pet": ["read, one Pet"]}, "# head\n") == TEXT


def test_a_remark_is_one_line_whatever_is_in_it():
    text = world_text(WORLD, {"get_pet": ["a\nname: evil\r\u2028b", "c"]}, "")
    assert yaml.safe_load(text) == WORLD


NAMES = st.text(min_size=1, max_size=6).filter(lambda name: name not in {*WORLD, "fields"})
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30)
    | st.sampled_from(["no", "1.5", "a: b", "- x", "#", "a\n\nb", " a\nb", "2026-01-01", "\x85", "a\u2028b", "\ufeff"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
MEMBERS = st.dictionaries(NAMES, st.dictionaries(NAMES, VALUES, max_size=4), max_size=3)


@given(st.dictionaries(NAMES, VALUES, max_size=3), MEMBERS, MEMBERS)
def test_any_world_reads_back_as_it_is(plain, entities, tools):
    world = {**plain, "entities": entities, "tools": tools}
    assert yaml.safe_load(world_text(world, {}, "# head\n")) == world
    assert yaml.safe_load(world_text(world, {}, "", old=world_text({"tools": tools, **plain}, {}, ""))) == world


@given(st.dictionaries(NAMES, st.lists(st.dictionaries(NAMES, VALUES, max_size=3), max_size=3), max_size=3))
def test_any_rows_read_back_as_they_are(rows):
    assert orjson.loads(rows_text(rows)) == orjson.loads(orjson.dumps(rows))


def test_a_row_is_a_line():
    assert rows_text({"A": [{"a": 1, "b": [1, "x"]}, {"a": 2}], "B": []}) == '{\n  "A": [\n    {"a": 1, "b": [1, "x"]},\n    {"a": 2}\n  ],\n  "B": []\n}\n'


def test_remarks_of_a_writer_stay_where_the_part_stays():
    old = TEXT.replace("  find:", "  # my remark\n  # on two lines\n  find:").replace("# head", "# my head") + "# the end\n"
    changed = {**WORLD, "tools": {**WORLD["tools"], "get_pet": {**TOOL, "kind": "compute"}}}
    text = world_text(changed, {}, "# head\n", old)
    assert yaml.safe_load(text) == changed
    assert all(remark in text for remark in ("# my remark\n  # on two lines\n  find:", "# my head", "# the end"))


def test_nothing_new_leaves_the_text_as_it_is():
    old = TEXT.replace("    kind: read\n", "    kind:   read   # spaced\n")
    assert world_text(WORLD, {}, "# head\n", old) == old


def test_another_indentation_is_no_obstacle():
    old = yaml.safe_dump(WORLD, indent=6, sort_keys=True)
    changed = {**WORLD, "name": "cats"}
    assert yaml.safe_load(world_text(changed, {}, "", old)) == changed
