"""Keywords that jsonschema-rs hands over, because jsonschema reads them in its own way."""

from __future__ import annotations

from typing import Any, ClassVar

from gem_sim.worlds.validation.patterns import plain_searcher, searcher

PATTERN_PROPERTIES = "patternProperties"
_SHOWN = 3
"""Problems in one message."""
_OLD = ("draft-03", "draft-04", "draft-06", "draft-07")


def keywords(schema: dict[str, Any], met: set[str]) -> dict[str, type]:
    """Classes for the keywords that differ. `met` receives those that the schema uses as keywords, and not just as names of parameters."""
    chosen: dict[str, type] = {"pattern": _Pattern, "multipleOf": _MultipleOf, PATTERN_PROPERTIES: _PatternProperties}
    if not any(draft in str(schema.get("$schema", "")) for draft in _OLD):
        chosen["dependencies"] = _Keyword  # means nothing in the newer drafts
    return {name: type(name, (keyword,), {"name": name, "met": met}) for name, keyword in chosen.items()}


def said(problems: list[tuple[Any, str]]) -> str:
    """The first problems as one line, those of the whole before those of its parts; the same whatever the order of names."""
    found = sorted([(len(path), message, list(path)) for path, message in problems])
    return "; ".join([f"{'.'.join(map(str, path)) or 'arguments'}: {message[:200]}" for _, message, path in found[:_SHOWN]])


class _Keyword:
    """One use of a keyword. jsonschema-rs makes it with the schema around it, its value and the place of it."""

    name: ClassVar[str]
    met: ClassVar[set[str]]

    def __init__(self, _: Any, value: Any, __: Any) -> None:
        self.met.add(self.name)
        self.prepare(value)

    def prepare(self, value: Any) -> None:
        """Raises ValueError for a value that the keyword cannot have."""

    def validate(self, instance: Any) -> None:
        """Raises ValueError for an instance that does not fit."""


class _Pattern(_Keyword):
    """`pattern` by Python's regular expressions."""

    def prepare(self, value: str) -> None:
        self.pattern = value
        self.search = searcher(value)

    def validate(self, instance: Any) -> None:
        if isinstance(instance, str) and not self.search(instance):
            raise ValueError(f"{instance!r} does not match {self.pattern!r}")


class _PatternProperties(_Keyword):
    """Only met: which names match is a matter for the whole schema."""

    def prepare(self, value: dict[str, Any]) -> None:
        for pattern in value:
            plain_searcher(pattern)


class _MultipleOf(_Keyword):
    """`multipleOf` with the library's own arithmetic."""

    def prepare(self, value: float) -> None:
        from jsonschema import Draft202012Validator  # brought in for the few schemas that need it

        self.value = value
        self.library = Draft202012Validator({})
        self.check = self.library.VALIDATORS["multipleOf"]

    def validate(self, instance: Any) -> None:
        for error in self.check(self.library, self.value, instance, {}):
            raise ValueError(error.message)
