"""Laws on wrong calls: unknown tools and arguments that do not fit come back as errors, change nothing and never raise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gem_sim.worlds.laws.codes import Flaw, flaw
from gem_sim.worlds.laws.lab import Lab, Seen, short
from gem_sim.worlds.laws.schemas import compiled
from gem_sim.worlds.laws.surface import properties

_WRONG: tuple[Any, ...] = (None, True, -1, 10**18, 1.5, float("nan"), "", "x" * 50_000, "\ud800", [], [None], {}, {"a": []})
_NO_OBJECTS: tuple[Any, ...] = (None, [], "text", 7)


def wrong_calls_are_errors(lab: Lab) -> Iterator[Flaw]:
    """No call raises, what does not fit the schema fails, and every error has a code and a message."""
    yield from _judged(lab.attempt(lab.start, "no_such_tool", {}), fits=False)
    for tool in lab.tools:
        fits = _fitting(lab, tool)
        base = next(iter(lab.of(tool, ok=True)), None)
        given: dict[str, Any] = dict(base.arguments) if base is not None else {}
        for arguments in _wrong(lab, tool, given):
            place = base.place if base is not None else lab.start
            lab.checked("call.accepts")
            yield from _judged(lab.attempt(place, tool, arguments), fits=fits(arguments))
    for seen in lab.seen:
        yield from _judged(seen, fits=True)


def _wrong(lab: Lab, tool: str, given: dict[str, Any]) -> Iterator[Any]:
    yield from _NO_OBJECTS
    yield {**given, "no_such_parameter": 1}
    for name in properties(lab.tools[tool]):
        yield {word: value for word, value in given.items() if word != name}
        yield from ({**given, name: value} for value in _WRONG)


def _fitting(lab: Lab, tool: str) -> Any:
    """Whether arguments fit the schema as it is written; what JSON cannot say fits nothing."""
    try:
        validator = compiled(lab.tools[tool].parameters)
    except ValueError:
        return lambda _: True

    def fits(arguments: Any) -> bool:
        try:
            return bool(validator.is_valid(arguments))
        except (ValueError, TypeError, OverflowError):
            return False

    return fits


def _judged(seen: Seen, *, fits: bool) -> Iterator[Flaw]:
    if seen.result.ok:
        if not fits:
            yield flaw("call.accepts", seen.tool, f"{short(seen.tool, seen.arguments)} worked")
        return
    error = seen.result.error
    if not isinstance(error, dict) or not all(isinstance(error.get(part), str) and error[part].strip() for part in ("code", "message")):
        yield flaw("call.error", seen.tool, f"{short(seen.tool, seen.arguments)} failed with {error!r:.120}")
    if seen.place.world.digest != seen.after.digest:
        yield flaw("failure.writes", seen.tool, f"{short(seen.tool, seen.arguments)} failed and left another state")
