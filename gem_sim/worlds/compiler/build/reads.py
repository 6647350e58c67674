"""Lists and look-ups as expressions: filters, bounds, searches, order, pages, and the fields that are shown."""

from __future__ import annotations

from typing import Any

from gem_sim.worlds.compiler.build.acts import Act, Plan, type_of
from gem_sim.worlds.compiler.build.fields import bound, searches
from gem_sim.worlds.compiler.build.names import SCALARS, parts, plain
from gem_sim.worlds.compiler.build.pages import PLACES, paged, turns_of
from gem_sim.worlds.compiler.build.rows import ALL, asks_for_all, left_open, loop, one_of, row, unsaid
from gem_sim.worlds.compiler.build.shapes import Source, answered, shaped
from gem_sim.worlds.compiler.names import label_among

_PICKS = ("fields", "select", "columns", "properties", "attributes", "returnfields", "fieldstoreturn", "selectfields")
_DIRECTIONS = (
    "direction",
    "dir",
    "sortdir",
    "sortdirection",
    "sortorder",
    "orderdirection",
    "descending",
    "desc",
    "reverse",
    "ascending",
    "asc",
    "sorttype",
    "ordertype",
)
_DOWN = ("desc", "descending", "newest", "latest", "down", "-1", "recent", "reverse", "highest", "dsc")
WIDE = 180
"""Characters of a row beyond which not ten of them fit on a page."""
_NARROW = 6
_LONGEST = 12_000
"""Characters of all tests of one list."""


def one(act: Act, plan: Plan) -> tuple[str, dict[str, str]]:
    """The answer of a look-up, and names for `let`."""
    name = row(act, plan)
    return answered(act, Source(name)) or name, {}


def many(act: Act, plan: Plan) -> tuple[str, dict[str, str]]:
    """The answer of a list, and names for `let`."""
    rows, turns, lets = _searched(act, _filtered(act, plan)), turns_of(act), {}
    if act.order:
        rows = f"sort({rows}, by={act.order!r})"
    elif act.order is None and not set(PLACES) & turns.keys():
        rows = f"reverse({rows})"  # what was made last would be on no page
    if any(act.role(name) == "sort" for name in act.properties):
        lets["among_"], rows = rows, _sorted(act, "among_")
    picks = next(
        (name for name in act.properties if act.role(name) == "presentation" and plain(name) in _PICKS and act.type(name) in ("string", "array", "")), None
    )
    for name in act.properties:
        if act.role(name) == "presentation" and name != picks:
            act.unused[name] = "presentation: the rows stay the same"
    answer, more = paged(act, rows, turns, shaped(act, loop(act)) or (_narrow(act, plan) if act.shown is None else act.shown or None), picks)
    return answer, lets | more


# --- which rows --------------------------------------------------------------------------------------------------


def _filtered(act: Act, plan: Plan) -> str:
    """The rows with what is asked for. What every call asks for, and a tool that makes rows does not give them, is no reason to leave out a row without it."""
    x, equal, tests = loop(act), [], []
    narrowing = sum(name in act.required and act.type(name) in SCALARS for name in {**act.homes, **act.columns})
    for name, held in {**act.homes, **act.columns}.items():
        if searches(act, name):
            continue
        found = bound(act, name)
        if found is not None:
            unknown = f"{x}.{found.field} is None or " if name in act.required and left_open(act, plan, found.field) else ""
            tests.append(f"({_none(act, name)} or {unknown}{x}.{found.field} {found.sign} {act.said(name)})")
        elif act.type(name) == "array":
            tests.append(_member(act, name, held, x))
        elif act.type(name) == "object":
            tests += _parts(act, name, x, room=_LONGEST - sum(map(len, tests)))
        elif held in act.entity.fields:
            value, narrowing = _asked(act, name, narrowing)
            if name in act.required and held != act.entity.key and left_open(act, plan, held):
                tests.append(f"({unsaid(act, x, held)} or {x}.{held} == {value})")
            else:
                equal.append(f"{held}={value}")
    tests += act.tests
    base = f"filter({act.entity.name}, {', '.join(equal)})" if equal else f"find({act.entity.name})"
    tests = [test for test in tests if test]
    return f"[{x} for {x} in {base} if {' and '.join(tests)}]" if tests else base


