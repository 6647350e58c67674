"""The state of a world in Python: named entries, each kept as JSON text, and how an entry is read as rows.

Text cannot be changed by accident: every call works on values parsed anew, and worlds share the entries they have in common.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, Literal

import orjson

from gem_sim.worlds.canonical import MAX_ITEMS, ValueRefused, _bounded, canonical, dumps, same

Row = dict[str, Any]
Key = Any
PLACE = "place"
"""Key field of the rows of a list."""
_PASS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS


@dataclass(frozen=True)
class Entry:
    """The canonical JSON text of one entry."""

    text: bytes

    def value(self) -> Any:
        """The value, parsed anew: whoever gets it may change it."""
        return orjson.loads(self.text)

    @cached_property
    def kept(self) -> Any:
        """The value, parsed once, to compare with; never handed out."""
        return self.value()

    @cached_property
    def digest(self) -> bytes:
        """The same for equal values, whatever the order of their keys."""
        return hashlib.blake2b(dumps(self.kept), digest_size=32).digest()


def entry(value: Any, before: Entry | None = None) -> Entry:
    """The entry of a value; `before` itself where nothing has changed. Raises ValueRefused for what JSON cannot say."""
    if before is not None and _text(value) == before.text:
        return before
    made = Entry(orjson.dumps(canonical(plain(value)) if before is None else _settled(value, before.kept)))
    return before if before is not None and made.text == before.text else made


def _settled(value: Any, before: Any) -> Any:
    """The canonical value; what is in its place as before is not looked at again."""
    if type(value) is list and type(before) is list:
        same_text = [at < len(before) and _text(item) == orjson.dumps(before[at]) for at, item in enumerate(_bounded(value, MAX_ITEMS))]
        return [before[at] if known else canonical(plain(value[at])) for at, known in enumerate(same_text)]
    if type(value) is not dict or type(before) is not dict:
        return canonical(plain(value))
    made: dict[str, Any] = {}
    for key, item in _bounded(value, MAX_ITEMS).items():
        known = key in before and _text(item) == orjson.dumps(before[key])
        made.update({key: before[key]} if known else canonical(plain({key: item})))
    return made


def _text(value: Any) -> bytes | None:
    try:
        return orjson.dumps(value, option=_PASS)
    except TypeError:  # something that is no JSON; the slow way says what
        return None


def plain(value: Any) -> Any:
    """Enumerations as their values, dates and times as ISO text, at any depth; everything else stays for `canonical` to judge."""
    try:
        return _plain(value)
    except RecursionError:
        raise ValueRefused("value that holds itself") from None


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, (dt.datetime, dt.time)):
        return value.isoformat(timespec="seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {_plain(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def state_digest(entries: dict[str, Entry]) -> str:
    """64 hex digits over all entries."""
    made = hashlib.blake2b(digest_size=32)
    for name in sorted(entries):
        made.update(dumps(name) + entries[name].digest)
    return made.hexdigest()


@dataclass(frozen=True)
class Layout:
    """How an entry is read as rows; fixed by what it holds at the start.

    `table`: an object of objects, rows by key. `list`: rows by place. `object`: one row. `value`: one row with the field
    `value`. `key` is the field that holds the key of a row, empty where there is one row only; `own`: the rows hold it themselves.
    """

    kind: Literal["table", "list", "object", "value"]
    key: str = ""
    own: bool = False

    def problem(self, value: Any) -> str:
        """Why a value can no longer be read so, or nothing."""
        if self.kind == "table":
            if not isinstance(value, dict) or not all(isinstance(row, dict) for row in value.values()):
                return "expected an object of objects, as it was at the start"
            stray = next((key for key, row in value.items() if self.own and not same(row.get(self.key), key)), None)
            return "" if stray is None else f"the row {stray!r} does not hold its key in {self.key!r}, as the others do"
        if self.kind != "value" and not isinstance(value, list if self.kind == "list" else dict):
            return f"expected {'a list' if self.kind == 'list' else 'an object'}, as it was at the start"
        return ""

    def rows(self, value: Any) -> dict[Key, Row]:
        """Key to row, the key among its fields."""
        if self.kind == "table":
            return value if self.own else {key: {self.key: key, **row} for key, row in value.items()}
        if self.kind == "list":
            return {at: {self.key: at, **(item if isinstance(item, dict) else {"value": item})} for at, item in enumerate(value)}
        return {(): value if self.kind == "object" else {"value": value}}


def layout(value: Any) -> Layout:
    """The layout of an entry that starts with this value. Raises ValueRefused where a field hides the key of its row."""
    if isinstance(value, list):
        if any(isinstance(item, dict) and PLACE in item for item in value):
            raise ValueRefused(f"rows of a list are told apart by their {PLACE!r}; give the field of that name another one")
        return Layout("list", PLACE)
    if not isinstance(value, dict):
        return Layout("value")
    if not all(isinstance(row, dict) for row in value.values()):
        return Layout("object")
    own = next((name for name in next(iter(value.values()), {}) if all(same(row.get(name), key) for key, row in value.items())), None)
    if own is None and any("key" in row for row in value.values()):
        raise ValueRefused("a row holds a field 'key' that is not its key; give it another name")
    return Layout("table", own or "key", own is not None)


def changes(name: str, about: Layout, old: Entry, new: Entry) -> Iterator[dict[str, Any]]:
    """What changed in one entry, one change a row: insert with the row, delete with the row, set with old and new values."""
    was, now = about.rows(old.kept), about.rows(new.value())
    for key in {**was, **now}:
        before, after = was.get(key), now.get(key)
        if dumps(before) != dumps(after):
            private = orjson.loads(orjson.dumps(before))  # the value that is kept to compare with stays here
            yield {"entity": name, "key": [] if key == () else key, **_change(private, after)}


def _change(before: Row | None, after: Row | None) -> dict[str, Any]:
    if before is None:
        return {"op": "insert", "row": after}
    if after is None:
        return {"op": "delete", "row": before}
    names = [name for name in {**before, **after} if name not in before or name not in after or not same(before[name], after[name])]
    return {"op": "set", "fields": {name: [before.get(name), after.get(name)] for name in names}}


def diff(layouts: dict[str, Layout], old: dict[str, Entry], new: dict[str, Entry]) -> list[dict[str, Any]]:
    """What changed from one state to another. Entries of the same text have not."""
    return [change for name, about in layouts.items() if old[name] is not new[name] for change in changes(name, about, old[name], new[name])]
