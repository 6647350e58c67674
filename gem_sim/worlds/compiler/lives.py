"""Rows whose dates fit their status: what has not happened has no date yet."""

from __future__ import annotations

from typing import Any

from gem_sim.worlds.compiler.names import lexicon
from gem_sim.worlds.compiler.values.lists import lists, spelled

_STOPPED = ("cancelled", "canceled", "rejected", "declined", "failed", "withdrawn", "void", "voided")
_TIMED = ("at", "on", "date", "time", "timestamp", "datetime")


def dates_of(fields: dict[str, dict[str, Any]], needed: set[str]) -> dict[str, str]:
    """Fields that say when a row got to one of its statuses, with that status; not those that every row needs."""
    known = _known(fields)
    found: dict[str, str] = {}
    for name, schema in fields.items():
        said = spelled(name)
        reached = next((status for word in said for status in known if _form(status) == _form(word)), None)
        if reached is not None and name not in needed and len(said) > 1 and said[-1] in _TIMED and schema.get("type") in ("string", "integer", None):
            found[name] = reached
    return found


def settle(row: dict[str, Any], fields: dict[str, dict[str, Any]], dates: dict[str, str]) -> None:
    """Leave out the dates of statuses that the row has not reached."""
    known, status = _known(fields), row.get("status")
    for name, reached in dates.items():
        if status in known and status != reached and (_ends(reached) or known.index(status) < known.index(reached) or _form(status) in _STOPPED):
            row[name] = None


def _known(fields: dict[str, dict[str, Any]]) -> list[str]:
    listed = fields.get("status", {}).get("enum")
    return [status for status in listed if isinstance(status, str)] if isinstance(listed, list) else []


def _ends(status: str) -> bool:
    """Whether a status is one of those of which a row has only one."""
    return _form(status) in _STOPPED or (_form(status) in lexicon()["terminal"] and _form(status) not in lists()["over"])


def _form(status: str) -> str:
    return "_".join(spelled(status))
