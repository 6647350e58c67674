"""The part of a rule that a machine can execute: a confirmation, a count, a limit, a status. None where that is not certain.

Knows which check goes first. A check that would make its tool impossible is no check.
"""

from __future__ import annotations

from gem_sim.extract.clauses import asks_outright, confirms, losing
from gem_sim.extract.conditions import state
from gem_sim.extract.demands import absent, affix, field, need, unique, window
from gem_sim.extract.drafts import Draft
from gem_sim.extract.duties import ask, named, order
from gem_sim.extract.limits import count, limit
from gem_sim.extract.phrases import tokens, verb_at
from gem_sim.extract.rules import Found
from gem_sim.records import Check, ConfirmCheck, StateCheck

MOST_ALONE = 2
"""Words of `before sending.`; what has more says what is sent."""
_AGREEING = frozenset(["confirm", "undo", "reverse", "restore", "accept", "complete", "approve", "stop", "pause"])


def check_for(found: Found) -> tuple[Check | None, list[Draft]]:
    """The check of a rule and the drafts it holds for; no check leaves the drafts as they are."""
    drafts = list(found.drafts)
    if found.sure and confirms(found.text) and (agreed := _agreed(found)):
        return ConfirmCheck(), agreed
    for certain in (count, limit, state) if found.sure else ():
        if made := certain(found.text, drafts):
            return made
    return next((made for check in _CHECKS if (made := check(found))), (None, drafts))


def _agreed(found: Found) -> list[Draft]:
    """The drafts that a sentence on agreeing is about: those it names, else the governed ones where it names nothing else that is done."""
    text = found.sentence.text.rpartition(" before ")[2]
    said, words = named(text, found.all), [word.lower() for word in tokens(text)]
    if not said and text != found.sentence.text and len(words) > MOST_ALONE and verb_at(words, 0)[1] == "gerund":
        return []
    others = [verb for at in range(len(words)) if (verb := verb_at(words, at)[0]) and verb.group in ("change", "delete") and verb.base not in _AGREEING]
    return said or ([] if others and not asks_outright(found.sentence.text) else list(found.drafts))


def _warned(found: Found) -> tuple[Check, list[Draft]] | None:
    """`If you delete a site, its pages are lost`: whoever does it for somebody asks before."""
    doing = losing(found.sentence.text)
    if doing is None or not (doing or found.headed):
        return None
    lost = [draft for draft in (named(doing, found.all) if doing else found.around) if draft.action.group in ("change", "delete", "update")]
    return (ConfirmCheck(), lost) if lost and (doing or len(lost) == 1) else None


_CHECKS = (need, affix, unique, field, window, absent, order, ask, _warned)
"""The others, the most exact first; asking the user is for what nothing else can tell."""


def states_of(check: Check | None) -> tuple[str, tuple[str, ...]]:
    """The entity and the states that a check names."""
    return (check.entity, (*check.allowed, *check.forbidden)) if isinstance(check, StateCheck) else ("", ())
