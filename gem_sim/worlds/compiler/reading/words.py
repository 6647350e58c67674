"""Words of names and texts: where they begin and end, their base forms, and the word lists that all readings share."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from gem_sim.grammar import singular

Words = tuple[str, ...]

_PLURAL_CAPITALS = re.compile(r"(?<=[A-Z]{2})s(?![a-z])")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")
_GLUED = re.compile(r"(?<=[a-zA-Z]{3}[a-z])(?<!ear)(?<!and)(?=(?:using|by)[A-Z])")
_TEXT_WORDS = re.compile(r"[^\W_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}][a-z]+)?")
_LONGEST = 200
"""Letters of a name that are looked at."""
_LEAST = 3
"""Letters that are left at least when an ending is taken off."""


@cache
def lexicon(name: str) -> dict[str, Any]:
    """The word lists `name` beside this module."""
    return dict(yaml.safe_load(Path(__file__).with_name(f"{name}.yaml").read_text(encoding="utf-8")))


@cache
def listed(name: str, key: str) -> frozenset[str]:
    """One word list, to look words up in."""
    return frozenset(lexicon(name)[key])


@lru_cache(20_000)
def words(name: str) -> Words:
    """`listOpenOrders2`, `list_open-orders-2` as ("list", "open", "orders", "2"); `getOrderbyID` has the word `by`."""
    return tuple(part.lower() for part in _PARTS.findall(_GLUED.sub("_", _PLURAL_CAPITALS.sub("S", name[:_LONGEST]))))


def plain(name: str) -> str:
    """A name without case and marks, so that `orderId`, `order_id` and `Order-ID` are one."""
    return "".join(words(name))


def text_words(text: str) -> list[str]:
    """The words of a text in lower case."""
    return [word.lower() for word in _TEXT_WORDS.findall(text)]


@lru_cache(20_000)
def folded(word: str) -> str:
    """A word in lower case and without accents: `Créer` as `creer`."""
    apart = unicodedata.normalize("NFKD", word.lower())
    return unicodedata.normalize("NFC", "".join(letter for letter in apart if not unicodedata.combining(letter)))


@lru_cache(20_000)
def bases(word: str) -> Words:
    """A verb and what it may be a form of: `applies` as (applies, apply, applie), `creating` as (creating, creat, create)."""
    found = [word]
    if word.endswith("ies") and len(word) > _LEAST + 1:
        found.append(word[:-3] + "y")
    for ending in ("s", "es", "ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= _LEAST and not word.endswith("ss"):
            found.append(rest)
            if ending in ("ing", "ed"):
                found += [rest + "e", *([rest[:-1]] if rest[-1] == rest[-2] else [])]
    return tuple(found)


@lru_cache(20_000)
def one(noun: Words) -> Words:
    """A noun with all its words in the singular."""
    irregular = lexicon("nouns")["irregular"]
    return tuple(irregular.get(word) or (word if word in listed("nouns", "always_many") else singular(word)) for word in noun)


def is_many(noun: Words) -> bool:
    """Whether a noun is in the plural."""
    if not noun or noun[-1] in listed("nouns", "never_many"):
        return False
    return singular(noun[-1]) != noun[-1] or noun[-1] in listed("nouns", "always_many")


def named(noun: Words) -> str:
    """("pickup", "request") as `PickupRequest`."""
    return "".join(word[:1].upper() + word[1:] for word in noun)
