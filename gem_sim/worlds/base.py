"""The rows of a spec as tables: checked, canonical, indexed on first use. Shared by all worlds of the spec and never changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import Any

from gem_sim.errors import SpecError
from gem_sim.worlds.canonical import ATOMS, MAX_NUMBER, MAX_TEXT, ValueRefused, canonical, number, private, rounded, same
from gem_sim.worlds.spec import MISSING, PLACE, EntitySpec, FieldSpec, WorldSpec

Row = dict[str, Any]
Key = Any
"""A key value, a tuple of them for a composite key, or `()` for the row of a singleton."""
_BRACED = re.compile(r"\{(\w+)\}")
MODULUS = 1 << 256
_TYPES: dict[str, Any] = {"string": str, "number": (int, float), "integer": int, "boolean": bool, "array": list, "object": dict}


class Table:
    """An entity at work: how its rows are keyed, checked and shown, and the rows that the spec gives it."""

    def __init__(self, name: str, entity: EntitySpec) -> None:
        self.name = name
        self.entity = entity
        self.keys = entity.keys
        self.columns = dict(entity.columns)
        if PLACE in self.keys:
            self.columns[PLACE] = FieldSpec.model_validate({"type": "integer"})
        self.defaults = {column: None if about.default == MISSING else about.default for column, about in self.columns.items()}
        self.unique = tuple(column for column, about in self.columns.items() if about.unique)
        self.volatile = frozenset(column for column, about in self.columns.items() if about.volatile)
        self.fits = {column: _fit(column, about, is_key=column in self.keys) for column, about in self.columns.items()}
        self.outer = self.keys[: len(self.keys) - max(1, len(entity.own_keys))] if entity.within else ()
        """The key of the parent, as the columns are called here."""
        self.field = (entity.within or "").partition(".")[2]
        self.prefix = f"{name[:3].upper()}-" if entity.prefix is None else entity.prefix
        self.parent: Table | None = None
        self.children: list[Table] = []
        self.rows: dict[Key, Row] = {}
        self._indexes: dict[Any, dict[Any, list[Key]]] = {}
        self._order: list[Key] = []
        self._places: dict[Key, int] = {}
        self._weights: dict[Key, int] = {}
        self.key_of: Callable[[Row], Key] = itemgetter(*self.keys) if self.keys else lambda _: ()
        self.home_of: Callable[[Row], Key] = itemgetter(*self.outer) if self.outer else lambda _: ()
        self.optional = tuple(column for column, about in self.columns.items() if about.optional)
        self.said: Callable[[Key], str] = _missing(name, entity)
        self.private = self._copier((PLACE,))
        """A copy of a row that nobody else holds, without the column that only the engine knows."""
        self.inner = self._copier((PLACE, *self.outer))
        """As `private`, without the columns that say where the row lives."""

    @property
    def nested(self) -> bool:
        """Whether a row is not shown as it is stored: rows live in it, or it has a place instead of a key."""
        return bool(self.children) or PLACE in self.columns

    def fitted(self, fields: Row) -> Row:
        """A whole row, canonical and rounded. Raises ValueRefused for what does not fit."""
        if not fields.keys() <= self.columns.keys():
            name = next(name for name in fields if name not in self.columns)
            raise ValueRefused(f"field {name!r} is not declared; expected one of {[column for column in self.columns if column != PLACE]}")
        return {column: fit(fields[column] if column in fields else self.defaults[column]) for column, fit in self.fits.items()}

    def updated(self, row: Row, fields: Row) -> Row:
        """The row with some fields written anew, each checked as `fitted` does it."""
        made, fits = row.copy(), self.fits
        for name, value in fields.items():
            made[name] = fits[name](value)
        return made

    def weigh(self, row: Row | None) -> int:
        """What a row adds to the digest of a state; volatile fields and the row that is not there add nothing."""
        if row is None:
            return 0
        seen = {name: value for name, value in row.items() if name not in self.volatile} if self.volatile else row
        return number([self.name, seen])

    def weight(self, key: Key, row: Row | None) -> int:
        """As `weigh`, remembered for rows of the base, which many worlds are the first to write to."""
        if row is None or row is not self.rows.get(key):
            return self.weigh(row)
        if key not in self._weights:
            self._weights[key] = self.weigh(row)
        return self._weights[key]

    def _copier(self, left_out: tuple[str, ...]) -> Callable[[Row], Row]:
        columns = [column for column in self.columns if column not in left_out]
        optional = frozenset(column for column, about in self.columns.items() if about.optional)
        if optional or not all(_is_atomic(self.columns[column]) for column in columns):
            return lambda row: {name: private(row[name]) for name in columns if row[name] is not None or name not in optional}
        return dict.copy if len(columns) == len(self.columns) else lambda row: {name: row[name] for name in columns}

    @property
    def order(self) -> list[Key]:
        """The keys of the base rows in order."""
        if len(self._order) != len(self.rows):
            self._order = list(self.rows)
        return self._order

    @property
    def places(self) -> dict[Key, int]:
        """Key to position among the base rows."""
        if len(self._places) != len(self.rows):
            self._places = {key: at for at, key in enumerate(self.rows)}
        return self._places

    def index(self, fields: str | tuple[str, ...]) -> dict[Any, list[Key]]:
        """Value of a field, or tuple of the values of several, to the keys of the base rows that have it."""
        if fields not in self._indexes:
            made: dict[Any, list[Key]] = {}
            for key, row in self.rows.items():
                value = hashable(row[fields]) if isinstance(fields, str) else tuple(row[name] for name in fields)
                made.setdefault(value, []).append(key)
            self._indexes[fields] = made
        return self._indexes[fields]


class Base:
    """All tables of a spec, filled. Raises SpecError where rows do not fit."""

    def __init__(self, spec: WorldSpec) -> None:
        self.tables = {name: Table(name, entity) for name, entity in spec.entities.items()}
        for table in self.tables.values():
            if table.entity.parent:
                table.parent = self.tables[table.entity.parent]
                table.parent.children.append(table)
        for entity, rows in _with_singletons(spec).items():
            if entity not in self.tables:
                raise SpecError(f"rows.{entity}", f"no such entity; expected one of {sorted(self.tables)}")
            if self.tables[entity].entity.within:
                raise SpecError(f"rows.{entity}", f"these rows stand inside their parent, as {spec.entities[entity].within}")
            for at, row in enumerate(rows):
                _fill(self.tables[entity], row, {}, f"rows.{entity}[{at}]")
        for table in self.tables.values():
            _refuse_doubles(table)
        self.sum = sum(table.weigh(row) for table in self.tables.values() for row in table.rows.values()) % MODULUS


def _with_singletons(spec: WorldSpec) -> dict[str, list[Row]]:
    rows = dict(spec.rows)
    for name, entity in spec.entities.items():
        if entity.singleton and not rows.get(name):
            rows[name] = [{}]
    return rows


def _fill(table: Table, given: Row, outer: Row, where: str) -> None:
    """Put a row and the rows inside it into their tables."""
    inside = {child: given[child.field] for child in table.children if given.get(child.field) is not None}
    try:
        row = table.fitted({**{name: value for name, value in given.items() if name not in {child.field for child in table.children}}, **outer})
        key = table.key_of(row)
        if key in table.rows:
            raise ValueRefused(f"key {key!r} stands there twice")
        table.rows[key] = row
        for child, value in inside.items():
            for at, fields in enumerate(elements_of(child, value)):
                _fill(child, fields, home(child, key, at), f"{where}.{child.field}[{at}]")
    except ValueRefused as refused:
        raise SpecError(where, str(refused)) from None


def elements_of(child: Table, value: Any) -> Iterator[Row]:
    """The rows that stand in a parent's field: a list of objects, or for `shape: map` an object from key to object."""
    if child.entity.shape == "map":
        named = value.items() if isinstance(value, dict) else [("", None)]
        rows = [{child.entity.own_keys[0]: key, **row} if isinstance(row, dict) else None for key, row in named]
    else:
        rows = value if isinstance(value, list) else [None]
    if not all(isinstance(row, dict) for row in rows):
        expected = "an object from key to object" if child.entity.shape == "map" else "a list of objects"
        raise ValueRefused(f"field {child.field!r} holds {child.name} rows; expected {expected}")
    yield from (row for row in rows if row is not None)


