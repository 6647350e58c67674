"""The reading of a set: for every tool its kind, verb, entity, roles and references, with what speaks for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler.reading.drafts import Draft, drafts_of
from gem_sim.worlds.compiler.reading.housekeeping import Role, secrets
from gem_sim.worlds.compiler.reading.keys import Keys, scoping
from gem_sim.worlds.compiler.reading.kinds import WRITES
from gem_sim.worlds.compiler.reading.objects import GUESSED, Object, object_of, settled
from gem_sim.worlds.compiler.reading.parameters import Parameter
from gem_sim.worlds.compiler.reading.roles import Context, role, target
from gem_sim.worlds.compiler.reading.things import Things
from gem_sim.worlds.compiler.reading.verbs import Kind
from gem_sim.worlds.compiler.reading.words import Words, listed


@dataclass(frozen=True)
class ToolReading:
    """What one tool means.

    `entity` is None where it works on no things; an imagined tool has one where it looks at things that no state holds. `keys`
    name the row, those of what it stands in first; `made_key` names the row that a tool makes, where the caller does. `refs` maps
    parameters with the role ref to the entity they name. `aspect` are the words that name a part of the entity, as in `order_status`. `why` says
    what spoke for kind and entity; `doubts` what was not sure.
    """

    kind: Kind
    verb: str
    entity: str | None
    many: bool
    roles: dict[str, Role]
    refs: dict[str, str]
    keys: tuple[str, ...]
    made_key: str | None = None
    aspect: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a tool set means. `keys` maps each entity to the parameter that most tools name its rows by, where any does."""

    tools: dict[str, ToolReading]
    keys: dict[str, str] = field(default_factory=dict)


def read_set(tools: Sequence[ToolSchema]) -> Reading:
    """What the tools of a set mean, from names, descriptions, schemas and hints; nothing is run and no model is asked."""
    drafts = drafts_of(tools)
    things = Things(drafts)
    for draft in drafts:
        draft.decision = settled(draft, things)
    scope, secret = scoping(drafts), secrets(drafts)
    objects = [object_of(draft, things) for draft in drafts]
    finders = [Keys(draft, found.noun, things, scope) for draft, found in zip(drafts, objects, strict=True)]
    own = [finder.found(secret) for finder in finders]
    named = _named(own, objects)
    own = [keys or finder.elsewhere(named) for keys, finder in zip(own, finders, strict=True)]
    among = Context(things, scope, secret, named)
    read = {}
    for draft, found, keys, finder in zip(drafts, objects, own, finders, strict=True):
        read[draft.tool.name] = _tool(draft, found, keys, finder.of_new(), among)
    return Reading(read, keys_of(read))


def _named(own: Sequence[Sequence[Parameter]], objects: Sequence[Object]) -> dict[str, Counter[Words]]:
    """Parameters that are keys, with the things they are keys of and in how many tools; `id` may be one of any."""
    named: dict[str, Counter[Words]] = {}
    for keys, found in zip(own, objects, strict=True):
        for item in keys:
            if not (item.bare and item.strong):
                named.setdefault(item.name, Counter())[found.noun] += 1
    return named


def _tool(draft: Draft, found: Object, own: Sequence[Parameter], new: Sequence[Parameter], among: Context) -> ToolReading:
    kind, things = draft.kind, among.things
    looks = kind == "read" or (kind == "imagined" and draft.looks)
    roles = {item.name: role(item, draft, found.noun, [key.name for key in own], among) for item in draft.given}
    refs = {item.name: things.named(target(item, found.noun, among)) for item in draft.given if roles[item.name] == "ref"}
    wanted = [item.name for item in draft.given if item.name in refs and item.required] if own else []
    return ToolReading(
        kind=kind,
        verb=draft.name.word,
        entity=things.named(found.noun) if looks or kind in WRITES else None,
        many=looks and _many(draft, own, pages="paging" in roles.values()),
        roles=roles,
        refs=refs,
        keys=(*wanted, *(item.name for item in own)),
        made_key=next((item.name for item in new), None),
        aspect=found.aspect,
        why=(draft.decision.why, found.why),
        doubts=tuple(_doubts(draft, found, own)),
    )


def _doubts(draft: Draft, found: Object, own: Sequence[Parameter]) -> Iterator[str]:
    """What was not sure, each with its reason."""
    kind = draft.kind
    if not draft.decision.sure:
        yield f"kind {kind}: {draft.decision.why}"
    if found.why == GUESSED and kind in ("read", *WRITES):
        yield "entity: nothing says what it works on, so it is what most of the set does"
    if kind in ("update", "delete") and not own:
        yield f"key: no parameter names the row that it is to {kind}"


def _many(draft: Draft, own: Sequence[Parameter], *, pages: bool) -> bool:
    """Whether a read gives many rows. `pages` says that it is told which of them to give."""
    verb, told = draft.name.verb, draft.said
    if verb is not None and verb.many and not (own and draft.name.item):
        return True
    if own:
        return own[0].type == "array" or not listed("nouns", "several_ids").isdisjoint(own[0].words[-1:])
    logs = bool(draft.name.noun) and draft.name.noun[-1] in listed("nouns", "logs")
    if draft.many or logs or pages or (told.listed and not any(item.required and item.strong for item in draft.given)):
        return True
    same = told.noun[-1:] == draft.noun[-1:] or not draft.noun
    return (told.many and same) or (told.verb is not None and told.verb.many)


def keys_of(read: dict[str, ToolReading]) -> dict[str, str]:
    """Each entity with the parameter that most tools name its rows by."""
    counts: dict[str, Counter[str]] = {}
    for tool in read.values():
        own = [name for name, part in tool.roles.items() if part == "key"]
        if tool.entity is not None and len(own) == 1 and tool.kind != "imagined":
            counts.setdefault(tool.entity, Counter())[own[0]] += 1
    return {entity: names.most_common(1)[0][0] for entity, names in counts.items()}
