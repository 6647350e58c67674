"""How compiled worlds behave, over all tool sets: stateful sets (with a tool that writes) apart from read-only ones.

    python benchmarks/compiler_behaviour.py [--sets ID...] [--limit N] [--failures K]

* reached: tools of which `propose` gives arguments that succeed, of all tools; imagined: tools whose answers are made up;
  reads_with_an_empty_answer: of the reading tools reached, those whose answer has no row and no value.
* writes_shown: of the writing tools whose entity (or the one it lives in) a reading tool has by the compiler's report, those after
  which a call of a reading tool answers otherwise than before; the calls name the row by key and by fields and follow pages. Beside
  it the same of all writing tools, and of those where by names alone (same last noun) a reading tool is about it.
* parameters_matter: of the parameters of tools that are not imagined, those for which two calls on forks, valid and different in it alone, differ in
  result or in a later read; `named` ones stand under `unused` with a reason; `fixed` ones allow no second value and do not count.
* unknown_keys_refused: tools with a parameter of role key that fail for each unknown key; by_name: the same for parameters that a
  naming rule takes for keys. Where the schema alone refuses every unknown value the tool does not count.
* bounds_refused: values outside enums and bounds, also one level inside objects and lists.
* deterministic: compiled again in this and in another process the digest is equal, and a story of all proposed calls answers the same.
* compile_ms: processor time, the least of two; rows_per_second: what generating rows adds to it, as compiled with and without rows.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import Any, NamedTuple

from behaviour import Finding, findings
from common import show
from naming import guess
from toolsets import ToolSet, chosen, compiled, options, ratio, spread, tool_sets

from gem_sim import compile_world
from gem_sim.worlds.compiler import Compilation
from gem_sim.worlds.spec import WorldSpec

THIRTY = range(26, 35)
"""Sizes of the sets that stand for one of 30 tools."""
WRITING = ("create", "update", "delete")


class SetResult(NamedTuple):
    """What came of one set."""

    id: str
    tools: int
    error: str
    stateful: bool
    found: list[Finding]
    digest: str
    same: bool
    seconds: float
    seconds_without_rows: float
    rows: int
    fields: int
    filler: int | None


def examined(name: str) -> SetResult:
    """One set compiled twice and examined."""
    tools = tool_sets()[name]
    (seconds, made), (again, second) = _timed(lambda: compiled(tools)), _timed(lambda: compiled(tools))
    if made.made is None or second.made is None:
        by_name = any(guess(tool).kind in WRITING for tool in tools.tools)
        return SetResult(name, len(tools.tools), made.error or second.error, by_name, [], "", made == second, seconds, 0, 0, 0, None)
    spec = made.made.spec
    found = findings(tools, made.made)
    filler = getattr(made.made.report, "filler", None)
    return SetResult(
        name,
        len(tools.tools),
        "",
        any(tool.kind == "write" for tool in spec.tools.values()),
        found,
        spec.digest,
        spec.data() == second.made.spec.data() and _story(spec) == _story(second.made.spec),
        min(seconds, again),
        _without_rows(tools),
        sum(map(len, spec.rows.values())),
        sum(len(entity.fields) for entity in spec.entities.values()),
        None if filler is None else len(filler),
    )


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of this process alone, which others on the machine spoil least."""
    start = time.process_time()
    made = work()
    return time.process_time() - start, made


def _without_rows(tools: ToolSet) -> float:
    def work() -> Compilation:
        return compile_world(tools.tools, name=tools.id, rows={})

    return min(_timed(work)[0] for _ in range(2))


def _story(spec: WorldSpec) -> list[Any]:
    """Results and digests of a success of every tool, one after another on one world."""
    world, told = spec.start(3), []
    for tool in spec.tools:
        arguments = world.propose(tool)
        if arguments is not None:
            told.append((tool, arguments, world.call(tool, arguments), world.digest))
    return told


def group(results: Sequence[SetResult], examples: int) -> dict[str, Any]:
    """The figures of some sets."""
    found = [(result.id, finding) for result in results for finding in result.found]
    total = sum(result.tools for result in results)
    tools, shapes = _verdicts(found, "tool"), Counter(finding.detail for _, finding in found if finding.what == "tool")
    return {
        "sets": len(results),
        "tools": total,
        "exceptions": [f"{result.id}: {result.error}" for result in results if result.error],
        "reached": ratio(tools["ok"] + tools["imagined"], total),
        "imagined": ratio(tools["imagined"], total),
        "reads_with_an_empty_answer": ratio(shapes["empty"], shapes["empty"] + shapes["read"]),
        "writes_shown": _writes(found, examples),
        "parameters_matter": _parameters(found, examples),
        "unknown_keys_refused": _keys(found, "key", examples),
        "unknown_keys_refused_by_name": _keys(found, "name_key", examples),
        "bounds_refused": _shares(_verdicts(found, "bound"), "refused") | {"accepted": _examples(found, "bound", "accepted", examples)},
        "failed_calls_that_write": len([finding for _, finding in found if finding.what == "state"]),
        "unreached": _examples(found, "tool", "unreached", examples * 2),
    }


def _verdicts(found: Iterable[tuple[str, Finding]], what: str) -> Counter[str]:
    return Counter(finding.verdict for _, finding in found if finding.what == what)


def _shares(counts: Counter[str], good: str) -> dict[str, Any]:
    return {"ratio": ratio(counts[good], counts.total()), "of": counts.total()}


def _examples(found: Iterable[tuple[str, Finding]], what: str, verdict: str, count: int) -> list[str]:
    return [f"{name} {made.where} {made.detail}".strip() for name, made in found if (made.what, made.verdict) == (what, verdict)][:count]


