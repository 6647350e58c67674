"""Which things a text works on and what it does to them: verb-object mentions weighed, merged and cut to a handful.

Knows mentions and headings, not schemas. A word becomes an entity only if the text writes to it, or keeps choosing from it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from gem_sim.extract.lexicon import WRITES, Group, Verb, load, nouns, states, verbs
from gem_sim.extract.names import Names
from gem_sim.extract.phrases import Mention, Noun, mentions, negated, noun_at, tokens
from gem_sim.extract.structure import Block, Sentence

MOST_TOOLS = 12
MOST_ENTITIES = 4
ENOUGH = 2.0
"""Weight from which on a write is believed: one command or one `you can`, but not a passing gerund."""

WEIGHTS = {"purpose": 3.0, "label": 3.0, "able": 2.0, "passive": 2.0, "told": 0.5, "command": 2.0, "gerund": 2.0, "inside": 1.0}
HEADING_WEIGHT = 5.0


@dataclass(frozen=True, slots=True)
class Use:
    """A mention where it stands. `noun` has pronouns resolved."""

    verb: Verb
    noun: Noun
    block: int
    sentence: Sentence
    weight: float
    section: int
    heading: bool
    item: bool


@dataclass(slots=True)
class Action:
    """A write the text offers: a verb on an entity, or on an attribute of one."""

    verb: Verb
    group: Group
    entity: str
    attribute: str = ""
    joined: list[str] = field(default_factory=list)
    """Attributes of smaller updates that became part of this one."""
    object: str = ""
    """What stands in the tool's name where it is not the entity: booking a class makes a booking."""
    label: str = ""
    """The word of the text in the tool's name where it is neither: transferring money makes a transfer."""
    weight: float = 0.0
    uses: list[Use] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Name of the tool it becomes."""
        return f"{self.verb.name}_{self.attribute or self.label or self.object or self.entity}"

    @property
    def best(self) -> Use:
        """The mention that shows the action best; the first of equals."""
        return max(self.uses, key=lambda use: (use.weight, -use.sentence.start))

    @property
    def states(self) -> tuple[str, ...]:
        """Statuses it leads to, the usual one first."""
        return self.verb.states if self.group in ("create", "change") else ()


@dataclass(slots=True)
class Plan:
    """What was found: actions in the order of the text, entity names (snake case, singular) and every use of them."""

    actions: list[Action]
    entities: list[str]
    uses: list[Use]
    names: Names
    implied: dict[str, list[str]] = field(default_factory=dict)
    """Entities that only a condition speaks of (`no pending disputes`), with the statuses it names."""


def find(blocks: list[Block]) -> Plan:
    """The actions of a text, at most as many as make a dozen tools with their reads."""
    names = Names(blocks)
    uses = list(_uses(blocks))
    named = [(use, names.of(use.noun)) for use in uses]
    weights: Counter[str] = Counter()
    for use, name in named:
        if use.verb.group in WRITES and name:
            weights[names.settled(name)] += min(use.weight, HEADING_WEIGHT)  # type: ignore[assignment]
    plan = Plan([], [], uses, names)
    candidates = _actions(named, names, weights)
    _attributes(candidates, uses, weights)
    _join_attributes(candidates)
    _make_results(candidates)
    _one_creator(candidates)
    plan.actions = _selected(candidates, names.counts)
    plan.entities = list(dict.fromkeys(name for action in plan.actions for name in (action.object, action.entity) if name))
    _add_chosen_from(plan)
    _add_implied(plan, blocks)
    return plan


def _uses(blocks: list[Block]) -> Iterator[Use]:
    last: dict[int, Noun] = {}
    for index, block in enumerate(blocks):
        heading = block.kind == "heading"
        section = index if heading else block.section
        for sentence in block.sentences:
            found = mentions(sentence.text)
            words = [word.lower() for word in tokens(sentence.text)] if found else []
            for mention in found:
                noun = mention.noun if mention.noun.head else last.get(section, mention.noun)
                if _is_thing(mention.noun.head):
                    last[section] = mention.noun
                yield Use(mention.verb, noun, index, sentence, _weight(mention, heading, words), section, heading, block.kind == "item")


def _is_thing(head: str) -> bool:
    """Whether `it` may later mean this: a noun, and not one of the program's own parts."""
    return bool(head) and head not in nouns("ui") and head not in nouns("vague") and head not in verbs()


