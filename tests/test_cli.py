import json
import os
import shutil
import stat
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from gem_sim.cli import app


def run(*arguments, given=None):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=given)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("cli") / "run"
    assert run("generate", "--mock", "tool_library", "--episodes", 2, "--out", root).exit_code == 0
    return root


@pytest.mark.smoke
def test_a_mock_becomes_a_run_that_replays(tmp_path):
    result = run("generate", "--mock", "tool_library", "--episodes", 1, "--out", tmp_path / "run")
    assert result.exit_code == 0
    assert "report:" in result.output
    assert run("replay", tmp_path / "run").exit_code == 0


@pytest.mark.smoke
def test_episode_steps_through_message_call_result_and_diff():
    output = run("episode", "tool_library", "--seed", 7, "--step").output
    assert all(mark in output for mark in ("user", "→ ", "environment {", "~ ", "accepted:"))


def test_stored_episodes_are_shown_by_run_and_id(made):
    first = json.loads((made / "episodes-001.jsonl").read_text(encoding="utf-8").splitlines()[0])
    shown = run("episode", f"{made}#{first['id'][:10]}", "--json")
    assert json.loads(shown.output) == first
    assert "changed since the start" in run("episode", f"{made}#{first['id']}", "--at", 8).output


def test_replay_json_counts_episodes_and_calls(made):
    printed = json.loads(run("replay", made, "--json").output)
    assert printed["episodes"] == 4
    assert printed["calls"] > 20
    assert printed["differences"] == []


def test_replay_takes_a_single_file_of_a_run(made):
    assert run("replay", made / "episodes-001.jsonl").exit_code == 0


def test_replay_names_the_call_with_a_changed_digit(made, tmp_path):
    copy = shutil.copytree(made, tmp_path / "copy")
    file = copy / "episodes-001.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    call = next(call for call in rows[1]["calls"] if call["ok"] and "loan_id" in json.dumps(call["result"]))
    told = next(m for m in rows[1]["messages"] if m.get("tool_call_id") == call["id"])
    told["content"] = told["content"].replace("LN-7", "LN-8", 1) if "LN-7" in told["content"] else told["content"].replace("LN-", "LN-1", 1)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    result = run("replay", copy)
    assert result.exit_code == 1
    assert call["id"] in result.output
    assert rows[1]["id"] in result.output
    assert json.loads(run("validate", copy, "--json").output)["episodes"][1]["findings"]


def test_a_changed_world_is_noticed(made, tmp_path):
    copy = shutil.copytree(made, tmp_path / "copy")
    file = next((copy / "worlds").iterdir())
    file.write_text(file.read_text(encoding="utf-8").replace("Hammer drill", "Hammer drull"), encoding="utf-8")
    assert run("replay", copy).exit_code == 1


def test_options_win_over_the_settings_file(tmp_path):
    (tmp_path / "s.yaml").write_text("mock: tool_library\nepisodes: 3\nrefine: 0\n", encoding="utf-8")
    assert run("generate", "--settings", tmp_path / "s.yaml", "--episodes", 1, "--out", tmp_path / "run").exit_code == 0
    assert json.loads(run("stats", tmp_path / "run", "--json").output)["accepted"]["episodes"] == 1


def test_stats_json_has_the_fixed_parts(made):
    assert set(json.loads(run("stats", made, "--json").output)) >= {"funnel", "complexity", "quality", "coverage", "usage"}


def test_extract_writes_procedures_and_what_it_left_out(tmp_path):
    (tmp_path / "a.txt").write_text("Once upon a time there was a king. " * 60, encoding="utf-8")
    assert run("extract", tmp_path / "a.txt", "--out", tmp_path / "out").exit_code == 0
    assert (tmp_path / "out" / "procedures.jsonl").read_bytes() == b""
    assert json.loads((tmp_path / "out" / "rejected.jsonl").read_text(encoding="utf-8"))["stage"] == "filter"


def test_calls_from_standard_input_share_one_world():
    calls = '{"name": "return_tool", "arguments": {"loan_id": "LN-7001"}}\n{"name": "return_tool", "arguments": {"loan_id": "LN-7001"}}\n'
    output = run("call", "tool_library", given=calls).output
    assert '"returned"' in output
    assert '"conflict"' in output


