"""Canonical JSON values, bytes and digests. Two states that mean the same have the same bytes here."""

from __future__ import annotations

import hashlib
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

import orjson

MAX_NUMBER = 10**15
"""Beyond this a float no longer holds cents, so no world needs it."""
MAX_INTEGER = 2**63 - 1
"""Ids and card numbers are held exactly up to here; a result of arithmetic keeps to MAX_NUMBER."""
_CONTEXT = Context(prec=60)
MAX_TEXT = 20_000
MAX_ITEMS = 10_000
MAX_DEPTH = 64
_HASH = hashlib.blake2b(digest_size=32)
"""Copied for each use: a copy is made in half the time of a new one."""
ATOMS = frozenset({str, int, float, bool, type(None)})
"""The JSON types that hold no others."""


class ValueRefused(ValueError):
    """A value that no row or result may hold; the text says why."""


def canonical(value: Any, depth: int = 0) -> Any:
    """The one spelling of a JSON value: 25.0 becomes 25, bool stays apart from int, tuples become lists.

    Raises ValueRefused for NaN, infinities, numbers over 10**15, texts, lists and nesting beyond the limits, and foreign types.
    """
    kind = type(value)
    if kind is str:
        return value if len(value) <= MAX_TEXT and value.isascii() else _text(value)
    if value is None or kind is bool:
        return value
    if kind is int or kind is float:
        return _number(value)
    if depth > MAX_DEPTH:
        raise ValueRefused(f"value is nested deeper than {MAX_DEPTH}")
    if kind is dict:
        return _object(value, depth + 1)
    if kind is list or kind is tuple:
        return [canonical(item, depth + 1) for item in _bounded(value, MAX_ITEMS)]
    return _foreign(value, depth)


def _object(value: dict[Any, Any], depth: int) -> dict[str, Any]:
    made = {}
    for name, item in _bounded(value, MAX_ITEMS).items():
        made[name if type(name) is str and len(name) <= MAX_TEXT and name.isascii() else _key(name)] = canonical(item, depth)
    return made


def _foreign(value: Any, depth: int) -> Any:
    """Subclasses of the JSON types as the types themselves; nothing else."""
    kinds: tuple[Any, ...] = (str, int, float, dict, list, tuple)
    for kind in kinds:
        if isinstance(value, kind):
            return canonical(str.__str__(value) if kind is str else kind(value), depth)  # a text enumeration has a __str__ of its own
    raise ValueRefused(f"{type(value).__name__} is not a JSON value")


def private(value: Any) -> Any:
    """A canonical value that nobody else holds."""
    return value if type(value) in ATOMS else canonical(value)


def same(one: Any, other: Any) -> bool:
    """Equality of JSON values at any depth: `1 == true` is false here, `1 == 1.0` is true."""
    if one is other:
        return True
    kind, other_kind = type(one), type(other)
    if kind is bool or other_kind is bool:
        return False
    if kind is dict:
        return other_kind is dict and one.keys() == other.keys() and all(same(item, other[name]) for name, item in one.items())
    if kind is list:
        return other_kind is list and len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def _text(value: str) -> str:
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueRefused("text with half a character (a lone surrogate)") from None
    return _bounded(value, MAX_TEXT)  # type: ignore[no-any-return]


def _bounded(value: Any, limit: int) -> Any:
    if len(value) > limit:
        raise ValueRefused(f"value of length {len(value)} is over the limit of {limit}")
    return value


def _key(name: Any) -> str:
    if not isinstance(name, str):
        raise ValueRefused(f"object key {name!r:.80} is not a string")
    return _text(str.__str__(name))


def _number(value: float) -> float:
    if type(value) is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise ValueRefused(f"integer over the limit of {MAX_INTEGER}")
        return value
    if not -MAX_NUMBER <= value <= MAX_NUMBER:  # false for NaN too
        raise ValueRefused(f"number is not finite or over the limit of {MAX_NUMBER}")
    return value if value != int(value) else int(value)


def rounded(value: Any, decimals: int) -> Any:
    """Money as people round it: half away from zero, on the decimal digits that are shown."""
    if type(value) is float and round(value, decimals) == value:  # needs no decimal digits, which are dear
        return _number(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    try:
        digits = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=_CONTEXT)
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
    work = _HASH.copy()
    work.update(dumps(value))
    return int.from_bytes(work.digest(), "big")
