"""What must hold for a write beside its rows being there: what the call confirms, the life of the thing, the rules of the text."""

from __future__ import annotations

from collections.abc import Iterator

from gem_sim.grammar import singular
from gem_sim.records import CountCheck, LimitCheck, Rule, StateCheck
from gem_sim.worlds.canonical import canonical
from gem_sim.worlds.compiler.build.acts import Act, Plan
from gem_sim.worlds.compiler.build.names import readable
from gem_sim.worlds.compiler.build.rows import Test, lets, row
from gem_sim.worlds.compiler.names import label_among, lexicon, parse, words
from gem_sim.worlds.language.template import literal
from gem_sim.worlds.spec import snake


def checks(act: Act, plan: Plan, rules: list[Rule], result: str | None) -> Iterator[Test]:
    """The tests of one tool in order."""
    yield from _confirmed(act, plan)
    yield from ruled(act, plan, rules)
    refused = {status for rule in rules if act.name in rule.tools and rule.enforced_by == "tool" for status in _refused(rule, act)}
    yield from (test for status, test in _alive(act, plan, result) if status not in refused)


def _refused(rule: Rule, act: Act) -> set[str]:
    """The statuses in which a rule lets the tool's own rows not be worked on."""
    check, known = rule.check, act.entity.fields.get("status", {}).get("enum", [])
    if not isinstance(check, StateCheck) or check.entity != act.entity.name:
        return set()
    return {status for status in known if (check.allowed and status not in check.allowed) or status in check.forbidden}


def _confirmed(act: Act, plan: Plan) -> Iterator[Test]:
    for word, held in act.confirms.items():
        that = f"{act.said(word)} is None or {row(act, plan)}.{held} == {act.said(word)}"
        yield {"that": that, "code": "conflict", "error": f"The {held.replace('_', ' ')} does not match"}


def _alive(act: Act, plan: Plan, result: str | None) -> Iterator[tuple[str, Test]]:
    """What holds without any rule, with the status that it turns down: nothing is closed twice, and what has ended changes no more."""
    if act.deed not in ("transition", "update") or act.key is None or act.each:
        return
    known = act.entity.fields.get("status", {}).get("enum", [])
    over = [status for status in known if status in lexicon()["terminal"]] if parse(act.name).verb not in lexicon()["reviving"] else []
    if set(known) <= {result, *over}:
        over = []  # else there is no status left in which the tool works
    for status in dict.fromkeys([*([result] if result else []), *over]):
        again = " already" if status == result else ""
        noun = snake(act.entity.name).replace("_", " ")
        yield status, {"that": f"{row(act, plan)}.status != {status!r}", "code": "conflict", "error": literal(f"The {noun} is {status}{again}")}


def ruled(act: Act, plan: Plan, rules: list[Rule]) -> Iterator[Test]:
    """The rules of the text that the tool enforces."""
    for rule in rules:
        if act.name in rule.tools and rule.enforced_by == "tool" and rule.check is not None:
            that, code = _test(rule, act, plan)
            if that is not None:
                yield {"that": that, "code": code, "error": literal(rule.text), "rule": rule.id}


def _test(rule: Rule, act: Act, plan: Plan) -> tuple[str | None, str]:
    check = rule.check
    if isinstance(check, LimitCheck) and check.parameter in act.properties and readable(check.parameter, act.properties):
        return _limit(check, act), "limit"
    if isinstance(check, StateCheck):
        return _state(check, act, plan), "conflict"
    if isinstance(check, CountCheck) and act.deed == "create" and check.entity == act.entity.name:
        return _count(check, rule.text, act), "limit"
    return None, ""


def _limit(check: LimitCheck, act: Act) -> str | None:
    name = act.said(check.parameter)
    value = f"len({name})" if act.type(check.parameter) in ("string", "array") else name
    bounds = [f"{value} >= {canonical(check.minimum)!r}"] if check.minimum is not None else []
    bounds += [f"{value} <= {canonical(check.maximum)!r}"] if check.maximum is not None else []
    if check.values is not None:
        bounds.append(f"{name} in {list(check.values)!r}")
    return f"{name} is None or ({' and '.join(bounds)})" if bounds else None


def _state(check: StateCheck, act: Act, plan: Plan) -> str | None:
    """A test of the row that the call names: the tool's own, or one that a required reference leads to."""
    named = next((name for name, source in lets(act, plan).items() if source.startswith(f"{check.entity}(")), None)
    entities = plan.model.entities
    known = entities[check.entity].fields.get("status", {}).get("enum", []) if check.entity in entities else []
    if named is None or not known:
        return None
    tests = [f"{named}.status in {list(check.allowed)!r}"] if check.allowed else []
    tests += [f"{named}.status not in {list(check.forbidden)!r}"] if check.forbidden else []
    return " and ".join(tests) or None


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
