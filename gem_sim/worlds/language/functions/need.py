"""What functions need of their arguments. Each check raises Unusable with the name of the function and what it expected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from gem_sim.worlds.canonical import MAX_TEXT
from gem_sim.worlds.language.effort import LETTERS, Counter
from gem_sim.worlds.language.errors import Unusable
from gem_sim.worlds.rows import Rows

Function = Callable[..., Any]
MAX_MOMENT = 40
"""Characters of a date or time."""


class Clock(Counter, Protocol):
    """What functions may know of the running call."""

    @property
    def now(self) -> str:
        """Virtual time, ISO 8601 to the second."""


def a_list(run: Clock, name: str, value: Any) -> Sequence[Any]:
    """A list, or nothing for null; looking at it costs a step an element."""
    if value is None:
        return []
    if not isinstance(value, (list, Rows)):
        raise Unusable(f"{name}: expected a list, got {type(value).__name__}")
    run.spend(len(value))
    return value


def a_text(run: Counter, name: str, value: Any) -> str:
    """A text; looking at a long one costs steps."""
    if not isinstance(value, str):
        raise Unusable(f"{name}: expected a string, got {type(value).__name__}")
    if len(value) > LETTERS:
        run.spend(len(value) // LETTERS)
    return value


def bounded(run: Counter, name: str, value: str) -> str:
    """A computed text within the limit of texts."""
    if len(value) > MAX_TEXT:
        raise Unusable(f"{name}: result is longer than {MAX_TEXT} characters")
    return a_text(run, name, value)


def a_number(name: str, value: Any) -> Any:
    """A number; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Unusable(f"{name}: expected a number, got {type(value).__name__}")
    return value


def whole(name: str, value: Any) -> int:
    """A whole number, also one that a schema hands over as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 9:
        return int(value)
    if a_number(name, value) != int(value):
        raise Unusable(f"{name}: expected a whole number, got {value}")
    return int(value)


def an_object(run: Counter, name: str, value: Any) -> dict[str, Any]:
    """An object; looking at it costs a step a field."""
    if not isinstance(value, dict):
        raise Unusable(f"{name}: expected an object, got {type(value).__name__}")
    run.spend(len(value))
    return value


def a_moment(name: str, value: Any) -> datetime:
    """A date or time in ISO 8601; the zone is left out, as worlds have one."""
    if not isinstance(value, str):
        raise Unusable(f"{name}: expected a date or time, got {type(value).__name__}")
    try:
        moment = datetime.fromisoformat(value[:MAX_MOMENT])
    except ValueError:
        raise Unusable(f"{name}: {value[:MAX_MOMENT]!r} is not an ISO date or time") from None
    if len(value) > MAX_MOMENT:
        raise Unusable(f"{name}: {value[:MAX_MOMENT]!r}... is not an ISO date or time")
    return moment.replace(tzinfo=None) if moment.tzinfo is not None else moment
