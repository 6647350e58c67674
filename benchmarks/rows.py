"""Rows that the compiler makes up: how many a second, how many of their names differ, how many fields hold filler.

    python benchmarks/rows.py [--rows N]

One world of a shop, compiled once; then the rows of all its entities are drawn again and again with other seeds, N of each entity.
"""

import argparse
import time
from typing import Any

from common import show

from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler import CLOCK
from gem_sim.worlds.compiler.build import Plan, planned
from gem_sim.worlds.compiler.infer import infer
from gem_sim.worlds.compiler.populate import add_labels, populate
from gem_sim.worlds.compiler.status import add_statuses

TEXT: dict[str, Any] = {"type": "string"}
FIELDS: dict[str, dict[str, dict[str, Any]]] = {
    "customer": {
        "first_name": TEXT,
        "last_name": TEXT,
        "email": {"type": "string", "format": "email"},
        "phone": TEXT,
        "city": TEXT,
        "postcode": TEXT,
        "country": TEXT,
    },
    "product": {"name": TEXT, "sku": TEXT, "price": {"type": "number", "minimum": 1}, "stock": {"type": "integer"}},
    "warehouse": {"name": TEXT, "address": TEXT},
    "order": {"customer_id": TEXT, "status": {"enum": ["open", "paid", "sent"]}, "created_at": {"type": "string", "format": "date-time"}, "note": TEXT},
    "order_item": {"order_id": TEXT, "product_id": TEXT, "quantity": {"type": "integer"}, "unit_price": {"type": "number"}, "total": {"type": "number"}},
}
ROUNDS = 7


def shop() -> Plan:
    """What the compiler makes of a shop's tools."""
    tools = []
    for noun, fields in FIELDS.items():
        key = {f"{noun}_id": TEXT}
        tools.append(ToolSchema(name=f"create_{noun}", description="", parameters={"type": "object", "properties": fields, "required": [*fields]}))
        tools.append(ToolSchema(name=f"get_{noun}", description="", parameters={"type": "object", "properties": key, "required": list(key)}))
    model = infer(tools, None)
    plan = planned(model, given=False)
    add_statuses(plan)
    add_labels(model)
    return plan


def measured(count: int) -> dict[str, object]:
    """The figures for so many rows of each entity; processor time, the least of several rounds."""
    plan, seconds = shop(), []
    for seed in range(ROUNDS):
        start = time.process_time()
        made = populate(plan, seed, CLOCK, count=count)
        seconds.append(time.process_time() - start)
    rows = sum(map(len, made.rows.values()))
    names = {name: [row["name"] for row in found] for name, found in made.rows.items() if "name" in found[0]}
    return {
        "rows": rows,
        "rows_per_second_cold": round(rows / seconds[0]),
        "rows_per_second": round(rows / min(seconds)),
        "goal": 20_000,
        "different_names": {name: round(len(set(each)) / len(each), 3) for name, each in names.items()},
        "different_names_goal": 0.9,
        "filler": list(made.filler),
        "fields": sum(len(entity.fields) for entity in plan.model.entities.values()),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000, metavar="N", help="rows of each entity (default: 1000)")
    show(measured(parser.parse_args().rows))
