"""Which values a text asks for: named after `enter`, listed under a lead-in, in tables; with enums, formats, and what may be left out.

Knows how values are worded, not which tool takes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gem_sim.extract.lexicon import load, nouns, states, verbs
from gem_sim.extract.phrases import Noun, noun_at, tokens, verb_at
from gem_sim.extract.structure import Block, Sentence
from gem_sim.grammar import plural, singular

_OPTIONAL = re.compile(
    r"\b(optional|optionally|if you (?:wish|want|like|prefer|have)|if (?:needed|necessary|desired|required|applicable)"
    r"|you can also|may also|can add)\b",
    re.IGNORECASE,
)
_FIELD_LEAD = re.compile(
    r"\b(fields?|details?|information|following|provide|enter|complete|fill|specify|needs?|includes?|give|tell|asked for|options?"
    r"|settings|values|your)\b",
    re.IGNORECASE,
)
_CHOICE_LEAD = re.compile(r"\b(?:choose|select|pick|one of|options are|values are|can be)\b", re.IGNORECASE)
_FIELD_HEADER = re.compile(r"^(field|field name|name|parameter|setting|attribute|option|what you enter|property|information|detail)s?$", re.IGNORECASE)
_LABEL = re.compile(r"^(?P<label>[A-Za-z][\w /'&-]{1,45}?)\s*(?:\((?P<note>[^()]{1,120})\))?\s*(?:[:–—.]|-\s|\s-\s|$)\s*(?P<rest>.*)$")
_VALUE = r"[\w$€£%'./+-]+(?: [\w$€£%'./+-]+){0,3}"
_CHOICES = rf"(?P<list>{_VALUE}(?:, {_VALUE}){{0,9}},? or {_VALUE})"
_ENUM = re.compile(
    r"\b(?P<noun>[A-Za-z][a-z-]+)(?:(?: of [a-z ]{3,25})?(?: ?[:(–—] ?| - |, | ?\()(?:either |one of )?"
    rf"|(?: (?:can|must|may) be| is| are)(?: one of| either|:)?:? (?:either )?){_CHOICES}(?=[.);,]|$)"
)
_COUNTED = re.compile(r"^(?:number|count) of$")
_TO_A = re.compile(
    r"\b(?:to|for) (?:a|an|another|a new|the new|a different|your new) ((?:new |different |later |earlier )?[a-z]+(?: [a-z]+)?)\b", re.IGNORECASE
)
_BAD_VALUE = frozenset(
    ["you", "we", "it", "they", "he", "she", "can", "must", "will", "should", "is", "are", "if", "when", "that", "which", "who", "your", "their", "our"]
)

_GIVES = frozenset(("add", "write", "attach", "leave"))

MOST_FIELDS = 10


@dataclass(slots=True)
class Field:
    """A value the text asks for: where, what it is called, its JSON Schema. `reference` marks a noun that may be an entity."""

    name: str
    schema: dict[str, Any]
    required: bool
    block: int
    sentence: Sentence
    noun: Noun
    explicit: bool
    """Whether the text lists it as a field, so that any noun will do."""


def fields(blocks: list[Block]) -> list[Field]:
    """All values a text asks for, in order."""
    found: list[Field] = []
    for index, block in enumerate(blocks):
        if block.kind == "item":
            found.extend(_listed(blocks, index))
        elif block.kind == "row":
            found.extend(_row(block, index))
        if block.kind != "heading":
            for sentence in block.sentences:
                found.extend(_asked(sentence, index))
    for one in found:
        _choices_below(one, blocks)
    return found


def _asked(sentence: Sentence, block: int) -> Iterator[Field]:
    """Reads `Enter the delivery date and the amount.`."""
    spelled = tokens(sentence.text)
    words = [word.lower() for word in spelled]
    for at in range(len(words)):
        verb, form, after = verb_at(words, at)
        if verb is None or form not in ("base", "gerund") or (verb.group not in ("input", "update") and verb.base not in _GIVES):
            continue
        loose = verb.base in ("enter", "specify", "provide", "fill in", "indicate", "define", "type", "state", "supply")
        for noun in _series(words, after):
            if verb.group != "input" and noun.head not in nouns("attributes"):
                break
            if (first := verbs().get(noun.words[0])) and not first.also_noun:
                # `choose Add period` names a button.
                continue
            if noun.head not in load("fields.yaml") and (noun.head in nouns("ui") or noun.head in nouns("vague") or noun.head in states()):
                continue
            yield from _field(noun, sentence, block, explicit=loose and noun.determined)
    for phrase in _TO_A.findall(sentence.text):
        aim = noun_at(phrase.lower().split(), 0)
        if aim and aim.head in ("date", "time", "address", "location", "seat", "room", "slot", "plan", "day", "size", "destination"):
            yield from _field(aim, sentence, block, explicit=False)


def _series(words: list[str], at: int) -> Iterator[Noun]:
    """Reads `the name, the email address and a reason`."""
    while (noun := noun_at(words, at)) and noun.head:
        yield noun
        at = noun.end
        skipped = at
        while skipped < len(words) and words[skipped] in (",", "and", "or", "(", ")", "plus"):
            skipped += 1
        if (
            skipped == at
            or skipped >= len(words)
            or (verb_at(words, skipped)[1] == "base" and words[skipped] not in load("fields.yaml") and verb_at(words, skipped)[0])
        ):
            return
        at = skipped


def _listed(blocks: list[Block], index: int) -> Iterator[Field]:
    """Reads an item under `Enter the following details:`."""
    block = blocks[index]
    lead = blocks[block.lead].text if block.lead >= 0 else ""
    match = _LABEL.match(block.text[:400])
    if not match or not lead.rstrip().endswith(":") or not _FIELD_LEAD.search(lead[-200:]) or _CHOICE_LEAD.search(lead[-120:]):
        return
    label, note, rest = match["label"], match["note"] or "", match["rest"]
    words = [word.lower() for word in tokens(label)]
    if (
        len(words) > 6
        or (verb_at(words, 0)[0] and words[0] not in load("fields.yaml") and len(words) > 1)
        or not words
        or words[0] in ("you", "if", "when", "we")
    ):
        return
    noun = noun_at(words, 0)
    if noun and noun.head and noun.end == len(words):
        for one in _field(noun, block.sentences[0], index, explicit=True):
            one.required = one.required and not _OPTIONAL.search(f"{note} {rest[:60]}")
            if values := choices(f"{one.noun.head}: {note or rest.split('. ')[0]}".rstrip(".")):
                one.schema = {"type": "string", "enum": values}
            yield one


def _row(block: Block, index: int) -> Iterator[Field]:
    """A table whose first column names fields."""
    if block.cells == block.header or not block.header or not _FIELD_HEADER.match(block.header[0]) or not block.cells[0]:
        return
    words = [word.lower().replace("_", " ") for word in tokens(block.cells[0])]
    noun = noun_at(" ".join(words).split(), 0)
    if noun is None or not noun.head or len(words) > 5:
        return
    rest = " ".join(block.cells[1:])
    for one in _field(noun, block.sentences[0], index, explicit=True):
        column = dict(zip((cell.lower() for cell in block.header), block.cells, strict=False))
        required = column.get("required", column.get("required?", "")).lower()
        one.required = required in ("yes", "required", "true", "y") if required else not _OPTIONAL.search(rest)
        if values := next((found for cell in block.cells[1:] if (found := choices(f"{noun.head}: {cell}".rstrip(".")))), None):
            one.schema = {"type": "string", "enum": values}
        yield one


def _field(noun: Noun, sentence: Sentence, block: int, *, explicit: bool) -> Iterator[Field]:
    known = load("fields.yaml")
    head = noun.head
    if head == "number" and noun.of:
        counted = noun.of
        yield Field(
            f"number_of_{plural(counted)}",
            {"type": "integer", "minimum": 0},
            not _OPTIONAL.search(sentence.text),
            block,
            sentence,
            noun,
            True,
        )
        return
    words = [part for word in noun.words for part in word.replace("-", "_").replace("/", "_").split("_") if part.isalnum() and part.isascii()]
    if not words or "word" in words or words in (["number"], ["value"], ["option"], ["time", "zone"]) or len(words) > 3:
        return
    schema = _schema(head, words)
    if head == "email" or words[-2:] == ["email", "address"] or words[-2:] == ["e", "mail"]:
        words = [word for word in words if word not in ("address", "valid")] if "email" in words else ["email"]
    if values := enum_for(head, sentence.text):
        schema = {"type": "string", "enum": values}
    required = not _OPTIONAL.search(sentence.text)
    yield Field("_".join(words), schema, required, block, sentence, noun, explicit or head in known)


def _schema(head: str, words: list[str]) -> dict[str, Any]:
    if words[-2:] == ["email", "address"]:
        return {"type": "string", "format": "email"}
    if words[-1] in ("number", "code", "name", "id", "reference"):
        return {"type": "string", "minLength": 1}
    schema = dict(load("fields.yaml").get(head, {"type": "string"}))
    if schema == {"type": "string"}:
        schema["minLength"] = 1
    return schema


def enum_for(head: str, text: str) -> list[str]:
    """The values that a sentence lists for a noun: `a reason: lost, stolen or damaged`."""
    for match in _ENUM.finditer(text):
        if singular(match["noun"].lower()) == head:
            return _values(match["list"])
    return []


def choices(text: str) -> list[str]:
    """The values of `noun: a, b or c`."""
    head, _, rest = text.partition(": ")
    match = re.fullmatch(_CHOICES, rest.removeprefix("either ").removeprefix("one of "))
    return _values(match["list"]) if match and head else []


def _values(listed: str) -> list[str]:
    values = [re.sub(r"^(?:and|or|an?|the) ", "", value.strip(" .")) for value in re.split(r",? or |, ", listed)]
    values = list(dict.fromkeys(value for value in values if value))
    bad = any(_BAD_VALUE & set(value.lower().split()) or len(value) > 40 for value in values)
    return [] if bad or len(values) < 2 else values


def _choices_below(one: Field, blocks: list[Block]) -> None:
    """`Choose a reason:` with short items below gives an enum."""
    if "enum" in one.schema or not one.sentence.text.rstrip().endswith(":") or one.schema.get("type") != "string":
        return
    if not _CHOICE_LEAD.search(one.sentence.text):
        return
    items = [block.text.rstrip(".;,") for block in blocks if block.kind == "item" and block.lead == one.block]
    values = [re.split(r"\s[–—-]\s|: |\.\s| \(", item)[0].strip() for item in items]
    if 2 <= len(values) <= 12 and all(0 < len(value.split()) <= 4 for value in values):
        one.schema = {"type": "string", "enum": list(dict.fromkeys(values))}
