"""How a set names its tools: what stands around all names, and whether they are verbs and nouns, nouns and verbs, or methods and paths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from gem_sim.grammar import singular
from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler.reading.parts import parts_of, path_parts, split
from gem_sim.worlds.compiler.reading.verbs import glued, spoken
from gem_sim.worlds.compiler.reading.words import Words, is_many, listed, one, plain, words

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
_MOST = 0.6
"""Share of the names of a set that is most of them."""
_FEW = 3
"""Names from which on there is a style."""


class Style(NamedTuple):
    """How a set names its tools. `front` and `behind` stand around all names; `methods` and `ends` say that names are paths with the method there."""

    front: Words
    behind: Words
    methods: bool
    ends: bool
    last: bool
    """Whether the verb stands in the last part of most names."""
    spaces: frozenset[Words]
    """What only says which tools belong together: first parts of several names with a verb and a noun behind each."""
    glued: frozenset[str]
    """Nouns that names write as one word with their verb: `user` in `deleteuser` and `listusers`."""

    collections: frozenset[Words]
    """What stands in paths before the id of a thing in it, though it is in the singular or a verb: `order` in `/customers/{customerId}/order/{orderId}`."""

    @property
    def paths(self) -> bool:
        """Whether names are paths."""
        return self.methods or self.ends


def style(tools: Sequence[ToolSchema]) -> Style:
    """The style of a set."""
    spelled = [words(tool.name) for tool in tools]
    segments = [split(tool.name) for tool in tools]
    front = tuple(part for word in _around([tuple(part.lower() for part in name) for name in segments], at=0) for part in words(word))
    behind = _around(spelled, at=-1)
    last = _verbs_last([[words(part) for part in name] for name in segments])
    methods, ends = _methods(tools, spelled), _ends(tools, spelled)
    return Style(front, behind, methods, ends, last, _spaces(segments, front), _glued(spelled), _collections(tools, named=methods or ends))


def _spaces(segments: Sequence[Sequence[str]], front: Words) -> frozenset[Words]:
    """The first parts, behind `front`, of at least two names that all have a verb and a noun behind it."""
    behind: dict[Words, list[bool]] = {}
    for name in segments:
        first, *rest = [part for part in map(words, name) if part != front] or [()]
        inner = [word for part in rest for word in part]
        says = len(inner) > 1 and spoken(inner[0]) is not None and any(spoken(word) is None for word in inner[1:])
        behind.setdefault(first, []).append(says)
    return frozenset(first for first, says in behind.items() if len(says) > 1 and all(says) and spoken(first[0]) is None)


def _collections(tools: Sequence[ToolSchema], *, named: bool) -> frozenset[Words]:
    """Segments of paths before an id of theirs, or before a parameter where something is written or posted. `named` says that names are paths too."""
    ids = listed("nouns", "ids")
    owning: set[Words] = set()
    before: set[Words] = set()
    written: set[Words] = set()
    for tool in tools:
        path, method = (tool.hints.path, tool.hints.method) if tool.hints is not None else (None, None)
        parts = path_parts(path) if path is not None else parts_of(tool, path=True) if named else []
        held = [(part.words, words(item.parameter)) for part, item in pairwise(parts) if part.words and item.parameter is not None]
        before.update(segment for segment, _ in held)
        owning.update(segment for segment, item in held if ids.issuperset(item[-1:]) and "".join(item[:-1]) == "".join(one(segment)))
        if parts and method == "POST":
            written.add(parts[-1].words)
        elif held and parts[-1].parameter is not None and method in ("PUT", "PATCH", "DELETE"):
            written.add(held[-1][0])
    acting = {segment for segment in before & written if (found := spoken(segment[0])) is not None and found.sure}
    return frozenset(owning | (before & written - acting))


def _glued(names: Sequence[Words]) -> frozenset[str]:
    """The nouns, as written and in the singular, that stand behind two verbs at least with no mark between."""
    pairs = [pair for name in names for word in name for pair in glued(word)]
    verbs: dict[str, set[str]] = {}
    for opening, rest in pairs:
        verbs.setdefault(singular(rest), set()).add(opening)
    return frozenset(noun for _, rest in pairs for noun in (rest, singular(rest)) if len(verbs[singular(rest)]) > 1)


def _ends(tools: Sequence[ToolSchema], spelled: Sequence[Words]) -> bool:
    """Whether names are paths and methods behind them: most end as such, and some write or spell a parameter as only paths do."""
    ends = [name[-1] for name in spelled if len(name) > 1 and name[-1] in METHODS]
    return len(ends) >= max(2, _MOST * len(spelled)) and (not {"post", "put", "patch"}.isdisjoint(ends) or any(map(_spells_id, tools)))


def _methods(tools: Sequence[ToolSchema], spelled: Sequence[Words]) -> bool:
    """Whether names are methods and paths: most begin as such, and some write, or spell a parameter as only paths do."""
    methods = [name[0] for name in spelled if name and name[0] in METHODS]
    if len(methods) < _MOST * len(spelled):
        return False
    writing = sum(name in ("post", "put", "patch") for name in methods)
    return writing > 1 or any(_spells_id(tool) or (len(methods) == len(spelled) and _spells_item(tool)) for tool in tools)


def _spells_id(tool: ToolSchema) -> bool:
    return any(part.parameter is not None and listed("nouns", "ids").issuperset(words(part.parameter)[-1:]) for part in parts_of(tool, path=True))


def _spells_item(tool: ToolSchema) -> bool:
    """Whether a name has a parameter behind a noun in the plural, or behind its own name."""
    parts = parts_of(tool, path=True)[1:]
    return any(part.parameter is not None and (is_many(before.words) or plain(part.parameter) == "".join(before.words)) for before, part in pairwise(parts))


def _verbs_last(names: Sequence[Sequence[Words]]) -> bool:
    """Whether most names of several parts have a verb at the beginning of the last, and few have a sure one at the very beginning."""
    several = [name for name in names if len(name) > 1 and name[0] and name[-1]]
    last = sum(spoken(name[-1][0]) is not None for name in several)
    first = sum((found := spoken(name[0][0])) is not None and found.sure for name in several)
    return len(several) >= _FEW and last >= _MOST * len(several) and first < len(several) / 2


def _around(names: Sequence[Words], *, at: int) -> Words:
    """The word in front of (0) or behind (-1) most names, where they still have a noun without it: half of them in front, all behind."""
    filled = [name for name in names if name]
    if len(filled) < _FEW:
        return ()
    word, count = Counter(name[at] for name in filled).most_common(1)[0]
    if count < _MOST * len(names) or spoken(word) is not None or word in METHODS:
        return ()
    rests = [name[1:] if at == 0 else name[:-1] for name in filled if name[at] == word]
    prepositions = listed("nouns", "prepositions")
    nouns = sum(any(spoken(part) is None and part not in prepositions for part in rest) for rest in rests)
    return (word,) if all(rests) and nouns >= (len(rests) / 2 if at == 0 else len(rests)) else ()
