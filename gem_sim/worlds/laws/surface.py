"""What a mock has to offer, whatever it is made of: the laws use nothing else, apart from what a declaration adds where there is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol


class Tool(Protocol):
    """A declared tool."""

    @property
    def description(self) -> str:
        """What a model is told."""

    @property
    def parameters(self) -> dict[str, Any]:
        """A JSON Schema of an object."""

    @property
    def returns(self) -> dict[str, Any] | None:
        """A JSON Schema of results, where one is declared."""

    @property
    def kind(self) -> str:
        """`write`, `read`, `compute` or `imagined`."""


class Result(Protocol):
    """What a call answered."""

    @property
    def ok(self) -> bool:
        """Whether the call worked."""

    @property
    def value(self) -> Any:
        """The answer of a call that worked."""

    @property
    def error(self) -> dict[str, str] | None:
        """`{code, message}` of a call that did not."""

    @property
    def diff(self) -> list[dict[str, Any]]:
        """`{entity, key, op, row | fields}` for each row that changed."""


class World(Protocol):
    """A live world."""

    @property
    def digest(self) -> str:
        """Digest of the state."""

    def call(self, name: str, arguments: Any) -> Result:
        """Execute one call."""

    def fork(self) -> World:
        """An independent copy."""

    def diff(self, other: Any) -> list[dict[str, Any]]:
        """What changed from here to `other`."""

    def dump(self) -> dict[str, Any]:
        """The state as JSON."""

    def propose(self, tool: str, outcome: str = "ok") -> dict[str, Any] | None:
        """Arguments for an outcome."""


class Mock(Protocol):
    """A mock environment: a `WorldSpec` or a plug-in. One that has `entities`, `rows` and `require` is examined for them too."""

    @property
    def tools(self) -> Mapping[str, Tool]:
        """Name to tool."""

    @property
    def unused(self) -> Mapping[str, str]:
        """`tool.parameter` to the reason why that parameter changes nothing."""

    def start(self, seed: int = 0) -> World:
        """A fresh world."""

    def load(self, dump: dict[str, Any]) -> World:
        """The world that a dump describes."""


class Raised(NamedTuple):
    """Stands for the result of a call that raised."""

    error: dict[str, str]
    ok: bool = False
    value: Any = None
    diff: list[dict[str, Any]] = []  # noqa: RUF012  (never written to; a tuple's default)


def content(result: Result) -> Any:
    """The JSON value that a tool message carries."""
    return result.value if result.ok else {"error": result.error}


def properties(tool: Tool) -> dict[str, Any]:
    """Parameter name to its schema."""
    found = tool.parameters.get("properties", {}) if isinstance(tool.parameters, dict) else {}
    return {name: about if isinstance(about, dict) else {} for name, about in found.items()}


def required(tool: Tool) -> frozenset[str]:
    """Names of the parameters that a call has to give."""
    return frozenset(tool.parameters.get("required", ())) if isinstance(tool.parameters, dict) else frozenset()
