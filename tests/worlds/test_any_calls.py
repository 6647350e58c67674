"""Whatever is called on a mock that ships: nothing raises, failures leave no trace, and another process answers to the byte."""

import json
import os
import subprocess
import sys
from functools import partial

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from machines import Calls, Run

from gem_sim.worlds.load import load_mock, mock_names

REPLAY = """
import hashlib, json, sys
from gem_sim import load_mock
from gem_sim.worlds.canonical import dumps
spec = load_mock(sys.argv[1])
for seed, calls in enumerate(json.load(sys.stdin)):
    world, answers = spec.start(seed), hashlib.blake2b()
    for name, arguments in calls:
        result = world.call(name, arguments)
        answers.update(dumps([result.content(), result.diff, world.digest]))
    print(answers.hexdigest())
"""


@pytest.mark.parametrize("mock", mock_names())
def test_any_calls_are_answered_undone_on_failure_and_replayed_to_the_byte_in_another_process(mock: str) -> None:
    runs: list[tuple[Run, str]] = []
    run_state_machine_as_test(partial(Calls, load_mock(mock), [], runs), settings=settings(max_examples=15, stateful_step_count=20))
    environment = {**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-W", "error", "-c", REPLAY, mock]
    done = subprocess.run(command, env=environment, input=json.dumps([made for made, _ in runs]), capture_output=True, text=True, check=True)
    assert done.stdout.split() == [answers for _, answers in runs]
