"""The things of a set: nouns that tools and parameters share, which of them are the same, and how much speaks for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from keyword import iskeyword

from gem_sim.grammar import singular
from gem_sim.worlds.compiler.reading.drafts import Draft
from gem_sim.worlds.compiler.reading.kinds import WRITES
from gem_sim.worlds.compiler.reading.nouns import cleaned
from gem_sim.worlds.compiler.reading.words import Words, folded, lexicon, listed, named, text_words, words

_MOST = 0.6
"""Share of the tools of a set that is most of them."""
_PREFIX = 3
"""Letters of a short form at least."""


class Things:
    """The nouns of a set. `weight` counts the tools on a noun (those that make, list or delete it twice), `keyed` and `weak` the ids of it.

    `written` are those that some tool surely makes, changes or deletes.
    """

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self.weight: Counter[Words] = Counter()
        self.keyed: Counter[Words] = Counter()
        self.weak: Counter[Words] = Counter()
        self.written: set[Words] = set()
        self.shown = {draft.noun for draft in drafts if draft.kind == "read"}
        self.tools: Counter[Words] = Counter(draft.noun for draft in drafts)
        _drop_shared(drafts)
        for draft in drafts:
            self._weigh(draft)
        self.vocabulary = {singular(word) for draft in drafts for word in (*words(draft.tool.name), *text_words(draft.tool.description or ""))}
        self._ends: dict[str, list[Words]] = {}
        self._begins: dict[str, list[Words]] = {}
        self._starts: dict[str, list[Words]] = {}
        self.same: dict[Words, Words] = {}
        for noun, kept in self._pairs():
            self.same.setdefault(noun, kept)
        self.with_ids = {self.root(noun) for noun in self.keyed}
        self.main = self._main()

    def _weigh(self, draft: Draft) -> None:
        if draft.noun:
            self.weight[draft.noun] += 2 if draft.kind in ("create", "delete") or (draft.kind == "read" and draft.many) else 1
        if draft.kind in WRITES and draft.decision.sure:
            self.written.add(draft.noun)
        for item in draft.ids:
            if item.strong:
                self.keyed[item.noun] += 1 if item.many else 2
            else:
                self.weak[item.noun] += 1

    def _pairs(self) -> Iterator[tuple[Words, Words]]:
        """Nouns and what they are the same as: `openhouse` and `open house`, `archived order` and `order`, `user ticket` and `ticket`."""
        known = [*dict.fromkeys([*self.weight, *self.keyed])]
        joined: dict[str, Words] = {}
        for noun in sorted(known, key=len, reverse=True):
            joined.setdefault("".join(noun), noun)
        yield from ((noun, joined["".join(noun)]) for noun in known if joined["".join(noun)] != noun)
        for noun in known:
            yield from ((noun, noun[cut:]) for cut in range(1, len(noun)) if noun[cut:] in self.weight and _participles(noun[:cut]))
        for noun in self.weight:
            owned = (noun[cut:] for cut in range(1, len(noun)) if noun[cut:] in self.weight and (noun[:cut] in self.weight or noun[:cut] in self.keyed))
            yield from ((noun, rest) for rest in owned if noun not in self.keyed)
            yield from ((noun, noun[cut:]) for cut in range(1, len(noun)) if noun not in self.shown | set(self.keyed) and noun[cut:] in self.shown)
        for noun in self.keyed:
            yield from ((noun, kept) for kept in self._meant_by(noun) if noun not in self.weight and kept != noun)
        for noun in filter(None, self.weak):
            yield from ((noun, kept) for kept in self._long_form(noun) if noun not in self.weight and noun not in self.keyed)

    def _long_form(self, noun: Words) -> Iterator[Words]:
        """What a noun that only names and numbers have is short for: with `pull_number`, `pull` for `pull request`."""
        longer = {other[: len(noun) + 1] for other in self._starting(noun[0]) if other[: len(noun)] == noun}
        if len(longer) == 1:
            yield from (other for other in longer if self.tools[other] > 1 and not (self.weak[other[-1:]] or self.keyed[other[-1:]]))

    def _starting(self, word: str) -> list[Words]:
        """The tool nouns that start with a word."""
        if not self._starts:
            for noun in self.weight:
                self._starts.setdefault(noun[0], []).append(noun)
        return self._starts.get(word, [])

    def _meant_by(self, noun: Words) -> list[Words]:
        """What an id noun means that no tool has: itself without qualifiers, what it begins with, the one tool noun that ends as it does or goes on."""
        bare = cleaned(noun)
        if bare != noun and bare in self.weight:
            return [bare]
        begun = next((cut for cut in range(len(noun) - 1, 0, -1) if noun[:cut] in self.weight and noun[cut:] not in self.weight), None)
        if begun is not None and noun[:begun] not in self.keyed and noun[-1:] not in self.weight:
            return [noun[:begun]]
        tails = [other for other in self._ending(noun[-1]) if other in (noun[-len(other) :], other[: -len(noun)] + noun)]
        longer = [other for other in self._beginning(noun[0][:_PREFIX]) if len(noun) == 1 and other[0].startswith(noun[0])]
        found = [other for other in (tails or longer) if other not in self.keyed]
        return found if len(found) == 1 else []

    def _ending(self, word: str) -> list[Words]:
        """The tool nouns that end in a word."""
        if not self._ends:
            for noun in self.weight:
                self._ends.setdefault(noun[-1], []).append(noun)
        return self._ends.get(word, [])

    def _beginning(self, letters: str) -> list[Words]:
        """The tool nouns of one word that begin with so many letters."""
        if not self._begins:
            for noun in self.weight:
                if len(noun) == 1:
                    self._begins.setdefault(noun[0][:_PREFIX], []).append(noun)
        return self._begins.get(letters, []) if len(letters) == _PREFIX else []

    def _main(self) -> Words:
        """The noun that most speaks for: what tools without a noun work on."""
        total = Counter(self.weight)
        for noun, count in self.keyed.items():
            total[self.root(noun)] += count
        return max(total, key=lambda noun: total[noun], default=())

    def root(self, noun: Words) -> Words:
        """The noun that stands for all spellings of one."""
        seen: set[Words] = set()
        while noun in self.same and noun not in seen:
            seen.add(noun)
            noun = self.same[noun]
        return noun

    def named(self, noun: Words) -> str:
        """The name of the entity that a noun stands for; short forms are written out only where the set does so itself."""
        return entity_name(tuple(self._spelled(word) for word in noun))

    def _spelled(self, word: str) -> str:
        return word if word in self.vocabulary else next((short for short in _short().get(word, ()) if short in self.vocabulary), word)

    def known(self, noun: Words) -> Words:
        """The thing that a noun is or ends in, () where the set has no such thing: `open order` as (order)."""
        ends = (self.root(noun[cut:]) for cut in range(len(noun)))
        return next((end for end in ends if self.is_thing(end)), ())

    def is_thing(self, noun: Words) -> bool:
        """Whether anything in the set speaks for a noun being a thing: a tool on it, or an id of it."""
        return bool(self.weight[noun] or self.keyed[noun]) or noun in self.with_ids


def _drop_shared(drafts: Sequence[Draft]) -> None:
    """Take the first word of most nouns of a set away, where it is no thing and many different words come behind it."""
    keyed = {item.noun for draft in drafts for item in draft.given if item.strong}
    nouns = [draft.noun for draft in drafts]
    firsts = Counter(noun[:1] for noun in nouns if len(noun) > 1)
    first, count = firsts.most_common(1)[0] if firsts else ((), 0)
    rests = {noun[1:] for noun in nouns if noun[:1] == first and len(noun) > 1}
    if count < _MOST * len(nouns) or len(rests) < _PREFIX or first in keyed or first in nouns:
        return
    for draft in drafts:
        if draft.noun[:1] == first and len(draft.noun) > 1 and not draft.name.last:
            draft.noun = draft.noun[1:]


def _participles(noun: Words) -> bool:
    return all(word.endswith("ed") and word not in listed("nouns", "no_participles") for word in noun)


@cache
def _short() -> dict[str, list[str]]:
    """What short forms stand for, back to the short forms."""
    found: dict[str, list[str]] = {}
    for short, full in lexicon("nouns")["abbreviations"].items():
        found.setdefault(full, []).append(short)
    return found


def entity_name(noun: Words) -> str:
    """The name of an entity; ASCII, with `Record` in front of what no identifier begins with."""
    made = named(tuple(folded(word) for word in noun))
    if not made.isascii():
        return "Record"
    usable = made.isidentifier() and not iskeyword(made)
    return made if usable else f"Record{made}" if f"Record{made}".isidentifier() else "Record"
