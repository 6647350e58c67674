"""The life of an entity: which statuses it has, which one it begins with, which one a verb leads to."""

from __future__ import annotations

from typing import Any

from gem_sim.worlds.compiler.build.acts import Act, Plan, type_of
from gem_sim.worlds.compiler.build.names import parts
from gem_sim.worlds.compiler.names import lexicon, parse

_VOWELS = "aeiou"
_WAYS = ("on", "off", "up", "down", "in", "out")
_SHORT, _LONG = 3, 12
"""Letters that verbs rarely have fewer or more of."""
_NOUNS = ("ing", "tion", "sion", "ness", "ity", "ance", "ence")
_DONE = "done"
_FIRST = "active"
"""Where nothing says what things begin with."""


def participle(verb: str) -> str:
    """`close` as `closed`, `ship` as `shipped`, `resend` as `resent`; of what is no verb that things are done."""
    known, bare = lexicon()["participles"], verb.removeprefix("re").removeprefix("un")
    if verb in known or bare in known:
        return str(known.get(verb) or verb.removesuffix(bare) + known[bare])
    if not _is_verb(verb):
        return _DONE
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return verb[:-1] + "ied"
    doubled = len(verb) > 2 and verb[-1] in "bdgklmnpt" and verb[-2] in _VOWELS and verb[-3] not in _VOWELS and len(verb) <= 4
    return verb + verb[-1] + "ed" if doubled or verb in lexicon()["doubling"] else verb + "ed"


def _is_verb(word: str) -> bool:
    """Whether a word may be a verb, as far as its form says."""
    short = len(word) <= _SHORT and word not in lexicon()["short_verbs"]
    return not short and len(word) <= _LONG and not word.endswith(_NOUNS) and word not in lexicon()["no_verbs"]


def result_of(verb: str, known: list[str]) -> str:
    """The status a verb leads to: the known one that shares its stem, else its participle."""
    made = participle(verb)
    bare = verb.removeprefix("re") if len(verb) > 5 else verb
    for candidate in (made, participle(bare), bare):
        if candidate in known:
            return candidate
    stem = verb.rstrip("e")[: max(4, len(verb) - 3)]
    return next((status for status in known if len(stem) >= 4 and status.startswith(stem)), made)


def add_statuses(plan: Plan) -> dict[str, str]:
    """Give every entity that changes state a `status` field; tool name to the status it leads to."""
    for entity in plan.model.entities.values():
        known = entity.fields.get("status", {}).get("enum")
        if isinstance(known, list) and known and set(map(str, known)) <= set(lexicon()["terminal"]):
            known.insert(0, _FIRST)
    results: dict[str, str] = {}
    for name, act in plan.acts.items():
        if act.deed == "transition":
            field = act.entity.fields.setdefault("status", {"type": "string", "enum": [_FIRST]})
            if type_of(field) in ("string", ""):
                results[name] = _result(act, field)
    for entity in plan.model.entities.values():
        _begin(entity.fields.get("status", {}).get("enum"), {result for name, result in results.items() if plan.acts[name].entity is entity})
    return results


def _begin(known: Any, reached: set[str]) -> None:
    """Put a status before the first one where tools lead to that and there is none to come from."""
    if isinstance(known, list) and known[:1] == [_FIRST] and _FIRST in reached and set(map(str, known[1:])) <= set(lexicon()["terminal"]):
        known.insert(0, f"in{_FIRST}")


def _result(act: Act, field: dict[str, Any]) -> str:
    """The status a tool leads to, from now on among the known ones where there is a list of them."""
    known = field.get("enum")
    said, verb = parts(act.name), verb_of(act)
    after = said[said.index(verb) + 1] if verb in said[:-1] else ""
    if after in _WAYS:
        made = f"{participle(verb)}_{after}"
    elif isinstance(known, list):
        made = result_of(verb, [status for status in known if isinstance(status, str)])
    else:
        made = participle(verb)
    if isinstance(known, list) and made not in known:
        known.append(made)
    return made


def verb_of(act: Act) -> str:
    """The verb of a tool: what the reading found in its name, else its first word."""
    found = act.tool.reading.verb.lower()
    verb = found if found.isascii() and found.isalpha() else parse(act.name).verb
    return verb.removesuffix("s") if len(verb) > _SHORT + 1 and not verb.endswith("ss") else verb
