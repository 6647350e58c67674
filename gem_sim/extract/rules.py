"""Which sentences, list items and table rows are rules, of what kind, and which tools they govern.

Cue words find fewer than half of the rules, so a sentence also counts by where it stands. Knows wording and places, not machine checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from gem_sim.extract.clauses import clause, confirms
from gem_sim.extract.drafts import Draft, Places
from gem_sim.extract.lexicon import forms, load
from gem_sim.extract.phrases import tokens
from gem_sim.extract.structure import Block, Sentence
from gem_sim.grammar import singular

_NUMBER = re.compile(r"[$£€]?\b\d[\d,.]*\b|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve)\b(?= (?:\w+ )?\w+s\b)")
_QUANTITY = re.compile(
    r"\d+ ?(?:characters|days?|hours?|minutes?|months?|years?|%|percent|working days|business days|weeks?|MB|GB|KB)\b|[$£€]\d", re.IGNORECASE
)
_RULE_HEADING = re.compile(
    r"\b(rules?|limits?|limitations?|restrictions?|requirements?|eligib\w+|conditions?|polic(?:y|ies)|before you|important"
    r"|notes?|exceptions?|fees?|charges?|prerequisites?|who can|what you cannot|remember)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"\?\s*$")
_NOTE = re.compile(r"^(?:note|important|warning|caution|please note|tip|remember)\b", re.IGNORECASE)
_LIMIT_HEADER = re.compile(
    r"\b(limit|maximum|minimum|max|min|fee|charge|cost|price|allowed|required|notice|deadline|length|range|days|hours|period"
    r"|cancel\w*|refund)",
    re.IGNORECASE,
)
_OPENING = re.compile(r"(?:If|Unless|Only|After|Before|Once|Until|When)\b")
_LEAD_IN = re.compile(r":\s*$")

ENOUGH = 10
HEADING_BONUS, NUMBER_BONUS, NOTE_BONUS, OPENING_BONUS = 4, 3, 3, 3
SHORTEST_WORDS, LONGEST_WORDS = 4, 60


@dataclass(frozen=True, slots=True)
class Found:
    """A rule before its check: `text` is the wording with its lead-in, the span that of the quote."""

    text: str
    sentence: Sentence
    block: int
    kind: str
    drafts: tuple[Draft, ...]
    sure: bool
    """Whether its own words or its heading name the drafts; without that a check would be a guess."""
    all: tuple[Draft, ...] = ()
    around: tuple[Draft, ...] = ()
    """Drafts of the heading it stands under, else those spoken of there."""
    headed: bool = False
    """Whether the heading names them."""
    opens: bool = False
    """Whether it stands under no other heading than the title."""
    lead: str = ""
    """The lead-in that makes it a rule."""
    main: str = ""
    """The entity that implied ones belong to."""
    implied: Mapping[str, list[str]] = field(default_factory=dict)
    """Entities that only a condition speaks of, with the statuses it names."""


def find(blocks: list[Block], drafts: list[Draft], places: Places) -> Iterator[Found]:
    """The rules of a text in order."""
    units = _unit_leads(blocks)
    for index, block in enumerate(blocks):
        if block.kind == "heading":
            continue
        for text, sentence in _candidates(blocks, index, units):
            governed, sure = _governed(blocks, index, sentence, drafts, places)
            yield Found(
                text,
                sentence,
                index,
                kind_of(text),
                governed,
                sure,
                all=tuple(drafts),
                around=tuple(places.section(index)),
                headed=places.headed(index),
                opens=block.section < 0 or (blocks[block.section].section < 0 and all(one.kind != "heading" for one in blocks[: block.section])),
                lead=_lead(blocks, index, text, sentence),
                main=places.main,
                implied=places.implied,
            )


def _lead(blocks: list[Block], index: int, text: str, sentence: Sentence) -> str:
    """The lead-in that a rule has taken into its text."""
    lead = blocks[blocks[index].lead].sentences[-1].text if blocks[index].kind == "item" and blocks[index].lead >= 0 else ""
    return lead if lead and text == f"{lead} {sentence.text}" else ""


def _unit_leads(blocks: list[Block]) -> set[int]:
    """Lead-ins that make rules of their items, such as `You cannot close a card if:`."""
    leads = {block.lead for block in blocks if block.kind == "item" and block.lead >= 0}
    return {lead for lead in leads if _binds(blocks[lead])}


def _binds(block: Block) -> bool:
    """Whether a lead-in makes its items conditions, rather than fields or choices."""
    last = block.sentences[-1].text
    if not _LEAD_IN.search(last) or _is_step(last):
        return False
    return bool(_cue("lead").search(last)) or bool(_cue("lead_end").search(" ".join(last.split()[-4:])))


def _candidates(blocks: list[Block], index: int, units: set[int]) -> Iterator[tuple[str, Sentence]]:
    block = blocks[index]
    if block.kind == "row":
        if _is_limit_row(block):
            yield _row_text(block), Sentence(block.text, block.start, block.end)
        return
    bonus = HEADING_BONUS if block.section >= 0 and _RULE_HEADING.search(blocks[block.section].text) else 0
    if block.kind == "item" and block.lead in units and not _is_step(block.text):
        lead = blocks[block.lead].sentences[-1].text
        yield f"{lead} {block.text}", Sentence(block.text, block.start, block.end)
        return
    for place, sentence in enumerate(block.sentences):
        if index in units and place == len(block.sentences) - 1:
            continue
        note = NOTE_BONUS if _NOTE.match(sentence.text) or (place and _NOTE.match(block.sentences[place - 1].text)) else 0
        if weigh(sentence.text) + bonus + note >= ENOUGH or confirms(sentence.text) or clause(sentence.text) is not None:
            yield sentence.text, sentence


def _is_limit_row(block: Block) -> bool:
    """A row that bounds something: a number or a word like `required` under a header that speaks of limits."""
    if block.cells == block.header or len(block.cells) < 2:
        return False
    header = " ".join(block.header)
    cells = " ".join(block.cells[1:])
    return bool((_LIMIT_HEADER.search(header) and _NUMBER.search(cells)) or _cue("10").search(cells) or _QUANTITY.search(cells))


def _row_text(block: Block) -> str:
    named = zip(block.header, block.cells, strict=False) if block.header != block.cells else ((cell, cell) for cell in block.cells)
    return "; ".join(f"{head}: {cell}" if head else cell for head, cell in named if cell)


def weigh(text: str) -> int:
    """How much a sentence reads like a rule; ENOUGH and more is one."""
    words = text.split()
    if not SHORTEST_WORDS <= len(words) <= LONGEST_WORDS or _QUESTION.search(text):
        return 0
    value = 0
    for weight in ("10", "8", "4"):
        hits = len({hit.lower() for hit in _cue(weight).findall(text)})
        value += int(weight) * min(hits, 2)
    value += NUMBER_BONUS * bool(_NUMBER.search(text)) + NUMBER_BONUS * bool(_QUANTITY.search(text))
    value += OPENING_BONUS * bool(_OPENING.match(text))
    value -= 20 * bool(_cue("20").search(text)) + 6 * min(2, len(_cue("-8").findall(text)))
    return value - (4 if _is_step(text) else 0)


def _is_step(text: str) -> bool:
    hit = forms().get(next((word.lower() for word in tokens(text)[:1]), ""))
    return hit is not None and hit[1] == "base" and hit[0].group in ("ui", "input", "get", "list")


@cache
def _cue(name: str) -> re.Pattern[str]:
    data = load("cues.yaml")
    listed = {"10": data["rule"][10], "8": data["rule"][8], "4": data["rule"][4], "20": data["against"][20], "-8": data["against"][8]}
    words = str(listed.get(name) or data[name])
    parts = sorted((re.escape(part.strip()) for part in words.split("|") if part.strip()), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)


def kind_of(text: str) -> str:
    """The kind of a rule by its words; the first that fits."""
    if _cue("confirmation").search(text):
        return "confirmation"
    if _QUANTITY.search(text) or (
        re.search(r"\b(at least|at most|up to|maximum|minimum|no more than|between|limit|fewer than|exceed\w*)\b", text, re.IGNORECASE) and _NUMBER.search(text)
    ):
        return "limit"
    if _cue("permission").search(text):
        return "permission"
    if re.search(r"\b(?:before|after|first|until|once|as soon as|prior to)\b", text, re.IGNORECASE):
        return "order"
    if re.search(r"\b(?:if|only|unless|must|need|required?|cannot|can't)\b", text, re.IGNORECASE):
        return "precondition"
    if re.search(r"\b(?:default|automatically|remains?|becomes?|will be|status)\b", text, re.IGNORECASE):
        return "state"
    return "other"


def _governed(blocks: list[Block], index: int, sentence: Sentence, drafts: list[Draft], places: Places) -> tuple[tuple[Draft, ...], bool]:
    """The drafts a rule is about: those it names, those of its lead-in or heading, those of the thing it names, or all of them."""
    block = blocks[index]
    said = places.said(blocks[block.lead].sentences[-1]) if block.lead >= 0 else []
    said = said or places.said(sentence)
    if said:
        return tuple(said), True
    around = _about(sentence.text, places.section(index)) or places.section(index)
    if around:
        return tuple(around), True
    about = _about(sentence.text, drafts)
    return tuple(about or drafts), bool(about) and len(about) < len(drafts)


def _about(text: str, drafts: list[Draft]) -> list[Draft]:
    words = {singular(word.lower()) for word in tokens(text)}
    by_verb = [draft for draft in drafts if any((hit := forms().get(word)) and hit[0].name == draft.action.verb.name for word in words)]
    by_entity = [draft for draft in drafts if draft.action.entity.split("_")[-1] in words]
    return [draft for draft in by_verb if draft in by_entity] or by_verb or by_entity
