"""What compiled worlds do, against the method and path of each tool, which the compiler does not see.

    python benchmarks/compiler_effects.py [--sets ID...] [--limit N] [--failures K]

For each tool of the sets with an oracle (../shared/data/toolsets/http_oracle.jsonl) a fresh world is asked for a success and the
call is made. A tool without one is a miss. The last parameter in the path names the row ("named" below: the row has that
argument in its key or in a field). Rows inside a changed row belong to it.

* GET, all: the call changes nothing.
* DELETE, all: where the path ends in a parameter exactly one row changes, the named one, and it is deleted or closed (a text
  that says so, or a truth value that turns); where the path goes on after its last parameter all rows deleted are named, or one
  named row changes; where the path has none every row deleted or closed has a value of the arguments.
* PUT and PATCH, all: the call gives every parameter, with values that the row does not hold before it, fresh texts first, as far as
  there are any and it still succeeds. Exactly one row changes, the named one where the path has a parameter, and afterwards it holds
  every argument that is neither in the path nor housekeeping by its name (naming.HOUSEKEEPING) nor listed under `unused`, one of them
  at least for the first time; a call without such arguments still changes it. A PUT
  whose path has a parameter may make the row instead, if the argument then is in its key.
* POST that creates, where the set can read: it answers 201, or its path has a GET twin (the same path, or the path and a
  parameter), or its name has a verb that creates, and neither the path ends in a parameter nor a verb of its last part says
  otherwise, and no GET twin has the very same parameters; a GET of the set ends in the same noun. After the call a GET of the
  set shows the key of a row that the call inserted,
  in an answer that did not have it before, page after page.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from common import show
from drawing import leaves
from naming import HOUSEKEEPING, VERBS, Route, guess, properties, route
from probing import Probe, fields_of, kept, key_of, left
from toolsets import ToolSet, chosen, compiled, options, ratio, read, spread, tool_sets
from words import plain, words

from gem_sim.worlds.canonical import same
from gem_sim.worlds.world import World

GOALS = {"GET": 0.985, "DELETE": 0.975, "PUT": 0.97, "PATCH": 0.97, "POST": 0.90}
FITS = {"GET": ("read", "compute", "imagined"), "DELETE": ("delete",), "PUT": ("update", "create"), "PATCH": ("update",), "POST": ("create",)}
"""Kinds by which a rule on names would do what the method says."""
_ENDED = re.compile(
    r"delet|remov|clos|cancel|archiv|inactiv|deactivat|revok|disabl|terminat|ended|expir|withdraw|withdrawn|void|stopp|disconnect|unsubscri|purg|drop|unassign"
)
_OTHERWISE = {verb for kind in ("read", "delete", "update", "compute", "imagined") for verb in VERBS[kind]} - {"history", "status"}
Operation = dict[str, Any]
Change = dict[str, Any]


class Verdict(NamedTuple):
    """How one tool fared: the cause of a miss, or nothing."""

    method: str
    shape: str
    set: str
    tool: str
    kind: str
    cause: str
    detail: str
    by_name: bool


def shape_of(way: Route) -> str:
    """Whether a path ends in a parameter, goes on after one, or has none."""
    return "item" if way.ends_in_item else "below an item" if way.parameters else "no item"


def creates(operation: Operation, gets: Sequence[Operation], given: dict[str, set[str]]) -> bool:
    """Whether a POST creates what the set can read, by the rule above; `given` maps each tool to its parameters."""
    way, name = route(operation["path"]), operation["name"]
    ways = {get["name"]: route(get["path"]) for get in gets}
    same_path = [get for get, other in ways.items() if other.path == way.path]
    twin = same_path or any(other.path == way.path + "/{}" for other in ways.values())
    if way.ends_in_item or not way.noun or any(given[get] == given[name] for get in same_path if given[name]):
        return False
    spelled = [word for word in words(name) if word != "post"]
    last = next(words(part) for part in reversed(operation["path"].split("/")) if part and "{" not in part.partition(".{")[0])
    verb = any(word in VERBS["create"] for word in [*last, *spelled[:2]] if word != "post")
    made = (operation["response"] or {}).get("status") == "201"
    readable = twin or any(other.noun == way.noun for other in ways.values())
    return bool(readable) and (made or (bool(twin or verb) and not _OTHERWISE & {*last, *spelled[:1]}))


class Judge:
    """Judges the tools of one set."""

    def __init__(self, probe: Probe, operations: Sequence[Operation]) -> None:
        self.probe = probe
        self.gets = [operation["name"] for operation in operations if operation["method"] == "GET"]

    def cause(self, operation: Operation) -> tuple[str, str]:
        """Why the effect of a tool is not what it should be, with details; empty where it is."""
        name, way, method = operation["name"], route(operation["path"]), operation["method"]
        arguments = self.probe.varied(name, frozenset(way.parameters)) if method in ("PUT", "PATCH") else self.probe.ok(name)
        if arguments is None:
            return "no success proposed", ""
        after = self.probe.world.fork()
        result = after.call(name, arguments)
        if method == "GET":
            return ("writes", str(result.diff)[:160]) if result.diff or after.digest != self.probe.world.digest else ("", "")
        if result.imagined:
            return "imagined", ""
        changes = self.probe.outermost(result.diff)
        if not changes:
            return f"nothing changed, kind {self.probe.tools[name].kind}", str(arguments)[:160]
        last = next((part for part in reversed(way.parameters) if part in arguments), None)
        if method == "DELETE":
            return self._deleted(changes, way, arguments, last)
        return self._posted(changes, after) if method == "POST" else self._put(operation, changes, after, arguments, last)

    def _named(self, change: Change, name: str, value: Any) -> bool:
        """Whether a row was named before the call: by its key, by a field of the parameter's name, or by a text in it."""
        row = self.probe.row(self.probe.world, change)
        if any(_alike(value, part) for part in key_of(change)) or any(_alike(value, held) for field, held in fields_of(row) if plain(field) == plain(name)):
            return True
        return isinstance(value, str) and any(same(value, leaf) for leaf in leaves(row))

    def _deleted(self, changes: list[Change], way: Route, arguments: dict[str, Any], last: str | None) -> tuple[str, str]:
        said = [f"{change['op']} {change['entity']} {change['key']}" for change in changes]
        given = [(name, leaf) for name, value in arguments.items() if last in (None, name) and not HOUSEKEEPING.match(plain(name)) for leaf in leaves(value)]
        foreign = [change for change in changes if given and not any(self._named(change, *pair) for pair in given)]
        if any(change["op"] == "insert" for change in changes):
            return "inserts a row", said[0]
        if foreign:
            return "changes a row that is not named", f"{said[0]}, given {given[0]}"[:160]
        if way.ends_in_item and len(changes) != 1:
            return "changes several rows", f"{len(changes)}: {said[0]}"
        open_ = [change for change in changes if change["op"] == "set" and not _closes(change)]
        if open_ and (way.ends_in_item or not way.parameters):
            return "changes without closing", str(open_[0]["fields"])[:160]
        return "", ""

    def _put(self, operation: Operation, changes: list[Change], after: World, arguments: dict[str, Any], last: str | None) -> tuple[str, str]:
        tool, put = operation["name"], operation["method"] == "PUT"
        change = changes[0]
        said = f"{len(changes)} rows, {change['op']} {change['entity']} {change['key']}, given {last}={arguments.get(last or '')!r}"[:160]
        if len(changes) > 1 or change["op"] == "delete":
            return "deletes" if change["op"] == "delete" else "changes several rows", said
        if change["op"] == "insert" and not (put and last is not None and any(same(arguments[last], part) for part in key_of(change))):
            return "inserts a row", said
        if change["op"] == "set" and last is not None and not self._named(change, last, arguments[last]):
            return "changes a row that is not named", said
        row, old = self.probe.row(after, change), self.probe.row(self.probe.world, change) if change["op"] == "set" else {}
        skipped = {
            *route(operation["path"]).parameters,
            *(name for name in arguments if HOUSEKEEPING.match(plain(name)) or f"{tool}.{name}" in self.probe.spec.unused),
        }
        wanted = {name: value for name, value in arguments.items() if name not in skipped and plain(name) != plain(last or "")}
        lost = [name for name, value in wanted.items() if not left(name, value, row)]
        if lost:
            return "loses arguments", ", ".join(lost)[:160]
        return ("nothing new left", str(wanted)[:160]) if wanted and all(kept(name, value, old) for name, value in wanted.items()) else ("", "")

    def _posted(self, changes: list[Change], after: World) -> tuple[str, str]:
        inserted = [change for change in changes if change["op"] == "insert"]
        if not inserted:
            return "changes a row and inserts none", f"{changes[0]['op']} {changes[0]['entity']}"
        targets, before = self.probe.targets(inserted), self.probe.world
        pairs = [(get, target) for target in targets for get in self.gets if self.probe.tools[get].kind == "read"]
        if any(self.probe.lists(get, target, before, after) for get, target in pairs):
            return "", ""
        if any(self.probe.counts(get, target, before, after) for get, target in pairs):
            return "row counted by a list that cuts it off", f"{inserted[0]['entity']} {inserted[0]['key']}"
        entities = {self.probe.report[get].entity for get in self.gets}
        entity = inserted[0]["entity"]
        return f"row not shown, {'a GET has' if entity in entities else 'no GET has'} its entity", f"{entity}, GET {sorted(map(str, entities))}"[:160]


