"""Trajectories of others are read in OpenAI message form and checked as far as that goes without a world."""

import json

import pytest
from typer.testing import CliRunner

from gem_sim.cli import app
from gem_sim.errors import InputError
from gem_sim.foreign.judging import findings
from gem_sim.foreign.reading import read_trajectories

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_boat",
            "description": "Shows a boat.",
            "parameters": {"type": "object", "properties": {"boat_id": {"type": "string"}}, "required": ["boat_id"], "additionalProperties": False},
        },
    }
]


def call(boat, name="call_1", tool="get_boat", *, text=True):
    arguments = {"boat_id": boat}
    return {"id": name, "type": "function", "function": {"name": tool, "arguments": json.dumps(arguments) if text else arguments}}


def asks(*calls):
    return {"role": "assistant", "content": None, "tool_calls": list(calls)}


def answer(value, name="call_1"):
    return {"role": "tool", "tool_call_id": name, "content": value if isinstance(value, str) else json.dumps(value)}


def user(text):
    return {"role": "user", "content": text}


def says(text):
    return {"role": "assistant", "content": text}


GOOD = [user("How long is boat B-7?"), asks(call("B-7")), answer({"boat_id": "B-7", "length": 9}), says("It is 9 m long.")]


@pytest.fixture
def read(tmp_path):
    def reading(messages, tools=TOOLS, name="t.jsonl"):
        (tmp_path / name).write_text(json.dumps({"messages": messages, "tools": tools}) + "\n", encoding="utf-8")
        return next(read_trajectories(tmp_path / name))

    return reading


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.mark.parametrize("tools", [TOOLS, json.dumps(TOOLS), None])
def test_a_good_trajectory_has_no_findings(read, tools):
    assert findings(read(GOOD, tools)) == []


@pytest.mark.parametrize(
    ("write", "name"),
    [
        (json.dumps, "a.json"),
        (lambda one: json.dumps([one, one]), "b.json"),
        (lambda one: json.dumps({"messages": one, "tools": TOOLS}, indent=1), "c.json"),
        (lambda one: json.dumps(one) + "\n\n" + json.dumps({"messages": one}), "d.jsonl"),
    ],
)
def test_files_hold_one_or_many_with_tools_or_without(tmp_path, write, name):
    (tmp_path / name).write_text(write(GOOD), encoding="utf-8")
    assert {len(found.episode.calls) for found in read_trajectories(tmp_path / name)} == {1}


def test_results_are_paired_by_id_where_ids_are_plain(read):
    both = asks(call("B-1", "a"), call("B-2", "b", text=False))
    found = read([user("B-1 and B-2?"), both, answer("two", "b"), answer("one", "a"), says("Fine.")])
    assert [(made.arguments["boat_id"], made.result) for made in found.episode.calls] == [("B-1", "one"), ("B-2", "two")]
    assert findings(found) == []


@pytest.mark.parametrize("name", ["same", "", None])
def test_results_are_paired_by_order_where_ids_repeat_or_are_missing(read, name):
    turns = [part for boat in ("B-1", "B-2") for part in (asks(call(boat, name)), answer(boat.lower(), name))]
    found = read(
        [user("B-1 and B-2, and both at once?"), *turns, asks(call("B-1", name), call("B-2", name)), answer("x", name), answer("y", name), says("Fine.")]
    )
    assert [made.result for made in found.episode.calls] == ["b-1", "b-2", "x", "y"]
    assert [finding.code for finding in findings(found)] == ["form.ids"]


