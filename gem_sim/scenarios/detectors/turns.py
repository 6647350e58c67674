"""What words of the assistant and the user's answer to them have to do with each other, and with the call that follows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gem_sim.records import CallRecord
from gem_sim.scenarios.detectors.heard import Exchange, Heard, plain_fields, sayable
from gem_sim.scenarios.wording import label_of

BRIEF = 16
"""An answer to a question for consent has at most so many words."""


def news(heard: Heard, turn: Exchange, call: CallRecord) -> Iterator[str]:
    """The arguments of a call that the answer gives and neither the wish nor the question did."""
    for name, value in call.arguments.items():
        before = () if isinstance(value, bool) else (turn.wish, turn.asked)
        if heard.gives(turn.told, name, value, call) and not any(heard.gives(at, name, value, call) for at in before):
            yield name


def restates(heard: Heard, turn: Exchange, call: CallRecord, besides: str) -> bool:
    """Whether the question repeats an argument of the call that the user gave, or asks whether to do what the tool is called for."""
    return heard.names_deed(turn.asked, call.name) or repeats(heard, turn, call, besides)


def repeats(heard: Heard, turn: Exchange, call: CallRecord, besides: str) -> bool:
    """Whether the question repeats an argument of the call that the user gave, or has the id of a row that it names."""
    said = [item for item in call.arguments.items() if item[0] != besides and not isinstance(item[1], bool)]
    return any(
        heard.gives(turn.asked, name, value, call)
        and (heard.gives(turn.wish, name, value, call) or (name in heard.keys(call) and heard.says(turn.asked, value)))
        for name, value in said
    )


def is_new_deed(heard: Heard, turn: Exchange, call: CallRecord) -> bool:
    """Whether the answer is a wish of its own: it says what to do, which the question did not."""
    return heard.names_deed(turn.told, call.name) and not heard.names_deed(turn.asked, call.name)


def reports(heard: Heard, turn: Exchange) -> bool:
    """Whether the assistant's words tell what the calls before have shown of a field that they name, and the user had not said."""
    new = (shown for shown in heard.shown if any(heard.calls[shown.at] is call for call in turn.before))
    return any(
        heard.names(turn.asked, name) and heard.says(turn.asked, shown.row[name]) and not heard.says(turn.wish, shown.row[name])
        for shown in new
        for name in [*plain_fields(heard.spec, shown.entity), label_of(heard.spec.entities[shown.entity])]
        if name is not None and sayable(shown.row.get(name))
    )


def is_brief(heard: Heard, at: int, most: int = BRIEF) -> bool:
    """Whether a message is short enough for an answer."""
    return len(heard.texts[at].split()) <= most


def gives_rule(heard: Heard, at: int, *, checked: bool = False) -> bool:
    """Whether a message gives a rule as its reason."""
    said = heard.words(at)
    return any(len(rule) > 3 and len(rule & said) >= 0.8 * len(rule) for rule in _rule_words(heard, checked=checked))


def _rule_words(heard: Heard, *, checked: bool) -> list[frozenset[str]]:
    """The words of the rules; of those alone that the assistant keeps and a machine can check where `checked`."""
    rules = [rule for rule in heard.spec.rules if not checked or (rule.enforced_by == "assistant" and rule.check is not None)]
    made: list[frozenset[str]] = heard.spec.once(
        f"words of rules {checked}", lambda: [frozenset(re.findall(r"[a-z0-9]+", rule.text.lower())) for rule in rules if len(rule.text) > 12]
    )
    return made
