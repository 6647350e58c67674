"""Creates, updates, transitions, deletes and sign-ins as writes and answers."""

from __future__ import annotations

from typing import Any

from gem_sim.worlds.compiler.bodies import ITEM
from gem_sim.worlds.compiler.build.acts import Act, Plan
from gem_sim.worlds.compiler.build.fields import STAMP
from gem_sim.worlds.compiler.build.names import LEAVING, plain
from gem_sim.worlds.compiler.build.rows import inherited, named, row, standing
from gem_sim.worlds.compiler.build.shapes import Source, answered, shaped
from gem_sim.worlds.spec import snake

Written = tuple[list[dict[str, Any]], str]


def written(act: Act, plan: Plan, result: str | None) -> Written:
    """What a tool does, and what it answers."""
    if act.deed == "session":
        return _session(act)
    if act.deed == "create":
        return _made(act, plan)
    if act.deed == "upsert":
        name = row(act, plan)
        values = _changes(act, name, name)
        known = [{"set": values, "if": f"{name} is not None"}] if values else []
        key = plan.key_of(act, act.key or "", act.entity.name)
        found = f"get({act.entity.name}, {key})"
        form = shaped(act, "made_")
        there = found if form is None else answered(act, Source(None, f"[{form} for made_ in [{found}]]")) or found
        return [*known, {**_insert(act, plan), "if": f"{name} is None"}], there
    if act.each:
        return _each(act, plan, result)
    name = row(act, plan)
    if act.deed == "delete":
        if act.entity.name in plan.singles:
            return [], _shown(act, name)
        by_field = act.by not in (None, act.entity.key)
        if by_field or act.key is None:
            rows = f"find({act.entity.name}, {act.by}={act.held(act.key or '', act.by or '')})" if by_field else standing(act, every=True)
            return [{"delete": "each_", "for": f"each_ in {rows}"}], answered(act, Source(name)) or "{'deleted': True}"
        told = f"{{'deleted': True, {act.entity.key!r}: {name}.{act.entity.key}}}"
        return [{"delete": name}], answered(act, Source(name)) or told
    return [{"set": _set(act, name, result)}], _shown(act, name)


def _made(act: Act, plan: Plan) -> Written:
    """One new row, or one for each element of a list."""
    if act.body is None:
        return [_insert(act, plan)], _shown(act, "made_")
    body = act.body if act.tool.opened.body in act.tool.whole.parameters.get("required", ()) else f"default({act.body}, [])"
    insert = {word: part for word, part in _insert(act, plan).items() if word != "as"}
    rows = f"find({act.entity.name})"
    made = f"({rows}[-len({body}):] if {body} else [])"
    form = shaped(act, "made_")
    shown = answered(act, Source(None, f"[{form} for made_ in {made}]", f"len({body})")) if form else None
    return [{**insert, "for": f"{ITEM} in {body}"}], shown or f"{{'items': {made}}}"


def _shown(act: Act, name: str) -> str:
    """The row as an answer shows it."""
    return answered(act, Source(name)) or name


def _set(act: Act, name: str, result: str | None) -> dict[str, str]:
    values = _changes(act, name, name)
    if result is not None:
        values[f"{name}.status"] = repr(result)
    return values or {f"{name}.{STAMP}": "concat(now, 'Z')"}


def _insert(act: Act, plan: Plan) -> dict[str, Any]:
    entity = act.entity
    key = plan.key_of(act, act.key, entity.name) if act.key is not None else f"next_id({entity.name})"
    if act.key is not None and act.key not in act.required:
        key = f"next_id({entity.name}) if {act.said(act.key)} is None else {key}"
    held = {**act.homes, **act.columns}
    given = {field: _or_first(word, field, act) for word, field in held.items() if field in entity.fields and field != entity.key}
    values = {entity.key: key, **{field: said for field, said in inherited(act, plan).items() if field in entity.refs and field not in given}, **given}
    return {"insert": {entity.name: values}, "as": "made_"}


def _or_first(word: str, field: str, act: Act) -> str:
    """A value to insert; an optional status that is not given is the one that things begin with."""
    first = act.entity.fields[field].get("enum", [None])[0] if field == "status" else None
    said = act.held(word, field)
    return said if first is None or word in act.required else f"{first!r} if {act.said(word)} is None else {said}"


def _changes(act: Act, target: str, source: str) -> dict[str, str]:
    """What is given, field by field; what is not given stays."""
    made = {}
    for word, field in act.columns.items():
        if field in act.entity.fields and field != act.entity.key:
            said = act.held(word, field)
            made[f"{target}.{field}"] = said if word in act.required else f"{source}.{field} if {act.said(word)} is None else {said}"
    return made


def _each(act: Act, plan: Plan, result: str | None) -> Written:
    """A change of all rows that a list of keys names."""
    name, found = row(act, plan), named(act)
    over, form = f"{name} in {found}", shaped(act, name)
    shown = answered(act, Source(None, f"[{form} for {name} in {found}]", f"len({found})")) if form is not None else None
    if act.deed == "delete":
        return [{"delete": name, "for": over}], f"{{'deleted': len(default({act.said(act.key or '')}, []))}}"
    return [{"set": _set(act, name, result), "for": over}], shown or f"{{'changed': {found}}}"


def _session(act: Act) -> Written:
    """Signing in and out: who it is, and no secret."""
    name = snake(act.entity.name)
    if any(word in plain(act.name) for word in LEAVING):
        return [{"set": {f"{name}.active": "False", f"{name}.user": "None"}}], "{'signed_in': False}"
    values = {f"{name}.active": "True"}
    if act.key is not None:
        values[f"{name}.user"] = act.said(act.key)
    return [{"set": values}], f"{{'signed_in': True, 'user': {name}.user}}"
