"""Worlds of real systems: equal to what the real ones did, and sound under any calls. They read ../shared and are skipped without it."""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from machines import Calls, Run

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
DEFECT = "item.price: last(variants).price, item.options: last(variants).options"
"""Where the retail world imitates a defect of the reference."""


@pytest.fixture
def tau2(shared: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import tau2_gold

    assert shared in tau2_gold.GOLD.parents
    return tau2_gold


def test_every_gold_call_of_the_shop_comes_out_as_in_the_reference(tau2: ModuleType) -> None:
    figures = tau2.figures("tau2_retail")
    assert figures["differences"] == figures["listed"] == []
    assert figures["calls"] == figures["all_equal"] == 550


def test_the_task_domain_differs_in_one_listed_call(tau2: ModuleType) -> None:
    figures = tau2.figures("tau2_mock")
    assert figures["differences"] == []
    assert (figures["calls"], figures["all_equal"], figures["ratio"]) == (8, 7, 1)
    assert {(call["task"], call["step"]) for call in figures["listed"]} == {(task, step) for _, task, step in tau2.LISTED}


def test_without_the_imitated_defect_only_calls_that_change_several_items_differ(tau2: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (tau2.WORLDS / "tau2_retail.yaml").read_text()
    assert DEFECT in text
    (tmp_path / "tau2_retail.yaml").write_text(text.replace(DEFECT, DEFECT.replace("last(variants)", "variant")))
    monkeypatch.setattr(tau2, "WORLDS", tmp_path)
    several = {
        (call["task_id"], call["step"])
        for _, calls in tau2.tasks("tau2_retail")
        for call in calls
        if call["name"] == "modify_pending_order_items" and len(call["arguments"]["item_ids"]) > 1
    }
    played = [(spec, calls) for spec, calls in tau2.tasks("tau2_retail") if calls[0]["task_id"] in {task for task, _ in several}]
    assert {(call["task"], call["step"]) for call in tau2.compared("tau2_retail", played) if call["differing"]} == several


REPLAY = """
import hashlib, json, sys
import tau2_gold
from gem_sim.worlds.canonical import dumps
spec = tau2_gold.world_spec(sys.argv[1])
for seed, calls in enumerate(json.load(sys.stdin)):
    world, answers = spec.start(seed), hashlib.blake2b()
    for name, arguments in calls:
        result = world.call(name, arguments)
        answers.update(dumps([result.content(), result.diff, world.digest]))
    print(answers.hexdigest())
"""


@pytest.mark.parametrize("domain", ["tau2_retail", "tau2_mock"])
def test_any_calls_are_answered_undone_on_failure_and_replayed_to_the_byte_in_another_process(tau2: ModuleType, domain: str) -> None:
    runs: list[tuple[Run, str]] = []
    recorded = [(call["name"], call["arguments"]) for _, calls in tau2.tasks(domain) for call in calls]
    run_state_machine_as_test(partial(Calls, tau2.world_spec(domain), recorded, runs), settings=settings(max_examples=15, stateful_step_count=20))
    command = [sys.executable, "-W", "error", "-c", REPLAY, domain]
    environment = {**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": os.pathsep.join([str(BENCHMARKS), *sys.path])}
    done = subprocess.run(command, env=environment, input=json.dumps([made for made, _ in runs]), capture_output=True, text=True, check=True)
    assert done.stdout.split() == [answers for _, answers in runs]
    assert sum(len(made) for made, _ in runs) > 100
