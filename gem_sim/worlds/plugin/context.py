"""What the functions of a mock use: the error they raise, and what a call knows of clock, ids and chance."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cached_property
from random import Random
from typing import Any

from gem_sim.worlds.language.functions.lists import page
from gem_sim.worlds.run import _first_number

MAX_MESSAGE = 1_000
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


class ToolFailure(Exception):
    """Raised by a tool that turns a call down: an error result with this code and message; the state stays as it was."""

    def __init__(self, code: str, message: str) -> None:
        if not _CODE.fullmatch(code) or code == "ok":
            raise ValueError(f"error code {code!r}: expected a short word in lower case such as 'conflict'")
        super().__init__(message)
        self.code = code
        self.message = message if len(message) <= MAX_MESSAGE else f"{message[: MAX_MESSAGE - 3]}..."  # it may quote what the caller gave


class Context:
    """What a call knows beside the state, handed to tools that take `ctx`.

    `now` and `today` are virtual time; `random` is a stream that the seed, the number of writes before and the call decide.
    """

    def __init__(self, now: datetime, seed: int, counters: dict[str, int], state: dict[str, Any], stream: str) -> None:
        self.now = now
        self._seed = seed
        self._counters = counters
        self._state = state
        self._stream = stream

    @property
    def today(self) -> date:
        """The date of the virtual clock."""
        return self.now.date()

    @cached_property
    def random(self) -> Random:
        """Chance that repeats: the same call at the same point of the same world draws the same."""
        return Random(self._stream)  # noqa: S311  (a named stream)

    def next_id(self, prefix: str) -> str:
        """A counted id such as `B-40213` that is no key of any table; another seed counts from elsewhere."""
        while True:
            self._counters[prefix] = self._counters.get(prefix, 0) + 1
            made = f"{prefix}{_first_number(prefix, self._seed) + self._counters[prefix]}"
            if not any(isinstance(entry, dict) and made in entry for entry in self._state.values()):
                return made

    def page(self, items: list[Any], limit: int | None = None, cursor: str | None = None) -> dict[str, Any]:
        """`{items, total, next_cursor}`: at most 10 items and about 2,000 characters, from where `cursor` left off."""
        return page(None, items, limit, cursor)  # type: ignore[arg-type]
