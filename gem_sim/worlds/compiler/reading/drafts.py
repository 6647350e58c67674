"""A tool while it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler.reading.kinds import WRITES, Decision, decide
from gem_sim.worlds.compiler.reading.names import Name, read_name
from gem_sim.worlds.compiler.reading.nouns import cleaned, counted
from gem_sim.worlds.compiler.reading.parameters import Parameter, identifies, parameters
from gem_sim.worlds.compiler.reading.style import style
from gem_sim.worlds.compiler.reading.texts import Said, said, told_apart
from gem_sim.worlds.compiler.reading.verbs import Kind
from gem_sim.worlds.compiler.reading.words import Words, listed, one

_FEW, _NEARLY_ALL = 5, 0.85
"""Tools of a set from which on its other tools say something of one, and the share that is nearly all of them."""
_SOME, _MOST = 3, 0.6
"""Tools that are handed what they transform, and their share of a set, from which on that is what the set is for."""


@dataclass
class Draft:
    """What a tool's own words say: `noun` in the singular, `many` where it is written as many, `ids` are the parameters that name things."""

    tool: ToolSchema
    name: Name
    said: Said
    given: list[Parameter]
    decision: Decision
    noun: Words = ()
    many: bool = False
    ids: list[Parameter] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        """The kind so far."""
        return self.decision.kind

    @property
    def looks(self) -> bool:
        """Whether its verb reads things, whatever kind of tool it is."""
        kinds = [verb.kind for verb in (self.name.verb, self.said.verb) if verb is not None]
        return (
            self.decision.things
            and "imagined" not in kinds
            and (self.name.method == "get" or kinds[:1] == ["read"] or self.name.word in listed("verbs", "listening"))
        )

    @property
    def lists(self) -> bool:
        """Whether its verb or its noun says that many rows come back."""
        verbs = (self.name.verb, self.said.verb)
        return self.kind == "read" and (self.many or any(verb is not None and verb.many for verb in verbs))

    @property
    def searches(self) -> bool:
        """Whether it looks for a row by what the row has."""
        return self.kind == "read" and self.name.verb is not None and self.name.verb.word in listed("verbs", "searching")


def drafts_of(tools: Sequence[ToolSchema]) -> list[Draft]:
    """The tools of a set, each as its own words and the style of the set say."""
    how, texts = style(tools), told_apart([tool.description or "" for tool in tools])
    given = [parameters(tool) for tool in tools]
    things = frozenset(item.noun[0] for items in given for item in items if item.strong and len(item.noun) == 1)
    told = sum(map(bool, given)) < _FEW or any(item.required for items in given for item in items)
    drafts = []
    for tool, text, items in zip(tools, texts, given, strict=True):
        about = said(text)
        name = read_name(tool, how, about)
        drafts.append(_draft(tool, about, name, [_owned(item, name) for item in items], things))
    return _only_transform(_only_reads(drafts if told else [replace(draft, given=_wanted(draft)) for draft in drafts]))


def _wanted(draft: Draft) -> list[Parameter]:
    """The parameters where the set says of none that it must be given: those that name a thing must."""
    noun = draft.noun
    names = [identifies(item) and (one(item.words) in (noun, noun[: len(item.words)]) or item.strong) for item in draft.given]
    return [item._replace(required=name) for item, name in zip(draft.given, names, strict=True)]


def _draft(tool: ToolSchema, about: Said, name: Name, given: list[Parameter], things: frozenset[str]) -> Draft:
    """`things` are words that name things of the set, though elsewhere they may only say which or how many."""
    noun, many = counted(name.noun, things)
    decision, item = decide(tool, name, about, given), next((item for item in given if item.name == name.item), None)
    if item is not None and decision.kind == "read" and _gathers(item, about, noun):
        name = name._replace(item=None)
    while len(noun) > 1 and name.word in listed("verbs", "marking") and (noun[-1].endswith("ed") or noun[-1] in listed("nouns", "states")):
        noun = noun[:-1]
    by_id = name.item is not None and (not about.many or (item is not None and item.strong))
    ids = [item for item in given if item.noun and (identifies(item) or item.many)]
    return Draft(tool, name, about, given, decision, noun, many and not name.last and not by_id, ids)


def _gathers(item: Parameter, about: Said, noun: Words) -> bool:
    """Whether the parameter that a path ends in is the id of something else, which the listed rows belong to: `/clients/{apiId}`."""
    return about.listed and item.strong and bool(item.noun) and bool({*noun[-1:]} & {*about.noun}) and not {*item.noun} & {*noun}


def _owned(item: Parameter, name: Name) -> Parameter:
    """A parameter of a path that is no more than `id` is the id of the noun before it."""
    owner = cleaned(name.owners.get(item.name, ()))
    return item._replace(noun=owner, strong=True, bare=False) if item.bare and owner else item


def _only_reads(drafts: list[Draft]) -> list[Draft]:
    """Where nearly all other tools of a set read, a word that is only perhaps a verb of change is a noun."""
    reads = sum(draft.kind in ("read", "imagined", "compute") for draft in drafts)
    if len(drafts) < _FEW or reads < _NEARLY_ALL * (len(drafts) - 1):
        return drafts
    return [
        _as_read(draft) if draft.kind in WRITES and not draft.decision.sure and draft.tool.kind is None and not _says_it_acts(draft.said) else draft
        for draft in drafts
    ]


def _only_transform(drafts: list[Draft]) -> list[Draft]:
    """Where most tools are handed a file or a text, and no other one shows things, nothing is kept: a text is a model's to work on, a file is computed with."""
    handed = {id(draft): last for draft in drafts if (last := _handed(draft)) is not None}
    others = [draft for draft in drafts if id(draft) not in handed]
    keeps = any(draft.many or draft.ids or (draft.kind in WRITES and draft.decision.sure) for draft in others)
    if keeps or len(handed) < max(_SOME, _MOST * len(drafts)):
        return drafts
    return [_as_transforming(draft, handed[id(draft)]) if id(draft) in handed else draft for draft in drafts]


def _handed(draft: Draft) -> str | None:
    """The word for the file or text that a tool transforms; None where it takes none, or an id of anything."""
    wanted = [item for item in draft.given if item.required] or draft.given
    last = next((item.words[-1] for item in wanted if item.words and item.words[-1] in listed("roles", "contents")), None)
    return None if any(item.strong for item in draft.given) else last


def _as_transforming(draft: Draft, last: str) -> Draft:
    if draft.kind not in ("read", *WRITES) or draft.tool.kind is not None:
        return draft
    kind: Kind = "imagined" if last in listed("roles", "prose") else "compute"
    return replace(draft, decision=Decision(kind, sure=False, why=f"all tools are handed a {last}", things=False))


def _says_it_acts(about: Said) -> bool:
    """Whether a description has a verb of change and something that it acts on: "Start a race", not "Schedule" or "Starting players"."""
    verb = about.verb
    return verb is not None and verb.kind in WRITES and not about.word.endswith("ing") and (verb.sure or len(about.sentence.split()) > 2)


def _as_read(draft: Draft) -> Draft:
    return replace(draft, decision=Decision("read", sure=False, why=f"all other tools read; {draft.decision.why}"))