BAD = [
    ([user("B-7?"), asks(call("B-7", tool="sink_boat")), answer("ok"), says("Fine.")], "schema.call", "error"),
    ([user("B-7?"), asks(call(7)), answer("ok"), says("Fine.")], "schema.call", "error"),
    ([user("B-7?"), asks({"function": {"name": "get_boat", "arguments": "{boat"}}), answer("ok"), says("Fine.")], "schema.arguments", "error"),
    ([user("B-7?"), asks(call("B-7")), says("Fine.")], "form.answer", "error"),
    ([user("B-7?"), answer("ok"), says("Fine.")], "form.answer", "error"),
    ([user("B-7?"), asks(call("B-8")), answer("ok"), says("Fine.")], "provenance.none", "warning"),
    ([*GOOD[:3], says("It is 12 m long.")], "claims.unsupported", "warning"),
    (GOOD[:3], "form.end", "warning"),
    ([user("Hello"), user("B-7?"), *GOOD[1:]], "form.order", "warning"),
    ([user("B-7?"), asks(call("B-7")), answer("x " * 70_000), says("Fine.")], "length.tokens", "error"),
]


@pytest.mark.parametrize(("messages", "code", "severity"), BAD, ids=[code for _, code, _ in BAD])
def test_what_is_wrong_is_said(read, messages, code, severity):
    assert (code, severity) in {(finding.code, finding.severity) for finding in findings(read(messages))}


def test_errors_are_told_by_common_custom(read):
    for content, code in (({"error": {"code": "gone", "message": "no"}}, "gone"), ("Error: no such boat", "error"), ({"error": None}, None)):
        made = read([*GOOD[:2], answer(content), says("Fine.")]).episode.calls[0]
        assert (made.error or {}).get("code") == code


def test_validate_says_what_it_found_and_what_it_cannot_know(tmp_path):
    file = tmp_path / "t.jsonl"
    file.write_text(json.dumps({"id": "good", "messages": GOOD}) + "\n", encoding="utf-8")
    result = run("validate", file, "--json")
    assert (result.exit_code, json.loads(result.output)["episodes"]) == (0, [{"id": "good", "findings": []}])
    assert set(json.loads(result.output)["unchecked"]) == {"replay", "goal", "policy", "contract", "schema"}
    file.write_text(json.dumps({"messages": BAD[0][0], "tools": TOOLS}) + "\n", encoding="utf-8")
    result = run("validate", file)
    assert (result.exit_code, "schema.call at message 1" in result.output, "not checked: replay" in result.output) == (1, True, True)


def test_stats_measure_what_messages_tell(tmp_path):
    file = tmp_path / "t.jsonl"
    file.write_text((json.dumps({"messages": GOOD, "tools": TOOLS}) + "\n") * 3, encoding="utf-8")
    counts = {"messages": 4, "tools": 1, "calls": 1, "distinct": 1}
    figures = json.loads(run("stats", file, "--json").output)
    assert figures["complexity"]["after"] == {
        "episodes": 3,
        "mean": counts,
        "median": counts,
    }
    assert figures["quality"]["arguments_by_origin"] == {"user": 1.0}
    assert figures["quality"]["distinct_sequences"] == 0.333
    assert figures["quality"]["compressibility"] > 0
    assert "necessary" in figures["quality"]["unmeasured"]
    assert "not measured: necessary" in run("stats", file).output


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"messages": []}', "expected trajectories in OpenAI message form"),
        ("[1]", "got 'int'"),
        ("3", "expected trajectories"),
        ("{", "not JSON"),
        ('{"messages": [{"role": "human", "content": "x"}]}', "message 0: got 'human'"),
        ('{"messages": [{"role": "assistant", "tool_calls": [{"id": "a"}]}]}', "a call without a name"),
        ('{"messages": [{"role": "user", "content": true}]}', "content is bool"),
        ('{"messages": [{"role": "user", "content": "x"}], "tools": 3}', "tools"),
        ("", "holds nothing"),
    ],
)
@pytest.mark.parametrize("command", ["validate", "stats"])
def test_what_is_no_trajectory_is_one_clear_line(tmp_path, text, problem, command):
    (tmp_path / "t.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=problem):
        list(read_trajectories(tmp_path / "t.jsonl"))
    result = run(command, tmp_path / "t.jsonl")
    assert (result.exit_code, len(result.output.splitlines())) == (2, 1)