def _weight(mention: Mention, heading: bool, words: list[str]) -> float:
    if heading:
        return HEADING_WEIGHT
    weight = WEIGHTS[mention.pattern]
    if mention.pattern == "passive" and not any(word in ("can", "may", "must", "to", "could", "cannot") for word in words[max(0, mention.at - 4) : mention.at]):
        return WEIGHTS["told"]
    if not mention.noun.head and mention.pattern == "label":
        return WEIGHTS["able"]
    if not mention.noun.head or negated(words, mention.at):
        weight = min(weight, 1.0)
    return weight


def _actions(named: Iterable[tuple[Use, str]], names: Names, weights: Counter[str]) -> dict[tuple[str, str, str], Action]:
    found: dict[tuple[str, str, str], Action] = {}
    for use, name in named:
        if use.verb.group not in WRITES:
            continue
        entity = names.settled(name) if name else ""
        if use.noun.head in nouns("money"):
            entity = str(load("nouns.yaml")["nominals"].get(use.verb.name, ""))
        if not entity or (names.counts[entity.split("_")[-1]] < 2 and not use.heading and use.noun.head not in nouns("money")):
            continue
        if use.noun.head in nouns("soft") and weights[entity] < 6 and not use.heading:
            continue
        if use.verb.base == "open" and use.noun.head not in nouns("opened"):
            continue
        money = use.noun.head in nouns("money")
        group: Group = "create" if money else use.verb.group
        action = found.setdefault((use.verb.name, entity, ""), Action(use.verb, group, entity, label="money" if money else ""))
        action.uses.append(use)
        action.weight += use.weight
    return found


def _attributes(found: dict[tuple[str, str, str], Action], uses: list[Use], weights: Counter[str]) -> None:
    """`update the delivery address of an order` is an update of the order that takes a delivery address."""
    if not found:
        return
    main = max(weights, key=lambda name: (weights[name], name)) if weights else next(iter(found))[1]
    heads = {action.entity.split("_")[-1]: action.entity for action in found.values()}
    governed = {use.block for use in uses if use.heading and use.verb.group in WRITES}
    for use in uses:
        if (
            use.noun.head not in nouns("attributes")
            or use.noun.head in ("status", "detail")
            or (use.verb.group != "update" and use.verb.base not in ("reset", "add"))
        ):
            continue
        if use.item and use.section in governed:
            # A step of what the heading names: it gives that a value.
            continue
        owner = heads.get(use.noun.of) or next((heads[word] for word in use.noun.modifiers if word in heads), "") or main
        attribute = "_".join(word.replace("-", "_") for word in use.noun.words if word not in owner.split("_"))
        if not attribute:
            continue
        action = found.setdefault((use.verb.name, owner, attribute), Action(use.verb, "update", owner, attribute))
        action.uses.append(use)
        action.weight += use.weight


def _join_attributes(found: dict[tuple[str, str, str], Action]) -> None:
    """Small updates become part of the plain one of the entity; three or more make one. A heading of its own keeps an update apart."""
    for entity in dict.fromkeys(action.entity for action in found.values()):
        small = [a for a in found.values() if a.entity == entity and a.attribute and a.best.weight < HEADING_WEIGHT]
        plain = [a for a in found.values() if a.entity == entity and not a.attribute and a.group == "update"]
        if not plain and len(small) >= 3:
            verb = verbs()["update"]
            plain = [found.setdefault((verb.name, entity, ""), Action(verb, "update", entity))]
        for action in small if plain else []:
            into = next((a for a in plain if a.verb.name == action.verb.name), plain[0])
            into.joined.append(action.attribute)
            _join(found, into, action)


def _make_results(found: dict[tuple[str, str, str], Action]) -> None:
    """Booking a class makes a booking, where the text goes on to work on bookings; the class is what it refers to."""
    worked = {action.entity for action in found.values() if action.group in ("change", "update", "delete") and action.weight >= ENOUGH}
    for action in found.values():
        results = str(load("nouns.yaml")["results"].get(action.verb.name, "")).split()
        if action.group == "create" and action.entity not in results and (result := next((r for r in results if r in worked), "")):
            action.object, action.entity = action.entity, result


