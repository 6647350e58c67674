"""Functions over lists and over rows found in a world."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import orjson

from gem_sim.worlds.base import hashable
from gem_sim.worlds.canonical import ATOMS, MAX_ITEMS, dumps, same
from gem_sim.worlds.language.effort import LETTERS, compared, written
from gem_sim.worlds.language.errors import Unusable
from gem_sim.worlds.language.functions.need import Clock, Function, a_list, a_text, whole
from gem_sim.worlds.rows import Backwards, Rows

PAGE = 10
"""Rows on a page where the caller asks for none or for more."""
PAGE_CHARACTERS = 1_900
"""Characters of the rows on a page; a result with its frame stays under 2,000."""


def order_key(run: Clock, value: Any) -> tuple[int, Any]:
    """A total order over JSON values: null, then booleans, numbers, strings, everything else by its text."""
    if value is None:
        return (0, 0)
    if isinstance(value, bool):
        return (1, value)
    if isinstance(value, (int, float)):
        return (2, value)
    return (3, value) if isinstance(value, str) else (4, dumps(written(run, value)))


_DOWN = re.compile(r"-(?P<name>.*)|(?P<before>.+?)(?:[ :,]|_(?=desc))desc(?:ending)?", re.DOTALL | re.IGNORECASE)
_UP = re.compile(r"(.+?)(?:[ :,]|_(?=asc))asc(?:ending)?", re.DOTALL | re.IGNORECASE)


def sort(run: Clock, items: Any, by: Any = None) -> list[Any]:
    """Stable order by a field, `-field` or `field desc` for descending; without a field by the values themselves."""
    rows = a_list(run, "sort", items)
    if by is None:
        return sorted(rows, key=lambda value: order_key(run, value))
    said = a_text(run, "sort", by)
    name, down = (said, False) if rows and isinstance(rows[0], dict) and said in rows[0] else _order(said)
    return sorted(rows, key=lambda row: order_key(run, row.get(name) if isinstance(row, dict) else None), reverse=down)


def _order(by: str) -> tuple[str, bool]:
    """The field of an order and whether it goes down, in the spellings that callers of tools use."""
    down = _DOWN.fullmatch(by)
    if down is not None:
        return down["name"] or down["before"] or "", True
    up = _UP.fullmatch(by)
    return (by if up is None else up[1]), False


def reverse(run: Clock, items: Any) -> Any:
    """The elements from the last to the first."""
    return Backwards(items) if isinstance(items, Rows) else a_list(run, "reverse", items)[::-1]


def page(run: Clock, items: Any, limit: Any = None, cursor: Any = None) -> dict[str, Any]:
    """`{items, total, next_cursor}`: rows from the position that `cursor` (an earlier `next_cursor`) names.

    At most 10 rows and, unless one row alone is longer, 2,000 characters.
    """
    return paged(run, items, limit, cursor)


def paged(run: Clock, items: Any, limit: Any = None, cursor: Any = None, show: Callable[[Any], Any] | None = None) -> dict[str, Any]:
    """A page whose rows `show` makes presentable; the others cost nothing."""
    if not isinstance(items, (list, Rows)):
        items = a_list(run, "page", items)
    size = PAGE if limit is None else min(PAGE, max(1, whole("page", limit)))
    start = int(cursor) if isinstance(cursor, str) and cursor.isascii() and cursor.isdigit() and len(cursor) < 9 else 0
    rows = items[start : start + size]
    if show is not None:
        rows = [show(row) for row in rows]
    rows = _that_fit(run, rows)
    end = start + len(rows)
    return {"items": rows, "total": len(items), "next_cursor": str(end) if start < end < len(items) else None}


def _that_fit(run: Clock, rows: list[Any]) -> list[Any]:
    """The first rows that together keep to the length of a page; one at least."""
    size = len(orjson.dumps(rows))
    if size <= PAGE_CHARACTERS:
        return rows
    run.spend(size // LETTERS)
    left, count = PAGE_CHARACTERS, 0
    for row in rows:
        left -= len(orjson.dumps(row)) + 1
        if left < 0 and count:
            break
        count += 1
    return rows[:count]


def search(run: Clock, items: Any, text: Any, *fields: Any) -> Any:
    """The rows in whose text fields (or in the named ones) every word of `text` occurs, whatever the case; null finds all."""
    if text is None and isinstance(items, (list, Rows)):
        return items
    rows = a_list(run, "search", items)
    words = [] if text is None else a_text(run, "search", text).lower().split()
    names = [a_text(run, "search", name) for name in fields]
    return [row for row in rows if _holds(a_text(run, "search", _haystack(row, names)), words)]


def _holds(haystack: str, words: list[str]) -> bool:
    for word in words:  # noqa: SIM110  (all() over a generator takes twice as long)
        if word not in haystack:
            return False
    return True


def _haystack(row: Any, fields: list[str]) -> str:
    if not isinstance(row, dict):
        return row.lower() if isinstance(row, str) else ""
    return "\n".join([value for name in fields or row if isinstance(value := row.get(name), str)]).lower()


def length(_: Clock, value: Any) -> int:
    """Length of a text, list or object; null has length 0."""
    if value is not None and not isinstance(value, (str, list, dict, Rows)):
        raise Unusable(f"len: expected a text or list, got {type(value).__name__}")
    return 0 if value is None else len(value)


def first(run: Clock, items: Any) -> Any:
    """First element, or null."""
    rows = a_list(run, "first", items)
    return rows[0] if rows else None


def last(run: Clock, items: Any) -> Any:
    """Last element, or null."""
    rows = a_list(run, "last", items)
    return rows[-1] if rows else None


def zipped(run: Clock, *lists: Any) -> list[list[Any]]:
    """Elements at equal places as lists, as long as the shortest list."""
    return [list(group) for group in zip(*[a_list(run, "zip", items) for items in lists], strict=False)]


def contains_all(run: Clock, items: Any, wanted: Any) -> bool:
    """Whether `items` holds every element of `wanted`, as often as it stands there."""
    left = list(a_list(run, "contains_all", items))
    for item in a_list(run, "contains_all", wanted):
        compared(run, item, left)
        at = next((place for place, other in enumerate(left) if same(item, other)), None)
        if at is None:
            return False
        del left[at]
    return True


def match(run: Clock, items: Any, field: Any, wanted: Any) -> list[Any]:
    """For each wanted value the next element, not taken before, that has it in `field`; null where none is left."""
    left = list(a_list(run, "match", items))
    name = a_text(run, "match", field)
    found = []
    for value in a_list(run, "match", wanted):
        compared(run, value, left)
        at = next((place for place, row in enumerate(left) if isinstance(row, dict) and same(row.get(name), value)), None)
        found.append(None if at is None else left.pop(at))
    return found


def position(run: Clock, items: Any, item: Any) -> int | None:
    """Place of the first equal element, counted from 0; null where there is none."""
    rows = a_list(run, "position", items)
    compared(run, item, rows)
    return next((at for at, other in enumerate(rows) if same(item, other)), None)


def unique(run: Clock, items: Any) -> list[Any]:
    """Every value once, at its first place."""
    rows = a_list(run, "unique", items)
    return list({hashable(item if type(item) in ATOMS else written(run, item)): item for item in rows}.values())


def flat(run: Clock, items: Any) -> list[Any]:
    """The elements of the lists in a list, one after another."""
    made: list[Any] = []
    for part in a_list(run, "flat", items):
        made += a_list(run, "flat", part)
        if len(made) > MAX_ITEMS:
            raise Unusable(f"flat: result is longer than {MAX_ITEMS}")
    return made


def numbers_to(run: Clock, count: Any) -> list[int]:
    """0, 1, 2 ... as many as `count`."""
    size = whole("range", count)
    if size > MAX_ITEMS:
        raise Unusable(f"range: result is longer than {MAX_ITEMS}")
    run.spend(max(size, 0))
    return list(range(size))


def _extreme(name: str, choose: Callable[..., Any]) -> Function:
    def pick(run: Clock, value: Any, *more: Any) -> Any:
        items: Sequence[Any] = [value, *more] if more else a_list(run, name, value)
        return choose(items, key=lambda item: order_key(run, item)) if items else None

    return pick


FUNCTIONS: dict[str, Function] = {
    "sort": sort,
    "reverse": reverse,
    "page": page,
    "search": search,
    "len": length,
    "count": length,
    "first": first,
    "last": last,
    "zip": zipped,
    "contains_all": contains_all,
    "match": match,
    "position": position,
    "unique": unique,
    "flat": flat,
    "range": numbers_to,
    "min": _extreme("min", min),
    "max": _extreme("max", max),
    "all": lambda run, items: all(a_list(run, "all", items)),
    "any": lambda run, items: any(a_list(run, "any", items)),
}
