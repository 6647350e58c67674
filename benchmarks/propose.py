"""Proposals: which share of tools and outcomes they reach, what one costs, and why the rest is missed.

On the mocks that ship, on a mock of 100,000 rows, on the reference worlds, and on worlds compiled from the tool sets in
../shared. Times are of the processor, the first proposal for a tool, which reads its expressions, apart from later ones.
"""

import statistics
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from common import show
from toolsets import DATA, chosen, compiled, options, tool_sets

from gem_sim import WorldSpec, load_mock, load_world
from gem_sim.worlds.load import mock_names
from gem_sim.worlds.plugin.spec import PluginSpec
from gem_sim.worlds.propose import goals, guesses, propose, propose_requirement, view_of
from gem_sim.worlds.propose.case import Case
from gem_sim.worlds.propose.pools import Pools
from gem_sim.worlds.world import World

REFERENCE = Path(__file__).resolve().parent / "reference_worlds"
EXAMPLES = 12


@dataclass
class Figures:
    """What was asked for and found on some worlds."""

    asked: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    later: list[float] = field(default_factory=list)

    def add(self, what: str, seconds: list[float], *, found: bool) -> None:
        """Count one question and its answer."""
        self.asked[what] += 1
        self.found[what] += found
        self.first.append(seconds[0] * 1e3)
        self.later += [each * 1e3 for each in seconds[1:]]

    def miss(self, reason: str, example: str) -> None:
        """Count one that was not found."""
        self.reasons[reason] += 1
        if self.reasons[reason] <= 3 and len(self.examples) < EXAMPLES:
            self.examples.append(f"{reason}: {example}")

    def shown(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "asked": dict(self.asked),
            "reached": {what: round(self.found[what] / count, 4) for what, count in self.asked.items()},
            "ms": _spread(self.later),
            "ms_of_the_first": _spread(self.first),
            "missed_for": dict(self.reasons.most_common()),
            "such_as": self.examples,
        }


def _spread(times: list[float]) -> dict[str, float]:
    if len(times) < 2:
        return {}
    cuts = statistics.quantiles(times, n=100)
    return {"p50": round(cuts[49], 2), "p95": round(cuts[94], 2), "p99": round(cuts[98], 2), "max": round(max(times), 1)}


def _timed(work: Any) -> tuple[Any, list[float]]:
    """What the work gives, and the seconds of the processor that it took the first and the second time."""
    seconds, answer = [], None
    for _ in range(2):
        start = time.process_time()
        answer = work()
        seconds.append(time.process_time() - start)
    return answer, seconds


def measure(figures: Figures, where: str, spec: WorldSpec) -> None:
    """Ask for every outcome of every tool of a world."""
    world = spec.start()
    for tool, about in spec.tools.items():
        arguments, seconds = _timed(lambda tool=tool: propose(world, tool))
        figures.add("ok", seconds, found=_gives(world, tool, arguments, "ok"))
        if arguments is None:
            figures.miss(_why(world, tool), f"{where} {tool}")
        for index, test in enumerate(about.require):
            arguments, seconds = _timed(lambda tool=tool, index=index: propose_requirement(world, tool, index))
            alone = _state_decides(world, tool, index)
            figures.add("requirement that only the state decides" if alone else "requirement", seconds, found=_gives(world, tool, arguments, test.code))
            if arguments is None and not alone:
                figures.miss("a requirement that the search did not fail alone", f"{where} {tool}: {test.that}")
        if any(goals.for_missing(view_of(spec, tool))):
            arguments, seconds = _timed(lambda tool=tool: propose(world, tool, "not_found"))
            figures.add("not_found", seconds, found=_gives(world, tool, arguments, "not_found"))
        arguments, seconds = _timed(lambda tool=tool: propose(world, tool, "invalid_arguments"))
        figures.add("invalid_arguments", seconds, found=_gives(world, tool, arguments, "invalid_arguments"))
        if arguments is None:
            figures.miss("a schema that takes anything", f"{where} {tool}")


