"""Cuts a text into segments of 150 to 1500 words that are exact slices of it. Knows word counts and boundaries, not meanings."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from gem_sim.records import Document

SHORTEST, LONGEST = 150, 1500

_WORD = re.compile(r"\S+")
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
_HEADING = re.compile(r"#{1,6} ")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")

LONG_PARAGRAPH = 200
"""Words from which on a paragraph may be cut inside; shorter ones stay whole so that the search stays small."""

FEW, FEW_BELOW_HEADING = 40, 15
"""Words below which a piece is too small to cut behind; a heading may cut a little earlier."""

RUN = 50
"""Words of a piece where not even sentences end."""

HEADING_CUT, PARAGRAPH_CUT, SENTENCE_CUT, WORD_CUT = 0, 40, 400, 4000
"""Cost of a cut by what it cuts at, against the square of (deviation from an even length in words / 10) / 40."""

Piece = tuple[int, int, int]
"""Start, words, cost of a cut in front of it."""


def split(document: Document) -> list[Document]:
    """The segments of a document: itself where it is within bounds, none where it is too short."""
    words = sum(1 for _ in _WORD.finditer(document.text))
    if words < SHORTEST:
        return []
    if words <= LONGEST:
        return [document]
    starts = _cuts(list(_pieces(document.text)), words)
    ends = [*starts[1:], len(document.text)]
    return [_segment(document, number, *_trimmed(document.text, start, end)) for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)]


def _segment(document: Document, number: int, start: int, end: int) -> Document:
    text = document.text[start:end]
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return document.model_copy(update={"id": f"{document.id}#{number}", "text": text, "sha256": digest})


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _pieces(text: str) -> Iterator[Piece]:
    """Runs of paragraphs that are worth a cut in front: tiny ones join the one before, what follows a heading joins it."""
    held: Piece | None = None
    for start, words, cost in _paragraphs(text):
        enough = FEW if cost else FEW_BELOW_HEADING
        if held is not None and held[1] < enough:
            held = held[0], held[1] + words, held[2]
        else:
            if held is not None:
                yield held
            held = start, words, cost
    if held is not None:
        yield held


def _paragraphs(text: str) -> Iterator[Piece]:
    begin = 0
    for end in [*(match.end() for match in _PARAGRAPH.finditer(text)), len(text)]:
        paragraph = text[begin:end]
        if paragraph.strip():
            yield from _inside(paragraph, begin, HEADING_CUT if _is_heading(paragraph) else PARAGRAPH_CUT)
        begin = end


def _is_heading(paragraph: str) -> bool:
    first = paragraph.split("\n", 1)[0].strip()
    return bool(_HEADING.match(first)) or (len(first) <= 70 and first[-1:].isalnum() and first[:1].isupper())


def _inside(paragraph: str, begin: int, cost: int) -> Iterator[Piece]:
    words = [match.start() for match in _WORD.finditer(paragraph)]
    if len(words) <= LONG_PARAGRAPH:
        yield begin, len(words), cost
        return
    ends = {match.end() for match in _SENTENCE.finditer(paragraph)}
    at = 0
    for index in range(1, len(words) + 1):
        done = index == len(words)
        full = index - at >= RUN
        if done or words[index] in ends or full:
            yield begin + words[at], index - at, cost
            at = index
            cost = SENTENCE_CUT if done or words[index] in ends else WORD_CUT


def _cuts(pieces: list[Piece], words: int) -> list[int]:
    """Starts of the segments, by the cheapest way to cut; every piece is shorter than a segment, so that there always is one."""
    wanted = words / -(-words // (LONGEST * 2 // 3))
    best: list[tuple[float, int]] = [(0.0, -1)]
    for end in range(1, len(pieces) + 1):
        best.append(min(_ways(pieces, best, end, wanted), default=(float("inf"), -1)))
    starts, at = [], len(pieces)
    while at > 0:
        at = best[at][1]
        starts.append(pieces[at][0])
    return starts[::-1]


def _ways(pieces: list[Piece], best: list[tuple[float, int]], end: int, wanted: float) -> Iterator[tuple[float, int]]:
    size = 0
    for begin in range(end - 1, -1, -1):
        size += pieces[begin][1]
        if size > LONGEST:
            return
        if size >= SHORTEST and best[begin][0] < float("inf"):
            cost = pieces[begin][2] if begin else 0
            yield best[begin][0] + cost + ((size - wanted) / 10) ** 2 / 40, begin
