"""Nouns without the words that only say which, how many or how shown."""

from __future__ import annotations

from functools import lru_cache

from gem_sim.grammar import singular
from gem_sim.worlds.compiler.reading.words import Words, is_many, lexicon, listed, one


@lru_cache(20_000)
def cleaned(noun: Words) -> Words:
    """A noun in the singular, without words that only say which or how it is shown, short forms written out."""
    return one(_bare(noun)[0])


@lru_cache(20_000)
def counted(noun: Words, things: frozenset[str] = frozenset()) -> tuple[Words, bool]:
    """A noun as `cleaned` gives it, and whether it is written as many: `all_order_details` as ((order), True). Words for `things` stay."""
    bare, every = _bare(noun, things)
    return one(bare), is_many(bare) or (every and bool(bare))


def written_out(noun: Words) -> Words:
    """A noun without digits, its short forms written out."""
    short = lexicon("nouns")["abbreviations"]
    return tuple(part for word in noun if not word.isdigit() for part in short.get(word, word).split())


@lru_cache(20_000)
def _bare(noun: Words, things: frozenset[str] = frozenset()) -> tuple[Words, bool]:
    rest = list(written_out(noun))
    every = False
    first, last = listed("nouns", "qualifiers") - things, listed("nouns", "tails") - things
    while rest and (rest[0] in first or (len(rest) > 1 and rest[0] in listed("nouns", "heads"))):
        every = every or rest[0] in listed("nouns", "listing") or rest[0] in ("multiple", "many", "every")
        rest.pop(0)
    while len(rest) > 1 and (rest[-1] in last or (rest[-1] in first and is_many(tuple(rest[:-1])))):
        every = every or rest[-1] in listed("nouns", "listing")
        rest.pop()
    if len(rest) == 1 and rest[0] in listed("nouns", "empty") - things:
        return (), every
    told = [word for at, word in enumerate(rest) if at + 1 == len(rest) or singular(word) != singular(rest[at + 1])]
    return tuple(told), every
