"""What each parameter of a tool is for."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from gem_sim.worlds.compiler.reading.drafts import Draft
from gem_sim.worlds.compiler.reading.housekeeping import Role, housekeeping
from gem_sim.worlds.compiler.reading.kinds import WRITES
from gem_sim.worlds.compiler.reading.parameters import Parameter, identifies, noun_in, owner
from gem_sim.worlds.compiler.reading.things import Things
from gem_sim.worlds.compiler.reading.words import Words, listed, one

_IDS = re.compile(r"\bids?\b|\bidentifiers?\b", re.IGNORECASE)


class Context(NamedTuple):
    """What the rest of a set says of parameters: those of most tools, secrets, and which parameters are keys of which things."""

    things: Things
    scope: Collection[str]
    secrets: Collection[str]
    keys: Mapping[str, Mapping[Words, int]]


def role(item: Parameter, draft: Draft, noun: Words, keys: Collection[str], among: Context) -> Role:
    """The role of a parameter in a tool that works on `noun` and has these `keys`."""
    if item.choices is not None and len(item.choices) == 1 and item.required:
        return "presentation" if item.words[-1:] and item.words[-1] in listed("nouns", "shown") else "other"
    if item.name in keys:
        return "key"
    if item.name in among.secrets:
        return "credential"
    if item.name not in among.scope or not item.noun:
        found = housekeeping(item, draft, noun, named=item.name in among.keys)
        if found is not None:
            return found
    if draft.kind in ("compute", "imagined", "session"):
        return "input"
    return _of_thing(item, draft, noun, among)


def _of_thing(item: Parameter, draft: Draft, noun: Words, among: Context) -> Role:
    """The role of what is about things: a reference, a filter or a field."""
    refers = _refers(item, draft, noun, among)
    if draft.kind == "read":
        return "ref" if refers and (item.required or item.name in among.scope or not draft.many) else "filter"
    if draft.kind == "delete":
        return "ref" if refers else "other" if item.type == "boolean" else "field"
    own = draft.kind == "create" and not item.many and _is_own(item, noun, among.things)
    return "ref" if refers and (not own or draft.name.word in listed("verbs", "copying")) else "field"


def _is_own(item: Parameter, noun: Words, things: Things) -> bool:
    """Whether an id of a tool that makes a thing is the thing's own."""
    if not listed("nouns", "relating").isdisjoint(item.words[:1]):
        return False
    if item.noun or not (item.bare and item.strong):
        return bool(item.noun) and things.root(item.noun) == noun
    told = things.known(noun_in(item.text))
    return not told or told == noun


def _refers(item: Parameter, draft: Draft, noun: Words, among: Context) -> bool:
    """Whether a parameter names a row of another thing, or another row of this one."""
    things = among.things
    if draft.kind == "create" and item.required and draft.name.word in listed("verbs", "copying") and things.root(item.noun) == noun:
        return True
    filters_own = things.root(item.noun) == noun and draft.kind == "read" and draft.many and not item.required
    if filters_own or (draft.kind == "create" and not item.strong and _names_new(item, draft, noun, among)):
        return False
    if item.name in among.scope:
        return True
    attribute = listed("nouns", "attributes").issuperset(item.words[-1:]) and bool(item.words) and not things.weight[things.root(one(item.words))]
    if item.choices or item.type in ("boolean", "object") or attribute:
        return False
    lone_id = item.bare and item.strong and item.required and draft.kind == "read"
    if lone_id and things.is_thing(told := things.root(noun_in(item.text))) and told != noun:
        return True
    return bool(item.strong and item.noun) or _by_set(item, draft, noun, among) or _by_word(item, draft, noun, things) or _by_text(item, draft, noun, things)


def _names_new(item: Parameter, draft: Draft, noun: Words, among: Context) -> bool:
    """Whether a parameter of a tool that makes a thing is the thing's name, which other tools then find it by."""
    verb = draft.name.verb or draft.said.verb
    made = verb is None or verb.word in listed("verbs", "making")
    begins = item.noun == noun[: len(item.noun)] and item.name not in among.scope and not among.things.weight[among.things.root(item.noun)]
    called = bool(item.noun) and (begins or item.noun == noun[-len(item.noun) :])
    return made and (called or ((item.bare or bool(item.noun)) and noun in among.keys.get(item.name, ())))


def _by_set(item: Parameter, draft: Draft, noun: Words, among: Context) -> bool:
    """Whether other tools of the set say what a parameter names: they take it as a key, or work on what it is called after."""
    things, writes = among.things, draft.kind in ("create", "update")
    if item.required and not (writes and item.bare) and any(other != noun for other in among.keys.get(item.name, ())):
        return True
    if draft.kind == "read" and item.words == noun[: len(item.words)] != noun:
        return True
    if draft.kind == "read" and item.required and draft.name.owners.get(item.name) and identifies(item):
        return True
    root = things.root(item.noun or one(item.words))
    thing = things.weight[root] or things.keyed[root]
    aspect = len(root) == 1 and root[0] in listed("nouns", "aspects")
    names = bool(item.noun) and not (writes and item.name not in among.keys and _is_told(item))
    told = names or (item.required and not writes)
    return bool(thing) and root != noun and not aspect and identifies(item) and told


def _is_told(item: Parameter) -> bool:
    """Whether a parameter says something of another thing rather than which one is meant: `customer_email`, or a name that need not be given."""
    last = item.words[-1:]
    return not item.strong and not listed("nouns", "told").isdisjoint(last) and not (item.required and last == ("name",))


def _by_word(item: Parameter, draft: Draft, noun: Words, things: Things) -> bool:
    """Whether a parameter is called after a person or a thing that owns others: `store`, `cart`."""
    if not identifies(item) or not item.words:
        return False
    writes = draft.kind in ("create", "update")
    if item.required and not writes and item.words[-1] in listed("nouns", "persons"):
        return True
    single = draft.kind == "read" and not draft.many
    named = item.words[-1] in listed("nouns", "holders") and "name" not in item.text.lower().split()
    sure = item.strong or bool(things.weight[things.root(item.noun)])
    holder = named or (item.required and sure and not listed("nouns", "holders").isdisjoint(item.noun[-1:]))
    return holder and (writes or item.required or single) and things.root(item.noun or one(item.words)) != noun


def _by_text(item: Parameter, draft: Draft, noun: Words, things: Things) -> bool:
    """Whether the text says that a parameter is the id of a thing of the set."""
    if not item.text or item.bare or not identifies(item) or not _IDS.search(item.text):
        return False
    told = things.root(noun_in(item.text))
    return bool(told) and bool(things.weight[told]) and (told != noun or draft.kind in WRITES[:2])


def target(item: Parameter, noun: Words, among: Context) -> Words:
    """The thing that a reference names: what it is the id of, what its text says, what other tools take it for, or what it is called."""
    things = among.things
    called, told = things.root(item.noun or owner(item.words)), things.root(noun_in(item.text))
    others = {other: count for other, count in among.keys.get(item.name, {}).items() if other != noun and (item.bare or count > 1)}
    alias = [other for other, count in others.items() if 2 * count > sum(others.values())]
    return next((thing for thing in (called, told, *alias) if things.is_thing(thing)), called or told or one(item.words))
