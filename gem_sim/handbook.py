"""A handbook over tools that somebody has already: its rules, tied to those tools by the words of their names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from gem_sim.corpus.readers import read_documents
from gem_sim.errors import InputError
from gem_sim.extract.clauses import confirms
from gem_sim.extract.limits import bounds_in
from gem_sim.extract.offline import extract
from gem_sim.grammar import gerund, participle, plural, singular
from gem_sim.records import AskCheck, Check, ConfirmCheck, Document, LimitCheck, OrderCheck, Procedure, Rejected, Rule, StateCheck, ToolSchema
from gem_sim.worlds.compiler import Compilation, Report
from gem_sim.worlds.diagnostics import Notes

MOST_POLICY = 12_000
"""Characters of a text that an assistant is given whole; of a longer one it is given the rules."""
_ONLY = re.compile(r"\bonly\b|\bunless\b|\bas long as\b", re.IGNORECASE)
_NEVER = re.compile(r"\b(?:cannot|can't|can not|must not|may not|never|no longer)\b", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")


def read_handbook(path: Path) -> Document:
    """The one text of a file. Raises InputError where there is none, or more than one."""
    found = list(read_documents([str(path)]))
    if len(found) != 1 or isinstance(found[0], Rejected):
        why = found[0].reason if len(found) == 1 and isinstance(found[0], Rejected) else f"{len(found)} texts"
        raise InputError(f"{path}: {why}; expected one text")
    return found[0]


def rules_over(document: Document, tools: tuple[ToolSchema, ...], draft: Compilation, notes: Notes) -> Procedure | None:
    """The procedure of a text with the given tools in place of its own. None, with a diagnostic, where no rule is found.

    `draft` says what the compiler makes of the tools. A rule that belongs to none of them is policy, which an assistant
    keeps and no tool enforces.
    """
    report = draft.report
    found = extract(document, for_tools=True)
    if isinstance(found, Rejected) or not found.rules:
        notes.add("text.no_rules", document.id, found.reason if isinstance(found, Rejected) else "no sentence of it is a rule")
        return None
    creates = {tool.name for tool in found.tools if tool.kind == "write" and not any(_words(name) == _words(_id_of(tool.name)) for name in _parameters(tool))}
    rules = tuple(_sharper(_over(rule, creates, tools, report), tools, draft) for rule in found.rules)
    return found.model_copy(update={"rules": rules, "tools": tools, "entities": ()})


def policy_of(document: Document) -> str:
    """What an assistant is told of a text beside its rules."""
    return document.text.strip() if len(document.text) <= MOST_POLICY else ""


def _over(rule: Rule, creates: set[str], tools: tuple[ToolSchema, ...], report: Report) -> Rule:
    """A rule about the tools of the text as one about the given tools: those that its words name, else those called as the text's are."""
    meant = [tool for tool in tools if _spoken_of(tool.name, rule.quote)] or [
        tool for tool in tools if any(_is_meant(tool, name, report, creates=name in creates) for name in rule.tools)
    ]
    if not meant:
        return rule.model_copy(update={"tools": (), "enforced_by": "assistant"})
    check = _check_over(rule.check, meant, report)
    if isinstance(check, OrderCheck):
        before = next((tool.name for tool in tools if _is_meant(tool, check.tool, report, creates=check.tool in creates)), check.tool)
        check = check.model_copy(update={"tool": before})
    return rule.model_copy(update={"tools": tuple(tool.name for tool in meant), "check": check})


def _sharper(rule: Rule, tools: tuple[ToolSchema, ...], draft: Compilation) -> Rule:
    """A rule with the check that only the given tools show: a limit on one of their parameters, a status that their rows have."""
    if not (rule.check is None or isinstance(rule.check, AskCheck)):
        return rule
    if confirms(rule.quote):
        return rule.model_copy(update={"check": ConfirmCheck()}) if rule.tools else rule
    made = _limit(rule, tools) or _state(rule, draft)
    return rule if made is None else rule.model_copy(update={"tools": (made[0],), "check": made[1], "enforced_by": "tool"})


