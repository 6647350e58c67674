"""The world language as data: what `world.yaml` may hold. Knows shapes, not how expressions run.

Every model refuses keys it does not know. Rows are part of a spec, so that its digest fixes a world completely.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_validator, model_validator

from gem_sim.records import Kind, Rule, Side
from gem_sim.worlds.canonical import digest

if TYPE_CHECKING:
    from gem_sim.worlds.program import Program
    from gem_sim.worlds.world import World

MISSING = "\0missing"
"""Stands for 'no default given', because null is a default like any other."""


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
    unique: bool = False
    volatile: bool = False
    """Left out of the digest: counters and stamps that two equal states may differ in."""
    description: str = ""


class EntitySpec(Part):
    """A kind of row. Either `key` names a field or several, or `singleton` says that there is exactly one row."""

    key: str | tuple[str, ...] | None = None
    singleton: bool = False
    prefix: str | None = None
    """First part of ids drawn by `next_id`; without one the letters of the entity's name."""
    fields: dict[str, FieldSpec]
    description: str = ""

    @model_validator(mode="after")
    def _one_identity(self) -> EntitySpec:
        if self.singleton == (self.key is not None):
            raise ValueError("expected either 'key' or 'singleton: true'")
        for name in self.keys:
            if name not in self.fields:
                raise ValueError(f"key {name!r} is not among the fields")
        return self

    @property
    def keys(self) -> tuple[str, ...]:
        """The key fields, empty for a singleton."""
        if self.key is None:
            return ()
        return (self.key,) if isinstance(self.key, str) else self.key

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """Every field with its default, null where none is given."""
        return {name: None if field.default == MISSING else field.default for name, field in self.fields.items()}

    @cached_property
    def unique(self) -> tuple[str, ...]:
        """Fields in which no two rows hold the same."""
        return tuple(name for name, field in self.fields.items() if field.unique)

    @cached_property
    def volatile(self) -> frozenset[str]:
        """Fields that the digest leaves out."""
        return frozenset(name for name, field in self.fields.items() if field.volatile)


class Requirement(Part):
    """A condition for a call. The first that does not hold is the error of the call."""

    that: str
    code: str
    error: str
    rule: str | None = None
    """Id of the rule of the text that this enforces."""


class Effect(Part):
    """One write. `set` maps `name.field` to an expression, `insert` an entity to a row of expressions, `delete` names a row."""

    set: dict[str, str] | None = None
    insert: dict[str, dict[str, str]] | None = None
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
    let: dict[str, str] = {}
    require: tuple[Requirement, ...] = ()
    do: tuple[Effect, ...] = ()
    return_: str = Field("None", alias="return")

    @model_validator(mode="after")
    def _reads_do_not_write(self) -> ToolSpec:
        if self.do and self.kind != "write":
            raise ValueError(f"a tool of kind {self.kind!r} has no 'do'")
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

    _cache: dict[str, Any] = PrivateAttr(default_factory=dict)

    @field_validator("clock")
    @classmethod
    def _is_a_time(cls, value: str) -> str:
        if "T" not in value or datetime.fromisoformat(value).tzinfo is not None:
            raise ValueError(f"expected a time without zone such as 2026-03-02T09:00:00, got {value!r}")
        return value

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
