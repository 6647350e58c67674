"""What can be read off a function without calling it: the numbers it compares with, the error codes it raises."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType
from typing import Any

LARGEST = 10**6
"""Numbers beyond are no limits that a caller would come near."""


def constants(function: Callable[..., Any]) -> list[float]:
    """Numbers that stand in a function and in what it uses of its module, with their neighbours: where outcomes change."""
    found: set[float] = set()
    todo: list[Any] = [value for used in _used(function) for value in (used.__code__, *_globals(used))]
    while todo:
        here = todo.pop()
        if isinstance(here, (int, float)) and not isinstance(here, bool):
            found.update((here - 1, here, here + 1, here * 2, here / 2))
        elif isinstance(here, (tuple, list, frozenset)):
            todo += here
        elif isinstance(here, dict):
            todo += here.values()
        elif isinstance(here, CodeType):
            todo += here.co_consts
    return sorted(value for value in found if abs(value) < LARGEST)


def failure_codes(function: Callable[..., Any]) -> list[str]:
    """The codes of `ToolFailure("code", ...)` in a function and in what it uses of its module, in order; none where there is no source."""
    found: dict[str, None] = {}
    for used in _used(function):
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(used)))
        except (OSError, SyntaxError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)) and _name(node.func) == "ToolFailure" and node.args:
                code = node.args[0]
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    found[code.value] = None
    return list(found)


def _name(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


def _used(function: Callable[..., Any]) -> list[FunctionType]:
    """The function and those of the same module that it leads to."""
    found: list[FunctionType] = []
    todo: list[Any] = [function]
    while todo:
        here = todo.pop(0)
        if isinstance(here, FunctionType) and here.__module__ == function.__module__ and here not in found:
            found.append(here)
            todo += _globals(here)
    return found


def _globals(function: FunctionType) -> Iterator[Any]:
    """Values of the names of the module that stand in a function."""
    return (function.__globals__[name] for name in _names(function.__code__) if name in function.__globals__)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)
