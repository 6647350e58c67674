"""Regular expressions in Python's dialect, which jsonschema has, searched in bounded time.

A pattern that may go back and forth too often over a long text is searched by all its ways at once instead: slower for
what is simple, but never worse than pattern times text, and with the same answer.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable, Iterable
from functools import lru_cache
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]  # the one parser of the dialect
from typing import Any, NamedTuple

from gem_sim.worlds.canonical import MAX_TEXT

MAX_PATTERN = 2_000
_FEW = 1_000_000
"""Steps after which going back and forth is slower than all ways at once."""
MANY = 1e9
"""Steps that nothing may take: about a second."""
_ENOUGH = 100
"""Binary digits of a number of ways that need not be told from a larger one."""
_MAX_STATES = 400
_REPEATS = frozenset({_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT})
_LOOKS = frozenset({_constants.ASSERT, _constants.ASSERT_NOT})
_ONE_CHARACTER = frozenset({_constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.IN})
Search = Callable[[str], Any]


@lru_cache(512)
def searcher(pattern: str) -> Search:
    """What says whether `pattern` occurs in a text. Raises ValueError for one that is wrong or cannot be searched in bounded time."""
    tree, found = _parsed(pattern)
    most = steps(tree, MAX_TEXT)
    if most <= _FEW:
        return found
    try:
        machine = _Machine(tree)
    except _TooLong:
        if most > MANY:
            raise
        return found
    short = _longest(tree)
    return lambda text: found(text) if len(text) <= short else machine.search(text)


def plain_searcher(pattern: str) -> Search:
    """`re.search` for a pattern that is not too slow with it. Raises ValueError for others."""
    tree, found = _parsed(pattern)
    if steps(tree, MAX_TEXT) > MANY:
        raise _TooLong(f"{pattern!r:.80} may take too long; expected a pattern with fewer repeats")
    return found


class _TooLong(ValueError):
    """A pattern that could be searched for ages."""


def _parsed(pattern: str) -> tuple[Any, Search]:
    if len(pattern) > MAX_PATTERN:
        raise ValueError(f"pattern of {len(pattern)} characters; expected at most {MAX_PATTERN}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # sets that a later Python may read in another way
            return _parser.parse(pattern), re.compile(pattern).search
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"{pattern!r:.80} is no regular expression of Python ({error})") from None


def _longest(tree: Any) -> int:
    """The longest text that takes few steps."""
    low, high = 0, MAX_TEXT
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if steps(tree, middle) <= _FEW else (low, middle - 1)
    return low


def steps(tree: Any, length: int) -> float:
    """At most so many steps to find out that a pattern does not occur in a text of that length."""
    anchored = len(tree) > 0 and tree[0][0] is _constants.AT and tree[0][1] in {_constants.AT_BEGINNING, _constants.AT_BEGINNING_STRING}
    anchored = anchored and not tree.state.flags & re.MULTILINE
    return _sequence(tree, length).steps * (1 if anchored else length + 1)


class _Effort(NamedTuple):
    """How many ways there are to get through a part of a pattern from one place, and the steps they take together."""

    ways: float
    steps: float


def _sequence(items: Iterable[Any], length: int) -> _Effort:
    ways = steps = 1.0
    for item in items:
        part = _effort(item, length)
        steps += min(ways * part.steps, 2**_ENOUGH)
        ways = min(ways * part.ways, 2**_ENOUGH)
    return _Effort(ways, steps)


def _effort(item: Any, length: int) -> _Effort:
    op, about = item
    if op in _REPEATS:
        return _repeat(op, about, length)
    if op is _constants.BRANCH:
        parts = [_sequence(part, length) for part in about[1]]
        return _Effort(sum(part.ways for part in parts), sum(part.steps for part in parts))
    if op is _constants.SUBPATTERN:
        return _sequence(about[-1], length)
    if op in _LOOKS or op is _constants.ATOMIC_GROUP:
        return _Effort(1, _sequence(about[1] if op in _LOOKS else about, length).steps)
    if op is _constants.GROUPREF_EXISTS:
        yes, no = (_sequence(part or (), length) for part in about[1:])
        return _Effort(yes.ways + no.ways, yes.steps + no.steps)
    return _Effort(1, length if op is _constants.GROUPREF else 1)


def _repeat(op: Any, about: Any, length: int) -> _Effort:
    least, most, body = about
    inner = _sequence(body, length)
    rounds = max(min(most, length), min(least, length + 1))
    if inner.ways == 1:
        ways, steps = float(rounds - min(least, rounds) + 1), rounds * inner.steps
    else:
        ways = 2.0 ** min(_ENOUGH, rounds * math.log2(inner.ways))
        steps = ways * inner.steps
    return _Effort(1 if op is _constants.POSSESSIVE_REPEAT else ways, steps)


class _State:
    """A place in a pattern: what has to hold there (nothing at a fork), whether that takes a character, and where it goes on."""

    __slots__ = ("leaf", "onward", "takes")

    def __init__(self, leaf: Any, onward: list[_State], *, takes: bool = False) -> None:
        self.leaf = leaf
        self.onward = onward
        self.takes = takes


class _Machine:
    """All ways through a pattern at once: a set of places that moves along the text."""

    def __init__(self, tree: Any) -> None:
        self._root = tree.state
        self._count = 0
        self._end = _State(None, [])
        self._start = self._sequence(tree, self._end, ())

    def search(self, text: str) -> bool:
        """Whether the pattern occurs in the text."""
        places: set[_State] = set()
        for at in range(len(text) + 1):
            places = self._reached({*places, self._start}, text, at)
            if self._end in places:
                return True
            places = {state.onward[0] for state in places if state.takes and state.leaf(text, at)}
        return False

    def _reached(self, places: set[_State], text: str, at: int) -> set[_State]:
        """These places and all that can be reached from them without another character."""
        waiting = list(places)
        while waiting:
            state = waiting.pop()
            if not state.takes and (state.leaf is None or state.leaf(text, at)):
                fresh = [other for other in state.onward if other not in places]
                places.update(fresh)
                waiting += fresh
        return places

    def _state(self, leaf: Any, onward: list[_State], *, takes: bool = False) -> _State:
        self._count += 1
        if self._count > _MAX_STATES:
            raise _TooLong(f"the pattern may take too long; expected one with fewer repeats, or without numbers over {_MAX_STATES // 4}")
        return _State(leaf, onward, takes=takes)

    def _sequence(self, items: Iterable[Any], after: _State, flags: tuple[Any, ...]) -> _State:
        for item in reversed(list(items)):
            after = self._item(item, after, flags)
        return after

    def _item(self, item: Any, after: _State, flags: tuple[Any, ...]) -> _State:
        op, about = item
        if op in _ONE_CHARACTER or op is _constants.AT:
            return self._state(self._leaf(item, flags), [after], takes=op is not _constants.AT)
        if op is _constants.BRANCH:
            return self._state(None, [self._sequence(part, after, flags) for part in about[1]])
        if op is _constants.SUBPATTERN:
            return self._sequence(about[3], after, (*flags, about[1:3]))
        if op in _REPEATS and op is not _constants.POSSESSIVE_REPEAT:
            return self._repeat(about, after, flags)
        if op in _LOOKS and _sequence(about[1], MAX_TEXT).steps <= 4 * MAX_TEXT:
            return self._state(self._leaf(item, flags), [after])
        raise _TooLong(f"the pattern may take too long; expected fewer repeats beside {str(op).lower().replace('_', ' ')}")

    def _repeat(self, about: Any, after: _State, flags: tuple[Any, ...]) -> _State:
        least, most, body = about
        entry = after
        if most is _constants.MAXREPEAT:
            entry = self._state(None, [after])
            entry.onward.insert(0, self._sequence(body, entry, flags))
        else:
            for _ in range(most - least):
                entry = self._state(None, [self._sequence(body, entry, flags), after])
        for _ in range(least):
            entry = self._sequence(body, entry, flags)
        return entry

    def _leaf(self, item: Any, flags: tuple[Any, ...]) -> Search:
        """One piece of the pattern as Python itself matches it."""
        for added, removed in reversed(flags):
            item = (_constants.SUBPATTERN, (None, added, removed, _parser.SubPattern(self._root, [item])))
        match: Search = _compiler.compile(_parser.SubPattern(self._root, [item])).match
        return match
