"""Review of a compiled world: edits are data that nobody vouches for; what is taken leaves the world no worse by the compiler's own checks."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from gem_sim import compile_world, prompts
from gem_sim.records import Hints, ToolSchema
from gem_sim.worlds.compiler.review import ROUNDS, Scripted
from gem_sim.worlds.compiler.review.edits import MOST_EDITS, MOST_TEXT, Edit, read_reply
from gem_sim.worlds.compiler.review.judging import judged
from gem_sim.worlds.importers import read_tools
from gem_sim.worlds.language.calls import ENTITY_CALLS
from gem_sim.worlds.language.functions import FUNCTIONS

TOOLS = Path(__file__).resolve().parents[3] / "examples" / "tools"
PAGE = Path(__file__).resolve().parents[3] / "docs" / "review.md"
TEXT = {"type": "string", "description": "x"}


def tool(name, description, parameters=(), required=None, **more):
    properties = dict.fromkeys(parameters, TEXT) if not isinstance(parameters, dict) else parameters
    schema = {"type": "object", "properties": properties, "required": list(properties if required is None else required), "additionalProperties": False}
    return ToolSchema(name=name, description=description, parameters=schema, **more)


LOCKERS = [
    tool("list_lockers", "List the lockers of a size.", ("size",), ()),
    tool("get_locker", "Get a locker.", ("locker_id",)),
    tool("rent_locker", "Rent a locker.", ("locker_id", "renter")),
    tool("clear_locker", "Clear a locker.", ("locker_id",)),
]


def reply(*edits):
    return json.dumps({"edits": edits})


def review(*replies, tools=LOCKERS, **more):
    made = compile_world(tools, name="lockers", reviewer=Scripted(*replies), **more)
    return made, made.report.review


def require(that, tool="rent_locker", **more):
    return {"edit": "require", "tool": tool, "that": that, "code": "conflict", "error": "No", **more}


def reasons(rounds):
    return " | ".join(why for one in rounds for _, why in one.refused)


STATUS = {"edit": "field", "entity": "Locker", "field": "state", "enum": ["free", "rented"]}


def test_without_a_reviewer_nothing_is_reviewed():
    assert compile_world(LOCKERS).report.review == ()


def test_a_reviewer_with_nothing_to_say_changes_nothing():
    made, rounds = review(reply())
    assert made.spec.digest == compile_world(LOCKERS, name="lockers").spec.digest
    assert [(one.accepted, one.refused, one.problems) for one in rounds] == [((), (), ())]


def test_requirements_and_writes_of_a_review_are_executed():
    made, _ = review(
        reply(
            STATUS,
            require("locker.state == 'free'"),
            {"edit": "behaviour", "tool": "rent_locker", "do": [{"set": {"locker.state": "'rented'", "locker.renter": "renter"}}]},
        )
    )
    world = made.spec.start()
    arguments = world.propose("rent_locker")
    assert world.call("rent_locker", arguments).value["state"] == "rented"
    assert world.call("rent_locker", arguments).error == {"code": "conflict", "message": "No"}


def test_how_a_tool_is_read_is_compiled_anew():
    tools = [*LOCKERS, tool("purge_all", "Process.", ("box",)), tool("show_box", "Show a box.", ("box_id",))]
    made, rounds = review(reply({"edit": "tool", "tool": "purge_all", "kind": "delete", "entity": "Box", "roles": {"box": "key"}}), tools=tools)
    about = made.report.tools["purge_all"]
    assert (about.kind, about.entity, about.roles, about.doubts) == ("delete", "Box", {"box": "key"}, ()), reasons(rounds)
    world = made.spec.start()
    assert [change["op"] for change in world.call("purge_all", world.propose("purge_all")).diff] == ["delete"]


def test_entities_are_made_one():
    tools = [tool("list_parcels", "List parcels."), tool("get_parcel", "Get a parcel.", ("parcel_id",)), tool("send_package", "Send a package.", ("address",))]
    made, _ = review(reply({"edit": "entity", "entity": "Package", "into": "Parcel"}), tools=tools)
    assert list(made.spec.entities) == ["Parcel"]
    world = made.spec.start()
    before = world.call("list_parcels", {}).value["total"]
    world.call("send_package", {"address": "1 Mill Lane"})
    assert world.call("list_parcels", {}).value["total"] == before + 1


def test_rows_hold_the_values_of_a_review():
    made, _ = review(reply({"edit": "values", "entity": "Locker", "field": "size", "values": ["small", "large"]}))
    assert {row["size"] for row in made.spec.rows["Locker"]} == {"small", "large"}
    assert "Locker.size" not in made.report.filler


def test_rows_that_were_given_stay():
    rows = {"Locker": [{"locker_id": "L-1", "size": "small", "renter": "Ada"}, {"locker_id": "L-2", "size": "large", "renter": "Tom"}]}
    made, rounds = review(reply({"edit": "values", "entity": "Locker", "field": "size", "values": ["huge"]}), rows=rows)
    assert made.spec.rows["Locker"][0]["size"] == "small"
    assert "were given" in reasons(rounds)


def test_a_bad_edit_does_not_take_the_good_ones_with_it():
    bad = [require("locker.size =="), {"edit": "unrequire", "tool": "rent_locker", "that": "1 == 2"}, {"edit": "tool", "tool": "nobody", "kind": "read"}]
    _, (first, *_) = review(reply(bad[0], STATUS, bad[1], require("locker.state == 'free'"), bad[2]))
    assert [json.loads(edit)["edit"] for edit in first.accepted] == ["field", "require"]
    assert [json.loads(edit) for edit, _ in first.refused] == bad


def test_what_was_refused_comes_back_with_the_reason_once():
    reviewer = Scripted(reply(require("locker.colour == 'red'")), reply(require("renter != 'nobody'")), reply(require("renter != 'third'")))
    made = compile_world(LOCKERS, reviewer=reviewer)
    assert [message["role"] for message in reviewer.asked] == ["system", "user", "assistant", "user"]
    assert "locker.colour == 'red'" in reviewer.asked[-1]["content"]
    assert len(made.report.review) == ROUNDS
    assert [len(one.accepted) for one in made.report.review] == [0, 1]
    assert "third" not in json.dumps(made.spec.data())


def test_the_reviewer_is_shown_tools_draft_rows_and_findings():
    reviewer = Scripted()
    compile_world(LOCKERS, reviewer=reviewer)
    system, asked = (message["content"] for message in reviewer.asked)
    for part in ("Rent a locker.", "locker: Locker(locker_id)", "# update, one Locker: locker_id key", "rent_locker", '"locker_id"', "errors"):
        assert part in asked
    assert '"edit": "behaviour"' in system


def test_template_marks_in_tools_stay_text():
    reviewer = Scripted()
    compile_world([tool("get_note", "{{ 7 * 7 }} {% raw %}", ("note_id",))], reviewer=reviewer)
    assert "{{ 7 * 7 }} {% raw %}" in reviewer.asked[1]["content"]


WORSE = {
    "a tool can no longer work": require("1 == 2"),
    "a requirement never fails": require("1 == 1"),
    "a read shows nothing of the state any more": {"edit": "tool", "tool": "get_locker", "kind": "compute"},
    "a write writes nothing": {"edit": "behaviour", "tool": "rent_locker", "do": [], "return": "None"},
    "a parameter changes nothing": {"edit": "behaviour", "tool": "list_lockers", "return": "page(find(Locker))"},
    "parameters are said to change nothing though they do": {"edit": "unused", "tool": "rent_locker", "parameter": "renter", "reason": "none"},
    "a call takes a million steps": require("sum([a * b for a in range(1000) for b in range(1000)]) > 0"),
    "a key that no row has is accepted": {"edit": "behaviour", "tool": "get_locker", "let": {"locker": "get(Locker, locker_id)"}},
    "a read writes": {"edit": "behaviour", "tool": "get_locker", "do": [{"delete": "locker"}]},
    "a field that is written goes": {"edit": "field", "entity": "Locker", "field": "renter", "drop": True},
    "the key goes": {"edit": "field", "entity": "Locker", "field": "locker_id", "drop": True},
    "the key gets values": {"edit": "values", "entity": "Locker", "field": "locker_id", "values": ["x"]},
    "an unknown entity": {"edit": "entity", "entity": "Unicorn", "into": "Locker"},
    "a name of the language": {"edit": "entity", "entity": "Locker", "into": "None"},
    "an unknown parameter": {"edit": "tool", "tool": "get_locker", "roles": {"nothing": "key"}},
    "a reference to nothing": {"edit": "tool", "tool": "rent_locker", "roles": {"renter": "ref"}},
    "code": require("__import__('os').system('true')"),
    "an attribute of Python": require("locker.__class__"),
    "braces of a template": require("renter != 'x'", error="{{ locker }} {% x %} {locker.__class__}"),
    "a rule that is not there": require("renter != 'x'", rule="r9"),
}


@pytest.mark.parametrize("edit", WORSE.values(), ids=WORSE)
def test_an_edit_that_makes_the_world_worse_is_refused(edit):
    made, rounds = review(reply(edit))
    assert made.spec.digest == compile_world(LOCKERS, name="lockers").spec.digest
    assert all(not one.accepted for one in rounds)
    assert reasons(rounds)


HOSTILE = {
    "prose": "I would rename the tools.",
    "nothing": "",
    "half": '{"edits": [{"edit": "tool"',
    "a number": "7",
    "another form": '{"changes": []}',
    "more beside": '{"edits": [], "tools": {"rent_locker": {"description": "mine"}}}',
    "deep": "[" * 100_000,
    "huge": '{"edits": []}' + " " * MOST_TEXT,
    "no numbers": '{"edits": [{"edit": "values", "entity": "Locker", "field": "size", "values": [NaN]}]}',
    "lone surrogate": '{"edits": ["\ud800"]}',
    "edits that are none": json.dumps({"edits": [None, 1, "x", [], {}, {"edit": "description", "tool": "rent_locker", "text": "mine"}]}),
    "schemas": reply({"edit": "behaviour", "tool": "rent_locker", "parameters": {}}, {"edit": "tool", "tool": "rent_locker", "description": "mine"}),
    "endless": reply(require("x" * 3_000), require("(" * 900)),
    "no text": None,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_reply_of_another_kind_changes_nothing_and_says_why(text):
    made, rounds = review(text, text)
    assert made.spec.digest == compile_world(LOCKERS, name="lockers").spec.digest
    assert all(one.problems or one.refused for one in rounds)


def test_only_so_many_edits_of_a_reply_are_read():
    _, (first, *_) = review(reply(*[require(f"nothing == {at}") for at in range(MOST_EDITS + 20)]))
    assert len(first.refused) == MOST_EDITS
    assert "at most 100 edits" in first.problems[0]


def test_many_edits_that_make_the_world_worse_are_not_all_tried():
    edits = [require(f"renter != 'x{at}' or 1 == 1") for at in range(15)]
    made, (first, *_) = review(reply(*edits))
    assert made.spec.digest == compile_world(LOCKERS, name="lockers").spec.digest
    assert len(first.refused) == len(edits)
    assert "not tried" in first.refused[-1][1]


def test_json_may_stand_in_one_fenced_block():
    assert len(read_reply(f"Here they are:\n```json\n{reply(STATUS)}\n```\nThat is all.").edits) == 1


def test_a_list_of_edits_is_a_reply():
    assert len(read_reply(json.dumps([STATUS])).edits) == 1


def test_reasons_and_remarks_do_not_cost_the_edits():
    said = read_reply(json.dumps({"summary": "Two things.", "edits": [{**STATUS, "why": "Lockers are rented."}]}))
    assert (len(said.edits), said.edits[0].why) == (1, "Lockers are rented.")
    assert said.problems == ("what stands beside `edits` was passed over: summary",)


def test_what_the_source_of_a_tool_says_is_not_overruled():
    tools = [*LOCKERS, tool("peek_locker", "Look at a locker.", ("locker_id",), hints=Hints(read_only=True))]
    _, rounds = review(reply({"edit": "tool", "tool": "peek_locker", "kind": "delete"}), tools=tools)
    assert "changes nothing" in reasons(rounds)


def test_tools_are_shown_to_models_as_before():
    made, _ = review(reply(STATUS, require("locker.state == 'free'"), {"edit": "tool", "tool": "clear_locker", "kind": "delete"}))
    shown = {name: (about.description, about.parameters, about.side) for name, about in made.spec.tools.items()}
    assert shown == {one.name: (one.description, one.parameters, one.side) for one in LOCKERS}


@pytest.mark.parametrize("name", ["kayaks.json", "museum.yaml", "notes.mcp.json"])
def test_no_reply_makes_a_world_worse(name):
    read = read_tools(TOOLS / name)
    draft = compile_world(read.tools)
    tools, entities = list(draft.spec.tools), list(draft.spec.entities)
    edits = [{"edit": "tool", "tool": one, "kind": kind} for one in tools[::3] for kind in ("delete", "imagined")]
    edits += [{"edit": "entity", "entity": one, "into": entities[0]} for one in entities[1:]]
    made = compile_world(read.tools, reviewer=Scripted(reply(*edits), reply(*reversed(edits))))
    assert judged(made).counts <= judged(draft).counts
    assert {*made.spec.tools} == {*tools}
    world = made.spec.start()
    assert all(world.propose(one) is not None for one in tools)


def test_a_review_gives_the_same_world_every_time():
    edits = reply(STATUS, require("locker.state == 'free'"), require("1 == 1"))
    assert len({review(edits)[0].spec.digest for _ in range(2)}) == 1


def test_the_prompt_names_every_edit_and_only_functions_that_there_are():
    said = prompts.source("review/system")
    kinds = {one.model_fields["edit"].annotation.__args__[0] for one in get_args(Edit)}
    assert all(f'"edit": "{kind}"' in said for kind in kinds)
    named = set(re.findall(r"\b([a-z_]+)\b(?=[(,.])", re.sub(r"\([^)]*\)", "(", said[said.index("Names and functions:") :])))
    assert named - {*FUNCTIONS, *ENTITY_CALLS} == {"now", "today"}
    assert len(named) > 50


@pytest.mark.skipif(not PAGE.is_file(), reason="the documentation is not in the wheel")
def test_the_page_names_every_edit():
    said = PAGE.read_text(encoding="utf-8")
    assert all(f"| `{one.model_fields['edit'].annotation.__args__[0]}` |" in said for one in get_args(Edit))
