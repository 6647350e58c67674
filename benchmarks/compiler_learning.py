"""The mocks that ship compiled again, from the schemas of their tools and their rows alone, call by call beside the mocks themselves.

    python benchmarks/compiler_learning.py [--sets MOCK...] [--failures K]

Calls are what a mock proposes for each of its tools: one for each outcome it knows, and successes on several rows, each on fresh
worlds. The compiler sees names, descriptions and parameters; the worlds written by hand are the judge.

* reads: answers equal, of the calls that succeed; `shown` those that name one row by its key.
* accuracy: balanced accuracy of accept and refuse, over all calls and over those of writing tools.
* changed_fields: F1 of the changed fields with their values, over writing calls that succeed.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from common import show
from compiler_retail import Seen, _read, _told, accuracy, changed, f1
from toolsets import options, ratio

from gem_sim import WorldSpec, compile_world, load_mock
from gem_sim.records import ToolSchema
from gem_sim.worlds.canonical import same
from gem_sim.worlds.load import mock_names

SEEDS = 6
"""Seeds for which successes are proposed, so that several rows are named."""


def calls(spec: WorldSpec) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Tool, outcome and arguments; outcomes that are the engine's own are asked for too."""
    for name, tool in spec.tools.items():
        for seed in range(SEEDS):
            for outcome in dict.fromkeys(["ok", "not_found", "invalid_arguments", *(test.code for test in tool.require)]):
                arguments = spec.start(seed).propose(name, outcome)
                if arguments is not None:
                    yield name, outcome, arguments


def compiled(spec: WorldSpec) -> WorldSpec:
    """The mock from schemas and rows alone."""
    tools = [ToolSchema(name=name, description=tool.description, parameters=tool.parameters) for name, tool in spec.tools.items() if tool.side == "assistant"]
    world = spec.start()
    rows = {name: world.rows(name) for name, entity in spec.entities.items() if entity.within is None}
    return compile_world(tools, name=spec.name, rows=rows).spec


def played(mock: str) -> list[tuple[str, Seen]]:
    """Each call on fresh worlds of both, with the kind that the mock says of the tool."""
    spec = load_mock(mock)
    ours = compiled(spec)
    seen = []
    for name, outcome, arguments in calls(spec):
        if name in ours.tools:
            want, got = spec.start().call(name, arguments), ours.start().call(name, arguments)
            equal = same(_told(_read(want)), _told(_read(got)))
            said = f"{name} {arguments}: expected {want.error or 'ok'}, got {got.error or 'ok'}"
            made = Seen(outcome, name, want.ok, got.ok, changed(spec, want.diff), changed(ours, got.diff), equal, False, said)
            seen.append((spec.tools[name].kind, made))
    return seen


def figures(mock: str, examples: int) -> dict[str, Any]:
    """What one mock comes to."""
    seen = played(mock)
    writes = [call for kind, call in seen if kind == "write"]
    reads = [call for kind, call in seen if kind == "read" and call.wanted]
    wrong: dict[str, list[str]] = defaultdict(list)
    for _, call in seen:
        if call.wanted != call.got:
            wrong[call.name].append(call.said[:300])
    return {
        "calls": len(seen),
        "reads": {"equal": ratio(sum(call.equal for call in reads), len(reads)), "of": len(reads), "differing": sorted({c.name for c in reads if not c.equal})},
        "accuracy": {"all": accuracy([call for _, call in seen]), "writes": accuracy(writes)},
        "changed_fields": {"all": f1(writes), **{name: f1([c for c in writes if c.name == name]) for name in sorted({c.name for c in writes if c.due})}},
        "wrong": {name: texts[:examples] for name, texts in wrong.items()},
    }


if __name__ == "__main__":
    given = options(__doc__)
    mocks = [name for name in mock_names() if name != "tidal_harbour" and (not given.sets or name in given.sets)]
    if not mocks:
        sys.exit("no such mock")
    show({mock: figures(mock, given.failures) for mock in mocks})
