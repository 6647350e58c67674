"""How often each operator comes in run folders, and how far the labels of episodes agree with what detectors find in them.

    python benchmarks/operators.py RUN... [--round 0|last]

Prints JSON: for each operator the share of episodes with its label, the share in which label and detector agree, and the
ids of some in which they do not; and what detecting costs. Goals: 3 % of the refined episodes, agreement in 98 %.
"""

import argparse
import time
from collections import defaultdict
from typing import Any

from common import show

from gem_sim.quality.runs import share
from gem_sim.records import Episode
from gem_sim.scenarios.detectors import DETECTORS, detected
from gem_sim.store import RunReader, last_rounds
from gem_sim.worlds.plugin.spec import StoredMock
from gem_sim.worlds.spec import WorldSpec

LEAST_SHARE, LEAST_AGREEMENT = 0.03, 0.98
EXAMPLES = 5


def main() -> None:
    """Read the runs and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", nargs="+")
    parser.add_argument("--round", choices=["0", "last"])
    given = parser.parse_args()
    found: list[tuple[Episode, set[str]]] = []
    seconds = 0.0
    for name in given.run:
        run = RunReader(name)
        for episode in _chosen(list(run.episodes()), given.round):
            spec = _installed(run.world(episode))
            detected(episode.messages, episode.calls, spec)  # what is found once for a world is no cost of an episode
            start = time.process_time()
            found.append((episode, set(detected(episode.messages, episode.calls, spec))))
            seconds += time.process_time() - start
    show({"episodes": len(found), "milliseconds": round(1000 * seconds / max(len(found), 1), 2), "operators": {name: _row(found, name) for name in DETECTORS}})


def _chosen(episodes: list[Episode], which: str | None) -> list[Episode]:
    if which == "last":
        return last_rounds(episodes)
    return [episode for episode in episodes if which is None or episode.lineage.round == 0]


def _installed(spec: WorldSpec) -> WorldSpec:
    return spec.start().spec if isinstance(spec, StoredMock) else spec


def _row(found: list[tuple[Episode, set[str]]], name: str) -> dict[str, Any]:
    apart: dict[str, list[str]] = defaultdict(list)
    labelled = 0
    for episode, names in found:
        label = name in episode.scenario.operators
        labelled += label
        if label != (name in names):
            apart["only_label" if label else "only_detector"].append(episode.id)
    agree = share(len(found) - sum(map(len, apart.values())), len(found))
    often = share(labelled, len(found))
    met = often >= LEAST_SHARE and agree >= LEAST_AGREEMENT
    return {"share": often, "agreement": agree, "met": met} | {kind: ids[:EXAMPLES] for kind, ids in apart.items()}


if __name__ == "__main__":
    main()
