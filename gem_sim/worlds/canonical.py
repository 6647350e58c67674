"""Canonical JSON values, bytes and digests. Two states that mean the same have the same bytes here."""

from __future__ import annotations

import hashlib
import math
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import orjson

MAX_NUMBER = 10**15
"""Beyond this a float no longer holds cents, so no world needs it."""
MAX_TEXT = 20_000
MAX_ITEMS = 10_000


class ValueRefused(ValueError):
    """A value that no row or result may hold; the text says why."""


def canonical(value: Any) -> Any:
    """The one spelling of a JSON value: 25.0 becomes 25, bool stays apart from int, tuples become lists.

    Raises ValueRefused for NaN, infinities, numbers over 10**15, texts and lists beyond the limits, and foreign types.
    """
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return _bounded(value, MAX_TEXT)
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in _bounded(value, MAX_ITEMS)]
    if isinstance(value, dict):
        return {_key(name): canonical(item) for name, item in value.items()}
    raise ValueRefused(f"{type(value).__name__} is not a JSON value")


def _bounded(value: Any, limit: int) -> Any:
    if len(value) > limit:
        raise ValueRefused(f"value of length {len(value)} is over the limit of {limit}")
    return value


def _key(name: Any) -> str:
    if not isinstance(name, str):
        raise ValueRefused(f"object key {name!r} is not a string")
    return name


def _number(value: float) -> float:
    if not math.isfinite(value) or abs(value) > MAX_NUMBER:
        raise ValueRefused(f"number {value!r} is not finite or over the limit of {MAX_NUMBER}")
    return int(value) if value == int(value) else value


def rounded(value: Any, decimals: int) -> Any:
    """Money as people round it: half away from zero, on the decimal digits that are shown."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    try:
        digits = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        raise ValueRefused(f"{value!r} cannot be rounded to {decimals} decimals") from None
    return _number(float(digits))


def dumps(value: Any) -> bytes:
    """Canonical JSON bytes: sorted keys, no spaces, UTF-8."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def digest(value: Any) -> str:
    """32 hex digits of the canonical JSON bytes."""
    return hashlib.blake2b(dumps(value), digest_size=16).hexdigest()


def number(value: Any) -> int:
    """256-bit integer of the canonical JSON bytes; the unit of the additive state digest."""
    return int.from_bytes(hashlib.blake2b(dumps(value), digest_size=32).digest(), "big")
