"""BFCL's multi-turn classes as worlds: equal to the recorded calls (which stand in ../shared), and sound under any calls."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gem_sim.worlds.canonical import dumps
from gem_sim.worlds.load import load_world
from gem_sim.worlds.spec import WorldSpec

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
if not BENCHMARKS.is_dir():
    pytest.skip("the benchmarks are not in the wheel", allow_module_level=True)
WORLDS = {path.stem: load_world(path) for path in sorted((BENCHMARKS / "reference_worlds").glob("bfcl_*.yaml"))}
FILES = WORLDS["bfcl_file_system"]
TEXTS = ["a", "b", "", "..", "a/b", "x\ny\n", "é", None]
NUMBERS = [0, 1, 2, 3, 501, 502]

Calls = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def gold(shared: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import bfcl_gold

    assert shared in bfcl_gold.GOLD.parents
    return bfcl_gold


def test_recorded_calls_come_out_as_in_the_reference_but_for_what_was_drawn_or_not_recorded(gold: ModuleType) -> None:
    figures = gold.measure(gold.GOLD)
    assert figures["by_class"] == {
        "GorillaFileSystem": {"calls": 650, "equal": 650},
        "MathAPI": {"calls": 36, "equal": 28},
        "TicketAPI": {"calls": 116, "equal": 116},
        "TravelAPI": {"calls": 478, "equal": 470},
    }
    assert {(group["tool"], group["calls"], group["why"]) for group in figures["differences"]} == {
        ("logarithm", 8, gold.NOT_RECORDED),
        ("register_credit_card", 4, gold.DRAWN_BALANCE),
        ("purchase_insurance", 4, gold.DRAWN_BALANCE),
    }
    assert figures["ratio"] >= 0.97


def test_a_ticket_desk_that_opens_tickets_as_closed_is_found_out(gold: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (BENCHMARKS / "reference_worlds" / "bfcl_tickets.yaml").read_text("utf-8")
    assert "'Open'" in text
    (tmp_path / "world.yaml").write_text(text.replace("'Open'", "'Closed'"))
    worlds = {**{name: gold.spec_of(name) for name in gold.WORLDS}, "TicketAPI": load_world(tmp_path / "world.yaml")}
    monkeypatch.setattr(gold, "spec_of", worlds.__getitem__)
    (tmp_path / "bfcl_multi_turn_base.jsonl").symlink_to(gold.GOLD / "bfcl_multi_turn_base.jsonl")
    figures = gold.measure(tmp_path)
    assert figures["by_class"]["TicketAPI"] == {"calls": 29, "equal": 17}
    assert {group["tool"] for group in figures["differences"] if group["class"] == "TicketAPI"} >= {"create_ticket"}


def argument(schema: dict[str, Any], texts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Values of the type that a parameter asks for."""
    kind = schema["type"][0] if isinstance(schema["type"], list) else schema["type"]
    if kind == "array":
        return st.lists(argument(schema["items"], texts), max_size=3)
    if kind == "object":
        return st.fixed_dictionaries({}, optional={name: argument(about, texts) for name, about in schema["properties"].items()} | {"other": st.none()})
    return {"boolean": st.booleans(), "integer": st.sampled_from(NUMBERS), "number": st.floats(-10, 2000, width=16), "string": texts}[kind]


def calls_of(spec: WorldSpec) -> st.SearchStrategy[Calls]:
    """Sequences of calls, texts half from the fields of rows that have the name of the parameter, half from a few that fit anywhere."""
    world = spec.start(0)
    held: dict[str, list[str]] = {}
    for row in [row for entity in spec.entities for row in world.rows(entity)]:
        for name, value in row.items():
            held.setdefault(name, []).extend([value] if isinstance(value, str) else [])
    everything = sorted({value for values in held.values() for value in values}) + TEXTS

    def call(tool: str) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
        about = spec.tools[tool].parameters
        values = {
            name: argument(schema, st.sampled_from(held.get(name) or everything) | st.sampled_from(everything)) for name, schema in about["properties"].items()
        }
        required = {name: values.pop(name) for name in about.get("required", [])}
        return st.tuples(st.just(tool), st.fixed_dictionaries(required, optional=values))

    return st.lists(st.sampled_from(sorted(spec.tools)).flatmap(call), min_size=10, max_size=25)


def play(name: str, calls: Calls) -> list[str]:
    """The answers, differences and digests of calls on a fresh world, as bytes in text."""
    world = WORLDS[name].start(0)
    return [dumps([(result := world.call(tool, arguments)).content(), result.diff, world.digest]).hex() for tool, arguments in calls]


@pytest.mark.parametrize("name", WORLDS)
def test_no_call_raises_reads_change_nothing_and_failed_calls_undo_themselves(name: str) -> None:
    spec = WORLDS[name]

    @given(calls_of(spec))
    def check(calls: Calls) -> None:
        world = spec.start(0)
        for tool, arguments in calls:
            before = world.digest
            result = world.call(tool, arguments)
            if not result.ok or spec.tools[tool].kind != "write":
                assert (world.digest, result.diff) == (before, [])

    check()


@pytest.mark.parametrize("name", WORLDS)
def test_a_dumped_world_goes_on_as_if_it_had_not_been_dumped(name: str) -> None:
    spec = WORLDS[name]

    @settings(max_examples=20)
    @given(calls_of(spec))
    def check(calls: Calls) -> None:
        world = spec.start(0)
        for tool, arguments in calls:
            loaded = spec.load(json.loads(json.dumps(world.dump())))
            assert loaded.digest == world.digest
            assert loaded.call(tool, arguments) == world.call(tool, arguments)
            assert loaded.dump() == world.dump()

    check()


@given(calls_of(FILES))
def test_files_stay_a_tree_and_the_shell_stays_in_it(calls: Calls) -> None:
    world = FILES.start(0)
    for tool, arguments in calls:
        world.call(tool, arguments)
    nodes = {row["path"]: row for row in world.rows("Node")}
    inside = [row for row in nodes.values() if row["parent"] is not None]
    assert len(inside) == len(nodes) - 1
    assert all(row["path"] == f"{row['parent']}/{row['name']}" and nodes[row["parent"]]["kind"] == "folder" for row in inside)
    assert nodes[world.rows("Shell")[0]["current_dir"]]["kind"] == "folder"


def test_any_calls_replay_to_the_byte_in_another_process() -> None:
    runs: list[tuple[str, Calls]] = []

    @settings(max_examples=100)
    @given(st.one_of([st.tuples(st.just(name), calls_of(spec)) for name, spec in WORLDS.items()]))
    def collect(run: tuple[str, Calls]) -> None:
        runs.append(run)

    collect()
    code = "import json, sys, test_reference_systems_bfcl as t; print(json.dumps([t.play(*run) for run in json.load(sys.stdin)]))"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    done = subprocess.run([sys.executable, "-c", code], env=environment, input=json.dumps(runs), capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [play(*run) for run in runs]
    assert sum(len(calls) for _, calls in runs) > 1000