def _none(act: Act, name: str) -> str:
    """When a parameter asks for nothing: when it is not given, or what its schema gives."""
    default = act.properties[name].get("default")
    said = act.said(name)
    return f"{said} is None" if default is None or isinstance(default, (list, dict)) else f"{said} is None or {said} == {default!r}"


def _asked(act: Act, name: str, narrowing: int) -> tuple[str, int]:
    """The value that a filter asks for, null where it asks for nothing.

    A value that an absent parameter has by its schema counts only where it is one of few and is the first such of a tool: several
    together would leave no row.
    """
    about, said = act.properties[name], act.said(name)
    key = act.held(name, (act.homes | act.columns).get(name, ""))
    free, default = asks_for_all(act, name), about.get("default")
    if default is not None and not isinstance(default, (list, dict)) and name not in act.required and default not in free:
        if str(default).lower() not in ALL and not narrowing:
            narrowing += 1
        else:
            free.append(default)
    if not free:
        return key, narrowing
    return f"None if {one_of(said, free)} else {key}", narrowing


def _member(act: Act, name: str, held: str, x: str) -> str:
    """A test that a field has one of the values of a list, or has them in common with it."""
    if held not in act.entity.fields:
        return ""
    said, items = act.said(name), act.properties[name].get("items")
    absent = f"not {said}" if act.properties[name].get("default") == [] else f"{said} is None"
    if act.entity.fields[held].get("type") == "array":
        return f"({absent} or any([each_ in {said} for each_ in default({x}.{held}, [])]))"
    places = _held_parts(act, items, held, x)
    if places:
        tests = (f"(each_[{part!r}] is None or {place} == each_[{part!r}])" for part, place in places.items())
        return f"({absent} or any([{' and '.join(tests)} for each_ in {said}]))"
    return f"({absent} or {x}.{held} in {said})"


def _held_parts(act: Act, schema: Any, own: str, x: str) -> dict[str, str]:
    """The parts of an object that a row holds, in fields of their names or in an object that the field `own` is, and where."""
    inner = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(inner, dict):
        return {}
    fields = {plain(held): held for held in act.entity.fields}
    held = {part: f"{x}.{fields[plain(part)]}" for part in inner if plain(part) in fields}
    return held | ({part: f"default({x}.{own}, {{}})[{part!r}]" for part in inner} if type_of(act.entity.fields.get(own)) == "object" else {})


def _parts(act: Act, name: str, x: str, room: int) -> list[str]:
    """Tests for the parts of an object that name fields; an object without such parts, or for which there is no room, changes nothing."""
    held = _held_parts(act, act.properties[name], act.columns.get(name, ""), x)
    if not held:
        act.unused[name] = "conditions in a form of its own, which no field of the rows has"
    said = act.said(name)
    tests = [f"({said} is None or {said}[{part!r}] is None or {place} == {said}[{part!r}])" for part, place in held.items()]
    if sum(map(len, tests)) <= room:
        return tests
    act.unused[name] = "there is no room for conditions on all of its parts"
    return []


def _searched(act: Act, rows: str) -> str:
    for name in act.properties:
        if name in act.columns and searches(act, name):
            said = act.said(name)
            words = f"None if {said} is None else join({said}, ' ')" if act.type(name) == "array" else said
            default = act.properties[name].get("default")
            words = f"None if {said} == {default!r} else {said}" if isinstance(default, str) and act.type(name) != "array" else words
            rows = f"search({rows}, {words})"
    return rows


# --- in which order -----------------------------------------------------------------------------------------------


def _sorted(act: Act, rows: str) -> str:
    """The rows in the order that is asked for."""
    for name in [name for name in act.properties if act.role(name) == "sort" and not _orders(act, name)]:
        act.unused[name] = "the rows hold nothing that it orders by"
    names = [name for name in act.properties if act.role(name) == "sort" and name not in act.unused]
    ways = [name for name in names if _is_way(act, name)]
    fields = [name for name in names if name not in ways]
    for name in [*fields[1:], *ways[1:]]:
        act.unused[name] = "another parameter says the order"
    if not names:
        return rows
    usual = label_among(act.entity.fields) or act.entity.key
    if not ways:
        return f"({rows} if {_ordered(act, fields[0])} is None else sort({rows}, by={_by(act, fields[0])}))"
    way, down = act.said(ways[0]), _down(act, ways[0])
    if not fields:
        return f"({rows} if {way} is None else sort({rows}, by='-{usual}' if {down} else '{usual}'))"
    by = f"concat('-' if {down} else '', default({_by(act, fields[0])}, {usual!r}))"
    return f"({rows} if {act.said(fields[0])} is None and {way} is None else sort({rows}, by={by}))"


