"""Edits put into effect while a world is compiled: on the reading, on the fields of entities, on what was written."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from gem_sim.errors import SpecError
from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler.build.acts import Plan
from gem_sim.worlds.compiler.reading.kinds import WRITES
from gem_sim.worlds.compiler.reading.reading import Reading, ToolReading, keys_of
from gem_sim.worlds.compiler.review.edits import BehaviourEdit, Edit, EntityEdit, FieldEdit, RequireEdit, ToolEdit, UnrequireEdit, UnusedEdit, ValuesEdit

World = dict[str, Any]
One = TypeVar("One")


def _named(among: dict[str, One], name: str, what: str) -> One:
    if name not in among:
        raise SpecError(what, f"there is no {name!r:.80}; expected one of {', '.join(among)}"[:400])
    return among[name]


# --- on the reading ----------------------------------------------------------------------------------------------


def corrected(reading: Reading, tools: Sequence[ToolSchema], edits: Sequence[Edit]) -> Reading:
    """The reading with what a review says of tools and entities. Raises SpecError for what the tools do not have, or say themselves."""
    about, schemas = dict(reading.tools), {tool.name: tool for tool in tools}
    for edit in edits:
        if isinstance(edit, ToolEdit):
            about[edit.tool] = _reread(_named(about, edit.tool, "tool"), schemas[edit.tool], edit)
        elif isinstance(edit, EntityEdit):
            if all(read.entity != edit.entity for read in about.values()):
                raise SpecError("entity", f"no tool works on {edit.entity!r}")
            about = {name: _renamed(read, edit) for name, read in about.items()}
    return Reading(about, keys_of(about)) if edits else reading


def _reread(read: ToolReading, tool: ToolSchema, edit: ToolEdit) -> ToolReading:
    kind = edit.kind or read.kind
    if kind in WRITES and kind != read.kind and _only_reads(tool):
        raise SpecError(f"tool {tool.name}", f"its source says that it changes nothing, so it is no {kind}")
    for name in (*edit.roles, *edit.refs):
        _named(read.roles, name, f"tool {tool.name}, parameter")
    told: dict[str, Any] = {**edit.roles, **dict.fromkeys(edit.refs, "ref")}
    roles = {**read.roles, **told}
    refs = {name: entity for name, entity in {**read.refs, **edit.refs}.items() if roles[name] == "ref"}
    bare = next((name for name, said in roles.items() if said == "ref" and name not in refs), None)
    if bare is not None:
        raise SpecError(f"tool {tool.name}", f"name the entity that {bare} refers to, under `refs`")
    kept = [name for name in read.keys if name not in told or roles[name] == "key"]
    keys = (*kept, *(name for name, said in roles.items() if said == "key" and name not in kept))
    entity = (edit.entity or read.entity) if kind in ("read", *WRITES) else edit.entity
    many = (read.many if edit.many is None else edit.many) and kind == "read"
    aspect = read.aspect if entity == read.entity else ()
    return replace(read, kind=kind, entity=entity, many=many, roles=roles, refs=refs, keys=keys, aspect=aspect, why=("said in review",), doubts=())


def _only_reads(tool: ToolSchema) -> bool:
    hints = tool.hints
    return tool.kind not in (None, "write") or (hints is not None and (hints.read_only is True or hints.method in ("GET", "HEAD")))


def _renamed(read: ToolReading, edit: EntityEdit) -> ToolReading:
    refs = {name: edit.into if entity == edit.entity else entity for name, entity in read.refs.items()}
    return replace(read, entity=edit.into if read.entity == edit.entity else read.entity, refs=refs)


# --- on the fields -----------------------------------------------------------------------------------------------


def reshaped(plan: Plan, edits: Sequence[Edit], given: Collection[str]) -> None:
    """Give entities the fields of a review. Raises SpecError for keys, and for entities that are not there or whose rows are `given`."""
    entities = plan.model.entities
    for edit in edits:
        if not isinstance(edit, FieldEdit):
            continue
        entity = _named(entities, edit.entity, "entity")
        if edit.entity in given:
            raise SpecError(f"entity {edit.entity}", "its rows were given, so its fields are those of its rows")
        if edit.field == entity.key:
            raise SpecError(f"entity {edit.entity}", f"{edit.field} is its key, which is named by the parameters with the role key")
        entity.refs.pop(edit.field, None)
        if edit.drop:
            entity.fields.pop(edit.field, None)
            plan.scopes.get(edit.entity, set()).discard(edit.field)
            continue
        entity.fields[edit.field] = _schema(edit)
        if edit.ref is not None:
            entity.refs[edit.field] = _named(entities, edit.ref, "entity").name


def _schema(edit: FieldEdit) -> dict[str, Any]:
    return edit.model_dump(include={"type", "enum", "format", "minimum", "maximum", "description"}, exclude_none=True)


# --- on the world ------------------------------------------------------------------------------------------------


def patched(world: World, edits: Sequence[Edit], given: Collection[str]) -> World:
    """The world with what a review says of requirements, behaviour, unused parameters and rows. Raises SpecError for what is not there."""
    for edit in edits:
        if isinstance(edit, RequireEdit):
            _require(_named(world["tools"], edit.tool, "tool"), edit)
        elif isinstance(edit, UnrequireEdit):
            _unrequire(_named(world["tools"], edit.tool, "tool"), edit)
        elif isinstance(edit, BehaviourEdit):
            _behave(_named(world["tools"], edit.tool, "tool"), edit)
        elif isinstance(edit, UnusedEdit):
            _named(world["tools"], edit.tool, "tool")
            world["unused"][f"{edit.tool}.{edit.parameter}"] = edit.reason
        elif isinstance(edit, ValuesEdit):
            _fill(world, edit, given)
    return world


def _require(tool: World, edit: RequireEdit) -> None:
    new = edit.model_dump(include={"that", "code", "error", "rule"}, exclude_none=True)
    require = tool.setdefault("require", [])
    if edit.instead_of is None:
        require.append(new)
        return
    at = _place(require, edit.instead_of)
    if require[at].get("rule") not in (None, edit.rule):
        raise SpecError(f"tool {edit.tool}", f"the requirement enforces rule {require[at]['rule']}; what takes its place cites that rule too")
    require[at] = new


def _unrequire(tool: World, edit: UnrequireEdit) -> None:
    at = _place(tool.get("require", []), edit.that)
    if tool["require"][at].get("rule") is not None:
        raise SpecError(f"tool {edit.tool}", f"the requirement enforces rule {tool['require'][at]['rule']}, so it stays")
    del tool["require"][at]


def _place(require: list[World], that: str) -> int:
    found = [at for at, test in enumerate(require) if test["that"] == that]
    if not found:
        raise SpecError("require", f"there is no {that!r:.120}; expected one of {[test['that'] for test in require]!r:.300}")
    return found[0]


def _behave(tool: World, edit: BehaviourEdit) -> None:
    let = {name: source for name, source in {**tool.get("let", {}), **edit.let}.items() if source is not None}
    tool |= {"let": let} if let or "let" in tool else {}
    tool |= {} if edit.do is None else {"do": edit.do}
    if edit.return_ is not None:
        tool["return"] = edit.return_
        if tool["kind"] == "imagined":  # now that somebody says how the answer comes about
            tool["kind"] = "read" if let else "compute"


def _fill(world: World, edit: ValuesEdit, given: Collection[str]) -> None:
    about, rows = _named(world["entities"], edit.entity, "entity"), world["rows"].get(edit.entity, [])
    _named(about["fields"], edit.field, f"entity {edit.entity}, field")
    if edit.entity in given:
        raise SpecError(f"entity {edit.entity}", "its rows were given, so they stay as they are")
    if edit.field == about.get("key") or "ref" in about["fields"][edit.field]:
        raise SpecError(f"entity {edit.entity}", f"{edit.field} names rows, so its values stay as they are")
    if not rows:
        raise SpecError(f"entity {edit.entity}", "it has no rows of its own")
    for at, row in enumerate(rows):
        row[edit.field] = edit.values[at % len(edit.values)]
