"""Yes or no: what a user's answer to a question for confirmation comes to."""

from __future__ import annotations

import re
from typing import Literal

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_NO = re.compile(
    r"\b(?:no|nope|nah|negative|not|never|stop|wait|hold (?:on|off)|hang on|leave (?:it|that|this|everything|things|them)|rather|instead|cancel that"
    r"|forget (?:it|that)|changed? my mind|second thoughts?|decline|refuse|refrain|withdraw the|skip|abort|scrap|keep (?:it|that|things|everything)"
    r"|i'?ll pass|another time|let me think|think about it|think it over|sleep on it"
    r"|unsure|hmm|actually|better not|one (?:more )?change|a (?:small )?change"
    r"|amend|edit|ask (?:my|our)|don'?t|cannot|can'?t|won'?t)\b|n't\b"
)
_NO_OBJECTION = re.compile(
    r"\b(?:no (?:problem|objections?|doubts?|worries|need to (?:ask|wait|rush|hurry)"
    r"|question)|why not|not a problem|(?:do not|don'?t) (?:wait|worry|hesitate|mind)"
    r"|can(?:no|')t wait|i(?:'m| am) not in doubt|nothing against (?:it|that)|wouldn't have it otherwise)\b"
)
_YES = re.compile(
    r"\b(?:yes|yeah|yep|yup|yea|aye|confirm(?:ed|s|ing)?|agree[ds]?|agreed|go (?:right )?ahead"
    r"|go (?:on|for it)|please do|do (?:it|that|so|this)|proceed|correct|absolutely"
    r"|certainly|of course|by all means|exactly|definitely|approved?|carry (?:it "
    r"|that )?(?:on|out)|make it so|gladly|indeed|granted|consent|as you say|as i meant"
    r"|continue|send it|that(?:'s| is) (?:right|fine|correct|it|good|ok|okay|the one"
    r"|what i want)|fine (?:by|with) me|i want (?:it|that|this)|i(?:'m| am) (?:very |quite )?sure"
    r"|suits me|sounds (?:good|right|fine)|works for me|think so|guess so|suppose so"
    r"|i suppose|should be right|that matches|i said so|get on with it|get it done|run it"
    r"|fire away|happy with (?:that|it)|you may|be my guest|positive|obviously|naturally|understood|all correct|all good)\b"
)
_WEAK = re.compile(
    r"^\W*(?:(?:oh|um+|uh|ah|well|hm+|so)\W+)*(?:ok|okay|'?kay|k|fine|sure|right|good|great"
    r"|perfect|please|all ?right|very well|go|what else|clear|splendid|lovely|thanks|thank you)\b"
)
"""What is a yes at the beginning of a sentence only."""
_DECLINES = re.compile(
    r"^\W*(?:(?:sorry|oh|hm+|ah|well|actually|please|thanks?|thank you|on second thoughts?|in that case|kindly|then|so|but|or)\W+)*"
    r"(?:no\b|nope|nah|negative|don'?t|do not|stop|wait|hold (?:on|off)|leave (?:it|that"
    r"|this|everything|things|them)|better (?:not|leave)|rather not|not (?:now|yet|today)"
    r"|never ?mind|cancel that|forget (?:it|that)|scrap that|i(?:'d| would) rather|i(?:'ve"
    r"| have)? ?changed|let(?:'?s| us) (?:not|leave)|keep (?:it|that|things)|skip|i'?ll (?:pass|leave)"
    r"|i (?:must )?(?:decline|withdraw))"
)


def verdict(answer: str) -> Literal["yes", "no"] | None:
    """What an answer comes to; None where it decides nothing. The first sentence that decides counts, unless a later one takes a yes back."""
    decided: Literal["yes", "no"] | None = None
    for sentence in _SENTENCE.split(answer.lower().replace("\u2019", "'")):
        plain = _NO_OBJECTION.sub("yes", sentence)
        if decided == "yes":
            if _DECLINES.match(plain):
                return "no"
        elif _NO.search(plain):
            return "no"
        elif _YES.search(plain) or (_WEAK.match(plain) and not sentence.endswith("?")):
            decided = "yes"
    return decided


def declines(answer: str) -> bool:
    """Whether an answer begins by turning something down."""
    return _DECLINES.match(_NO_OBJECTION.sub("yes", answer.lower().replace("\u2019", "'"))) is not None
