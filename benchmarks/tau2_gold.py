"""The gold calls of tau2-bench on worlds of the language: equal in acceptance, error text, result and state change?

Worlds stand in reference_worlds/, rows and gold calls are read from ../shared, and no call is left out.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from common import median_us, show

from gem_sim import WorldSpec
from gem_sim.worlds.canonical import same
from gem_sim.worlds.load import parse_world
from gem_sim.worlds.world import CallResult, World

WORLDS = Path(__file__).resolve().parent / "reference_worlds"
GOLD = Path(__file__).resolve().parents[2] / "shared" / "data" / "gold"
TABLES = {
    "tau2_retail": {"products": "Product", "users": "User", "orders": "Order"},
    "tau2_mock": {"tasks": "Task", "users": "User"},
}
"""The tables of the reference and the entities that hold their rows."""
ASPECTS = ("acceptance", "error", "result", "state")
IMITATED = {
    "tau2_retail": (
        "modify_pending_order_items gives every changed item the price and options of the last new one",
        "modify_pending_order_items books the difference in price with the noise of binary fractions, such as 71.96000000000001",
        "cancel_pending_order refunds refunds too, where the payment method was changed before",
    ),
    "tau2_mock": (),
}
"""Apparent defects of the reference that its world repeats, so that no call is excused for them."""
LISTED = {
    ("tau2_mock", "update_task_with_initialization_data", 0): (
        "The reference writes the initial data of this task into the user's own database too, in place of the notifications; "
        "the call then changes both copies of the task."
    ),
}
"""Calls in which the world differs on purpose, each with the defect of the reference that explains it."""

Task = tuple[WorldSpec, list[dict[str, Any]]]
"""The world as a task begins, and the gold calls."""
Changes = dict[str, list[Any]]
"""Path to what was done there, the value before and the value after."""


def tasks(domain: str) -> list[Task]:
    """Each task of a domain: the world as it begins, and the gold calls."""
    common = world_spec(domain)
    found: list[Task] = []
    for line in (GOLD / f"{domain}.jsonl").read_text(encoding="utf-8").splitlines():
        step = json.loads(line)
        if step["kind"] == "init":
            found.append((world_spec(domain, step["state_diff"]) if step["state_diff"] else common, []))
        else:
            found[-1][1].append(step)
    return found


def world_spec(domain: str, begin: list[dict[str, Any]] | None = None) -> WorldSpec:
    """The world of a domain with the rows of the reference, after the changes with which a task begins."""
    tables = json.loads((GOLD / f"{domain}_db.json").read_text(encoding="utf-8"))
    for change in begin or ():
        _apply(tables, change)
    data = yaml.safe_load((WORLDS / f"{domain}.yaml").read_text(encoding="utf-8"))
    data["rows"] = {entity: list(tables[table].values()) for table, entity in TABLES[domain].items()}
    return parse_world(data, f"{domain}.yaml")


def _apply(tables: dict[str, Any], change: dict[str, Any]) -> None:
    """One change of the reference's state; those of the user's own database are of no entity."""
    database, *path, last = change["path"].split("/")[1:]
    if database == "db":
        for name in path:
            tables = tables[name]
        tables[last] = change["after"]


def state(domain: str, world: World) -> dict[str, Any]:
    """All rows as the reference keeps them: table, key, row."""
    entities = world.spec.entities
    return {table: {row[entities[entity].keys[0]]: row for row in world.rows(entity)} for table, entity in TABLES[domain].items()}


def changes(old: Any, new: Any, path: str = "/db") -> Changes:
    """What differs, at the deepest paths; lists of different lengths differ as a whole."""
    if old == new and type(old) is type(new):  # at the speed of C, for these are whole databases; a flag is never a number in them
        return {}
    if isinstance(old, dict) and isinstance(new, dict):
        found: Changes = {f"{path}/{name}": ["remove", value, None] for name, value in old.items() if name not in new}
        for name, value in new.items():
            found |= changes(old[name], value, f"{path}/{name}") if name in old else {f"{path}/{name}": ["add", None, value]}
        return found
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return {at: change for place, pair in enumerate(zip(old, new, strict=True)) for at, change in changes(*pair, f"{path}/{place}").items()}
    return {path: ["replace", old, new]}


def _read(result: Any) -> Any:
    """The JSON in a result that is text, or the text."""
    try:
        return json.loads(result) if isinstance(result, str) else result
    except json.JSONDecodeError:
        return result


def _gold(step: dict[str, Any]) -> dict[str, Any]:
    done = {change["path"]: [change["op"], change.get("before"), change.get("after")] for change in step["state_diff"]}
    error = step["error"].partition(": ")[2] if step["error"] else None
    return {"acceptance": error is None, "error": error, "result": _read(step["result"]), "state": done}


def _ours(result: CallResult, done: Changes) -> dict[str, Any]:
    return {"acceptance": result.ok, "error": result.error and result.error["message"], "result": _read(result.value), "state": done}


def compared(domain: str, played: list[Task]) -> Iterator[dict[str, Any]]:
    """For each gold call its task, step, name and the aspects in which the world differs, with what was expected and what came."""
    start: tuple[WorldSpec | None, dict[str, Any]] = (None, {})
    for spec, calls in played:
        world = spec.start()
        start = start if start[0] is spec else (spec, state(domain, world))
        before = start[1]
        for step in calls:
            digest = world.digest
            result = world.call(step["name"], step["arguments"])
            after = before if world.digest == digest else state(domain, world)
            gold, ours = _gold(step), _ours(result, changes(before, after))
            differing = {aspect: {"expected": gold[aspect], "got": ours[aspect]} for aspect in ASPECTS if not same(gold[aspect], ours[aspect])}
            yield {"task": step["task_id"], "step": step["step"], "name": step["name"], "differing": differing}
            before = after


def replay(played: list[Task]) -> None:
    """All calls, each task on a fresh world, and nothing else."""
    for spec, calls in played:
        world = spec.start()
        for step in calls:
            world.call(step["name"], step["arguments"])


def figures(domain: str) -> dict[str, Any]:
    """What a domain comes to: calls equal by aspect and in all, the ratio without the listed ones, the differences, the time of a call."""
    played = tasks(domain)
    calls = list(compared(domain, played))
    wrong = [call for call in calls if call["differing"]]
    listed = [call for call in wrong if (domain, call["task"], call["step"]) in LISTED]
    return {
        "calls": len(calls),
        "equal": {aspect: sum(aspect not in call["differing"] for call in calls) for aspect in ASPECTS},
        "all_equal": len(calls) - len(wrong),
        "ratio": round((len(calls) - len(wrong)) / (len(calls) - len(listed)), 4),
        "differences": [call for call in wrong if call not in listed],
        "listed": [{**call, "why": LISTED[domain, call["task"], call["step"]]} for call in listed],
        "imitated": IMITATED[domain],
        "us_per_call": round(median_us(lambda: replay(played), times=1) / len(calls), 1),
    }


if __name__ == "__main__":
    show({domain: figures(domain) for domain in TABLES})
