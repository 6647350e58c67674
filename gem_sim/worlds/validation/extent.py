"""How far a schema reaches: its size, and what its references make of it when they are written out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from gem_sim.errors import SpecError

if TYPE_CHECKING:
    from referencing import Specification
    from referencing._core import Resolver

MAX_NODES = 20_000
"""Values in a schema, and parts of it when its references are written out."""
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_SAME_VALUE = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependencies", "extends"})
"""Keywords whose schemas judge the same value."""
_DEEPER = frozenset({"properties", "patternProperties", "additionalProperties", "items", "prefixItems", "additionalItems", "contains"})
_DEEPER |= {"propertyNames", "unevaluatedProperties", "unevaluatedItems"}
_BY_NAME = frozenset({"properties", "patternProperties", "dependentSchemas", "dependencies"})


def check_size(schema: Any, where: str) -> None:
    """Raises SpecError for a schema with too many parts, such as one that holds itself."""
    count, waiting = 0, [schema]
    while waiting:
        value = waiting.pop()
        count += 1
        if count > MAX_NODES:
            raise SpecError(where, f"a schema with more than {MAX_NODES} values; expected a smaller one")
        if isinstance(value, (dict, list, tuple)):
            waiting += value.values() if isinstance(value, dict) else value


def check_references(schema: dict[str, Any], where: str) -> None:
    """Raises SpecError where references go round without end or multiply beyond measure."""
    if any(isinstance(part.get(word), str) for part in _parts(schema) for word in _REFERENCES):
        reach(schema, where)


class Reach(NamedTuple):
    """How deep a schema goes when its references are followed, and whether it then meets itself."""

    depth: int
    circular: bool


def reach(schema: dict[str, Any], where: str) -> Reach:
    """How far references lead. Raises SpecError where they never end, or where there are too many parts when they are written out."""
    graph = _Graph(schema, where)
    if _ordered(graph.same)[1]:
        raise SpecError(where, "a $ref leads round in a circle, so that nothing decides; expected one that leads into properties or items")
    edges = {node: graph.same[node] + graph.deeper[node] for node in graph.same}
    order, circular = _ordered(edges)
    sizes: dict[int, int] = {}
    depths: dict[int, int] = {}
    for node in order:
        sizes[node] = 1 + sum(sizes.get(other, 1) for other in edges[node])
        depths[node] = 1 + max((depths.get(other, 1) for other in edges[node]), default=0)
        if sizes[node] > MAX_NODES:
            raise SpecError(where, f"a schema with more than {MAX_NODES} parts when every $ref is written out; expected a smaller one")
    return Reach(depths[id(schema)], circular)


def _parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object anywhere in a schema."""
    waiting = [schema]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting += value.values()
        elif isinstance(value, (list, tuple)):
            waiting += value


def _ordered(edges: dict[int, list[int]]) -> tuple[list[int], bool]:
    """The nodes, each after those it leads to, and whether some lead back to themselves."""
    order: list[int] = []
    state: dict[int, bool] = {}
    circles = False
    for root in edges:
        waiting = [(root, False)]
        while waiting:
            node, done = waiting.pop()
            if done:
                state[node] = True
                order.append(node)
            elif node in state:
                circles = circles or not state[node]
            else:
                state[node] = False
                waiting.append((node, True))
                waiting += [(other, False) for other in edges[node]]
    return order, circles


class _Graph:
    """Which part of a schema applies which others, to the same value or to what lies deeper in it."""

    def __init__(self, schema: dict[str, Any], where: str) -> None:
        from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]  # brought in for the few schemas with references
        from referencing.exceptions import Unresolvable
        from referencing.jsonschema import DRAFT202012, specification_with

        self.same: dict[int, list[int]] = {}
        self.deeper: dict[int, list[int]] = {}
        self._draft: Specification[Any] = specification_with(str(schema.get("$schema", "")), default=DRAFT202012)
        self._resolver: Resolver[Any] = REGISTRY.resolver_with_root(self._draft.create_resource(schema))
        self._anchored = [part for part in _parts(schema) if "$dynamicAnchor" in part or part.get("$recursiveAnchor") is True]
        waiting: list[tuple[Any, Any]] = [(schema, self._resolver), *((part, self._resolver) for part in self._anchored)]
        try:
            while waiting:
                waiting += self._enter(*waiting.pop())
        except Unresolvable as error:
            raise SpecError(where, f"not a JSON Schema: $ref {error.ref!r:.80} leads nowhere") from None

    def _enter(self, schema: Any, resolver: Any) -> list[tuple[Any, Any]]:
        """Take a part into the graph; gives the parts it applies."""
        if id(schema) in self.same or not isinstance(schema, dict):
            return []
        resolver = resolver.in_subresource(self._draft.create_resource(schema))
        same = [*self._referred(schema, resolver), *((part, resolver) for part in _applied(schema, _SAME_VALUE))]
        deeper = [(part, resolver) for part in _applied(schema, _DEEPER)]
        self.same[id(schema)] = [id(part) for part, _ in same]
        self.deeper[id(schema)] = [id(part) for part, _ in deeper]
        return same + deeper

    def _referred(self, schema: dict[str, Any], resolver: Any) -> Iterator[tuple[dict[str, Any], Any]]:
        for word in _REFERENCES:
            if isinstance(schema.get(word), str):
                found = resolver.lookup(schema[word])
                if isinstance(found.contents, dict):
                    yield found.contents, found.resolver
                if word != "$ref":
                    yield from ((part, self._resolver) for part in self._anchored)


def _applied(schema: dict[str, Any], keywords: frozenset[str]) -> Iterator[dict[str, Any]]:
    """The schemas under these keywords, whether one, a list or by name."""
    for keyword in keywords & schema.keys():
        value = schema[keyword]
        parts = value.values() if isinstance(value, dict) and keyword in _BY_NAME else value if isinstance(value, (list, tuple)) else (value,)
        yield from (part for part in parts if isinstance(part, dict))
