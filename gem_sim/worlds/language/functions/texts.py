"""Functions over texts."""

from __future__ import annotations

from typing import Any

from gem_sim.worlds.canonical import MAX_ITEMS, rounded
from gem_sim.worlds.language.errors import Unusable
from gem_sim.worlds.language.functions.need import Clock, Function, a_list, a_number, a_text, bounded, whole
from gem_sim.worlds.language.operators import settled


def join(run: Clock, items: Any, separator: Any = " ") -> str:
    """Texts of a list with a separator between them."""
    parts = [a_text(run, "join", item) for item in a_list(run, "join", items)]
    between = a_text(run, "join", separator)
    if sum(map(len, parts)) + len(between) * len(parts) > 10 * MAX_ITEMS:
        raise Unusable("join: result is too long")
    return bounded(run, "join", between.join(parts))


def split(run: Clock, text: Any, separator: Any = " ") -> list[str]:
    """The parts of a text between separators; with an empty separator its characters."""
    whole, between = a_text(run, "split", text), a_text(run, "split", separator)
    return _few(run, "split", whole.split(between) if between else list(whole))


def replace(run: Clock, text: Any, old: Any, new: Any) -> str:
    """The text with every `old` in it replaced."""
    whole, was, now = (a_text(run, "replace", value) for value in (text, old, new))
    count = whole.count(was)
    if len(whole) + count * (len(now) - len(was)) > 10 * MAX_ITEMS:
        raise Unusable("replace: result is too long")
    run.spend(count)
    return bounded(run, "replace", whole.replace(was, now))


def words(run: Clock, value: Any) -> list[str]:
    """The words of a text, whatever stands between them."""
    return _few(run, "words", a_text(run, "words", value).split())


def lines(run: Clock, value: Any) -> list[str]:
    """The lines of a text without their ends."""
    return _few(run, "lines", a_text(run, "lines", value).splitlines())


def _few(run: Clock, name: str, parts: list[str]) -> list[str]:
    if len(parts) > MAX_ITEMS:
        raise Unusable(f"{name}: result is longer than {MAX_ITEMS}")
    run.spend(len(parts))
    return parts


def fixed(_: Clock, value: Any, decimals: Any) -> str:
    """A number as text with so many digits after the point."""
    places = whole("fixed", decimals) % 10
    return f"{rounded(a_number('fixed', value), places):.{places}f}"


def text(_: Clock, value: Any) -> str:
    """A number, a truth value or a text as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(a_number("text", value))


def number(_: Clock, value: Any) -> Any:
    """The number that a text says; null where it says none."""
    if not isinstance(value, str):
        return a_number("number", value)
    said = value.strip().replace(",", "")
    try:
        return settled(float(said) if any(mark in said for mark in ".eE") else int(said), "number") if said.isascii() and len(said) < 40 else None
    except ValueError:
        return None


def concat(run: Clock, *parts: Any) -> str:
    """Texts and numbers one after another."""
    return bounded(run, "concat", "".join([text(run, part) for part in parts]))


FUNCTIONS: dict[str, Function] = {
    "join": join,
    "split": split,
    "replace": replace,
    "concat": concat,
    "words": words,
    "lines": lines,
    "fixed": fixed,
    "bytes": lambda run, value: len(a_text(run, "bytes", value).encode()),
    "text": text,
    "number": number,
    "lower": lambda run, value: bounded(run, "lower", a_text(run, "lower", value).lower()),
    "upper": lambda run, value: bounded(run, "upper", a_text(run, "upper", value).upper()),
    "trim": lambda run, value: a_text(run, "trim", value).strip(),
    "starts_with": lambda run, value, start: a_text(run, "starts_with", value).startswith(a_text(run, "starts_with", start)),
    "ends_with": lambda run, value, end: a_text(run, "ends_with", value).endswith(a_text(run, "ends_with", end)),
}
