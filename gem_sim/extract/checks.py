"""The part of a rule that a machine can execute: a confirmation, a count, a limit, a status. None where that is not certain.

Knows which check goes first. A check that would make its tool impossible is no check.
"""

from __future__ import annotations

import re

from gem_sim.extract.conditions import state
from gem_sim.extract.drafts import Draft
from gem_sim.extract.limits import count, limit
from gem_sim.extract.rules import Found
from gem_sim.records import Check, ConfirmCheck, StateCheck

_PERSON = r"(?:member|customer|guest|patient|user|caller|client|passenger|student|tenant|resident)"
_CONFIRM = re.compile(
    r"\b(?:cannot|can't|can not|not) be (?:undone|reversed|restored|recovered)"
    r"|\bno(?:t| way to) undo|\birreversible|\bis (?:permanent|final)\b"
    r"|\bask (?:the |your )?\w+ to (?:confirm|agree)|\bmust (?:explicitly )?(?:confirm|agree)"
    r"|\bpermanently (?:delete|remove|erase|close)"
    rf"|\b(?:confirm|confirmed|confirmation|consent|agree\w*|approval) (?:with|from|by) the {_PERSON}",
    re.IGNORECASE,
)


def check_for(found: Found) -> tuple[Check | None, list[Draft]]:
    """The check of a rule and the drafts it holds for; no check leaves the drafts as they are."""
    drafts = list(found.drafts)
    if not found.sure:
        return None, drafts
    if _CONFIRM.search(found.text):
        return ConfirmCheck(), drafts
    for check in (count, limit, state):
        if made := check(found.text, drafts):
            return made
    return None, drafts


def states_of(check: Check | None) -> tuple[str, tuple[str, ...]]:
    """The entity and the states that a check names."""
    return (check.entity, (*check.allowed, *check.forbidden)) if isinstance(check, StateCheck) else ("", ())
