"""What method and path of an HTTP interface say of its tools, over what their words say: they are evidence, words are hints."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler.reading import Reading, ToolReading
from gem_sim.worlds.compiler.reading.kinds import WRITES
from gem_sim.worlds.compiler.reading.verbs import Kind

_PARAMETER = re.compile(r"\{([^{}]+)\}")
_ITEM = re.compile(r"(?:(?P<before>[^{}(]+)\('?)?\{(?P<name>[^{}]+)\}(?(before)'?\))")
"""`{id}`, and `orders('{id}')` as OData writes it."""
_FORMAT = re.compile(r"\.\{[^{}]+\}")
_MADE = "201"


@dataclass(frozen=True)
class Sent:
    """A tool as it is sent: `path` has no names of parameters, `collection` is the path without an item at its end, `item` the parameter there.

    Of two parameters in a row one of few values is no item, but the form in which it is wanted.
    """

    tool: ToolSchema
    method: str
    path: str
    collection: str
    parameters: tuple[str, ...]
    item: str | None
    made: bool


def sent(tool: ToolSchema) -> Sent | None:
    """Method and path of a tool, None where its source gives none."""
    hints = tool.hints
    if hints is None or hints.path is None or hints.method is None:
        return None
    bare = _FORMAT.sub("", hints.path.partition("?")[0]).rstrip("/")
    known = tool.parameters.get("properties", {})
    parts = bare.split("/")
    while len(parts) > 1 and _PARAMETER.fullmatch(parts[-1]) and _PARAMETER.fullmatch(parts[-2]) and known.get(parts[-1][1:-1], {}).get("enum"):
        parts = parts[:-1]
    parameters = tuple(name for name in _PARAMETER.findall("/".join(parts)) if name in known)
    found = _ITEM.fullmatch(parts[-1])
    item = found["name"] if found is not None and found["name"] in known else None
    path = _PARAMETER.sub("{}", "/".join(parts))
    collection = "/".join([*parts[:-1], *filter(None, [found["before"]])]) if found is not None and item else path
    return Sent(tool, hints.method, path, _PARAMETER.sub("{}", collection), parameters, item, hints.status == _MADE)


def as_sent(reading: Reading, tools: Sequence[ToolSchema]) -> Reading:
    """The reading of a set in which methods say what tools do, paths which row they name, and what stands on one path is one kind of thing."""
    calls = [call for tool in tools if (call := sent(tool)) is not None]
    if not calls:
        return reading
    made = dict(reading.tools)
    for call in calls:
        made[call.tool.name] = _told(call, made[call.tool.name], calls)
    entities = _entities(calls, made)
    for call in calls:
        name = entities.get(call.collection)
        if name is not None and _stands_there(call, made[call.tool.name]):
            made[call.tool.name] = replace(made[call.tool.name], entity=name)
    return Reading(made, reading.keys)


def _told(call: Sent, read: ToolReading, calls: Sequence[Sent]) -> ToolReading:
    kind = _kind(call, read, calls)
    if kind == "read" and _gathers(call, read):
        return replace(read, kind=kind, many=True)
    roles: dict[str, Any] = dict(read.roles)
    for name in call.parameters:
        if roles[name] not in ("key", "ref"):
            roles[name] = "ref" if name in read.refs else "key"
    many = read.many and kind == "read" and call.item is None
    made_key = call.item if kind == "create" or call.method == "PUT" else read.made_key
    if call.item is None or kind not in ("read", "update", "delete"):
        return replace(read, kind=kind, roles=roles, many=many, made_key=made_key)
    roles = {name: "field" if role == "key" and name not in call.parameters and kind == "update" else role for name, role in roles.items()}
    return replace(read, kind=kind, roles=roles | {call.item: "key"}, keys=call.parameters, made_key=made_key, many=many)


def _gathers(call: Sent, read: ToolReading) -> bool:
    """Whether the item of a path is the id of something else, by which those are listed that belong to it."""
    returns = call.tool.returns or {}
    return call.item is not None and read.many and read.roles[call.item] == "ref" and (returns.get("type", "array") == "array")


def _kind(call: Sent, read: ToolReading, calls: Sequence[Sent]) -> Kind:
    """The kind that the method allows: what is got is never written, and what is posted to a collection is new."""
    if call.method == "GET":
        return "imagined" if read.kind == "session" else "read" if read.kind in WRITES else read.kind
    if call.method == "DELETE":
        return "delete"
    if call.method in ("PUT", "PATCH"):
        return "create" if read.kind == "create" and call.item is None and call.method == "PUT" else "update"
    return "create" if call.made or _is_posted(call, read, calls) else read.kind


def _is_posted(call: Sent, read: ToolReading, calls: Sequence[Sent]) -> bool:
    """Whether a POST goes to a collection: others get it, or an item of it, and no more than what they ask for is posted."""
    if call.item is not None or read.kind == "delete":
        return False
    twins = [other for other in calls if other.method == "GET" and call.path in (other.path, other.collection)]
    given = set(call.tool.parameters.get("properties", {}))
    return bool(twins) and not any(other.path == call.path and given == set(other.tool.parameters.get("properties", {})) for other in twins)


def _entities(calls: Sequence[Sent], read: dict[str, ToolReading]) -> dict[str, str]:
    """Collection to the kind of thing in it: what most of its tools say, those that read it or name a row first."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for call, entity in _said(calls, read):
        counts[call.collection][entity] += 3 if call.item is not None else 2 if call.method == "GET" else 1
    return {collection: names.most_common(1)[0][0] for collection, names in counts.items()}


def _said(calls: Sequence[Sent], read: dict[str, ToolReading]) -> Iterator[tuple[Sent, str]]:
    for call in calls:
        entity = read[call.tool.name].entity
        if entity is not None and _stands_there(call, read[call.tool.name]):
            yield call, entity


def _stands_there(call: Sent, read: ToolReading) -> bool:
    """Whether a tool works on what its path leads to, and not by an action on what stands before."""
    return call.item is not None or (call.method != "POST" and read.kind in ("read", *WRITES)) or read.kind == "create"
