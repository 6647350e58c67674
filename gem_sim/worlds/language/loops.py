"""Loops at work: those of comprehensions and of writes."""

from __future__ import annotations

from typing import Any, NamedTuple

from gem_sim.worlds.language.errors import Unusable
from gem_sim.worlds.language.scope import Closure, Frame
from gem_sim.worlds.rows import Rows


class Loop(NamedTuple):
    """A compiled `for ... in ... if ...`."""

    items: Closure
    slots: list[int]
    test: Closure | None
    unpack: bool


def comprehension(loops: list[Loop], result: Closure) -> Closure:
    """`result` for each round of all loops, the later ones within the earlier."""
    if len(loops) == 1 and not loops[0].unpack:
        return _simple(loops[0], result)

    def walk(f: Frame, depth: int, found: list[Any]) -> None:
        loop = loops[depth]
        items = elements(loop.items(f))
        f[0].spend(len(items))
        for item in items:
            bind(f, loop, item)
            if loop.test is None or loop.test(f):
                if depth + 1 < len(loops):
                    walk(f, depth + 1, found)
                else:
                    found.append(result(f))

    def run(f: Frame) -> list[Any]:
        found: list[Any] = []
        walk(f, 0, found)
        return found

    return run


def _simple(loop: Loop, result: Closure) -> Closure:
    """The common case, one loop over one name."""
    source, slot, test = loop.items, loop.slots[0], loop.test

    def run(f: Frame) -> list[Any]:
        items = elements(source(f))
        f[0].spend(len(items))
        found = []
        for f[slot] in items:
            if test is None or test(f):
                found.append(result(f))
        return found

    return run


def elements(value: Any) -> Any:
    """What a loop runs over: the elements of a list or the keys of an object; nothing for null."""
    if value is None:
        return []
    if isinstance(value, dict):
        return list(value)
    if isinstance(value, (list, Rows)):
        return value
    raise Unusable(f"for: expected a list, got {type(value).__name__}")


def bind(f: Frame, loop: Loop, item: Any) -> None:
    """Put an element into the names of a loop."""
    if not loop.unpack:
        f[loop.slots[0]] = item
    elif isinstance(item, list) and len(item) == len(loop.slots):
        for slot, value in zip(loop.slots, item, strict=True):
            f[slot] = value
    else:
        raise Unusable(f"for: expected elements of {len(loop.slots)} values")
