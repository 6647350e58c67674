"""Answers in the form that `returns` asks for: fields of the row, and what stands around it."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from gem_sim.grammar import singular
from gem_sim.worlds.canonical import ValueRefused, canonical
from gem_sim.worlds.compiler.build.acts import Act, Plan, type_of
from gem_sim.worlds.compiler.build.fields import field_schema, merged
from gem_sim.worlds.compiler.build.names import BARE, column, parts, plain
from gem_sim.worlds.schema import Drawer, Unfit, fits, no_hints
from gem_sim.worlds.spec import snake

Schema = dict[str, Any]
_WRAPS = (
    *("data", "result", "results", "item", "items", "response", "payload", "record", "records", "body", "value", "values", "content", "contents", "resources"),
    *("resource", "list", "rows", "entries", "objects", "object", "hits", "docs", "documents", "elements", "collection", "output", "page"),
)
_IDS = (*BARE, "reference", "number", "code", "hash", "token")
_TOTALS = ("total", "totalcount", "count", "totalresults", "totalitems", "totalrecords", "numresults", "totalelements", "size", "resultcount")
_NEXT = ("next", "nextcursor", "cursor", "nextpagetoken", "nexttoken", "pagetoken", "after", "nextpage")
_MORE = ("hasmore", "hasnext", "hasnextpage", "more", "ismore", "moreavailable")
_RIGHT = ("ok", "success", "successful", "succeeded", "valid", "accepted", "deleted")
_NESTS = ("attributes", "properties", "fields")
"""What holds the fields of a row in forms that keep them apart from its id."""
_DEEPEST = 4
_WIDEST, _MOST = 24, 40
"""Properties of a row that are shown beside those that have to be, and properties that are looked at."""
_MOMENT = "2026-03-02T09:00:00Z"


class Core(NamedTuple):
    """Where in a schema the row is: the names that lead to it, whether it stands in a list, and its own schema."""

    path: tuple[str, ...]
    listed: bool
    schema: Schema


class Source(NamedTuple):
    """What there is to say in expressions: a row, or rows that are shaped already with how many there are and how to go on."""

    row: str | None = None
    rows: str | None = None
    total: str = "1"
    following: str = "None"


def add_returned(plan: Plan) -> None:
    """Give entities the fields that answers show of their rows; what no tool writes has the form that is shown."""
    written = {(act.entity.name, held) for act in plan.acts.values() if act.deed not in ("read_one", "read_many") for held in act.columns.values()}
    for act in plan.acts.values():
        core = core_of(act)
        for name, about in _shown(act, core.schema) if core is not None and act.deed not in ("answer", "compute", "session") else ():
            held = _field(act, name, core.schema if core else {})
            if held is None and column(name) and not _fixed(about) and plain(name) not in _NESTS:
                act.entity.fields[column(name)] = field_schema(about)
            elif held is not None and held != act.entity.key and type_of(act.entity.fields[held]) == type_of(about):
                merged(act.entity.fields[held], field_schema(about), writes=False)
                if (act.entity.name, held) not in written:
                    act.entity.fields[held] = {word: about[word] for word in ("format", "enum") if word in about} | act.entity.fields[held]


def key_schema(act: Act) -> Schema | None:
    """What an answer says of the key of its rows."""
    core = core_of(act)
    found = (about for name, about in _properties(core.schema).items() if _field(act, name, core.schema) == act.entity.key) if core else iter(())
    return next(found, None)


def core_of(act: Act) -> Core | None:
    """Where the row of the tool's entity is in its answer; None where `returns` does not say."""
    schema = act.tool.tool.returns
    return _core(act, _plain(schema), (), listed=False) if schema else None


def _core(act: Act, schema: Schema, path: tuple[str, ...], *, listed: bool) -> Core:
    if (type_of(schema) == "array" or "items" in schema) and not listed:
        return _core(act, _plain(schema.get("items")), path, listed=True)
    inner = _inner(act, schema) if len(path) < _DEEPEST and not listed else None
    return Core(path, listed, schema) if inner is None else _core(act, _plain(schema["properties"][inner]), (*path, inner), listed=False)


def _inner(act: Act, schema: Schema) -> str | None:
    """The property that holds the row, or the rows, where an object is no more than what stands around them."""
    own = [
        name
        for name, about in _properties(schema).items()
        if plain(name) not in (*_TOTALS, *_NEXT, *_MORE, *_RIGHT) and not about.get("properties") and _field(act, name, schema)
    ]
    noun = {plain(act.entity.name), singular(parts(act.entity.name)[-1]) if parts(act.entity.name) else ""}
    told = {name: plain(name) in _WRAPS or singular(plain(name)) in noun or singular((parts(name) or ("",))[-1]) in noun for name in _properties(schema)}
    lists = [name for name, about in _properties(schema).items() if type_of(about) == "array"]
    whole = [name for name, about in _properties(schema).items() if about.get("properties") and told[name]]
    if act.deed == "read_many" or act.each:
        named = [name for name in lists if told[name]] or (lists if len(lists) == 1 and len(own) < 2 else [])
        return next(iter([*named, *whole]), None)
    named = [name for name in lists if told[name] and "properties" in _plain(_properties(schema)[name].get("items"))]
    return next(iter([*whole, *named]), None) if not own else None


