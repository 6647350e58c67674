"""What reading and compiling tools has to say, as a compiler says it: a code, how bad, where, what, and what to do.

`docs/diagnostics.md` is the list of codes for readers.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "info"]
MOST = 20
"""Diagnostics of one code that are kept one by one; the rest is counted."""
MOST_PLACE = 160
"""Characters of a place."""
_ORDER = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Diagnostic:
    """One thing to say. `where` is a path in the input, such as `tools[3].parameters.properties.status`; `text` says what to do, too."""

    code: str
    severity: Severity
    where: str
    text: str

    def line(self) -> str:
        """The diagnostic as one line for people."""
        return f"{self.severity} {self.code} {self.where}: {self.text}"


class Code(NamedTuple):
    """What stands behind a code: `error` means that something was left out, `warning` that it was changed or is doubtful, `info` that nothing is wrong."""

    severity: Severity
    meaning: str
    advice: str


def _error(meaning: str, advice: str = "") -> Code:
    return Code("error", meaning, advice)


def _warning(meaning: str, advice: str = "") -> Code:
    return Code("warning", meaning, advice)


def _info(meaning: str, advice: str = "") -> Code:
    return Code("info", meaning, advice)


CODES: dict[str, Code] = {
    # tools
    "tools.none": _error("no tool could be read", "Give OpenAI tools, an MCP tools/list, OpenAPI 3, or {name, description, parameters}."),
    "tools.many": _error("there are more tools than are read", "Give the part of the interface that is needed."),
    "tools.page": _warning("the MCP list goes on on another page (`nextCursor`)", "Fetch the other pages and put all tools into one list."),
    "tool.form": _error("an entry is no tool, so it was left out", "Write it as {name, description, parameters}, or take it out."),
    "tool.name": _warning("a name is none that chat models take, so another one is used", "Use 1 to 64 letters, digits, `_` and `-`."),
    "tool.duplicate": _warning("two tools have one name, so one of them got another", "Give every tool a name of its own."),
    "tool.description": _info("a description is no text, or too long, so it was dropped or cut", "Say in a few sentences what the tool does."),
    "tool.refused": _error("the parameters are no schema that can be checked in bounded time, so the tool was left out", "Correct the schema."),
    # schemas
    "schema.object": _warning("`parameters` is no schema of an object, so the tool takes no arguments", "Give a JSON Schema with `type: object`."),
    "schema.keyword": _warning("a keyword of a schema has a value that it cannot have, so it was dropped", "Correct or remove it."),
    "schema.reference": _warning("a $ref leads nowhere or out of the file, so anything is taken there", "Put what it refers to into the file."),
    "schema.cycle": _info("a schema holds itself; it was cut where it does"),
    "schema.large": _warning("a schema is too deep or too large, so the rest of it takes anything", "Give a flatter or smaller schema."),
    "schema.enum": _warning("an enum is empty, too long, or of another type than its schema", "List at most 1,000 values of the type that is named."),
    "schema.bounds": _warning("bounds contradict each other, so they were dropped", "Give a minimum that is not above the maximum."),
    "schema.pattern": _warning("a pattern is wrong or cannot be searched in bounded time, so it was dropped", "Write it simpler, without nested repeats."),
    "schema.default": _warning("a default does not fit its own schema, so it was dropped", "Give a value that a call could pass."),
    "schema.example": _info("an example does not fit its own schema, so it was dropped", "Give a value that a call could pass."),
    "schema.required": _warning("`required` names a parameter that is not there, so that was dropped", "Declare it, or take it out of `required`."),
    "schema.branches": _info("alternatives of whole argument objects were put together", "Describe in words which parameters go with which."),
    "schema.alternatives": _warning("alternatives exclude what they ask for, so that nothing would fit; they were loosened", "Say what tells them apart."),
    "returns.large": _info("the schema of an answer is too deep or too large, so the rest of it is open"),
    # OpenAPI
    "openapi.part": _warning("a part of the document has another form than OpenAPI gives it, so it was passed over", "Correct it."),
    "openapi.unnamed": _info("an operation has no operationId, so it is named after method and path", "Give it an operationId."),
    "openapi.path": _warning("a path parameter is not declared, so it was taken as a text", "Declare it with `in: path`."),
    "openapi.body": _info("two parts of a request use one name, so one parameter stands for both", "Rename one where they differ."),
    "openapi.media": _info("a body comes in a form that is no JSON; its parts are parameters all the same"),
    # compiling
    "tool.doubt": _info("what a tool does was not sure", "Look at it in world.yaml; a clearer name or description helps."),
    "outcome.missed": _warning("no calls were found that end in an outcome of a tool", "Add rows that lead to it, or remove the requirement."),
    # rows
    "rows.form": _error("what is given under a name is no table, so it was left out", "Give a list of rows, or an object from keys to rows."),
    "rows.key": _warning("no column tells the rows of a table apart, so they were numbered", "Give each row a key of its own."),
    "rows.value": _warning("a row holds what the schema of a tool does not allow there", "Correct the row or the schema; calls cannot name such a value."),
    "rows.unused": _info("no tool works on a table; its rows are there to be referred to"),
    "rows.generated": _info("no table is given for a thing that tools work on, so its rows were made up", "Name a table after it, or give it its key."),
    # review
    "review.refused": _warning("an edit of a review was not taken, because the world would not compile or would get worse", "Correct it."),
    "review.form": _warning("a part of a review is no edit", "Write it in the form that docs/review.md gives."),
    # compiling again
    "edit.kept": _info("a part that was changed by hand was kept"),
    "edit.conflict": _warning("a part that was changed by hand was kept, though it would be generated in another way now", "Compare `.compiled.json`."),
    "edit.orphan": _warning("a part that was changed by hand was kept, though its tool or entity is no longer generated", "Delete it if it is not needed."),
    # text and rules
    "text.no_rules": _warning("no rule was found in the text, so it is policy and nothing else", "Write rules as sentences with must, only, at most."),
    "rule.unplaced": _warning("no tool enforces a rule of the text, so it is policy only", "Add a `require` to the tool, with the id of the rule."),
}


def found(code: str, where: str, what: str) -> Diagnostic:
    """A diagnostic whose text is what was seen and the advice of its code."""
    about = CODES[code]
    return Diagnostic(code, about.severity, where, f"{what}. {about.advice}" if about.advice else what)


class Notes:
    """Collects diagnostics. A code that comes up without end is kept a few times and counted then."""

    def __init__(self) -> None:
        self._kept: list[Diagnostic] = []
        self._counts: Counter[str] = Counter()

    def add(self, code: str, where: str, what: str) -> None:
        """Note one thing; `what` is a clause without a full stop."""
        self._counts[code] += 1
        if self._counts[code] <= MOST:
            self._kept.append(found(code, where if len(where) <= MOST_PLACE else f"{where[:MOST_PLACE]}...", what))

    def all(self) -> tuple[Diagnostic, ...]:
        """Everything noted, errors first, in the order of notes otherwise."""
        more = [found(code, "", f"and {count - MOST} more of this kind") for code, count in self._counts.items() if count > MOST]
        return tuple(sorted([*self._kept, *more], key=lambda one: _ORDER[one.severity]))
