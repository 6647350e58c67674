"""Names of tables, columns and parameters, compared by their words."""

from __future__ import annotations

from functools import lru_cache

from gem_sim.worlds.compiler.reading.words import Words, listed, one, words

_TAILS = (
    "id",
    "ids",
    "key",
    "keys",
    "uuid",
    "guid",
    "identifier",
    "code",
    "number",
    "no",
    "num",
    "name",
    "slug",
    "sku",
    "symbol",
    "reference",
    "ref",
    "handle",
)
"""Words behind a noun that make it the name of a key."""
_SURE = ("id", "key", "uuid", "guid", "identifier")
_FRESH = ("new", "target", "replacement", "desired", "updated", "next", "other")
_HELD = ("old", "current", "existing", "original", "former", "previous", "the")


@lru_cache(20_000)
def stems(name: str) -> Words:
    """The words of a name in the singular, without digits that number columns: `newBoxIds` as (new, box, id)."""
    return one(words(name))


def is_identifying(name: str) -> bool:
    """Whether a name ends as those of keys do."""
    found = stems(name)
    return bool(found) and (found[-1] in _TAILS or _is_glued(found[-1]))


def _is_glued(word: str) -> bool:
    return word.endswith("id") and word[:-2] in listed("nouns", "glued")


def noun_of(name: str) -> Words:
    """What the name of a key is the key of: `honey_jar_id` as (honey, jar), `id` as ()."""
    found = stems(name)
    if found and found[-1] in _TAILS:
        return found[:-1]
    if found and _is_glued(found[-1]):
        return (*found[:-1], found[-1][:-2])
    return found


def says_key(name: str) -> bool:
    """Whether a name says that it is a key and nothing else, as `hive_id` does and `hive_number` does not."""
    found = stems(name)
    return bool(found) and found[-1] in _SURE


def fresh(name: str) -> bool:
    """Whether a name says that its value is to take the place of another: `new_item_ids`."""
    found = stems(name)
    return len(found) > 1 and found[0] in _FRESH


def bare(name: str) -> Words:
    """The words of a name without those that only say which of several values is meant."""
    found = stems(name)
    while len(found) > 1 and found[0] in (*_FRESH, *_HELD):
        found = found[1:]
    return found


def ends_with(longer: Words, shorter: Words) -> bool:
    """Whether words end in other words, of which there are some."""
    return bool(shorter) and longer[-len(shorter) :] == shorter


def begins_with(longer: Words, shorter: Words) -> bool:
    """Whether words begin with other words, of which there are some."""
    return bool(shorter) and longer[: len(shorter)] == shorter