def test_texts_from_standard_input_become_documents(tmp_path):
    result = run("generate", "-", "--out", tmp_path / "run", given="Too short.")
    assert result.exit_code == 0
    assert "expected at least 150" in (tmp_path / "run" / "rejected-001.jsonl").read_text(encoding="utf-8")


BAD = [
    (("generate", "nowhere", "--out", "{tmp}/x"), "no such file"),
    (("generate", "--out", "{tmp}/x"), "either sources or a mock"),
    (("generate", "{tmp}/bytes.bin", "--out", "{tmp}/x"), "expected one of"),
    (("generate", "{tmp}/broken.jsonl", "--out", "{tmp}/y"), "nothing could be read"),
    (("generate", "{tmp}/empty.jsonl", "--out", "{tmp}/y"), "nothing to read"),
    (("generate", "--mock", "tool_library", "--seed", "9" * 30, "--out", "{tmp}/x"), "--seed"),
    (("extract", "{tmp}/broken.jsonl", "--out", "{tmp}/y"), "nothing could be read"),
    (("generate", "--mock", "nope", "--out", "{tmp}/x"), "no mock 'nope'"),
    (("generate", "--mock", "tool_library", "--out", "{tmp}/file.txt/x"), "cannot be written"),
    (("generate", "--mock", "tool_library", "--out", "{tmp}/x", "--shard", "3/2"), "expected i/n"),
    (("generate", "--mock", "tool_library", "--out", "{tmp}/x", "--rounds", "some"), "rounds"),
    (("generate", "--mock", "tool_library", "--out", "{tmp}/x", "--model", "m"), "--model"),
    (("generate", "--mock", "tool_library", "--out", "{tmp}/x", "--settings", "{tmp}/bytes.bin"), "settings file"),
    (("generate", "--mock", "tool_library", "--out", "{tmp}/x", "--bogus"), "No such option"),
    (("replay", "{tmp}/nowhere"), "no such run folder"),
    (("replay", "{tmp}"), "not a run folder"),
    (("stats", "{tmp}"), "not a run folder"),
    (("export", "{tmp}", "--out", "{tmp}/x"), "not a run folder"),
    (("call", "tool_library", "get_tool", "{"), "not JSON"),
    (("call", "tool_library", "get_tool", "[]"), "expected a JSON object"),
    (("episode", "nope"), "no mock"),
    (("episode", "tool_library", "--graph", "{tmp}/file.txt"), "graph"),
    (("episode", "tool_library", "--assistant", "robot"), "no assistant role 'robot'"),
    (("episode", "tool_library", "--at", "999"), "has messages 0 to"),
    (("check", "nope"), "no mock 'nope'"),
    (("check", "{tmp}"), "no mock"),
    (("serve", "{tmp}/file.txt"), "a file; expected a mock"),
    (("compile", "examples/tools/kayaks.json", "--out", "{tmp}/x", "--review", "{tmp}/nowhere"), "cannot be read"),
    (("compile", "nowhere.json", "--out", "{tmp}/x"), "cannot be read"),
    (("compile", "{tmp}/broken.jsonl", "--out", "{tmp}/x"), "not JSON"),
    (("serve", "nope"), "no mock 'nope'"),
    (("view", "runs/a"), "not there yet"),
]


@pytest.mark.parametrize(("arguments", "expected"), BAD, ids=lambda value: " ".join(value)[:50] if isinstance(value, tuple) else "")
def test_bad_input_is_one_clear_line_and_code_two(arguments, expected, tmp_path):
    (tmp_path / "bytes.bin").write_bytes(b"\xff\xfe\x00\x01")
    (tmp_path / "empty.jsonl").write_text("", encoding="utf-8")
    (tmp_path / "broken.jsonl").write_text("{broken", encoding="utf-8")
    (tmp_path / "file.txt").write_text("text", encoding="utf-8")
    result = run(*(argument.replace("{tmp}", str(tmp_path)) for argument in arguments))
    assert result.exit_code == 2, result.output
    assert expected in result.output
    assert "Traceback" not in result.output
    assert not (tmp_path / "x").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path):
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    result = run("generate", "--mock", "tool_library", "--out", tmp_path / "x")
    assert (result.exit_code, "cannot be written" in result.output) == (2, True)


@pytest.mark.smoke
def test_the_module_runs_as_a_command():
    done = subprocess.run([sys.executable, "-m", "gem_sim.cli", "--help"], capture_output=True, text=True, check=True)
    assert "generate" in done.stdout