def home(child: Table, key: Key, at: int) -> Row:
    """The columns of a nested row that say where it lives: the key of its parent, and its place where it has no key."""
    columns = dict(zip(child.outer, key if isinstance(key, tuple) else (key,), strict=True))
    return {**columns, PLACE: at} if PLACE in child.columns else columns


def hashable(value: Any) -> Any:
    """A value as an index key: 1 and True stay apart, lists and objects are found by their canonical text."""
    if isinstance(value, (bool, list, dict)):
        return (type(value).__name__, repr(value))
    return value


def _refuse_doubles(table: Table) -> None:
    for name in table.unique:
        taken: set[Any] = set()
        for at, row in enumerate(table.rows.values()):
            value = hashable(row[name])
            if value is not None and value in taken:
                raise SpecError(f"rows.{table.name}[{at}]", f"field {name!r} is unique, but {row[name]!r} stands there twice")
            taken.add(value)


def _missing(name: str, entity: EntitySpec) -> Callable[[Key], str]:
    """What a look-up without a row says."""
    text, keys = entity.missing, entity.keys
    if text is None:
        return lambda key: f"{name} {key!r} not found" if key != () else f"{name} not found"
    unknown = set(_BRACED.findall(text)) - set(keys)
    if unknown:
        raise SpecError(f"entities.{name}.missing", f"{{{min(unknown)}}} is no key field; expected {', '.join(keys)}")

    def said(key: Key) -> str:
        parts = dict(zip(keys, key if isinstance(key, tuple) else (key,), strict=False))
        return _BRACED.sub(lambda match: str(parts.get(match[1], ""))[:200], text)

    return said


