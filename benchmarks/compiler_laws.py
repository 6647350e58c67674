"""Laws on compiled worlds, over all tool sets: stateful sets (with a tool that writes) apart from read-only ones.

    python benchmarks/compiler_laws.py [--sets ID...] [--limit N] [--failures K]

* lawful: sets in whose world the laws find no error, of all sets, with the errors by code and examples; warnings by code.
* checks: how often each law looked at something that could have been a finding. The laws on several calls together: filter.adds and
  filter.match (a filter narrows), page.rows and page.total (the pages are the list), read.order (reads come in any order),
  create.unseen, update.stale and delete.shown (what is written is shown), run.differs, fork.leaks, dump.differs and process.differs
  (calls repeat), parameter.idle and unused.matters (calls that differ in one argument).
* witnesses: outcomes by code (`require` where a requirement gives it) for which calls were found when compiling, those that take
  other calls before, those missed and why; `again` are those that end in their outcome when they are made again. Processor time.
"""

import time
from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Any, NamedTuple

from common import show
from toolsets import ToolSet, chosen, compiled, options, ratio, spread, tool_sets

from gem_sim.worlds.laws import Flaw, examine
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.witnesses import Witnesses
from gem_sim.worlds.witnesses.search import Search

THIRTY = range(26, 35)
"""Sizes of the sets that stand for one of 30 tools."""


class SetResult(NamedTuple):
    """What came of one set."""

    id: str
    tools: int
    stateful: bool
    error: str
    found: list[Flaw]
    checks: dict[str, int]
    witnesses: Witnesses
    again: int
    search_ms: float
    seconds: float


def examined(name: str) -> SetResult:
    """The laws and the witnesses of one set."""
    tools = tool_sets()[name]
    made = compiled(tools)
    if made.made is None:
        return SetResult(name, len(tools.tools), False, made.error, [], {}, Witnesses(), 0, 0, 0)
    return _judged(tools, made.made.spec)


def _judged(tools: ToolSet, spec: WorldSpec) -> SetResult:
    start = time.process_time()
    witnesses = Search(spec).witnesses()
    searched = time.process_time()
    found = examine(spec, kept=witnesses)
    ended = time.process_time()
    stateful = any(tool.kind == "write" for tool in spec.tools.values())
    again = sum(_again(spec, one) for one in witnesses.witnesses)
    return SetResult(
        tools.id, len(tools.tools), stateful, "", found.found, found.checks, witnesses, again, round((searched - start) * 1e3, 1), ended - searched
    )


def _again(spec: WorldSpec, one: Any) -> bool:
    """Whether the calls of a witness end in its outcome and state when they are made again."""
    world, outcome = spec.start(0), ""
    for call in one.calls:
        outcome = world.call(call.name, call.arguments).outcome
    return (outcome, world.digest) == (one.outcome, one.digest)


def group(results: Sequence[SetResult], examples: int) -> dict[str, Any]:
    """The figures of some sets."""
    checks: Counter[str] = Counter()
    for result in results:
        checks.update(result.checks)
    return {
        "sets": len(results),
        "tools": sum(result.tools for result in results),
        "exceptions": [f"{result.id}: {result.error}" for result in results if result.error],
        "lawful": ratio(sum(not _of(result, "error") for result in results), len(results)),
        "errors": _by_code(results, "error", examples),
        "warnings": _by_code(results, "warning", examples),
        "checks": dict(sorted(checks.items())),
        "witnesses": _witnesses(results, examples),
    }


def _of(result: SetResult, severity: str) -> list[Flaw]:
    return [one for one in result.found if one.severity == severity]


def _by_code(results: Sequence[SetResult], severity: str, examples: int) -> dict[str, Any]:
    found = [(result.id, one) for result in results for one in _of(result, severity)]
    codes = Counter(one.code for _, one in found)
    return {
        code: {
            "count": count,
            "sets": len({name for name, one in found if one.code == code}),
            "examples": [f"{name} {one.where}: {one.text[:200]}" for name, one in found if one.code == code][:examples],
        }
        for code, count in codes.most_common()
    }


def _witnesses(results: Sequence[SetResult], examples: int) -> dict[str, Any]:
    found = [one for result in results for one in result.witnesses.witnesses]
    missed = [(result.id, one) for result in results for one in result.witnesses.missed]
    reached, lost = Counter(map(_name, found)), Counter(_name(one) for _, one in missed)
    return {
        "tools_that_work": ratio(reached["ok"], reached["ok"] + lost["ok"]),
        "reached": {name: {"share": ratio(count, count + lost[name]), "count": count} for name, count in reached.most_common()},
        "after_other_calls": sum(len(one.calls) > 1 for one in found),
        "again": ratio(sum(result.again for result in results), len(found)),
        "missed": dict(Counter(f"{_name(one)}: {one.why}" for _, one in missed).most_common()),
        "such_as": [f"{name} {one.where}: {one.outcome}: {one.why}" for name, one in missed][: examples * 4],
    }


def _name(one: Any) -> str:
    return one.outcome if one.require is None else f"require {one.outcome}"


def times(results: Sequence[SetResult]) -> dict[str, Any]:
    """Milliseconds of a search for witnesses, seconds of the laws."""
    done = sorted(result.search_ms for result in results if not result.error)
    thirty = [result.search_ms for result in results if result.tools in THIRTY]
    return {
        "witnesses_ms": {"p50": round(median(done), 1), "p95": done[int(len(done) * 0.95)], "max": done[-1]} if done else None,
        "thirty_tools_ms": {"median": round(median(thirty), 1), "max": max(thirty), "sets": len(thirty)} if thirty else None,
        "laws_seconds": round(sum(result.seconds for result in results), 1),
    }


if __name__ == "__main__":
    given = options(__doc__)
    start = time.perf_counter()
    results = list(spread(examined, chosen(tool_sets(), given)))
    stateful = group([result for result in results if result.stateful], given.failures)
    reading = group([result for result in results if not result.stateful], given.failures)
    whole = group(results, 0)
    show(
        {
            "goals": [
                {"what": what, "goal": goal, "stateful": of(stateful), "all": of(whole)}
                for what, goal, of in (
                    ("lawful", ">= 1.0", lambda figures: figures["lawful"]),
                    ("tools_that_work", ">= 0.99", lambda figures: figures["witnesses"]["tools_that_work"]),
                    ("witnesses_again", ">= 1.0", lambda figures: figures["witnesses"]["again"]),
                )
            ],
            "stateful": stateful,
            "read_only": reading,
            "all": {name: whole[name] for name in ("sets", "tools", "lawful", "checks")},
            "times": times(results),
            "seconds": round(time.perf_counter() - start, 1),
        }
    )
