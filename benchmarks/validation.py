"""Milliseconds that the checks of an episode of 46 messages take beyond its replay, on each shipped mock."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from common import show

from gem_sim.pipeline import run_episode
from gem_sim.validate import validate_episode
from gem_sim.validate.replay import replay
from gem_sim.worlds.load import load_mock

MOCKS = ("framing_workshop", "observatory_desk", "seed_bank", "tidal_harbour", "tool_library")
EPISODES, ROUNDS = 12, 7


def least(work: Callable[[], Any]) -> float:
    """Milliseconds of processor time, of the round that was disturbed least."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times) * 1e3


figures = {}
for mock in MOCKS:
    spec = load_mock(mock)
    episodes = [run_episode(spec, seed=seed) for seed in range(EPISODES)]
    messages = sum(len(episode.messages) for episode in episodes)
    again = sum(least(partial(replay, episode, spec)) for episode in episodes) / messages * 46
    whole = sum(least(partial(validate_episode, episode, spec)) for episode in episodes) / messages * 46
    figures[mock] = {"replay": round(again, 2), "all": round(whole, 2), "beyond_replay": round(whole - again, 2)}

show({"ms_per_46_messages": figures, "most_beyond_replay": max(one["beyond_replay"] for one in figures.values()), "goal": 5})
