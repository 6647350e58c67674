"""What a review may change: a small closed set of edits, read from a reply that nobody vouches for.

An edit is data. None of them reaches the names, descriptions or schemas of tools, and expressions are those of the world language.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, NamedTuple

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from gem_sim.worlds.compiler.reading.housekeeping import Role
from gem_sim.worlds.compiler.reading.verbs import Kind
from gem_sim.worlds.load import first_problem
from gem_sim.worlds.spec import Effect

MOST_TEXT = 200_000
"""Characters of a reply."""
MOST_EDITS = 100
"""Edits of a reply that are looked at."""
_FENCED = re.compile(r"^```(?:json)?[ \t]*\n(.*?)^```", re.DOTALL | re.MULTILINE)

EntityName = Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9]*$", max_length=60)]
Word = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=60)]
Expression = Annotated[str, Field(max_length=2_000)]
Line = Annotated[str, Field(min_length=1, max_length=300)]
Scalar = Annotated[str, Field(max_length=500)] | bool | int | float


class _Edit(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    why: Annotated[str, Field(max_length=1_000)] | None = None
    """What speaks for it, for people who read the report."""


class ToolEdit(_Edit):
    """How a tool is to be understood; the compiler builds it anew from that. What is left out stays. `refs` gives parameters the role ref."""

    edit: Literal["tool"]
    tool: str
    kind: Kind | None = None
    entity: EntityName | None = None
    many: bool | None = None
    roles: dict[str, Role] = {}
    refs: dict[str, EntityName] = {}


class EntityEdit(_Edit):
    """An entity gets another name, or is one with another entity where that name is taken."""

    edit: Literal["entity"]
    entity: EntityName
    into: EntityName


class FieldEdit(_Edit):
    """A field of an entity, new or instead of the one that is there; rows are made by it. `drop` takes it out."""

    edit: Literal["field"]
    entity: EntityName
    field: Word
    type: Literal["string", "number", "integer", "boolean"] | None = None
    enum: Annotated[list[Scalar], Field(min_length=1, max_length=100)] | None = None
    format: Line | None = None
    minimum: float | None = None
    maximum: float | None = None
    description: Line | None = None
    ref: EntityName | None = None
    drop: bool = False


class RequireEdit(_Edit):
    """A requirement of a tool, behind the others or in the place of the one whose `that` is `instead_of`."""

    edit: Literal["require"]
    tool: str
    that: Expression
    code: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$", max_length=40)]
    error: Line
    rule: str | None = None
    instead_of: Expression | None = None


class UnrequireEdit(_Edit):
    """A requirement that goes: the one with this `that`."""

    edit: Literal["unrequire"]
    tool: str
    that: Expression


class BehaviourEdit(_Edit):
    """What a tool looks up, writes and answers. Names under `let` are added or replaced, null takes one out; `do` and `return` are replaced."""

    edit: Literal["behaviour"]
    tool: str
    let: Annotated[dict[Word, Expression | None], Field(max_length=20)] = {}
    do: Annotated[list[dict[str, Any]], Field(max_length=20)] | None = None
    return_: Expression | None = Field(None, alias="return")


class UnusedEdit(_Edit):
    """Why a parameter changes nothing."""

    edit: Literal["unused"]
    tool: str
    parameter: str
    reason: Line


class ValuesEdit(_Edit):
    """What the rows of an entity hold in a field, one value a row, from the first again where there are more rows."""

    edit: Literal["values"]
    entity: EntityName
    field: Word
    values: Annotated[list[Scalar | None], Field(min_length=1, max_length=100)]


Edit = ToolEdit | EntityEdit | FieldEdit | RequireEdit | UnrequireEdit | BehaviourEdit | UnusedEdit | ValuesEdit
_EDIT: TypeAdapter[Edit] = TypeAdapter(Annotated[Edit, Field(discriminator="edit")])


class Said(NamedTuple):
    """A reply read: its edits, and what in it is none, each with the reason."""

    edits: tuple[Edit, ...]
    problems: tuple[str, ...] = ()


def read_reply(text: Any) -> Said:
    """The edits of a reply: JSON `{"edits": [...]}`, alone or in one fenced block. Never raises: what is wrong with it is data."""
    if not isinstance(text, str) or not text.strip():
        return Said((), ('the reply is empty; expected {"edits": [...]}',))
    if len(text) > MOST_TEXT:
        return Said((), (f"the reply has {len(text)} characters; at most {MOST_TEXT} are read",))
    try:
        data = orjson.loads(_json_of(text))
    except (orjson.JSONDecodeError, UnicodeEncodeError) as error:
        return Said((), (f'the reply is not JSON ({error}); expected {{"edits": [...]}} and nothing else',))
    listed = data.get("edits") if isinstance(data, dict) else data
    if not isinstance(listed, list):
        return Said((), ('the reply has another form; expected {"edits": [...]} and nothing else',))
    said = _read_all(listed)
    beside = sorted(data.keys() - {"edits"}) if isinstance(data, dict) else []
    return said if not beside else Said(said.edits, (*said.problems, f"what stands beside `edits` was passed over: {', '.join(beside)}"[:300]))


def _json_of(text: str) -> str:
    blocks = _FENCED.findall(text)
    return str(blocks[0]) if len(blocks) == 1 else text


def _read_all(listed: list[Any]) -> Said:
    edits: list[Edit] = []
    problems = []
    for at, item in enumerate(listed[:MOST_EDITS]):
        try:
            edit = _EDIT.validate_python(item)
            for effect in (edit.do or ()) if isinstance(edit, BehaviourEdit) else ():
                Effect.model_validate(effect)
            edits.append(edit)
        except ValidationError as invalid:
            problems.append(f"edits[{at}]: {first_problem(invalid)}"[:500])
    if len(listed) > MOST_EDITS:
        problems.append(f"edits[{MOST_EDITS}] and {len(listed) - MOST_EDITS - 1} more were not read; a reply has at most {MOST_EDITS} edits")
    return Said(tuple(edits), tuple(problems))


def said_of(edit: Edit) -> str:
    """An edit as one line of JSON."""
    return orjson.dumps(edit.model_dump(mode="json", by_alias=True, exclude_unset=True)).decode()


def subject_of(edit: Edit) -> str:
    """The tool or entity that an edit is about."""
    return edit.entity if isinstance(edit, EntityEdit | FieldEdit | ValuesEdit) else edit.tool
