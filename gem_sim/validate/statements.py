"""What the assistant states about fields, statuses and outcomes agrees with what the tools showed last."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from gem_sim.records import Finding
from gem_sim.scenarios.wording import stands_in
from gem_sim.validate import consent
from gem_sim.validate.computed import is_together
from gem_sim.validate.heard import Heard, Shown, forms, is_status
from gem_sim.validate.values import read
from gem_sim.worlds.compiler.names import words

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_TAIL = re.compile(
    r"(?P<thing>\s+(?:of|for)\s+[^:;?!]{1,120}?)?(?:\s+(?:is now|are now|is|are|was"
    r"|were|comes to|stands at|remains|has become|now reads)\s+|\s*[:=]\s+)(?P<value>.+)"
)
_END = re.compile(r",\s|;|\)|\s(?:and|but|while|with|which|so)\s|[.!]?\s*$|\.\s")
_OPEN = re.compile(
    r"\?\s*$|\b(?:if|would|could|should(?! (?:you ask|know))|shall|must|only|whether|may(?! want to know)|might|can(?! see)|cannot|needs? to"
    r"|(?:until|once|when|unless|before) (?:the|your|you|it|its|a|we|i)|required"
    r"|like me to|you said|you gave|you mentioned|you named|you told|missing"
    r"|going to|about to|will(?! (?:see|find)))\b"
)
"""Sentences that ask, condition, deny or quote state nothing that a row could contradict."""
_PLAINLY = frozenset({"refused", "declined", "turned down", "done", "ready", "fine", "set", "settled", "complete", "completed"})
"""Statuses that are said of a deed as often as of a thing."""
_NOTHING_MORE = re.compile(r"\s*$|\s+(?:and|but|now|again|so|since|because|as of|for now|at the moment|too)\b")
_LEADS = re.compile(r"(?:^|[,;:(\u2022*-]\s*|\b(?:the|its|your|their|and|new|with)\s+)$")
"""What stands before the name of a field in a list such as `status: open`."""
_LISTED = re.compile(r"^(?:now |still |already |currently )?(?:(?:given|listed|recorded|shown|marked|set|held|down) (?:as|to|at) )?")
_DENIED = re.compile(r"\b(?:not|no longer|instead|rather than|never)\b|n't\b")
_CLAUSE = re.compile(r"[,;]")
_QUOTED = "\0"
_DEED = re.compile(
    r"(?:now |already |all )?(?:the|a|an|in|on|at|as|what|there|here|no problem|no trouble|done|set|made|ready|complete|fine|right|carried|\w+ed)\b|$"
)
"""What is said of a field without naming a value: `the moulding is changed`."""
_BEING = re.compile(
    r"\b(?:(?:is|are|was|were|been|stands at|counts as|set to|marked(?: as)?|(?<!with )status(?: of)?)\s+)"
    r"(?:(?:now|already|still|shown|listed|given|marked|as)\s+)*(?P<value>[a-z][a-z ]*)"
)
_SUCCESS = re.compile(
    r"^(?:all )?done\b|\bthat (?:has )?worked\b|\bcarried out\b|\bis settled\b|\bsuccessful(?:ly)?\b|\ball set\b|\bwent through\b|\btaken care of\b"
    r"|\b(?:has|have) been (?!refused|rejected|declined|turned)\w+ed\b|\bi(?:'ve"
    r"| have) (?:now |just )?(?!found|looked|checked|tried|noted|noticed|searched|asked)\w+ed\b"
)
_REFUSAL = re.compile(
    r"\bnot possible\b|\bturned? (?:it |that )?down\b|\b(?:could|can|did|was|were|does"
    r"|do|is)(?: not|n't)\b|\bcannot\b|\bunable\b|\brefuse[sd]?\b|\bfailed\b|\brejected\b"
    r"|\bno(?:t| longer)\b|\bunfortunately\b|\bsorry\b|\bdenied\b|\bblocked\b|\bwon't\b"
    r"|\bhowever\b|\bbut\b|\bonly\b|\bmust\b|\bhas to\b|\balready\b|\berror\b|\breason\b"
)
_DENIAL = re.compile(
    r"\bnot possible\b|\bturned (?:it |that )?down\b|\bcould ?n[o']t\b|\bunable to\b"
    r"|\bwas refused\b|\bfailed\b|\bwas rejected\b|\bdid not (?:work|go)\b"
)


def contradicted(text: str, heard: Heard) -> Iterator[str]:
    """The statements of an assistant's text that the rows last shown speak against, each with what they show."""
    repeating = consent.asks(text)
    for sentence in _SENTENCE.split(_without_errors(text.lower(), heard)):
        if sentence and _QUOTED not in sentence and not _OPEN.search(sentence):
            said = list(_fields(sentence, heard, repeating=repeating))
            yield from said
            if not said:
                yield from _statuses(sentence, heard)


