"""What the values of one column say: their type, form and variety, and whether they tell rows apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

ABSENT = object()
"""Stands for a column that a row does not have."""
_FORMATS = {
    "date": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"),
    "email": re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII),
}
_LOCAL = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?")
_MANY = 8
"""Keys of an object from which on it is a map."""
_FEW, _OFTEN = 12, 2
"""Values that are a choice at most, and how often each of them occurs on average at least."""
_CENTS = 4
"""Decimals that amounts and measures have at most."""
_SCALARS = ("string", "integer", "number")
_TYPES: dict[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}


@dataclass(frozen=True)
class Column:
    """A column: `type` is empty where values are of several, `values` are the different scalar ones in order.

    `parts` are the columns of objects, `entries` those of what stands under the keys of objects that are maps. `unique` says that
    every row has a value of its own, `absent` that some rows lack the column; `count` are the values that are there.
    """

    name: str
    type: str
    values: tuple[Any, ...] = ()
    count: int = 0
    unique: bool = False
    absent: bool = False
    parts: dict[str, Column] = field(default_factory=dict)
    entries: dict[str, Column] = field(default_factory=dict)
    items: Column | None = None

    @property
    def choices(self) -> tuple[str, ...]:
        """The texts that a column chooses from; none where it has many, or each but once."""
        few = self.type == "string" and 0 < len(self.values) <= _FEW and self.count >= _OFTEN * len(self.values)
        return tuple(self.values) if few and not self.format else ()

    @property
    def format(self) -> str:
        """The format that all texts have: date, date-time or email."""
        texts = self.values if self.type == "string" else ()
        return next((name for name, form in _FORMATS.items() if texts and all(form.fullmatch(text) for text in texts)), "")

    @property
    def timed(self) -> str:
        """Whether it holds days or times: `today`, `now`, or nothing."""
        if self.format in ("date", "date-time"):
            return "today" if self.format == "date" else "now"
        return "now" if self.type == "string" and self.values and all(_LOCAL.fullmatch(text) for text in self.values) else ""

    @property
    def decimals(self) -> int | None:
        """The decimals of all numbers; None where they are whole, or have more than amounts have."""
        if self.type != "number":
            return None
        digits = [len(repr(value).partition(".")[2]) for value in self.values if isinstance(value, float) and not value.is_integer()]
        plain = all("e" not in repr(value) for value in self.values)
        return max(2, *digits) if digits and plain and max(digits) <= _CENTS else None


def column_of(name: str, cells: Sequence[Any]) -> Column:
    """What the cells of a column say, one a row, `ABSENT` where a row does not have it."""
    there = [cell for cell in cells if cell is not ABSENT and cell is not None]
    kind = _type(there)
    values = tuple(dict.fromkeys(there)) if kind in _SCALARS else ()
    unique = bool(cells) and kind in ("string", "integer") and len(values) == len(cells)
    objects = [cell for cell in there if isinstance(cell, dict)] if kind == "object" else []
    mapped = _is_map(objects)
    parts = columns_of(objects) if not mapped else {}
    entries = columns_of([entry for cell in objects for entry in cell.values()]) if mapped else {}
    items = column_of(name, [item for cell in there for item in cell]) if kind == "array" else None
    return Column(name, kind, values, len(there), unique, any(cell is ABSENT for cell in cells), parts, entries, items)


def _is_map(objects: Sequence[dict[str, Any]]) -> bool:
    """Whether objects go from keys to objects, and have no columns of their own."""
    keys = {key for one in objects for key in one}
    named = all(key.isidentifier() and not any(letter.isdigit() for letter in key) for key in keys)
    return bool(keys) and all(isinstance(entry, dict) for one in objects for entry in one.values()) and (len(keys) > _MANY or not named)


def columns_of(rows: Sequence[dict[str, Any]]) -> dict[str, Column]:
    """All columns of rows."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: column_of(name, [row.get(name, ABSENT) for row in rows]) for name in names}


def _type(values: Sequence[Any]) -> str:
    """The one JSON type of values; numbers where some are whole; nothing where they are of several."""
    kinds = {_TYPES.get(type(value), "") for value in values}
    if kinds == {"integer", "number"}:
        return "number"
    return kinds.pop() if len(kinds) == 1 else ""
