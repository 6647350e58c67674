"""The word lists of `words.yaml` and `things.yaml`, and fields' names in their words."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from gem_sim.worlds.compiler.names import read_lists, words

LEAST = 2
"""Letters that a part of a run-together word has at least."""


@cache
def lists() -> dict[str, Any]:
    """The lists of `words.yaml`."""
    return _read("words.yaml")


@cache
def things() -> dict[str, Any]:
    """The lists of `things.yaml`."""
    return _read("things.yaml")


def _read(name: str) -> dict[str, Any]:
    return read_lists(Path(__file__).with_name(name))


@cache
def strong() -> dict[str, str]:
    """A word, or two of them, to the maker that it decides; `list:...` for a list of texts."""
    made = {phrase: f"list:{phrase}" for phrase in lists()["lists"] if phrase not in lists()["weak"]["list"]}
    return made | {phrase: maker for maker, phrases in lists()["meanings"].items() for phrase in phrases}


@cache
def weak() -> dict[str, str]:
    """Words that decide only where no other does."""
    made = {phrase: maker for maker, phrases in lists()["weak"].items() for phrase in phrases if maker != "list"}
    return made | {phrase: f"list:{phrase}" for phrase in lists()["weak"]["list"] if phrase in lists()["lists"]}


@cache
def _known() -> frozenset[str]:
    moments = {word for group in lists()["moments"].values() for word in group}
    return frozenset(word for phrase in (*strong(), *weak()) for word in phrase.split()) | moments


@lru_cache(8192)
def spelled(name: str) -> tuple[str, ...]:
    """The words of a name: camelCase, kebab, snake and run-together ones apart, digits at the end and a lone first letter left out."""
    found: list[str] = []
    for word in words(name):
        bare = word.rstrip("0123456789") or word
        found += _apart(bare)
    return tuple(found[1:] if len(found) > 1 and len(found[0]) == 1 else found)


def _apart(word: str) -> tuple[str, ...]:
    """`zipcode` and `merchantaccount` in two words where both are known."""
    if word in _known():
        return (word,)
    for cut in range(len(word) - LEAST, LEAST, -1):
        if word[:cut] in _known() and word[cut:] in _known():
            return word[:cut], word[cut:]
    for tail in ("uuid", "guid", "ids", "id"):
        if word.endswith(tail) and len(word) - len(tail) >= LEAST and word not in lists()["no_ids"]:
            return word.removesuffix(tail), tail
    return (word,)
