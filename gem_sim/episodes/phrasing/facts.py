"""The facts of a beat as phrasings see them: details with kinds, wishes in words, whose things they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from gem_sim.episodes.phrasing.details import WORDS, Detail, detail
from gem_sim.episodes.phrasing.wishes import smooth, wish_words, yours
from gem_sim.scenarios.wording import date_forms, said_name

_LONG = 30
"""Longer values are no part of the sentence that states a wish."""


def prepared(facts: Mapping[str, Any], speaker: str, stream: Random, year: str = "") -> dict[str, Any]:
    """The names that the phrasing of a beat may use. `year` is that of the story's today, in which users leave the year of a date out.

    Beside the facts themselves: `do`, `doing`, `about`, `object`, `done` for a `wish`; `near` and `rest` for the details that
    are `given`; `reason` for an `error`, `choice` and `choices` for a `thing` and its `options`, `named_field` for a `field`.
    """
    known = dict(facts)
    for name in ("given", "who", "results", "believed"):
        if name in facts:
            known[name] = [_said(key, value, speaker, stream, year) for key, value in facts[name].items()]
    for name in ("missing", "fields"):
        if name in facts:
            known[name] = [said_name(one, "") for one in facts[name]]
    if "dropped" in facts:
        known["dropped"] = [_dropped(one) for one in facts["dropped"]]
    if "wish" in facts:
        known |= wish_words(facts["wish"], known.get("given", ()), speaker, stream)
    if "given" in facts:
        given = [part for part in known["given"] if part is not known.get("inside")]
        near = _near(given, stream)
        known |= {"given": given, "near": near, "rest": [part for part in given if part not in near]}
    return known | _texts(facts, known.get("do", ""), speaker)


def _texts(facts: Mapping[str, Any], wish: str, speaker: str) -> dict[str, Any]:
    """Facts that are texts, as this side says them."""
    mine = str if speaker == "user" else yours
    said = {name: mine(smooth(facts[name])) for name in ("thing", "what", "since") if facts.get(name)}
    if "error" in facts:
        said["reason"] = _soft(facts["error"], wish)
    if "field" in facts:
        said["named_field"] = said_name(facts["field"], str(facts.get("value", facts.get("right", ""))))
    if "thing" in said:
        said["choice"] = _one_with(said["thing"])
    return said | {"choices": [_one_with(mine(smooth(option))) for option in facts["options"]]} if "options" in facts else said


def _said(name: str, value: str, speaker: str, stream: Random, year: str) -> Detail:
    made = detail(name, value)
    if speaker == "user":
        return Detail(made.name, stream.choice(date_forms(value, year)), made.kind) if made.kind in ("date", "day", "due") else made
    return Detail(made.name, yours(made.value), made.kind) if made.kind in ("reference", "same") else made


def _dropped(name: str) -> str:
    """What falls away, behind an article: `number of days`, `remark that it is damaged`."""
    flag = detail(name, "yes")
    return f"remark that it is {flag.noun}" if flag.kind == "mark_on" else said_name(name, "")


def _near(given: Sequence[Detail], stream: Random) -> list[Detail]:
    """The details said in the same breath as the wish: up to two, rather those that need few words."""
    handy = [part for part in given if part.kind in WORDS["near"]]
    others = [part for part in given if part.kind not in WORDS["near"] and len(part.value) < _LONG and not part.kind.startswith("switch")]
    wanted = stream.choice((0, 1, 1, 2, 2)) if len(given) > 1 else stream.choice((0, 1, 1))
    return sorted((handy + others)[:wanted], key=lambda part: part.kind in ("because", "duration"))


def _soft(error: str, wish: str) -> str:
    """An error message inside a sentence: without its full stop, its first letter small where the word is common or one of the wish's."""
    text = error.strip().rstrip(".!")
    first = text.split(" ", 1)[0]
    return text[:1].lower() + text[1:] if first in WORDS["plain"] or f" {first.lower()}" in f" {wish}" else text


def _one_with(option: str) -> str:
    """One of several by what it differs in: `the one with the pickup date 21 April`, `the one due 21 April`; a name stands alone."""
    if option[:1].isupper() or option.startswith(("the ", "my ", "your ", "that ")):
        return option
    return f"the one due {option[4:].removeprefix('date ')}" if option.startswith("due ") else f"the one with the {option}"
