"""A spec compiled for execution: every expression a closure, every parameter schema a validator. Made once per spec."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from gem_sim.errors import SpecError
from gem_sim.worlds.base import Base, Table
from gem_sim.worlds.language import closures, compile_expression, compile_template
from gem_sim.worlds.language.compiler import compile_loop
from gem_sim.worlds.language.loops import Loop
from gem_sim.worlds.language.scope import Closure, Frame, Of, Scope
from gem_sim.worlds.spec import PLACE, Effect, Requirement, ToolSpec, WorldSpec, snake
from gem_sim.worlds.unused import stands
from gem_sim.worlds.validation import validator


class Test(NamedTuple):
    """A compiled requirement."""

    holds: Closure
    code: str
    error: Closure


@dataclass(frozen=True, slots=True)
class Write:
    """A compiled effect. `slot` holds the row to change, or takes an inserted one for `return`; a singleton needs none."""

    op: str
    table: Table
    slot: int | None
    fields: dict[str, Closure]
    each: Loop | None
    when: Closure | None


@dataclass(frozen=True, slots=True)
class Tool:
    """A compiled tool. `rows` are the slots that hold rows, one or many, which are read again before `return`."""

    name: str
    spec: ToolSpec
    is_valid: Callable[[Any], bool]
    problem: Callable[[Any], str]
    parameters: tuple[tuple[str, int, Any], ...]
    lets: tuple[tuple[int, Closure], ...]
    require: tuple[Test, ...]
    writes: tuple[Write, ...]
    rows: tuple[tuple[int, Of], ...]
    answer: Closure
    size: int


class Program:
    """All tools of a spec and its base of rows. Raises SpecError where something does not compile."""

    def __init__(self, spec: WorldSpec) -> None:
        _check_names(spec)
        _check_rules(spec)
        self.base = Base(spec)
        self.tools = {name: compiled_tool(self.base.tables, name, tool) for name, tool in spec.tools.items()}


def compiled_tool(tables: dict[str, Table], name: str, tool: ToolSpec) -> Tool:
    """One tool for these tables. Raises SpecError where something in it does not compile."""
    return _Compilation(tables, f"tools.{name}").tool(name, tool)


def _check_names(spec: WorldSpec) -> None:
    for name, entity in spec.entities.items():
        if not name.isidentifier() or not name[0].isupper():
            raise SpecError(f"entities.{name}", "expected a CamelCase name")
        if PLACE in entity.fields:
            raise SpecError(f"entities.{name}.fields", f"{PLACE!r} is no name for a field")
        for field, about in entity.fields.items():
            if about.ref is not None and about.ref not in spec.entities:
                raise SpecError(f"entities.{name}.fields.{field}.ref", f"no entity {about.ref!r}; expected one of {sorted(spec.entities)}")
    for path in spec.unused:
        tool, _, parameter = path.partition(".")
        if tool not in spec.tools or not stands(spec.tools[tool].parameters, parameter):
            raise SpecError(f"unused.{path}", "expected tool.parameter, of a tool and a parameter that exist")


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


class _Compilation:
    """Compiles one tool; names come into reach in the order in which they are evaluated."""

    def __init__(self, tables: dict[str, Table], where: str) -> None:
        self.tables = tables
        self.where = where
        self.scope = Scope(tables, {snake(name): table for name, table in tables.items() if table.entity.singleton})

    def tool(self, name: str, tool: ToolSpec) -> Tool:
        """The whole tool."""
        scope = self.scope
        checks = validator(tool.parameters, f"{self.where}.parameters")
        properties = tool.parameters.get("properties", {})
        parameters = tuple((word, scope.add(word), about.get("default")) for word, about in properties.items() if isinstance(about, dict))
        lets = tuple(self.let(word, source) for word, source in tool.let.items())
        require = tuple(self.test(test, f"require[{at}]") for at, test in enumerate(tool.require))
        rows = tuple((scope.slots[word], of) for word, of in scope.kinds.items() if of)
        writes = tuple(self.write(effect, f"do[{at}]") for at, effect in enumerate(tool.do))
        answer = closures.answer(compile_expression(tool.return_, scope, f"{self.where}.return"))
        return Tool(name, tool, *checks, parameters, lets, require, writes, rows, answer, scope.size)

    def closure(self, source: str, place: str) -> Closure:
        return compile_expression(source, self.scope, f"{self.where}.{place}").run

    def test(self, test: Requirement, place: str) -> Test:
        return Test(self.closure(test.that, f"{place}.that"), test.code, compile_template(test.error, self.scope, f"{self.where}.{place}.error"))

    def let(self, word: str, source: str) -> tuple[int, Closure]:
        if not word.isidentifier():
            raise SpecError(f"{self.where}.let.{word}", "expected a plain name")
        made = compile_expression(source, self.scope, f"{self.where}.let.{word}")
        return self.scope.add(word, made.of), made.run

    def write(self, effect: Effect, place: str) -> Write:
        scope = self.scope
        outer = dict(scope.slots), dict(scope.kinds)
        each = compile_loop(effect.for_, scope, f"{self.where}.{place}.for") if effect.for_ else None
        when = self.closure(effect.if_, f"{place}.if") if effect.if_ else None
        if effect.insert is not None:
            op, (table, slot, fields) = "insert", self.insert(effect.insert, f"{place}.insert")
        elif effect.set is not None:
            op, (table, slot, fields) = "set", self.set(effect.set, f"{place}.set")
        else:
            op, (table, slot), fields = "delete", self.row(effect.delete or "", f"{place}.delete"), {}
        scope.slots, scope.kinds = outer
        if effect.as_:
            slot = scope.add(effect.as_, Of(table))
        return Write(op, table, slot, fields, each, when)

    def row(self, name: str, place: str) -> tuple[Table, int | None]:
        """The table and slot of a name that is known to be a row."""
        if name in self.scope.singletons and name not in self.scope.slots:
            return self.scope.singletons[name], None
        of = self.scope.kinds.get(name)
        if of is None or of.many:
            raise SpecError(f"{self.where}.{place}", f"{name!r} is not known to be a row; bind it under 'let' with Entity(key)")
        return of.table, self.scope.slots[name]

    def set(self, fields: dict[str, str], place: str) -> tuple[Table, int | None, dict[str, Closure]]:
        targets = {target.partition(".")[0] for target in fields}
        if len(targets) != 1:
            raise SpecError(f"{self.where}.{place}", "expected fields of one row, written 'name.field'; use one 'set' for each row")
        table, slot = self.row(targets.pop(), place)
        return table, slot, self.fields(table, {target.partition(".")[2]: source for target, source in fields.items()}, place)

    def insert(self, insert: dict[str, dict[str, str]], place: str) -> tuple[Table, int | None, dict[str, Closure]]:
        ((entity, fields),) = insert.items()
        if entity not in self.tables:
            raise SpecError(f"{self.where}.{place}", f"no entity {entity!r}; expected one of {sorted(self.tables)}")
        missing = [name for name in self.tables[entity].keys if name not in fields and name != PLACE]
        if missing:
            raise SpecError(f"{self.where}.{place}.{entity}", f"the key is missing: {', '.join(missing)}")
        return self.tables[entity], None, self.fields(self.tables[entity], fields, f"{place}.{entity}")

    def fields(self, table: Table, fields: dict[str, str], place: str) -> dict[str, Closure]:
        known = [name for name in table.columns if name != PLACE] + [child.field for child in table.children]
        for name in fields:
            if name not in known:
                raise SpecError(f"{self.where}.{place}", f"no field {name!r}; expected one of {known}")
        return {name: closures.stored(compile_expression(source, self.scope, f"{self.where}.{place}.{name}")) for name, source in fields.items()}


def frame_of(tool: Tool, run: Any, arguments: dict[str, Any]) -> Frame:
    """A frame with the arguments in their slots; absent ones have the default of their schema, else null."""
    frame: Frame = [None] * tool.size
    frame[0] = run
    given = arguments.get
    for name, slot, default in tool.parameters:
        frame[slot] = given(name, default)
    return frame
