"""What a field is about: the maker of its values, whose they are, which moment they lie at."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from gem_sim.grammar import singular
from gem_sim.worlds.compiler.values.lists import lists, spelled, strong, weak
from gem_sim.worlds.compiler.values.texts import Slot

_PERSONAL = ("person", "first_name", "last_name", "email", "username", "phone", "company")
_PLACED = ("address", "street", "postcode", "city", "region", "country", "country_code", "latitude", "longitude", "coordinates", "bbox", "timezone")
_ROLES = ("shipping", "billing", "delivery", "pickup", "origin", "destination", "departure", "arrival", "from", "to", "home", "work", "return", "base", "quote")
_IDS = ("id", "ids", "uid", "pid", "uuid", "guid")
_TIMED = ("at", "time", "timestamp", "datetime", "ts", "epoch")
_NOTES = (
    (re.compile(r"iso.?8601|rfc.?3339|date.?time|timestamp|unix time|yyyy-mm-dd|yyyy/mm"), "date"),
    (re.compile(r"iso.?4217|currency code"), "currency"),
    (re.compile(r"iso.?3166|country code"), "country_code"),
    (re.compile(r"iso.?639|bcp.?47|language code"), "language"),
    (re.compile(r"\buuid\b|\bguid\b"), "uuid"),
    (re.compile(r"^[^.]{0,50}\bur[li]\b|^[^.]{0,20}\bwebhook\b"), "url"),
    (re.compile(r"e-?mail address"), "email"),
    (re.compile(r"base64"), "binary"),
    (re.compile(r"file ?path|path (to|of)|absolute path|relative path"), "path"),
    (re.compile(r"regular expression|\bregex"), "pattern_text"),
    (re.compile(r"\b(unique )?(identifier|id)\b (of|for)|\bids? of\b"), "id"),
)
_KINDS = re.compile(r"(?:optional|the|a|an|unique|full|[\s:;,.()]|\w+(?= (?:name|id)\b))*(name|id|identifier|url|uri|link|path)\b(?! (?:and|or)\b)")
_PROSE = ("thought", "description", "message", "note", "goal", "prompt")
_TARGETS = re.compile(r"\]\([^)]*\)|(?:see|at|docs?:?|visit) https?://\S+")
_LINES = re.compile(r"(?:address|street)(?:_?line)?_?([12])$")
_FIRST_WORDS = 14
_SHORT = 3


def maker_of(words: tuple[str, ...], note: str) -> str | None:
    """The maker for a name in words, else for what its description says. None where neither says anything.

    The last word says what a value is (`customer_number` is a number), those before it only whose, unless the last one says nothing.
    """
    while len(words) > 1 and words[-1] in lists()["hollow"] and not _by_phrases(words, sure=True, inner=False):
        words = words[:-1]
    if words and words[-1] in _IDS:
        return "uuid" if words[-1] in ("uuid", "guid") or "uuid" in note or "guid" in note else "id"
    by_name = _by_phrases(words, sure=True, inner=False)
    return (
        (_by_kind(note) if by_name in _PROSE else None)
        or by_name
        or _by_form(note)
        or _by_phrases(words, sure=False, inner=False)
        or _by_phrases(words, sure=True, inner=True)
        or _by_head(note)
        or _by_phrases(words, sure=False, inner=True)
    )


@lru_cache(8192)
def _by_phrases(words: tuple[str, ...], *, sure: bool, inner: bool) -> str | None:
    """By the phrases that end with the last word, or by those before it."""
    known = strong() if sure else weak()
    for end in range(len(words) - 1, 0, -1) if inner else (len(words),):
        for length in (3, 2, 1):
            phrase = words[max(0, end - length) : end]
            for form in (" ".join(phrase), " ".join((*phrase[:-1], singular(phrase[-1])))) if phrase else ():
                if form in known:
                    return known[form]
    return None


@lru_cache(8192)
def _by_form(note: str) -> str | None:
    return next((maker for pattern, maker in _NOTES if pattern.search(note)), None)


@lru_cache(8192)
def _by_kind(note: str) -> str | None:
    """What a field that might hold any text holds, where its description begins with that: `name of the context`."""
    found = _KINDS.match(note)
    return {"identifier": "id", "uri": "url", "link": "url"}.get(found[1], found[1]) if found else None


@lru_cache(8192)
def _by_head(note: str) -> str | None:
    """What the first noun of a description says: `the colour of the frame` is a colour."""
    noun: list[str] = []
    for word in re.findall(r"[a-z]+", note)[:_FIRST_WORDS]:
        if word in lists()["joints"] and noun:
            if noun[-1] not in lists()["hollow"]:
                break
            noun = []
        elif word not in lists()["joints"]:
            noun.append(singular(word))
    return _by_phrases(tuple(noun[-3:]), sure=True, inner=False) if noun and len(noun[-1]) > _SHORT else None


def when(words: tuple[str, ...], entity: tuple[str, ...]) -> str:
    """The moment that a field of these words is about."""
    for moment, known in lists()["moments"].items():
        if set(words) & set(known):
            return str(moment)
    return "created" if set(lists()["past"]) & {singular(word) for word in entity} else "start"


def slot_of(entity: str, name: str, schema: dict[str, Any], own: str, base: str) -> Slot:
    """A field as its makers see it. `own` is the role whose person the row itself is about, `base` the role of the object that the field is in."""
    words, note = _words_of(name), _TARGETS.sub("]", str(schema.get("description") or "").lower()[:300])
    form = str(schema.get("format") or "")
    if form not in ("date", "date-time", "time"):
        timed = set(words) & set(_TIMED) or any(mark in note for mark in ("8601", "3339", "date-time", "datetime", "timestamp", "date and time", "t00:00"))
        form = "date-time" if timed else ""
    return Slot(spelled(entity), words, role_of(words, own) or base, when(words, spelled(entity)), form, note)


def _words_of(name: str) -> tuple[str, ...]:
    """The words of a field; of a numbered line of an address also which one it is."""
    found = _LINES.search(name.lower())
    return (*(word for word in spelled(name) if not word.isdigit()), "first" if found[1] == "1" else "second") if found else spelled(name)


def role_of(words: tuple[str, ...], own: str) -> str:
    """`recipient_email` is the recipient's; `email` is that of the row itself."""
    placed = next((word for word in words if word in _ROLES), None)
    named = next((word for word in words if strong().get(word) == "person" and word not in ("name", "user", "users")), None)
    role = placed or named or ""
    return "" if role == own else role


def makes_person(words: tuple[str, ...], note: str) -> bool:
    """Whether a field holds the full name of somebody."""
    return maker_of(words, note) == "person"
