"""The retail domain of tau2-bench compiled from schemas, descriptions and rows alone, call by call beside the world written by hand.

    python benchmarks/compiler_retail.py [--failures K]

Executed are the gold calls, each task on a fresh world, and 300 changed ones (retail_mutants.py), each on forks of both worlds at
the point of its gold call. What is right is what the world of reference_worlds/ does, which equals the real system on every gold
call; the compiler sees neither it nor the policy.

* balanced_accuracy: mean of the share accepted of the calls to accept and the share refused of those to refuse; over all calls, and over
  those that write: two thirds of what is to be accepted are reads, so that a world that refuses every write does well over all.
* changed_field_f1: over writing calls that are to be accepted; a change is the path to a field (key of the outermost row, names,
  keys and places inside it) with the value it gets. A call refused by mistake misses all its changes.
* reads_by_key: the answer of get_..._details equals the reference's; a null says no more than an absent field.

Rows are handed over as `orders`, `users`, `products`, else as `Order`, `User`, `Product`. Where the compiler takes neither, the
figures are those of the world without them. `keys_exist` is what a world reaches that accepts every valid call whose keys exist.
"""

import json
import time
from collections import Counter, defaultdict
from random import Random
from typing import Any, NamedTuple

import retail_mutants
from common import show
from tau2_gold import TABLES, tasks
from toolsets import options, ratio, read, tool_sets

from gem_sim import WorldSpec, compile_world
from gem_sim.worlds.canonical import dumps, same
from gem_sim.worlds.spec import PLACE
from gem_sim.worlds.world import CallResult, World

DOMAIN = "tau2_retail"
MUTANTS = 300
GOALS = {"balanced_accuracy": 0.75, "balanced_accuracy_of_writes": 0.75, "changed_field_f1": 0.5, "reads_by_key": 1.0}
Path = tuple[str, ...]


class Seen(NamedTuple):
    """One call in both worlds: accepted by the reference and by ours, the changes of both, and whether the answers are equal."""

    kind: str
    name: str
    wanted: bool
    got: bool
    due: dict[Path, bytes]
    done: dict[Path, bytes]
    equal: bool
    hollow: bool
    said: str


def compiled_with(tables: dict[str, Any]) -> tuple[WorldSpec, list[str]]:
    """The compiled world, with rows where the compiler takes them, and what it said where it did not."""
    tools = tool_sets()["tau2/retail"].tools
    refused = []
    for names in ({table: table for table in TABLES[DOMAIN]}, TABLES[DOMAIN]):
        rows = {name: list(tables[table].values()) for table, name in names.items()}
        try:
            spec = compile_world(tools, name=DOMAIN, rows=rows).spec
            spec.start()
        except Exception as error:  # noqa: BLE001  what the compiler cannot do is the figure
            refused.append(f"{', '.join(names.values())}: {type(error).__name__}: {error}"[:300])
        else:
            return spec, refused
    return compile_world(tools, name=DOMAIN).spec, refused


def changed(spec: WorldSpec, diff: list[dict[str, Any]]) -> dict[Path, bytes]:
    """Path of each changed field to its new value; rows that live in others stand under their outermost row, whatever keeps them."""
    found: dict[Path, bytes] = {}
    for change in diff:
        key = change["key"] if isinstance(change["key"], list) else [change["key"]]
        path, outer = _path(spec, change["entity"], key), _outer(spec, change["entity"])
        if change["op"] == "delete":
            found[path] = b"deleted"
        pairs = change["fields"] if change["op"] == "set" else {name: [None, value] for name, value in change.get("row", {}).items() if name not in outer}
        for name, (old, new) in pairs.items():
            found |= _leaves(old, new, (*path, name))
    return found


def _outer(spec: WorldSpec, entity: str) -> tuple[str, ...]:
    about = spec.entities[entity]
    own = about.own_keys or (PLACE,)
    return about.keys[: -len(own)] if about.within else ()


def _path(spec: WorldSpec, entity: str, key: list[Any]) -> Path:
    about = spec.entities[entity]
    if not about.within or not about.parent:
        return (" ".join(map(str, key)),)
    cut = len(_outer(spec, entity))
    return (*_path(spec, about.parent, key[:cut]), about.within.partition(".")[2], " ".join(map(str, key[cut:])))


def _leaves(old: Any, new: Any, path: Path) -> dict[Path, bytes]:
    if same(old, new):
        return {}
    parts: set[Any] = set()
    if isinstance(new, (dict, list)) and new:
        old = old if type(old) is type(new) else type(new)()
        parts = {*old, *new} if isinstance(new, dict) else set(range(max(len(old), len(new))))
    found: dict[Path, bytes] = {} if parts else {path: dumps(new)}
    for part in sorted(parts, key=str):
        found |= _leaves(_at(old, part), _at(new, part), (*path, str(part)))
    return found


def _at(value: Any, part: Any) -> Any:
    return value.get(part) if isinstance(value, dict) else value[part] if part < len(value) else None


