"""Conversion between units of one quantity, exact factors to SI."""

from __future__ import annotations

from typing import Any

from gem_sim.worlds.language.errors import Unusable
from gem_sim.worlds.language.functions.need import Clock, Function, a_number, a_text
from gem_sim.worlds.language.operators import settled

_QUANTITIES: dict[str, dict[str, float]] = {
    "length": {"m": 1, "km": 1000, "cm": 0.01, "mm": 0.001, "mi": 1609.344, "yd": 0.9144, "ft": 0.3048, "in": 0.0254, "nmi": 1852},
    "mass": {"kg": 1, "g": 0.001, "mg": 1e-6, "t": 1000, "lb": 0.45359237, "oz": 0.028349523125, "st": 6.35029318},
    "volume": {"l": 1, "ml": 0.001, "cl": 0.01, "m3": 1000, "gal": 3.785411784, "qt": 0.946352946, "pt": 0.473176473, "cup": 0.2365882365},
    "time": {"s": 1, "ms": 0.001, "min": 60, "h": 3600, "day": 86400, "week": 604800},
    "speed": {"m/s": 1, "km/h": 1 / 3.6, "mph": 0.44704, "kn": 1852 / 3600},
    "area": {"m2": 1, "km2": 1e6, "cm2": 1e-4, "ha": 1e4, "acre": 4046.8564224, "ft2": 0.09290304},
    "data": {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3, "TiB": 1024**4, "bit": 0.125},
    "energy": {"J": 1, "kJ": 1000, "Wh": 3600, "kWh": 3.6e6, "cal": 4.184, "kcal": 4184},
}
_OFFSETS = {"C": 273.15, "K": 0.0, "F": 459.67}
_SCALES = {"C": 1.0, "K": 1.0, "F": 5 / 9}


def convert(run: Clock, value: Any, source: Any, target: Any) -> Any:
    """`value` of one unit in another of the same quantity, rounded to nine digits after the point."""
    amount, here, there = a_number("convert", value), a_text(run, "convert", source), a_text(run, "convert", target)
    if here in _OFFSETS and there in _OFFSETS:
        return _tidy((amount + _OFFSETS[here]) * _SCALES[here] / _SCALES[there] - _OFFSETS[there])
    for units in _QUANTITIES.values():
        if here in units and there in units:
            return _tidy(amount * units[here] / units[there])
    known = ", ".join(unit for units in (*_QUANTITIES.values(), _OFFSETS) for unit in units)
    raise Unusable(f"convert: no way from {here!r:.20} to {there!r:.20}; units of one quantity among {known}")


def _tidy(value: float) -> Any:
    return settled(round(value, 9), "convert")


FUNCTIONS: dict[str, Function] = {"convert": convert}
