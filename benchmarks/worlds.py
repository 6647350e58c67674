"""Worlds at work: forks, calls, digests, finds, pages, checks of arguments, memory and replay, beside the goals and beside peers.

    python benchmarks/worlds.py

At 100, 5,000 and 100,000 rows, flat and nested, each against the same work by copied Python objects and JSON, by in-memory SQLite and
by stock jsonschema in the same run. Each figure is the least of the medians of some rounds in which all works take turns: the machine
may be shared, and what others do to it is no property of the engine.
"""

import copy
import itertools
import time
from collections.abc import Callable
from typing import Any

import memory
from common import interleaved_us, show
from depot import SHAPES, Row, Rows, Shape, depot, mixed
from peers import Copied, Sqlite, stock_validator

from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import World

SIZES = (100, 5_000, 100_000)
ROUNDS = 4
VALID = {"member_id": "M-1", "room": "Room 1", "nights": 3, "day": "2026-03-20", "status": "open", "extras": [{"name": "towel", "count": 2}]}
INVALID = VALID | {"nights": 40}
Works = dict[str, Callable[[], Any]]


def ours(spec: WorldSpec, shape: Shape) -> Works:
    """The works of a world; each call is validated, executed, described by a diff, and its state has its digest."""
    fresh, busy, written = spec.start(1), spec.start(1), spec.start(1)
    for n in range(10):
        written.call(*shape.note(n))
    count = itertools.count()

    def call(world: World, name: str, arguments: Row) -> None:
        if not world.call(name, arguments).ok or not world.digest:
            raise AssertionError(name)

    reads = {"get": shape.get, "find": shape.find, "filter": shape.filter, "page": shape.page, "page_of_find": shape.page_found, **shape.more}
    works: Works = {name: lambda made=made: call(fresh, *made) for name, made in reads.items()}
    works |= {f"{name}_after_10_writes": lambda made=made: call(written, *made) for name, made in reads.items()}
    return works | {
        "fork": fresh.fork,
        "fork_write_digest": lambda: call(fresh.fork(), *shape.note(3)),
        "update": lambda: call(busy, *shape.note(next(count))),
        "update_3_requirements": lambda: call(busy, *shape.change(next(count))),
        "fork_long_write": lambda: call(fresh.fork(), *shape.long),
        "diff_of_10_rows": lambda: fresh.diff(written),
        "dump_and_load_of_10_rows": lambda: spec.load(written.dump()),
    }


def copied(rows: Rows, shape: Shape) -> Works:
    """The same by Python objects."""
    entity, key = shape.plain_row
    peer = Copied(copy.deepcopy(rows), entity)
    return {
        "fork_write_digest": lambda: peer.fork().update(key),
        "update": lambda: peer.update(key),
        "get": lambda: peer.get(key),
        "find": lambda: peer.find("member_id", "M-7"),
        "page": peer.page,
    }


def sqlite(peer: Sqlite, shape: Shape) -> Works:
    """The same by SQLite."""
    key = tuple(shape.get[1].values())
    (wanted,) = shape.find[1].values()

    def fork_and_write() -> None:
        fork = peer.fork()
        fork.update(key)
        fork.db.close()

    return {
        "fork_write_digest": fork_and_write,
        "update": lambda: peer.update(key),
        "get": lambda: peer.get(key),
        "find": lambda: peer.find(wanted),
        "page": peer.page,
    }


def replayed(spec: WorldSpec, shape: Shape, count: int = 200) -> int:
    """Calls a second: each executed again, its answer, diff and digests before and after compared with what is stored."""
    world = spec.start(1)
    stored = [(call, world.digest, world.call(*call), world.digest) for call in mixed(shape, count)]
    rates = []
    for _ in range(50):
        start, world = time.perf_counter(), spec.start(1)
        if not all(world.digest == before and world.call(*call) == result and world.digest == after for call, before, result, after in stored):
            raise AssertionError("a call did not repeat")
        rates.append(count / (time.perf_counter() - start))
    return round(max(rates))


