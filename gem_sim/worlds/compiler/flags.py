"""Fields that only rules speak of: whether a tool has been called for a row, an amount or a date that must lie within bounds.

They are added to the entities before rows are made; then rows are set so that each rule is met by some and broken by others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from gem_sim.records import FieldCheck, OrderCheck, Rule
from gem_sim.worlds.compiler.build.acts import Act, Plan
from gem_sim.worlds.compiler.build.rows import lets, row
from gem_sim.worlds.compiler.reading.words import words
from gem_sim.worlds.compiler.status import participle
from gem_sim.worlds.spec import snake

Rows = Mapping[str, list[dict[str, Any]]]
_LEAVES = ("update", "transition")
_HALVES = 3
"""Ways to halve as few rows as there are."""


def flag_of(tool: str, entity: str) -> str:
    """The field that says whether a tool has been called for a row: `link_account` of an Account as `is_linked`."""
    thing = snake(entity).split("_")
    said = [word for at, word in enumerate(words(tool)) if at == 0 or word not in thing]
    return "_".join(["is", participle(said[0]), *said[1:]])


def add_flags(plan: Plan, rules: Iterable[Rule]) -> None:
    """Give entities the fields that their rules need."""
    for entity, field, check in _needed(plan, rules):
        known = plan.model.entities[entity].fields
        if isinstance(check, OrderCheck):
            known.setdefault(field, {"type": "boolean", "default": False})
        else:
            known.setdefault(field, {"type": "string", "format": "date"} if check.unit else {"type": "number"})


def _needed(plan: Plan, rules: Iterable[Rule]) -> list[tuple[str, str, OrderCheck | FieldCheck]]:
    found: list[tuple[str, str, OrderCheck | FieldCheck]] = []
    for rule in rules:
        check = rule.check
        if (
            rule.enforced_by != "tool"
            or not isinstance(check, OrderCheck | FieldCheck)
            or check.entity not in plan.model.entities
            or check.entity in plan.singles
        ):
            continue
        if isinstance(check, FieldCheck) and bounded(check, plan.model.entities[check.entity].fields):
            found.append((check.entity, check.field, check))
        elif isinstance(check, OrderCheck) and check.tool in plan.acts and _marks(plan.acts[check.tool], check, plan):
            found.append((check.entity, flag_of(check.tool, check.entity), check))
    return found


def bounded(check: FieldCheck, fields: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a field is of the type that the check bounds, or not there yet."""
    schema = fields.get(check.field, {})
    dated = schema.get("type") == "string" and str(schema.get("format", "")).startswith("date")
    return not schema or (dated if check.unit else schema.get("type") in ("number", "integer"))


def _marks(act: Act, check: OrderCheck, plan: Plan) -> bool:
    """Whether a tool works on one row of the entity, so that it can leave a mark there."""
    return act.deed in _LEAVES and act.entity.name == check.entity and not act.each and row(act, plan) in lets(act, plan)


def marks(act: Act, plan: Plan, rules: Iterable[Rule]) -> dict[str, str]:
    """What a tool sets on its row because a rule will ask for it."""
    flags = {field for entity, field, check in _needed(plan, rules) if isinstance(check, OrderCheck) and check.tool == act.name and entity == act.entity.name}
    return {f"{row(act, plan)}.{flag}": "True" for flag in sorted(flags)}


def settle(plan: Plan, rules: Iterable[Rule], rows: Rows, results: Mapping[str, str], clock: str) -> None:
    """Set the added fields: half of the rows meet a rule, another half for each, as far as the status of a row does not say it."""
    for number, (entity, field, check) in enumerate(_needed(plan, rules)):
        for at, held in enumerate(rows.get(entity, ())):
            met = not (at >> number % _HALVES) & 1
            if isinstance(check, OrderCheck):
                held[field] = met or held.get("status") == results.get(check.tool, "")
            else:
                held[field] = _value(check, held[field], date.fromisoformat(clock[:10]), met=met)


def _value(check: FieldCheck, drawn: Any, today: date, *, met: bool) -> Any:
    """A value that meets a check, or one beyond its nearest bound; the drawn one where it does."""
    way = -1 if check.unit == "ahead" else 1
    size = way * (today - date.fromisoformat(drawn[:10])).days if check.unit and isinstance(drawn, str) else drawn
    low, high = (bound if bound is None else int(bound) if bound == int(bound) else bound for bound in (check.minimum, check.maximum))
    inside = isinstance(size, (int, float)) and (low is None or size >= low) and (high is None or size <= high)
    if inside == met and (not check.unit or size >= 0):
        return drawn
    bound = high if high is not None else low or 0
    made = bound + (0 if met else 1 if high is not None else -1) * (1 if check.unit else max(1, abs(bound) // 4))
    return (today - timedelta(days=way * int(made if check.unit == "ahead" else max(0, made)))).isoformat() if check.unit else made
