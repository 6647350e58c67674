"""English nouns: singular, plural, article. A thin, cached layer over a library, with the few words that it gets wrong."""

from __future__ import annotations

import re
from functools import lru_cache

import inflection

_SINGULARS = {"ids": "id", "urls": "url", "leaves": "leave", "cookies": "cookie", "pies": "pie", "ties": "tie", "valves": "valve", "bases": "base"}
_PLURALS = {"hero": "heroes", "leave": "leaves", "data": "data", "valve": "valves"}
_IRREGULAR = ("people", "children", "criteria", "media", "men", "women", "mice", "feet")
_AN = re.compile(r"(?!uni|use|usu|eu|one\b|once\b|ur[aeiou])[aeiou]|hour|honest|heir", re.IGNORECASE)


@lru_cache(maxsize=20_000)
def singular(word: str) -> str:
    """`parcels` as `parcel`; a word that is no plural stays as it is."""
    if word in _SINGULARS:
        return _SINGULARS[word]
    regular = word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3
    return inflection.singularize(word) if word.isascii() and word.isalpha() and (regular or word in _IRREGULAR) else word


@lru_cache(maxsize=20_000)
def plural(word: str) -> str:
    """`parcel` as `parcels`; of a snake_case name the last word."""
    head, mark, last = word.rpartition("_")
    made = _PLURALS.get(last) or (inflection.pluralize(last) if last.isascii() and last.isalpha() else f"{last}s")
    return f"{head}{mark}{made}"


@lru_cache(maxsize=4_000)
def article(phrase: str) -> str:
    """The phrase with a or an in front."""
    return f"{'an' if _AN.match(phrase) else 'a'} {phrase}"
