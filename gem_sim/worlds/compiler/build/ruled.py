"""The rules of a text that a tool enforces, as tests that cite them."""

from __future__ import annotations

from collections.abc import Iterator

from gem_sim.grammar import singular
from gem_sim.records import AbsentCheck, CountCheck, FieldCheck, LimitCheck, NeedCheck, OrderCheck, Rule, StateCheck, UniqueCheck
from gem_sim.worlds.canonical import canonical
from gem_sim.worlds.compiler.build.acts import Act, Plan
from gem_sim.worlds.compiler.build.names import readable
from gem_sim.worlds.compiler.build.rows import Test, lets, row
from gem_sim.worlds.compiler.flags import bounded, flag_of
from gem_sim.worlds.compiler.names import label_among, words
from gem_sim.worlds.language.template import literal


def ruled(act: Act, plan: Plan, rules: list[Rule]) -> Iterator[Test]:
    """The rules of the text that the tool enforces."""
    for rule in rules:
        if act.name in rule.tools and rule.enforced_by == "tool" and rule.check is not None:
            that, code = _test(rule, act, plan)
            if that is not None:
                yield {"that": that, "code": code, "error": literal(rule.text), "rule": rule.id}


def _test(rule: Rule, act: Act, plan: Plan) -> tuple[str | None, str]:
    check = rule.check
    if isinstance(check, LimitCheck):
        return (_limit(check, act) if _said(act, check.parameter) else None), "limit"
    if isinstance(check, CountCheck):
        return (_count(check, rule.text, act) if act.deed == "create" and check.entity == act.entity.name else None), "limit"
    if isinstance(check, NeedCheck):
        told = _said(act, check.parameter) and _said(act, check.given)
        return (f"{act.said(check.given)} is None or {act.said(check.parameter)} is not None" if told else None), "missing"
    return _of_rows(check, act, plan), "conflict"


def _of_rows(check: object, act: Act, plan: Plan) -> str | None:
    """A test of the row that the call names, or of others beside it."""
    if isinstance(check, StateCheck):
        return _state(check, act, plan)
    if isinstance(check, OrderCheck):
        held = _held(check.entity, flag_of(check.tool, check.entity), act, plan)
        return held if held is None or check.done else f"not {held}"
    if isinstance(check, FieldCheck):
        return _field(check, act, plan)
    if isinstance(check, AbsentCheck):
        return _absent(check, act, plan)
    return _unique(check, act, plan) if isinstance(check, UniqueCheck) else None


def _said(act: Act, parameter: str) -> bool:
    return parameter in act.properties and readable(parameter, act.properties)


def _limit(check: LimitCheck, act: Act) -> str | None:
    name = act.said(check.parameter)
    value = f"days(today, {name})" if check.unit == "days" else f"len({name})" if act.type(check.parameter) in ("string", "array") else name
    bounds = [f"{value} >= {canonical(check.minimum)!r}"] if check.minimum is not None else []
    bounds += [f"{value} <= {canonical(check.maximum)!r}"] if check.maximum is not None else []
    if check.values is not None:
        bounds.append(f"{name} in {list(check.values)!r}")
    for work, parts in (("starts_with", check.starts), ("ends_with", check.ends)):
        bounds += [f"({' or '.join(f'{work}({name}, {part!r})' for part in parts)})"] if parts else []
    return f"{name} is None or ({' and '.join(bounds)})" if bounds else None


def _named(entity: str, act: Act, plan: Plan) -> str | None:
    """The name of the row of an entity that the call names: the tool's own, or one that a required reference leads to."""
    return next((name for name, source in lets(act, plan).items() if source.startswith(f"{entity}(")), None)


def _held(entity: str, field: str, act: Act, plan: Plan) -> str | None:
    """A field of that row."""
    named = _named(entity, act, plan)
    known = entity in plan.model.entities and field in plan.model.entities[entity].fields
    return f"{named}.{field}" if named is not None and known else None


def _state(check: StateCheck, act: Act, plan: Plan) -> str | None:
    held = _held(check.entity, "status", act, plan)
    if held is None or not plan.model.entities[check.entity].fields["status"].get("enum"):
        return None
    tests = [f"{held} in {list(check.allowed)!r}"] if check.allowed else []
    tests += [f"{held} not in {list(check.forbidden)!r}"] if check.forbidden else []
    return " and ".join(tests) or None


def _field(check: FieldCheck, act: Act, plan: Plan) -> str | None:
    """Bounds of a number, or of the age of a date; what has no date yet is new."""
    held = _held(check.entity, check.field, act, plan)
    if held is None or not bounded(check, plan.model.entities[check.entity].fields):
        return None
    values = {"days": f"days({held}, today)", "ahead": f"days(today, {held})"}
    value = values.get(check.unit, f"default({held}, 0)")
    bounds = [f"{value} >= {canonical(check.minimum)!r}"] if check.minimum is not None else []
    bounds += [f"{value} <= {canonical(check.maximum)!r}"] if check.maximum is not None else []
    if not check.unit:
        return " and ".join(bounds)
    new = check.unit == "days" and check.minimum is not None
    return f"{held} is not None and {' and '.join(bounds)}" if new else f"{held} is None or {' and '.join(bounds)}"


def _absent(check: AbsentCheck, act: Act, plan: Plan) -> str | None:
    named, entities = _named(check.of, act, plan), plan.model.entities
    if named is None or check.entity not in entities:
        return None
    ref = next((field for field, other in entities[check.entity].refs.items() if other == check.of), None)
    key = f"{named}.{entities[check.of].key}"
    return " and ".join(f"none({check.entity}, {ref}={key}, status={status!r})" for status in check.statuses) if ref is not None else None


def _unique(check: UniqueCheck, act: Act, plan: Plan) -> str | None:
    held = act.columns.get(check.parameter)
    if held is None or check.entity != act.entity.name:
        return None
    name = act.said(check.parameter)
    found = f"find({check.entity}, {held}={act.held(check.parameter, held)})"
    others = found if act.deed == "create" else f"[x for x in {found} if x.{act.entity.key} != {row(act, plan)}.{act.entity.key}]"
    free = f"count({others}) == 0"
    return free if check.parameter in act.required else f"{name} is None or {free}"


def _count(check: CountCheck, text: str, act: Act) -> str | None:
    """A count of open rows with the same owner, the one that the rule speaks of; without anything that says whose a row is, nothing can be counted."""
    label, said = label_among(act.entity.fields), {singular(word) for word in words(text)}
    owners = [(name, held) for name, held in act.columns.items() if name in act.refs or held == label]
    owner = max(owners, key=lambda owner: len(said & set(words(owner[1]))), default=None)
    if owner is None:
        return None
    first = act.entity.fields.get("status", {}).get("enum", [None])[0]
    status = f" if x.status == {first!r}" if first is not None else ""
    return f"count([x for x in find({act.entity.name}, {owner[1]}={act.said(owner[0])}){status}]) < {check.maximum}"
