"""A wish in the words of whoever speaks: as it was put, with another name for the thing, another verb, or from the other side."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from gem_sim.episodes.phrasing.details import WORDS, Detail
from gem_sim.grammar import gerund, participle, singular

_OTHER_WORDS = 0.4
"""How often users have another verb for what they want, where there is one."""
_MINE = re.compile(r"\b(?:my|me|I am|I|mine)\b")
_YOURS = {"my": "your", "me": "you", "I am": "you are", "I": "you", "mine": "yours"}
_ASKED = re.compile(r"(?:what|which|when|where|who|how much) (?:is|are) (.+)", re.IGNORECASE)
_HOW_MANY = re.compile(r"(the (?:highest|lowest|total|average)) ([a-z]+) of")
_WITH_DATE = re.compile(r"with ([a-z][a-z ]*) (\d{1,2} [A-Z][a-z]+ \d{4})")
_PARTS = re.compile(r"([a-z]+) ((?:(?:the|an?|my|our|that|this|all)\b|[A-Z]).*)")
_MADE = re.compile(r"an? (.+)")
_MORE = re.compile(r" (?:to|into|with|from|about|against|off|in|on|by|at) ")
_OWNED = re.compile(r"(?P<whose>\bmy|[A-Z][\w.-]*(?: [A-Z][\w.-]*)*(?:'s|(?<=s)')) (?P<noun>[a-z]+(?: [a-z]+)?) for (?P<of>[A-Z][\w' -]*)$")
_CALLED = re.compile(r"the (?P<noun>[a-z]+(?: [a-z]+)?) called (?P<name>[A-Z].*)$")


def wish_words(wish: Mapping[str, str] | None, given: Sequence[Detail], speaker: str, stream: Random) -> dict[str, Any]:
    """`do`, `doing`, `about` of a wish, all empty where there is none; `object` and `done` where it is a verb and a thing: `I have renewed my loan`.

    `inside` is a detail that the words already hold: `reserve a tool` whose tool is the Jigsaw is `reserve the tool Jigsaw`.
    """
    if wish is None:
        return {"do": "", "doing": "", "about": "", "object": "", "done": "", "inside": None}
    do, doing, about = smooth(wish["do"]), smooth(wish["doing"]), _ASKED.fullmatch(wish.get("ask") or "")
    parts, inside, thing = _PARTS.fullmatch(do), None, smooth(about[1]) if about else ""
    if parts:
        made = _MADE.fullmatch(parts[2])
        inside = next((part for part in given if made and part.name == made[1] and part.kind == "thing"), None)
        thing = _otherwise(f"the {inside.name} {inside.value}" if inside else parts[2], stream)
        do, doing = do.replace(parts[2], thing), doing.replace(parts[2], thing)
    whole = parts is not None and about is None and not _MORE.search(parts[2]) and (inside is not None or not _MADE.fullmatch(parts[2]))
    words = {"do": do, "doing": doing, "about": _otherwise(smooth(about[1]), stream) if about else "", "object": thing if whole else ""}
    words |= _in_other_words(words, stream) if speaker == "user" else {name: yours(text) for name, text in words.items()}
    return {**words, "done": participle(parts[1]) if parts else "", "inside": inside}


def yours(text: str) -> str:
    """A user's words as the assistant repeats them: `my loan` is `your loan`."""
    return _MINE.sub(lambda match: _YOURS[match[0]], text)


def smooth(text: str) -> str:
    """Without the stiffness that field names bring in: `my loan due 21 April` for `my loan with due 21 April`, `the highest number of renewals`."""
    text = _WITH_DATE.sub(lambda match: f"due {match[2]}" if match[1].startswith("due") else f"with the {match[1]} {match[2]}", text).replace(
        "the due of ", "the due date of "
    )
    count = _HOW_MANY.search(text)
    if count and singular(count[2]) != count[2] and count[2] not in WORDS["amounts"]:
        text = text.replace(count[0], f"{count[1]} number of {count[2]} of", 1)
    return text


def _in_other_words(words: Mapping[str, str], stream: Random) -> dict[str, str]:
    """Another verb than the tool has, now and then."""
    verb, _, rest = words["do"].partition(" ")
    if verb not in WORDS["synonyms"] or stream.random() > _OTHER_WORDS:
        return {}
    other, _, particle = stream.choice(WORDS["synonyms"][verb]).partition(" ")
    tail = " ".join(part for part in (particle, rest) if part)
    return {"do": f"{other} {tail}", "doing": f"{gerund(other)} {tail}", "object": ""}


def _otherwise(text: str, stream: Random) -> str:
    """A thing in one of the ways people have to name it: `my Jigsaw loan` for `my loan for Jigsaw`."""
    owned, called = _OWNED.search(text), _CALLED.search(text)
    if owned:
        whose, noun, of = owned["whose"], owned["noun"], owned["of"]
        having = "I have" if whose == "my" else f"{whose.removesuffix('s').removesuffix(chr(39))} has"
        forms = [owned[0], owned[0], f"{whose} {of} {noun}", f"the {noun} {having} for {of}", f"the {of} {noun} {having}"]
        return text.replace(owned[0], stream.choice(forms))
    if called:
        noun, name = called["noun"], called["name"]
        return text.replace(called[0], stream.choice([called[0], f"the {noun} named {name}", f"the {noun} {name}", f"the {name} {noun}"]))
    return text
