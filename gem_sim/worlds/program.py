"""A spec compiled for execution: every expression a closure, every parameter schema a validator. Made once per spec."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jsonschema_rs

from gem_sim.errors import SpecError
from gem_sim.worlds.expressions import compile_expression
from gem_sim.worlds.scope import Closure, Frame, Of, Scope
from gem_sim.worlds.spec import Effect, EntitySpec, ToolSpec, WorldSpec
from gem_sim.worlds.state import Base

_LOOP = re.compile(r"\s*([A-Za-z]\w*)\s+in\s+(.+)", re.DOTALL)


class Test(NamedTuple):
    """A compiled requirement."""

    holds: Closure
    code: str
    error: str


class Write(NamedTuple):
    """A compiled effect. `slot` holds the row to change or the place where `return` finds an inserted one."""

    op: str
    entity: str
    slot: int | None
    fields: dict[str, Closure]
    each: tuple[int, Closure] | None
    when: Closure | None


@dataclass(frozen=True)
class Tool:
    """A compiled tool. `rows` are the slots that hold rows, read again before `return`."""

    spec: ToolSpec
    is_valid: Callable[[Any], bool]
    problem: Callable[[Any], str]
    parameters: tuple[tuple[str, int, Any], ...]
    lets: tuple[tuple[int, Closure], ...]
    require: tuple[Test, ...]
    writes: tuple[Write, ...]
    rows: tuple[tuple[int, str], ...]
    answer: Closure
    size: int


class Program:
    """All tools of a spec and its base of rows."""

    def __init__(self, spec: WorldSpec) -> None:
        _check_names(spec)
        _check_rules(spec)
        self.base = Base(spec)
        self.tools = {name: _tool(spec, name, tool) for name, tool in spec.tools.items()}


def snake(name: str) -> str:
    """`PickupRequest` as `pickup_request`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _check_names(spec: WorldSpec) -> None:
    for name, entity in spec.entities.items():
        if not name.isidentifier() or not name[0].isupper():
            raise SpecError(f"entities.{name}", "expected a CamelCase name")
        for field, about in entity.fields.items():
            if about.ref is not None and about.ref not in spec.entities:
                raise SpecError(f"entities.{name}.fields.{field}.ref", f"no entity {about.ref!r}; expected one of {sorted(spec.entities)}")


def _check_rules(spec: WorldSpec) -> None:
    known = {rule.id for rule in spec.rules}
    for name, tool in spec.tools.items():
        for at, test in enumerate(tool.require):
            if test.rule is not None and test.rule not in known:
                raise SpecError(f"tools.{name}.require[{at}].rule", f"no rule {test.rule!r}; expected one of {sorted(known)}")
    for rule in spec.rules:
        for name in rule.tools:
            if name not in spec.tools:
                raise SpecError(f"rules.{rule.id}.tools", f"no tool {name!r}; expected one of {sorted(spec.tools)}")


def _scope(spec: WorldSpec) -> Scope:
    keys = {name: entity.keys for name, entity in spec.entities.items()}
    fields = {name: tuple(entity.fields) for name, entity in spec.entities.items()}
    return Scope(keys, fields, {snake(name): name for name, entity in spec.entities.items() if entity.singleton})


def _tool(spec: WorldSpec, name: str, tool: ToolSpec) -> Tool:
    where = f"tools.{name}"
    scope = _scope(spec)
    is_valid, problem = validator(tool.parameters, f"{where}.parameters")
    properties = tool.parameters.get("properties", {})
    parameters = tuple((word, scope.add(word), about.get("default")) for word, about in properties.items() if isinstance(about, dict))
    lets = tuple(_let(scope, word, source, f"{where}.let.{word}") for word, source in tool.let.items())
    require = tuple(
        Test(compile_expression(test.that, scope, f"{where}.require[{at}].that").run, test.code, test.error) for at, test in enumerate(tool.require)
    )
    writes = tuple(_write(spec, scope, effect, f"{where}.do[{at}]") for at, effect in enumerate(tool.do))
    rows = tuple((scope.slots[word], of.entity) for word, of in scope.kinds.items() if of and not of.many)
    answer = compile_expression(tool.return_, scope, f"{where}.return").run
    return Tool(tool, is_valid, problem, parameters, lets, require, writes, rows, answer, scope.size)


def _let(scope: Scope, word: str, source: str, where: str) -> tuple[int, Closure]:
    if not word.isidentifier():
        raise SpecError(where, "expected a plain name")
    made = compile_expression(source, scope, where)
    return scope.add(word, made.of), made.run