def _is_around(name: str, about: Schema) -> bool:
    """Whether a property is about an answer and not about what it shows."""
    return plain(name) in (*_TOTALS, *_NEXT, *_MORE, *_RIGHT) or _fixed(about)


def _is_bare(core: Core) -> bool:
    """Whether a schema says nothing of the rows, and leaves room for them."""
    known = _properties(core.schema)
    return bool(known) and not core.path and core.schema.get("additionalProperties") is not False and all(_is_around(*pair) for pair in known.items())


def _says_nothing(core: Core) -> bool:
    """Whether an answer may be any object at all."""
    open_ = core.schema.get("additionalProperties", True)
    return not (core.path or core.listed or _properties(core.schema)) and type_of(core.schema) in ("object", "") and open_ in (True, {})


def shaped(act: Act, x: str) -> str | None:
    """A row as the answer shows it, None where `returns` does not say how."""
    core = core_of(act)
    if core is None:
        return None
    if not _properties(core.schema) or _is_bare(core):
        return None if type_of(core.schema) in ("object", "") else _as(core.schema, act.entity.fields.get(act.entity.key, {}), f"{x}.{_label(act)}")
    return _row(act, core.schema, x)


def _row(act: Act, schema: Schema, x: str) -> str:
    required, key = _required(schema), act.entity.key
    pairs = {name: _value(act, name, about, schema, x) for name, about in _shown(act, schema)}
    keyed = act.single or any(_field(act, name, schema) == key for name in _properties(schema))
    if not keyed and schema.get("additionalProperties") is not False and key not in pairs:
        pairs[key] = f"{x}.{key}"
    sure = ", ".join(f"{name!r}: {said}" for name, said in pairs.items() if name in required)
    rest = ", ".join(f"{name!r}: {said}" for name, said in pairs.items() if name not in required)
    return f"{{{sure}}}" if not rest else f"compact({{{rest}}})" if not sure else f"merge({{{sure}}}, compact({{{rest}}}))"


def _label(act: Act) -> str:
    """The field that stands for a row alone."""
    return act.entity.key if not act.single else next(iter(act.entity.fields))


def answered(act: Act, source: Source) -> str | None:
    """The whole answer, None where `returns` does not say how it looks."""
    core = core_of(act)
    if core is None or (source.rows is not None and _says_nothing(core)):
        return None
    if source.rows is not None and not core.listed and not core.path and type_of(core.schema) in ("integer", "number"):
        return source.total  # of many things one number says how many there are
    one = (shaped(act, source.row) or source.row) if source.row is not None else f"default(first({source.rows}), {blank(core.schema)})"
    if _is_bare(core):
        around = ", ".join(f"{name!r}: {_said(name, about, source) or blank(about)}" for name, about in _properties(core.schema).items())
        return f"{{{around}, {f'{snake(act.entity.name)!r}: {one}' if source.rows is None else f'{chr(39)}items{chr(39)}: {source.rows}'}}}"
    inner = (source.rows if source.rows is not None else f"[{one}]") if core.listed else one
    return _around(_plain(act.tool.tool.returns), core.path, inner, source)


def _around(schema: Schema, path: tuple[str, ...], inner: str, source: Source) -> str:
    """What stands around the row: what is required, and what is known of the rows."""
    if not path:
        return inner
    made, required = [], _required(schema)
    for name, about in list(_properties(schema).items())[:_MOST]:
        if name == path[0]:
            made.append(f"{name!r}: {_around(_plain(about), path[1:], inner, source)}")
        elif (said := _said(name, about, source)) is not None:
            made.append(f"{name!r}: {said}")
        elif name in required:
            made.append(f"{name!r}: {blank(about)}")
    return f"{{{', '.join(made)}}}"


def _said(name: str, about: Schema, source: Source) -> str | None:
    """What is known of the rows as a whole, in the type that is asked for."""
    spelled, kind = plain(name), type_of(about)
    if spelled in _TOTALS and kind in ("integer", "number"):
        return source.total
    if spelled in _MORE and kind == "boolean":
        return f"({source.following}) is not None"
    if spelled in _NEXT and source.following != "None":
        return (
            f"('' if {source.following} is None else text({source.following}))"
            if kind == "string"
            else source.following
            if kind in ("integer", "number")
            else None
        )
    if spelled in _RIGHT and kind == "boolean" and not about.get("enum"):
        return "True"
    inside = {word: _said(word, part, source) for word, part in _properties(about).items() if plain(word) not in _RIGHT}
    parts_said = [f"{word!r}: {said or blank(_properties(about)[word])}" for word, said in inside.items() if said is not None or word in _required(about)]
    return f"{{{', '.join(parts_said)}}}" if any(inside.values()) else None


