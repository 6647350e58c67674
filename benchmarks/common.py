"""What the benchmarks share: timings that a busy machine spoils least, and printing."""

import json
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

Work = Callable[[], Any]
SAMPLE = 50e-6
"""Seconds that one sample lasts at least, so that reading the clock costs nothing beside it."""


def median_us(work: Work, *, times: int, rounds: int = 7) -> float:
    """Median over rounds of the mean time of one call, in microseconds."""
    return round(statistics.median(_timed(work, times) for _ in range(rounds)), 2)


def interleaved_us(works: Mapping[str, Work], *, rounds: int = 5, seconds: float = 0.02) -> dict[str, float]:
    """Microseconds of each work: the least of its medians over rounds.

    Every round takes all works in turn, each for so many seconds and once at least; so a busy moment spoils one round of
    some works and no figure. The machine may be shared: a median of one long stretch would say how busy it was.
    """
    times = {name: max(1, int(SAMPLE * 1e6 / max(_timed(work, 1), 0.01))) for name, work in works.items()}
    medians: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            medians[name].append(_median(work, times[name], seconds))
    return {name: round(min(found), 3) for name, found in medians.items()}


def _median(work: Work, times: int, seconds: float) -> float:
    end = time.perf_counter() + seconds
    samples = [_timed(work, times)]
    while time.perf_counter() < end:
        samples.append(_timed(work, times))
    return statistics.median(samples)


def _timed(work: Work, times: int) -> float:
    """Microseconds of one call, on average over so many."""
    start = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - start) / times * 1e6


def show(figures: dict[str, Any]) -> None:
    """Print figures as JSON."""
    print(json.dumps(figures, indent=2))
