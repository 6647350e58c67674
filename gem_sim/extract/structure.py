"""The parts of a text with their exact spans: headings, list items with lead-in, table rows, sentences. Knows layout, not meanings.

Everything works on a *view* of the text in which markup is blanked out with spaces: same length, so that spans hold in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

BlockKind = Literal["heading", "item", "row", "paragraph"]

_BLANKED = (
    re.compile(r"(?m)^[ \t]{0,12}(?:>[ \t]?)+(?:\[![A-Za-z]{1,20}\])?"),
    re.compile(r"(?m)^[ \t]{0,12}:::[ \t]?\w{0,20}"),
    re.compile(r"!\[[^\]\n]{0,300}\]\([^)\n]{0,500}\)"),
    re.compile(r"\*\*|__|(?<![\w*])\*(?=\w)|(?<=[\w.!?])\*(?![\w*])|(?<!\w)_(?=\w)|(?<=[\w.!?])_(?!\w)|`"),
)
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\](\([^()\n]{0,500}\)|\[[^\[\]\n]{0,100}\])")
_ITEM = re.compile(r"([ \t]*)([-*+•◦▪·–]|\d{1,3}[.)]|[A-Za-z][.)]|(?:Step|STEP)\s\d{1,2}[.:)])[ \t]+(?=\S)")
_ATX = re.compile(r"(#{1,6})[ \t]+(?=\S)")
_RULE = re.compile(r"[ \t]*([-=*_])(?:[ \t]*\1){2,}[ \t]*")
_DIVIDER = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*")
_FENCE = re.compile(r"[ \t]*(```|~~~)")
_CELL = re.compile(r"[^|]+")
_SENTENCE_END = re.compile(r"(?:[.!?][\"'”’)\]]{0,3}|:(?=[ \t]*\n))\s+(?=[\"'“‘(\[]{0,2}[A-Z0-9$£€*-])")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|approx|incl|Mr|Mrs|Ms|Dr|St|Inc|Ltd|Fig|cf|No|p|a\.m|p\.m|[A-Z]))\.$")
_LOOSE_MARK = re.compile(r" ([.,;:!?)])")
_LAST_SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "of",
        "to",
        "in",
        "on",
        "for",
        "with",
        "your",
        "our",
        "by",
        "at",
        "from",
        "as",
        "is",
        "are",
        "that",
        "if",
        "when",
        "be",
        "can",
        "will",
        "this",
        "these",
        "their",
        "its",
        "not",
    ]
)

LONGEST_SENTENCE = 1200
"""Characters; what is longer is no sentence, and is cut so that no later pattern sees a huge string."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` has single spaces and no markup; the span is its place in the document."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class Block:
    """One heading, list item, table row or paragraph. `section` is the index of the heading block it stands under, -1 for none."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    ordered: bool = False
    section: int = -1
    lead: int = -1
    """Index of the block that introduces this item."""
    header: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    sentences: tuple[Sentence, ...] = field(default=())

    @property
    def text(self) -> str:
        """All sentences in one line."""
        return " ".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text with its place."""

    start: int
    end: int
    text: str


def parse(text: str) -> list[Block]:
    """The blocks of a text in order, with sections and lead-ins set."""
    view = _view(text)
    blocks = list(_blocks(text, view))
    for block in blocks:
        block.start, block.end = _tight(text, view, block.start, block.end)
        block.sentences = tuple(_sentences(text, view, block))
    blocks = [block for block in blocks if block.sentences]
    _connect(blocks)
    return blocks


def _view(text: str) -> str:
    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", match.group())

    def keep_label(match: re.Match[str]) -> str:
        return f" {match.group(1)}{' ' * (len(match.group()) - 1 - len(match.group(1)))}"

    view = text.replace("\t", " ").replace("\u00a0", " ").replace("’", "'")
    view = _LINK.sub(keep_label, view)
    for pattern in _BLANKED:
        view = pattern.sub(blank, view)
    return view


def _lines(view: str) -> list[Line]:
    lines, start = [], 0
    for part in view.split("\n"):
        lines.append(Line(start, start + len(part), part))
        start += len(part) + 1
    return lines


def _blocks(text: str, view: str) -> Iterator[Block]:
    lines = _lines(view)
    header: tuple[str, ...] = ()
    index, fenced = 0, False
    while index < len(lines):
        line = lines[index]
        raw = text[line.start : line.end]
        if _FENCE.match(raw):
            fenced = not fenced
        if fenced or _FENCE.match(raw) or not line.text.strip() or _RULE.fullmatch(raw):
            index += 1
            # A blank line between the rows of a table is common in converted pages.
            header = header if not line.text.strip() else ()
        elif line.text.count("|") >= 2 or (header and "|" in line.text):
            cells = tuple(" ".join(cell.split()) for cell in _CELL.findall(line.text.strip().strip("|")))
            if not _DIVIDER.fullmatch(line.text):
                yield Block("row", line.start, line.end, header=header or cells, cells=cells)
                header = header or cells
            index += 1
        else:
            header = ()
            block, index = _one_block(text, lines, index)
            yield block


