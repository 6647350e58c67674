"""What parameters are by name, text and schema, before anything is known of their tool."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Any, NamedTuple

from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler.reading.nouns import cleaned, written_out
from gem_sim.worlds.compiler.reading.words import Words, is_many, listed, one, plain, text_words, words

_OF = re.compile(
    r"\b(?:(?:id|ids|identifier|identifiers|uuid|guid|key|name|slug|number|code|hash|address|handle|index)\)? (?:of|for) "
    r"(?:the |an? |this |that |each |which )?|path to (?:the |an? |your ))(?P<noun>[a-z][a-z -]*)",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"\b(?P<noun>[a-z]+(?: [a-z]+)?) (?:id|ids|identifier|uuid|guid|slug|key)\b", re.IGNORECASE)
_UNIQUE = re.compile(r"\b(?:unique(?:ly)?|identif(?:ier|ies|y)|ids?\b|uuid|guid)", re.IGNORECASE)
SCALARS = ("string", "integer", "number")
_ARGUMENTS = re.compile(r"\b(?:Arg(?:ument)?s|Param(?:eter)?s|Inputs?)\s*:")
_ARGUMENT = re.compile(r"(?<![\w.])(\w+)[`*\"']*\s*(?:\([^()]{0,60}\)\s*)?(?::|\s[-\u2013])\s")
_BEHIND_ARGUMENTS = re.compile(r"\b(?:Returns?|Raises|Examples?|Yields|Notes?)\s*:")
_DESCRIBED = 4_000
"""Letters of a description within which its parameters are described."""
_ALONE = ((), ("unique",), ("global",), ("object",), ("resource",), ("entity",))
"""What may stand before an id word that names no noun."""
_LOOKED_AT = 200
"""Letters of a text that are looked at."""
_NOUN = 4
"""Words of a noun at most."""


class Parameter(NamedTuple):
    """A parameter: `noun` is what it names the id of, () where no id word says so; `strong` where that word is an id and nothing else."""

    name: str
    words: Words
    text: str
    type: str
    required: bool
    choices: tuple[Any, ...] | None
    noun: Words
    strong: bool
    bare: bool
    """It is an id word alone, such as `id`."""
    many: bool
    timed: bool = False
    """Its schema says that it is a date or a time."""


def parameters(tool: ToolSchema) -> list[Parameter]:
    """The parameters of a tool in order."""
    required, properties = tool.parameters.get("required"), tool.parameters.get("properties")
    if not isinstance(properties, dict):
        return []
    wanted = {name for name in required if isinstance(name, str)} if isinstance(required, list) else set()
    told = _told(tool.description or "", properties)
    return [_parameter(name, schema, told.get(name, ""), required=name in wanted) for name, schema in properties.items()]


def _told(description: str, names: Collection[str]) -> dict[str, str]:
    """What the part of a description that begins with `Args:` says of each parameter."""
    start = _ARGUMENTS.search(description[:_DESCRIBED])
    if start is None:
        return {}
    part = description[start.end() : start.end() + _DESCRIBED]
    ends = _BEHIND_ARGUMENTS.search(part)
    places = [(found.start(), found.end(), found[1]) for found in _ARGUMENT.finditer(part[: ends.start() if ends else None]) if found[1] in names]
    stops = [*(at for at, _, _ in places[1:]), ends.start() if ends else len(part)]
    return {name: part[begin:stop].strip(" -*\n") for (_, begin, name), stop in zip(places, stops, strict=False)}


def _parameter(name: str, schema: Any, told: str, *, required: bool) -> Parameter:
    about = schema if isinstance(schema, dict) else {}
    text, kind, spelled = about.get("description"), _type(about), words(name)
    noun, strong, bare = id_noun(name)
    text = (text if isinstance(text, str) and text else told)[:_LOOKED_AT]
    timed = about.get("format") in ("date", "date-time", "time")
    return Parameter(name, spelled, text, kind, required, _choices(about), noun, strong, bare, kind == "array" or is_many(spelled), timed)


def _type(schema: dict[str, Any]) -> str:
    """The JSON type, of a union its first that is not null."""
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((part for part in kind if part != "null"), None)
    if isinstance(kind, str):
        return kind
    branches = [branch for union in ("anyOf", "oneOf") for branch in (schema.get(union) or ()) if isinstance(branch, dict)]
    return next((branch["type"] for branch in branches if isinstance(branch.get("type"), str) and branch["type"] != "null"), "string")


def _choices(schema: dict[str, Any]) -> tuple[Any, ...] | None:
    items = schema.get("items")
    found = schema.get("enum") or ([schema["const"]] if "const" in schema else None) or (items.get("enum") if isinstance(items, dict) else None)
    return tuple(found) if isinstance(found, list) else None


@lru_cache(20_000)
def id_noun(name: str) -> tuple[Words, bool, bool]:
    """The noun that a parameter names the id of, whether its id word is surely one, and whether it stands alone.

    `order_id` as (("order",), True, False); `id` as ((), True, True); `server_name` as (("server",), False, False).
    """
    spelled = words(name)
    if not spelled or spelled[-1].isdigit():
        return (), False, False
    last, rest = spelled[-1], spelled[:-1]
    while len(rest) > 1 and rest[-1] in listed("nouns", "ids"):
        rest = rest[:-1]
    if not rest and last not in listed("nouns", "weak_ids"):
        for end in ("id", "name", "path", "number", "code"):
            if last.endswith(end) and last[: -len(end)] in listed("nouns", "glued"):
                return cleaned((last[: -len(end)],)), end == "id", False
    if last in listed("nouns", "ids"):
        return ((), True, True) if rest in _ALONE else (owner(rest), True, False)
    if last in listed("nouns", "joined_ids") and rest:
        return owner(rest), True, False
    if last in listed("nouns", "weak_ids"):
        weak = owner(rest)
        return weak, False, not weak
    return (), False, False


def owner(rest: Words) -> Words:
    """`new_parent_task` as (task); nothing where only words are left that say which of several is meant."""
    marks = listed("nouns", "id_qualifiers")
    while rest and (rest[0] in marks or rest[0].isdigit()):
        rest = rest[1:]
    return one(written_out(rest))


@lru_cache(20_000)
def noun_in(text: str) -> Words:
    """The noun in a text about an id: `The ID of the open task` as (task)."""
    found = _OF.search(text) or _BEFORE.search(text)
    if found is None:
        return ()
    spelled: list[str] = []
    for word in text_words(found["noun"])[:_NOUN]:
        if word not in listed("nouns", "prepositions") and word not in listed("texts", "id_ends"):
            spelled.append(word)
        elif spelled:
            break
    return one(cleaned(tuple(spelled)))


def identifies(parameter: Parameter) -> bool:
    """Whether a value of the parameter could name a row: a scalar without choices."""
    return parameter.type in SCALARS and not parameter.choices


def says_unique(parameter: Parameter) -> bool:
    """Whether the text says that it is an identifier."""
    return bool(_UNIQUE.search(parameter.text))


def spelled(parameter: Parameter) -> str:
    """The name without case and marks."""
    return plain(parameter.name)


def is_one_of(parameter: Parameter, key: str) -> bool:
    """Whether the name is in a list of `roles.yaml`, with or without a letter in front (`p_limit`)."""
    found, parts = listed("roles", key), parameter.words
    return spelled(parameter) in found or (len(parts) > 1 and len(parts[0]) == 1 and "".join(parts[1:]) in found)
