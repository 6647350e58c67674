"""Bytes that forks hold, by tracemalloc: what a fork adds while it lives, not what passes through."""

import copy
import tracemalloc
from collections.abc import Callable
from typing import Any

from depot import Rows, Shape
from peers import Sqlite

from gem_sim.worlds.world import World


def bytes_each(make: Callable[[int], Any], count: int) -> int:
    """Bytes that one of so many made things holds on average."""
    kept = []
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        kept += [make(n) for n in range(count)]
        return round((tracemalloc.get_traced_memory()[0] - before) / count)
    finally:
        tracemalloc.stop()


def of_peers(rows: Rows, peer: Sqlite) -> dict[str, int]:
    """Bytes of a fork by the peers: copied rows, and the pages of a database."""
    return {"copied": bytes_each(lambda _: copy.deepcopy(rows), 1), "sqlite": len(peer.db.serialize())}


def per_fork(world: World, shape: Shape, count: int = 500) -> dict[str, int]:
    """Bytes of a fork: untouched, with one and with ten rows written by calls, each with its digest."""

    def fork(writes: int, n: int) -> World:
        made = world.fork()
        for at in range(writes):
            name, arguments = shape.note(at)
            made.call(name, arguments | {"note": f"{n} late {at}"})
        if len(made.digest) != 64:
            raise AssertionError(made.digest)
        return made

    fork(10, 0)  # what the worlds of a spec share is made first
    return {f"fork_{writes}_rows_written_bytes": bytes_each(lambda n, writes=writes: fork(writes, n), count) for writes in (0, 1, 10)}
