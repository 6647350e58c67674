"""A rule as two parts: what is to be done, and what must be so before it may be done. Knows wording, not tools.

`To enable the alarm, you must be an administrator` makes the action `enable the alarm` and the condition `you must be an administrator`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from gem_sim.extract.lexicon import load, nouns
from gem_sim.extract.phrases import tokens, verb_at

SHORTEST, LONGEST = 2, 32
"""Words of a condition."""
MOST_CHARACTERS = 320
"""Of a sentence: what is longer has more parts than two."""
_OUGHT = ("need", "needs", "have", "has")
_PART = re.compile(r"<([A-Z]+)>")
_OPENS = re.compile(r"^(?:if|when|or|and|that)\b ?(?:if\b )?", re.IGNORECASE)
_STATES = re.compile(r"\b(?:is|are|be|been|has|have|had|was|were|must|need|needs|own|hold|matches?|exists?|contains?|works?)\b|n't\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clause:
    """`action` is empty where the sentence says only what must be so; `holds` tells whether the condition must be so or must not be so."""

    action: str
    condition: str
    holds: bool = True
    thing: bool = False
    """Whether the action may be the name of a thing: `night gates are only available for ...`."""
    whole: bool = False
    """Whether it counts for all that a section does: `sign in as an administrator`."""


def clause(text: str) -> Clause | None:
    """The parts of a sentence; None where it is of no shape that is known, or its condition is not one that somebody could answer for."""
    return next(clauses(text), None)


def clauses(text: str) -> Iterator[Clause]:
    """All ways to take a sentence apart, the surest first."""
    said = _plain(text)
    if len(said) > MOST_CHARACTERS or "?" in said or _pattern("no_rule").search(said):
        return
    for shape, about in _shapes("shapes"):
        if (match := shape.match(said)) and (made := _checked(match.groupdict().get("action") or "", match["condition"], about)):
            yield made


def item(lead: str, text: str) -> Clause | None:
    """The parts of a list item under a lead-in such as `You cannot close an account if:`."""
    for shape, about in _shapes("leads"):
        if match := shape.match(lead.replace("’", "'").rstrip(": ")):
            said = _OPENS.sub("", _plain(text)).rstrip(".;, ")
            return _checked(match["action"], said, about) if _STATES.search(said) or not about["holds"] else None
    return None


def confirms(text: str) -> bool:
    """Whether a sentence says that something is agreed to before it is done, or cannot be undone."""
    return bool(_pattern("confirm").search(text.replace("’", "'")))


def asks_outright(text: str) -> bool:
    """Whether a sentence says that whoever does it is asked to confirm."""
    return bool(_pattern("asked").search(text.replace("’", "'")))


def losing(text: str) -> str | None:
    """What somebody does who loses something by it: nothing where the sentence says `this`, None where it is about no loss."""
    match = _pattern("loss").match(_plain(text))
    return (match["action"] or match["doing"] or "") if match else None


@cache
def _pattern(name: str) -> re.Pattern[str]:
    listed = load("clauses.yaml")[name]
    return re.compile(listed if isinstance(listed, str) else "|".join(listed), re.IGNORECASE)


@cache
def _shapes(name: str) -> tuple[tuple[re.Pattern[str], dict[str, bool]], ...]:
    """The shapes of sentences, which a dash may lead in and a colon may follow; those of lead-ins."""
    before, behind = (r"(?:.{0,160} [-–—] )?", r"(?:: [a-z].*|[.!:)]*)$") if name == "shapes" else ("", "$")
    return tuple((re.compile(f"{before}{_spelled(one['as'])}{behind}", re.IGNORECASE), one) for one in load("clauses.yaml")[name])


def _spelled(shape: str) -> str:
    parts = load("clauses.yaml")["parts"]
    return _PART.sub(lambda found: str(parts[found[1]]), shape)


def _plain(text: str) -> str:
    said = text.replace("’", "'").strip()
    while (cut := _pattern("opening").sub("", said)) != said:
        said = cut.lstrip(" _*")
    return said


def _checked(action: str, condition: str, about: dict[str, bool]) -> Clause | None:
    condition = _pattern("elsewhere").sub("", condition)
    fits = SHORTEST <= len(condition.split()) <= LONGEST
    handles = not about.get("handling") and _is_handling(condition)
    if not fits or handles or _pattern("ours").search(action) or _pattern("vague").search(condition):
        return None
    return Clause(action.strip(), condition.strip().rstrip(",."), about["holds"], about.get("thing", False), about.get("whole", False))


def _is_handling(condition: str) -> bool:
    """Whether a condition only says how to work the program: `you must click Save`, `select the option`."""
    words = [word.lower() for word in tokens(condition)]
    modal = next((at + 1 for at, word in enumerate(words[:8]) if word in ("must", "should") or (word == "to" and words[at - 1] in _OUGHT)), 0)
    modal += words[modal : modal + 1] != [] and words[modal].endswith("ly")
    start = modal or (2 if words[:2] == ["you", "have"] else 1 if words[:1] in (["you"], ["you've"]) else 0)
    first = [verb_at(words, at) for at in (start, start + 1) if at < len(words)]
    works = any(verb is not None and form in ("base", "participle") and verb.group in ("ui", "input") for verb, form, _ in first)
    return works or bool(nouns("handling") & set(words)) or bool(nouns("handling_verbs") & set(words[start : start + 1]))
