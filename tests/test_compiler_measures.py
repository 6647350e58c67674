"""The scripts that measure the compiler run to their end, each narrowed to a few tool sets, and print figures."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
pytestmark = pytest.mark.skipif(not BENCHMARKS.is_dir(), reason="the benchmarks are not in the wheel")


@pytest.fixture
def some_sets(shared):
    """Two tool sets of those in a file, with a text in their line."""

    def first(name, holds=""):
        file = shared / "data" / "toolsets" / name
        if not file.is_file():
            pytest.skip(f"no {name} in the shared folder")
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if holds in line]
        return list(dict.fromkeys(line["toolset_id"] for line in lines))[:2]

    return first


def figures(script, *options):
    done = subprocess.run([sys.executable, BENCHMARKS / f"{script}.py", "--failures", "1", *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_meaning(some_sets):
    printed = figures("compiler_meaning", "--sets", *some_sets("tool_labels.jsonl"))
    assert printed["sets"] >= 2
    assert {"kind", "entity", "roles"} <= printed["macro"].keys()


@pytest.mark.parametrize("script", ["compiler_effects", "compiler_openapi"])
def test_effects(some_sets, script):
    printed = figures(script, "--sets", *some_sets("http_oracle.jsonl", '"DELETE"'))
    assert printed["sets"] >= 2
    assert sum(method["tools"] for method in printed["methods"].values()) > 0


def test_behaviour(some_sets):
    printed = figures("compiler_behaviour", "--sets", *some_sets("tool_labels.jsonl"))
    assert {goal["what"] for goal in printed["goals"]} >= {"exceptions", "reached", "imagined", "parameters_matter"}


def test_rows(some_sets):
    printed = figures("compiler_rows", "--sets", *some_sets("toolsets.jsonl"))
    assert printed["not_compiled"] == []
    assert printed["all"]["references"]["share"] == 1.0


def test_retail(shared):
    if not (shared / "data" / "gold").is_dir():
        pytest.skip("no gold calls in the shared folder")
    printed = figures("compiler_retail")
    assert printed["calls"]["gold"] > 0
    assert [goal["what"] for goal in printed["goals"] if not goal["met"]] == []


def test_learning():
    printed = figures("compiler_learning", "--sets", "tool_library")["tool_library"]
    assert printed["reads"]["equal"] == 1.0
    assert printed["accuracy"]["all"]["balanced"] > 0.85