def _alike(value: Any, held: Any) -> bool:
    """Whether an argument is the value of a row; a whole number is the text of it, as it is in a path."""
    return same(value, held) or (type(value) is int and held == str(value)) or (type(held) is int and value == str(held))


def _closes(change: Change) -> bool:
    pairs = change["fields"].values()
    return any((isinstance(new, str) and _ENDED.search(new.lower())) or (isinstance(new, bool) and old != new) for old, new in pairs)


def judged(oracle: dict[str, Any]) -> list[Verdict]:
    """The verdicts on the tools of one set."""
    return verdicts(tool_sets()[oracle["toolset_id"]], oracle["operations"])


def verdicts(tools: ToolSet, operations: Sequence[Operation]) -> list[Verdict]:
    """The verdicts on all tools of one set, POST only where it creates."""
    made = compiled(tools)
    gets = [operation for operation in operations if operation["method"] == "GET"]
    judge = Judge(Probe(made.made), operations) if made.made else None
    schemas = {tool.name: tool for tool in tools.tools}
    parameters = {name: set(properties(tool)) for name, tool in schemas.items()}
    found = []
    for operation in operations:
        method, name = operation["method"], operation["name"]
        if method == "POST" and not creates(operation, gets, parameters):
            continue
        cause, detail = judge.cause(operation) if judge else ("set not compiled", made.error)
        kind = judge.probe.tools[name].kind if judge else ""
        by_name = guess(schemas[name]).kind in FITS[method]
        found.append(Verdict(method, shape_of(route(operation["path"])), tools.id, name, kind, cause, detail, by_name))
    return found