def _gives(world: World, tool: str, arguments: dict[str, Any] | None, outcome: str) -> bool:
    return arguments is not None and world.fork().call(tool, arguments).outcome == outcome


def _state_decides(world: World, tool: str, index: int) -> bool:
    """Whether a requirement, or one before it that does not hold, looks at no argument."""
    view = view_of(world.spec, tool)
    case = Case(view, world, {})
    fixed = [goal for goal in goals.for_requirement(view, index) if not view.depends[goal.node]]
    return not all(goal.met(case) for goal in fixed)


def _why(world: World, tool: str) -> str:
    """What stands in the way of a success."""
    view = view_of(world.spec, tool)
    case = Case(view, world, {})
    if not all(goal.met(case) for goal in goals.for_success(view) if not view.depends[goal.node]):
        return "only the state decides"
    tried = next(guesses(world, tool, Random("why")), None)  # noqa: S311  (reproducible, not secret)
    if tried is None:
        return "nothing fits the schema"
    error = world.fork().call(tool, tried).error or {"code": "ok", "message": ""}
    pools = Pools(view, world, Random("why"))  # noqa: S311  (reproducible, not secret)
    keys = {name: [row[name_of_key(world, entity)] for row in world.rows(entity)] for name, entity in pools.roles.keys.items() if name in view.properties}
    if error["code"] == "not_found" and not all(any(pools.accepts(name, key) for key in held) for name, held in keys.items()):
        return "the keys of the rows do not fit the schema of the parameter"
    return "the world does not take what the schema asks for" if error["code"] == "unprocessable" else f"ends as {error['code']}"


def name_of_key(world: World, entity: str) -> str:
    """The last field of the key of an entity."""
    return world.spec.entities[entity].keys[-1]


def grown(count: int) -> WorldSpec:
    """The tool library with so many tools, members and loans more."""
    data = load_mock("tool_library").data()
    rows = data["rows"]
    rows["Tool"] += [
        {"tool_id": f"X-{n}", "name": f"Tool {n}", "category": "garden", "deposit": 10, "status": "available" if n % 500 else "in repair"} for n in range(count)
    ]
    rows["Member"] += [
        {"member_id": f"Y-{n}", "name": f"Name {n}", "email": f"{n}@example.org", "status": "active" if n % 1000 else "suspended"} for n in range(count)
    ]
    rows["Loan"] += [
        {
            "loan_id": f"Z-{n}",
            "member_id": f"Y-{n // 4}",
            "tool_id": f"X-{n}",
            "due": "2026-05-01",
            "renewals": n % 3,
            "status": "open" if n % 77 else "returned",
        }
        for n in range(count)
    ]
    return WorldSpec.model_validate(data)


def _reference() -> Iterator[tuple[str, WorldSpec]]:
    """The reference worlds whose rows are at hand."""
    for path in sorted(REFERENCE.glob("bfcl_*.yaml")):
        yield path.stem, load_world(path)
    if (DATA / "gold").is_dir():
        from tau2_gold import TABLES, world_spec  # it reads its rows from ../shared

        for domain in TABLES:
            yield domain, world_spec(domain)


def _compiled() -> Iterator[tuple[str, WorldSpec]]:
    for name in chosen(tool_sets(), given):
        made = compiled(tool_sets()[name]).made
        if made is not None:
            yield name, made.spec


def group(specs: Iterable[tuple[str, WorldSpec]]) -> dict[str, Any]:
    """The figures of some worlds together."""
    figures = Figures()
    for where, spec in specs:
        measure(figures, where, spec)
    return figures.shown()


given = options(__doc__)
mocks = {name: load_mock(name) for name in mock_names()}
show(
    {
        "mocks": {name: group([(name, spec)]) for name, spec in mocks.items() if not isinstance(spec, PluginSpec)},
        "tool_library_with_100000_rows_each": group([("large", grown(100_000))]),
        "reference_worlds": group(_reference()),
        "compiled_tool_sets": group(_compiled()) if (DATA / "toolsets").is_dir() else "no ../shared beside the repository",
    }
)
