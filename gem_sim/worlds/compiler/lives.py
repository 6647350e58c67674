"""Rows whose dates and reasons fit their status: what has not happened has no date and no reason yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from gem_sim.worlds.compiler.build.acts import Act
from gem_sim.worlds.compiler.infer import EntityModel
from gem_sim.worlds.compiler.names import lexicon
from gem_sim.worlds.compiler.values.lists import lists, spelled

_STOPPED = ("cancelled", "canceled", "rejected", "declined", "failed", "withdrawn", "void", "voided")
_TIMED = ("at", "on", "date", "time", "timestamp", "datetime")
_LEAVES = ("update", "transition")


class Life(NamedTuple):
    """The statuses of an entity, the fields that say when a row got to one, and those that say why it left the first."""

    statuses: list[str]
    dates: dict[str, str]
    reasons: list[str]

    def settle(self, row: dict[str, Any]) -> None:
        """Leave out the dates of statuses that the row has not reached, and the reasons for leaving one that it still has."""
        status = row.get("status")
        if status not in self.statuses:
            return
        for name, reached in self.dates.items():
            before = self.statuses.index(status) < self.statuses.index(reached)
            if status != reached and (before or _ends(reached) or _form(status) in _STOPPED):
                row[name] = None
        if status == self.statuses[0]:
            row.update(dict.fromkeys(self.reasons))


def life_of(entity: EntityModel, acts: Sequence[Act]) -> Life:
    """The life of an entity, from its fields and from what the tools that work on it write."""
    listed = entity.fields.get("status", {}).get("enum")
    known = [status for status in listed if isinstance(status, str)] if isinstance(listed, list) else []
    needed = {held for act in acts for name, held in act.columns.items() if name in act.required}
    asked = {held for act in acts for held in (*act.homes.values(), act.by)}
    begun = asked | {held for act in acts if act.deed not in _LEAVES for held in act.columns.values()}
    dates = {name: reached for name, schema in entity.fields.items() if name not in needed and (reached := _reached(name, schema, known)) is not None}
    reasons = [name for name in entity.fields if "reason" in spelled(name)[-2:] and name not in begun and len(known) > 1]
    return Life(known, dates, reasons)


def _reached(name: str, schema: dict[str, Any], known: list[str]) -> str | None:
    """The status that a date called `delivered_at` is that of."""
    said = spelled(name)
    if not said[:-1] or said[-1] not in _TIMED or schema.get("type") not in ("string", "integer", None):
        return None
    return next((status for word in said for status in known if _form(status) == word), None)


def _ends(status: str) -> bool:
    """Whether a status is one of those of which a row has only one."""
    return _form(status) in _STOPPED or (_form(status) in lexicon()["terminal"] and _form(status) not in lists()["over"])


def _form(status: str) -> str:
    return "_".join(spelled(status))
