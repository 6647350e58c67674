"""From the reading of a set to acts: which row a tool works on, in what it stands, and which fields its parameters fill."""

from __future__ import annotations

from gem_sim.worlds.compiler.build.acts import Act, Deed, Plan
from gem_sim.worlds.compiler.build.compute import computed
from gem_sim.worlds.compiler.build.fields import add_fields
from gem_sim.worlds.compiler.build.keys import settle_keys
from gem_sim.worlds.compiler.build.names import LEAVING, column, plain, readable
from gem_sim.worlds.compiler.build.naming import find_by_field, find_key, is_transition, list_made, made_key, name_keys, singles
from gem_sim.worlds.compiler.build.places import confirm, place
from gem_sim.worlds.compiler.build.shapes import add_returned
from gem_sim.worlds.compiler.infer import EntityModel, Model, ToolModel
from gem_sim.worlds.spec import snake

_UPSERTS = ("upsert", "createorupdate", "createorreplace", "addorupdate", "addorreplace", "createupdate")
_ENTERING = ("login", "signin", "logon", "authenticate", "auth", "authorize")


def planned(model: Model, *, given: bool) -> Plan:
    """The acts of all tools, with entities completed. `given` says that the entities come from a procedure, whose fields are kept."""
    if not given:
        for entity in model.entities.values():
            entity.fields, entity.refs = {entity.key: {}}, {}
    plan = Plan(model, {name: _act(tool, model) for name, tool in model.tools.items()}, set())
    _sessions(plan)
    _keys(plan, given=given)
    for act in plan.acts.values():
        place(act, plan)
    for act in plan.acts.values():
        act.single = act.entity.name in plan.singles
    add_fields(plan)
    add_returned(plan)
    for act in plan.acts.values():
        confirm(act, plan)
    settle_keys(plan)
    return plan


def _keys(plan: Plan, *, given: bool) -> None:
    """Find the parameters that name rows; those of creates last, once it is known how keys are called."""
    _puts(plan)
    makes = [act for act in plan.acts.values() if act.deed in ("create", "upsert")]
    others = [act for act in plan.acts.values() if act.deed in ("read_one", "read_many", "update", "delete")]
    for act in others:
        find_key(act, given=given)
    if not given:
        name_keys(plan)
        for act in others:
            find_by_field(act, plan)
    for act in makes:
        made_key(act, given=given)
    if not given:
        plan.singles |= singles(plan)
        list_made(plan)


def _puts(plan: Plan) -> None:
    """What is put where a path names it, is made where it is not there yet, if its answer says so or nothing else makes such rows."""
    made = {act.entity.name for act in plan.acts.values() if act.deed in ("create", "upsert")}
    for act in plan.acts.values():
        hints, key = act.tool.tool.hints, act.tool.reading.made_key
        if act.deed == "update" and key is not None and hints is not None and hints.method == "PUT":
            named = act.type(key) == "string" and "format" not in act.properties[key] and not is_transition(act)
            act.deed = "upsert" if hints.status == "201" or (named and act.entity.name not in made) else "update"


def _act(tool: ToolModel, model: Model) -> Act:
    act = Act(tool, model.entities[tool.entity], "answer")
    act.deed = _deed(act)
    for name in act.properties:
        if (name not in tool.opened.inside and not readable(name, act.taken)) or not column(name):
            act.unused[name] = "no expression can name it"
    return act


def _deed(act: Act) -> Deed:
    reading, said = act.tool.reading, act.tool.tool.kind
    kind = reading.kind
    if kind == "session" and said != "read" and _sign(act):
        return "session"
    if kind in ("compute", "imagined", "session"):
        if said == "write":
            return "update" if act.tool.key else "create"
        return "compute" if computed(act) else "answer"
    if kind == "read":
        return "read_many" if reading.many else "read_one"
    if kind in ("create", "update") and any(word in plain(act.name) for word in _UPSERTS):
        return "upsert"
    return "create" if kind == "create" else "delete" if kind == "delete" else "update"


def _sign(act: Act) -> str:
    """Whether a session tool begins or ends one: `in`, `out`, or nothing."""
    name = plain(act.name)
    if any(word in name for word in LEAVING):
        return "out"
    return "in" if any(word in name for word in _ENTERING) and act.tool.reading.verb != "get" and not name.startswith(("get", "check")) else ""


def _sessions(plan: Plan) -> None:
    """Tools that sign in or out share one singleton."""
    found = [act for act in plan.acts.values() if act.deed == "session"]
    if not found:
        return
    words = {word for act in found for word in act.taken}
    tried = ("Session", *(f"Session{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    name = next((name for name in tried if name not in plan.model.entities and snake(name) not in words), "SessionOfTheCaller")
    entity = EntityModel(name, "id", {"user": {"type": "string"}, "active": {"type": "boolean"}})
    plan.model.entities[name] = entity
    plan.singles.add(name)
    for act in found:
        act.entity = entity
