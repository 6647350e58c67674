"""Words of names and their stems: two names that differ in case, number or ending only have the same stems."""

import re
from functools import lru_cache

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")
_VOWEL = re.compile(r"[aeiouy]")
_LEAST = 3
"""Letters that an ending leaves at least."""
_ENDINGS = ("ization", "isation", "ation", "ition", "ment", "ings", "ing", "ions", "ion", "ed", "ance", "ence", "ness", "ly", "al", "er", "or", "e", "y", "i")
_DOUBLES = re.compile(r"([bdfgklmnprt])\1$")


def words(name: str) -> list[str]:
    """`listOpenOrders2` and `list_open-orders-2` as ["list", "open", "orders", "2"]."""
    return [part.lower() for part in _PARTS.findall(name)]


@lru_cache(20_000)
def stem(word: str) -> str:
    """A word without plural and without one common ending, in the manner of Porter's stemmer: `Categories` as `categor`, `booking` as `book`."""
    bare = _singular(word.lower())
    for ending in _ENDINGS:
        rest = bare.removesuffix(ending)
        if rest != bare and len(rest) >= _LEAST and _VOWEL.search(rest):
            return _DOUBLES.sub(r"\1", rest)
    return bare


def _singular(word: str) -> str:
    if len(word) <= _LEAST or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "uses", "zes")):
        return word[:-2]
    return word[:-1]


def stems(name: str) -> tuple[str, ...]:
    """The stems of the words of a name, in order."""
    return tuple(stem(word) for word in words(name))


def plain(name: str) -> str:
    """A name without case and marks, so that `orderId`, `order_id` and `Order-ID` are one."""
    return "".join(words(name))
