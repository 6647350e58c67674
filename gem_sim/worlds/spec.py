"""The world language as data: what `world.yaml` may hold. Knows shapes, not how expressions run.

Every model refuses keys it does not know. Rows are part of a spec, so that its digest fixes a world completely.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, field_validator, model_validator

from gem_sim.records import Kind, Rule, Side
from gem_sim.worlds.canonical import digest

if TYPE_CHECKING:
    from gem_sim.worlds.program import Program
    from gem_sim.worlds.world import World

MISSING = "\0missing"
"""Stands for 'no default given', because null is a default like any other."""
PLACE = "#"
"""Column that tells rows without a key of their own apart; no expression can name it and no result shows it."""


def snake(name: str) -> str:
    """`PickupRequest` as `pickup_request`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _source(value: Any) -> Any:
    """A number, truth value or null of YAML as the expression that says it."""
    return repr(value) if value is None or isinstance(value, (bool, int, float)) else value


Expression = Annotated[str, BeforeValidator(_source)]


class Part(BaseModel):
    """Base of all parts of a spec: frozen, unknown keys refused, YAML spellings such as `return` by alias."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class FieldSpec(Part):
    """One field of a row. Without a `type` any JSON value fits; `null` always does unless the field is the key."""

    type: Literal["string", "number", "integer", "boolean", "array", "object"] | None = None
    ref: str | None = None
    """Name of the entity whose key this field holds."""
    enum: tuple[Any, ...] | None = None
    format: str | None = None
    decimals: int | None = Field(None, ge=0, le=9)
    default: Any = MISSING
    optional: bool = False
    """Left out where a row is shown and this is null, instead of being shown as null."""
    unique: bool = False
    volatile: bool = False
    """Left out of the digest: counters and stamps that two equal states may differ in."""
    description: str = ""


class EntitySpec(Part):
    """A kind of row. `key` names what tells its rows apart; `singleton` says that there is exactly one; `within` that they live inside another row."""

    key: str | tuple[str, ...] | None = None
    singleton: bool = False
    within: str | None = None
    """`Parent.field`: the parent entity and the name under which a parent shows these rows."""
    shape: Literal["list", "map"] = "list"
    """How a parent shows the rows inside it: a list, or an object from key to row."""
    prefix: str | None = None
    """First part of ids drawn by `next_id`; without one the letters of the entity's name."""
    fields: dict[str, FieldSpec]
    missing: str | None = None
    """What a look-up without a row says; names of key fields in braces. Without it `Order 'O-1' not found`."""
    description: str = ""

    _outer: dict[str, FieldSpec] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _one_identity(self) -> EntitySpec:
        if self.singleton + (self.key is not None or self.within is not None) != 1:
            raise ValueError("expected one of 'key' and 'singleton: true'; a row that is 'within' another may have a 'key'")
        for name in self.own_keys:
            if name not in self.fields:
                raise ValueError(f"key {name!r} is not among the fields")
        if self.shape == "map" and (self.within is None or len(self.own_keys) != 1):
            raise ValueError("'shape: map' is for rows 'within' another that have one key field")
        return self

    @property
    def own_keys(self) -> tuple[str, ...]:
        """The key fields that the entity itself declares."""
        return () if self.key is None else (self.key,) if isinstance(self.key, str) else self.key

    @property
    def keys(self) -> tuple[str, ...]:
        """All key fields: those of the parent first, `#` for the place of a row that has no key of its own; empty for a singleton."""
        return (*self._outer, *(self.own_keys or ((PLACE,) if self.within else ())))

    @property
    def columns(self) -> dict[str, FieldSpec]:
        """Every field a row holds: the key of its parent, then its own."""
        return {**self._outer, **self.fields}

    @property
    def parent(self) -> str | None:
        """The entity in whose rows these live."""
        return self.within.partition(".")[0] if self.within else None

    def live_in(self, name: str, parent: EntitySpec) -> None:
        """Take over the key of the parent entity called `name`, once the whole spec is known."""
        taken = {field: field if field not in self.fields else f"{snake(name)}_{field}" for field in parent.keys}
        self._outer = {here: parent.columns[field] for field, here in taken.items() if field != PLACE}
        if PLACE in parent.keys:
            raise ValueError(f"entities: rows of {name} have no key, so nothing can live in them")


class Requirement(Part):
    """A condition for a call. The first that does not hold is the error of the call."""

    that: Expression
    code: str
    error: str
    rule: str | None = None
    """Id of the rule of the text that this enforces."""


class Effect(Part):
    """One write. `set` maps `name.field` to an expression, `insert` an entity to a row of expressions, `delete` names a row."""

    set: dict[str, Expression] | None = None
    insert: dict[str, dict[str, Expression]] | None = None
    delete: str | None = None
    as_: str | None = Field(None, alias="as")
    """Name under which `return` finds an inserted row."""
    for_: str | None = Field(None, alias="for")
    """`name in expression`: the write happens once for each element."""
    if_: str | None = Field(None, alias="if")

    @model_validator(mode="after")
    def _one_write(self) -> Effect:
        if sum(part is not None for part in (self.set, self.insert, self.delete)) != 1:
            raise ValueError("expected exactly one of 'set', 'insert', 'delete'")
        if self.insert is not None and len(self.insert) != 1:
            raise ValueError("expected one entity under 'insert'")
        if self.as_ is not None and self.insert is None:
            raise ValueError("'as' names an inserted row, but there is no 'insert'")
        return self


