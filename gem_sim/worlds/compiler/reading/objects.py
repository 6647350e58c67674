"""Which thing of a set a tool works on."""

from __future__ import annotations

from typing import NamedTuple

from gem_sim.worlds.compiler.reading.drafts import Draft
from gem_sim.worlds.compiler.reading.housekeeping import credential, pages
from gem_sim.worlds.compiler.reading.kinds import Decision
from gem_sim.worlds.compiler.reading.nouns import cleaned
from gem_sim.worlds.compiler.reading.parameters import Parameter, noun_in
from gem_sim.worlds.compiler.reading.things import Things
from gem_sim.worlds.compiler.reading.verbs import makes
from gem_sim.worlds.compiler.reading.words import Words, bases, listed, one, text_words, words

GUESSED = "most of the set"
"""What says what a tool works on where nothing of its own does."""


class Object(NamedTuple):
    """What a tool works on, the words of its noun that name a part of that, and what said so."""

    noun: Words
    aspect: Words
    why: str


def object_of(draft: Draft, things: Things) -> Object:
    """What a tool works on: a thing of which its noun is a part, its noun, or what else says it."""
    noun = things.root(draft.noun)
    within = any(item.required and _inside(things.root(item.noun), draft.noun) is not None for item in draft.ids)
    logs = within and not listed("nouns", "logs").isdisjoint(draft.noun[-1:]) and pages(draft)
    if noun and draft.kind != "create" and not draft.lists and not logs:
        part = _part(draft, draft.noun, things)
        if part is not None:
            return part
    if noun and not _is_aspect(noun, many=draft.many or (draft.kind == "create" and things.tools[noun] > 1)):
        return _changed(draft, noun, things) or _told(draft, noun, things) or Object(noun, (), "noun of the name")
    return _without_noun(draft, noun, things)


def _changed(draft: Draft, noun: Words, things: Things) -> Object | None:
    """The thing that a change of something else changes: where no other tool knows of that, and the thing's id is all there is to find it by."""
    if draft.kind != "update" or things.weight[noun] > 1 or things.keyed[noun]:
        return None
    ids = [(_named_by(item, things), item) for item in draft.given if item.required and not item.many and (item.bare or item.strong)]
    root, item = ids[-1] if ids else ((), None)
    return Object(root, noun, f"id {item.name}") if item is not None and things.weight[root] else None


def _named_by(item: Parameter, things: Things) -> Words:
    """The thing that an id names by its name, else by its text."""
    return things.root(item.noun) if item.noun else things.known(noun_in(item.text))


def _told(draft: Draft, noun: Words, things: Things) -> Object | None:
    """The thing that the description says a tool works on, where other tools know that one, and nobody the noun of the name."""
    told = things.known(draft.said.noun)
    if not told or draft.kind == "delete" or things.tools[told] < 2 or things.tools[draft.noun] > 1 or things.keyed[noun] or set(told) & set(noun):
        return None
    spoken_of = any(noun[-1] in bases(word) for word in text_words(draft.said.sentence))
    related = draft.many and any(item.required and things.root(item.noun) == told for item in draft.ids)
    return None if spoken_of or related else Object(told, (), "description")


def _is_aspect(noun: Words, *, many: bool) -> bool:
    """Whether a noun alone names no thing, only what things have: `status`; but `settings` are things."""
    return len(noun) == 1 and noun[0] in listed("nouns", "aspects") and (not many or noun[0] in listed("nouns", "labels"))


def _part(draft: Draft, noun: Words, things: Things) -> Object | None:
    """The thing of which the noun of a name is a part: `order status` with an order's id is an order."""
    for item in sorted(draft.ids, key=lambda item: (not item.required, not item.strong, item.many)):
        root = things.root(item.noun)
        at = _inside(root, noun)
        if root == noun or (one(item.words) == noun and not things.weight[root]):
            return None
        if at is None:
            continue
        rest = noun[at + len(root) :]
        if not rest:
            return Object(root, (), f"id {item.name}") if things.weight[root] else None
        own = any(things.root(other.noun) in (rest, noun) and not other.many for other in draft.ids)
        if not own and draft.kind != "delete":
            return Object(root, rest, f"id {item.name}")
    inner = draft.kind == "delete" and sum(item.required and item.strong for item in draft.ids) > 1
    for cut in range(len(noun) - 1, 0, -1) if not inner else ():
        front, rest = things.root(noun[:cut]), noun[cut:]
        if listed("nouns", "aspects").issuperset(rest) and things.is_thing(front):
            return Object(front, rest, "noun of the name, without a part of it")
    return None


def _inside(inner: Words, outer: Words) -> int | None:
    """Where one noun stands within a longer one."""
    places = range(len(outer) - len(inner) + 1) if inner and inner != outer else ()
    return next((at for at in places if outer[at : at + len(inner)] == inner), None)


