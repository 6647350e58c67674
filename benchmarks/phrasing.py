"""What messages sound like over a run: sentences that come back, how far users' words compress, and the time that wording takes.

    python benchmarks/phrasing.py RUN_FOLDER [--worst N]

Without a folder: over episodes of one mock that are planned and worded here.
"""

import argparse
import time
from pathlib import Path
from typing import Any

from common import show

from gem_sim.episodes.offline import VOICES, Speaker, tone_of
from gem_sim.episodes.phrasing.repetition import compressibility, repeated_sentences
from gem_sim.pipeline import run_episode
from gem_sim.records import Episode, Scenario
from gem_sim.store import RunReader

COUNT = 60
LIMIT = 0.05


def worded(scenario: Scenario) -> int:
    """Word all beats of a scenario; how many they were."""
    speakers = {
        "user": Speaker(f"{scenario.id}/user", "user", tone_of(scenario.persona.get("manner", ""))),
        "assistant": Speaker(f"{scenario.id}/assistant", "assistant", VOICES[0]),
    }
    for at, beat in enumerate(scenario.beats):
        speakers[beat.speaker].say(beat.act, at, beat.facts, "2026")
    return len(scenario.beats)


def timing(episodes: list[Episode]) -> dict[str, float]:
    """Milliseconds for the words of an episode of 46 messages, templates compiled. Tool messages need no words."""
    for episode in episodes:
        worded(episode.scenario)
    rounds = []
    for _ in range(5):
        start = time.process_time()
        beats = sum(worded(episode.scenario) for episode in episodes)
        rounds.append((time.process_time() - start) / beats * 1e3)
    share = sum(len(episode.scenario.beats) for episode in episodes) / sum(len(episode.messages) for episode in episodes)
    return {"ms_per_beat": round(min(rounds), 4), "ms_per_46_messages": round(min(rounds) * 46 * share, 3)}


def measured(episodes: list[Episode], worst: int) -> dict[str, Any]:
    """All figures."""
    repeated = repeated_sentences(episodes)
    return {
        "episodes": len(episodes),
        "sentences_in_more_than_5_percent": sum(share > LIMIT for share, _ in repeated),
        "highest_share": round(repeated[0][0], 3) if repeated else 0.0,
        "worst": [f"{share:.3f} {sentence}" for share, sentence in repeated[:worst]],
        "zlib_ratio": compressibility(episodes),
        **timing(episodes),
    }


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("run", nargs="?", type=Path)
parser.add_argument("--mock", default="tool_library")
parser.add_argument("--episodes", type=int, default=COUNT)
parser.add_argument("--worst", type=int, default=10)
arguments = parser.parse_args()
some = list(RunReader(arguments.run).episodes()) if arguments.run else [run_episode(arguments.mock, seed=seed) for seed in range(arguments.episodes)]
show(measured(some, arguments.worst))
