"""What the rows of a world say: values by field name, and which rows belong together because they share an id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from gem_sim.worlds.canonical import dumps

Names = dict[str, list[Any]]
"""Field name to values."""
MAX_ROWS = 400
"""Rows looked at of one list or table; more of the same kind teach nothing."""
_LINKED = 8
_NEAR = 24
_ID = re.compile(r"(^|_)(ids?|key|code|no|number|sku|name)$")


def rows_in(value: Any, name: str = "") -> Iterator[dict[str, Any]]:
    """Every object that looks like a row. One that stands in a map from ids to rows gets its id as a field."""
    if isinstance(value, list):
        for item in sample(value):
            yield from rows_in(item, name)
    if not isinstance(value, dict):
        return
    if _is_map(value):
        for key in sample(list(value)):
            for row in rows_in(value[key], name):
                yield {**_id(name, key), **row}
        return
    yield value
    for key, item in value.items():
        yield from rows_in(item, str(key))


def _is_map(value: dict[str, Any]) -> bool:
    return len(value) > 0 and all(isinstance(item, dict) for item in value.values())


def _id(name: str, key: str) -> dict[str, Any]:
    return {f"{name.removesuffix('s')}_id" if name else "id": key}


def sample(items: list[Any]) -> list[Any]:
    """All of a short list; the first and some spread over a long one."""
    if len(items) <= MAX_ROWS:
        return items
    step = len(items) // (MAX_ROWS // 2)
    return [*items[: MAX_ROWS // 2], *items[MAX_ROWS // 2 :: step]][:MAX_ROWS]


def named(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every text, number and truth value in a value with the name of its field."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _id(name, key).items() if _is_map(value) else ()
            yield from named(item, str(key))
    elif isinstance(value, list):
        for item in sample(value):
            yield from named(item, name)
    elif value is not None:
        yield name, value


class Facts:
    """Rows with an index from ids to the rows that hold them."""

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        self.rows = list(rows)
        self.names: Names = {}
        self._links: dict[Any, list[int]] = {}
        self._near: dict[bytes, Names] = {}
        self._pairs = [list(named(row)) for row in self.rows]
        _collect(self.names, (pair for pairs in self._pairs for pair in pairs))
        self.values = {value for pairs in self._pairs for _, value in pairs}
        for at, pairs in enumerate(self._pairs):
            for link in dict.fromkeys(_links(pairs)):
                self._links.setdefault(link, []).append(at)

    def near(self, row: dict[str, Any]) -> Names:
        """Values in a row and in the known ones that share an id with it, directly or over one other."""
        key = dumps(row)
        if key not in self._near:
            self._near[key] = self._around(row)
        return self._near[key]

    def _around(self, row: dict[str, Any]) -> Names:
        seen: dict[int, None] = {}
        pairs = front = list(named(row))
        for _ in range(2):
            reached = [at for link in _links(front) for at in self._links.get(link, ())[:_LINKED] if at not in seen]
            fresh = list(dict.fromkeys(reached))[: _NEAR - len(seen)]
            seen.update(dict.fromkeys(fresh))
            front = [pair for at in fresh for pair in self._pairs[at]]
            pairs = pairs + front
        names: Names = {}
        _collect(names, pairs)
        return names


def own(row: dict[str, Any]) -> Names:
    """The values that stand in a row itself, at any depth."""
    names: Names = {}
    _collect(names, named(row))
    return names


def _collect(names: Names, pairs: Iterable[tuple[str, Any]]) -> None:
    known: dict[str, set[Any]] = {}
    for name, value in pairs:
        seen = known.setdefault(name, set())
        if (type(value), value) not in seen and len(seen) < MAX_ROWS:
            seen.add((type(value), value))
            names.setdefault(name, []).append(value)


def _links(pairs: Iterable[tuple[str, Any]]) -> Iterator[Any]:
    """What ties rows together: texts under names that look like ids; whole numbers only under the very same name."""
    for name, value in pairs:
        if _ID.search(name) and not isinstance(value, (bool, float)):
            yield value if isinstance(value, str) else (name, value)


def fitting(name: str, names: Names) -> list[Any]:
    """Values of the field that a parameter is most likely named after.

    `new_address` takes those of `address`, `tool_ids` those of `tool_id`, `cursor` those of `next_cursor`.
    """
    single = name.removesuffix("s")
    for wanted in (name, single, name.partition("_")[2], single.partition("_")[2], name.rpartition("_")[2], single.rpartition("_")[2]):
        if wanted and names.get(wanted):
            return names[wanted]
    return next((values for field, values in names.items() if field.endswith(f"_{single}") and values), [])


def objects(values: Iterable[Any], name: str = "") -> dict[str, list[dict[str, Any]]]:
    """The objects inside rows, by the names that they stand under."""
    found: dict[str, list[dict[str, Any]]] = {}
    for value in values:
        if isinstance(value, dict):
            if name:
                found.setdefault(name, []).append(value)
            for word, item in value.items():
                for key, inner in objects(item if isinstance(item, list) else [item], word).items():
                    found.setdefault(key, []).extend(inner)
    return found
