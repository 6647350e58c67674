"""BFCL's recorded tasks and their states as rows of the worlds in reference_worlds/."""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Rows = dict[str, list[Row]]

ACCOUNT = ("access_token", "token_type", "token_expires_in", "token_scope", "user_first_name", "user_last_name", "budget_limit")
CARD = ("card_number", "expiration_date", "cardholder_name", "card_verification_number", "balance")
BOOKING = ("card_id", "travel_date", "travel_from", "travel_to", "travel_class", "travel_cost", "transaction_id")
TICKET = ("id", "title", "description", "status", "priority", "created_by", "resolution")


@dataclass
class Task:
    """A task as recorded: the state each class starts from, and the calls with their results and differences of state."""

    id: str
    state: dict[str, Row]
    calls: list[Row] = field(default_factory=list)


def tasks(folder: Path) -> Iterator[Task]:
    """The tasks of all multi-turn files in a folder."""
    for path in sorted(folder.glob("bfcl_multi_turn_*.jsonl")):
        found: dict[str, Task] = {}
        for line in path.read_text("utf-8").splitlines():
            record = json.loads(line)
            if record["kind"] == "init":
                found[record["task_id"]] = Task(record["task_id"], record["initial_state"])
            else:
                found[record["task_id"]].calls.append(record)
        yield from found.values()


def after(state: dict[str, Row], differences: list[Row]) -> dict[str, Row]:
    """A copy of the state with the recorded differences applied."""
    state = copy.deepcopy(state)
    for difference in differences:
        *way, last = [step.replace("~1", "/").replace("~0", "~") for step in difference["path"].split("/")[1:]]
        place: Any = state
        for step in way:
            place = place[int(step) if isinstance(place, list) else step]
        at = int(last) if isinstance(place, list) else last
        if difference["op"] == "remove":
            del place[at]
        else:
            place[at] = copy.deepcopy(difference["after"])
    return state


def file_system(state: Row) -> Rows:
    """The tree of folders and files, depth first, as flat rows."""
    nodes: list[Row] = []

    def walk(node: Row, parent: str | None) -> None:
        path = f"{parent or ''}/{node['name']}"
        kind = "file" if node["__type__"] == "File" else "folder"
        nodes.append({"path": path, "parent": parent, "name": node["name"], "kind": kind, "content": node.get("content", "")})
        for child in node.get("contents", {}).values():
            walk(child, path)

    walk(state["root"], None)
    return {"Shell": [{"root": nodes[0]["path"], "current_dir": state["current_dir"]}], "Node": nodes}


def travel(state: Row) -> Rows:
    """Cards and bookings as rows, the rest as the account."""
    return {
        "Account": [{name: state[name] for name in ACCOUNT} | {"verbose": state["long_context"]}],
        "Card": [{"card_id": name} | _declared(card, CARD) for name, card in state["credit_card_list"].items()],
        "Booking": [{"booking_id": name} | _declared(booking, BOOKING) for name, booking in state["booking_record"].items()],
    }


def tickets(state: Row) -> Rows:
    """The desk, and the tickets in its queue."""
    desk = {"user": state["current_user"], "next_ticket": state["ticket_counter"]}
    return {"Desk": [desk], "Ticket": [_declared(ticket, TICKET) for ticket in state["ticket_queue"]]}


def _declared(record: Row, fields: tuple[str, ...]) -> Row:
    """A record with what no field is declared for under `other`."""
    other = {name: value for name, value in record.items() if name not in fields}
    return {name: value for name, value in record.items() if name in fields} | ({"other": other} if other else {})


def routes(folder: Path) -> list[Row]:
    """The price list of flights, in the order in which the reference lists it: see bfcl_gold.py for why and from where."""
    for task in tasks(folder):
        for call in task.calls:
            if call["name"] == "get_flight_cost" and len(call["result"]["travel_cost_list"]) > 1:
                return _routes(call)
    return []


def _routes(call: Row) -> list[Row]:
    costs = {step["path"].rpartition("/")[2]: step["after"]["cost"] for step in call["state_diff"] if step["op"] == "add"}
    digits = sum(int(mark) for mark in call["arguments"]["travel_date"] if mark.isdigit())
    factor = {"economy": 1, "business": 2, "first": 5}[call["arguments"]["travel_class"]] * (2 if digits % 2 == 0 else 1)
    found = []
    for cost in call["result"]["travel_cost_list"]:
        name = next(name for name, price in costs.items() if price == cost)
        del costs[name]
        start, end = name.split("|")[:2]
        found.append({"travel_from": start, "travel_to": end, "fare": cost / factor})
    return found
