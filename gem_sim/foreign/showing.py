"""`gem-sim validate FILE` and `gem-sim stats FILE` for foreign trajectories."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import orjson

from gem_sim.foreign.judging import findings, quality, unchecked
from gem_sim.foreign.reading import read_trajectories
from gem_sim.validate.duplicates import Duplicates
from gem_sim.view.stats import complexity, coverage


def validate_foreign(path: Path, *, as_json: bool) -> int:
    """Print what is found and what was not looked at; exit code 1 with findings of severity error."""
    rows: list[dict[str, Any]] = []
    missed: dict[str, str] = {}
    duplicates = Duplicates()
    for trajectory in read_trajectories(path):
        episode = trajectory.episode
        found = [*findings(trajectory), *filter(None, [duplicates.finding(episode)])]
        missed |= unchecked([episode])
        rows.append({"id": episode.id, "findings": [{"code": f.code, "severity": f.severity, "index": f.message, "message": f.text} for f in found]})
    errors = sum(finding["severity"] == "error" for row in rows for finding in row["findings"])
    if as_json:
        _print({"episodes": rows, "unchecked": missed})
        return 1 if errors else 0
    for row in rows:
        for finding in row["findings"]:
            place = "" if finding["index"] is None else f" at message {finding['index']}"
            _say(f"{row['id']} {finding['severity']} {finding['code']}{place}: {finding['message']}")
    for name, why in missed.items():
        _say(f"not checked: {name}, {why}")
    _say(f"{len(rows)} trajectories, {errors} errors, {sum(len(row['findings']) for row in rows) - errors} warnings")
    return 1 if errors else 0


def show_foreign(path: Path, *, as_json: bool) -> None:
    """Print figures in the shape of those of a run, with what cannot be measured."""
    episodes = [trajectory.episode for trajectory in read_trajectories(path)]
    figures = {
        "funnel": {},
        "complexity": {"before": {"episodes": 0}, "after": complexity(episodes)},
        "quality": quality(episodes),
        "coverage": coverage(episodes),
        "usage": {"calls": 0, "tokens_in": 0, "tokens_out": 0, "cost": 0},
    }
    if as_json:
        _print(figures)
        return
    about = figures["complexity"]["after"]
    _say(f"{about['episodes']} trajectories: mean {about['mean']}, median {about['median']}")
    for name, value in figures["quality"].items():
        if name != "unmeasured":
            _say(f"{name}: {value if not isinstance(value, dict) else ', '.join(f'{key} {part}' for key, part in value.items()) or 'none'}")
    _say(f"coverage: {figures['coverage']}")
    for name, why in figures["quality"]["unmeasured"].items():
        _say(f"not measured: {name}, {why}")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _print(value: Any) -> None:
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n")
