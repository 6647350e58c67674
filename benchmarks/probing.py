"""A compiled world examined from outside: calls that succeed, arguments to vary, and reads that show a row."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

from drawing import different, leaves, values
from words import plain, words

from gem_sim.worlds.canonical import same
from gem_sim.worlds.compiler import Compilation
from gem_sim.worlds.spec import PLACE, ToolSpec
from gem_sim.worlds.world import CallResult, World

_PAGE = re.compile(r"^(page|pageno|pagenumber|pageindex|p)$")
_OFFSET = re.compile(r"^(offset|skip|start|startat|startindex|from)$")
_CURSOR = re.compile(r"(cursor|pagetoken|paginationid|continuation|nexttoken|after|marker)")
_BOUND = re.compile(r"\b(from|to|since|until|start|end|after|before|min|max|minimum|maximum|begin|created|updated)\b")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOST = 14
"""Values tried for one parameter."""
_PER_NAME = 6
_PAGE_ROWS = 10
_PAGES = 12
"""Pages that are turned to find a row; wide rows make short pages."""
_SORTS = ("asc", "desc", "ascending", "descending")
Arguments = dict[str, Any]
Diff = list[dict[str, Any]]


class Target(NamedTuple):
    """A row that a call touched: its key and what is known of its fields, by plain names."""

    entity: str
    key: tuple[Any, ...]
    fields: dict[str, Any]


class Probe:
    """The world of a compiled set as it starts, and what can be called in it."""

    def __init__(self, made: Compilation) -> None:
        self.spec = made.spec
        self.tools = made.spec.tools
        self.report = made.report.tools
        self.world = made.spec.start()
        self.readers = [name for name, tool in self.tools.items() if tool.kind == "read"]
        self._ok: dict[str, Arguments | None] = {}

    def ok(self, tool: str) -> Arguments | None:
        """Arguments that `propose` gives for a success, if the call then is one."""
        if tool not in self._ok:
            found = self.world.propose(tool, "ok")
            self._ok[tool] = found if found is not None and self.world.fork().call(tool, found).ok else None
        return self._ok[tool]

    @cached_property
    def held(self) -> dict[str, list[Any]]:
        """Plain name of a field to some values that rows have in it."""
        found: dict[str, list[Any]] = defaultdict(list)
        for entity in self.spec.entities:
            for row in self.world.rows(entity)[:_PER_NAME]:
                for name, value in row.items():
                    if value is not None and value not in found[plain(name)]:
                        found[plain(name)].append(value)
        return found

    @cached_property
    def keys(self) -> dict[str, list[Any]]:
        """Entity to the own key values of its rows."""
        about = {name: entity.own_keys[-1] for name, entity in self.spec.entities.items() if entity.own_keys}
        return {name: [row.get(key) for row in self.world.rows(name)] for name, key in about.items()}

    def keyed(self, value: Any) -> list[str]:
        """The entities of which a row has this key."""
        return [entity for entity, known in self.keys.items() if isinstance(value, (str, int)) and value in known]

    def candidates(self, tool: str, name: str, base: Any, result: Any = None) -> list[Any]:
        """Values to vary a parameter with: other keys, what rows hold under its name, what its schema suggests, a place in the list."""
        about = self.tools[tool]
        entity = self.report[tool].entity
        others = [key for found in self.keyed(base) for key in self.keys[found] if key != base][:4]
        held = self.held.get(plain(name), []) or (self.keys.get(entity, []) if plain(name) in ("id", "key", "name") else [])
        drawn = values(about.parameters["properties"][name], about.parameters)
        cursor = [result["next_cursor"]] if isinstance(result, dict) and result.get("next_cursor") else []
        fields = list(self.spec.entities[entity].fields)[:3] if entity in self.spec.entities else []
        words = [
            text.split()[0] for texts in (self.held.get(plain(field), []) for field in fields) for text in texts[:2] if isinstance(text, str) and text.strip()
        ]
        extra = [*_SORTS, *fields, *words] if any(isinstance(value, str) for value in drawn) and not others else []
        arrays = [[value] for value in held[:3] if any(isinstance(made, list) for made in drawn)]
        pool = different([*cursor, *others, *held[:4], *arrays, *self.bounds(entity, name, [base, *drawn]), *drawn, *extra])
        return [value for value in pool if value != base or type(value) is not type(base)][: _MOST + len(extra)]

    def common(self, entity: str | None) -> list[str]:
        """The word that the texts of most rows hold, if any two do: a search for it finds more than one."""
        rows = self.world.rows(entity) if entity in self.spec.entities else []
        held = Counter(word for row in rows for word in {word for text in row.values() if isinstance(text, str) for word in words(text)})
        return [word for word, count in held.most_common(1) if count > 1]

    def bounds(self, entity: str | None, name: str, like: list[Any]) -> list[Any]:
        """The middle values that fields of an entity have of the same form, for a parameter that is called as a bound."""
        if entity not in self.spec.entities or not _BOUND.search(" ".join(words(name))):
            return []
        rows = self.world.rows(entity)
        columns = [sorted({row[field] for row in rows if _same_form(row.get(field), like)}) for field in self.spec.entities[entity].fields]
        return [column[len(column) // 2] for column in columns if len(column) > 2]

    def varied(self, tool: str, keep: frozenset[str] = frozenset()) -> Arguments | None:
        """Arguments of a success that give every parameter but those to keep, as far as the call still succeeds.

        The values are fresh ones: neither what `propose` has nor what the row that a call with those changes has anywhere, as far as there are others.
        """
        base = self.ok(tool)
        if base is None:
            return None
        rows = [self.row(self.world, change) for change in self.world.fork().call(tool, base).diff if change["op"] == "set"]
        if not rows and self.report[tool].entity in self.spec.entities:
            given = list(leaves(base))
            rows = [
                row
                for row in self.world.rows(self.report[tool].entity)
                if any(row.get(key) in given for key in self.spec.entities[self.report[tool].entity].keys)
            ]
        pools = {name: self._fresh(tool, name, base.get(name), rows) for name in self.properties(tool) if name not in keep}
        whole = base | {name: pool[0] for name, pool in pools.items() if pool}
        if self.world.fork().call(tool, whole).ok:
            return whole
        made = dict(base)
        for name, pool in pools.items():
            value = next((value for value in pool[:4] if self.world.fork().call(tool, made | {name: value}).ok), base.get(name))
            made |= {name: value} if name in base or value is not None else {}
        return made

    def _fresh(self, tool: str, name: str, base: Any, rows: list[dict[str, Any]]) -> list[Any]:
        """Values for a parameter, those first that no row holds; all there are where each is held."""
        about = self.properties(tool)[name]
        free = isinstance(about, dict) and about.get("type") == "string" and not about.keys() & {"enum", "const", "format", "pattern", "maxLength"}
        new = [f"fresh {plain(name)} 1"] if free and not self.keyed(base) else []
        pool = [*new, *self.candidates(tool, name, base)]
        given = [value for value in (*pool, base) if value is not None]
        fresh = [value for value in given if not any(left(name, value, row) for row in rows)]
        return fresh or [value for value in given if not any(kept(name, value, row) for row in rows)] or pool

    def properties(self, tool: str) -> dict[str, Any]:
        """The parameters of a tool and their schemas."""
        found: dict[str, Any] = self.tools[tool].parameters.get("properties", {})
        return found

    def least(self, tool: str, arguments: Arguments) -> Arguments:
        """The required ones of some arguments."""
        required = required_of(self.tools[tool])
        return {name: value for name, value in arguments.items() if name in required}

    def targets_of(self, entity: str) -> list[Target]:
        """The rows of an entity as they are at the start."""
        keys = self.spec.entities[entity].keys
        return [
            Target(entity, tuple(row.get(key) for key in keys), {plain(name): value for name, value in row.items() if _given(value)})
            for row in self.world.rows(entity)[:_PER_NAME]
        ]

    def targets(self, diff: Diff) -> list[Target]:
        """The rows that a diff touches, without those that live in another one of them."""
        found = []
        for change in self.outermost(diff):
            key = key_of(change)
            named = dict(zip(self.spec.entities[change["entity"]].keys, key, strict=False))
            new = change.get("row") or {name: pair[1] for name, pair in change.get("fields", {}).items()}
            old = self.row(self.world, change) if change["op"] == "set" else {}
            known = {plain(name): value for name, value in {**old, **new, **named}.items() if _given(value)}
            found.append(Target(change["entity"], key, known))
        return found

    def outermost(self, diff: Diff) -> Diff:
        """The changes that are in no row that another change is about."""

        def inside(change: dict[str, Any], other: dict[str, Any]) -> bool:
            return other["entity"] in self.homes(change["entity"]) and key_of(change)[: len(key_of(other))] == key_of(other)

        return [change for change in diff if not any(inside(change, other) for other in diff)]

    def homes(self, entity: str) -> list[str]:
        """The entities in whose rows these live, from near to far."""
        parent = self.spec.entities[entity].parent
        return [parent, *self.homes(parent)] if parent else []

    def row(self, world: World, change: dict[str, Any]) -> dict[str, Any]:
        """The whole row of a change as `world` has it; without one what the change tells."""
        entity = self.spec.entities[change["entity"]]
        named = dict(zip(entity.keys, key_of(change), strict=False))
        shown = {name: value for name, value in named.items() if name != PLACE}
        if PLACE not in named:
            rows = (row for row in world.rows(change["entity"]) if all(row.get(name) == value for name, value in shown.items()))
            found = next(rows, None)
            if found is not None:
                return found
        return {**shown, **(change.get("row") or {name: pair[1] for name, pair in change.get("fields", {}).items()})}

    def naming(self, tool: str, target: Target) -> list[Arguments]:
        """Arguments for a tool that name a row, most telling first: its key and fields in place of what `propose` has."""
        base = self.ok(tool) or {}
        names = self.properties(tool)
        by_name = {name: target.fields[plain(name)] for name in names if plain(name) in target.fields}
        by_key = {name: value for name in names if (value := self._key_for(target, name, base.get(name))) is not None}
        least, required = self.least(tool, base), required_of(self.tools[tool])
        found = []
        for fitted in ({**by_name, **by_key}, {**by_key, **by_name}):
            found.append({**least, **{name: value for name, value in fitted.items() if name in required}})
            found.append({**base, **{name: value for name, value in fitted.items() if name in required or name in base}})
            found.append({**least, **fitted})
        return different([*found, least, base])

    def _key_for(self, target: Target, name: str, base: Any) -> Any:
        """The key that stands for a row where `base` is the key of another: its own, that of its home, or that of what it refers to."""
        columns = self.spec.entities[target.entity].columns
        for entity in self.keyed(base):
            if entity == target.entity:
                return target.key[-1]
            if entity in self.homes(target.entity):
                return target.key[len(self.spec.entities[entity].keys) - 1]
            held = next((field for field, about in columns.items() if about.ref == entity and plain(field) in target.fields), None)
            if held is not None:
                return target.fields[plain(held)]
        return target.key[-1] if target.key and plain(name) in ("id", plain(target.entity), f"{plain(target.entity)}id") else None

    def pages(self, world: World, tool: str, arguments: Arguments) -> Iterator[CallResult]:
        """The answer to a call, and as long as there is more the answers to the calls that go on."""
        result = world.call(tool, arguments)
        yield result
        for at in range(1, _PAGES):
            more = _onward(self.properties(tool), result, at)
            if not more:
                return
            result = world.call(tool, arguments | more)
            yield result

    def shows(self, tool: str, target: Target, before: World, after: World) -> bool:
        """Whether a call of a reading tool answers otherwise after than before."""
        for arguments in self.naming(tool, target):
            pairs = zip(self.pages(before, tool, arguments), self.pages(after, tool, arguments), strict=False)
            if any((old.outcome, old.value) != (new.outcome, new.value) for old, new in pairs):
                return True
        return False

    def counts(self, tool: str, target: Target, before: World, after: World) -> bool:
        """Whether a list says that it has more rows after than before."""

        def total(world: World, arguments: Arguments) -> int:
            value = world.call(tool, arguments).value
            found = value.get("total") if isinstance(value, dict) else None
            return found if isinstance(found, int) else 0

        return any(total(after, arguments) > total(before, arguments) for arguments in self.naming(tool, target))

    def lists(self, tool: str, target: Target, before: World, after: World) -> bool:
        """Whether a call of a reading tool shows the key of a row that is new."""
        own = self.spec.entities[target.entity].own_keys
        if not own:
            return self.shows(tool, target, before, after)
        for arguments in self.naming(tool, target):
            shown = [leaf for page in self.pages(after, tool, arguments) for leaf in leaves(page.value)]
            if any(_same(leaf, target.key[-1]) for leaf in shown):
                return not any(_same(leaf, target.key[-1]) for page in self.pages(before, tool, arguments) for leaf in leaves(page.value))
        return False


def _given(value: Any) -> bool:
    """Whether a value of a row can be asked for: a single one, or a list of such."""
    return isinstance(value, (str, int, float)) or (isinstance(value, list) and all(isinstance(item, (str, int, float)) for item in value))


def _same_form(value: Any, like: list[Any]) -> bool:
    """Whether a value is a day, or a number, as one of some others is."""
    numbers = (int, float)
    if isinstance(value, str):
        return _DAY.match(value) is not None and any(isinstance(other, str) and _DAY.match(other) for other in like)
    return type(value) in numbers and any(type(other) in numbers for other in like)


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _onward(properties: dict[str, Any], result: CallResult, at: int) -> Arguments:
    """Arguments that lead to the next page, where there may be one."""
    value = result.value
    inside = [value, *value.values()] if isinstance(value, dict) else []
    cursor = next((part[name] for part in inside if isinstance(part, dict) for name in part if _CURSOR.search(plain(name)) and part[name]), None)
    full = any(isinstance(part, list) and len(part) >= _PAGE_ROWS for part in (value, *(value.values() if isinstance(value, dict) else ())))
    if not cursor and not full:
        return {}
    found: Arguments = {}
    for name in properties:
        if _CURSOR.search(plain(name)) and cursor:
            found[name] = cursor
        elif _PAGE.match(plain(name)):
            found[name] = at + 1
        elif _OFFSET.match(plain(name)):
            found[name] = at * _PAGE_ROWS
    return found


def required_of(tool: ToolSpec) -> list[str]:
    """The parameters that a call has to give."""
    found: list[str] = tool.parameters.get("required") or []
    return found


def key_of(change: dict[str, Any]) -> tuple[Any, ...]:
    """The key of a change as its parts."""
    key = change["key"]
    return tuple(key) if isinstance(key, (list, tuple)) else (key,)


def left(name: str, value: Any, row: Any) -> bool:
    """Whether a row holds an argument: under a field of its name, its parts under theirs, or as a text, list or object anywhere."""
    if kept(name, value, row):
        return True
    if isinstance(value, dict) and value:
        return all(left(part, item, row) for part, item in value.items() if item is not None)
    return not isinstance(value, (bool, int, float)) and any(same(value, held) for _, held in fields_of(row))


def kept(name: str, value: Any, row: Any) -> bool:
    """Whether a row holds an argument under its name."""
    return any(same(value, held) for field, held in fields_of(row) if plain(field) == plain(name))


def fields_of(value: Any) -> list[tuple[str, Any]]:
    """The fields of a row and of all that is in it, by name."""
    if isinstance(value, dict):
        return [*value.items(), *(pair for part in value.values() for pair in fields_of(part))]
    return [pair for part in value for pair in fields_of(part)] if isinstance(value, list) else []
