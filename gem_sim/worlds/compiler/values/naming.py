"""Names of things: what a thing of that noun is called, in the words of the text where it has some."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

from gem_sim.grammar import singular
from gem_sim.worlds.compiler.names import lexicon
from gem_sim.worlds.compiler.values.lists import lists, things
from gem_sim.worlds.compiler.values.row import People
from gem_sim.worlds.compiler.values.texts import company

_LEAST = 4
_VERBS = ("read_one", "read_many", "read_any", "create", "update", "delete")
_MOST = 12
"""Qualifiers taken from a text at most."""


class Kind(NamedTuple):
    """How things of one kind are called: by words before their noun, by names of their own, or as persons, companies and places are."""

    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    person: bool = False
    company: bool = False
    place: str = ""


@cache
def _kinds() -> dict[str, Kind]:
    found: dict[str, Kind] = {}
    for line in things()["kinds"]:
        rest: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in line.items() if key not in ("nouns", "only")}
        for noun in line["nouns"]:
            found.setdefault(noun, Kind(**rest))
    return found


def kind_of(noun: Sequence[str]) -> Kind | None:
    """The kind of a thing by the last words of its noun; words such as `status` and `detail` only where nothing else is known."""
    bare = [singular(word) for word in noun]
    tails = set(things()["tails"])
    for skipped in (tails, set[str]()):
        for at in range(len(bare) - 1, -1, -1):
            phrase = " ".join(bare[at : at + 2])
            found = _kinds().get(phrase) if at + 1 < len(bare) else None
            found = found or (_kinds().get(bare[at]) if bare[at] not in skipped else None)
            if found:
                return found
    return None


def names(noun: Sequence[str], text: dict[str, list[str]], random: Random) -> tuple[Iterator[str], bool]:
    """Names for things of that noun without end, no two the same, and whether something is known of such things."""
    kind = kind_of(noun)
    own = [word for word in text.get(singular(noun[-1]), []) if word.lower() not in noun] if noun else []
    if kind is None and len(own) < 3:
        return _codes(_phrase(noun), random), False
    if kind is not None and kind.person:
        return _persons(random), True
    if kind is not None and kind.company:
        return _companies(random), True
    if kind is not None and kind.place:
        return _numbered([place[0 if kind.place == "city" else 2] for place in lists()["places"]], random), True
    if kind is not None and kind.names and not own:
        return _numbered(list(kind.names), random), True
    before = [*own, *(kind.words if kind else ())]
    phrase = _phrase(noun)
    made = [f"{word} {phrase}" for word in before if word.lower() not in phrase.split()]
    return _numbered([*made, *(kind.names if kind else ())], random), True


def _phrase(noun: Sequence[str]) -> str:
    tails = set(things()["tails"])
    bare = [word for word in noun if word not in tails] or list(noun)
    return " ".join([*bare[-2:-1], singular(bare[-1])]) if bare else "entry"


def qualifiers(text: str) -> dict[str, list[str]]:
    """The words that stand before each noun of a text: `savings account` gives Savings for account."""
    found: dict[str, list[str]] = {}
    empty = set(things()["empty"].split()) | {verb for key in _VERBS for verb in lexicon()[key]}
    for sentence in re.split(r"[^A-Za-z ]+", text.lower()):
        spoken = sentence.split()
        for noun in spoken:
            found.setdefault(singular(noun), [])
        for word, noun in pairwise(spoken):
            if len(word) >= _LEAST and word not in empty and not word.endswith(("ing", "ed", "ly", "s")):
                known = found.setdefault(singular(noun), [])
                if word.capitalize() not in known and len(known) < _MOST and word != singular(noun):
                    known.append(word.capitalize())
    return found


def _numbered(made: Sequence[str], random: Random) -> Iterator[str]:
    """All of them in a drawn order, then again with a number."""
    order = list(dict.fromkeys(made))
    random.shuffle(order)
    taken = set(order)
    yield from order
    at = 2
    while True:
        for name in order:
            numbered = _with(name, at)
            if numbered not in taken:
                yield numbered
        at += 1


def _with(name: str, at: int) -> str:
    """The name with a number: before the suffix of a file."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}-{at}.{suffix}" if dot and suffix.isalpha() else f"{name} {at}"


def _codes(phrase: str, random: Random) -> Iterator[str]:
    """`Ward 14B`: tells things apart and says nothing about them."""
    number = random.randint(1, 20)
    while True:
        number += random.randint(1, 3)
        yield f"{phrase.capitalize()} {number}{random.choice('ABCDEFGH')}"


def _companies(random: Random) -> Iterator[str]:
    taken: set[str] = set()
    while True:
        made = company(random)
        if made not in taken:
            taken.add(made)
            yield made


def _persons(random: Random) -> Iterator[str]:
    people = People(random)
    while True:
        yield people.draw().name