def _value(act: Act, name: str, about: Schema, whole: Schema, x: str) -> str:
    held = _field(act, name, whole)
    if held is None and plain(name) in _NESTS and not _fixed(about):
        return _row(act, about, x) if _properties(about) else _pick(act, whole, x)
    if held is None or _fixed(about):
        return blank(about)
    said, required = f"{x}.{held}", name in _required(whole)
    said = _as(about, act.entity.fields.get(held, {}), said) if held != act.entity.key or type_of(about) != "object" else said
    if _required(about) and type_of(about) in ("object", "") and blank(about).startswith("{"):
        whole_one = f"merge({blank(about)}, default({said}, {{}}))"
        return whole_one if required else f"(None if {said} is None else {whole_one})"
    return said if not required or (held == act.entity.key and said == f"{x}.{held}") else f"default({said}, {blank(about)})"


def _pick(act: Act, whole: Schema, x: str) -> str:
    """The fields of a row that an answer has no other place for."""
    elsewhere = {_field(act, name, whole) for name in _properties(whole)}
    rest = [held for held in act.entity.fields if held not in elsewhere and held != act.entity.key][:_WIDEST]
    return f"pick({x}, {', '.join(map(repr, rest))})" if rest else "{}"


def _fixed(about: Schema) -> bool:
    """Whether a schema takes one value alone."""
    return "const" in about or len(about.get("enum") or (1, 2)) == 1


def _as(about: Schema, held: Schema, said: str) -> str:
    """A field in the type that an answer asks for."""
    wanted, known = type_of(about), type_of(held)
    if wanted == "string" and known in ("integer", "number", "boolean"):
        return f"(None if {said} is None else text({said}))"
    if wanted in ("integer", "number") and known == "string":
        return f"(None if {said} is None else number({said}))"
    return said if wanted == known or not wanted or not known or {wanted, known} == {"integer", "number"} else "None"


def _field(act: Act, name: str, whole: Schema) -> str | None:
    """The field that a property of a row shows: by name, its key by any name that an id has, where no other property is nearer."""
    entity, properties = act.entity, _properties(whole)
    scalars = {
        other for other, about in properties.items() if type_of(about) not in ("array", "boolean") and not about.keys() & {"properties", "enum", "const"}
    }
    known = next((held for held in entity.fields if plain(held) == plain(name) and not (held == entity.key and (act.single or name not in scalars))), None)
    spelled = [plain(other) for other in properties if other in scalars]
    if known is not None or act.single or plain(entity.key) in spelled:
        return known
    nearest = next((other for other in (*BARE, plain(f"{entity.name}_id"), plain(entity.name)) if other in spelled), None)
    if nearest is None:
        ids = [plain(other) for other in properties if other in scalars and parts(other) and parts(other)[-1] in _IDS]
        nearest = ids[0] if len(ids) == 1 else None
    return entity.key if plain(name) == nearest and name in scalars else None


def _shown(act: Act, schema: Schema) -> Iterator[tuple[str, Schema]]:
    """The properties of a row that are shown: what is required, what rows hold, then others as long as there is room."""
    required, room = _required(schema), _WIDEST if act.deed != "read_many" else _WIDEST // 4
    for name, about in list(_properties(schema).items())[:_MOST]:
        known = _field(act, name, schema) is not None
        if name not in required and not known:
            room -= 4 if about.get("properties") or type_of(about) in ("array", "object") else 1
        if name in required or known or room >= 0:
            yield name, about


def _properties(schema: Schema) -> dict[str, Schema]:
    found = schema.get("properties")
    return {name: _plain(about) for name, about in found.items()} if isinstance(found, dict) else {}


def _required(schema: Schema) -> list[str]:
    found = schema.get("required")
    return found if isinstance(found, list) else []


def _plain(schema: Any) -> Schema:
    """A schema without alternatives: of several the first that says what is in it."""
    if not isinstance(schema, dict):
        return {}
    for word in ("allOf", "anyOf", "oneOf"):
        branches = [_plain(branch) for branch in schema.get(word, ()) if isinstance(branch, dict) and branch.get("type") != "null"]
        if branches and "properties" not in schema and "type" not in schema:
            return {**next((branch for branch in branches if branch.get("properties")), branches[0])}
    return schema


def blank(schema: Any, depth: int = 0) -> str:
    """The expression of a value that says as little as a schema allows."""
    about = _plain(schema)
    if "const" in about or about.get("enum"):
        return repr(about.get("const", (about.get("enum") or [None])[0]))
    kind = type_of(about) or ("object" if about.get("properties") else "")
    if kind == "object" and depth < _DEEPEST:
        inner = _properties(about)
        return "{" + ", ".join(f"{name!r}: {blank(inner.get(name), depth + 1)}" for name in _required(about)) + "}"
    least = {"boolean": False, "integer": 0, "number": 0, "string": "", "array": []}.get(kind)
    if kind == "string" and about.get("format") in ("date-time", "date"):
        least = _MOMENT[: 10 if about["format"] == "date" else None]
    if least is None or (fits(about, least) and not about.get("minItems")):
        return repr(least)
    try:
        return repr(canonical(Drawer(about, Random("blank"), _MOMENT, no_hints).value(about)))  # noqa: S311  (a plain value, no secret)
    except (Unfit, ValueRefused):
        return repr(least)
