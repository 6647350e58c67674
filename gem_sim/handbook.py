"""A handbook over tools that somebody has already: its rules, tied to those tools by the words of their names."""

from __future__ import annotations

import re
from pathlib import Path

from gem_sim.corpus.readers import read_documents
from gem_sim.errors import InputError
from gem_sim.extract.offline import extract
from gem_sim.grammar import singular
from gem_sim.records import Check, CountCheck, Document, LimitCheck, Procedure, Rejected, Rule, StateCheck, ToolSchema
from gem_sim.worlds.compiler import Report
from gem_sim.worlds.diagnostics import Notes

MOST_POLICY = 12_000
"""Characters of a text that an assistant is given whole; of a longer one it is given the rules."""
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")


def read_handbook(path: Path) -> Document:
    """The one text of a file. Raises InputError where there is none, or more than one."""
    found = list(read_documents([str(path)]))
    if len(found) != 1 or isinstance(found[0], Rejected):
        why = found[0].reason if len(found) == 1 and isinstance(found[0], Rejected) else f"{len(found)} texts"
        raise InputError(f"{path}: {why}; expected one text")
    return found[0]


def rules_over(document: Document, tools: tuple[ToolSchema, ...], report: Report, notes: Notes) -> Procedure | None:
    """The procedure of a text with the given tools in place of its own. None, with a diagnostic, where no rule is found.

    `report` says what the compiler makes of the tools. A rule that belongs to none of them is policy, which an assistant
    keeps and no tool enforces.
    """
    found = extract(document)
    if isinstance(found, Rejected) or not found.rules:
        notes.add("text.no_rules", document.id, found.reason if isinstance(found, Rejected) else "no sentence of it is a rule")
        return None
    creates = {tool.name for tool in found.tools if tool.kind == "write" and not any(_words(name) == _words(_id_of(tool.name)) for name in _parameters(tool))}
    rules = tuple(_over(rule, creates, tools, report) for rule in found.rules)
    return found.model_copy(update={"rules": rules, "tools": tools, "entities": ()})


def policy_of(document: Document) -> str:
    """What an assistant is told of a text beside its rules."""
    return document.text.strip() if len(document.text) <= MOST_POLICY else ""


def _over(rule: Rule, creates: set[str], tools: tuple[ToolSchema, ...], report: Report) -> Rule:
    """A rule about the tools of the text as one about the given tools."""
    meant = [tool for tool in tools if any(_is_meant(tool, name, report, creates=name in creates) for name in rule.tools)]
    if not meant:
        return rule.model_copy(update={"tools": (), "enforced_by": "assistant"})
    return rule.model_copy(update={"tools": tuple(tool.name for tool in meant), "check": _check_over(rule.check, meant, report)})


def _is_meant(tool: ToolSchema, name: str, report: Report, *, creates: bool) -> bool:
    """Whether a tool is the one that a text calls `name`: by the words of its name, or because both make a new thing of one kind."""
    about = report.tools[tool.name]
    same_thing = about.entity is not None and _words(about.entity) == _words(name.partition("_")[2])
    return _words(tool.name) == _words(name) or (creates and about.kind == "create" and same_thing)


def _check_over(check: Check | None, meant: list[ToolSchema], report: Report) -> Check | None:
    """A check with the names that parameters and entities have among the given tools."""
    if isinstance(check, LimitCheck):
        names = [name for tool in meant for name in _parameters(tool) if _words(name) == _words(check.parameter)]
        return check.model_copy(update={"parameter": names[0]}) if names else check
    if isinstance(check, StateCheck | CountCheck):
        entities = [about.entity for about in report.tools.values() if about.entity is not None and _words(about.entity) == _words(check.entity)]
        return check.model_copy(update={"entity": entities[0]}) if entities else check
    return check


def _parameters(tool: ToolSchema) -> list[str]:
    return list(tool.parameters.get("properties", {}))


def _id_of(name: str) -> str:
    return f"{name.partition('_')[2]}_id"


def _words(name: str) -> frozenset[str]:
    return frozenset(singular(word.lower()) for word in _WORD.findall(name))