def _is_atomic(about: FieldSpec) -> bool:
    """Whether a field can hold neither list nor object."""
    if about.enum is not None:
        return all(type(option) in ATOMS for option in about.enum)
    return about.type not in (None, "array", "object") or about.ref is not None


def _fit(name: str, field: FieldSpec, *, is_key: bool) -> Callable[[Any], Any]:
    """Checks a value for one column and gives its canonical form."""
    options = frozenset(option for option in field.enum or () if isinstance(option, str))
    kind = _TYPES[field.type] if field.type else None
    any_text, any_whole, any_float = (field.enum is None and field.type in (None, *names) for names in (("string",), ("number", "integer"), ("number",)))
    decimals = field.decimals

    def fit(value: Any) -> Any:
        if type(value) is str and (value in options or (any_text and len(value) <= MAX_TEXT and value.isascii())):
            return value
        if any_whole and type(value) is int and -MAX_NUMBER <= value <= MAX_NUMBER:
            return value
        if any_float and type(value) is float and decimals is not None:
            return rounded(value, decimals)
        value = canonical(value)
        if is_key:
            _check_key(name, value)
        if value is None:
            return value
        if decimals is not None:
            value = rounded(value, decimals)
        if field.enum is not None and not any(same(value, option) for option in field.enum):
            raise ValueRefused(f"field {name!r} is {value!r:.80}; expected one of {list(field.enum)}")
        if kind is not None and (not isinstance(value, kind) or isinstance(value, bool) != (kind is bool)):
            raise ValueRefused(f"field {name!r} is {value!r:.80}; expected {field.type}")
        return value

    return fit


def _check_key(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        said = "null" if value is None else f"{value!r:.80}"
        raise ValueRefused(f"key field {name!r} is {said}; expected a text or an integer")