def _limit(rule: Rule, tools: tuple[ToolSchema, ...]) -> tuple[str, Check] | None:
    """`at most 25 pieces` over the one tool that takes a number of pieces."""
    low, high, unit, _ = bounds_in(rule.quote) or (None, None, "", False)
    among = [tool for tool in tools if tool.name in rule.tools] or list(tools)
    fitting = [(tool.name, name) for tool in among for name, about in tool.parameters.get("properties", {}).items() if _counts(name, about, unit)]
    if len(fitting) != 1 or (low is None and high is None):
        return None
    return fitting[0][0], LimitCheck(parameter=fitting[0][1], minimum=low, maximum=high)


def _counts(name: str, about: Any, unit: str) -> bool:
    """Whether a parameter is the number of what a limit counts."""
    return bool(unit) and isinstance(about, dict) and about.get("type") in ("integer", "number") and singular(unit.split(maxsplit=1)[0]) in _words(name)


def _state(rule: Rule, draft: Compilation) -> tuple[str, Check] | None:
    """`Only a ready order can be handed out`: the one status of the tool's rows that the words name, but for the one it leads to."""
    entity = draft.report.tools[rule.tools[0]].entity if len(rule.tools) == 1 else None
    field = draft.spec.entities[entity].fields.get("status") if entity in draft.spec.entities else None
    own = {form for word in _words(rule.tools[0]) for form in _forms(word)} if rule.tools else set()
    said = [status for status in (field and field.enum) or () if isinstance(status, str) and status not in own and _says(rule.quote, status)]
    if entity is None or len(said) != 1:
        return None
    if _ONLY.search(rule.quote):
        return rule.tools[0], StateCheck(entity=entity, allowed=(said[0],))
    return (rule.tools[0], StateCheck(entity=entity, forbidden=(said[0],))) if _NEVER.search(rule.quote) else None


def _says(text: str, status: str) -> bool:
    return re.search(rf"\b(?:is|are|be|been|an?|only|once|already)\s+{re.escape(status.replace('_', ' '))}\b", text, re.IGNORECASE) is not None


def _spoken_of(name: str, text: str) -> bool:
    """Whether a text holds all words of a tool's name, in whatever form: `the due date can be changed` those of `change_due_date`."""
    said = {word.lower() for word in _WORD.findall(text)}
    return all(said & _forms(word) for word in _words(name))


def _forms(word: str) -> set[str]:
    return {word, plural(word), participle(word), gerund(word)}


def _is_meant(tool: ToolSchema, name: str, report: Report, *, creates: bool) -> bool:
    """Whether a tool is the one that a text calls `name`: by the words of its name, or because both make a new thing of one kind."""
    about = report.tools[tool.name]
    same_thing = about.entity is not None and _words(about.entity) == _words(name.partition("_")[2])
    return _words(tool.name) == _words(name) or (creates and about.kind == "create" and same_thing)


def _check_over(check: Check | None, meant: list[ToolSchema], report: Report) -> Check | None:
    """A check with the names that parameters and entities have among the given tools."""
    if check is None:
        return None
    held = dict(check)
    taken = [name for tool in meant for name in _parameters(tool)]
    entities = [about.entity for about in report.tools.values() if about.entity is not None]
    among = {"parameter": taken, "given": taken, "entity": entities, "of": entities}
    return check.model_copy(update={word: _alike(held[word], others) for word, others in among.items() if word in held})


def _alike(name: str, others: list[str]) -> str:
    """The first of the others that has the words of a name, else the name."""
    return next((other for other in others if _words(other) == _words(name)), name)


def _parameters(tool: ToolSchema) -> list[str]:
    return list(tool.parameters.get("properties", {}))


def _id_of(name: str) -> str:
    return f"{name.partition('_')[2]}_id"


def _words(name: str) -> frozenset[str]:
    return frozenset(singular(word.lower()) for word in _WORD.findall(name))
