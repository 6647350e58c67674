"""What a schema itself gives as examples, in its keywords or in its description."""

from __future__ import annotations

import re
from functools import lru_cache
from random import Random
from typing import Any

_FIXED = re.compile(r"\d\d-\d\d|://|\d[./:]\d")
_DIGITS = re.compile(r"\d{2,}")
_MOST = 12
_LONGEST = 40
_NAMED = re.compile(
    r"(?:e\.g\.?,?|for example,?|such as|i\.e\.|examples?:|one of:?|allowed values:?|possible values:?|either|options:?|values:|like)\s*:?\s*([^.;)\n]{2,160})",
    re.IGNORECASE,
)
_QUOTED = re.compile("[\"'`\u201c\u2018]([^\"'`\u201c\u201d\u2018\u2019\n]{1,40})[\"'`\u201d\u2019]")
_SPOKEN = re.compile(r"^(?!.*\.\.)[\w./:@+#,-][\w ./:@+#,'-]{0,39}$")
_BARE = re.compile(r"^[\w./:@+#-]{2,30}$")


def examples(schema: dict[str, Any]) -> list[Any]:
    """Values that the schema names as examples, else those that its description names."""
    told = schema.get("examples")
    found = [value for value in told if value is not None] if isinstance(told, list) else []
    if schema.get("example") is not None:
        found.append(schema["example"])
    found = [value for value in found if isinstance(value, (str, int, float)) and not isinstance(value, bool) and len(str(value)) <= _LONGEST]
    return found or (list(said(str(schema["description"]))) if isinstance(schema.get("description"), str) else [])


def varied(example: str, random: Random) -> str:
    """Another text like it: other digits where it has several in a row and is no date and no address."""
    if _FIXED.search(example):
        return example
    return _DIGITS.sub(lambda found: str(random.randint(10 ** (len(found[0]) - 1), 10 ** len(found[0]) - 1)), example)


@lru_cache(8192)
def said(description: str) -> tuple[str, ...]:
    """Values that a description names: in quotes, else the words after `such as`, where there are several."""
    named = _NAMED.search(description)
    if named is None:
        quoted = _QUOTED.findall(description)
        return tuple(dict.fromkeys(text.strip() for text in quoted if _BARE.match(text.strip())))[:_MOST] if len(quoted) > 1 else ()
    quoted = _QUOTED.findall(description[named.start() :])
    if quoted:
        return tuple(dict.fromkeys(text.strip() for text in quoted if _SPOKEN.match(text.strip())))[:_MOST]
    listed = [part.strip(" \"'`") for part in re.split(r",|\bor\b|\|", named.group(1))]
    good = [part for part in listed if _BARE.match(part)]
    return tuple(good[:_MOST]) if len(good) == len(listed) else ()
