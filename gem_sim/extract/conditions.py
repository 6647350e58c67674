"""Statuses in rules: which the entity must have, or must not. Knows state words and what they are said of."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gem_sim.extract.drafts import Draft
from gem_sim.extract.lexicon import WRITES, camel, states
from gem_sim.extract.phrases import tokens, verb_at
from gem_sim.grammar import singular
from gem_sim.records import Check, StateCheck

_ALLOW = re.compile(r"\b(?:only|unless|must be|must have been|has to be|have to be|needs? to be|as long as|provided|while|until|still)\b", re.IGNORECASE)
_FORBID = re.compile(
    r"\b(?:cannot|can't|can not|may not|must not|not possible|not allowed|no longer be|not be|don't|do not|never"
    r"|is refused|are refused|is rejected|not permitted)\b",
    re.IGNORECASE,
)
_FREE = re.compile(r"\b(?:unless|only|until|as long as|provided|while)\b", re.IGNORECASE)
_PREDICATE = frozenset(
    [
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "has",
        "have",
        "had",
        "not",
        "already",
        "still",
        "currently",
        "yet",
        "either",
        "must",
        "should",
        "or",
        "and",
        ",",
        "also",
        "status",
    ]
)
_EVEN = re.compile(r"\beven (?:if|when|while|though)\b", re.IGNORECASE)
_OR_ELSE = re.compile(r"\bor (?:in|if|when|for|by)\b", re.IGNORECASE)
"""A second case in which it is allowed, which may be no status."""
_DECIDES = frozenset(["can", "may", "must", "cannot", "can't", "only", "not", "never", "don't"])
_ASKS = frozenset(["can", "may", "cannot", "can't", "could", "will"])


def state(text: str, drafts: list[Draft]) -> tuple[Check, list[Draft]] | None:
    """`Only pending requests can be cancelled`, `You cannot renew a loan that is overdue`."""
    words = _joined([word.lower() for word in tokens(text)])
    for entity in dict.fromkeys(key for draft in drafts for key in draft.keys):
        named = _named_states(words, entity)
        if not named:
            continue
        forbids, allows = bool(_FORBID.search(text)), bool(_ALLOW.search(text))
        frees = bool(_FREE.search(text))
        if not (forbids or allows) or _EVEN.search(text) or (allows and _OR_ELSE.search(text)):
            continue
        allowed = tuple(named) if allows and (frees or not forbids) else ()
        forbidden = tuple(named) if not allowed else ()
        acted = _acted(words)
        holders = [
            draft
            for draft in drafts
            if entity in draft.keys and (not acted or draft.action.verb.name in acted) and _possible(draft, entity, allowed, forbidden)
        ]
        if holders:
            return StateCheck(entity=camel(entity), allowed=allowed, forbidden=forbidden), holders
    return None


def _joined(words: list[str]) -> list[str]:
    """The words with states of several words as one: `in_transit`."""
    text = f" {' '.join(words)} "
    for state in states():
        if "_" in state:
            text = text.replace(f" {state.replace('_', ' ')} ", f" {state} ")
    return text.split()


def _acted(words: list[str]) -> set[str]:
    """Writes that the sentence says may or may not be done."""
    found: set[str] = set()
    for at in range(1, len(words)):
        verb, form, _ = verb_at(words, at)
        before = words[max(0, at - 3) : at]
        may = any(word in _ASKS or word in ("not", "must", "may", "only", "to", "before") for word in before)
        if (
            verb
            and verb.group in WRITES
            and may
            and (form == "base" or (form == "participle" and words[at - 1] in ("be", "only")))
            and not (form == "base" and words[at] in states())
        ):
            found.add(verb.name)
    return found


def _named_states(words: list[str], entity: str) -> list[str]:
    """States said of the entity: `overdue loan`, `the loan is overdue`; what may be done to it (`can be closed`) is no state."""
    head = entity.rsplit("_", maxsplit=1)[-1]
    found: list[str] = []
    if head not in {singular(word) for word in words} and "it" not in words:
        return []
    for at, word in enumerate(words):
        state = _state_word(word)
        if not state:
            continue
        before = words[max(0, at - 5) : at]
        behind = singular(words[at - 1]) == head and words[at + 1 : at + 2] and words[at + 1] in _DECIDES if at else False
        if behind or _qualifies(words, at, entity) or (_predicated(before) and _subject_is(words[:at], head)):
            found.append(state)
    return list(dict.fromkeys(found))


def _qualifies(words: list[str], at: int, entity: str) -> bool:
    """Whether a state word stands before the entity where something is allowed or denied: `only pending requests`."""
    head = entity.rsplit("_", maxsplit=1)[-1]
    noun = next((place for place in range(at + 1, min(at + 5, len(words))) if singular(words[place]) == head), 0)
    between = words[at + 1 : noun]
    if not noun or not all(_state_word(word) or word in ("or", "and", ",") or singular(word) in entity.split("_") for word in between):
        return False
    return bool(_DECIDES & set(words[noun + 1 : noun + 2])) or bool(_DECIDES & set(words[max(0, at - 6) : at]))


def _state_word(word: str) -> str:
    return {"canceled": "cancelled"}.get(word, word) if word in states() else ""


def _predicated(before: list[str]) -> bool:
    """Whether `is`, `has been`, `must be` and the like lead up to a word, but not `can be` or `will be`."""
    if not before:
        return False
    kept = list(before)
    while kept and (_state_word(kept[-1]) or kept[-1] in ("or", "and", ",", "already", "still", "currently", "yet", "either")):
        kept.pop()
    if not kept or kept[-1] not in ("is", "are", "was", "were", "been", "be", "status"):
        return False
    return not (kept[-1] in ("be", "been") and any(word in _ASKS for word in kept[-3:]))


def _subject_is(before: list[str], head: str) -> bool:
    """The word right before the predicate is the entity, or a pronoun for it."""
    for word in reversed(before[-9:]):
        if word not in _PREDICATE and not _state_word(word):
            return word in ("it", "that", "which") or singular(word) == head
    return False


def _possible(draft: Draft, entity: str, allowed: Iterable[str], forbidden: Iterable[str]) -> bool:
    """Whether the tool can still be called: not denied in the very status it starts from, nor asked for the one it leads to."""
    action = draft.action
    if entity != action.entity:
        return True
    result = set(action.states[:1]) if action.group == "change" else set()
    start = set(action.verb.before)
    if set(allowed) & result or (allowed and start and not set(allowed) & start):
        return False
    return not (start and start <= set(forbidden))
