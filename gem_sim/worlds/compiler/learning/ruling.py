"""Rules of a text over learnt tables: in the statuses that the rows have, which rows without a status column have not yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gem_sim.records import CountCheck, Rule, StateCheck
from gem_sim.worlds.compiler.build.ruled import ruled
from gem_sim.worlds.compiler.learning.statuses import Life
from gem_sim.worlds.compiler.learning.work import Work, test
from gem_sim.worlds.compiler.names import label_among, lexicon

_FIRST = "active"
"""What things are that have no status in the rows, where no rule says it."""


def of_rules(work: Work, rules: Sequence[Rule]) -> Iterator[dict[str, Any]]:
    """The rules of the text that a tool enforces."""
    for rule in rules:
        check = rule.check if work.act.name in rule.tools and rule.enforced_by == "tool" else None
        if isinstance(check, StateCheck):
            that, code = _state(work, check), "conflict"
        elif isinstance(check, CountCheck):
            that, code = _count(work, check), "limit"
        else:
            yield from ruled(work.act, work.plan, [rule])
            continue
        if that:
            yield test(that, code, rule.text, rule=rule.id)


def turned_down(work: Work, rules: Sequence[Rule], status: str) -> bool:
    """Whether a rule of the text lets the tool's own row not be worked on in a status."""
    checks = [rule.check for rule in rules if work.act.name in rule.tools and rule.enforced_by == "tool"]
    for check in checks:
        if isinstance(check, StateCheck) and check.entity == work.entity:
            allowed, forbidden = ({value.lower() for value in values} for values in (check.allowed, check.forbidden))
            if (allowed and status.lower() not in allowed) or status.lower() in forbidden:
                return True
    return False


def _state(work: Work, check: StateCheck) -> str:
    """A test of the tool's row, or of one that a parameter names."""
    if check.entity == work.entity and work.act.deed != "create":
        return _allowed(work.row, work.life, check)
    for word, meaning in work.meanings.items():
        if meaning.link is not None and meaning.link.table.name == check.entity and work.need(word) and not work.many(word):
            return _allowed(work.look_up(word, meaning.link), work.lives[check.entity], check)
    return ""


def _allowed(row: str, life: Life, check: StateCheck) -> str:
    """A test of the status of a row; nothing where the rows never have one that the rule speaks of."""
    state = f"{row}.{life.column}" if life.told else f"default({row}.{life.column}, {(*check.allowed, _FIRST)[0]!r})"
    spelled = {value.lower(): value for value in life.known} if life.told else {value.lower(): value for value in (*check.allowed, *check.forbidden)}
    allowed, forbidden = ([spelled[value.lower()] for value in values if value.lower() in spelled] for values in (check.allowed, check.forbidden))
    tests = [f"{state} in {allowed!r}"] if allowed else []
    return " and ".join([*tests, *([f"{state} not in {forbidden!r}"] if forbidden else [])])


def _count(work: Work, check: CountCheck) -> str:
    """A count of the rows that have not ended, of the person whom the new one is for."""
    owner = _owner(work) if work.act.deed == "create" and check.entity == work.entity else None
    if owner is None:
        return ""
    ended = [value for value in {*work.life.known, *lexicon()["terminal"]} if value.lower() in lexicon()["terminal"]]
    rows = f"find({work.entity}, {owner[1]}={work.said(owner[0])})"
    return f"count([each_ for each_ in {rows} if each_.{work.life.column} not in {sorted(ended)!r}]) < {check.maximum}"


def _owner(work: Work) -> tuple[str, str] | None:
    """The parameter that says whose a new row is, and its column."""
    held = {word: meaning for word, meaning in work.meanings.items() if len(meaning.path) == 1 and work.need(word)}
    people = [word for word, one in held.items() if one.link is not None and one.link.table.nouns[-1:] and one.link.table.nouns[-1] in lexicon()["people"]]
    label = label_among(work.table.columns)
    named = [word for word, one in held.items() if one.path[0] == label]
    best = next(iter([*people, *named, *(word for word, one in held.items() if one.link is not None)]), None)
    return None if best is None else (best, held[best].path[0])