def validator(schema: dict[str, Any], where: str) -> tuple[Callable[[Any], bool], Callable[[Any], str]]:
    """For the parameters of a tool: whether arguments fit, and what is wrong where they do not. Raises SpecError for a bad schema."""
    if schema.get("type") != "object":
        raise SpecError(where, f"not a JSON Schema of an object: expected type: object, got {schema.get('type')!r:.80}")
    try:
        compiled = jsonschema_rs.validator_for(schema, validate_formats=True, retriever=_no_retrieval)
    except (ValueError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        raise SpecError(where, f"not a JSON Schema: {str(error).splitlines()[0][:200]}") from None

    def problem(arguments: Any) -> str:
        errors = sorted(compiled.iter_errors(arguments), key=lambda error: (len(error.instance_path), error.message))
        return "; ".join(f"{'.'.join(map(str, e.instance_path)) or 'arguments'}: {e.message[:200]}" for e in errors[:3])

    return compiled.is_valid, problem


def _no_retrieval(uri: str) -> Any:
    raise ValueError(f"$ref to {uri!r:.80} leads out of the schema")


def _write(spec: WorldSpec, scope: Scope, effect: Effect, where: str) -> Write:
    outer = dict(scope.slots), dict(scope.kinds)
    each = _each(scope, effect.for_, f"{where}.for") if effect.for_ else None
    when = compile_expression(effect.if_, scope, f"{where}.if").run if effect.if_ else None
    if effect.insert is not None:
        op, entity, slot, fields = _insert(spec, scope, effect.insert, where)
    elif effect.set is not None:
        op, entity, slot, fields = _set(spec, scope, effect.set, where)
    else:
        entity, slot = _row(scope, effect.delete or "", f"{where}.delete")
        op, fields = "delete", {}
    scope.slots, scope.kinds = outer
    if effect.as_:
        slot = scope.add(effect.as_)
    return Write(op, entity, slot, fields, each, when)


def _each(scope: Scope, source: str, where: str) -> tuple[int, Closure]:
    match = _LOOP.fullmatch(source)
    if match is None:
        raise SpecError(where, "expected 'name in expression'")
    items = compile_expression(match[2], scope, where)
    of = Of(items.of.entity) if items.of and items.of.many else None
    return scope.add(match[1], of), items.run


def _row(scope: Scope, name: str, where: str) -> tuple[str, int | None]:
    if name in scope.singletons and name not in scope.slots:
        return scope.singletons[name], None
    of = scope.kinds.get(name)
    if of is None or of.many:
        raise SpecError(where, f"{name!r} is not known to be a row; bind it under 'let' with Entity(key)")
    return of.entity, scope.slots[name]


def _set(spec: WorldSpec, scope: Scope, fields: dict[str, str], where: str) -> tuple[str, str, int | None, dict[str, Closure]]:
    targets = {target.partition(".")[0] for target in fields}
    if len(targets) != 1:
        raise SpecError(f"{where}.set", "expected fields of one row, written 'name.field'; use one 'set' for each row")
    entity, slot = _row(scope, targets.pop(), f"{where}.set")
    named = {target.partition(".")[2]: source for target, source in fields.items()}
    return "set", entity, slot, _fields(spec.entities[entity], scope, named, f"{where}.set")


def _insert(spec: WorldSpec, scope: Scope, insert: dict[str, dict[str, str]], where: str) -> tuple[str, str, int | None, dict[str, Closure]]:
    ((entity, fields),) = insert.items()
    if entity not in spec.entities:
        raise SpecError(f"{where}.insert", f"no entity {entity!r}; expected one of {sorted(spec.entities)}")
    return "insert", entity, None, _fields(spec.entities[entity], scope, fields, f"{where}.insert.{entity}")


def _fields(entity: EntitySpec, scope: Scope, fields: dict[str, str], where: str) -> dict[str, Closure]:
    for name in fields:
        if name not in entity.fields:
            raise SpecError(where, f"no field {name!r}; expected one of {list(entity.fields)}")
    return {name: compile_expression(source, scope, f"{where}.{name}").run for name, source in fields.items()}


def frame_of(tool: Tool, machine: Any, arguments: dict[str, Any]) -> Frame:
    """A frame with the arguments in their slots; absent ones have the default of their schema, else null."""
    frame: Frame = [None] * tool.size
    frame[0] = machine
    for name, slot, default in tool.parameters:
        frame[slot] = arguments.get(name, default)
    return frame