def _writes(found: Sequence[tuple[str, Finding]], examples: int) -> dict[str, Any]:
    counted = [(name, finding) for name, finding in found if finding.what == "write" and "report" in finding.detail]
    writes = [finding for _, finding in found if finding.what == "write"]
    by = {
        "": [write for _, write in counted],
        "_of_all": writes,
        "_by_name": [write for write in writes if "name" in write.detail.split()],
    }
    said: dict[str, Any] = {}
    for suffix, these in by.items():
        said |= {f"ratio{suffix}": ratio(sum(write.verdict == "shown" for write in these), len(these)), f"count{suffix}": len(these)}
    causes = Counter(write.verdict for write in by[""] if write.verdict != "shown")
    return said | {"misses": {cause: {"count": n, "examples": _examples(counted, "write", cause, examples)} for cause, n in causes.most_common()}}


def _parameters(found: Sequence[tuple[str, Finding]], examples: int) -> dict[str, Any]:
    counts = _verdicts(found, "parameter")
    judged = counts.total() - counts["fixed"] - counts["imagined"]
    idle: dict[str, list[str]] = defaultdict(list)
    for name, finding in found:
        if (finding.what, finding.verdict) == ("parameter", "idle"):
            idle[finding.detail].append(f"{name} {finding.where}")
    roles = sorted(idle.items(), key=lambda pair: -len(pair[1]))
    return {
        "ratio": ratio(counts["matters"], judged),
        "of": judged,
        "named": ratio(counts["named"], judged),
        "counts": dict(counts.most_common()),
        "idle_by_role": {role: {"count": len(these), "examples": these[:examples]} for role, these in roles},
    }


def _keys(found: Sequence[tuple[str, Finding]], what: str, examples: int) -> dict[str, Any]:
    """Per tool: refused where every key is; tools whose schema refuses all of them do not count."""
    tools: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name, finding in found:
        if finding.what == what:
            tools[name, finding.where.rpartition(".")[0]].add(finding.verdict)
    counted = [verdicts for verdicts in tools.values() if verdicts != {"schema"}]
    share = ratio(sum("accepted" not in verdicts for verdicts in counted), len(counted))
    return {"ratio": share, "of": len(counted), "accepted": _examples(found, what, "accepted", examples)}


def times(results: Sequence[SetResult]) -> dict[str, Any]:
    """Milliseconds of a compilation, and rows a second."""
    done = [result for result in results if not result.error]
    ms = sorted(result.seconds * 1e3 for result in done)
    thirty = [result.seconds * 1e3 for result in done if result.tools in THIRTY]
    added = sum(max(0.0, result.seconds - result.seconds_without_rows) for result in done)
    return {
        "compile_ms": {"p50": round(median(ms), 1), "p95": round(ms[int(len(ms) * 0.95)], 1), "max": round(ms[-1], 1)} if ms else None,
        "thirty_tools_ms": {"median": round(median(thirty), 1), "max": round(max(thirty), 1), "sets": len(thirty), "goal": 50} if thirty else None,
        "rows": sum(result.rows for result in done),
        "rows_per_second": round(sum(result.rows for result in done) / added) if added else None,
        "rows_per_second_goal": 20_000,
        "filler_share": ratio(sum(result.filler or 0 for result in done), sum(result.fields for result in done))
        if any(r.filler is not None for r in done)
        else None,
    }


def deterministic(results: Sequence[SetResult]) -> dict[str, Any]:
    """Sets that come out the same again, in their process and in this one."""
    done = [result for result in results if not result.error]
    here = {result.id: compiled(tool_sets()[result.id]).made for result in done}
    other = [result.id for result in done if (made := here[result.id]) is None or made.spec.digest != result.digest]
    again = [result.id for result in done if not result.same]
    return {"sets": len(done), "differ_in_one_process": again, "differ_in_another": other}


def goals(stateful: dict[str, Any], whole: dict[str, Any]) -> list[dict[str, Any]]:
    """Each goal beside its figure in stateful sets and in all."""
    table: list[tuple[str, str, Callable[[dict[str, Any]], Any]]] = [
        ("exceptions", "<= 0", lambda f: len(f["exceptions"])),
        ("reached", ">= 0.99", lambda f: f["reached"]),
        ("imagined", "<= 0.15", lambda f: f["imagined"]),
        ("writes_shown", ">= 0.95", lambda f: f["writes_shown"]["ratio"]),
        ("parameters_matter", ">= 0.9", lambda f: f["parameters_matter"]["ratio"]),
        ("unknown_keys_refused", ">= 0.9", lambda f: f["unknown_keys_refused"]["ratio"]),
        ("bounds_refused", ">= 1.0", lambda f: f["bounds_refused"]["ratio"]),
    ]
    return [{"what": what, "goal": goal, "stateful": of(stateful), "all": of(whole)} for what, goal, of in table]


if __name__ == "__main__":
    given = options(__doc__)
    start = time.perf_counter()
    results = list(spread(examined, chosen(tool_sets(), given)))
    stateful, whole = group([result for result in results if result.stateful], given.failures), group(results, 0)
    show(
        {
            "goals": goals(stateful, whole),
            "stateful": stateful,
            "read_only": group([result for result in results if not result.stateful], given.failures),
            "deterministic": deterministic(results),
            "times": times(results),
            "stateful_sets_by_name": sum(any(guess(tool).kind in WRITING for tool in tool_sets()[result.id].tools) for result in results),
            "seconds": round(time.perf_counter() - start, 1),
        }
    )
