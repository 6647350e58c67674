"""The life of an entity: which statuses it has, which one it begins with, which one a verb leads to."""

from __future__ import annotations

from gem_sim.worlds.compiler.infer import EntityModel, Model
from gem_sim.worlds.compiler.names import lexicon, parse

_VOWELS = "aeiou"


def participle(verb: str) -> str:
    """`close` as `closed`, `ship` as `shipped`, `apply` as `applied`."""
    if verb in lexicon()["participles"]:
        return str(lexicon()["participles"][verb])
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return verb[:-1] + "ied"
    doubled = len(verb) > 2 and verb[-1] in "bdgklmnpt" and verb[-2] in _VOWELS and verb[-3] not in _VOWELS and len(verb) <= 4
    return verb + verb[-1] + "ed" if doubled or verb in ("cancel", "submit", "transfer", "refer") else verb + "ed"


def result_of(verb: str, known: list[str]) -> str:
    """The status a verb leads to: the known one that shares its stem, else its participle."""
    made = participle(verb)
    bare = verb.removeprefix("re") if len(verb) > 5 else verb
    for candidate in (made, participle(bare), bare):
        if candidate in known:
            return candidate
    stem = verb.rstrip("e")[: max(4, len(verb) - 3)]
    return next((status for status in known if len(stem) >= 4 and status.startswith(stem)), made)


def add_statuses(model: Model) -> dict[str, str]:
    """Give every entity that changes state a `status` field; tool name to the status it leads to."""
    results: dict[str, str] = {}
    for name, tool in model.tools.items():
        if tool.deed == "transition":
            known = _statuses(model.entities[tool.entity])
            results[name] = result_of(parse(name).verb, known)
            if results[name] not in known:
                known.append(results[name])
    return results


def _statuses(entity: EntityModel) -> list[str]:
    field = entity.fields.setdefault("status", {"type": "string", "enum": ["active"]})
    known: list[str] = field.setdefault("enum", ["active"])
    return known
