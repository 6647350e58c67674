"""Makes numbers of a plausible size by the words of a field."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import ceil, floor, inf
from typing import Any

from gem_sim.grammar import singular
from gem_sim.worlds.compiler.values.lists import lists
from gem_sim.worlds.compiler.values.row import Row
from gem_sim.worlds.compiler.values.texts import Slot
from gem_sim.worlds.schema import bounds

_LARGE = 400
_SMALL = 0.2
_RANGE = re.compile(r"(?:between|from|range|scale|\(|\[)[ :a-z]{0,12}?(-?\d+(?:\.\d+)?)\s?(?:-|\u2013|to|and|\.\.)\s?(-?\d+(?:\.\d+)?)(?![\d-])")
_PLAIN = (1, 20)
_SOME = (1, 6)
"""How many there are of things that a number counts."""
_NO_LIMIT = 10**9
"""A default from here on says that there is none."""
_TEN = 10
_COUNTED = ("quantity", "count", "number", "copies", "guests", "people", "seats", "passengers", "page", "year", "num", "index", "position")
_PLACED = ("latitude", "lat", "longitude", "lng", "lon", "long")
_ROUND = ("limit", "budget", "salary", "income", "threshold")
_MONEY = ("amount", "price", "fee", "cost", "balance", "deposit", "total", "budget", "value", "rent", "payment", "limit")


def number(slot: Slot, schema: dict[str, Any], *, whole: bool) -> tuple[Callable[[Row], Any], bool]:
    """A maker of numbers within the bounds of the schema, and whether anything says how large they are."""
    low, high = bounds(schema)
    free = (low, high) == (-inf, inf)
    told, example, span = _told(slot.note) if free else None, _usual(schema), _span(slot)
    things = bool(slot.words) and singular(slot.words[-1]) != slot.words[-1]
    known = bool(told or span or example or things) or (low > -inf and high < inf)
    usual = told or (_scaled(span, slot) if span else example or (_SOME if things else _PLAIN))
    whole = whole or not (_fractional(slot, usual) or (low > -inf and high < inf and high - low < _TEN) or "multipleOf" in schema)
    start = max(low, usual[0]) if max(low, usual[0]) <= min(high, usual[1]) else low if low > -inf else high - 10
    end = min(high, usual[1] if usual[1] >= start else start + 10)
    if start == end and low > -inf and high < inf:
        start, end = low, high
    if not whole and free and slot.words and slot.words[-1] in _PLACED:
        part = "latitude" if slot.words[-1].startswith("lat") else "longitude"
        return lambda row: float(getattr(row.place(slot.role), part)), True
    if whole:
        first, last = ceil(start), max(ceil(start), floor(end))
        return lambda row: row.random.randint(first, last), known
    if span is not None and set(_ROUND) & set(slot.words) and end - start >= _TEN:
        return lambda row: float(min(end, max(start, round(row.random.uniform(start, end) / _TEN) * _TEN))), True
    return lambda row: round(row.random.uniform(start, max(start, end)), 2), known


def sized(slot: Slot) -> bool:
    """Whether the words of a field say how large its numbers are."""
    return _span(slot) is not None


def _fractional(slot: Slot, usual: tuple[float, float]) -> bool:
    """Whether a number may have decimals: money, measures and shares, unless things are counted."""
    plural = len(slot.words) > 1 and slot.words[0] in _COUNTED and singular(slot.words[-1]) != slot.words[-1]
    counted = plural or bool(slot.words and slot.words[-1] in _COUNTED)
    return not counted and (bool(set(slot.words) & set(lists()["decimal"])) or usual[1] - usual[0] < 2 or usual[0] != int(usual[0]))


def _told(note: str) -> tuple[float, float] | None:
    """The range that a description names: `from 0 to 1`, `(0-100)`."""
    found = _RANGE.search(note)
    low, high = (float(found[1]), float(found[2])) if found else (0.0, 0.0)
    return (low, high) if low < high else None


def _usual(schema: dict[str, Any]) -> tuple[float, float] | None:
    """About the size of an example or a default."""
    listed = schema.get("examples")
    for value in (schema.get("example"), *(listed if isinstance(listed, list) else ()), schema.get("default")):
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < _NO_LIMIT:
            return (value / 2, value * 2) if isinstance(value, float) else (max(1, value // 2), value * 2)
    return None


def _span(slot: Slot) -> tuple[float, float] | None:
    if len(slot.words) > 1 and slot.words[0] == "total" and singular(slot.words[-1]) != slot.words[-1]:
        return _PLAIN
    phrase = f" {' '.join(slot.words)} "
    for parts, low, high in lists()["ranges"]:
        if any(f" {part} " in phrase or f" {part}s " in phrase for part in parts):
            return low, high
    return None


def _scaled(span: tuple[float, float], slot: Slot) -> tuple[float, float]:
    """Prices of houses and cars, and amounts in cents, are larger, those of meals and goods smaller."""
    if not set(_MONEY) & set(slot.words) or span[0] < 20:
        return span
    around = {*slot.entity, *slot.words}
    scale = _LARGE if set(lists()["large"]) & around else _SMALL if set(lists()["small"]) & around and not set(_ROUND) & around else 1
    scale *= 100 if "minor unit" in slot.note or "in cents" in slot.note or "in pence" in slot.note else 1
    return span[0] * scale, span[1] * scale