def misreported(text: str, last: Shown, *, changed: bool, fine: bool) -> str | None:
    """What an answer gets wrong about the call before it: success of one that failed, refusal of one that was carried out.

    `changed`: it was a write; `fine`: no call since the user last spoke has failed.
    """
    lowered = text.lower()
    if last.error is not None and last.error.lower().strip(". ") not in lowered and _SUCCESS.search(lowered) and not _REFUSAL.search(lowered):
        return f"it reports success, {last.tool} was refused: {last.error}"
    if last.error is None and fine and changed and _DENIAL.search(lowered) and not _SUCCESS.search(lowered):
        return f"it reports a refusal, {last.tool} was carried out"
    return None


def _without_errors(text: str, heard: Heard) -> str:
    """A text with a mark in place of what it repeats of a tool that refused."""
    for shown in heard.current():
        if shown.error:
            text = text.replace(shown.error.lower().strip(". "), _QUOTED)
    return text


def _fields(sentence: str, heard: Heard, *, repeating: bool) -> Iterator[str]:
    shown = [row for one in heard.current() or heard.shown for row in one.told]
    known = {name for row in shown for name in row if name in sentence}
    texts = [value.lower() for row in shown for value in row.values() if isinstance(value, str) and len(value) > 3]
    for name in known:
        rows = heard.told(name.__eq__)
        for match in re.finditer(rf"(?<![\w]){re.escape(name)}(?![\w])", sentence):
            if _denied(sentence, match) or any(name in text and text in sentence for text in texts):
                continue  # or the words are a shown text, such as `status = 6`
            value = _stated(sentence, match, texts)
            held = [value for row in rows for other, value in row.items() if other == name or other.startswith(f"{name} ")]
            if value is not None and not _agrees(value, held, is_status(name)):
                earlier = [text.lower() for one in heard.shown for row in one.told for text in row.values() if isinstance(text, str)]
                value = _stated(sentence, match, [text for text in earlier if text in sentence])
            if value is None or _longer(name, known, sentence, match) or _agrees(value, held, is_status(name)) or (repeating and _wished(value, heard)):
                continue
            yield f"it says that the {name} is {_END.split(value, maxsplit=1)[0]!r}, the tools showed {_either(held):.80}"


def _denied(sentence: str, at: re.Match[str]) -> bool:
    """Whether the clause around a place denies something."""
    start = max((mark.end() for mark in _CLAUSE.finditer(sentence, 0, at.start())), default=0)
    end = _CLAUSE.search(sentence, at.end())
    return _DENIED.search(sentence, start, end.start() if end else len(sentence)) is not None


def _either(values: Iterable[Any]) -> str:
    return " or ".join(sorted({str(value) for value in values}))


def _wished(value: str, heard: Heard) -> bool:
    """Whether a stated value is what the user has just asked for, as in a question that repeats it."""
    first = _END.split(value, maxsplit=1)[0].strip(" \"'")
    meant = read(first).values
    wishes = heard.wishes[-4:]
    return any(first in wish for wish in wishes) or (bool(meant) and any(meant[0][:2] == one[:2] for wish in wishes for one in read(wish).values))


