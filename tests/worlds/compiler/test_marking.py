"""A tool that marks a row is called after the status that it leads to, not after one that it needs."""

import pytest

from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler import compile_world

ROWS = {"parcels": [{"parcel_id": f"PC-{at}", "weight": at, "status": status} for at, status in enumerate(("packed", "sent", "handed over", "packed"), 1)]}


@pytest.mark.parametrize(("name", "status"), [("mark_sent", "sent"), ("mark_parcel_as_sent", "sent"), ("flagHandedOver", "handed over")])
def test_marking_leads_to_the_status_in_the_name(name, status):
    parameters = {"type": "object", "properties": {"parcel_id": {"type": "string"}}, "required": ["parcel_id"]}
    tools = tuple(ToolSchema(name=one, description="A parcel.", parameters=parameters) for one in ("get_parcel", name))
    world = compile_world(tools, name="post", rows=ROWS).spec.start()
    assert world.call(name, {"parcel_id": "PC-1"}).ok
    assert world.call("get_parcel", {"parcel_id": "PC-1"}).value["status"] == status
    assert world.call(name, {"parcel_id": "PC-1"}).outcome == "conflict"
