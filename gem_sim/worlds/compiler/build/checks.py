"""What must hold for a write beside its rows being there: what the call confirms, the life of the thing, the rules of the text."""

from __future__ import annotations

from collections.abc import Iterator

from gem_sim.records import Rule, StateCheck
from gem_sim.worlds.compiler.build.acts import Act, Plan
from gem_sim.worlds.compiler.build.rows import Test, row
from gem_sim.worlds.compiler.build.ruled import ruled
from gem_sim.worlds.compiler.names import lexicon, parse
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