def _stated(sentence: str, field: re.Match[str], texts: list[str]) -> str | None:
    """The rest of a sentence that states a value for a field; no part of a shown text such as `Last page is missing`."""
    tail = _TAIL.match(sentence, field.end())
    if tail is not None and any(0 <= (at := sentence.find(text)) < tail.start("value") < at + len(text) for text in texts):
        return None
    if tail is None or (sentence[field.end() : tail.start("value")].strip() == ":" and not _LEADS.search(sentence, 0, field.start())):
        return None
    return tail["value"]


def _longer(name: str, known: Iterable[str], sentence: str, match: re.Match[str]) -> bool:
    """Whether the words are the end of a longer field's name: `id` in `loan id`."""
    return any(other != name and other.endswith(f" {name}") and sentence.endswith(other, 0, match.end()) for other in known)


def _agrees(value: str, held: list[Any], status: bool) -> bool:
    """Whether a stated value begins with a spelling of one that a row holds, or means the same."""
    start = _LISTED.sub("", value).strip(" \"'\u201c\u201d\u2018\u2019*`")
    first = _END.split(start, maxsplit=1)[0]
    if any(start.startswith(form) and not start[len(form) : len(form) + 1].isalnum() for item in held for form in forms(item)):
        return True
    if any(len(form) > 2 and stands_in(form, first) for item in held for form in forms(item)):
        return True
    meant, written = read(first).values, [value for item in held for value in read(str(item)).values]
    if len(meant) == 1 and meant[0].kind == "number" and is_together(meant[0].form, held):
        return True
    if meant:
        shares = [other._replace(form=other.form * 100) for other in written if other.kind == "number" and "%" in first]
        kinds = {other.kind for other in written}
        told = [one for one in meant if one.kind in kinds] or meant[:1]
        return all(any(one.kind == other.kind and _close(one.form, other.form) for other in (*written, *shares)) for one in told)
    return len(first.split()) > 3 or (not status and _DEED.match(first) is not None)


def _close(one: Any, other: Any) -> bool:
    if isinstance(one, float):
        return abs(one - abs(float(other))) < 0.0051
    undated = isinstance(one, tuple) and len(one) == 3 and None in (one[0], other[0])
    return bool(one == other or (undated and one[1:] == other[1:]))


def _statuses(sentence: str, heard: Heard) -> Iterator[str]:
    """Statuses that a sentence gives to something without naming the field: `the loan is cancelled`."""
    if not heard.current():
        return
    rows = heard.told(is_status)
    held = {str(value).lower() for row in rows for name, value in row.items() if is_status(name) and isinstance(value, str)}
    if not held:
        return
    fitting = {form for row in rows for value in row.values() if isinstance(value, str) for form in forms(value)}
    verbs = {word for shown in heard.current() for word in words(shown.tool)}
    for match in _BEING.finditer(sentence):
        stated = next((status for status in _domain(heard) if _begins(match["value"], status)), None)
        deed = stated in _PLAINLY and "status" not in match[0] and "marked" not in match[0]
        if stated is not None and not deed and not _denied(sentence, match) and stated not in fitting and not any(_same_stem(stated, verb) for verb in verbs):
            yield f"it says {match[0].strip():.40}, the tools showed {_either(held):.80}"


def _begins(text: str, status: str) -> bool:
    """Whether a text is a status, with nothing behind it that would make other words of it, as in `kept under`."""
    return text.startswith(status) and _NOTHING_MORE.match(text, len(status)) is not None


def _domain(heard: Heard) -> list[str]:
    """All statuses that were ever shown or that a tool can be asked for, longest first."""
    return sorted(heard.statuses, key=len, reverse=True)


def _same_stem(status: str, verb: str) -> bool:
    return len(verb) > 2 and status[: max(3, len(verb) - 2)] == verb[: max(3, len(verb) - 2)]


def finding(index: int, text: str) -> Finding:
    """A false statement as a finding."""
    return Finding(code="claims.contradicted", severity="error", message=index, blame="assistant", text=text)
