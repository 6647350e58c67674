"""The tree of an expression, before anything in it has a meaning."""

from __future__ import annotations

import ast
from collections.abc import Collection

ARGUMENTS = "arguments"
"""`arguments['page[size]']` is the parameter of that name, whatever its name is made of."""


def tree(source: str, names: Collection[str]) -> ast.expr:
    """The expression in `source`; `arguments['x']` comes out as the name `x`, unless `arguments` is itself one of `names`. Raises what `ast.parse` raises."""
    body = ast.parse(source.strip(), mode="eval").body
    if ARGUMENTS not in source or ARGUMENTS in names:
        return body
    return _Arguments().visit(body)  # type: ignore[no-any-return]


class _Arguments(ast.NodeTransformer):
    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        at = node.slice
        if isinstance(node.value, ast.Name) and node.value.id == ARGUMENTS and isinstance(at, ast.Constant) and isinstance(at.value, str):
            return ast.copy_location(ast.Name(at.value, node.ctx), node)
        return self.generic_visit(node)
