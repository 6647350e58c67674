"""BFCL's multi-turn gold calls on worlds written in the world language, without a handler: how many come out equal.

    python benchmarks/bfcl_gold.py [folder with bfcl_multi_turn_*.jsonl; ../shared/data/gold without one]

Each task starts a fresh world for each class it names from its initial state. Each call must give the gold result and the
gold change of state: which rows it makes, changes and removes, and the values it leaves in them. The gold state is the
initial state with the recorded differences applied. Left out are counters, the state of the random generator and the cache
of prices, which no tool shows, and rows that only our worlds keep: logins and insurances.

Ids that the reference draws at random have other values here. Where the call that draws one shows it the pair is noted,
one to one, and from then on each stands for the other, in arguments, results and rows.

The price list of flights stands in the code of the reference and in no initial state. Its rows are read off the first gold
call that lists all prices; every other price follows from the rules of the world.
"""

import functools
import math
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bfcl_rows import Row, Rows, Task, after, file_system, routes, tasks, tickets, travel
from common import show

from gem_sim import WorldSpec, load_world
from gem_sim.worlds.world import World

HERE = Path(__file__).resolve().parent
GOLD = HERE.parent.parent / "shared" / "data" / "gold"
WORLDS = {"GorillaFileSystem": "bfcl_file_system", "TravelAPI": "bfcl_travel", "TicketAPI": "bfcl_tickets", "MathAPI": "bfcl_maths"}
ROWS: dict[str, Callable[[Row], Rows]] = {"GorillaFileSystem": file_system, "TravelAPI": travel, "TicketAPI": tickets, "MathAPI": lambda _: {}}
OURS_ALONE = {"Login", "Insurance", "Route", "Airport"}
BOOKKEEPING = {"next_ticket"}
DRAWN = {
    "authenticate_travel": ("access_token",),
    "book_flight": ("booking_id", "transaction_id"),
    "purchase_insurance": ("insurance_id",),
    "register_credit_card": ("card_id",),
}
"""The tools that draw ids at random, and the names under which their results show them."""
NOT_RECORDED = "the gold value is a number object of another library, recorded without its value: nothing to compare with"
DRAWN_BALANCE = "the reference draws the balance of a new card at random: all else is equal, as is what this call takes off it"

Tables = dict[tuple[str, Any], Row]


class Names:
    """Ids drawn here and the gold ids they stand for, one to one."""

    def __init__(self) -> None:
        self.gold: dict[str, str] = {}
        self.ours: dict[str, str] = {}

    def note(self, tool: str, ours: Any, gold: Any) -> None:
        """Pair the ids that two calls of a tool drew."""
        for name in DRAWN.get(tool, ()):
            one, other = ((value.get(name) if isinstance(value, dict) else None) for value in (ours, gold))
            if one and other and one not in self.gold and other not in self.ours:
                self.gold[one], self.ours[other] = other, one


def renamed(value: Any, names: dict[str, str]) -> Any:
    """The value with every text that is a noted id, also as a key, put into the other vocabulary."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, dict):
        return {renamed(key, names): renamed(item, names) for key, item in value.items()}
    return type(value)(renamed(item, names) for item in value) if isinstance(value, (list, tuple)) else value


def same(one: Any, other: Any) -> bool:
    """Equal as JSON, numbers to twelve digits, order of lists included, order of objects not."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(item, other[key]) for key, item in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, (int, float)) and isinstance(other, (int, float)) and not isinstance(one, bool) and not isinstance(other, bool):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)
    return type(one) is type(other) and bool(one == other)


@functools.cache
def spec_of(name: str) -> WorldSpec:
    """The world of a class, with the rows that its file holds."""
    return load_world(HERE / "reference_worlds" / f"{WORLDS[name]}.yaml")


def start(name: str, rows: Rows, prices: list[Row]) -> World:
    """A fresh world of a class with these rows."""
    spec = spec_of(name)
    if name == "TravelAPI":
        rows = rows | {"Airport": spec.rows["Airport"], "Route": prices}
    if name == "TicketAPI":
        rows = {"Desk": [rows["Desk"][0] | {"queue": rows["Ticket"]}]}
    return WorldSpec.model_validate(spec.data() | {"rows": rows}).start(0)


