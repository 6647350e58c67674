"""An assistant that goes by words alone: the tool that sounds most like the user, filled with what is called like its parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gem_sim.episodes.state import Turn
from gem_sim.grammar import singular
from gem_sim.quality.flow import flat, leaves
from gem_sim.quality.saying import Made, calling, calls_of_all, calls_of_turn, objects, results, said, saying, typed, values_in, with_dates
from gem_sim.records import Message
from gem_sim.scenarios.wording import spoken, spoken_name, stands_in
from gem_sim.worlds.compiler.names import words

MOST = 6
"""Calls in one turn."""
_EMPTY = frozenset(["the", "and", "for", "you", "your", "can", "could", "please", "would", "with", "that", "this", "are", "not", "from", "any", "all", "want"])
_TELLING = ("find", "search", "list", "get", "show", "look", "lookup", "fetch", "read", "view", "query")


def keywords(turn: Turn) -> Message:
    """The next message: a call of the tool whose name and description share most words with what the user said last.

    What it requires is filled from the user's words and from earlier results; where an id is missing, tools that sound as if
    they told it are called first. An answer to a question goes on with the tool of the turn before.
    """
    made = calls_of_turn(turn.messages)
    text = with_dates(said(turn.messages, 1))
    before = with_dates(said(turn.messages, 2))
    tools = [tool["function"] for tool in turn.tools]
    best = max(tools, key=lambda tool: (_overlap(tool, text), _overlap(tool, before)), default=None)
    if best is not None and len(made) < MOST and best["name"] not in [name for name, _ in made] and _overlap(best, before):
        call = _next(turn, best, tools)
        if call is not None and call not in calls_of_all(turn.messages):
            return calling(turn.messages, [call])
    found = [spoken(leaf) for leaf in leaves(results(turn.messages)[-1:])] if made else []
    return saying("Done. " + ", ".join(found) if found else "Could you tell me more?")


def _next(turn: Turn, best: dict[str, Any], tools: list[dict[str, Any]]) -> Made | None:
    """The best tool once all it requires is filled; before that a call that may tell what is missing."""
    filled = {name: next(_candidates(turn, name, about), None) for name, about in _properties(best).items()}
    missing = [name for name in best["parameters"].get("required", []) if filled[name] is None]
    if not missing:
        return best["name"], {name: value for name, value in filled.items() if value is not None}
    wanted, made = " ".join(spoken_name(name.removesuffix("_id")) for name in missing), calls_of_turn(turn.messages)
    for tool in sorted((tool for tool in tools if words(tool["name"])[0] in _TELLING), key=lambda tool: -_overlap(tool, wanted)):
        for arguments in _look_ups(turn, tool, missing) if _overlap(tool, wanted) else ():
            if (tool["name"], arguments) not in made:
                return tool["name"], arguments
    return None


def _look_ups(turn: Turn, tool: dict[str, Any], missing: list[str]) -> Iterator[dict[str, Any]]:
    """Arguments for a tool that lists or searches: what it requires, and each name that the user said for a text to search for."""
    required = tool["parameters"].get("required", [])
    filled = {name: next(_candidates(turn, name, about), None) for name, about in _properties(tool).items()}
    if all(filled[name] is not None for name in required if not _is_search(name)):
        base = {name: value for name, value in filled.items() if value is not None and (name in required or name.endswith("_id")) and not _is_search(name)}
        for name in filter(_is_search, _properties(tool)):
            spoken_values = [value for lacking in missing for value in _said_under(turn, lacking)]
            yield from ({**base, name: value} for value in (*spoken_values, *values_in(said(turn.messages, 2))))
        if not any(map(_is_search, required)):
            yield base


def _is_search(name: str) -> bool:
    return name in ("query", "search", "q", "keyword", "text", "name", "title")


def _properties(tool: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = tool["parameters"].get("properties", {})
    return found


def _overlap(tool: dict[str, Any], text: str) -> int:
    heard = _words(text)
    return 3 * len(heard & _words(" ".join(words(tool["name"])))) + len(heard & _words(tool["description"]))


def _words(text: str) -> set[str]:
    return {singular(word) for word in re.findall(r"[a-z]{3,}", text.lower())} - _EMPTY


def _candidates(turn: Turn, name: str, about: Any) -> Iterator[Any]:
    """Values for a parameter, the likeliest first: said under its name, one of its options, standing under it in a result beside what was said."""
    text = with_dates(said(turn.messages, 2))
    is_id = name.endswith(("id", "_no", "number", "code"))
    called = re.escape(spoken_name(name.removesuffix("_id")))
    for match in re.finditer(rf"\b{called}(?: id)?(?: is| to| of| called|:)? ([^,;\n?!()]+?)(?= and |[.](?:\s|$)|[,;\n?!()]|$)", text, re.IGNORECASE):
        made = typed(match[1].strip(), about)
        if made is not None and not ((is_id and not re.search(r"\d", match[1])) or (is_id and " " in match[1])):
            yield made
    options = (about.get("enum") or ()) if isinstance(about, dict) else ()
    yield from (option for option in options if stands_in(flat(str(option).replace("_", " ")), flat(text)))
    yield from _in_rows(turn, name, flat(text))


def _said_under(turn: Turn, name: str) -> list[str]:
    """What users said behind the name of a parameter: `the pickup date is 2026-04-18, ...`, `the loan for Ana Ferreira`."""
    called = re.escape(spoken_name(name.removesuffix("_id")))
    pattern = rf"\b{called}(?: id)?(?: is| to| of| for| called|:)? ([^,;\n?!()]+?)(?= and |[.](?:\s|$)|[,;\n?!()]|$)"
    return [match[1].strip() for match in re.finditer(pattern, with_dates(said(turn.messages, 2)), re.IGNORECASE)]


def _in_rows(turn: Turn, name: str, text: str) -> Iterator[Any]:
    """Values that stand under a name in results, beside most of what was said; one that stands beside nothing said only where it is alone."""
    rows = [row for result in reversed(results(turn.messages)) for row in objects(result) if isinstance(row.get(name), (str, int))]
    beside = {at: sum(stands_in(flat(str(leaf)), text) for leaf in leaves(row)) for at, row in enumerate(rows)}
    for at in sorted(beside, key=lambda at: -beside[at]):
        if beside[at] or len({str(row[name]) for row in rows}) == 1:
            yield rows[at][name]
