"""YAML as JSON values, built from parser events, so that depth, size and what anchors multiply are bounded before anything is made.

Plain scalars are read by the rules of YAML 1.2, in which `no`, `on` and dates are texts, as OpenAPI asks for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from gem_sim.errors import InputError

MAX_VALUES = 2_000_000
"""Values in a file, those that anchors repeat counted each time."""
MAX_DEPTH = 200
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,30}|[0-9]{1,30}(\.[0-9]{0,30})?)([eE][-+]?[0-9]{1,3})?")


def load_yaml(text: str, where: str) -> Any:
    """The one document in a text. Raises InputError that names the line, also for anchors that hold themselves or multiply beyond measure."""
    builder = _Builder(where)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        raise InputError(f"{where}{line}: not YAML ({getattr(error, 'problem', None) or str(error).splitlines()[0]})") from None
    return builder.root


@dataclass
class _Open:
    """A list or mapping that is being read. `size` counts the values in it."""

    value: Any
    anchor: str | None
    key: Any = None
    has_key: bool = False
    size: int = 1
    merges: list[Any] = field(default_factory=list)


class _Builder:
    """Puts values together from events."""

    def __init__(self, where: str) -> None:
        self.root: Any = None
        self._where = where
        self._documents = 0
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}

    def take(self, event: Any) -> None:
        """One event of the parser, in order."""
        if isinstance(event, yaml.ScalarEvent):
            value = _plain(event.value) if event.implicit[0] and event.tag is None else event.value
            self._add(value, 1, event.anchor, event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            if len(self._open) >= MAX_DEPTH:
                raise self._error(event, f"nested deeper than {MAX_DEPTH}")
            self._open.append(_Open({} if isinstance(event, yaml.MappingStartEvent) else [], event.anchor))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._close(event)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                raise self._error(event, f"*{event.anchor} is no anchor that ends before it")
            self._add(*self._anchors[event.anchor], None, event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._error(event, "a second document; expected one")

    def _close(self, event: Any) -> None:
        done = self._open.pop()
        for merged in done.merges:
            done.size += len(merged)
            done.value = {**merged, **done.value}
        self._add(done.value, done.size, done.anchor, event)

    def _add(self, value: Any, size: int, anchor: str | None, event: Any) -> None:
        if size > MAX_VALUES:
            raise self._error(event, f"more than {MAX_VALUES} values with its anchors written out")
        if anchor is not None:
            self._anchors[anchor] = (value, size)
        if not self._open:
            self.root = value
            return
        holder = self._open[-1]
        holder.size += size
        if holder.size > MAX_VALUES:
            raise self._error(event, f"more than {MAX_VALUES} values with its anchors written out")
        if isinstance(holder.value, list):
            holder.value.append(value)
        elif not holder.has_key:
            holder.key, holder.has_key = value, True
        else:
            self._put(holder, value, event)

    def _put(self, holder: _Open, value: Any, event: Any) -> None:
        """A value under its key; `<<` takes over the entries of other mappings that are not given here."""
        holder.has_key = False
        if holder.key == "<<":
            parts = value if isinstance(value, list) else [value]
            if not all(isinstance(part, dict) for part in parts):
                raise self._error(event, "'<<' takes a mapping or a list of them")
            holder.merges += parts
            return
        if isinstance(holder.key, (dict, list)):
            raise self._error(event, "a key that is a list or a mapping; expected a text")
        holder.value[key_text(holder.key)] = value

    def _error(self, event: Any, what: str) -> InputError:
        return InputError(f"{self._where} line {event.start_mark.line + 1}: {what}")


def key_text(key: Any) -> str:
    """A key as JSON has it: `200` is "200", `true` is "true"."""
    if isinstance(key, str):
        return key
    return "null" if key is None else str(key).lower() if isinstance(key, bool) else str(key)


def _plain(text: str) -> Any:
    """A scalar without quotes."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
