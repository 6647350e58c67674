"""The compiler: tool schemas, rules and a procedure in, a world with rows out. No generated code anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gem_sim.errors import SpecError
from gem_sim.records import Procedure, Rule, ToolSchema
from gem_sim.worlds.compiler.build import entity_spec, tool_spec
from gem_sim.worlds.compiler.infer import Model, infer
from gem_sim.worlds.compiler.populate import add_labels, populate
from gem_sim.worlds.compiler.status import add_statuses
from gem_sim.worlds.load import parse_world
from gem_sim.worlds.validation import validator
from gem_sim.worlds.spec import WorldSpec

CLOCK = "2026-03-02T09:00:00"
"""Virtual time at which compiled worlds begin; a Monday."""


@dataclass(frozen=True)
class ToolReport:
    """What the compiler made of a tool. `roles` maps each parameter to its role."""

    kind: str
    entity: str
    many: bool
    roles: dict[str, str]


@dataclass(frozen=True)
class Report:
    """What the compiler understood, tool by tool, and which rules it could not put into the world."""

    tools: dict[str, ToolReport]
    unenforced: tuple[str, ...] = ()


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
    rows: dict[str, list[dict[str, Any]]] | None = None,
    seed: int = 0,
) -> Compilation:
    """A stateful world in which the tools work on common rows and the rules of the procedure hold.

    `title` says in the policy what the tools are for. Given `rows` (entity name to rows) replace generated ones.
    Raises SpecError where a schema cannot be compiled.
    """
    _check(tools, name)
    rules = list(procedure.rules) if procedure else []
    model = infer(tools, procedure)
    results = add_statuses(model)
    add_labels(model)
    data = {
        "name": name,
        "clock": CLOCK,
        "description": f"{title}. {procedure.summary if procedure else ''}".strip(". "),
        "entities": {entity.name: entity_spec(entity) for entity in model.entities.values()},
        "tools": {tool.tool.name: tool_spec(tool, model, rules, results.get(tool.tool.name)) for tool in model.tools.values()},
        "rules": [rule.model_dump(mode="json") for rule in rules],
        "rows": populate(model, seed, CLOCK) if rows is None else rows,
    }
    spec = parse_world(data, name)
    return Compilation(spec, _report(model, spec, rules))


def _check(tools: Sequence[ToolSchema], name: str) -> None:
    """Refuse what is no tool set before anything is read into it."""
    seen: set[str] = set()
    for tool in tools:
        where = f"{name}: tools.{tool.name}"
        if tool.name in seen:
            raise SpecError(where, "two tools have this name")
        seen.add(tool.name)
        validator(tool.parameters, f"{where}.parameters")


def _report(model: Model, spec: WorldSpec, rules: list[Rule]) -> Report:
    enforced = {test.rule for tool in spec.tools.values() for test in tool.require}
    missed = tuple(rule.id for rule in rules if rule.enforced_by == "tool" and rule.id not in enforced)
    tools = {name: ToolReport(spec.tools[name].kind, tool.entity, tool.many, tool.roles) for name, tool in model.tools.items()}
    return Report(tools, missed)
