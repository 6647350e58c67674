"""Small worlds, tools and procedures for tests."""

from collections.abc import Sequence
from typing import Any

from gem_sim.records import Entity, Kind, Procedure, Rule, ToolSchema
from gem_sim.worlds.compiler import compile_world
from gem_sim.worlds.load import parse_world
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import World

TEXT = {"type": "string"}
ANYTHING: dict[str, Any] = {"type": "object", "properties": {"a": {}, "b": {}, "c": {}}}
CARDS = [{"card_id": "c1", "x": 1, "code": "k1"}, {"card_id": "c2", "x": 2, "code": "k2"}]


def world_data(**parts: Any) -> dict[str, Any]:
    """A world with cards, a session and no tools, as `world.yaml` would hold it."""
    fields: dict[str, Any] = {
        "card_id": {},
        "x": {},
        "code": {"unique": True},
        "balance": {"decimals": 2},
        "status": {"enum": ["open", "closed"], "default": "open"},
    }
    entities = {"Card": {"key": "card_id", "fields": fields}, "Session": {"singleton": True, "fields": {"user": {"default": "u1"}}}}
    return {"name": "small", "entities": entities, "tools": {}, "rows": {"Card": CARDS}, **parts}


def one_tool(returning: str = "None", *, seed: int = 0, parameters: dict[str, Any] | None = None, **tool: Any) -> World:
    """A live world with a single tool `t`, which takes a, b and c."""
    about = {"description": "", "parameters": parameters or ANYTHING, "return": returning, **tool}
    return parse_world(world_data(tools={"t": about}), "small").start(seed)


def writing(**fields: str) -> World:
    """A world whose tool `t` sets fields of the card c1 and returns it."""
    return one_tool("card", let={"card": "Card('c1')"}, do=[{"set": {f"card.{name}": source for name, source in fields.items()}}])


def tool(name: str, properties: dict[str, Any] | None = None, required: Sequence[str] = (), kind: Kind = "write") -> ToolSchema:
    """A tool schema that refuses other parameters."""
    parameters = {"type": "object", "properties": properties or {}, "required": list(required), "additionalProperties": False}
    return ToolSchema(name=name, description=f"{name}.", parameters=parameters, kind=kind)


TASK_STATUS = {"type": "string", "enum": ["todo", "done"]}
TASKS = (
    tool("create_task", {"title": TEXT, "status": TASK_STATUS}, ["title"]),
    tool("get_task", {"task_id": TEXT}, ["task_id"], "read"),
    tool("list_tasks", {"status": TASK_STATUS, "limit": {"type": "integer"}, "cursor": TEXT}, (), "read"),
    tool("update_task", {"task_id": TEXT, "title": TEXT}, ["task_id"]),
    tool("close_task", {"task_id": TEXT}, ["task_id"]),
    tool("delete_task", {"task_id": TEXT}, ["task_id"]),
)


def procedure(tools: Sequence[ToolSchema], *rules: Rule, entities: Sequence[Entity] = ()) -> Procedure:
    """A procedure with only what a compiler reads."""
    parts: dict[str, Any] = {"entities": tuple(entities), "rules": rules, "tools": tuple(tools)}
    return Procedure(id="p", document="d", summary="Work on tasks.", platform="app", domains=(), task="", steps=(), graph="", **parts)


def enforced(check: Any, *tools: str, text: str = "No", **span: Any) -> Rule:
    """A rule that tools enforce."""
    return Rule(id="r1", text=text, tools=tools, enforced_by="tool", check=check, **span)


def compiled(tools: Sequence[ToolSchema], *rules: Rule, entities: Sequence[Entity] = (), seed: int = 0) -> WorldSpec:
    """The compiled world of a few tools."""
    return compile_world(tools, procedure=procedure(tools, *rules, entities=entities), seed=seed).spec