def _without_noun(draft: Draft, aspect: Words, things: Things) -> Object:
    """What a tool works on whose name does not say it: what a key's text says, an id, the path, the description, the set."""
    for item in draft.given:
        if item.bare and not credential(item, draft, named=False) and (noun := noun_in(item.text)):
            return Object(things.root(noun), aspect, f"text of {item.name}")
    if draft.kind == "create" and not aspect and draft.name.word in listed("verbs", "naming"):
        return Object(things.root((draft.name.word,)), (), "verb of the name")
    if draft.kind in ("create", "delete") and (place := cleaned(draft.name.place)):
        return Object(things.root(place), (), "place in the name")
    by_id = None if draft.lists else _by_id(draft, aspect, things)
    if by_id is not None:
        return by_id
    owner, told = things.root(cleaned(draft.name.owner)), things.root(cleaned(draft.said.noun))
    if owner:
        return Object(owner, aspect, "path")
    if told and (not aspect or things.is_thing(told)):
        return Object(told, aspect, "description")
    if aspect:
        return Object(aspect, (), "noun of the name")
    return Object(things.main or cleaned(words(draft.tool.name)) or ("record",), (), GUESSED)


def _by_id(draft: Draft, aspect: Words, things: Things) -> Object | None:
    if draft.kind not in ("read", "update", "delete"):
        return None
    found = [item for item in draft.ids if item.strong or (item.required and things.weak[item.noun] > 1)]
    if aspect:
        found = [item for item in found if item.required and things.weight[things.root(item.noun)]]
    wanted = [item for item in found if item.required] or found
    if not wanted:
        return None
    item = wanted[-1]
    told = () if item.strong or things.weight[things.root(item.noun)] else things.known(noun_in(item.text))
    return Object(told or things.root(item.noun), aspect, f"id {item.name}")


def settled(draft: Draft, things: Things) -> Decision:
    """The kind of a tool that runs, checks or generates something, once the things are known.

    What has an id is a row, and running it changes it; what a prompt makes and nothing else names is a model's answer.
    """
    found, word = draft.decision, draft.name.word
    if found.kind not in ("imagined", "compute", "create", "update") or draft.name.verb is None:
        return found
    roots = {things.root(item.noun) for item in draft.ids if item.required and not item.many}
    its_own = _takes_its_id(draft, things)
    rows = its_own or any(things.weight[root] for root in roots)
    said = {verb.word for verb in (draft.name.verb, draft.said.verb) if verb is not None}
    if its_own and found.kind == "create" and not any(map(makes, said)):
        return Decision("update", sure=False, why=f"verb {word} with the id of what it works on")
    if found.kind == "update" and _has_one_made(draft, things):
        return Decision("create", sure=False, why=f"verb {word} without an id of what it works on")
    if found.kind == "create" or (found.kind == "update" and not found.sure):
        prompted = not rows and any(listed("roles", "prompts").issuperset(item.words) for item in draft.given if item.words)
        return Decision("imagined", sure=False, why="a model answers a prompt") if prompted and draft.tool.kind is None else found
    if found.kind == "update" or not rows or word not in listed("verbs", "running") | listed("verbs", "checking"):
        return found
    if word in listed("verbs", "checking"):
        return Decision("read", sure=False, why=f"verb {word} with the id of a row")
    noun = things.root(draft.noun)
    if its_own:
        return Decision("update", sure=False, why=f"verb {word} with the id of what it works on")
    given_in = any(listed("roles", "programs").issuperset(item.words[-1:]) for item in draft.given if item.words)
    own = not noun or any(noun[-len(root) :] == root for root in roots if root)
    if own or (not given_in and roots & things.written):
        return Decision("update", sure=False, why=f"verb {word} with the id of a row")
    return found


def _takes_its_id(draft: Draft, things: Things) -> bool:
    """Whether a tool requires an `id` that names no other thing than what the name of the tool does, and other tools work on that too."""
    noun = things.root(draft.noun)
    bare = [noun_in(item.text) for item in draft.given if item.required and item.bare and item.strong and not item.many]
    return bool(noun) and things.tools[draft.noun] > 1 and any(not told or things.root(told) == noun for told in bare)


def _has_one_made(draft: Draft, things: Things) -> bool:
    """Whether a tool that is told of no thing has one made that other tools work on: `assign` with "Assigns a number", `authorise` with "Creates an order"."""
    verb, hints, words_of = draft.said.verb, draft.tool.hints, draft.said.sentence.split()
    if draft.tool.kind is not None or things.tools[draft.noun] < 2 or any(_may_name_it(item, things) for item in draft.given):
        return False
    if verb is None or (hints is not None and hints.method not in (None, "POST")) or listed("texts", "ones").isdisjoint(words_of[1:2]):
        return False
    return verb.word in listed("verbs", "supplying") or (verb.kind == "create" and verb.sure)


def _may_name_it(item: Parameter, things: Things) -> bool:
    """Whether a parameter may say which thing a tool works on."""
    return item.strong or (item.required and (item.bare or bool(things.known(item.noun))))
