"""Tools while they are being put together: actions with the parameters the text gives them, and which tools govern which place.

Knows actions and fields; the schemas that come out of it are made by `tools`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gem_sim.extract.actions import Action, Plan
from gem_sim.extract.lexicon import load, nouns
from gem_sim.extract.parameters import MOST_FIELDS, Field
from gem_sim.extract.phrases import tokens
from gem_sim.extract.structure import Block, Sentence
from gem_sim.grammar import singular
from gem_sim.worlds.compiler.names import is_personal, label_among

_MONEY_VERBS = frozenset(["transfer", "withdraw", "deposit", "pay", "top_up", "send", "redeem", "refund"])


@dataclass(slots=True)
class Parameter:
    """One parameter of a draft."""

    name: str
    schema: dict[str, Any]
    required: bool


@dataclass(slots=True)
class Draft:
    """A write tool in the making. `references` are the other entities that its call names."""

    action: Action
    parameters: dict[str, Parameter] = field(default_factory=dict)
    references: dict[str, bool] = field(default_factory=dict)
    """Entity name to whether it must be given."""

    @property
    def name(self) -> str:
        """Name of the tool."""
        return self.action.name

    @property
    def creates(self) -> bool:
        """Whether the tool makes a new thing and so takes no key of its own."""
        return self.action.group == "create"

    @property
    def keys(self) -> tuple[str, ...]:
        """Entities whose key the call carries."""
        own = () if self.creates else (self.action.entity,)
        return (*own, *self.references)

    def take(self, name: str, schema: dict[str, Any], required: bool) -> None:
        """Adds a parameter, or sharpens the one of that name."""
        known = self.parameters.get(name)
        if known is None and len(self.parameters) < MOST_FIELDS:
            self.parameters[name] = Parameter(name, schema, required)
        elif known is not None:
            known.required = known.required and required
            if "enum" in schema and "enum" not in known.schema:
                known.schema = schema


class Places:
    """Which drafts govern a place in the text: its own words, then its heading, then what was last spoken of."""

    def __init__(self, blocks: list[Block], drafts: list[Draft], plan: Plan) -> None:
        self._blocks = blocks
        self.implied = plan.implied
        self.main = next((name for name in plan.entities if any(name == draft.action.entity or name in draft.references for draft in drafts)), "")
        self._by_sentence: dict[int, list[Draft]] = {}
        self._by_heading: dict[int, list[Draft]] = {}
        self._by_section: dict[int, list[tuple[int, Draft]]] = {}
        for draft in drafts:
            for use in draft.action.uses:
                if use.weight >= 1.0:
                    _add(self._by_sentence.setdefault(use.sentence.start, []), draft)
                if use.heading:
                    _add(self._by_heading.setdefault(use.block, []), draft)
                self._by_section.setdefault(use.section, []).append((use.sentence.start, draft))
        for spoken in self._by_section.values():
            spoken.sort(key=lambda row: row[0])

    def said(self, sentence: Sentence) -> list[Draft]:
        """Drafts whose verb and object stand in the sentence."""
        return self._by_sentence.get(sentence.start, [])

    def section(self, block: int) -> list[Draft]:
        """Drafts of the nearest heading that names some, else those spoken of under the block's heading."""
        at = self._heading(block)
        if at >= 0:
            return self._by_heading[at]
        found: list[Draft] = []
        for _, draft in self._by_section.get(self._under(block), []):
            _add(found, draft)
        return found

    def headed(self, block: int) -> bool:
        """Whether a heading above a block names drafts."""
        return self._heading(block) >= 0

    def _heading(self, block: int) -> int:
        """The nearest heading that names drafts, -1 for none."""
        at = self._under(block)
        while at >= 0 and at not in self._by_heading:
            at = self._blocks[at].section
        return at

    def _under(self, block: int) -> int:
        return block if self._blocks[block].kind == "heading" else self._blocks[block].section

    def nearest(self, block: int, sentence: Sentence) -> Draft | None:
        """The one draft that a step belongs to: named in it, or by the heading, or spoken of last, or next."""
        said = self.said(sentence)
        if said:
            return said[0]
        around = self.section(block)
        if len(around) == 1:
            return around[0]
        section = self._blocks[block].section
        spoken = [row for row in self._by_section.get(section, []) if not around or row[1] in around]
        before = [draft for start, draft in spoken if start <= sentence.start]
        after = [draft for start, draft in spoken if start > sentence.start]
        return next(iter(before[-1:] or after[:1] or around[:1]), None)


def _add(drafts: list[Draft], draft: Draft) -> None:
    if draft not in drafts:
        drafts.append(draft)


