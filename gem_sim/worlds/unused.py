"""What stands under `unused`: a parameter of a tool, or a part of one."""

from __future__ import annotations

from typing import Any


def stands(parameters: dict[str, Any], path: str) -> bool:
    """Whether a path is a place in the parameters of a tool: `name`, `name.part` in an object, `name[].part` in a list of objects."""
    return _leads(parameters, parameters, f".{path}", ())


def _leads(schema: Any, root: dict[str, Any], rest: str, seen: tuple[str, ...]) -> bool:
    if not isinstance(schema, dict) or not rest:
        return not rest
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/"):
        return reference not in seen and _leads(_target(root, reference), root, rest, (*seen, reference))
    if rest.startswith("[]") and _leads(schema.get("items"), root, rest[2:], ()):
        return True
    parts = schema.get("properties", {})
    if any(_leads(inner, root, rest[len(name) + 1 :], ()) for name, inner in parts.items() if _begins(rest, f".{name}")):
        return True
    return any(_leads(branch, root, rest, seen) for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ())))


def _begins(rest: str, step: str) -> bool:
    return rest == step or rest.startswith((f"{step}.", f"{step}[]"))


def _target(root: Any, reference: str) -> Any:
    for part in reference.split("/")[1:]:
        root = root.get(part) if isinstance(root, dict) else None
    return root
