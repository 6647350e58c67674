"""Review of a compiled world: who understands the tools is shown the draft and says what to change; the checks decide what is taken.

A reviewer is a language model, a person or a file. What comes back is data that nobody vouches for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from gem_sim.errors import SpecError
from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler.review.asking import Message, asked, asked_again
from gem_sim.worlds.compiler.review.edits import Edit, Said, read_reply, said_of, subject_of
from gem_sim.worlds.compiler.review.judging import hurt, judged, working

if TYPE_CHECKING:
    from gem_sim.worlds.compiler import Compilation

ROUNDS = 2
NOTHING = '{"edits": []}'
"""The reply of who has nothing to change."""
MOST_CHECKS = 12
"""Worlds of one round that are checked by all laws, which takes seconds where there are many tools."""


class Reviewer(Protocol):
    """Somebody who is asked what to change."""

    def __call__(self, messages: list[Message]) -> str:
        """The reply to a conversation of `{"role", "content"}`: `{"edits": [...]}` as JSON. What it raises ends the compilation."""


@dataclass(frozen=True)
class Round:
    """One round of a review: edits as JSON, those refused with the reason, parts of the reply that are no edits, and errors, warnings, doubts."""

    accepted: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    before: tuple[int, int, int]
    after: tuple[int, int, int]

    @property
    def settled(self) -> bool:
        """Whether there is nothing to come back to: all was taken, and it left no error."""
        return not self.refused and not self.problems and (not self.accepted or not self.after[0])


class Scripted:
    """A reviewer whose replies are known before: one a round, then none. `asked` is the conversation up to the last question."""

    def __init__(self, *replies: str) -> None:
        self._replies = list(replies)
        self.asked: list[Message] = []

    def __call__(self, messages: list[Message]) -> str:
        """The next reply."""
        self.asked = messages
        return self._replies.pop(0) if self._replies else NOTHING


class _Table:
    """The best world so far, and the edits that led to it."""

    def __init__(self, draft: Compilation, compiled: Callable[[Sequence[Edit]], Compilation]) -> None:
        self.made = self._draft = draft
        self.verdict = judged(draft)
        self.works = working(draft.spec.start())
        self._compiled = compiled
        self._taken: tuple[Edit, ...] = ()
        self._checks = 0

    def round(self, said: Said) -> Round:
        """Take what can be taken of a reply."""
        before, known, self._checks = self.verdict.counts, len(self._taken), 0
        refused: list[tuple[str, str]] = []
        self._take(said.edits, refused)
        return Round(tuple(map(said_of, self._taken[known:])), tuple(refused), said.problems, before, self.verdict.counts)

    def _take(self, edits: Sequence[Edit], refused: list[tuple[str, str]]) -> None:
        """Take edits together; where they do not go, first those that the reason does not name, until those are found that are to blame."""
        why = self._tried(edits) if edits else None
        if why is None:
            return
        if len(edits) == 1:
            refused.append((said_of(edits[0]), why))
            return
        for part in _parted(edits, why):
            self._take(part, refused)

    def _tried(self, edits: Sequence[Edit]) -> str | None:
        """Why edits are not taken, or None where they were."""
        if self._checks == MOST_CHECKS:
            return "not tried, because too many others made the world worse"
        taken = (*self._taken, *edits)
        try:
            made = self._compiled(taken)
        except SpecError as error:
            return str(error)[:500]
        if (why := hurt(made, self._draft, self.works)) is not None:
            return why
        self._checks += 1
        verdict = judged(made)
        if verdict.counts > self.verdict.counts:
            return f"the world gets worse ({verdict.line()}; it had {self.verdict.line()}): {verdict.news(self.verdict)}"
        self.made, self.verdict, self._taken = made, verdict, taken
        self.works = {**self.works, **working(made.spec.start())}
        return None


def _parted(edits: Sequence[Edit], why: str) -> tuple[Sequence[Edit], Sequence[Edit]]:
    """Edits of tools and entities that a reason does not name, and of those it names; halves where it names all or none."""
    named = [subject_of(edit) in why for edit in edits]
    if all(named) or not any(named):
        return edits[: len(edits) // 2], edits[len(edits) // 2 :]
    return [edit for edit, here in zip(edits, named, strict=True) if not here], [edit for edit, here in zip(edits, named, strict=True) if here]


def reviewed(draft: Compilation, tools: Sequence[ToolSchema], compiled: Callable[[Sequence[Edit]], Compilation], reviewer: Reviewer) -> Compilation:
    """The draft, or what it became by the edits of a reviewer in at most two rounds. Each is named in the report, with the reason where it was refused."""
    table, rounds = _Table(draft, compiled), []
    messages = asked(draft, tools, table.verdict)
    for _ in range(ROUNDS):
        reply = reviewer(messages)
        rounds.append(table.round(read_reply(reply)))
        if rounds[-1].settled:
            break
        messages = [*messages, *asked_again(reply, rounds[-1], table.made, table.verdict)]
    return replace(table.made, report=replace(table.made.report, review=tuple(rounds)))
