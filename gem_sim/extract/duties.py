"""What must be done or be so before a tool may be called: another tool first, else something that the user has to be asked about.

Knows clauses and drafts. Where nothing says which tools a clause is about, there is no check.
"""

from __future__ import annotations

import re

from gem_sim.extract.clauses import Clause, clause, clauses, item
from gem_sim.extract.drafts import Draft
from gem_sim.extract.lexicon import camel
from gem_sim.extract.phrases import noun_at, tokens, verb_at
from gem_sim.extract.rules import Found
from gem_sim.grammar import singular
from gem_sim.records import AskCheck, Check, OrderCheck

_BEGIN = re.compile(
    r"\b(?<!can )(?:proceed\w*|continu\w+|begin\w*|start(?:ing)?|get(?:ting)? started|do(?:ing)? (?:this|so|that)|us(?:e|ing) (?:this|it|the feature)|access\w*"
    r"|mak(?:e|ing) (?:any )?changes|this (?:feature|procedure|task|action)|go(?:ing)? (?:on|ahead|further)|true|met)\b",
    re.IGNORECASE,
)
_ACCESS = re.compile(r"(?:access|use|work with|manage)\b", re.IGNORECASE)
_BEHIND = re.compile(r"\s(?:in|on|of|for|from|with|at|within)\s", re.IGNORECASE)
_OWN = re.compile(r"(?:[Yy]ou|[Yy]our|an account|a user)\b|[A-Z]+_[A-Z_]+\b")
"""A condition on the user, or on a setting by its name."""
_THIS = re.compile(r"do(?:ing)? (?:this|so|that)", re.IGNORECASE)
"""An action that was named before."""
_ACCOUNT = re.compile(r"an? (?:\w+ )?(?:account|user|administrator|admin)\b", re.IGNORECASE)
"""What somebody signs in as, who does so for all of a text."""
_SUCH = re.compile(r"\bsuch\b", re.IGNORECASE)
"""One case of several, which no call tells from the others."""
_DOING = ("be", "been", "being", "is", "are", "was", "were", "have", "has", "had", "you've", "get", "not", "to", "as")
_THEN = re.compile(r"^(?:after|once) (?P<first>[^,;:]{3,120}), (?:you|they|it|\w+s) can (?P<then>[^;:]{3,140})$", re.IGNORECASE)
_FIRST = re.compile(r"^.{0,80}?\b(?:must|need to|have to) (?P<first>[^;:]{3,120}?),? and (?:only )?then (?P<then>[^;:]{3,120})$", re.IGNORECASE)
_ONCE = re.compile(
    r"^(?:you |they |\w+s )?(?:can|may) (?:only )?(?P<action>[^,;:]{3,90}?) (?:only )?(?:once|one time)\b(?! you| the| it| \w+ (?:is|are|has|have))",
    re.IGNORECASE,
)
MOST_WHOLE = 5
MOST_GOVERNED = 3
"""Tools that one condition without an action may govern; of more, it is not sure which are meant."""


def order(found: Found) -> tuple[Check, list[Draft]] | None:
    """`You must first link the accounts before you merge them`, `After you set up a plan, you can assign it`, `You can reopen an order one time`."""
    text = found.sentence.text.replace("’", "'").rstrip(".!) ")
    if match := _ONCE.match(text):
        acted = [draft for draft in named(match["action"], found.all) if not draft.creates and draft.action.group != "delete"]
        return (_order(acted[0], acted[0].action.entity, done=False), acted[:1]) if acted else None
    match = _THEN.match(text) or _FIRST.match(text)
    parts = (match["first"], match["then"]) if match else None
    if parts is None and (made := clause(text)) and made.holds and made.action:
        parts = (made.condition, made.action)
    return _in_order(named(parts[0], found.all), named(parts[1], found.all)) if parts else None


def _in_order(first: list[Draft], then: list[Draft]) -> tuple[Check, list[Draft]] | None:
    """The first of the pairs in which both tools are about one row."""
    for one in first:
        entity = one.action.entity
        after = [other for other in then if other is not one and other not in first and _takes(other, entity)]
        if after and not one.creates and one.action.group != "delete":
            return _order(one, entity, done=True), after
    return None


def _takes(draft: Draft, entity: str) -> bool:
    return draft.references.get(entity, False) or (not draft.creates and draft.action.entity == entity)


def _order(draft: Draft, entity: str, *, done: bool) -> OrderCheck:
    return OrderCheck(entity=camel(entity), tool=draft.name, done=done)


def ask(found: Found) -> tuple[Check, list[Draft]] | None:
    """`To enable the alarm, you must be an administrator`: nothing but the user can tell."""
    for made in filter(None, [item(found.lead, found.sentence.text)]) if found.lead else clauses(found.sentence.text):
        if governed := _governed(made, found):
            return AskCheck(condition=made.condition, holds=made.holds), governed
    return None


