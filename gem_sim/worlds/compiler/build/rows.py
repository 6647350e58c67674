"""How a tool gets at its row: the names of `let`, and what must hold of them."""

from __future__ import annotations

from collections.abc import Iterator
from keyword import iskeyword
from typing import Any

from gem_sim.worlds.compiler.bodies import ITEM
from gem_sim.worlds.compiler.build.acts import Act, Plan, type_of
from gem_sim.worlds.compiler.build.names import SCALARS
from gem_sim.worlds.spec import snake

Test = dict[str, Any]
ALL = ("all", "any", "both", "*", "", "none", ".", "/", "every", "everything")
"""Values that ask for everything."""


def row(act: Act, plan: Plan) -> str:
    """The name of the row that a tool works on."""
    name = snake(act.entity.name)
    if act.entity.name in plan.singles:
        return name
    return "row_" if name in act.taken or iskeyword(name) else name


def loop(act: Act) -> str:
    """A name for the rows of a list that no parameter has."""
    return "row_" if "x" in act.taken else "x"


def lets(act: Act, plan: Plan) -> dict[str, str]:
    """The row of a tool, then the rows that required references name."""
    made: dict[str, str] = {}
    entity = act.entity.name
    if act.each or act.deed == "create" or entity in plan.singles:
        pass
    elif act.key is None:
        if act.deed in ("update", "transition", "delete", "read_one"):
            made[row(act, plan)] = _first(act)
    elif act.deed == "upsert":
        made[row(act, plan)] = f"get({entity}, {plan.key_of(act, act.key, entity)})"
    elif act.by is not None and act.by != act.entity.key:
        found = f"find({entity}, {act.by}={act.held(act.key, act.by)})"
        makes = any(other.deed in ("create", "upsert") and other.entity is act.entity for other in plan.acts.values())
        made[row(act, plan)] = f"first(reverse({found}))" if makes else f"first({found})"  # of several the one that was made last
    else:
        made[row(act, plan)] = f"{entity}({plan.key_of(act, act.key, entity)})"
    for word, other in act.refs.items():
        name = _name(word, act)
        if act.body is None and word in act.required and name is not None and act.type(word) != "array" and name not in made:
            made[name] = f"{other}({plan.key_of(act, word, other)})"
    return made


def _first(act: Act) -> str:
    """The row of a tool that names none: the first one that stands where the call says, and has what a read asks for."""
    if act.deed != "read_one":
        return f"first({standing(act, every=True)})"
    given = {**act.homes, **act.columns}
    tests = ", ".join(f"{held}={act.held(word, held)}" for word, held in given.items() if held in act.entity.fields)
    return f"first(filter({act.entity.name}{', ' if tests else ''}{tests}))"


def _name(word: str, act: Act) -> str | None:
    """The name under which `let` has the row of a reference."""
    made = f"{word.removesuffix('_id')}_row"
    return made if made.isidentifier() and not made.startswith("_") and made not in act.taken else None


def tests(act: Act, plan: Plan) -> Iterator[Test]:
    """That the rows are there, that the row stands in what is said to be its home, and that given keys are free."""
    noun = snake(act.entity.name).replace("_", " ")
    found = lets(act, plan)
    name = row(act, plan)
    sure = found.get(name) == f"first(filter({act.entity.name}))" or (act.key is not None and bool(act.properties[act.key].get("enum")))
    sure = sure or (act.deed in ("update", "transition") and act.key in act.refs and act.key in act.required)
    if name in found and found[name].startswith("first(") and not sure:  # else there is a row; where all are gone, the write itself is refused
        yield {"that": f"{name} is not None", "code": "not_found", "error": f"The {noun} was not found"}
    if act.each:
        yield {"that": f"all({named(act)})", "code": "not_found", "error": f"The {noun} was not found"}
    if act.deed == "create" and act.key is not None:
        key = plan.key_of(act, act.key, act.entity.name)
        absent = "" if act.key in act.required else f"{act.said(act.key)} is None or "
        that = _for_each(act, f"{absent}get({act.entity.name}, {key}) is None")
        yield {"that": that, "code": "conflict", "error": f"The {noun} exists already"}
    yield from _references(act, plan, found)
    if name in found or act.entity.name in plan.singles:
        yield from _homes(act, plan, name, noun)


def inherited(act: Act, plan: Plan) -> dict[str, str]:
    """Fields of the rows that required references name, as a new row may take them over: whose the row is that it belongs to."""
    found: dict[str, str] = {}
    for word, other in act.refs.items():
        name = _name(word, act)
        if word in act.required and name is not None and act.type(word) != "array" and name in lets(act, plan):
            found |= {held: f"{name}.{held}" for held in plan.model.entities[other].refs}
    return found


