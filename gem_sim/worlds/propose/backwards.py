"""Functions turned round: what their arguments should be for a wanted result."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from operator import add
from typing import Any

from gem_sim.worlds.propose.changes import Change
from gem_sim.worlds.propose.counting import Counter
from gem_sim.worlds.propose.wants import Want, equal, is_moment, moved

Back = Callable[[list[ast.expr], Want], Iterator[Change]]


class Backwards(Counter):
    """Dates, sums, lists and texts computed by functions."""

    def backwards(self) -> dict[str, Back]:
        """The functions that can be turned round, by name."""
        return {
            "days": self._back_days,
            "minutes": self._back_minutes,
            "plus_days": self._back_plus_days,
            "weekday": self._back_weekday,
            "keys": self._back_keys,
            "split": self._back_split,
            "words": self._back_split,
            "sum": self._back_sum,
            "first": self._back_first,
        }

    def _back_days(self, args: list[ast.expr], want: Want) -> Iterator[Change]:
        return self._moment_apart(args, want, 1440)

    def _back_minutes(self, args: list[ast.expr], want: Want) -> Iterator[Change]:
        return self._moment_apart(args, want, 1)

    def _moment_apart(self, args: list[ast.expr], want: Want, minutes: int) -> Iterator[Change]:
        """Two moments so far apart: the second one moved, else the first one."""
        for node, other, way in ((args[1], args[0], 1), (args[0], args[1], -1)):
            start = self.case.value(other)
            if self.moves(node) and is_moment(start):
                day = start if minutes == 1 else start[:10]

                def apart(value: Any, start: str = day, way: int = way) -> int:
                    seconds = (_moment(value) - _moment(start)).total_seconds()
                    return way * int(seconds // 60 if minutes == 1 else (_moment(value).date() - _moment(start).date()).days)

                def back(target: Any, start: str = day, way: int = way) -> str:
                    return moved(start, 0 if minutes == 1 else way * int(target), way * int(target) if minutes == 1 else 0)

                yield from self.reach(node, want.through(apart, back))

    def _back_plus_days(self, args: list[ast.expr], want: Want) -> Iterator[Change]:
        start, count = (self.case.value(arg) for arg in args)
        if isinstance(count, int):
            yield from self.reach(args[0], want.through(lambda value: moved(value, count), lambda target: moved(target, -count)))
        if is_moment(start):
            yield from self.reach(
                args[1], want.through(lambda value: moved(start, value), lambda target: (_moment(target).date() - _moment(start).date()).days)
            )

    def _back_weekday(self, args: list[ast.expr], want: Want) -> Iterator[Change]:
        today = self.case.run.now[:10]
        week = [moved(today, at) for at in range(1, 8)]
        fitting = Want(lambda value: want.test(_moment(value).isoweekday()), tuple(day for day in week if want.test(_moment(day).isoweekday())))
        return self.reach(args[0], fitting.through(lambda value: value, lambda target: target))

    def _back_keys(self, args: list[ast.expr], want: Want) -> Iterator[Change]:
        held = self.case.value(args[0])
        held = held if isinstance(held, dict) else {}
        for target in want.targets:
            if isinstance(target, list) and all(isinstance(name, str) for name in target):
                yield from self.reach(args[0], equal({name: held.get(name, "value") for name in target}))

    def _back_split(self, args: list[ast.expr], want: Want) -> Iterator[Change]:
        separator = self.case.value(args[1]) if len(args) > 1 else " "
        for target in want.targets:
            if isinstance(target, list) and all(isinstance(word, str) for word in target) and isinstance(separator, str):
                yield from self.reach(args[0], equal(separator.join(target)))

    def _back_sum(self, args: list[ast.expr], want: Want) -> Iterator[Change]:
        terms = self.resolved(args[0])
        if not isinstance(terms, (ast.ListComp, ast.GeneratorExp)) or len(terms.generators) > 1 or terms.generators[0].ifs:
            for target in want.targets:
                yield from self.reach(terms, equal([target]))
            return
        total = sum(map(_number, self.case.items(terms)))
        for _ in self.case.rounds(terms.generators[0]):
            others = total - _number(self.case.value(terms.elt))
            yield from self.reach(terms.elt, want.through(partial(add, others), partial(add, -others)))
        size = len(self.case.items(terms.generators[0].iter))
        yield from self.counted(terms.generators[0].iter, Want(lambda other: other != size, (size + 1, size + 2, size - 1)))

    def _back_first(self, args: list[ast.expr], want: Want) -> Iterator[Change]:
        if want.test(None):
            yield from self.counted(args[0], Want(lambda size: size == 0, (0,)))
        elif not want.exact:
            yield from self.counted(args[0], Want(lambda size: size > 0, (1, 2)))
        for target in want.targets:
            yield from self.put_element(args[0], 0 if self.case.items(args[0]) else None, target)


def _number(value: Any) -> float:
    return value if isinstance(value, (int, float)) else 0


def _moment(value: str) -> datetime:
    return datetime.fromisoformat(value).replace(tzinfo=None)
