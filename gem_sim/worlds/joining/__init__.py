"""Joins two worlds at entities that they share, as data: the result is one spec like any other.

The base keeps all it has: its tools, rows and ids come out as before. The other world gives up the shared entities, and
what it says of their rows it says of rows of the base.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

from gem_sim.errors import SpecError
from gem_sim.worlds.base import Base
from gem_sim.worlds.joining.renaming import Renaming, renaming_of
from gem_sim.worlds.joining.rewriting import rewritten_entity, rewritten_rule, rewritten_tool
from gem_sim.worlds.joining.rows import joined_rows
from gem_sim.worlds.program import Tool, compiled_tool
from gem_sim.worlds.spec import EntitySpec, ToolSpec, WorldSpec

_WORD = re.compile(r"[A-Za-z_]\w*")


def join(base: WorldSpec, other: WorldSpec, shared: Mapping[str, str]) -> WorldSpec:
    """The base with the tools, rules and rows of `other` beside its own; `shared` maps entities of `other` to entities of the base.

    Tools of `other` that write a shared row, do nothing but read it, or need fields of it that the base has not, are left
    out. Names that both use are told apart by the name of `other`. Raises SpecError where an entity cannot be shared: it
    is unknown, or its rows have no single key of their own.
    """
    _check(base, other, shared)
    names = renaming_of(base, other, shared)
    entities = {names.entities[name]: rewritten_entity(about, names, base) for name, about in other.entities.items() if not _goes(name, other, shared)}
    tools = _working(base, other, shared, names, entities)
    rules = [rewritten_rule(rule, names, tools) for rule in other.rules if not rule.tools or any(names.tools[name] in tools for name in rule.tools)]
    unused = {_unused(path, names): why for path, why in other.unused.items() if names.tools[path.partition(".")[0]] in tools}
    return WorldSpec(
        name=base.name,
        version=base.version,
        description=" ".join(filter(None, (base.description, names.prose(other.description)))),
        policy="\n\n".join(filter(None, (base.policy, names.prose(other.policy)))),
        clock=base.clock,
        entities=base.entities | entities,
        tools=_ordered(base, other, tools),
        rules=(*base.rules, *rules),
        unused=base.unused | unused,
        rows=base.rows | joined_rows(base, other, shared, names),
        joins=base.joins,
        joined=base.joined | {names.part: tuple(tools)},
    )


def _ordered(base: WorldSpec, other: WorldSpec, tools: dict[str, ToolSpec]) -> dict[str, ToolSpec]:
    """All tools, those of either world first, so that the place of a tool does not tell where it comes from."""
    stream = Random(f"{base.digest}/{other.digest}/tools")  # noqa: S311  (a named stream, so that joins repeat)
    return base.tools | tools if stream.random() < 0.5 else tools | base.tools


def _check(base: WorldSpec, other: WorldSpec, shared: Mapping[str, str]) -> None:
    for spec, names in ((other, list(shared)), (base, list(shared.values()))):
        for name in names:
            if name not in spec.entities:
                raise SpecError("join", f"{spec.name} has no entity {name!r}; expected one of {sorted(spec.entities)}")
            if not sharable(spec.entities[name]):
                raise SpecError("join", f"rows of {name} in {spec.name} have no single key of their own, so they cannot be shared")
    if len(set(shared.values())) < len(shared):
        raise SpecError("join", "two entities are shared with the same one")


def sharable(about: EntitySpec) -> bool:
    """Whether rows of an entity stand for themselves and have one key field."""
    return about.within is None and len(about.own_keys) == 1


def _goes(name: str, other: WorldSpec, shared: Mapping[str, str]) -> bool:
    """Whether an entity is shared, or its rows live in shared ones: the base shows its rows as it always did."""
    home = other.entities[name].parent
    return name in shared or (home is not None and _goes(home, other, shared))


def _unused(path: str, names: Renaming) -> str:
    tool, _, parameter = path.partition(".")
    return f"{names.tools[tool]}.{names.word(parameter)}"


def _working(base: WorldSpec, other: WorldSpec, shared: Mapping[str, str], names: Renaming, entities: dict[str, EntitySpec]) -> dict[str, ToolSpec]:
    """The tools that work with what the base has of the shared rows."""
    narrowed = {of: _common(base.entities[of], other.entities[name]) for name, of in shared.items()}
    tables = Base(WorldSpec(name="common", entities=base.entities | entities | narrowed, tools={})).tables
    tools = {}
    for name, tool in other.tools.items():
        made = rewritten_tool(tool, names, base)
        try:
            compiled = compiled_tool(tables, names.tools[name], made)
        except SpecError:
            continue
        if not _meddles(compiled, made, narrowed, entities):
            tools[names.tools[name]] = made
    return tools


def _common(ours: EntitySpec, theirs: EntitySpec) -> EntitySpec:
    """The entity with its key and those fields that both worlds have in the same form."""
    same = [name for name, field in ours.fields.items() if name in theirs.fields and _form(theirs.fields[name]) == _form(field)]
    return ours.model_copy(update={"fields": {name: ours.fields[name] for name in (*ours.own_keys, *same)}})


def _form(field: object) -> tuple[object, ...]:
    return tuple(getattr(field, name) for name in ("type", "ref", "enum", "format", "decimals"))


def _meddles(compiled: Tool, made: ToolSpec, shared: Mapping[str, EntitySpec], own: Mapping[str, EntitySpec]) -> bool:
    """Whether a tool writes shared rows, or reads nothing but them."""
    if any(write.table.name in shared for write in compiled.writes):
        return True
    said = set(_WORD.findall(" ".join([made.return_, *made.let.values()])))
    return made.kind == "read" and bool(said & shared.keys()) and not said & own.keys()
