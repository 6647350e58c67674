"""Names of things: what a thing of that noun is called, in the words of the text where it has some."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from random import Random
from typing import Any, NamedTuple

from gem_sim.grammar import singular
from gem_sim.worlds.compiler.values.lists import lists, things
from gem_sim.worlds.compiler.values.row import People
from gem_sim.worlds.compiler.values.texts import company
from gem_sim.worlds.compiler.values.vocabulary import Vocabulary

_FEW = 3
"""Words of a world from which on things are called by them."""


class Kind(NamedTuple):
    """How things of one kind are called: by words before their noun, by names of their own, or as persons, companies and places are.

    `codes` are those of the names, in the same order.
    """

    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    person: bool = False
    company: bool = False
    place: str = ""
    codes: tuple[str, ...] = ()

    def code(self, name: Any) -> str:
        """The code of what is called so: EUR of Euro, FR of France; nothing where there is none."""
        if self.place == "country":
            return next((place[3] for place in lists()["places"] if place[2] == name), "")
        return self.codes[self.names.index(name)] if self.codes and name in self.names else ""


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


def names(noun: Sequence[str], said: Vocabulary, random: Random, *, own_words: bool = False) -> tuple[Iterator[str], bool]:
    """Names for things of that noun without end, no two the same, and whether something is known of such things.

    Where nothing is, they are called by other words of the world (if `own_words`), which is something, or by words that fit anything.
    """
    noun = said.phrase(noun)
    kind = kind_of(noun)
    own = [word for word in said.before.get(singular(noun[-1]), []) if word.lower() not in noun] if noun else []
    if kind is None and len(own) < _FEW:
        of_world = said.modifiers(noun) if own_words else []
        known = len(of_world) >= _FEW
        return _numbered([f"{word} {phrase_of(noun)}" for word in (of_world if known else things()["anything"])], random), known
    if kind is not None and kind.person:
        return _persons(random), True
    if kind is not None and kind.company:
        return _companies(random), True
    if kind is not None and kind.place:
        return _numbered([place[0 if kind.place == "city" else 2] for place in lists()["places"]], random), True
    if kind is not None and kind.names and not own:
        return _numbered(list(kind.names), random), True
    before = [*own, *(kind.words if kind else ())]
    phrase = phrase_of(noun)
    made = [f"{word} {phrase}" for word in before if word.lower() not in phrase.split()]
    return _numbered([*made, *(kind.names if kind else ())], random), True


def phrase_of(noun: Sequence[str]) -> str:
    """What one such thing is called in a sentence: `course design`."""
    tails = set(things()["tails"])
    bare = [word for word in noun if word not in tails] or list(noun)
    return " ".join([*bare[-2:-1], singular(bare[-1])]) if bare else "entry"


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
