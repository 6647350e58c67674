"""Which parameter of a tool names the row that it works on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from gem_sim.worlds.compiler.reading.drafts import Draft
from gem_sim.worlds.compiler.reading.housekeeping import housekeeping, pages
from gem_sim.worlds.compiler.reading.parameters import SCALARS, Parameter, identifies, is_one_of, noun_in, says_unique, spelled
from gem_sim.worlds.compiler.reading.things import Things
from gem_sim.worlds.compiler.reading.words import Words, lexicon, listed, one

_OPTIONAL = 10
"""What a parameter that need not be given ranks behind one that must be."""
_UNSURE = 3
"""Rank from which on a parameter names no row of a tool that gives many, page by page."""
_WEAK = 7
"""Rank from which on only the lack of anything better speaks for a parameter."""
_MOST, _FEW = 0.6, 3
"""Share of the tools of a set that is most of them, and tools from which on that says something."""


class Keys:
    """Finds the keys of one tool, which works on `noun`."""

    def __init__(self, draft: Draft, noun: Words, things: Things, scope: Collection[str]) -> None:
        self.draft, self.noun, self.things, self.scope = draft, noun, things, scope

    def found(self, secret: Collection[str]) -> list[Parameter]:
        """The parameters that name the rows a tool works on; none where it makes a row or lists many."""
        kind, verb = self.draft.kind, self.draft.name.verb
        if kind not in ("read", "update", "delete") or (kind == "read" and verb is not None and verb.many and self.draft.name.item is None):
            return []
        free = [item for item in self.draft.given if item.name not in secret and not housekeeping(item, self.draft, self.noun, named=False)]
        ranked = [(rank, item) for item in free if (rank := self.rank(item)) is not None]
        if not ranked:
            return self._only_scope(free)
        best = min(rank for rank, _ in ranked)
        if best >= _UNSURE and pages(self.draft):
            return []
        found = [item for rank, item in ranked if rank == best]
        if best < _WEAK or len(found) == 1:
            return found
        others = [item for item in found if not listed("nouns", "persons").issuperset(item.words[-1:])] or found
        return [others[0] if kind == "update" else others[-1]]

    def of_new(self) -> list[Parameter]:
        """The parameter that names the row a tool makes, where the caller names it."""
        if self.draft.kind != "create":
            return []
        named = [item for item in self.draft.given if identifies(item) and not item.many and (item.name == self.draft.name.item or self._names_new(item))]
        return sorted(named, key=lambda item: (item.name != self.draft.name.item, not item.strong, not item.required))[:1]

    def _names_new(self, item: Parameter) -> bool:
        root = self.things.root(item.noun)
        ours = bool(root) and (root == self.noun or (not item.strong and root == self.noun[: len(root)]))
        return ours or (item.bare and item.strong) or one(item.words) == self.noun

    def _only_scope(self, free: Sequence[Parameter]) -> list[Parameter]:
        """What most tools require names the row where a tool takes nothing else."""
        alone = [item for item in free if item.required and identifies(item)] if not pages(self.draft) else []
        lone = len(alone) == 1 and (alone[0].name in self.scope or bool(self.draft.name.place))
        return alone if lone and not (self.draft.kind == "read" and self.draft.many) else []

    def rank(self, item: Parameter) -> int | None:
        """How well a parameter names the row, 0 best; None where it does not."""
        draft = self.draft
        listing = draft.kind == "read" and draft.many
        if item.name == draft.name.item and item.type in SCALARS and (item.strong or item.bare or not draft.said.many):
            return 0
        if not (identifies(item) or (item.many and item.noun and not item.choices)) or (draft.kind == "update" and _begins(item, "changing")):
            return None
        if listing and not item.required:
            return None
        late = 0 if item.required else _OPTIONAL
        if item.strong and item.noun and self.things.root(item.noun) == self.noun:
            return late
        if listing:
            return None
        named = self._by_name(item)
        if named is not None:
            return named + late if item.required or draft.kind != "update" or one(item.words) == self.noun else None
        return self._by_text(item, late)

    def _by_name(self, item: Parameter) -> int | None:
        """The rank of a parameter that is called as the noun, or as the noun and an id word."""
        if self.draft.name.word in listed("verbs", "setting") and item.words == self.noun:
            return None
        root = self.things.root(item.noun)
        ends = root and not item.strong and root == self.noun[-len(root) :]
        rest = spelled(item).removeprefix("".join(self.noun))
        glued = rest != spelled(item) and (rest in listed("nouns", "ids") or rest in listed("nouns", "weak_ids"))
        return 1 if one(item.words) == self.noun or ends or glued else None

    def _by_text(self, item: Parameter, late: int) -> int | None:
        """The rank of a parameter that its text, or another parameter, says to name the row."""
        if self._was(item) or (self.draft.kind == "update" and item.required and self._moved(item)):
            return 2
        told = self.things.root(noun_in(item.text)) if item.text and not self.draft.searches else ()
        if item.bare:
            if self.draft.kind == "read" and told != self.noun and told == self.noun[: len(told)] and item.strong and self.things.is_thing(told):
                return None
            same = bool(told) and (told[-1:] == self.noun[-1:] or (item.strong and told[:1] == self.noun[:1]))
            if item.strong or same:
                return (1 if not told else 2 if same else 5) + late
            if told and told[:1] == self.noun[:1]:
                return None if self.things.is_thing(told) else 5 + late
        root = self.things.root(item.noun)
        if root and item.strong and (root[-1] == self.noun[-1] or (set(root) & set(self.noun) and not self.things.weight[root])):
            return 3 + late
        return self._for_want(item) if item.required else None

    def _was(self, item: Parameter) -> bool:
        """Whether a parameter says what something was, and another one what it becomes: `old_name` beside `new_name`."""
        others = [other for other in self.draft.given if other.words[1:] == item.words[1:] and _begins(other, "changing")]
        return len(item.words) > 1 and _begins(item, "former") and bool(others)

    def _moved(self, item: Parameter) -> bool:
        """Whether a parameter says what is moved or renamed, and another one where to or how."""
        target = lexicon("roles")["moves"].get("".join(item.words))
        if target is not None:
            return any(other.words == (target,) for other in self.draft.given)
        others = [other for other in self.draft.given if other.required and other is not item]
        return identifies(item) and len(others) == 1 and len(others[0].words) > 1 and _begins(others[0], "changing")

    def _for_want(self, item: Parameter) -> int | None:
        """The rank of a required parameter that may be all there is to name anything."""
        kind, last = self.draft.kind, item.words[-1] if item.words else ""
        if self.draft.searches or item.name in self.scope or (item.strong and self.things.weight[self.things.root(item.noun)]):
            return None
        if last in listed("nouns", "attributes") or is_one_of(item, "search"):
            return None
        if kind == "update" and item.bare and last in listed("nouns", "doubtful_keys") and not says_unique(item):
            return None
        if item.bare or item.noun or says_unique(item):
            return _WEAK if item.strong or item.bare else _WEAK + 1
        wanted = [other for other in self.draft.given if other.required and identifies(other) and other.name not in self.scope]
        return _WEAK + 2 if len(wanted) == 1 and kind in ("read", "delete") and item.type != "number" else None

    def elsewhere(self, keyed: Mapping[str, Collection[Words]]) -> list[Parameter]:
        """The parameter of a tool that names rows of its thing in other tools."""
        if self.draft.kind not in ("read", "update", "delete") or (self.draft.kind == "read" and self.draft.many):
            return []
        return [item for item in self.draft.given if item.required and self.noun in keyed.get(item.name, ()) and identifies(item)][:1]


def _begins(item: Parameter, key: str) -> bool:
    return bool(item.words) and item.words[0] in listed("roles", key)


def scoping(drafts: Sequence[Draft]) -> set[str]:
    """Parameters that stand in most tools of a set and are required or ids, as a tenant or a project is."""
    if len(drafts) < _FEW:
        return set()
    counts = Counter(item.name for draft in drafts for item in draft.given if _may_scope(item))
    return {name for name, count in counts.items() if count >= _MOST * len(drafts)}


def _may_scope(item: Parameter) -> bool:
    attributes = listed("nouns", "attributes") - listed("nouns", "places")
    own = len(item.words) == 1 and item.words[0] in listed("nouns", "own")
    return (item.required or (item.strong and bool(item.noun))) and identifies(item) and attributes.isdisjoint(item.words[-1:]) and not own