def make(plan: Plan, found: list[Field], blocks: list[Block]) -> tuple[list[Draft], Places]:
    """Drafts of the plan's actions with the fields of the text handed to them."""
    drafts = [Draft(action) for action in plan.actions]
    places = Places(blocks, drafts, plan)
    for one in found:
        if draft := places.nearest(one.block, one.sentence):
            _give(draft, one, plan)
    for draft in drafts:
        _add_own(draft, plan)
        _add_main(draft, drafts, blocks)
    _share_fields(drafts)
    for draft in drafts:
        _name_it(draft)
    kept = [draft for draft in drafts if _works(draft)]
    return kept, Places(blocks, kept, plan)


def _give(draft: Draft, one: Field, plan: Plan) -> None:
    """A field becomes a reference where it names another entity, else a parameter where it is a value."""
    action = draft.action
    entity = next((name for name in plan.entities if name.split("_")[-1] == one.noun.head or name == one.name), "")
    if entity and entity != action.entity:
        if action.group in ("create", "update") or one.explicit:
            draft.references[entity] = draft.references.get(entity, False) or one.required
        return
    if entity == action.entity and one.noun.head == entity.split("_")[-1]:
        return
    known = one.noun.head in load("fields.yaml")
    if not (one.explicit or known or "enum" in one.schema) or action.group == "delete" or one.name == "status":
        return
    if action.attribute and one.name != action.attribute and not one.name.startswith("reason"):
        return
    name = one.name.removeprefix(f"{action.entity}_")
    name = one.name if name in ("number", "code", "reference", "type") else name
    if name in ("id", action.entity, f"{action.entity}_id", "name") and not draft.creates and name != "name":
        return
    draft.take(name, one.schema, one.required)


def _add_own(draft: Draft, plan: Plan) -> None:
    """What the action itself implies: the attribute it changes, the money it moves, the thing it is for."""
    action = draft.action
    if action.attribute:
        head = action.attribute.split("_")[-1]
        schema = dict(load("fields.yaml").get(head, {"type": "string", "minLength": 1}))
        draft.take(action.attribute, schema, True)
    for attribute in action.joined:
        draft.take(attribute, dict(load("fields.yaml").get(attribute.split("_")[-1], {"type": "string", "minLength": 1})), False)
    if action.object:
        draft.references[action.object] = True
    if any(use.noun.head in nouns("money") for use in action.uses) and action.verb.name in _MONEY_VERBS:
        draft.take("amount", {"type": "number"}, True)
    for use in action.uses:
        entity = next((name for name in plan.entities if name.split("_")[-1] == use.noun.of and name != action.entity), "")
        if entity and action.group in ("create", "update"):
            draft.references.setdefault(entity, draft.creates)


def _add_main(draft: Draft, drafts: list[Draft], blocks: list[Block]) -> None:
    """What is created beside the main thing of the text belongs to it, where its section speaks of that thing."""
    weight: dict[str, float] = {}
    for other in drafts:
        weight[other.action.entity] = weight.get(other.action.entity, 0.0) + other.action.weight
    main = max(weight, key=lambda name: weight[name])
    if not draft.creates or draft.references or main == draft.action.entity:
        return
    section = draft.action.best.section
    said = {singular(word.lower()) for block in blocks if block.section == section for s in block.sentences for word in tokens(s.text)}
    if main.split("_")[-1] in said:
        draft.references[main] = True


def _share_fields(drafts: list[Draft]) -> None:
    """An update without fields of its own may set what creating sets; creating without fields takes what an update sets."""
    for draft in drafts:
        if draft.parameters or draft.action.group not in ("update", "create") or draft.action.attribute:
            continue
        for other in drafts:
            if other.action.entity == draft.action.entity and other is not draft and not other.action.attribute and other.action.group in ("create", "update"):
                for parameter in other.parameters.values():
                    draft.take(parameter.name, parameter.schema, draft.creates and parameter.required)


def _name_it(draft: Draft) -> None:
    """Whoever creates a thing says whose it is or what it is called, or nobody could ask for it afterwards."""
    personal = is_personal(draft.action.entity.rpartition("_")[2])
    if draft.creates and not (personal and draft.references) and label_among(draft.parameters) is None:
        name = "customer_name" if personal else "name"
        draft.take(name, {"type": "string", "minLength": 1}, True)


def _works(draft: Draft) -> bool:
    """A creation or an update that carries nothing could not be told from any other call."""
    return draft.action.group not in ("create", "update") or bool(draft.parameters or draft.references)
