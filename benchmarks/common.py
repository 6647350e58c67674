"""What the benchmarks share: the median of repeated timings, and printing."""

import json
import statistics
import time
from collections.abc import Callable
from typing import Any


def median_us(work: Callable[[], Any], *, times: int, rounds: int = 7) -> float:
    """Median over rounds of the mean time of one call, in microseconds."""
    samples = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(times):
            work()
        samples.append((time.perf_counter() - start) / times * 1e6)
    return round(statistics.median(samples), 2)


def show(figures: dict[str, Any]) -> None:
    """Print figures as JSON."""
    print(json.dumps(figures, indent=2))
