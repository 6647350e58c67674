"""`gem-sim check` on the command line, and the page with all codes."""

import json
import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from gem_sim.cli import app
from gem_sim.worlds.laws import CODES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "checks.md"
GARDEN = Path(__file__).parent / "garden.yaml"


@pytest.fixture
def garden(tmp_path: Path):
    def written(**tools: object) -> str:
        data = yaml.safe_load(GARDEN.read_text(encoding="utf-8"))
        data["tools"] |= tools
        (tmp_path / "world.yaml").write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
        return str(tmp_path)

    return written


def check(*arguments: str):
    return CliRunner().invoke(app, ["check", *arguments])


IDLE = {"kind": "read", "description": "Say hello.", "parameters": {"type": "object", "properties": {"name": {"type": "string"}}}, "return": "'hello'"}


def test_a_mock_without_findings_exits_with_nought(garden) -> None:
    result = check(garden(), "--json")
    assert (result.exit_code, json.loads(result.output)) == (0, {"ok": True, "findings": []})


def test_a_mock_with_errors_exits_with_one_and_says_what_to_do(garden) -> None:
    result = check(garden(greet=IDLE))
    assert result.exit_code == 1
    assert "error parameter.idle greet.name: no call of greet changes with name" in result.output
    assert "Use it, remove it" in result.output
    assert result.output.splitlines()[-1].endswith("1 errors, 2 warnings")


def test_findings_as_json_have_code_severity_place_and_text(garden) -> None:
    printed = json.loads(check(garden(greet=IDLE), "--json").output)
    assert printed["ok"] is False
    assert [(found["code"], found["severity"], found["where"]) for found in printed["findings"]] == [
        ("parameter.idle", "error", "greet.name"),
        ("schema.open", "warning", "greet"),
        ("schema.description", "warning", "greet.name"),
    ]
    assert all(found["text"].endswith(CODES[found["code"]].advice) for found in printed["findings"])


def test_warnings_that_come_up_again_and_again_are_named_together(garden) -> None:
    many = {f"greet_{at}": {**IDLE, "parameters": {"type": "object", "properties": {}}} for at in range(9)}
    lines = [line for line in check(garden(**many)).output.splitlines() if "schema.open" in line]
    assert lines[0].startswith("warning schema.open greet_0: ")
    assert lines[1:] == ["warning schema.open greet_1, greet_2, greet_3, greet_4, ...: 8 more like it; --json has all"]


def test_warnings_alone_exit_with_nought(garden) -> None:
    described = {**IDLE, "parameters": {"type": "object", "properties": {}}}
    assert check(garden(greet=described)).exit_code == 0


def test_what_is_no_mock_exits_with_two_in_one_line(tmp_path: Path) -> None:
    result = check(str(tmp_path))
    assert (result.exit_code, len(result.output.splitlines())) == (2, 1)


@pytest.mark.skipif(not PAGE.is_file(), reason="the documentation is not in the wheel")
def test_the_page_lists_every_code_as_it_is() -> None:
    rows = re.findall(r"^\| `([a-z.]+)` \| (\w+) \| (.*?) \| (.*?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [(name, code.severity, code.meaning, code.advice) for name, code in CODES.items()]
