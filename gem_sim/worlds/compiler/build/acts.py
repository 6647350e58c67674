"""What each tool does to which rows: the plan that expressions are written from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from gem_sim.worlds.compiler.build.names import BARE, plain, spoken
from gem_sim.worlds.compiler.infer import EntityModel, Model, ToolModel

Deed = Literal["read_one", "read_many", "create", "upsert", "update", "transition", "delete", "session", "compute", "answer"]


@dataclass
class Act:
    """A tool and what it does.

    `key` is the parameter that names the row and `by` the field it is found by, where that is not the key of the entity; without a
    `key` the row is that of a singleton, or the first one. `each` says that `key` is a list of them. `homes` are parameters that say
    in what the row stands, and `columns` those that rows hold, both with their fields; `refs` those that name rows of other entities.
    `order` is the field that a list goes by, `-` before it for one that goes down, and empty where it goes as its rows stand,
    `shown` a row of it, empty where it is shown whole.
    `confirms` are given to say which row is meant, `parts` ask for a part of an object in a field, as a path, `single` says that there
    is only one. `tests` are more that rows of a list must meet, by the name of its loop. `unused` says why parameters change nothing.
    """

    tool: ToolModel
    entity: EntityModel
    deed: Deed
    key: str | None = None
    by: str | None = None
    each: bool = False
    homes: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    confirms: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    single: bool = False
    tests: list[str] = field(default_factory=list)
    order: str | None = None
    shown: str | None = None
    unused: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the tool."""
        return self.tool.tool.name

    @cached_property
    def properties(self) -> dict[str, Any]:
        """The parameters and their schemas; a schema that is a truth value as an open one."""
        found = self.tool.tool.parameters.get("properties")
        return {name: _alone(about) if isinstance(about, dict) else {} for name, about in found.items()} if isinstance(found, dict) else {}

    @cached_property
    def required(self) -> set[str]:
        """The parameters that every call has."""
        found = self.tool.tool.parameters.get("required")
        return set(found) if isinstance(found, list) else set()

    @property
    def taken(self) -> set[str]:
        """Names that no other than a parameter can have."""
        return {*self.properties, *self.tool.whole.parameters.get("properties", {})}

    @property
    def body(self) -> str | None:
        """The list of rows that a call gives, as an expression reads it."""
        opened = self.tool.opened
        return spoken(opened.body) if opened.each and opened.body is not None else None

    def said(self, name: str) -> str:
        """A parameter as an expression reads it, wherever it stands."""
        return self.tool.opened.inside.get(name) or spoken(name)

    def held(self, name: str, field: str) -> str:
        """A parameter as a field holds it: a number as a text where the field holds texts, and the other way round."""
        said, number = self.said(name), self.type(name) in ("integer", "number")
        kind = type_of(self.entity.fields.get(field, {}))
        made = f"text({said})" if number and kind == "string" else f"number({said})" if self.type(name) == "string" and kind in ("integer", "number") else said
        return made if made == said or name in self.required else f"(None if {said} is None else {made})"

    def is_own(self, name: str) -> bool:
        """Whether a parameter is no more than an id, and one of the tool's own rows."""
        return plain(name) in BARE and self.tool.reading.refs.get(name, self.entity.name) == self.entity.name

    def role(self, name: str) -> str:
        """What the reading says that a parameter is for."""
        return self.tool.reading.roles.get(name, "other")

    def type(self, name: str) -> str:
        """The type of a parameter, nothing where its schema does not say one."""
        return type_of(self.properties.get(name, {}))


@dataclass
class Plan:
    """The acts of a set.

    `singles` are entities with one row, `prefixes` what ids begin with, `long` entities whose ids have five digits, `codes` the keys
    to choose from where keys have a form without numbers, `listed` entities that have no others, `scopes` the fields that lists
    always ask for, which several rows share.
    """

    model: Model
    acts: dict[str, Act]
    singles: set[str]
    prefixes: dict[str, str] = field(default_factory=dict)
    long: set[str] = field(default_factory=set)
    codes: dict[str, list[str]] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    scopes: dict[str, set[str]] = field(default_factory=dict)

    def key_of(self, act: Act, word: str, entity: str) -> str:
        """A parameter as the key of an entity: a number as a text where keys are texts, and the other way round."""
        number = act.type(word) in ("integer", "number")
        held = self.model.entities[entity]
        texts = held.fields.get(held.key, {}).get("type") == "string"
        if number == (not texts) or act.type(word) == "":
            return act.said(word)
        return f"text({act.said(word)})" if texts else f"number({act.said(word)})"


def _alone(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that is one branch or null, as that branch."""
    branches = schema.get("anyOf", schema.get("oneOf"))
    left = [branch for branch in branches if isinstance(branch, dict) and branch.get("type") != "null"] if isinstance(branches, list) else []
    if len(left) != 1:
        return schema
    return {**{name: value for name, value in schema.items() if name not in ("anyOf", "oneOf")}, **left[0]}


def type_of(schema: Any) -> str:
    """The type in a schema, the first one that is not null."""
    kind = schema.get("type") if isinstance(schema, dict) else None
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), None)
    return kind if isinstance(kind, str) else ""
