"""The words that a world itself uses: what the text behind it and its tools call things."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from itertools import pairwise

from gem_sim.grammar import singular
from gem_sim.worlds.compiler.names import lexicon
from gem_sim.worlds.compiler.values.lists import lists, things

_LEAST = 4
_HINTS = 2
"""So many words of a matter may stand in the tools of another."""
_SHORTEST = 3
"""Letters that a part of a word written together has at least."""
_VERBS = ("read_one", "read_many", "read_any", "create", "update", "delete")
_MERELY = {"update", "set", "show", "change"}
"""Verbs that may be nouns and are none before another."""
_MOST = 12
"""Qualifiers taken from a text at most."""


class Vocabulary:
    """What a world speaks of. `before` maps a noun to the words before it in the text, `nouns` are the words of its entities' names."""

    def __init__(self, text: str = "", entities: Iterable[Sequence[str]] = (), told: Iterable[str] = ()) -> None:
        self.before = qualifiers(text)
        self._entities = [tuple(words) for words in entities]
        self._told = tuple(told)

    @cached_property
    def _said(self) -> frozenset[str]:
        """The words in which the tools are described."""
        return frozenset(singular(word) for text in self._told for word in re.findall(r"[a-z]+", text.lower()))

    @cached_property
    def spoken(self) -> frozenset[str]:
        """All words in which the tools and their entities are described."""
        return self._said | {singular(word) for words in self._entities for word in words}

    @cached_property
    def senses(self) -> dict[str, str]:
        """Words that mean something else in such a world, to the makers of what they mean there."""
        spoken = self.spoken
        told = [each for each in lists()["senses"] if len(spoken & set(each["near"])) > _HINTS and not spoken & set(each["far"])]
        return {word: each["maker"] for each in reversed(told) for word in each["words"]}

    @cached_property
    def nouns(self) -> tuple[str, ...]:
        """The last words of the entities' names, as they are said before another noun."""
        return tuple(dict.fromkeys(self.phrase(words)[-1] for words in self._entities if words))

    def phrase(self, noun: Sequence[str]) -> tuple[str, ...]:
        """A noun in its words: without the verb before it, and apart where the tools write it so (`getcoursedesign` as `course design`)."""
        apart = [part for word in noun for part in self._apart(word)]
        bare = apart[1:] if len(apart) > 1 and apart[0] in _verbs() else apart
        return tuple(bare)

    def _apart(self, word: str) -> tuple[str, ...]:
        if len(word) < 2 * _SHORTEST or singular(word) in self._said or singular(word) in _nouns():
            return (word,)
        known = (self._said, _nouns(), _verbs())
        for cut in range(len(word) - _SHORTEST, _SHORTEST - 1, -1):
            head, tail = word[:cut], word[cut:]
            if any(head in each for each in known) and any(singular(tail) in each for each in known[:2]):
                return head, tail
            if head in _verbs() and len(rest := self._apart(tail)) > 1:
                return head, *rest
        return (word,)

    def modifiers(self, noun: Sequence[str]) -> list[str]:
        """Words of the world that may stand before a noun of it: `block` before `sync`."""
        return [word.capitalize() for word in self.nouns if word not in noun and word.isascii() and len(word) > _SHORTEST]


@cache
def _verbs() -> frozenset[str]:
    return frozenset(verb for key in _VERBS for verb in lexicon()[key]) - (set(lexicon()["also_nouns"]) - _MERELY)


@cache
def _nouns() -> frozenset[str]:
    """Nouns that we know kinds of, and words of fields."""
    kinds = {noun for line in things()["kinds"] for noun in line["nouns"]}
    fields = {phrase for phrases in lists()["meanings"].values() for phrase in phrases if " " not in phrase}
    return frozenset(kinds | fields | set(lists()["lists"]))


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