class ToolSpec(Part):
    """A tool: what it takes, what must hold, what it writes, what it answers."""

    description: str
    parameters: dict[str, Any]
    returns: dict[str, Any] | None = None
    kind: Kind = "write"
    side: Side = "assistant"
    let: dict[str, Expression] = {}
    require: tuple[Requirement, ...] = ()
    do: tuple[Effect, ...] = ()
    return_: Expression = Field("None", alias="return")

    @model_validator(mode="after")
    def _reads_do_not_write(self) -> ToolSpec:
        if self.do and self.kind != "write":
            raise ValueError(f"a tool of kind {self.kind!r} has no 'do'")
        if self.kind == "imagined" and (self.returns is None or self.return_ != "None"):
            raise ValueError("a tool of kind 'imagined' has 'returns', a JSON Schema to make its answer from, and no 'return'")
        return self


class WorldSpec(Part):
    """A complete world: entities, tools, rules and rows. `start(seed)` makes a live one."""

    name: str
    version: str = "1"
    description: str = ""
    policy: str = ""
    """What the assistant is told beside the rules; the text of `policy.md` where a mock has one."""
    clock: str = "2026-03-02T09:00:00"
    """Virtual time at the start; a successful write moves it on by one minute."""
    entities: dict[str, EntitySpec]
    tools: dict[str, ToolSpec]
    rules: tuple[Rule, ...] = ()
    unused: dict[str, str] = {}
    """`tool.parameter` to the reason why that parameter changes nothing."""
    rows: dict[str, list[dict[str, Any]]] = {}
    joins: str | None = None
    """The entity that stands for whatever this world is about: where the world is joined to another, an entity of that one takes its place."""
    joined: dict[str, tuple[str, ...]] = {}
    """Names of worlds that were joined to this one, and the tools that came with each."""

    _cache: dict[str, Any] = PrivateAttr(default_factory=dict)

    @field_validator("clock")
    @classmethod
    def _is_a_time(cls, value: str) -> str:
        if "T" not in value or datetime.fromisoformat(value).tzinfo is not None:
            raise ValueError(f"expected a time without zone such as 2026-03-02T09:00:00, got {value!r}")
        return value

    @model_validator(mode="after")
    def _nested_rows_have_homes(self) -> WorldSpec:
        for name in self.entities:
            self._place(name, ())
        homes = [entity.within for entity in self.entities.values() if entity.within]
        doubled = next((home for home in homes if homes.count(home) > 1), None)
        if doubled:
            raise ValueError(f"entities: two are within {doubled}")
        if self.joins is not None and self.joins not in self.entities:
            raise ValueError(f"joins: no entity {self.joins!r}; expected one of {sorted(self.entities)}")
        return self

    def _place(self, name: str, seen: tuple[str, ...]) -> None:
        entity = self.entities[name]
        home, _, field = (entity.within or "").partition(".")
        if not entity.within:
            return
        if home not in self.entities or not field.isidentifier():
            raise ValueError(f"entities.{name}.within: expected 'Parent.field' with one of {sorted(self.entities)}, got {entity.within!r}")
        if field in self.entities[home].columns:
            raise ValueError(f"entities.{name}.within: {home} has a field {field!r} already")
        if name in seen:
            raise ValueError(f"entities.{name}.within: {' in '.join(seen)} goes round in a circle")
        self._place(home, (*seen, name))
        entity.live_in(home, self.entities[home])

    @property
    def digest(self) -> str:
        """Digest over the canonical JSON of the spec and its rows."""
        made: str = self.once("digest", lambda: digest(self.data()))
        return made

    def data(self) -> dict[str, Any]:
        """The spec as plain JSON, defaults left out: what `worlds/<digest>.json` holds."""
        plain = self.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"rules"})
        return {**plain, "rules": [rule.model_dump(mode="json", exclude_none=True) for rule in self.rules]}

    @property
    def program(self) -> Program:
        """The compiled spec, made once. Raises SpecError where something in it does not compile."""
        from gem_sim.worlds.program import Program  # a spec is pure data; only running it needs the machinery

        made: Program = self.once("program", lambda: Program(self))
        return made

    def start(self, seed: int = 0) -> World:
        """A fresh world of this spec. Raises SpecError where the spec does not compile."""
        from gem_sim.worlds.world import World

        return World.start(self, seed)

    def load(self, dump: dict[str, Any]) -> World:
        """The world that `World.dump()` described."""
        from gem_sim.worlds.world import World

        return World.load(self, dump)

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What `make` gives, made once for this spec: compiled expressions, digests, shapes."""
        if name not in self._cache:
            self._cache[name] = make()
        return self._cache[name]
