"""What a user of a story wants, as data. Operators edit wishes; `Story` executes them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from gem_sim.records import Call

Kind = Literal["change", "field", "consult", "total", "own", "beyond"]


class Refusal(NamedTuple):
    """A call that does not work. `rule`: id of the rule that decides it. Not `made`: the policy forbids it, the tool would do it."""

    call: Call
    rule: str | None = None
    made: bool = True


class Place(NamedTuple):
    """Where a value stands: a field of a row."""

    entity: str
    key: Any
    field: str


@dataclass(frozen=True)
class Wish:
    """One thing the user wants.

    `change`: a call of a writing tool. `field`: to know `field` of the row of `entity` that `arguments` names by its key.
    `consult`: an answer of a reading tool. `total`: a figure over the rows that a listing tool gives. `own`: what only the user
    can do, by a tool of theirs. `beyond`: something no tool does.
    """

    kind: Kind
    tool: str
    arguments: dict[str, Any]
    entity: str | None = None
    field: str | None = None
    how: str = ""
    """For a total how it is worked out; for what is beyond the tools its words; for what only the user can do what the assistant says."""
    refused: Refusal | None = None
    """What the user asks for first, before they settle for `arguments`."""
    settled: bool = True
    """Whether the user settles for something after a refusal; without it nothing is called after it."""
    step: Call | None = None
    """A call that only the user can make; `refused` is then the same call as the wish's, before that step."""
    withheld: tuple[str, ...] = ()
    """Parameters the user does not mention until asked."""
    first: dict[str, Any] | None = None
    """Arguments the user asks for at first, and takes back before anything is done."""
    found: dict[str, Place] = dataclasses.field(default_factory=dict)
    """Parameters whose values the user does not know but can say where they stand."""
    wrong: tuple[str, Any] | None = None
    """A field of the named row that the user has wrong, and what they take it for."""
    by_id: bool = False
    """Whether the user gives the id of the row."""
    vague: bool = False
    """Whether the user names the row by what is the case with it, though it has a name."""
    choice: bool = False
    """Whether what the user says fits several rows, so that they have to choose."""
    declined: bool = False
    """Whether the user thinks better of it when asked to confirm."""
    parallel: bool = False
    """Whether calls that do not need one another are made at once."""
    also: Wish | None = None
    """A second plain change that the user asks for in the same message."""

    @property
    def asked(self) -> dict[str, Any]:
        """The arguments that the user asks for at first."""
        return self.refused.call.arguments if self.refused is not None else self.first if self.first is not None else self.arguments

    @property
    def plain(self) -> bool:
        """Whether nothing happens between the wish and the call that meets it."""
        detours = (self.refused, self.first, self.wrong, self.also)
        return all(part is None for part in detours) and not (self.withheld or self.declined or self.choice or self.by_id)
