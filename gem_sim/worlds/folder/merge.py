"""What was generated before, what stands in the folder now, and what is generated anew, as one world in which hand edits stay.

A part is a field of an entity, another property of an entity, a property of a tool, a rule, or a key at the top. A part that
was changed by hand stays; every other part is what is generated now.
"""

from __future__ import annotations

from typing import Any

from gem_sim.worlds.canonical import same
from gem_sim.worlds.diagnostics import Notes

World = dict[str, Any]
_MISSING = object()
_GROUPS = ("entities", "tools", "rules", "unused")


def merged(base: World, mine: World, theirs: World, notes: Notes) -> World:
    """`theirs` (generated now) with what is in `mine` (the folder) and not in `base` (generated before)."""
    made = _parts(_plain(base), _plain(mine), _plain(theirs), "", notes)
    for group in _GROUPS:
        parts = _members(_named(base, group), _named(mine, group), _named(theirs, group), group, notes)
        if parts or group in {"entities", "tools"}:
            made[group] = list(parts.values()) if group == "rules" else parts
    order = [*mine, *(key for key in theirs if key not in mine)]
    return {key: made[key] for key in order if key in made}


def _plain(world: World) -> World:
    return {key: value for key, value in world.items() if key not in _GROUPS}


def _named(world: World, group: str) -> dict[str, Any]:
    """The members of a group by name; rules by their id."""
    held = world.get(group) or {}
    if group != "rules":
        return held if isinstance(held, dict) else {}
    listed = held if isinstance(held, list) else []
    return {str(rule.get("id")): rule for rule in listed if isinstance(rule, dict)}


def _members(base: World, mine: World, theirs: World, where: str, notes: Notes) -> World:
    """Entities, tools, rules: kept, merged, dropped or added one by one."""
    made: World = {}
    for name in [*mine, *(name for name in theirs if name not in mine)]:
        place = f"{where}.{name}"
        if name not in mine:
            if name not in base:
                made[name] = theirs[name]
            else:
                notes.add("edit.kept", place, "deleted by hand")
        elif name not in theirs:
            if name not in base or not same(base[name], mine[name]):
                made[name] = mine[name]
                notes.add("edit.orphan" if name in base else "edit.kept", place, "changed by hand" if name in base else "added by hand")
        elif where in {"entities", "tools"}:
            made[name] = _member(base.get(name, {}), mine[name], theirs[name], place, notes)
        else:
            made[name] = _part(base.get(name, _MISSING), mine[name], theirs[name], place, notes)
    return made


def _member(base: Any, mine: Any, theirs: Any, where: str, notes: Notes) -> Any:
    """One entity or tool, property by property; the fields of an entity field by field."""
    if not isinstance(mine, dict):
        return mine  # no world: reading it says what is wrong
    if not where.startswith("entities."):
        return _parts(base, mine, theirs, where, notes)
    old, own, new = ({key: value for key, value in one.items() if key != "fields"} for one in (base, mine, theirs))
    made = _parts(old, own, new, where, notes)
    made["fields"] = _parts(_named(base, "fields"), _named(mine, "fields"), _named(theirs, "fields"), f"{where}.fields", notes)
    return {key: made[key] for key in [*mine, *(key for key in theirs if key not in mine)] if key in made}


def _parts(base: World, mine: World, theirs: World, where: str, notes: Notes) -> World:
    made = {}
    for key in [*mine, *(key for key in theirs if key not in mine)]:
        place = f"{where}.{key}" if where else str(key)
        value = _part(base.get(key, _MISSING), mine.get(key, _MISSING), theirs.get(key, _MISSING), place, notes)
        if value is not _MISSING:
            made[key] = value
    return made


def _part(base: Any, mine: Any, theirs: Any, where: str, notes: Notes) -> Any:
    """One part: what is generated, unless a hand has been on it."""
    if _equal(mine, base) or _equal(mine, theirs):
        return theirs
    deed = "deleted" if mine is _MISSING else "added" if base is _MISSING else "changed"
    notes.add("edit.kept" if _equal(base, theirs) else "edit.conflict", where, f"{deed} by hand")
    return mine


def _equal(one: Any, other: Any) -> bool:
    return one is other or (one is not _MISSING and other is not _MISSING and same(one, other))
