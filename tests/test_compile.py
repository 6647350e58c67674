"""`gem-sim compile`: a mock folder from tools, rows and a handbook, and again over what was edited; the same for `generate`."""

import json
import shutil
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from gem_sim.cli import app
from gem_sim.errors import InputError, SpecError
from gem_sim.owntools import compile_own, own_world
from gem_sim.worlds.load import load_mock
from gem_sim.worlds.witnesses.file import read_witnesses

TOOLS = Path(__file__).resolve().parents[1] / "examples" / "tools"
KAYAK_ROWS = json.loads((TOOLS / "kayak_rows.json").read_text(encoding="utf-8"))
FILES = ["kayaks.json", "museum.yaml", "notes.mcp.json"]


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def compiled(out, *options, tools=TOOLS / "kayaks.json"):
    result = run("compile", tools, "--out", out, *options)
    assert result.exit_code == 0, result.output
    return result.output


def edit(folder, change):
    world = yaml.safe_load((folder / "world.yaml").read_text(encoding="utf-8"))
    change(world)
    (folder / "world.yaml").write_text(yaml.safe_dump(world, sort_keys=False), encoding="utf-8")


def everything(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.fixture
def kayaks(tmp_path):
    compiled(tmp_path / "kayaks")
    return tmp_path / "kayaks"


@pytest.mark.smoke
@pytest.mark.parametrize("name", FILES)
def test_tools_become_a_mock_that_is_called_and_played(name, tmp_path):
    output = compiled(tmp_path / "mock", tools=TOOLS / name)
    assert "imagined: 0%" in output
    spec = load_mock(tmp_path / "mock")
    for tool in spec.tools:
        assert spec.start().propose(tool) is not None, tool
    assert run("generate", "--mock", tmp_path / "mock", "--episodes", 1, "--out", tmp_path / "run").exit_code == 0
    assert run("replay", tmp_path / "run").exit_code == 0


def test_the_folder_holds_what_was_compiled(tmp_path):
    compiled(tmp_path / "world")
    made = compile_own(TOOLS / "kayaks.json", name="world")
    assert load_mock(tmp_path / "world").digest == made.spec.digest


def test_the_same_tools_give_the_same_bytes(tmp_path):
    compiled(tmp_path / "a" / "kayaks")
    compiled(tmp_path / "b" / "kayaks")
    assert everything(tmp_path / "a" / "kayaks") == everything(tmp_path / "b" / "kayaks")


def test_the_summary_says_what_was_understood_of_each_tool(tmp_path):
    printed = json.loads(run("compile", TOOLS / "kayaks.json", "--out", tmp_path / "m", "--json").output)
    assert printed["tools"]["get_kayak"] == {"kind": "read", "entity": "Kayak", "many": False, "roles": {"kayak_id": "key"}}
    assert printed["entities"]["Kayak"]["key"] == ["kayak_id"]
    assert (printed["imagined"], printed["diagnostics"]) == (0, [])
    assert sum(printed["kinds"].values()) == 7
    assert (tmp_path / "m" / "world.yaml").read_text(encoding="utf-8").count("# read, one Kayak: kayak_id key") == 1


def test_diagnostics_come_with_code_place_and_advice(tmp_path):
    tools = tmp_path / "tools.json"
    tools.write_text(json.dumps([{"name": "get thing", "parameters": {"type": "object", "properties": {"thing_id": {"type": "string", "pattern": "("}}}}, 5]))
    lines = compiled(tmp_path / "m", tools=tools).splitlines()
    assert lines[0].startswith("error tool.form tools[1]: got 5. Write it as")
    assert [line.split()[:2] for line in lines[:3]] == [["error", "tool.form"], ["warning", "tool.name"], ["warning", "schema.pattern"]]


def test_a_review_in_a_file_is_taken_where_the_world_gets_no_worse(tmp_path):
    compiled(tmp_path / "m", "--review", TOOLS / "kayaks_review.yaml")
    world = load_mock(tmp_path / "m").start()
    arguments = {"kayak_id": world.rows("Kayak")[0]["kayak_id"], "customer": "Mara Quist", "date": "2026-03-08", "hours": 13}
    assert world.call("create_booking", arguments).outcome in ("conflict", "limit")
    assert world.propose("create_booking", "limit") is not None
    assert [row["name"] for row in world.rows("Kayak")][:2] == ["Heron", "Otter"]


def test_edits_that_are_not_taken_are_named(tmp_path):
    edits = [{"edit": "require", "tool": "create_booking", "that": "1 == 2", "code": "never", "error": "No"}, {"edit": "other"}]
    (tmp_path / "answer.json").write_text(json.dumps({"edits": edits}), encoding="utf-8")
    printed = json.loads(run("compile", TOOLS / "kayaks.json", "--out", tmp_path / "m", "--review", tmp_path / "answer.json", "--json").output)
    assert [one["code"] for one in printed["diagnostics"]] == ["review.refused", "review.form"]
    assert (printed["review"][0]["accepted"], len(printed["review"][0]["refused"])) == ([], 1)


def test_the_question_to_a_reviewer_is_written_and_written_again_with_what_was_refused(tmp_path):
    (tmp_path / "answer.json").write_text('{"edits": [{"edit": "tool", "tool": "nobody"}]}', encoding="utf-8")
    compiled(tmp_path / "m", "--ask", tmp_path / "ask.md")
    first = (tmp_path / "ask.md").read_text(encoding="utf-8")
    compiled(tmp_path / "m", "--ask", tmp_path / "ask.md", "--review", tmp_path / "answer.json")
    assert (tmp_path / "ask.md").read_text(encoding="utf-8").startswith(first.strip())
    assert "there is no 'nobody'" in (tmp_path / "ask.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("content", "said"), [("Rename it all.", "not JSON"), ("{}", "another form"), ('{"edits": [{}]}', "edits[0]")])
def test_an_answer_without_an_edit_is_one_clear_line(tmp_path, content, said):
    (tmp_path / "answer.txt").write_text(content, encoding="utf-8")
    result = run("compile", TOOLS / "kayaks.json", "--out", tmp_path / "m", "--review", tmp_path / "answer.txt")
    assert (result.exit_code, "answer.txt" in result.output, said in result.output) == (2, True, True), result.output
    assert not (tmp_path / "m").exists()


def test_rows_take_the_place_of_generated_ones(tmp_path):
    compiled(tmp_path / "m", "--rows", TOOLS / "kayak_rows.json")
    world = load_mock(tmp_path / "m").start()
    assert [row["name"] for row in world.rows("Kayak")] == ["Heron", "Otter", "Two Rivers", "Long Water"]


def test_rules_of_a_handbook_are_kept_by_the_tools(tmp_path):
    compiled(tmp_path / "m", "--rows", TOOLS / "kayak_rows.json", "--text", TOOLS / "kayaks.md")
    spec = load_mock(tmp_path / "m")
    cancelled = spec.start()
    assert [cancelled.call("cancel_booking", {"booking_id": "B-501"}).outcome for _ in range(2)] == ["ok", "conflict"]
    world = spec.start()
    bookings = [world.call("create_booking", {"kayak_id": "K-11", "customer": "Mara Quist", "date": "2026-03-08", "hours": hours}) for hours in (1, 2, 3)]
    assert [booking.outcome for booking in bookings] == ["ok", "ok", "limit"]
    assert bookings[2].error["message"] == "A customer can have at most 3 active bookings."
    assert "weir" in spec.policy
    assert {rule.enforced_by for rule in spec.rules} == {"tool", "assistant"}


def test_a_text_without_rules_is_policy_with_a_warning(tmp_path):
    (tmp_path / "a.md").write_text("Be friendly to everybody.", encoding="utf-8")
    assert "warning text.no_rules" in compiled(tmp_path / "m", "--text", tmp_path / "a.md")
    assert load_mock(tmp_path / "m").policy == "Be friendly to everybody."
    compiled(tmp_path / "m")
    assert not (tmp_path / "m" / "policy.md").exists()


def test_the_folder_keeps_witnesses_of_every_outcome(tmp_path):
    printed = json.loads(run("compile", TOOLS / "kayaks.json", "--out", tmp_path / "m", "--json").output)
    reached, kept = printed["witnesses"]["reached"], read_witnesses(tmp_path / "m")
    assert (reached["ok"], set(reached)) == (7, {"ok", "invalid_arguments", "not_found", "conflict"})
    assert (len(kept.witnesses), printed["witnesses"]["missed"], run("check", tmp_path / "m").exit_code) == (sum(reached.values()), [], 0)


def test_witnesses_are_those_of_the_edited_world(kayaks):
    def change(world):
        world["tools"]["get_kayak"]["require"] = [{"that": "kayak.type == 'single'", "code": "limit", "error": "Singles only"}]
        world["tools"]["list_kayaks"]["require"] = [{"that": "today > '1999-01-01'", "code": "conflict", "error": "Not yet"}]

    edit(kayaks, change)
    assert "witness.none get_kayak.require[0]: limit: none is kept" in run("check", kayaks).output
    assert "warning outcome.missed tools.list_kayaks.require[0]: conflict: only the state decides" in compiled(kayaks)
    assert ("get_kayak", "limit") in {(one.tool, one.outcome) for one in read_witnesses(kayaks).witnesses}


def test_a_broken_file_of_witnesses_is_one_clear_line(kayaks):
    (kayaks / "witnesses.json").write_text("{", encoding="utf-8")
    result = run("check", kayaks)
    assert (result.exit_code, "witnesses.json: not JSON" in result.output, len(result.output.splitlines())) == (2, True, 1)


def test_compiling_again_changes_nothing(kayaks):
    before = everything(kayaks)
    compiled(kayaks)
    assert everything(kayaks) == before


def test_edits_stay_and_are_named(kayaks):
    def change(world):
        world["tools"]["get_kayak"]["return"] = "omit(kayak, 'type')"
        world["entities"]["Kayak"]["missing"] = "No kayak {kayak_id}"
        world["tools"]["own"] = {"kind": "compute", "description": "One.", "parameters": {"type": "object"}, "return": "1"}
        del world["tools"]["list_bookings"]

    edit(kayaks, change)
    output = compiled(kayaks)
    spec = load_mock(kayaks)
    assert spec.tools["get_kayak"].return_ == "omit(kayak, 'type')"
    assert spec.start().call("get_kayak", {"kayak_id": "x"}).error == {"code": "not_found", "message": "No kayak x"}
    assert "own" in spec.tools
    assert "list_bookings" not in spec.tools
    for place in ("tools.get_kayak.return", "entities.Kayak.missing", "tools.own", "tools.list_bookings"):
        assert f"info edit.kept {place}: " in output
    assert everything(kayaks) == (compiled(kayaks) and everything(kayaks))


def test_edits_stay_while_the_tools_change(kayaks, tmp_path):
    edit(kayaks, lambda world: world["tools"]["get_kayak"].update({"description": "My own words."}))
    tools = json.loads((TOOLS / "kayaks.json").read_text(encoding="utf-8"))
    tools[1]["function"]["description"] = "Read a kayak."
    tools[6]["function"]["name"] = "delete_booking"
    (tmp_path / "t.json").write_text(json.dumps(tools), encoding="utf-8")
    output = compiled(kayaks, tools=tmp_path / "t.json")
    spec = load_mock(kayaks)
    assert spec.tools["get_kayak"].description == "My own words."
    assert "warning edit.conflict tools.get_kayak.description" in output
    assert ("cancel_booking" in spec.tools, "delete_booking" in spec.tools) == (False, True)


def test_remarks_of_a_writer_stay(kayaks):
    file = kayaks / "world.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("  # read, one Kayak", "  # Read by the desk.\n  # read, one Kayak"), encoding="utf-8")
    text = file.read_text(encoding="utf-8")
    compiled(kayaks)
    assert file.read_text(encoding="utf-8") == text


def test_rows_and_policy_that_were_changed_stay(kayaks):
    rows = json.loads((kayaks / "rows.json").read_text(encoding="utf-8"))
    rows["Kayak"][0]["name"] = "My own"
    (kayaks / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
    (kayaks / "policy.md").write_text("Be kind.", encoding="utf-8")
    output = compiled(kayaks)
    assert load_mock(kayaks).rows["Kayak"][0]["name"] == "My own"
    assert load_mock(kayaks).policy == "Be kind."
    assert "info edit.kept rows.json: changed by hand" in output


def test_edits_that_no_longer_fit_are_one_clear_line_and_nothing_is_written(kayaks):
    edit(kayaks, lambda world: world["tools"]["get_kayak"].update({"return": "nobody"}))
    before = everything(kayaks)
    result = run("compile", TOOLS / "kayaks.json", "--out", kayaks)
    assert (result.exit_code, "tools.get_kayak.return" in result.output) == (2, True)
    assert everything(kayaks) == before


BROKEN = [("world.yaml", "a: ["), ("world.yaml", "7"), ("rows.json", "{"), (".compiled.json", "[]"), (".compiled.json", "{")]


@pytest.mark.parametrize(("name", "content"), BROKEN)
def test_a_broken_folder_is_one_clear_line(kayaks, name, content):
    (kayaks / name).write_text(content, encoding="utf-8")
    result = run("compile", TOOLS / "kayaks.json", "--out", kayaks)
    assert (result.exit_code, "cannot be compiled again" in result.output) == (2, True)
    assert len(result.output.splitlines()) == 1


@pytest.mark.parametrize("name", ["world.yaml", "__init__.py"])
def test_a_mock_that_was_not_compiled_is_left_alone(tmp_path, name):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / name).write_text("name: mine", encoding="utf-8")
    result = run("compile", TOOLS / "kayaks.json", "--out", tmp_path / "m")
    assert (result.exit_code, "holds a mock that was not compiled" in result.output) == (2, True)
    assert everything(tmp_path / "m") == {name: b"name: mine"}


BAD = [
    (("none.json",), "cannot be read"),
    (("empty.json",), "tools.none"),
    (("text.txt",), "expected OpenAI tools"),
    (("kayaks.json", "--rows", "text.txt"), "expected an object from entity names"),
    (("kayaks.json", "--rows", "none.csv"), "cannot be read"),
    (("kayaks.json", "--text", "none.md"), "no such file"),
    (("kayaks.json", "--text", "kayaks.json"), "cannot read files of type"),
]


@pytest.mark.parametrize(("arguments", "expected"), BAD, ids=lambda value: " ".join(value) if isinstance(value, tuple) else "")
def test_bad_input_is_one_clear_line_and_nothing_is_written(arguments, expected, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(TOOLS / "kayaks.json", tmp_path)
    (tmp_path / "empty.json").write_text("[]", encoding="utf-8")
    (tmp_path / "text.txt").write_text("hello", encoding="utf-8")
    result = run("compile", *arguments, "--out", "out")
    assert (result.exit_code, expected in result.output, len(result.output.splitlines())) == (2, True, 1), result.output
    assert not (tmp_path / "out").exists()


def test_an_out_that_is_a_file_is_one_clear_line(tmp_path):
    (tmp_path / "x").write_text("", encoding="utf-8")
    for out in (tmp_path / "x", tmp_path / "x" / "y"):
        result = run("compile", TOOLS / "kayaks.json", "--out", out)
        assert (result.exit_code, len(result.output.splitlines())) == (2, 1)


def test_episodes_are_generated_from_a_file_of_tools(tmp_path):
    out = tmp_path / "run"
    result = run("generate", "--mock", TOOLS / "kayaks.json", "--rows", TOOLS / "kayak_rows.json", "--text", TOOLS / "kayaks.md", "--episodes", 2, "--out", out)
    assert result.exit_code == 0, result.output
    assert run("validate", out).exit_code == 0
    world = json.loads(next((out / "worlds").iterdir()).read_text(encoding="utf-8"))
    assert [row["name"] for row in world["rows"]["Kayak"]] == ["Heron", "Otter", "Two Rivers", "Long Water"]


def test_own_rows_and_a_text_go_with_a_mock(tmp_path):
    (tmp_path / "a.txt").write_text("Be kind.", encoding="utf-8")
    (tmp_path / "rows.json").write_text(
        json.dumps({"members": [{"member_id": "M-1", "name": "Ada", "email": "a@example.org", "status": "active"}], "loans": [], "reservations": []})
    )
    spec = own_world("tool_library", tmp_path / "rows.json", tmp_path / "a.txt")
    assert [row["name"] for row in spec.start().rows("Member")] == ["Ada"]
    assert len(spec.rows["Tool"]) > 1
    assert spec.policy == "Be kind."


def test_rows_that_do_not_fit_the_mock_are_one_clear_line(tmp_path):
    (tmp_path / "rows.json").write_text(json.dumps({"Unicorn": [{"id": 1}]}), encoding="utf-8")
    with pytest.raises(SpecError, match="Unicorn"):
        own_world("tool_library", tmp_path / "rows.json", None)


def test_a_mock_in_python_has_rows_of_its_own(tmp_path):
    (tmp_path / "rows.json").write_text(json.dumps({"Berth": []}), encoding="utf-8")
    with pytest.raises(InputError, match="a mock in Python"):
        own_world("tidal_harbour", tmp_path / "rows.json", None)


def test_rows_without_a_mock_are_refused(tmp_path):
    result = run("generate", "examples", "--rows", tmp_path, "--out", tmp_path / "x")
    assert (result.exit_code, "belong to a mock" in result.output) == (2, True)


def test_rules_hold_for_given_rows_that_have_no_status_yet(tmp_path):
    compiled(tmp_path / "m", "--rows", TOOLS / "kayak_rows.json", "--text", TOOLS / "kayaks.md")
    world = load_mock(tmp_path / "m").start()
    assert world.call("get_booking", {"booking_id": "B-501"}).value == KAYAK_ROWS["Booking"][0]
    assert world.call("cancel_booking", {"booking_id": "B-501"}).value["status"] == "cancelled"
    assert world.call("update_booking", {"booking_id": "B-501", "hours": 2}).error["message"] == "Only active bookings can be updated."
    assert world.call("update_booking", {"booking_id": "B-502", "hours": 2}).ok
