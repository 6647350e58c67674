"""Names and paths in parts: segments between marks, and the parameters that they spell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from gem_sim.records import ToolSchema
from gem_sim.worlds.compiler.reading.verbs import spoken
from gem_sim.worlds.compiler.reading.words import Words, plain, words

MARKS = re.compile(r"[^\w]+|_+")
_UNDERSCORES = re.compile(r"_+")
_ID_ENDS = re.compile(r"(?:id|key|guid|uuid)$")
_IN_BRACES = re.compile(r"\{([^{}]+)\}")
_TOGETHER = 5
"""Segments that may spell one parameter together."""
CUT = 60
"""Letters of a name from which on it may be cut off at its end."""
_LONGEST = 200
"""Letters of a name that are looked at."""
_LEAST = 4
"""Letters by which what is cut off is known again."""


class Part(NamedTuple):
    """A part of a name between marks: its words, or the parameter that it spells."""

    words: Words
    parameter: str | None = None


def parts_of(tool: ToolSchema, *, path: bool) -> list[Part]:
    """The parts of a name; of a path, those that spell a parameter of the tool (behind another part) are that parameter."""
    segments = split(tool.name, path=path)
    properties = tool.parameters.get("properties")
    known = {plain(name): name for name in properties} if path and isinstance(properties, dict) else {}
    parts: list[Part] = []
    while segments:
        cut = len(tool.name) >= CUT and bool(parts) and parts[-1].parameter is None  # behind a parameter stands a word first
        width, name = _spelled(segments, known, cut=cut) if parts else (0, None)
        parts += [Part((), name)] if name is not None else _glued(Part(words(segments[0])), known)
        segments = segments[width or 1 :]
    return [part for part in parts if part.words or part.parameter]


def split(name: str, *, path: bool = False) -> list[str]:
    """The segments of a name; where a path has both marks, `-` stands within a segment."""
    marks = _UNDERSCORES if path and "_" in name and "-" in name else MARKS
    return [part for part in marks.split(name[:_LONGEST]) if part]


def _spelled(segments: list[str], known: Mapping[str, str], *, cut: bool) -> tuple[int, str | None]:
    """How many of the next segments spell a parameter, and which. Of `country_country` the second is the parameter."""
    for width in range(min(_TOGETHER, len(segments)), 0, -1):
        spelled = plain("_".join(segments[:width]))
        name = known.get(spelled)
        if name is None and cut and width == len(segments) and len(spelled) >= _LEAST:
            name = next((full for short, full in known.items() if short.startswith(spelled)), None)
        if name is not None and spoken(spelled) is None and not _comes_again(spelled, segments[width : 2 * width], last=2 * width >= len(segments)):
            return width, name
    return 0, None


def _comes_again(spelled: str, behind: list[str], *, last: bool) -> bool:
    again = plain("_".join(behind))
    return bool(again) and (again == spelled or (last and len(again) >= _LEAST and spelled.startswith(again)))


def _glued(part: Part, known: Mapping[str, str]) -> list[Part]:
    """A part of which a word is the name of a parameter: `Vehicleid` where there is `vehicleId`."""
    at = next((at for at, word in enumerate(part.words) if at and word in known and _ID_ENDS.search(word) and len(words(known[word])) > 1), None)
    if at is None:
        return [part]
    return [Part(part.words[:at]), Part((), known[part.words[at]]), *_glued(Part(part.words[at + 1 :]), known)]


def path_parts(path: str) -> list[Part]:
    """The parts of a path of an HTTP interface: `/pets/{petId}` as pets and the parameter petId.

    A parameter behind a word in one segment says how the answer is shown (`/pets.{format}`), unless it stands in brackets (`/pets('{petId}')`).
    """
    parts: list[Part] = []
    for segment in path[: 5 * _LONGEST].partition("?")[0].split("/"):
        before, brace, rest = segment.partition("{")
        name, _, behind = rest.partition("}")
        item = bool(brace) and (not words(before) or before.rstrip("'").endswith("("))
        parts += [Part(words(before)), Part((), name if item else None), Part(words(_IN_BRACES.sub(" ", behind)))]
    return [part for part in parts if part.words or part.parameter]


def without_versions(part: Part) -> Part:
    """A part without numbers and versions."""
    kept = [word for at, word in enumerate(part.words) if not (word.isdigit() or (word == "v" and "".join(part.words[at + 1 : at + 2]).isdigit()))]
    return part._replace(words=tuple(kept))
