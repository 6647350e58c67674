"""What the compiler understands of tools, against labels decided by reading: kind, entity, many and the roles of parameters.

    python benchmarks/compiler_meaning.py [--sets ID...] [--limit N] [--failures K] [--labels FILE]

The labelled sets of ../shared/data/toolsets are compiled from names, descriptions and parameters alone. `--labels` names another
file of labels of these sets. Scored are the clear labels; each figure is the mean over tool sets of the share that is right within
a set. A set that does not compile has everything wrong.

* kind: equal. A report that says `write` is read as the writes of the tool: create where it inserts, else delete where it
  deletes, else update.
* entity: of the two sets of stemmed words one contains the other; this is the rule under which the words of a tool's name
  reach what they reached when the goal was set. A label without an entity wants none.
* entity_exact: the two sets are equal, or what is said is the label's last word alone. Harder, and nothing is won by long names.
* roles: for each parameter of the label, equal. Sets whose clear tools have no parameters do not count.

The same figures for rules on names alone stand beside them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from statistics import mean
from typing import Any, NamedTuple

from common import show
from naming import Guess, guess
from toolsets import ToolSet, chosen, compiled, options, ratio, read, tool_sets
from words import stems

GOALS = {"kind": 0.88, "entity": 0.80, "roles": 0.75}
NAMED_IN_ISSUE = {"kind": 0.78, "entity": 0.61, "roles": 0.48}
"""What a verb list, name words and a naming rule reached when the goals were set."""
ASPECTS = ("kind", "entity", "entity_exact", "roles", "many")
Label = dict[str, Any]


class Verdict(NamedTuple):
    """One comparison: of which aspect, in which tool, what was expected and what the compiler says."""

    aspect: str
    set: str
    where: str
    expected: Any
    got: Any
    right: bool


def same_entity(expected: str | None, got: str | None, *, exact: bool) -> bool:
    """Whether two names of an entity mean the same, by the rules above."""
    if expected is None or not got:
        return expected is None and not got
    wanted, said = stems(expected), set(stems(got))
    if exact:
        return said in (set(wanted), set(wanted[-1:]))
    return bool(said) and (said <= set(wanted) or set(wanted) <= said)


def readings(tools: ToolSet) -> dict[str, Guess]:
    """What the compiler says of each tool; nothing where the set does not compile."""
    made = compiled(tools).made
    if made is None:
        return {}
    spec = made.spec
    return {
        name: Guess(_kind(report.kind, spec.tools[name].do), report.entity, bool(report.many), dict(report.roles)) for name, report in made.report.tools.items()
    }


def _kind(said: str, writes: Sequence[Any]) -> str:
    if said != "write":
        return said
    return "create" if any(write.insert for write in writes) else "delete" if any(write.delete for write in writes) else "update"


def verdicts(label: Label, got: Guess | None) -> Iterator[Verdict]:
    """All comparisons of one tool."""
    at, tool = label["toolset_id"], label["name"]
    said = got or Guess("nothing", "nothing", many=False, roles={})
    yield Verdict("kind", at, tool, label["kind"], said.kind, got is not None and label["kind"] == said.kind)
    for aspect in ("entity", "entity_exact"):
        right = got is not None and same_entity(label["entity"], said.entity, exact=aspect == "entity_exact")
        yield Verdict(aspect, at, tool, label["entity"], said.entity, right)
    yield Verdict("many", at, tool, label["many"], said.many, got is not None and label["many"] == said.many)
    for name, role in label["roles"].items():
        found = said.roles.get(name, "nothing")
        yield Verdict("roles", at, f"{tool}.{name}", role, found, role == found)


def macro(found: Sequence[Verdict], aspect: str) -> float:
    """The mean over sets of the share that is right."""
    by_set: dict[str, list[bool]] = defaultdict(list)
    for verdict in found:
        if verdict.aspect == aspect:
            by_set[verdict.set].append(verdict.right)
    return round(mean(mean(rights) for rights in by_set.values()), 3) if by_set else 0.0


def judged(labels: Sequence[Label], said: Callable[[ToolSet], dict[str, Guess]]) -> list[Verdict]:
    """All comparisons of the labels with one way to read tools."""
    sets = {name: said(tool_sets()[name]) for name in dict.fromkeys(label["toolset_id"] for label in labels)}
    return [verdict for label in labels for verdict in verdicts(label, sets[label["toolset_id"]].get(label["name"]))]


def by_name(tools: ToolSet) -> dict[str, Guess]:
    """The reading by rules on names."""
    return {tool.name: guess(tool) for tool in tools.tools}


def confusion(found: Sequence[Verdict], aspect: str) -> dict[str, dict[str, int]]:
    """Label to what was said in its place, with counts."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for verdict in found:
        if verdict.aspect == aspect:
            table[str(verdict.expected)][str(verdict.got)] += 1
    return {label: dict(said.most_common()) for label, said in table.items()}


def worst(found: Sequence[Verdict], count: int) -> list[dict[str, Any]]:
    """The sets with the smallest share of right comparisons, with it for each aspect."""
    sets: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in found:
        sets[verdict.set].append(verdict)
    share = {name: mean(macro(these, aspect) for aspect in GOALS if any(v.aspect == aspect for v in these)) for name, these in sets.items()}
    order = sorted(share, key=lambda name: share[name])[:count]
    return [{"set": name, **{aspect: macro(sets[name], aspect) for aspect in GOALS}} for name in order]


def missed(found: Sequence[Verdict], count: int) -> dict[str, dict[str, list[str]]]:
    """Examples of each confusion: for entities by set, else by what was said in place of what."""
    table: dict[str, dict[str, list[str]]] = {aspect: defaultdict(list) for aspect in ASPECTS}
    for verdict in found:
        if not verdict.right:
            group = verdict.set if verdict.aspect.startswith("entity") else f"{verdict.expected} as {verdict.got}"
            what = f"{verdict.where}: {verdict.expected} as {verdict.got}" if verdict.aspect.startswith("entity") else f"{verdict.set} {verdict.where}"
            table[verdict.aspect][group].append(what)
    return {aspect: {name: these[:count] for name, these in sorted(groups.items(), key=lambda pair: -len(pair[1]))} for aspect, groups in table.items()}


if __name__ == "__main__":
    given = options(__doc__, labels="toolsets/tool_labels.jsonl")
    clear = [label for label in read(given.labels) if label["confidence"] == "clear"]
    asked = set(chosen((label["toolset_id"] for label in clear), given))
    labels = [label for label in clear if label["toolset_id"] in asked]
    ours, names = judged(labels, readings), judged(labels, by_name)
    show(
        {
            "tools": len(labels),
            "sets": len(asked),
            "parameters": sum(len(label["roles"]) for label in labels),
            "macro": {aspect: macro(ours, aspect) for aspect in ASPECTS},
            "goals": {aspect: {"goal": goal, "met": macro(ours, aspect) >= goal} for aspect, goal in GOALS.items()},
            "micro": {aspect: ratio(sum(v.right for v in ours if v.aspect == aspect), sum(v.aspect == aspect for v in ours)) for aspect in ASPECTS},
            "rules_on_names": {aspect: macro(names, aspect) for aspect in ASPECTS},
            "rules_on_names_in_the_issue": NAMED_IN_ISSUE,
            "confusion": {aspect: confusion(ours, aspect) for aspect in ("kind", "many", "roles")},
            "worst_sets": worst(ours, given.failures * 3),
            "missed": missed(ours, given.failures),
        }
    )
