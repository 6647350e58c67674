"""Reads phrasings: Markdown whose list items are patterns. Knows their form, nothing of who speaks.

A file has a heading, items, and sections with items of their own: named parts. In an item

- `{name}` is one item of the section `name` of the same file, else of the file `parts/name.md`;
- `[one|other|]` is one of these texts, the last one empty;
- `{{ expression }}` is rendered by Jinja2;
- `*formal, with given, without who*` in front keeps the item to speakers of that tone (`not formal`: to all others) and to
  beats whose facts hold something under these names, or hold nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from jinja2 import Template

from gem_sim import prompts
from gem_sim.errors import InputError

_TOKEN = re.compile(r"(\{\{.*?\}\}|\{[a-z]+\}|[\[\]|])")
_TAGS = re.compile(r"\*([^*]+)\* ?")
_USED = re.compile(r"""\{([a-z]+)\}|(?<!named)\([^()]*"([a-z]+)"(?=\))""")


@dataclass(frozen=True)
class Part:
    """A place that an item of another list fills. `key` is what `patterns` takes."""

    key: str


@dataclass(frozen=True)
class OneOf:
    """A place with several texts."""

    options: tuple[Nodes, ...]


Nodes = tuple[str | Part | OneOf | Template, ...]


@dataclass(frozen=True)
class Pattern:
    """One item: for which tones and facts it is, and what it is made of."""

    nodes: Nodes
    tones: frozenset[str]
    others: frozenset[str]
    needs: tuple[str, ...]
    lacks: tuple[str, ...]


@cache
def patterns(key: str) -> tuple[Pattern, ...]:
    """The items of a list: `open` of the file itself, `open#request` of its section, `parts/tail#date` of a shared file.

    Raises InputError where there is no such list or an item is malformed.
    """
    file, _, section = key.partition("#")
    lists = prompts.lists(f"offline/{file}")
    if not lists.get(section):
        raise InputError(f"prompts/offline/{file}.md: no list of phrasings{f' under {section!r}' if section else ''}")
    return tuple(_pattern(file, item) for item in lists[section])


def has(key: str) -> bool:
    """Whether there is such a list."""
    file, _, section = key.partition("#")
    return section in prompts.lists(f"offline/{file}")


@cache
def files(act: str) -> tuple[str, ...]:
    """The prompts that the phrasing of an act draws on, itself first: `offline/open`, `offline/parts/hello`."""
    found = [f"offline/{act}"]
    for name in found:
        own = prompts.lists(name)
        used = [one or other for one, other in _USED.findall(prompts.source(name))]
        shared = [f"offline/parts/{part}" for part in used if part not in own]
        found += [part for part in dict.fromkeys(shared) if part not in found]
    return tuple(found)


def _pattern(file: str, item: str) -> Pattern:
    tags = _TAGS.match(item)
    marks = [mark.strip() for mark in tags[1].split(",")] if tags else []
    tokens = iter(token for token in _TOKEN.split(item[tags.end() :] if tags else item) if token)
    nodes, last = _sequence(file, tokens)
    if last:
        raise InputError(f"prompts/offline/{file}.md: a bracket too many in {item!r}")
    return Pattern(
        nodes=nodes,
        tones=frozenset(mark for mark in marks if " " not in mark),
        others=frozenset(_after("not", marks)),
        needs=tuple(_after("with", marks)),
        lacks=tuple(_after("without", marks)),
    )


def _after(word: str, marks: list[str]) -> Iterator[str]:
    return (mark.removeprefix(f"{word} ") for mark in marks if mark.startswith(f"{word} "))


def _sequence(file: str, tokens: Iterator[str]) -> tuple[Nodes, str]:
    """Nodes up to the end or to the first `|` or `]` that belongs to an outer bracket, and that mark."""
    nodes: list[str | Part | OneOf | Template] = []
    for mark in tokens:
        if mark in ("|", "]"):
            return tuple(nodes), mark
        if mark == "[":
            nodes.append(_one_of(file, tokens))
        elif mark.startswith("{{"):
            nodes.append(prompts.template(mark))
        elif _TOKEN.fullmatch(mark):
            nodes.append(Part(_key(file, mark[1:-1])))
        else:
            nodes.append(mark)
    return tuple(nodes), ""


def _one_of(file: str, tokens: Iterator[str]) -> OneOf:
    options, mark = [], "|"
    while mark == "|":
        nodes, mark = _sequence(file, tokens)
        options.append(nodes)
    if mark != "]":
        raise InputError(f"prompts/offline/{file}.md: a bracket that does not close")
    return OneOf(tuple(options))


def _key(file: str, part: str) -> str:
    """Where a named part stands: in the same file, else in a file of its own."""
    return f"{file}#{part}" if part in prompts.lists(f"offline/{file}") else f"parts/{part}"
