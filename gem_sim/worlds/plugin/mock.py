"""A mock in Python: a world spec whose tools are functions. `Mock` collects them, `@mock.tool` marks them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, overload

from pydantic import PrivateAttr, TypeAdapter, ValidationError

from gem_sim.errors import SpecError
from gem_sim.records import Kind, Rule, Side
from gem_sim.worlds.canonical import ValueRefused, canonical
from gem_sim.worlds.plugin.entities import entities_of
from gem_sim.worlds.plugin.signature import read_signature
from gem_sim.worlds.plugin.spec import PluginSpec
from gem_sim.worlds.plugin.state import Entry, Layout, entry, layout
from gem_sim.worlds.plugin.world import PluginWorld
from gem_sim.worlds.spec import ToolSpec
from gem_sim.worlds.unused import stands
from gem_sim.worlds.validation import validator

F = TypeVar("F", bound=Callable[..., Any])
ToolKind = Literal["read", "write", "compute"]


@dataclass(frozen=True)
class Function:
    """A function at work: how its arguments are checked and converted, and what is handed to it in front of them."""

    name: str
    run: Callable[..., Any]
    kind: Kind
    leads: tuple[str, ...]
    adapters: dict[str, TypeAdapter[Any]]
    is_valid: Callable[[Any], bool]
    problem: Callable[[Any], str]


class Mock(PluginSpec):
    """A world whose tools are Python functions marked with `@mock.tool`.

    `state` is a JSON object: name to a table (an object of objects, rows by key), a list, or a plain value. `rules` are rules
    as in `world.yaml`, `unused` maps `tool.parameter` to why it changes nothing. With `replayable=False` the mock says that
    its calls do not repeat; what it gives is then never accepted into a run. Raises SpecError for what does not fit.
    """

    _functions: dict[str, Function] = PrivateAttr(default_factory=dict)
    _layouts: dict[str, Layout] = PrivateAttr(default_factory=dict)
    _entries: dict[str, Entry] = PrivateAttr(default_factory=dict)

    def __init__(
        self,
        name: str,
        *,
        version: str = "1",
        description: str = "",
        policy: str = "",
        clock: str = "2026-03-02T09:00:00",
        state: dict[str, Any] | None = None,
        rules: Sequence[dict[str, Any] | Rule] = (),
        unused: dict[str, str] | None = None,
        replayable: bool = True,
    ) -> None:
        if not isinstance(state or {}, dict):
            raise SpecError(f"mock {name}: state", f"expected an object from name to table, list or value, got {type(state).__name__}")
        entries = {word: _entry(name, word, value) for word, value in (state or {}).items()}
        layouts = {word: _layout(name, word, kept.value()) for word, kept in entries.items()}
        rows = {word: list(layouts[word].rows(kept.value()).values()) for word, kept in entries.items()}
        about: dict[str, Any] = {
            "version": version,
            "description": description,
            "policy": policy,
            "clock": clock,
            "rules": tuple(rules),
            "unused": unused or {},
            "replayable": replayable,
        }
        try:
            super().__init__(name=name, entities=entities_of(layouts, rows), tools={}, rows=rows, **about)
        except ValidationError as invalid:
            problem = invalid.errors(include_url=False)[0]
            raise SpecError(f"mock {name}", f"{'.'.join(map(str, problem['loc']))}: {problem['msg'].removeprefix('Value error, ')}") from None
        self._entries, self._layouts = entries, layouts

    @overload
    def tool(self, function: F) -> F: ...
    @overload
    def tool(self, *, kind: ToolKind = "write", side: Side = "assistant", returns: Any = None) -> Callable[[F], F]: ...
    def tool(self, function: F | None = None, *, kind: ToolKind = "write", side: Side = "assistant", returns: Any = None) -> F | Callable[[F], F]:
        """Make a tool of a function `(state, ...)` or `(state, ctx, ...)`; of kind `compute` it takes its arguments alone.

        `returns` is a type or a JSON Schema of the answer, where the hint of the function does not say it. The function itself
        stays what it is. Raises SpecError for a signature that is no tool.
        """

        def mark(marked: F) -> F:
            self._add(marked, kind, side, returns)
            return marked

        return mark if function is None else mark(function)

    def _add(self, function: Callable[..., Any], kind: ToolKind, side: Side, returns: Any) -> None:
        name = getattr(function, "__name__", "?")
        where = f"mock {self.name}: tools.{name}"
        if kind not in ("read", "write", "compute"):
            raise SpecError(f"{where}.kind", f"got {kind!r}; expected read, write or compute")
        if side not in ("assistant", "user"):
            raise SpecError(f"{where}.side", f"got {side!r}; expected assistant or user")
        if name in self.tools:
            raise SpecError(where, "stands there twice")
        read = read_signature(function, where, kind=kind, returns=returns)
        is_valid, problem = validator(read.parameters, f"{where}.parameters")
        about = {"description": read.description, "parameters": read.parameters, "returns": read.returns, "kind": kind, "side": side}
        self.tools[name] = ToolSpec.model_validate(about)
        self._functions[name] = Function(name, function, kind, read.leads, read.adapters, is_valid, problem)
        self._forget()  # the digest is over all tools

    @property
    def functions(self) -> dict[str, Function]:
        """The functions behind the tools."""
        return self._functions

    @property
    def layouts(self) -> dict[str, Layout]:
        """How each entry of the state is read as rows."""
        return self._layouts

    @property
    def start_entries(self) -> dict[str, Entry]:
        """The state that every world starts with."""
        return self._entries

    def start(self, seed: int = 0) -> PluginWorld:
        """A fresh world. Raises SpecError where rules or unused parameters speak of tools that are not there."""
        self.check()
        return PluginWorld(self, seed, self._entries)

    def load(self, dump: dict[str, Any]) -> PluginWorld:
        """The world that `dump()` described. Raises InputError for a dump of another mock."""
        return PluginWorld.restored(self, dump)

    def check(self) -> None:
        """Raise SpecError where rules or unused parameters speak of tools that are not there."""
        for rule in self.rules:
            for name in rule.tools:
                if name not in self.tools:
                    raise SpecError(f"mock {self.name}: rules.{rule.id}.tools", f"no tool {name!r}; expected one of {sorted(self.tools)}")
        for place in self.unused:
            tool, _, parameter = place.partition(".")
            if tool not in self.tools or not stands(self.tools[tool].parameters, parameter):
                raise SpecError(f"mock {self.name}: unused.{place}", "expected tool.parameter of this mock")

    def with_policy(self, text: str) -> Mock:
        """The same mock with another policy."""
        made = self.model_copy(update={"policy": text})
        made._forget()  # noqa: SLF001  (of its own kind)
        return made

    def _forget(self) -> None:
        self._cache = {}


def _entry(mock: str, name: str, value: Any) -> Entry:
    try:
        return entry(value)
    except ValueRefused as refused:
        raise SpecError(f"mock {mock}: state.{name}", str(refused)) from None


def _layout(mock: str, name: str, value: Any) -> Layout:
    if not name.isidentifier():
        raise SpecError(f"mock {mock}: state.{name}", "expected a name such as 'beds'")
    try:
        return layout(canonical(value))
    except ValueRefused as refused:
        raise SpecError(f"mock {mock}: state.{name}", str(refused)) from None
