"""What work costs: steps for all that grows with the size of a value, and a bound on how deep values nest.

A step is about a microsecond. Whoever puts values into a list or an object pays for all that lies in it, so that no
value of an expression is larger than the steps of a call, however often its parts are shared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from gem_sim.worlds.language.errors import Unusable

BOXES = (list, dict)
"""The types that hold other values."""
NESTED = 48
"""Levels of a value; rows, pages and answers add some to it before the limit of all values."""
_COPIES = 4
"""Steps for one part of a value that is written: checked, copied, compared and put into a diff."""
LETTERS = 64
"""Characters of text for one step."""
Value = TypeVar("Value")


class Counter(Protocol):
    """What counts the steps of a call."""

    def spend(self, steps: int) -> None:
        """Count work; raises Unusable when the call has used up its steps."""


def built(run: Counter, value: Value) -> Value:
    """A value that was put together, paid for with all that lies in it. Raises Unusable where it nests too deep."""
    level: list[Any] = [value]
    for _ in range(NESTED):
        run.spend(sum(map(len, level)))
        level = [item for box in level for item in (box.values() if type(box) is dict else box) if type(item) in BOXES]
        if not level:
            return value
    raise _too_deep()


def filled(run: Counter, items: list[Any]) -> list[Any]:
    """A list whose elements are counted already, paid for with what lies in them."""
    for item in items:
        if type(item) in BOXES:
            return built(run, items)
    return items


def handled(run: Counter, value: Any) -> None:
    """Pay for a look at the whole of a text, a list or an object."""
    kind = type(value)
    if kind is str:
        if len(value) > LETTERS:
            run.spend(len(value) // LETTERS)
    elif kind in BOXES:
        run.spend(len(value))


def compared(run: Counter, item: Any, others: Sequence[Any]) -> None:
    """Pay for a comparison of a value with each of some others."""
    if type(item) in BOXES:
        built(run, list(others))
    else:
        run.spend(len(others))


def written(run: Counter, value: Value) -> Value:
    """A value that is copied or written out, paid for with the characters of its texts. Raises Unusable where it nests too deep."""
    level: list[Any] = [value]
    for _ in range(NESTED + 1):
        for item in level:
            handled(run, item)
        level = [item for box in level if type(box) in BOXES for item in (box.values() if type(box) is dict else box)]
        run.spend(_COPIES * len(level))
        if not level:
            return value
    raise _too_deep()


def _too_deep() -> Unusable:
    return Unusable(f"value is nested deeper than {NESTED}")
