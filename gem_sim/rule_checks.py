"""The checks that rules can have: the part of a rule that a machine can execute. Knows shapes, not behaviour."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class RuleCheck(BaseModel):
    """Base of all checks: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LimitCheck(RuleCheck):
    """The value of `parameter` lies within bounds (inclusive), is one of `values`, starts or ends with one of some texts.

    Text parameters: the bounds are lengths. With `unit` days the parameter is a date and so many days from today are meant.
    """

    kind: Literal["limit"] = "limit"
    parameter: str
    minimum: float | None = None
    maximum: float | None = None
    values: tuple[str, ...] | None = None
    unit: Literal["", "days"] = ""
    starts: tuple[str, ...] | None = None
    ends: tuple[str, ...] | None = None


class StateCheck(RuleCheck):
    """The status of the entity's row that the call names is among `allowed`, or not among `forbidden`."""

    kind: Literal["state"] = "state"
    entity: str
    allowed: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()


class CountCheck(RuleCheck):
    """There are at most `maximum` rows of the entity in an open status, the new one included."""

    kind: Literal["count"] = "count"
    entity: str
    maximum: int


class ConfirmCheck(RuleCheck):
    """The user has agreed, in the message before the call, to exactly this action."""

    kind: Literal["confirm"] = "confirm"


class AskCheck(RuleCheck):
    """The user has said, in an answer before the call, that `condition` is so, or where `holds` is false that it is not so.

    For what no row of the world can tell: what the user is allowed to, has got, or has done elsewhere. `condition` are words of the quote or its lead-in.
    """

    kind: Literal["ask"] = "ask"
    condition: str
    holds: bool = True


class OrderCheck(RuleCheck):
    """`tool` has been called with success for the row of `entity` that the call names, or where `done` is false it has not."""

    kind: Literal["order"] = "order"
    entity: str
    tool: str
    done: bool = True


class FieldCheck(RuleCheck):
    """A field of the row of `entity` that the call names lies within bounds (inclusive).

    With `unit` days the field is a date and its age in days is meant; with `ahead` how many days it is still away.
    """

    kind: Literal["field"] = "field"
    entity: str
    field: str
    minimum: float | None = None
    maximum: float | None = None
    unit: Literal["", "days", "ahead"] = ""


class AbsentCheck(RuleCheck):
    """No row of `entity` in one of `statuses` refers to the row of `of` that the call names."""

    kind: Literal["absent"] = "absent"
    entity: str
    of: str
    statuses: tuple[str, ...]


class UniqueCheck(RuleCheck):
    """No other row of `entity` has the value that `parameter` gives it."""

    kind: Literal["unique"] = "unique"
    entity: str
    parameter: str


class NeedCheck(RuleCheck):
    """`parameter` is given where `given` is."""

    kind: Literal["need"] = "need"
    parameter: str
    given: str


Check = Annotated[
    LimitCheck | StateCheck | CountCheck | ConfirmCheck | AskCheck | OrderCheck | FieldCheck | AbsentCheck | UniqueCheck | NeedCheck,
    Field(discriminator="kind"),
]
"""The part of a rule that a machine can execute, on calls (`enforced_by: tool`) or on traces (`assistant`)."""
