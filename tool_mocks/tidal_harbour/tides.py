"""Tides by the harmonic method: the level of the sea as a sum of cosines, one for each constituent. Metres above chart datum."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from math import cos, radians
from typing import Any

EPOCH = datetime(2026, 1, 1)  # noqa: DTZ001  (harbour time; there is no other here)
STEP = timedelta(minutes=5)


def level(state: dict[str, Any], when: datetime) -> float:
    """The level of the sea at a time."""
    hours = (when - EPOCH) / timedelta(hours=1)
    waves = (part["amplitude"] * cos(radians(part["speed"] * hours - part["phase"])) for part in state["constituents"].values())
    return float(state["harbour"]["mean_level"] + sum(waves))


def turns(state: dict[str, Any], day: date) -> Iterator[tuple[str, datetime, float]]:
    """High and low waters of a day: which, when, level."""
    at = datetime.combine(day, time()) - STEP
    before, here = level(state, at), level(state, at + STEP)
    while at.date() <= day:
        after = level(state, at + 2 * STEP)
        if (here - before) * (after - here) <= 0 and here != after and (at + STEP).date() == day:
            yield "high" if here > before else "low", at + STEP, here
        at, before, here = at + STEP, here, after


def lowest(state: dict[str, Any], start: datetime, end: datetime) -> float:
    """The lowest level between two times, sampled every twenty minutes."""
    count = int((end - start) / timedelta(minutes=20))
    return min(level(state, start + timedelta(minutes=20 * at)) for at in range(count + 1))


def windows(state: dict[str, Any], day: date, needed: float) -> list[tuple[datetime, datetime]]:
    """The times of a day, within the hours of the gate, between which the level is at least `needed`."""
    at, close = (datetime.combine(day, time.fromisoformat(state["harbour"][name])) for name in ("gate_opens", "gate_closes"))
    found: list[tuple[datetime, datetime]] = []
    while at <= close:
        if level(state, at) >= needed:
            begun = found and found[-1][1] == at - STEP
            found[-1:] = [(found[-1][0], at)] if begun else [*found[-1:], (at, at)]
        at += STEP
    return [(start, end) for start, end in found if start < end]
