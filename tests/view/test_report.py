import json

import pytest

from gem_sim.pipeline import generate
from gem_sim.settings import Settings
from gem_sim.store import RunReader
from gem_sim.view.report import write_report
from gem_sim.view.stats import stats


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("report") / "run"
    list(generate(Settings.make(mock="tool_library", episodes=3, out=root)))
    write_report(root)
    return root


def test_the_page_needs_nothing_from_elsewhere(root):
    page = (root / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "http" not in page


def test_the_page_shows_funnel_complexity_and_episodes(root):
    page = (root / "report.html").read_text(encoding="utf-8")
    assert all(word in page for word in ("Funnel", "Round 0, mean", "Last round, median", "find_members", "What did not make it"))


def test_texts_are_escaped_on_the_page(root):
    file = root / "rejected-001.jsonl"
    evil = {"document": "<b>x</b>", "stage": "read", "cause": "input", "reason": "{{ 7*7 }}<img src=x onerror=alert(1)>", "record": None}
    file.write_text(json.dumps(evil) + "\n", encoding="utf-8")
    page = write_report(root).read_text(encoding="utf-8")
    assert "<img" not in page
    assert "{{ 7*7 }}" in page
    file.write_text("", encoding="utf-8")


def test_the_funnel_adds_up(root):
    for row in stats(RunReader(root))["funnel"].values():
        assert row["in"] == row["out"] + sum(row["reasons"].values())


def test_complexity_tells_rounds_apart(root):
    figures = stats(RunReader(root))["complexity"]
    assert figures["before"]["episodes"] == figures["after"]["episodes"] == 3
    assert figures["after"]["mean"]["calls"] > figures["before"]["mean"]["calls"]


def test_the_json_report_says_the_same_as_the_figures(root):
    write_report(root)
    assert json.loads((root / "report.json").read_text(encoding="utf-8")) == json.loads(json.dumps(stats(RunReader(root))))


def test_a_run_without_episodes_has_a_page_too(tmp_path):
    (tmp_path / "a.txt").write_text("short", encoding="utf-8")
    list(generate(Settings.make(sources=(str(tmp_path / "a.txt"),), out=tmp_path / "run")))
    assert "No episode was accepted" in write_report(tmp_path / "run").read_text(encoding="utf-8")
