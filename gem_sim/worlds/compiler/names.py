"""Reads tool and parameter names: words, verb, object, and what the verb does. Knows words, not worlds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from keyword import iskeyword
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from gem_sim.grammar import singular

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SPLIT = re.compile(r"[^A-Za-z0-9]+")


class Name(NamedTuple):
    """A tool name taken apart. `noun` is singular, without what follows a preposition."""

    verb: str
    noun: tuple[str, ...]
    many: bool


@cache
def lexicon() -> dict[str, Any]:
    """The word lists of `lexicon.yaml`."""
    return read_lists(Path(__file__).with_name("lexicon.yaml"))


def read_lists(file: Path) -> dict[str, Any]:
    """Word lists of a file of ours, read by the fast loader where there is one."""
    return dict(yaml.load(file.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506  (both are safe)


def words(name: str) -> list[str]:
    """`listOpenOrders` and `list_open-orders` as ["list", "open", "orders"]."""
    return [word.lower() for word in _SPLIT.split(_CAMEL.sub(" ", name)) if word]


@lru_cache(4096)
def parse(name: str) -> Name:
    """The parts of a tool name: its first word as the verb (behind a prefix, the first word that is a verb only), and the noun after it."""
    spelled = words(name) or [name]
    known = {verb for key in ("read_one", "read_many", "read_any", "create", "update", "delete") for verb in lexicon()[key]}
    sure = known - set(lexicon()["also_nouns"])
    at = 0 if spelled[0] in known else next((i for i, word in enumerate(spelled) if word in sure), 0)
    noun = spelled[at + 1 :] or spelled[:at]
    cut = next((i for i, word in enumerate(noun) if word in lexicon()["prepositions"] and i), len(noun))
    noun = noun[:cut]
    last = noun[-1] if noun else ""
    return Name(spelled[at], (*noun[:-1], singular(last)) if noun else (), bool(last) and singular(last) != last)


def is_personal(noun: str) -> bool:
    """Whether such a thing belongs to one person, so that people tell two of them apart by whose they are."""
    return noun in lexicon()["personal"]


@lru_cache(4096)
def is_person(entity: str) -> bool:
    """Whether the rows of an entity are people by its name: customers, members, patients."""
    return singular(words(entity)[-1]) in lexicon()["people"]


def label_among(fields: Iterable[str]) -> str | None:
    """The field by which people tell rows apart: a name or title, else whose it is. None where there is none."""
    return _label(tuple(fields))


@lru_cache(4096)
def _label(fields: tuple[str, ...]) -> str | None:
    """A field called so alone, then one of `full_name` and the like, then one that says whose name or what name it is."""
    found = [field for field in fields if field == "customer" or labels(field)]
    return next((field for field in found if field in ("name", "title", "label", "customer")), None) or next(
        (field for field in found if set(words(field)[:-1]) <= set(lexicon()["plain"])), found[0] if found else None
    )


def labels(field: str) -> bool:
    """Whether a field is a name or a title by its last word, and not a part of one or the name of an account."""
    spelled = words(field)
    return bool(spelled) and spelled[-1] in ("name", "title", "label", "subject", "headline") and not set(spelled) & set(lexicon()["partial"])


def is_own_label(field: str, entity: str, more: Iterable[str] = ()) -> bool:
    """Whether a field says what a row of the entity itself is called: `name`, `full_name`, of a server `server_name`."""
    whose, own = words(field)[:-1], words(entity)
    known = {*own, *map(singular, own), *lexicon()["plain"], *more}
    last = {*own[-1:], *map(singular, own[-1:]), *lexicon()["plain"], *more}
    return labels(field) and set(whose) <= known and (not whose or whose[-1] in last)


def camel(noun: tuple[str, ...]) -> str:
    """("pickup", "request") as `PickupRequest`; a name that no identifier can be made of as `Record`."""
    made = "".join(word.capitalize() for word in noun)
    usable = made.isidentifier() and not iskeyword(made)
    return made if usable else f"Record{made}" if f"Record{made}".isidentifier() else "Record"
