"""The compiler: tool schemas, rules and a procedure in, a world with rows out. No generated code anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gem_sim.records import Procedure, Rule, ToolSchema
from gem_sim.worlds.compiler.build import entity_spec, planned, tool_spec, unused
from gem_sim.worlds.compiler.callable import callable_tools
from gem_sim.worlds.compiler.flags import add_flags, settle
from gem_sim.worlds.compiler.infer import Model, ToolModel, infer, understood
from gem_sim.worlds.compiler.learning import learn
from gem_sim.worlds.compiler.populate import add_labels, populate
from gem_sim.worlds.compiler.review import Reviewer, Round, reviewed
from gem_sim.worlds.compiler.review.applied import corrected, patched, reshaped
from gem_sim.worlds.compiler.review.edits import Edit, ValuesEdit
from gem_sim.worlds.compiler.status import add_statuses
from gem_sim.worlds.diagnostics import Diagnostic, Notes
from gem_sim.worlds.load import parse_world
from gem_sim.worlds.spec import WorldSpec

CLOCK = "2026-03-02T09:00:00"
"""Virtual time at which compiled worlds begin; a Monday."""


@dataclass(frozen=True)
class ToolReport:
    """What the compiler understood of a tool: read, create, update, delete, compute, imagined or session; the role of each parameter.

    `entity` is None where a tool works on no rows; `doubts` say what was not sure, and why.
    """

    kind: str
    entity: str | None
    many: bool
    roles: dict[str, str]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """What the compiler understood, tool by tool, and which rules it could not put into the world.

    `filler` names the fields (`Entity.field`) whose generated values say nothing, because nothing says what they hold.
    """

    tools: dict[str, ToolReport]
    unenforced: tuple[str, ...] = ()
    filler: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    """What had to be dropped from schemas so that arguments can be checked."""
    review: tuple[Round, ...] = ()
    """What a reviewer wanted changed, round by round, and what of it was taken."""


@dataclass(frozen=True)
class Compilation:
    """A compiled world and how it came about."""

    spec: WorldSpec
    report: Report = field(repr=False)


def compile_world(
    tools: Sequence[ToolSchema],
    *,
    name: str = "world",
    title: str = "",
    procedure: Procedure | None = None,
    rows: Mapping[str, Any] | None = None,
    seed: int = 0,
    reviewer: Reviewer | None = None,
) -> Compilation:
    """A stateful world in which the tools work on common rows and the rules of the procedure hold.

    `title` says in the policy what the tools are for. `rows` are tables by name, each a list of rows, an object from key to row, or
    a single row: entities, keys, references and what has to hold are learnt from them, and other things refer to them. A `reviewer`
    is shown the draft and may have it changed in two rounds at most, never for the worse by what the compiler checks.
    Raises SpecError where a schema cannot be compiled.
    """

    def compiled(edits: Sequence[Edit]) -> Compilation:
        return _compiled(tools, name, title, procedure, rows, seed, edits)

    draft = compiled(())
    return draft if reviewer is None else reviewed(draft, tools, compiled, reviewer)


def _compiled(
    tools: Sequence[ToolSchema],
    name: str,
    title: str,
    procedure: Procedure | None,
    rows: Mapping[str, Any] | None,
    seed: int,
    edits: Sequence[Edit],
) -> Compilation:
    """The world of tools with the edits of a review."""
    notes = Notes()
    tools = callable_tools(tools, name, notes)
    rules = list(procedure.rules) if procedure else []
    model = infer(tools, procedure, corrected(understood(tools), tools, edits))
    learnt = learn(rows or {}, model, notes)
    plan = planned(model, given=bool(procedure and procedure.entities))
    reshaped(plan, edits, learnt.rows)
    learnt.bind(plan, notes)
    results = add_statuses(replace(plan, acts={name: act for name, act in plan.acts.items() if name not in learnt.works}))
    add_labels(model, {*plan.singles, *learnt.rows})
    ours = [rule for rule in rules if getattr(rule.check, "entity", None) not in learnt.rows]
    add_flags(plan, ours)
    population = populate(plan, seed, CLOCK, _about(title, procedure), given=learnt.rows_of(plan))
    settle(plan, ours, population.rows, results, CLOCK)
    written = {name: learnt.tool(name, rules) for name in learnt.works}
    rest = {name: act for name, act in plan.acts.items() if name not in written}
    written |= {name: learnt.amended(act, tool_spec(act, plan, rules, results.get(name))) for name, act in rest.items()}
    others = {entity.name: entity_spec(entity, plan) for entity in model.entities.values() if entity.name not in learnt.rows}
    data = {
        "name": name,
        "clock": CLOCK,
        "description": f"{title}. {procedure.summary if procedure else ''}".strip(". "),
        "entities": {**learnt.entities(), **others},
        "tools": {name: written[name] for name in plan.acts},
        "rules": [rule.model_dump(mode="json") for rule in rules],
        "rows": population.rows,
    }
    data["unused"] = unused(plan)
    spec = parse_world(patched(data, edits, learnt.rows), name)
    told = {f"{edit.entity}.{edit.field}" for edit in edits if isinstance(edit, ValuesEdit)}
    filler = tuple(field for field in population.filler if field not in told)
    return Compilation(spec, _report(model, spec, rules, filler, notes))


def _about(title: str, procedure: Procedure | None) -> str:
    """What the text behind a world says, as far as names of things are taken from it."""
    said = [procedure.summary, *(step.text for step in procedure.steps), *(rule.text for rule in procedure.rules)] if procedure else []
    return ". ".join([title, *said])


def _report(model: Model, spec: WorldSpec, rules: list[Rule], filler: tuple[str, ...], notes: Notes) -> Report:
    enforced = {test.rule for tool in spec.tools.values() for test in tool.require}
    missed = tuple(rule.id for rule in rules if rule.enforced_by == "tool" and rule.id not in enforced)
    tools = {name: _tool_report(tool) for name, tool in model.tools.items()}
    return Report(tools, missed, filler, notes.all())


def _tool_report(tool: ToolModel) -> ToolReport:
    read = tool.reading
    body = {"read": "filter", "create": "field", "update": "field", "delete": "field"}.get(read.kind, "input")
    roles = {name: read.roles.get(name, body) for name in tool.whole.parameters.get("properties", {})}
    entity = read.entity if read.entity is None or read.kind == "imagined" else tool.entity
    return ToolReport(read.kind, entity, read.many, roles, read.doubts)
