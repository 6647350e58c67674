"""What names of the other world become when it is joined: entities, keys, tools, rules, and nouns in its texts."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gem_sim.grammar import article, plural
from gem_sim.worlds.compiler.names import camel, words
from gem_sim.worlds.language.calls import ENTITY_CALLS
from gem_sim.worlds.spec import ToolSpec, WorldSpec, snake

_BRACED = re.compile(r"(\{\{|\}\}|\{[^{}]+\})")
_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class Renaming:
    """Old names to new ones. `idents`: keys and singletons; `nouns`: what people call the shared rows.

    `part`: what the other world is called in the joined one. `keys`: old fields and parameters that hold keys of the base, to its entities.
    """

    part: str
    entities: dict[str, str]
    idents: dict[str, str]
    keys: dict[str, str]
    tools: dict[str, str]
    rules: dict[str, str]
    nouns: dict[str, str]

    def word(self, name: str) -> str:
        """The new name of a field, parameter or variable."""
        return self.idents.get(name, name)

    def expression(self, source: str) -> str:
        """An expression with all names replaced; as it was where there are none."""
        if not any(name in self._known for name in _WORD.findall(source)):
            return source
        return ast.unparse(_Names(self).visit(ast.parse(source.strip(), mode="eval").body))

    @cached_property
    def _known(self) -> frozenset[str]:
        changed = {old for old, new in (*self.entities.items(), *self.idents.items()) if old != new}
        return frozenset({*changed, "draw"})

    def template(self, text: str) -> str:
        """A text with expressions in braces."""
        parts = _BRACED.split(text)
        return "".join(self._braced(part) if at % 2 else self.prose(part) for at, part in enumerate(parts))

    def _braced(self, part: str) -> str:
        return part if part in ("{{", "}}") else "{" + self.expression(part[1:-1]) + "}"

    def prose(self, text: str) -> str:
        """A text in which the shared rows are called what the base calls them."""
        return self._noun.sub(self._called, text) if self.nouns else text

    @cached_property
    def _noun(self) -> re.Pattern[str]:
        forms = sorted({form for noun in self.nouns for form in (noun, plural(noun))}, key=len, reverse=True)
        return re.compile(rf"\b(an? )?({'|'.join(map(re.escape, forms))})\b", re.IGNORECASE)

    def _called(self, match: re.Match[str]) -> str:
        old = match[2].lower()
        new = self.nouns.get(old) or plural(next(mine for noun, mine in self.nouns.items() if plural(noun) == old))
        made = article(new) if match[1] else new
        return made[0].upper() + made[1:] if match[0][0].isupper() else made


class _Names(ast.NodeTransformer):
    """Entities stand where something is called or comes first in a call on rows; all else is a field, a parameter or a variable."""

    def __init__(self, names: Renaming) -> None:
        self.names = names

    def visit_Call(self, node: ast.Call) -> ast.AST:
        head = node.args[0] if node.args else None
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        args, entities = node.args, self.names.entities
        if called in ENTITY_CALLS and isinstance(head, ast.Name) and head.id in entities:
            args = [ast.Name(entities[head.id]), *(self.visit(item) for item in node.args[1:])]
        elif called == "draw" and isinstance(head, ast.Constant):
            args = [ast.Constant(f"{self.names.part}/{head.value!s}"), *node.args[1:]]
        else:
            args = [self.visit(item) for item in node.args]
        keywords = [ast.keyword(self.names.word(word.arg or ""), self.visit(word.value)) for word in node.keywords]
        return ast.Call(ast.Name(entities.get(called, called)), args, keywords)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(self.names.word(node.id))

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        return ast.Attribute(self.visit(node.value), self.names.word(node.attr))

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """A text that is a name, as in `{'loan_id': ...}` or `by='-loan_id'`."""
        if not isinstance(node.value, str):
            return node
        mark = "-" if node.value.startswith("-") else ""
        return ast.Constant(mark + self.names.word(node.value[len(mark) :]))


def renaming_of(base: WorldSpec, other: WorldSpec, shared: Mapping[str, str]) -> Renaming:
    """Names for everything in `other`, so that none of them is taken in the base."""
    part = _free(snake("_".join(words(other.name))), base.joined, lambda n: f"{other.name}_{n}")
    prefix = camel(tuple(words(part)))
    entities = {name: shared.get(name) or _free(name, base.entities, lambda n, name=name: f"{prefix}{name}{n if n > 2 else ''}") for name in other.entities}  # type: ignore[misc]
    tools = {name: _free(name, base.tools, lambda n, name=name: _told_apart(name, part, n)) for name in other.tools}  # type: ignore[misc]
    taken = {rule.id for rule in (*base.rules, *other.rules)}
    rules = {}
    for rule in other.rules:
        mine = {known.id for known in base.rules}
        rules[rule.id] = rule.id if rule.id not in mine else _free(rule.id, taken, lambda n: f"r{len(base.rules) + n - 1}")
        taken.add(rules[rule.id])
    nouns = {" ".join(words(name)): " ".join(words(of)) for name, of in shared.items() if words(name) != words(of)}
    refs = [(name, field.ref) for entity in other.entities.values() for name, field in entity.fields.items() if field.ref is not None]
    keys = {name: shared[ref] for name, ref in refs if ref in shared}
    keys |= {other.entities[name].own_keys[0]: of for name, of in shared.items()}
    return Renaming(part, entities, _idents(base, other, shared, entities, part), keys, tools, rules, nouns)


def _free(name: str, taken: Iterable[str], other: Callable[[int], str]) -> str:
    """The name, or the first of the others that is not taken."""
    known, number = set(taken), 2
    while name in known:
        name, number = other(number), number + 1
    return name


def _told_apart(tool: str, part: str, number: int) -> str:
    verb, _, rest = tool.partition("_")
    return "_".join(filter(None, (verb, part, rest, str(number) if number > 2 else "")))


def _idents(base: WorldSpec, other: WorldSpec, shared: Mapping[str, str], entities: dict[str, str], part: str) -> dict[str, str]:
    """Keys of shared entities become those of the base, keys and singletons of renamed entities follow their names."""
    used = _used(other)
    made: dict[str, str] = {}
    for name, of in shared.items():
        old = other.entities[name].own_keys[0]
        made[old] = _free(_key_name(base, of), used - {old}, lambda n, of=of: f"{snake(of)}_key{n if n > 2 else ''}")  # type: ignore[misc]
        if plural(old) in used:
            made[plural(old)] = plural(made[old])
    for name, new in entities.items():
        if name in shared or name == new:
            continue
        if other.entities[name].singleton:
            made[snake(name)] = snake(new)
        made |= {key: f"{part}_{key}" for key in other.entities[name].own_keys if f"{part}_{key}" not in used}
    return {old: new for old, new in made.items() if old != new}


def _key_name(base: WorldSpec, entity: str) -> str:
    """What a field that holds the key of an entity is called: `loan_id`, of a Moulding with the key `code` `moulding_code`."""
    key = base.entities[entity].own_keys[0]
    return key if words(entity)[-1] in words(key) else f"{snake(entity)}_{key}"


def _used(spec: WorldSpec) -> set[str]:
    """All names of fields, parameters and variables."""
    fields = {name for entity in spec.entities.values() for name in entity.fields}
    return fields | {name for tool in spec.tools.values() for name in (*tool.let, *parameters_in(tool))}


def parameters_in(tool: ToolSpec) -> set[str]:
    """Names of parameters, also of those inside objects."""
    found: set[str] = set()
    waiting: list[Any] = [tool.parameters]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            found |= set(node["properties"]) if isinstance(node.get("properties"), dict) else set()
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return found
