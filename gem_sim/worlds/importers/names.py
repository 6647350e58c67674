"""Names for tools that every chat model takes: 1 to 64 letters, digits, `_` and `-`, each once."""

from __future__ import annotations

import hashlib
import re
from typing import Any
from unicodedata import normalize

from gem_sim.worlds.diagnostics import Notes
from gem_sim.worlds.importers.words import shown, whole

LENGTH = 64
_VALID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def safe_names(given: list[tuple[Any, str]], notes: Notes) -> list[str]:
    """A name for each (name, place), its own where that can be. Names that can stay are settled first, so that no other takes them."""
    taken = {name for name, _ in given if is_valid(name)}
    used: set[str] = set()
    made = []
    for name, where in given:
        if is_valid(name) and name not in used:
            made.append(name)
        else:
            made.append(_unique(_cleaned(name), taken))
            code = "tool.duplicate" if is_valid(name) else "tool.name"
            notes.add(code, where, f"{_shown(name)} is called {made[-1]!r} here")
        used.add(made[-1])
        taken.add(made[-1])
    return made


def is_valid(name: Any) -> bool:
    """Whether a name can stay as it is."""
    return isinstance(name, str) and _VALID.fullmatch(name) is not None


def _shown(name: Any) -> str:
    return repr(whole(name)[:80]) if isinstance(name, str) else shown(name)


def _cleaned(name: Any) -> str:
    spelled = whole(name) if isinstance(name, str) else str(name)
    plain = normalize("NFKD", spelled[:1000]).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^a-zA-Z0-9-]+", "_", plain).strip("_")
    if not kept:
        return f"tool_{_digest(spelled)}"
    return kept if len(kept) <= LENGTH else f"{kept[: LENGTH - 9]}_{_digest(spelled)}"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


def _unique(name: str, taken: set[str]) -> str:
    """The name, or with the first number that makes it new."""
    number, made = 1, name
    while made in taken:
        number += 1
        made = f"{name[: LENGTH - 1 - len(str(number))]}_{number}"
    return made