def _governed(made: Clause, found: Found) -> list[Draft]:
    """The drafts that the action names, those of the place where it only speaks of going on; none where that is not sure."""
    if _SUCH.search(made.action):
        return []
    met = [draft for draft in named(made.condition, found.all, done=True) if not _of_another(made.condition, draft)]
    action = found.sentence.text if _THIS.fullmatch(made.action) else made.action
    acted = named(action, found.all) or (_about(made.action, found.all) if made.thing or _ACCESS.match(made.action) else [])
    if not acted:
        acted = _general(made, found) if not made.action or _BEGIN.search(made.action) else _given(made.action, found)
    return [draft for draft in acted if draft not in met]


def _of_another(text: str, draft: Draft) -> bool:
    """Whether a clause has the tool's verb only with other objects: `create a contact` where the tool creates users."""
    words = [word.lower() for word in tokens(text)]
    said = [(at, verb_at(words, at)) for at in range(len(words))]
    objects = [noun_at(words, after) for _, (verb, form, after) in said if verb is not None and form == "base" and verb.name == draft.action.verb.name]
    return bool(objects) and all(noun is not None and noun.head and noun.head not in _things(draft) for noun in objects)


def _general(made: Clause, found: Found) -> list[Draft]:
    """The drafts of a place, for a condition of all that is done there; else those whose things or values it speaks of."""
    around = list(found.around)
    if made.action or made.whole:
        few = made.whole and len(found.all) <= MOST_GOVERNED
        near = around or (list(found.all) if found.opens or few or _ACCOUNT.match(made.condition) else [])
        return near if len(near) <= (MOST_WHOLE if made.whole else MOST_GOVERNED) and (found.headed or found.opens or made.whole) else []
    if len(around) > MOST_GOVERNED or found.sentence.text.endswith(":"):
        return []
    words = {singular(word.lower()) for word in tokens(made.condition)}
    if found.headed and (_OWN.match(made.condition) or any(words & (_things(draft) | _values(draft)) for draft in around)):
        return around
    return around if len(around) == 1 and words & _things(around[0]) else [draft for draft in around if words & _values(draft)]


def _given(action: str, found: Found) -> list[Draft]:
    """The drafts near by that take what an action gives: `you can only select colours`."""
    words = [word.lower() for word in tokens(action)]
    gives = any((verb := verb_at(words, at)[0]) is not None and verb.group == "input" for at in range(len(words)))
    values = {singular(word) for word in words}
    return [draft for draft in found.around if values & _values(draft)] if gives else []


def _values(draft: Draft) -> set[str]:
    """The heads of the values that a tool takes, as far as they are no common names."""
    return {singular(name.split("_")[-1]) for name in draft.parameters} - {"name", "text", "type", "number", "date", "time"}


def _about(action: str, drafts: tuple[Draft, ...]) -> list[Draft]:
    """The drafts on a thing that is all that the action names: `corporate exemptions`, `access the reports in the office`."""
    words = [word.lower().removeprefix("re-") for word in tokens(_BEHIND.split(_ACCESS.sub("", action))[0])]
    if any(verb_at(words, at)[0] for at in range(len(words) - 1)) or not words:
        return []
    about = [draft for draft in drafts if draft.action.entity.split("_")[-1] == singular(words[-1])]
    return about if len(about) <= MOST_GOVERNED else []


def named(text: str, drafts: tuple[Draft, ...], *, done: bool = False) -> list[Draft]:
    """The drafts whose verb and thing a clause says. Any change of a thing counts as editing it; with `done` also what was done: `signed papers`."""
    words = [word.lower().removeprefix("re-") for word in tokens(text)]
    heads = {name.split("_")[-1] for draft in drafts for name in (draft.action.entity, *draft.references)}
    plain = [singular(word) for word in words]
    said = {word for word, behind in zip(plain, [*plain[1:], ""], strict=False) if behind not in heads or behind == word}
    read = [(at, *verb_at(words, at)) for at in range(len(words))]
    verbs = {verb.name for at, verb, form, _ in read if verb and (done or form != "participle" or verb.base == words[at] or (at and words[at - 1] in _DOING))}
    acted = [draft for draft in drafts if draft.action.verb.name in verbs or ("update" in verbs and draft.action.group == "update")]
    found = [draft for draft in acted if said & _things(draft)]
    alone = bool(words) and (verb := verb_at(words, len(words) - 1)[0]) is not None and verb.name in verbs
    sure = len(acted) == 1 and (acted[0].action.group == "change" or alone or bool(said & {"it", "them"}))
    return found or (acted if sure else [])


def _things(draft: Draft) -> set[str]:
    """The heads of what a tool is about: its entity, its attribute, and what the text calls them where it says what the tool does."""
    action = draft.action
    heads = {name.split("_")[-1] for name in (action.entity, action.object, action.label) if name}
    return heads | set(action.attribute.split("_")) - {""} | {use.noun.head for use in action.uses if use.noun.head and use.weight >= 1.0}
