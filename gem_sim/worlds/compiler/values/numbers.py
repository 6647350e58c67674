"""Makes numbers of a plausible size by the words of a field."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, floor, inf
from typing import Any

from gem_sim.grammar import singular
from gem_sim.worlds.compiler.values.lists import lists
from gem_sim.worlds.compiler.values.row import Row
from gem_sim.worlds.compiler.values.texts import Slot
from gem_sim.worlds.schema import bounds

_LARGE = 400
_PLAIN = (1, 20)
_TEN = 10
_COUNTED = ("quantity", "count", "number", "copies", "guests", "people", "seats", "passengers", "page", "year", "total", "num", "index", "position")
_PLACED = ("latitude", "lat", "longitude", "lng", "lon", "long")
_ROUND = ("limit", "budget", "salary", "income", "threshold")
_MONEY = ("amount", "price", "fee", "cost", "balance", "deposit", "total", "budget", "value", "rent", "payment", "limit")


def number(slot: Slot, schema: dict[str, Any], *, whole: bool) -> tuple[Callable[[Row], Any], bool]:
    """A maker of numbers within the bounds of the schema, and whether anything says how large they are."""
    span = _span(slot)
    low, high = bounds(schema)
    known = span is not None or (low > -inf and high < inf)
    whole = whole or (known and _counts(slot, schema))
    usual = _scaled(span or _PLAIN, slot)
    start = max(low, usual[0]) if max(low, usual[0]) <= min(high, usual[1]) else low if low > -inf else high - 10
    end = min(high, usual[1] if usual[1] >= start else start + 10)
    if not whole and (low, high) == (-inf, inf) and slot.words and slot.words[-1] in _PLACED:
        part = "latitude" if slot.words[-1].startswith("lat") else "longitude"
        return lambda row: float(getattr(row.place(slot.role), part)), True
    if whole:
        first, last = ceil(start), max(ceil(start), floor(end))
        return lambda row: row.random.randint(first, last), known
    if span is not None and set(_ROUND) & set(slot.words) and end - start >= _TEN:
        return lambda row: float(min(end, max(start, round(row.random.uniform(start, end) / _TEN) * _TEN))), True
    return lambda row: round(row.random.uniform(start, max(start, end)), 2), known


def _counts(slot: Slot, schema: dict[str, Any]) -> bool:
    """Whether a number counts things: `quantity`, `total_thoughts`."""
    plural = len(slot.words) > 1 and slot.words[0] in _COUNTED and singular(slot.words[-1]) != slot.words[-1]
    return "multipleOf" not in schema and (plural or bool(slot.words and slot.words[-1] in _COUNTED[:-1] and slot.words[-1] != "total"))


def _span(slot: Slot) -> tuple[float, float] | None:
    if len(slot.words) > 1 and slot.words[0] == "total" and singular(slot.words[-1]) != slot.words[-1]:
        return _PLAIN
    phrase = f" {' '.join(slot.words)} "
    for parts, low, high in lists()["ranges"]:
        if any(f" {part} " in phrase or f" {part}s " in phrase for part in parts):
            return low, high
    return None


def _scaled(span: tuple[float, float], slot: Slot) -> tuple[float, float]:
    """Prices of houses and cars, and amounts in cents, are larger."""
    if not set(_MONEY) & set(slot.words) or span[0] < 20:
        return span
    scale = _LARGE if set(lists()["large"]) & {*slot.entity, *slot.words} else 1
    scale *= 100 if "minor unit" in slot.note or "in cents" in slot.note or "in pence" in slot.note else 1
    return span[0] * scale, span[1] * scale