class Pair:
    """The reference and our world, through the same calls."""

    def __init__(self, reference: World, ours: World, tables: dict[str, Any]) -> None:
        self.reference, self.ours, self.tables = reference, ours, tables

    def fork(self) -> "Pair":
        """Both worlds apart from these."""
        return Pair(self.reference.fork(), self.ours.fork(), self.tables)

    def call(self, kind: str, name: str, arguments: dict[str, Any]) -> Seen:
        """One call in both."""
        want, got = self.reference.call(name, arguments), self.ours.call(name, arguments)
        return Seen(
            kind,
            name,
            want.ok,
            got.ok,
            changed(self.reference.spec, want.diff),
            changed(self.ours.spec, got.diff),
            same(_told(_read(want)), _told(_read(got))),
            self._keys_exist(arguments) and want.outcome != "invalid_arguments",
            f"{name} {json.dumps(arguments)[:200]}: expected {want.error or 'ok'}, got {got.error or 'ok'}",
        )

    def _keys_exist(self, arguments: dict[str, Any]) -> bool:
        return all(
            arguments[key] in self.tables[table]
            for table, key in (("orders", "order_id"), ("users", "user_id"), ("products", "product_id"))
            if key in arguments
        )


def _read(result: CallResult) -> Any:
    try:
        return json.loads(result.value) if isinstance(result.value, str) else result.value
    except json.JSONDecodeError:
        return result.value


def _told(value: Any) -> Any:
    """A row without its null fields."""
    return {name: held for name, held in value.items() if held is not None} if isinstance(value, dict) else value


def played(spec: WorldSpec, tables: dict[str, Any]) -> list[Seen]:
    """All gold calls and the changed ones."""
    gold = tasks(DOMAIN)
    stream = Random("retail/mutants")  # noqa: S311  a fixed choice, no secret
    shop = retail_mutants.Shop(tables, stream)
    every = [mutant for at, (_, calls) in enumerate(gold) for step, call in enumerate(calls) for mutant in retail_mutants.mutants(shop, at, step, call)]
    todo: dict[tuple[int, int], list[retail_mutants.Mutant]] = defaultdict(list)
    for mutant in retail_mutants.chosen(every, MUTANTS, stream):
        todo[mutant.task, mutant.step].append(mutant)
    seen = []
    for at, (reference, calls) in enumerate(gold):
        pair = Pair(reference.start(), spec.start(), tables)
        for step, call in enumerate(calls):
            before = pair.fork()
            seen.append(pair.call("gold", call["name"], call["arguments"]))
            seen += [(pair if mutant.again else before).fork().call(mutant.kind, mutant.name, mutant.arguments) for mutant in todo[at, step]]
    return seen


def accuracy(seen: list[Seen]) -> dict[str, Any]:
    """Balanced accuracy and its two parts."""
    accept = ratio(sum(call.got for call in seen if call.wanted), sum(call.wanted for call in seen))
    refuse = ratio(sum(not call.got for call in seen if not call.wanted), sum(not call.wanted for call in seen))
    both = [share for share in (accept, refuse) if share is not None]
    return {"balanced": round(sum(both) / len(both), 4) if both else None, "accepted": accept, "refused": refuse, "calls": len(seen)}


def f1(seen: list[Seen], *, values: bool = True) -> dict[str, Any]:
    """Precision, recall and F1 of changed fields, with or without the values they get."""
    right = due = done = 0
    for call in seen:
        if call.wanted and call.due:
            right += sum(path in call.done and (not values or call.done[path] == value) for path, value in call.due.items())
            due, done = due + len(call.due), done + len(call.done)
    return {"f1": round(2 * right / (due + done), 4) if due + done else 0.0, "precision": ratio(right, done), "recall": ratio(right, due), "changes": due}


def by(seen: list[Seen], examples: int) -> dict[str, Any]:
    """Calls by kind of change, with the share decided rightly and examples of others."""
    kinds: dict[str, list[Seen]] = defaultdict(list)
    for call in seen:
        kinds[call.kind].append(call)
    return {
        kind: {
            "calls": len(these),
            "to_accept": sum(call.wanted for call in these),
            "right": ratio(sum(call.wanted == call.got for call in these), len(these)),
            "wrong": [call.said for call in these if call.wanted != call.got][:examples],
        }
        for kind, these in kinds.items()
    }


if __name__ == "__main__":
    given = options(__doc__)
    start = time.perf_counter()
    tables = read(f"gold/{DOMAIN}_db.json")
    spec, refused = compiled_with(tables)
    seen = played(spec, tables)
    writes = [call for call in seen if not call.name.startswith(("get_", "find_", "list_", "calculate", "transfer"))]
    reads = [call for call in seen if call.wanted and call.name.startswith("get_")]
    figures = {
        "balanced_accuracy": accuracy(seen)["balanced"],
        "balanced_accuracy_of_writes": accuracy(writes)["balanced"],
        "changed_field_f1": f1(seen)["f1"],
        "reads_by_key": ratio(sum(call.equal for call in reads), len(reads)),
    }
    tools = {name: [call for call in seen if call.name == name and call.due] for name in sorted({call.name for call in writes})}
    show(
        {
            "goals": [{"what": what, "goal": goal, "figure": figures[what], "met": (figures[what] or 0) >= goal} for what, goal in GOALS.items()],
            "rows_taken": len(refused) < 2,
            "rows_refused_with": refused,
            "calls": Counter("gold" if call.kind == "gold" else "changed" for call in seen),
            "accuracy": {"all": accuracy(seen), "writes": accuracy(writes), "changed": accuracy([call for call in seen if call.kind != "gold"])},
            "keys_exist": {name: accuracy([call._replace(got=call.hollow) for call in calls]) for name, calls in (("all", seen), ("writes", writes))},
            "by_kind": by(seen, given.failures),
            "changed_fields": {"all": f1(seen), "without_values": f1(seen, values=False), **{name: f1(calls) for name, calls in tools.items()}},
            "reads_by_key": {"right": sum(call.equal for call in reads), "of": len(reads)},
            "seconds": round(time.perf_counter() - start, 1),
        }
    )
