"""Tool schemas in, a world out in which the tools work on common rows."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
from builders import TASKS, TEXT, compiled, enforced, procedure, tool

from gem_sim.errors import SpecError
from gem_sim.records import CountCheck, Entity, LimitCheck, Rule, StateCheck, ToolSchema
from gem_sim.worlds.compiler import compile_world
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import World


@pytest.fixture(scope="module")
def tasks() -> WorldSpec:
    return compiled(TASKS)


def keys(world: World) -> list[str]:
    return [row["task_id"] for row in world.rows("Task")]


@pytest.mark.smoke
def test_tools_on_one_noun_share_one_entity() -> None:
    compilation = compile_world(TASKS)
    assert list(compilation.spec.entities) == ["Task"]
    assert {report.entity for report in compilation.report.tools.values()} == {"Task"}


def test_the_report_says_what_each_parameter_is_for() -> None:
    tools = compile_world(TASKS).report.tools
    assert tools["list_tasks"].roles == {"status": "filter", "limit": "paging", "cursor": "paging"}
    assert tools["update_task"].roles == {"task_id": "key", "title": "field"}
    assert (tools["list_tasks"].kind, tools["list_tasks"].many, tools["close_task"].kind) == ("read", True, "update")


def test_what_was_created_can_be_read(tasks: WorldSpec) -> None:
    world = tasks.start()
    made = world.call("create_task", {"title": "Paint", "status": "done"}).value
    assert made["title"] == "Paint"
    assert world.call("get_task", {"task_id": made["task_id"]}).value == made


def test_what_was_updated_shows(tasks: WorldSpec) -> None:
    world = tasks.start()
    world.call("update_task", {"task_id": keys(world)[0], "title": "Paint"})
    assert world.call("get_task", {"task_id": keys(world)[0]}).value["title"] == "Paint"


def test_an_update_leaves_what_it_does_not_name(tasks: WorldSpec) -> None:
    world = tasks.start()
    before = world.rows("Task")[0]
    assert world.call("update_task", {"task_id": before["task_id"]}).value == before


def test_what_was_deleted_is_gone(tasks: WorldSpec) -> None:
    world = tasks.start()
    gone = keys(world)[0]
    assert world.call("delete_task", {"task_id": gone}).ok
    assert world.call("get_task", {"task_id": gone}).outcome == "not_found"
    assert gone not in keys(world)


def test_a_list_shows_what_its_filter_says(tasks: WorldSpec) -> None:
    world = tasks.start()
    page = world.call("list_tasks", {"status": "done"}).value
    assert page["total"] == sum(row["status"] == "done" for row in world.rows("Task"))
    assert {row["status"] for row in page["items"]} == {"done"}


def test_a_list_shows_new_rows(tasks: WorldSpec) -> None:
    world = tasks.start()
    total = world.call("list_tasks", {}).value["total"]
    world.call("create_task", {"title": "Paint"})
    assert world.call("list_tasks", {}).value["total"] == total + 1


def test_pages_put_together_are_the_whole_list(tasks: WorldSpec) -> None:
    world, found, arguments = tasks.start(), [], {"limit": 4}
    while arguments.get("cursor", "") is not None:
        page = world.call("list_tasks", arguments).value
        found += [row["task_id"] for row in page["items"]]
        arguments = {"limit": 4, "cursor": page["next_cursor"]}
    assert found == keys(world)


def test_a_verb_leads_to_its_status_once(tasks: WorldSpec) -> None:
    world = tasks.start()
    open_task = next(row["task_id"] for row in world.rows("Task") if row["status"] != "closed")
    assert world.call("close_task", {"task_id": open_task}).value["status"] == "closed"
    assert world.call("close_task", {"task_id": open_task}).outcome == "conflict"


@pytest.mark.parametrize("name", ["get_task", "update_task", "close_task", "delete_task"])
def test_an_unknown_key_is_not_found(tasks: WorldSpec, name: str) -> None:
    assert tasks.start().call(name, {"task_id": "TSK-0"}).outcome == "not_found"


def test_a_value_outside_an_enum_is_refused(tasks: WorldSpec) -> None:
    assert tasks.start().call("list_tasks", {"status": "lost"}).outcome == "invalid_arguments"


def test_every_status_has_rows(tasks: WorldSpec) -> None:
    assert {row["status"] for row in tasks.start().rows("Task")} == {"todo", "done", "closed"}


def test_every_tool_has_arguments_that_work(tasks: WorldSpec) -> None:
    world = tasks.start()
    assert all(world.propose(name) is not None for name in tasks.tools)


def test_reads_stay_reads(tasks: WorldSpec) -> None:
    world = tasks.start()
    before = world.digest
    assert all(world.call(name, world.propose(name) or {}).ok for name in ("get_task", "list_tasks"))
    assert world.digest == before


def test_the_same_tools_give_the_same_bytes() -> None:
    assert orjson.dumps(compiled(TASKS, seed=3).data()) == orjson.dumps(compiled(TASKS, seed=3).data())


def test_another_seed_gives_other_rows() -> None:
    assert compiled(TASKS, seed=1).start().rows("Task") != compiled(TASKS, seed=2).start().rows("Task")


def test_a_compiled_world_loads_again(tasks: WorldSpec) -> None:
    assert WorldSpec.model_validate(orjson.loads(orjson.dumps(tasks.data()))).digest == tasks.digest


def test_given_rows_replace_the_generated_ones() -> None:
    rows = {"Task": [{"task_id": "1", "title": "Paint", "status": "todo"}]}
    assert compile_world(TASKS, rows=rows).spec.start().rows("Task") == rows["Task"]


def test_a_plain_id_is_the_key_of_the_noun() -> None:
    spec = compiled([tool("get_order", {"id": TEXT}, ["id"], "read"), tool("cancel_order", {"id": TEXT}, ["id"])])
    world = spec.start()
    arguments = world.propose("cancel_order")
    assert arguments is not None
    assert world.call("cancel_order", arguments).value["status"] == "cancelled"
    assert world.call("get_order", arguments).value["status"] == "cancelled"


def test_an_id_of_another_entity_must_exist() -> None:
    tools = [tool("get_member", {"member_id": TEXT}, ["member_id"], "read"), tool("create_order", {"member_id": TEXT}, ["member_id"])]
    world = compiled(tools).start()
    assert world.call("create_order", {"member_id": "M-0"}).outcome == "not_found"
    assert world.call("create_order", {"member_id": world.rows("Member")[0]["member_id"]}).ok


def test_entities_of_a_procedure_come_first() -> None:
    entity = Entity(name="Job", key="job_id", fields={"title": TEXT, "priority": {"enum": ["low", "high"]}})
    spec = compiled([tool("get_job", {"job_id": TEXT}, ["job_id"], "read")], entities=[entity])
    assert {row["priority"] for row in spec.start().rows("Job")} <= {"low", "high"}


MONEY = (
    tool("create_transfer", {"amount": {"type": "number"}, "note": TEXT, "member_id": TEXT}, ["member_id"]),
    tool("cancel_transfer", {"transfer_id": TEXT, "from": {"type": "number"}}, ["transfer_id"]),
    tool("get_member", {"member_id": TEXT}, ["member_id"], "read"),
)


def transfer(world: World, **arguments: Any) -> str:
    return world.call("create_transfer", {"member_id": world.rows("Member")[0]["member_id"], **arguments}).outcome


def test_a_limit_rule_becomes_an_error_that_cites_it() -> None:
    spec = compiled(MONEY, enforced(LimitCheck(parameter="amount", maximum=500), "create_transfer", text="Over 500"))
    assert [transfer(spec.start(), amount=amount) for amount in (500, 500.01)] == ["ok", "limit"]
    assert [(test.error, test.rule) for test in spec.tools["create_transfer"].require if test.rule] == [("Over 500", "r1")]


def test_a_lower_bound_holds_too() -> None:
    world = compiled(MONEY, enforced(LimitCheck(parameter="amount", minimum=10), "create_transfer")).start()
    assert [transfer(world, amount=amount) for amount in (9, 10)] == ["limit", "ok"]


def test_the_bounds_of_a_text_are_lengths() -> None:
    world = compiled(MONEY, enforced(LimitCheck(parameter="note", maximum=3), "create_transfer")).start()
    assert [transfer(world, note=note) for note in ("abc", "abcd")] == ["ok", "limit"]


def test_a_limit_of_an_absent_argument_holds() -> None:
    assert transfer(compiled(MONEY, enforced(LimitCheck(parameter="amount", minimum=10), "create_transfer")).start()) == "ok"


def test_a_list_of_values_is_a_limit() -> None:
    world = compiled(MONEY, enforced(LimitCheck(parameter="note", values=("rent", "food")), "create_transfer")).start()
    assert [transfer(world, note=note) for note in ("rent", "fun")] == ["ok", "limit"]


def test_a_state_rule_becomes_an_error_that_cites_it() -> None:
    spec = compiled(TASKS, enforced(StateCheck(entity="Task", forbidden=("done",)), "update_task", text="Done is done"))
    world = spec.start()
    outcomes = {row["status"]: world.fork().call("update_task", {"task_id": row["task_id"], "title": "x"}).outcome for row in world.rows("Task")}
    assert (outcomes["todo"], outcomes["done"]) == ("ok", "conflict")
    assert [(test.error, test.rule) for test in spec.tools["update_task"].require if test.rule] == [("Done is done", "r1")]


def test_a_count_rule_becomes_an_error_that_cites_it() -> None:
    spec = compiled(MONEY, enforced(CountCheck(entity="Transfer", maximum=3), "create_transfer", text="Three at once"))
    world = spec.start()
    outcomes = [transfer(world, amount=amount) for amount in range(1, 9)]
    assert outcomes[-1] == "limit"
    assert sorted(outcomes, reverse=True) == outcomes
    assert [test.rule for test in spec.tools["create_transfer"].require if test.rule] == ["r1"]


def test_a_rule_that_finds_no_place_is_reported() -> None:
    rule = enforced(LimitCheck(parameter="colour", maximum=3), "create_task")
    assert compile_world(TASKS, procedure=procedure(TASKS, rule)).report.unenforced == ("r1",)


def test_a_rule_of_the_assistant_binds_no_tool() -> None:
    rule = Rule(id="r1", text="No", tools=("create_transfer",), enforced_by="assistant", check=LimitCheck(parameter="amount", maximum=1))
    assert transfer(compiled(MONEY, rule).start(), amount=99) == "ok"


ODD = ["from", "class", "lambda", "None", "track[title]", "a-b", "a.b", "1a", "", "é", "row_", "made_", "task", "Task", "now", "today", "find", "self", "x"]


@pytest.mark.parametrize("name", ODD)
def test_a_parameter_with_an_odd_name_does_no_harm(name: str) -> None:
    world = compiled(
        [tool("create_task", {name: TEXT}), tool("list_tasks", {name: TEXT}, (), "read"), tool("update_task", {"task_id": TEXT, name: TEXT})]
    ).start()
    assert [world.call(call, {name: "v"}).outcome for call in ("create_task", "list_tasks")] == ["ok", "ok"]
    assert world.call("update_task", {"task_id": keys(world)[0], name: "v"}).ok


@pytest.mark.parametrize("name", ["", "get", "list", "123", "_", "get_", "日本", "class", "get_None", "create_création", "a" * 300])
def test_a_tool_with_an_odd_name_compiles(name: str) -> None:
    assert name in compiled([tool(name, {"task_id": TEXT})]).tools


def compiles(tools: Sequence[ToolSchema]) -> bool:
    """Whether a tool set compiles; anything but a SpecError comes through."""
    try:
        compile_world(tools).spec.start()
    except SpecError:
        return False
    return True


def three(parameters: dict[str, Any]) -> list[ToolSchema]:
    return [ToolSchema(name=f"{verb}_task", description="", parameters=parameters, kind="write") for verb in ("create", "list", "close")]


STRANGE: list[dict[str, Any]] = [
    {},
    {"type": "object"},
    {"properties": {"a": {"enum": []}}},
    {"properties": {"a": {"type": ["string", "null"]}}},
    {"properties": {"a": True}},
    {"properties": {"a": {"type": "string", "minLength": 300}}},
    {"properties": {"a": {"type": "integer", "minimum": 5, "maximum": 1}}},
    {"required": None},
    {"type": "objct"},
    {"properties": {"a": {"$ref": "#/$defs/x"}}},
]
BROKEN: list[dict[str, Any]] = [
    {"properties": None},
    {"properties": {"a": {"minimum": "x", "type": "integer"}}},
    {"properties": {"a": {"type": "array", "items": [TEXT]}}},
    {"properties": {"status": {"enum": {"a": 1}}}},
]


@pytest.mark.parametrize("parameters", STRANGE)
def test_a_strange_schema_compiles_or_is_a_spec_error(parameters: dict[str, Any]) -> None:
    assert compiles(three(parameters)) in {True, False}


@pytest.mark.parametrize("parameters", BROKEN)
def test_a_broken_schema_is_a_spec_error(parameters: dict[str, Any]) -> None:
    assert compiles(three(parameters)) in {True, False}


def test_what_is_created_without_a_status_has_the_first_one(tasks: WorldSpec) -> None:
    assert tasks.start().call("create_task", {"title": "Paint"}).value["status"] == "todo"


def test_an_integer_key_names_rows() -> None:
    world = compiled(
        [tool("get_pet", {"pet_id": {"type": "integer"}}, ["pet_id"], "read"), tool("delete_pet", {"pet_id": {"type": "integer"}}, ["pet_id"])]
    ).start()
    assert world.propose("get_pet") is not None


def test_a_large_limit_keeps_its_digits() -> None:
    world = compiled(MONEY, enforced(LimitCheck(parameter="amount", maximum=1234567), "create_transfer")).start()
    assert [transfer(world, amount=amount) for amount in (1234567, 1234568)] == ["ok", "limit"]


def test_a_limit_on_a_parameter_with_an_odd_name_holds() -> None:
    spec = compiled(MONEY, enforced(LimitCheck(parameter="from", maximum=3), "cancel_transfer"))
    world = spec.start()
    key = next(row["transfer_id"] for row in world.rows("Transfer") if row["status"] == "active")
    assert [world.call("cancel_transfer", {"transfer_id": key, "from": value}).outcome for value in (4, 3)] == ["limit", "ok"]


@pytest.mark.parametrize("name", ["_id", "_embedded", "__class__", "ﬁ"])
def test_a_parameter_that_expressions_cannot_name_is_left_out(name: str) -> None:
    assert compiled([tool("create_task", {name: TEXT}), tool("list_tasks", {name: TEXT}, (), "read")])


def test_a_filter_called_x_filters() -> None:
    world = compiled([tool("list_points", {"x": {"type": "integer", "minimum": 1, "maximum": 3}}, (), "read")]).start()
    assert world.call("list_points", {"x": world.rows("Point")[0]["x"]}).value["total"] > 0


def test_a_limit_that_is_a_text_pages_too() -> None:
    world = compiled([tool("list_tasks", {"limit": TEXT}, ["limit"], "read")]).start()
    assert world.call("list_tasks", {"limit": "2"}).outcome == "ok"


def test_a_tool_name_stands_once() -> None:
    with pytest.raises(SpecError):
        compile_world([TASKS[0], TASKS[0]])


def test_a_noun_without_a_tool_of_its_own_compiles() -> None:
    assert compiled([tool("get_transfer", {"query": TEXT}, (), "read"), tool("transfer_money", {"amount": {"type": "number"}})])


def real_sets(shared: Path) -> list[dict[str, Any]]:
    with (shared / "data/toolsets/toolsets.jsonl").open("rb") as file:
        return [orjson.loads(line) for number, line in enumerate(file) if number % 14 == 0]


def real_tools(one: dict[str, Any]) -> list[ToolSchema]:
    reads = ("get", "list", "search", "find", "read")
    return [
        ToolSchema(
            name=tool["name"],
            description=tool.get("description") or "",
            parameters=tool["parameters"],
            kind="read" if tool["name"].lower().startswith(reads) else "write",
        )
        for tool in one["tools"]
    ]


def test_real_tool_sets_compile_or_are_spec_errors(shared: Path) -> None:
    outcomes = [compiles(real_tools(one)) for one in real_sets(shared)]
    assert sum(outcomes) >= 0.9 * len(outcomes)


def test_most_tools_of_real_sets_have_arguments_that_work(shared: Path) -> None:
    worlds = [compile_world(real_tools(one)).spec.start() for one in real_sets(shared)[::2] if len(one["tools"]) <= 25 and compiles(real_tools(one))]
    found = [world.propose(name) is not None for world in worlds for name in world.spec.tools]
    assert sum(found) >= 0.9 * len(found)