def _one_creator(found: dict[tuple[str, str, str], Action]) -> None:
    """One tool creates an entity. Further creating verbs either act on what is there (submit a draft) or are synonyms of it."""
    by_entity: dict[str, list[Action]] = defaultdict(list)
    for action in found.values():
        if not action.attribute:
            by_entity[action.entity].append(action)
    for actions in by_entity.values():
        creators = sorted((a for a in actions if a.group == "create"), key=lambda a: (bool(a.object), -a.weight, a.uses[0].sentence.start))
        _demote(creators, actions)
        removals = sorted((a for a in actions if a.group == "delete"), key=lambda a: -a.weight)
        updates = [a for a in actions if a.verb.name == "update"]
        setters = [a for a in actions if a.verb.name == "set_up" and updates]
        for same in ([a for a in creators if a.group == "create"], removals, [*updates, *setters]):
            for extra in same[1:]:
                _join(found, same[0], extra)


def _demote(creators: list[Action], actions: list[Action]) -> None:
    """Creators that act on what is there: `report a card` beside `freeze a card`, `submit a claim` beside `create a claim`."""
    second = nouns("second_creators")
    changed = any(a.group == "change" and a.weight >= ENOUGH for a in actions)
    others = any(a.verb.base not in second for a in creators)
    for action in creators:
        beside = others and action.verb.base in second and not action.label
        if beside or (action.verb.base == "report" and changed):
            action.group = "change"


def _join(found: dict[tuple[str, str, str], Action], into: Action, extra: Action) -> None:
    into.uses.extend(extra.uses)
    into.weight += extra.weight
    found.pop((extra.verb.name, extra.object or extra.entity, extra.attribute), None)


def _selected(found: dict[tuple[str, str, str], Action], counts: Counter[str]) -> list[Action]:
    """The heaviest writes that fit with two reads per entity, back in the order of the text."""
    ranked = sorted((a for a in found.values() if a.weight >= ENOUGH), key=lambda a: (-_rank(a, counts), a.uses[0].sentence.start, a.name))
    kept: list[Action] = []
    entities: set[str] = set()
    for action in ranked:
        wider = entities | {action.entity} | ({action.object} if action.object else set())
        fits = len(wider) <= MOST_ENTITIES and len(kept) + 1 + 2 * len(wider) <= MOST_TOOLS
        if fits and action.name not in {other.name for other in kept}:
            kept.append(action)
            entities = wider
    return sorted(kept, key=lambda a: (min(use.sentence.start for use in a.uses if use.weight >= min(2.0, a.best.weight)), a.name))


def _rank(action: Action, counts: Counter[str]) -> float:
    """Weight with a ceiling, plus a little for what the text keeps talking about."""
    return min(action.weight, 12.0) + min(3.0, 0.2 * counts[action.entity])


def _add_chosen_from(plan: Plan) -> None:
    """An entity that is only read: the text has the user choose, find or open one, more than in passing."""
    heads = {name.split("_")[-1] for name in plan.entities}
    weight: Counter[str] = Counter()
    for use in plan.uses:
        if use.verb.group in ("list", "get", "input") and (name := plan.names.settled(plan.names.of(use.noun))):
            weight[name] += 2 if use.verb.group != "input" else 1
    for name, value in sorted(weight.items(), key=lambda row: (-row[1], row[0])):
        room = len(plan.actions) + 2 * len(plan.entities) + 2 <= MOST_TOOLS - 2 and len(plan.entities) < MOST_ENTITIES
        head = name.split("_")[-1]
        known = head in heads or head in nouns("soft") or head in load("fields.yaml")
        if room and not known and value >= 3 and plan.names.counts[name] >= 4 and plan.entities:
            plan.entities.append(name)
            heads.add(head)


def _add_implied(plan: Plan, blocks: list[Block]) -> None:
    """`No pending disputes` can only be known by reading disputes."""
    for sentence in (sentence for block in blocks for sentence in block.sentences):
        words = [word.lower() for word in tokens(sentence.text)]
        for at, (word, state) in enumerate(pairwise(words)):
            if word not in ("no", "without") or state not in states():
                continue
            noun = noun_at(words, at + 2)
            name = plan.names.settled(plan.names.of(noun)) if noun and noun.plural else ""
            room = len(plan.actions) + 2 * len(plan.entities) + 2 <= MOST_TOOLS and len(plan.entities) < MOST_ENTITIES
            if name and plan.entities and (name in plan.implied or (room and name not in plan.entities)):
                if name not in plan.implied:
                    plan.entities.append(name)
                plan.implied.setdefault(name, []).append(state)