def left_open(act: Act, plan: Plan, held: str) -> bool:
    """Whether some tool may make rows without a field: then rows without it belong to whatever is asked for."""
    makes = [other for other in plan.acts.values() if other.entity is act.entity and other.deed in ("create", "upsert")]
    given = [{field for word, field in {**other.homes, **other.columns}.items() if word in other.required} for other in makes]
    return any(held not in fields and held not in inherited(other, plan) for other, fields in zip(makes, given, strict=True))


def unsaid(act: Act, place: str, held: str) -> str:
    """A test that a row says nothing in a field; a text that is empty unless a tool is told it says nothing either."""
    return f"{place}.{held} in [None, '']" if act.entity.fields[held].get("default") == "" else f"{place}.{held} is None"


def _for_each(act: Act, that: str) -> str:
    """A test of one row, or of each that a call gives."""
    return that if act.body is None else f"all([{that} for {ITEM} in default({act.body}, [])])"


def standing(act: Act, *, every: bool = False) -> str:
    """The rows that stand where a call says; with `every` also where optional parameters say it."""
    homes = {word: held for word, held in act.homes.items() if held in act.entity.fields and (every or word in act.required)}
    return f"{'filter' if every else 'find'}({', '.join([act.entity.name, *(f'{held}={act.held(word, held)}' for word, held in homes.items())])})"


def named(act: Act) -> str:
    """The rows that a list of keys names, null for each that is not there."""
    key = act.key or ""
    field = act.by or act.entity.key
    items = act.properties[key].get("items")
    number = isinstance(items, dict) and items.get("type") in ("integer", "number") and act.entity.fields[field].get("type") == "string"
    keys = act.said(key) if key in act.required else f"default({act.said(key)}, [])"
    return f"match({standing(act)}, {field!r}, {f'[text(key_) for key_ in {keys}]' if number else keys})"


def asks_for_all(act: Act, name: str) -> list[Any]:
    """The values of a parameter of a list that ask for nothing: words that say so, and what an absent one has by its schema, if not one of few."""
    about = act.properties[name]
    free: list[Any] = [value for value in about.get("enum") or () if isinstance(value, str) and value.lower() in ALL]
    default = about.get("default")
    given = default is not None and not isinstance(default, (list, dict)) and name not in act.required
    return [*free, default] if given and not about.get("enum") and act.type(name) != "boolean" else free


def one_of(said: str, values: list[Any]) -> str:
    """A test that something is one of some values."""
    return f"{said} == {values[0]!r}" if len(values) == 1 else f"{said} in {values!r}"


def _unasked(act: Act, word: str) -> str:
    """When a reference names no row."""
    absent = "" if word in act.required else f"{act.said(word)} is None or "
    free = asks_for_all(act, word) if act.deed == "read_many" and word in {**act.homes, **act.columns} else []
    return f"{absent}{one_of(act.said(word), free)} or " if free else absent


def _references(act: Act, plan: Plan, found: dict[str, str]) -> Iterator[Test]:
    bound = set(found.values())
    for word, other in act.refs.items():
        said, code = act.said(word), "not_found"
        if act.deed == "read_many" and act.role(word) == "filter" and word not in act.required:
            continue  # nothing is found by a key that no row has
        if act.type(word) == "array":
            keys = said if word in act.required else f"default({said}, [])"
            that = f"all([get({other}, key_) is not None for key_ in {keys}])"
            yield {"that": _for_each(act, that), "code": code, "error": f"{other} not found"}
        elif f"{other}({plan.key_of(act, word, other)})" not in bound:
            that = f"get({other}, {plan.key_of(act, word, other)}) is not None"
            yield {"that": _for_each(act, f"{_unasked(act, word)}{that}"), "code": code, "error": f"{other} not found"}


def _homes(act: Act, plan: Plan, name: str, noun: str) -> Iterator[Test]:
    if act.key is None and act.entity.name not in plan.singles:
        return
    either = f"{name} is None or " if act.deed == "upsert" else ""
    places = {**act.homes, **(act.columns if act.deed == "read_one" else {})}
    for word, held in places.items():
        if held not in act.entity.fields or held == act.entity.key or act.entity.name in plan.singles or act.type(word) == "array":
            continue
        if type_of(act.entity.fields[held]) in ("array", "object") and act.type(word) in SCALARS[:-1]:
            continue
        anywhere = act.role(word) == "filter" or left_open(act, plan, held)
        optional = f"{act.said(word)} is None or " if word not in act.required else f"{unsaid(act, name, held)} or " if anywhere else ""
        yield {"that": f"{either}{optional}{name}.{held} == {act.held(word, held)}", "code": "not_found", "error": f"The {noun} was not found there"}