def _one_block(text: str, lines: list[Line], index: int) -> tuple[Block, int]:
    line = lines[index]
    if atx := _ATX.match(line.text):
        return Block("heading", line.start + atx.end(), line.end, level=len(atx.group(1))), index + 1
    if item := _ITEM.match(line.text):
        level = len(item.group(1)) // 2 + 1
        end = _continued(lines, index + 1)
        block = Block("item", line.start + item.end(), lines[end - 1].end, level=level, ordered=item.group(2)[0].isalnum())
        return block, end
    underlined = index + 1 < len(lines) and re.fullmatch(r"[ ]*(={3,}|-{3,})[ ]*", text[lines[index + 1].start : lines[index + 1].end])
    if underlined and len(line.text) <= 100:
        return Block("heading", line.start, line.end, level=1 if "=" in underlined.group() else 2), index + 2
    if _is_bare_heading(lines, index):
        return Block("heading", line.start, line.end, level=1 if index == 0 else 2), index + 1
    end = _continued(lines, index + 1)
    return Block("paragraph", line.start, lines[end - 1].end), end


def _continued(lines: list[Line], index: int) -> int:
    while index < len(lines):
        text = lines[index].text
        if not text.strip() or _ITEM.match(text) or _ATX.match(text) or text.count("|") >= 2 or _FENCE.match(text):
            break
        index += 1
    return index


def _is_bare_heading(lines: list[Line], index: int) -> bool:
    """A short line without an end mark that stands alone or opens a paragraph it is not part of."""
    text = lines[index].text.strip()
    words = text.split()
    if len(text) > 90 or len(words) > 12 or not words or text[-1] in ".,;:!" or not text[0].isalnum() or text[0].islower():
        return False
    if words[-1].lower() in _LAST_SMALL or re.search(r"[.!;] ", text) or (index and lines[index - 1].text.strip()):
        return False
    below = lines[index + 1].text.strip() if index + 1 < len(lines) else ""
    if below:
        return not below[0].islower() and below[0] not in ",.;(" and not (len(below.split()) <= 3 and not _ITEM.match(lines[index + 1].text))
    return any(line.text.strip() for line in lines[index + 1 : index + 6])


def _tight(text: str, view: str, start: int, end: int) -> tuple[int, int]:
    """The span without outer blanks of the view, but with the markup that belongs to its first and last word."""
    piece = view[start:end]
    if not piece.strip():
        return start, start
    inner_start = start + len(piece) - len(piece.lstrip())
    inner_end = end - len(piece) + len(piece.rstrip())
    while inner_start > start and text[inner_start - 1] in "*_`[":
        inner_start -= 1
    while inner_end < end and text[inner_end] in "*_`":
        inner_end += 1
    if inner_end < end and text[inner_end] == "]" and view[inner_end] == " ":
        close = text.find(")", inner_end, end) if text[inner_end + 1 : inner_end + 2] == "(" else inner_end
        inner_end = close + 1 if close >= 0 else inner_end
    return inner_start, inner_end


def _sentences(text: str, view: str, block: Block) -> Iterator[Sentence]:
    begin = block.start
    for end in [*_ends(view[block.start : block.end], block.start), block.end]:
        for left in range(begin, end, LONGEST_SENTENCE):
            start, stop = _tight(text, view, left, min(end, left + LONGEST_SENTENCE))
            flat = _LOOSE_MARK.sub(r"\1", " ".join(view[start:stop].split()))
            if any(char.isalnum() for char in flat):
                yield Sentence(flat, start, stop)
        begin = end


def _ends(piece: str, offset: int) -> Iterator[int]:
    for match in _SENTENCE_END.finditer(piece):
        upto = piece[max(0, match.start() - 8) : match.start() + 1]
        if not _ABBREVIATION.search(upto):
            yield offset + match.end()


def _connect(blocks: list[Block]) -> None:
    section, lead = -1, -1
    opener: dict[int, int] = {}
    for index, block in enumerate(blocks):
        block.section = section
        if block.kind == "heading":
            block.section = _parent(blocks, section, block.level)
            section, lead, opener = index, -1, {}
        elif block.kind == "item":
            above = index - 1
            if blocks[above].kind == "item" and blocks[above].level < block.level:
                opener[block.level] = above
            elif blocks[above].kind == "paragraph" and index:
                opener[block.level] = lead = above
            block.lead = opener.get(block.level, lead)


def _parent(blocks: list[Block], section: int, level: int) -> int:
    while section >= 0 and blocks[section].level >= level:
        section = blocks[section].section
    return section
