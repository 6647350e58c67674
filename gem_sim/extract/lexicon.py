"""The word lists of extraction and what is computed from them: forms of verbs, singulars. Knows words, not sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

Group = Literal["create", "change", "update", "delete", "list", "get", "input", "ui"]
Form = Literal["base", "third", "gerund", "participle"]
GROUPS: tuple[Group, ...] = ("create", "change", "update", "delete", "list", "get", "input", "ui")
WRITES = frozenset(("create", "change", "update", "delete"))

_FOLDER = Path(__file__).parent / "lexicons"


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of the lexicon. `states` are those of a new thing (create) or the resulting one (change); `before` those it starts from."""

    base: str
    name: str
    """How it is spelled in a tool name."""
    group: Group
    states: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    also_noun: bool = False


@cache
def load(name: str) -> Any:
    """A word list by file name."""
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return yaml.safe_load(text) if name.endswith(".yaml") else tuple(text.split())


@cache
def nouns(kind: str) -> frozenset[str]:
    """One class of nouns.yaml as a set."""
    return frozenset(str(load("nouns.yaml")[kind]).split())


@cache
def verbs() -> dict[str, Verb]:
    """Verbs by base form, two-word verbs among them."""
    data = load("verbs.yaml")
    also_nouns = set(data["also_nouns"].split())
    found: dict[str, Verb] = {}
    for group in GROUPS:
        for base, states in data[group].items():
            after, _, before = str(states).partition("<")
            name = str(data["as"].get(base, base)).replace(" ", "_")
            found.setdefault(base, Verb(base, name, group, tuple(after.split()), tuple(before.split()), base in also_nouns))
    for phrase, base in data["extra"].items():
        like = found[base]
        found[phrase] = Verb(phrase, str(data["as"].get(phrase, base)), like.group, like.states, like.before)
    return found


@cache
def forms() -> dict[str, tuple[Verb, Form]]:
    """Every inflected form of every verb; for two-word verbs the first word is inflected."""
    table: dict[str, tuple[Verb, Form]] = {}
    for verb in verbs().values():
        for form, spelled in _spellings(verb.base):
            table.setdefault(spelled, (verb, form))
    return table


def _spellings(base: str) -> Iterator[tuple[Form, str]]:
    data = load("verbs.yaml")
    head, _, rest = base.partition(" ")
    tail = f" {rest}" if rest else ""
    stem = head + head[-1] if head in data["doubled"].split() else head
    stem = stem[:-1] if stem.endswith("e") and not stem.endswith("ee") else stem
    past, participle = _past(head, stem, data["irregular"])
    yield "base", head + tail
    yield "third", _third(head) + tail
    yield "gerund", f"{stem}ing{tail}"
    yield "participle", participle + tail
    if past != participle:
        yield "participle", past + tail
    if head.endswith("l") and head in data["doubled"].split():
        # American spelling does not double an l.
        yield "participle", f"{head}ed{tail}"
        yield "gerund", f"{head}ing{tail}"


def _past(head: str, stem: str, irregular: dict[str, str]) -> tuple[str, str]:
    if head in irregular:
        past, participle = irregular[head].split()
        return past, participle
    spelled = f"{head[:-1]}ied" if re.search(r"[^aeiou]y$", head) else f"{stem}ed"
    return spelled, spelled


def _third(head: str) -> str:
    if re.search(r"[^aeiou]y$", head):
        return f"{head[:-1]}ies"
    return f"{head}es" if re.search(r"(s|sh|ch|x|z|o)$", head) else f"{head}s"


def camel(name: str) -> str:
    """CamelCase of a snake_case name."""
    return "".join(part.capitalize() for part in name.split("_"))


@cache
def states() -> frozenset[str]:
    """Words that name the status of a thing; two words joined by an underscore."""
    named = {state for verb in verbs().values() for state in verb.states if verb.group != "create"}
    return frozenset(load("states.txt")) | frozenset(named)