def measure(shape: Shape, size: int) -> dict[str, Any]:
    """All figures of one shape at one size."""
    rows = shape.rows(size)
    spec, database = depot(rows), Sqlite(rows, *shape.sqlite_table)
    groups = {"ours": ours(spec, shape), "copied": copied(rows, shape), "sqlite": sqlite(database, shape)}
    timed = interleaved_us({f"{group}/{name}": work for group, works in groups.items() for name, work in works.items()}, rounds=ROUNDS)
    return {
        **{group: {name: timed[f"{group}/{name}"] for name in works} for group, works in groups.items()},
        "replay": {"calls_per_second": replayed(spec, shape)},
        "memory": memory.per_fork(spec.start(1), shape),
        "memory_of_a_fork_by_peers": memory.of_peers(rows, database),
    }


def validation() -> dict[str, float]:
    """Microseconds to check the arguments of a tool with seven parameters, with a message where they are wrong."""
    tool = depot(SHAPES["flat"].rows(100)).program.tools["book"]
    stock = stock_validator(tool.spec.parameters)
    if not tool.is_valid(VALID) or tool.is_valid(INVALID) or "40" not in tool.problem(INVALID) or stock(VALID) or not stock(INVALID):
        raise AssertionError("the arguments are not what they are meant to be")
    works: Works = {
        "valid": lambda: tool.is_valid(VALID),
        "invalid_with_message": lambda: tool.is_valid(INVALID) or tool.problem(INVALID),
        "jsonschema_valid": lambda: stock(VALID),
        "jsonschema_invalid_with_message": lambda: stock(INVALID),
    }
    return interleaved_us(works)


def goals(found: dict[str, Any], checks: dict[str, float]) -> list[dict[str, Any]]:
    """Each goal beside the worst figure over all sizes and shapes, and how many times as long peers take there."""

    def at_most(goal: float, what: str, name: str, group: str = "ours") -> dict[str, Any]:
        figure, place = max((about[group][name], place) for place, about in found.items())
        peers = {peer: round(found[place][peer][name] / figure, 1) for peer in ("copied", "sqlite") if name in found[place][peer] and group == "ours"}
        return {"what": what, "goal": f"<= {goal}", "figure": figure, "met": figure <= goal, "worst_at": place, **({"times_peer": peers} if peers else {})}

    def check(goal: float, name: str) -> dict[str, Any]:
        times = {"jsonschema": round(checks[f"jsonschema_{name}"] / checks[name], 1)}
        return {"what": f"arguments checked, {name}, us", "goal": f"<= {goal}", "figure": checks[name], "met": checks[name] <= goal, "times_peer": times}

    reads = ("get", "find", "filter", "page", "page_of_find")
    rate, place = min((about["replay"]["calls_per_second"], place) for place, about in found.items())
    return [
        at_most(15, "fork + first write + digest, us", "fork_write_digest"),
        *(at_most(2_000, f"a fork with {rows} rows written, bytes", f"fork_{rows}_rows_written_bytes", "memory") for rows in (0, 1)),
        *(at_most(10, f"call: {name}, us", name) for name in (*reads, "update", "update_3_requirements")),
        *(at_most(10, f"call: {name} after 10 writes, us", f"{name}_after_10_writes") for name in reads),
        at_most(30, "fork + call with 16 expressions, 4 of them requirements, us", "fork_long_write"),
        check(1.5, "valid"),
        check(5, "invalid_with_message"),
        {"what": "calls replayed, a second", "goal": ">= 20000", "figure": rate, "met": rate >= 20_000, "worst_at": place},
    ]


if __name__ == "__main__":
    start = time.perf_counter()
    checks = validation()
    found = {f"{name}, {size} rows": measure(shape, size) for name, shape in SHAPES.items() for size in SIZES}
    show(
        {
            "goals": goals(found, checks),
            "timing": f"microseconds; least of the medians of {ROUNDS} rounds in which all works take turns; others may use the machine meanwhile",
            "validation": checks,
            "figures": found,
            "seconds": round(time.perf_counter() - start, 1),
        }
    )
