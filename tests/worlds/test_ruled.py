"""Rules as requirements: an error that cites them, rows on both sides, arguments for either."""

from __future__ import annotations

import pytest
from builders import TEXT, compiled, enforced, tool

from gem_sim.records import AbsentCheck, Check, Entity, FieldCheck, LimitCheck, NeedCheck, OrderCheck, UniqueCheck
from gem_sim.worlds.propose import propose, propose_requirement
from gem_sim.worlds.spec import WorldSpec

DAY = {"type": "string", "format": "date"}
GIVEN = {"name": TEXT, "code": TEXT, "website": TEXT, "guest": TEXT, "fee": {"type": "number"}, "day": DAY}
BOATS = (
    tool("list_boats", {}, (), "read"),
    tool("get_boat", {"boat_id": TEXT}, ["boat_id"], "read"),
    tool("get_fine", {"fine_id": TEXT}, ["fine_id"], "read"),
    tool("register_boat", GIVEN, ["name", "code"]),
    tool("inspect_boat", {"boat_id": TEXT, "note": TEXT}, ["boat_id"]),
    tool("launch_boat", {"boat_id": TEXT}, ["boat_id"]),
)
ENTITIES = (
    Entity(
        name="Boat", key="boat_id", fields={"boat_id": TEXT, "name": TEXT, "code": TEXT, "website": TEXT, "guest": TEXT, "fee": {"type": "number"}, "day": DAY}
    ),
    Entity(name="Fine", key="fine_id", fields={"fine_id": TEXT, "boat_id": TEXT, "status": {"type": "string", "enum": ["pending", "paid"]}}),
)
CHECKS: tuple[tuple[Check, str], ...] = (
    (OrderCheck(entity="Boat", tool="inspect_boat"), "launch_boat"),
    (OrderCheck(entity="Boat", tool="inspect_boat", done=False), "inspect_boat"),
    (FieldCheck(entity="Boat", field="debt", minimum=0, maximum=0), "launch_boat"),
    (FieldCheck(entity="Boat", field="built_on", minimum=60, unit="days"), "launch_boat"),
    (FieldCheck(entity="Boat", field="sold_on", maximum=14, unit="days"), "launch_boat"),
    (FieldCheck(entity="Boat", field="sails_on", minimum=2, unit="ahead"), "launch_boat"),
    (LimitCheck(parameter="day", minimum=0, maximum=60, unit="days"), "register_boat"),
    (LimitCheck(parameter="day", minimum=2, unit="days"), "register_boat"),
    (AbsentCheck(entity="Fine", of="Boat", statuses=("pending",)), "launch_boat"),
    (UniqueCheck(entity="Boat", parameter="code"), "register_boat"),
    (NeedCheck(parameter="guest", given="fee"), "register_boat"),
    (LimitCheck(parameter="website", starts=("https://",)), "register_boat"),
    (LimitCheck(parameter="website", ends=(".org", ".net")), "register_boat"),
)


def boats(check: Check, name: str) -> WorldSpec:
    return compiled(BOATS, enforced(check, name, text="So it is written"), entities=ENTITIES)


@pytest.mark.parametrize(("check", "name"), CHECKS, ids=str)
def test_a_rule_is_met_by_some_calls_and_refuses_others_in_its_own_words(check: Check, name: str) -> None:
    spec = boats(check, name)
    place = next(at for at, test in enumerate(spec.tools[name].require) if test.rule == "r1")
    world = spec.start()
    good, bad = propose(world, name), propose_requirement(world, name, place)
    assert good is not None
    assert world.fork().call(name, good).ok
    assert bad is not None
    assert (world.fork().call(name, bad).error or {})["message"] == "So it is written"


def test_a_tool_leaves_the_mark_that_another_asks_for() -> None:
    world = boats(*CHECKS[0]).start()
    key = world.call("register_boat", {"name": "Gull", "code": "G7"}).value["boat_id"]
    assert world.call("launch_boat", {"boat_id": key}).outcome == "conflict"
    assert world.call("inspect_boat", {"boat_id": key}).ok
    assert world.call("launch_boat", {"boat_id": key}).ok


def test_once_is_once() -> None:
    world = boats(*CHECKS[1]).start()
    key = world.call("register_boat", {"name": "Gull", "code": "G7"}).value["boat_id"]
    assert [world.call("inspect_boat", {"boat_id": key}).outcome for _ in range(2)] == ["ok", "conflict"]


def test_several_rules_of_a_row_are_broken_one_by_one() -> None:
    rules = [
        enforced(check, name, text=f"Rule {at}").model_copy(update={"id": f"r{at}"}) for at, (check, name) in enumerate(CHECKS[:4]) if name == "launch_boat"
    ]
    spec = compiled(BOATS, *rules, entities=ENTITIES)
    places = [at for at, test in enumerate(spec.tools["launch_boat"].require) if test.rule is not None]
    assert len(places) == len(rules)
    assert all(propose_requirement(spec.start(), "launch_boat", at) is not None for at in places)


def test_an_order_without_a_row_in_common_is_reported_and_not_enforced() -> None:
    spec = boats(OrderCheck(entity="Boat", tool="register_boat"), "launch_boat")
    assert all(test.rule is None for test in spec.tools["launch_boat"].require)
