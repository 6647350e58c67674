"""How parameters are written in expressions, and under which names rows hold them."""

from __future__ import annotations

import re
from collections.abc import Collection
from keyword import iskeyword

from gem_sim.worlds.compiler.infer import usable
from gem_sim.worlds.compiler.reading.words import words
from gem_sim.worlds.language.tree import ARGUMENTS
from gem_sim.worlds.spec import PLACE

BARE = ("id", "key", "uuid", "guid", "identifier")
"""Names that say no more than that they are keys."""
LEAVING = ("logout", "signout", "logoff", "deauthenticate")
"""What tools that sign out are called."""
SCALARS = ("string", "integer", "number", "")
"""Types of which keys are; the last one is that of a schema that says none."""
STEERING = ("credential", "paging", "sort", "presentation", "other")
"""Roles that say nothing of rows."""
_MARKS = re.compile(r"[^A-Za-z0-9]+")


def spoken(name: str) -> str:
    """A parameter as an expression reads it: `page`, `arguments['page[size]']`."""
    return name if usable(name) else f"{ARGUMENTS}[{name!r}]"


def readable(name: str, properties: Collection[str]) -> bool:
    """Whether an expression of a tool with these parameters can read this one."""
    return usable(name) or ARGUMENTS not in properties


def column(name: str) -> str:
    """The field that holds a parameter: `track[title]` as `track_title`, `from` as `from_`."""
    if usable(name):
        return name
    made = _MARKS.sub("_", name).strip("_")
    if not made or made == PLACE:
        return ""
    made = f"n{made}" if made[0].isdigit() else made
    return f"{made}_" if iskeyword(made) else made


def renewed(name: str, *, fronts: Collection[str] = ("new",)) -> str:
    """The field of which a parameter says the new value, or by other words in front the old one: `new_name` and `newName` as `name`; else nothing."""
    first, *rest = parts(name) or ("",)
    made = name[len(first) :].lstrip("_- ")
    return column(made[:1].lower() + made[1:]) if first in fronts and rest else ""


def plain(name: str) -> str:
    """A name without case and marks, by which two spellings of one field are the same."""
    return _MARKS.sub("", name).lower()


def parts(name: str) -> tuple[str, ...]:
    """The words of a name, all of them in small letters."""
    return tuple(words(name))