def _orders(act: Act, name: str) -> bool:
    """Whether some values of a parameter for the order lead to different orders."""
    told = act.properties[name].get("enum")
    if not isinstance(told, list) or not all(isinstance(value, str) for value in told):
        return act.type(name) not in ("integer", "number") or plain(name) in _DIRECTIONS
    if _is_way(act, name):
        return any(value.lower() in _DOWN for value in told)
    return len({_field(act, value) for value in told}) > 1 or (len(told) > 0 and "default" not in act.properties[name])


def _is_way(act: Act, name: str) -> bool:
    """Whether a parameter says up or down, and not by which field."""
    told = act.properties[name].get("enum")
    ways = [str(value).lower() for value in told] if isinstance(told, list) else []
    return (
        act.type(name) == "boolean"
        or plain(name) in _DIRECTIONS
        or (bool(ways) and all(value in (*_DOWN, "asc", "ascending", "oldest", "up", "1") for value in ways))
    )


def _down(act: Act, name: str) -> str:
    said = act.said(name)
    if act.type(name) == "boolean":
        return f"{said} == {plain(name) not in ('ascending', 'asc')}"
    if act.type(name) in ("integer", "number"):
        return f"{said} == -1"
    told = act.properties[name].get("enum")
    if isinstance(told, list):
        return f"{said} in {[value for value in told if str(value).lower() in _DOWN]!r}"
    return f"lower(default({said}, '')) in {list(_DOWN)!r}"


def _by(act: Act, name: str) -> str:
    """The field of an order, with `-` in front for one that goes down."""
    said = f"first({act.said(name)})" if act.type(name) == "array" else act.said(name)
    items = act.properties[name].get("items")
    about = items if act.type(name) == "array" and isinstance(items, dict) else act.properties[name]
    told = about.get("enum")
    if isinstance(told, list) and len(told) <= 60 and all(isinstance(value, str) for value in told):
        return f"{{{', '.join(f'{value!r}: {_field(act, value)!r}' for value in told)}}}[{said}]"
    return _ordered(act, name) if about.get("type") == "string" else f"text({said})"


def _ordered(act: Act, name: str) -> str:
    """What a parameter orders by; a value that it has by its schema says nothing where no row holds such a field."""
    default, said = act.properties[name].get("default"), act.said(name)
    unknown = isinstance(default, str) and "enum" not in act.properties[name] and plain(default) not in map(plain, act.entity.fields)
    return f"(None if {said} == {default!r} else {said})" if unknown else said


def _field(act: Act, value: str) -> str:
    """The field that one value of an enumeration of orders means."""
    words = parts(value)
    down = value.startswith("-") or any(word in _DOWN for word in words)
    rest = plain("_".join(word for word in words if word not in (*_DOWN, "asc", "ascending", "oldest", "by", "up")))
    held = next((held for held in act.entity.fields if plain(held) == rest), None)
    if held is None:
        held = next((held for held in act.entity.fields if rest and (rest in plain(held) or plain(held) in rest)), act.entity.key)
    return f"-{held}" if down else held


# --- what is shown ---------------------------------------------------------------------------------------------------


def _narrow(act: Act, plan: Plan) -> str | None:
    """A row in a list, where whole rows are too wide and another tool shows them; None where it is shown whole."""
    fields = act.entity.fields
    looked_up = any(other.deed == "read_one" and other.entity is act.entity and other.key for other in plan.acts.values())
    if not looked_up or sum(_width(name, about) for name, about in fields.items()) <= WIDE:
        return None
    label = label_among(fields)
    asked = [held for held in act.columns.values() if held in fields]
    first = [act.entity.key, *([label] if label else []), *(["status"] if "status" in fields else []), *act.homes.values(), *act.entity.refs]
    flat = [name for name in [*first, *asked, *fields] if name in fields and fields[name].get("type") not in ("object", "array")]
    return f"pick({loop(act)}, {', '.join(map(repr, list(dict.fromkeys(flat))[: max(_NARROW, len(set(asked)) + 2)]))})"


def _width(name: str, about: dict[str, Any]) -> int:
    kind = about.get("type")
    value = {"boolean": 5, "integer": 4, "number": 6, "array": 24, "object": 40}.get(str(kind), 16)
    return len(name) + 4 + value
