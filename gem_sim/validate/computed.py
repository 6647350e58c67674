"""Numbers that follow from shown ones by one simple step: a count, a place in a list, a sum, a difference, a product, days between dates."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise
from math import isclose, prod

from gem_sim.validate.heard import Heard, Row, Shown
from gem_sim.validate.values import Value

_MANY = 24
"""Values of one field beyond which pairs of them prove nothing."""


def follows(value: Value, heard: Heard, beside: Iterable[float], *, percent: bool, enumerated: int) -> bool:
    """Whether a number follows from what was shown. `beside`: the other numbers of its message, `enumerated`: how many things that lists."""
    wanted = value.form
    if wanted == enumerated:
        return True
    if percent and wanted / 100 in heard.numbers:
        return True
    return any(isclose(wanted, one, abs_tol=0.0051) for one in _candidates(heard, list(beside)))


def is_together(value: float, held: Iterable[object]) -> bool:
    """Whether a number is a sum, mean or difference of the numbers of one field."""
    return any(isclose(value, one, abs_tol=0.0051) for one in _spread([float(item) for item in held if _is_figure(item)]))  # type: ignore[arg-type]


def _candidates(heard: Heard, beside: list[float]) -> Iterator[float]:
    yield from _counts(heard.current() or heard.shown[-1:])
    yield from _spread(beside)
    for values in _columns(heard.shown).values():
        yield from _spread(values)
    for shown in heard.current():
        for column in _columns([shown]).values():
            yield from _spread(column)
        for row in shown.rows:
            yield from (one * other for one, other in combinations(_figures(row), 2))
    yield from (abs((one - other).days) for one, other in combinations(dict.fromkeys(heard.recent_days()), 2))


def _counts(results: list[Shown]) -> Iterator[float]:
    """Lengths of lists, how many rows have the same value, and places in a list."""
    for shown in results:
        for items in shown.lists:
            yield from range(len(items) + 1)
        same = Counter((name, str(item)) for row in shown.rows for name, item in row.items())
        yield from same.values()
    yield sum(len(items) for shown in results for items in shown.lists)


def _spread(values: list[float]) -> Iterator[float]:
    """Sum, mean and differences of a few numbers."""
    if len(values) < 2:
        return
    yield sum(values)
    yield sum(values) / len(values)
    for one, other in combinations(values, 2) if len(values) <= _MANY else pairwise(values):
        yield abs(one - other)
        yield one + other
    if len(values) <= 3:
        yield prod(values)


def _columns(results: Iterable[Shown]) -> dict[str, list[float]]:
    """Field to the numbers in it, over rows as they were last shown."""
    last: dict[tuple[str, object], float] = {}
    for shown in results:
        for row in shown.rows:
            which = tuple(item for name, item in row.items() if isinstance(item, str) and name.endswith(("id", "key", "code", "number"))) or id(row)
            last.update({(name, which): item for name, item in row.items() if _is_figure(item)})
    columns: dict[str, list[float]] = defaultdict(list)
    for (name, _), item in last.items():
        columns[name].append(float(item))
    return columns


def _figures(row: Row) -> list[float]:
    return [float(item) for item in row.values() if _is_figure(item)][:8]


def _is_figure(item: object) -> bool:
    return isinstance(item, (int, float)) and not isinstance(item, bool)