def figures(found: Sequence[Verdict], examples: int) -> dict[str, Any]:
    """Right ones, by shape of the path, and misses by cause with examples."""
    causes: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in found:
        if verdict.cause:
            causes[verdict.cause].append(verdict)
    shapes = Counter(verdict.shape for verdict in found)
    return {
        "tools": len(found),
        "right": len(found) - sum(map(len, causes.values())),
        "ratio": ratio(sum(not verdict.cause for verdict in found), len(found)),
        "by_imagining": sum(not verdict.cause and verdict.kind == "imagined" for verdict in found),
        "rules_on_names": ratio(sum(verdict.by_name for verdict in found), len(found)),
        "by_path": {name: ratio(sum(v.shape == name and not v.cause for v in found), count) for name, count in shapes.items()},
        "misses": {
            cause: {"count": len(these), "sets": len({v.set for v in these}), "examples": [f"{v.set} {v.tool}: {v.detail}" for v in these[:examples]]}
            for cause, these in sorted(causes.items(), key=lambda pair: -len(pair[1]))
        },
    }


def report(found: Sequence[Verdict], goals: dict[str, float], examples: int) -> dict[str, Any]:
    """The figures of all methods beside their goals."""
    methods = {method: figures([verdict for verdict in found if verdict.method == method], examples) for method in goals}
    met = {method: {"goal": goal, "ratio": methods[method]["ratio"], "met": (methods[method]["ratio"] or 0) >= goal} for method, goal in goals.items()}
    return {"sets": len({verdict.set for verdict in found}), "goals": met, "methods": methods}


if __name__ == "__main__":
    given = options(__doc__)
    oracles = {line["toolset_id"]: line for line in read("toolsets/http_oracle.jsonl")}
    show(report([verdict for found in spread(judged, [oracles[name] for name in chosen(oracles, given)]) for verdict in found], GOALS, given.failures))
