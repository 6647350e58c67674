"""The behaviour of one compiled set: which tools succeed, whether writes show, whether parameters matter, what is refused."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from drawing import different, leaves, resolved, values, violations
from naming import guess
from probing import Arguments, Probe, Target, required_of
from toolsets import ToolSet
from words import stems

from gem_sim.records import ToolSchema
from gem_sim.worlds.canonical import dumps
from gem_sim.worlds.compiler import Compilation
from gem_sim.worlds.world import CallResult, World

_ABSENT = object()


class Finding(NamedTuple):
    """How one tool, or one parameter of it, fares in one respect."""

    what: str
    where: str
    verdict: str
    detail: str = ""


def findings(tools: ToolSet, made: Compilation) -> list[Finding]:
    """Everything there is to say about a compiled set.

    `tool`: ok, imagined, or unreached, with `empty` as detail where a read answers with nothing. `write`: shown, or the cause why
    not; the detail says whether the set can read the entity, by the compiler's report and by names. `parameter`: matters, named,
    idle, fixed, unreached, imagined. `key` and `name_key`: refused, accepted, or schema, where the schema alone refuses every
    unknown key. `bound`: refused or accepted. `state`: changed.
    """
    probe = Probe(made)
    schemas = {tool.name: tool for tool in tools.tools}
    found = [Finding("tool", name, _reached(probe, name), _shape(probe, name)) for name in probe.tools]
    for name, tool in probe.tools.items():
        if tool.kind == "write":
            found.append(_write(probe, name, schemas))
        found += _parameters(probe, name)
        found += _refusals(probe, name, schemas[name])
    return found


def _reached(probe: Probe, tool: str) -> str:
    if probe.ok(tool) is None:
        return "unreached"
    return "imagined" if probe.tools[tool].kind == "imagined" else "ok"


def _shape(probe: Probe, tool: str) -> str:
    """`empty` for a read whose success has neither a row nor a value, `read` for another."""
    arguments = probe.ok(tool)
    if arguments is None or probe.tools[tool].kind != "read":
        return ""
    value = probe.world.fork().call(tool, arguments).value
    held = {name: part for name, part in value.items() if name not in ("total", "next_cursor")} if isinstance(value, dict) else value
    return "read" if any(True for _ in leaves(held)) else "empty"


# --- writes ----------------------------------------------------------------------------------------------------


def _write(probe: Probe, tool: str, schemas: dict[str, ToolSchema]) -> Finding:
    after, result = _effective(probe, tool)
    targets = probe.targets(result.diff) if result else []
    homes = {entity for target in targets for entity in (target.entity, *probe.homes(target.entity))}
    entities = homes or {probe.report[tool].entity}
    near = [reader for reader in probe.readers if probe.report[reader].entity in entities]
    said = f"{'report' if near else ''} {'name' if _readable(tool, probe.readers, schemas) else ''}".strip()
    if result is None:
        return Finding("write", tool, "unreached", said)
    if not result.diff:
        return Finding("write", tool, "nothing changed", said)
    far = [reader for reader in probe.readers if reader not in near]
    shown = any(probe.shows(reader, target, probe.world, after) for reader in (*near, *far) for target in targets)
    return Finding("write", tool, "shown" if shown else "not shown", said)


def _effective(probe: Probe, tool: str) -> tuple[World, CallResult | None]:
    """A success, with other arguments where those that `propose` has change nothing."""
    after, result = probe.world.fork(), None
    for arguments in (probe.ok(tool), probe.varied(tool)):
        if arguments is not None:
            after = probe.world.fork()
            result = after.call(tool, arguments)
            if result.diff:
                break
    return after, result


def _readable(tool: str, readers: list[str], schemas: dict[str, ToolSchema]) -> bool:
    """Whether by names alone a reading tool is about what the tool writes: the last words of both nouns have one stem."""
    noun = stems(guess(schemas[tool]).entity)[-1:]
    return bool(noun) and any(stems(guess(schemas[reader]).entity)[-1:] == noun for reader in readers)


# --- parameters ------------------------------------------------------------------------------------------------


def _parameters(probe: Probe, tool: str) -> Iterator[Finding]:
    """Each parameter: whether two valid calls that differ in it alone differ in result, or in what a reading tool then says."""
    first = probe.ok(tool)
    bases = [] if first is None else _bases(probe, tool, first)
    for name in probe.properties(tool):
        where = f"{tool}.{name}"
        reason = str(probe.spec.unused.get(where, "")).strip()
        if first is None:
            yield Finding("parameter", where, "unreached")
        elif probe.tools[tool].kind == "imagined":
            yield Finding("parameter", where, "imagined")
        else:
            verdict = _matters(probe, tool, name, bases)
            role = str(probe.report[tool].roles.get(name, ""))
            yield Finding("parameter", where, "named" if verdict == "idle" and reason else verdict, role)


def _bases(probe: Probe, tool: str, first: Arguments) -> list[Arguments]:
    """Calls to vary: what `propose` has, the least and the most of it, and such as name one row by several fields at once."""
    entity = probe.report[tool].entity
    rows = probe.targets_of(entity)[:2] if entity in probe.spec.entities else []
    named = [arguments for row in rows for arguments in probe.naming(tool, row)[:3]]
    least = probe.least(tool, first)
    wide = [{**least, name: word} for name in least if isinstance(least[name], str) for word in probe.common(entity)]
    short = [{**base, size: 1} for base in (first, least, *wide) for size in _sizes(probe, tool)]
    return different([first, least, probe.varied(tool) or first, *named, *wide, *short])


def _sizes(probe: Probe, tool: str) -> list[str]:
    """The parameters that may say how long a page is."""
    roles = probe.report[tool].roles
    return [name for name, about in probe.properties(tool).items() if roles.get(name) == "paging" and about.get("type") in ("integer", "number")]


def _matters(probe: Probe, tool: str, name: str, bases: list[Arguments]) -> str:
    valid = False
    for base in bases:
        after, result = _called(probe, tool, base)
        if result.outcome == "invalid_arguments":
            continue
        silent: list[World] = []
        for value in _variants(probe, tool, name, base, result):
            given = {word: item for word, item in base.items() if word != name} | ({} if value is _ABSENT else {name: value})
            other_after, other = _called(probe, tool, given)
            if other.outcome == "invalid_arguments":
                continue
            valid = True
            if _said(other) != _said(result):
                return "matters"
            if other_after.digest != after.digest:
                silent.append(other_after)
        if any(_later(probe, after, other) for other in silent[:3]):
            return "matters"
    return "idle" if valid else "fixed"


def _variants(probe: Probe, tool: str, name: str, base: Arguments, result: CallResult) -> list[Any]:
    pool = probe.candidates(tool, name, base.get(name), result.value)
    return pool if name in required_of(probe.tools[tool]) or name not in base else [*pool, _ABSENT]


def _called(probe: Probe, tool: str, arguments: Arguments) -> tuple[World, CallResult]:
    after = probe.world.fork()
    return after, after.call(tool, arguments)


def _said(result: CallResult) -> tuple[str, bytes]:
    return result.outcome, dumps(result.value)


def _later(probe: Probe, one: World, other: World) -> bool:
    """Whether a reading tool tells two states apart."""
    targets: list[Target] = probe.targets(one.diff(other))
    return any(probe.shows(reader, target, one, other) for reader in probe.readers for target in targets)


# --- refusals --------------------------------------------------------------------------------------------------


def _refusals(probe: Probe, tool: str, schema: ToolSchema) -> Iterator[Finding]:
    base = probe.ok(tool)
    if base is None:
        return
    named = guess(schema)
    for name in probe.properties(tool):
        if name in base:
            by_report = probe.report[tool].roles.get(name) == "key"
            by_name = named.roles[name] == "key" and named.kind in ("read", "update", "delete") and not named.many
            for what, wanted in (("key", by_report), ("name_key", by_name)):
                if wanted and probe.tools[tool].kind != "imagined":
                    yield from _unknown(probe, tool, name, base, what)
        for value in _forbidden(probe, tool, name):
            yield from _refused(probe, tool, name, base | {name: value}, "bound")


def _unknown(probe: Probe, tool: str, name: str, base: Arguments, what: str) -> Iterator[Finding]:
    for value in _unknowns(base[name]):
        found = list(_refused(probe, tool, name, base | {name: value}, what))
        if found[0].verdict != "schema":
            yield from found
            return
    yield Finding(what, f"{tool}.{name}", "schema")


def _unknowns(value: Any) -> list[Any]:
    """Values of the same form that are the key of nothing."""
    if isinstance(value, bool):
        return [value]
    if isinstance(value, int):
        return [value + 90_001, value + 7]
    if isinstance(value, str):
        return [f"{value}0", f"zz-{value}", value[:-1] + ("8" if value[-1:] == "7" else "7"), "0b8a2f5e-3c1d-4e5f-8a9b-0c1d2e3f4a5b"]
    return [[unknown] for unknown in _unknowns(value[0])] if isinstance(value, list) and value else [value]


def _refused(probe: Probe, tool: str, name: str, arguments: Arguments, what: str) -> Iterator[Finding]:
    after, result = _called(probe, tool, arguments)
    where, said = f"{tool}.{name}", repr(arguments[name])[:80]
    if result.ok:
        yield Finding(what, where, "accepted", said)
    elif result.outcome == "invalid_arguments" and what != "bound":
        yield Finding(what, where, "schema")
    else:
        yield Finding(what, where, "refused")
    if not result.ok and after.digest != probe.world.digest:
        yield Finding("state", where, "changed", said)


def _forbidden(probe: Probe, tool: str, name: str) -> Iterator[Any]:
    """Values with an offence against an enum or a bound: of the parameter, of a part of an object, of the elements of a list."""
    root = probe.tools[tool].parameters
    schema = resolved(root["properties"][name], root)
    if any(word in schema for word in ("anyOf", "oneOf", "allOf")):
        return
    yield from violations(schema, root)
    if isinstance(schema.get("items"), dict) and schema.get("type") == "array":
        yield from ([wrong] for wrong in violations(schema["items"], root))
    if isinstance(schema.get("properties"), dict) and schema.get("type", "object") == "object":
        whole = next((value for value in values(schema, root) if isinstance(value, dict)), {})
        yield from (whole | {part: wrong} for part, about in schema["properties"].items() for wrong in violations(about, root))