def tables(name: str, rows: Rows) -> Tables:
    """Rows by entity and key: the fields that have a value, without bookkeeping."""
    found: Tables = {}
    for entity, about in spec_of(name).entities.items():
        for place, row in enumerate(rows.get(entity, [])):
            key = place if about.within else tuple(row[field] for field in about.keys)
            found[entity, key] = {field: row[field] for field in about.fields if field not in BOOKKEEPING and row.get(field) is not None}
    return found


def ours_in(world: World, name: str) -> Tables:
    """What a world of ours holds, as far as the reference keeps it."""
    return tables(name, {entity: world.rows(entity) for entity in world.spec.entities if entity not in OURS_ALONE})


def change(before: Tables, now: Tables) -> dict[tuple[str, Any], Row | None]:
    """Each row that differs, by entity and key: as it is now, or None where it is gone."""
    return {key: now.get(key) for key in before.keys() | now.keys() if not same(before.get(key), now.get(key))}


class Play:
    """The calls of one task, played side by side with the record of them."""

    def __init__(self, task: Task, prices: list[Row]) -> None:
        self.task = task
        self.worlds = {name: start(name, ROWS[name](state), prices) for name, state in task.state.items()}
        self.state = task.state
        self.names = Names()
        self.seconds = 0.0

    def differs(self, record: Row) -> str | None:
        """Play a call; in what it differs from the record, None where in nothing."""
        name, world = record["class"], self.worlds[record["class"]]
        arguments = renamed(record["arguments"], self.names.ours)
        held = ours_in(world, name)
        began = time.perf_counter()
        result = world.call(record["name"], arguments)
        self.seconds += time.perf_counter() - began
        was, self.state = self.state, after(self.state, record["state_diff"])
        if not result.ok or record["error"] is not None:
            return f"error: {result.error} where the gold call has {record['error'] or record['result']}"[:300]
        self.names.note(record["name"], result.value, record["result"])
        if record["result"] == {"result": {"__type__": "mpf"}}:
            return NOT_RECORDED
        if not same(renamed(result.value, self.names.gold), record["result"]):
            return f"result: {result.value} instead of {record['result']}"[:600]
        gold = tables(name, ROWS[name](was[name])), tables(name, ROWS[name](self.state[name]))
        ours = renamed(held, self.names.gold), renamed(ours_in(world, name), self.names.gold)
        if same(change(*ours), change(*gold)):
            return None
        if same(change(*self.relative(ours)), change(*self.relative(gold))):
            return DRAWN_BALANCE
        return f"state: {change(*ours)} instead of {change(*gold)}"[:600]

    def relative(self, states: tuple[Tables, Tables]) -> tuple[Tables, Tables]:
        """Two states in which the balance of a card with a drawn id is what it is above its first balance in them."""
        cards = [("Card", (card,)) for card in self.names.ours]
        first = {key: table[key]["balance"] for table in reversed(states) for key in cards if key in table}
        one, other = ({key: row | {"balance": row["balance"] - first[key]} if key in first else row for key, row in table.items()} for table in states)
        return one, other


def measure(folder: Path) -> Row:
    """Play all tasks of a folder and count."""
    prices = routes(folder)
    calls, equal, differences = Counter[str](), Counter[str](), Counter[tuple[str, str, str]]()
    seconds = 0.0
    for task in tasks(folder):
        play = Play(task, prices)
        for record in task.calls:
            name = record["class"]
            calls[name] += 1
            why = play.differs(record)
            if why is None:
                equal[name] += 1
            else:
                differences[name, record["name"], why] += 1
        seconds += play.seconds
    return {
        "calls": calls.total(),
        "equal": equal.total(),
        "ratio": round(equal.total() / calls.total(), 4),
        "by_class": {name: {"calls": count, "equal": equal[name]} for name, count in sorted(calls.items())},
        "differences": [{"class": name, "tool": tool, "calls": count, "why": why} for (name, tool, why), count in differences.most_common()],
        "us_per_call": round(seconds / calls.total() * 1e6, 1),
    }


if __name__ == "__main__":
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else GOLD
    if not any(data.glob("bfcl_multi_turn_*.jsonl")):
        sys.exit(f"no bfcl_multi_turn_*.jsonl in {data}: name the folder that holds them")
    show(measure(data))
