"""Where a mock is examined: calls that cannot break the check, places (states with the rows that led there) and what was seen in them."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from functools import cached_property
from random import Random
from typing import Any, NamedTuple

from gem_sim.worlds.laws import declared
from gem_sim.worlds.laws.codes import Flaw, flaw
from gem_sim.worlds.laws.draw import Draw
from gem_sim.worlds.laws.facts import Facts, rows_in, sample
from gem_sim.worlds.laws.story import Line, tell
from gem_sim.worlds.laws.surface import Mock, Raised, Result, Tool, World
from gem_sim.worlds.witnesses.records import Witnesses

_PER_OUTCOME = 10
_PER_SHAPE = 4
_RECENT = 24


class Place(NamedTuple):
    """A state that is never changed, and rows that calls on the way to it wrote."""

    world: World
    recent: tuple[dict[str, Any], ...] = ()


class Seen(NamedTuple):
    """A call that was made: where, what, the answer, and the world after it."""

    place: Place
    tool: str
    arguments: dict[str, Any]
    result: Result
    after: World

    @property
    def outcome(self) -> str:
        """`ok` or the error code; where requirements are declared, each has a code of its own."""
        return declared.outcome_of(self.result)

    @property
    def said(self) -> str:
        """The call as people write it, cut to a readable length."""
        return short(self.tool, self.arguments)


def short(tool: str, arguments: Any) -> str:
    """A call as text of bounded length."""
    inner = ", ".join(f"{name}={value!r}" for name, value in arguments.items()) if isinstance(arguments, dict) else repr(arguments)
    return f"{tool}({inner if len(inner) < 160 else inner[:157] + '...'})"


def _size(value: Any) -> int:
    """Whether a result has none, one or several rows: an empty list teaches little, and there are many of them."""
    lists = [item for item in (value.values() if isinstance(value, dict) else [value]) if isinstance(item, list)]
    return min(2, max(map(len, lists), default=3))


class Lab:
    """One mock under examination.

    `source` is where another process can load it from, where there is such a place; `kept` are the witnesses found when it was compiled.
    """

    def __init__(self, mock: Mock, source: str | None = None, kept: Witnesses | None = None) -> None:
        self.given = mock
        self.mock = declared.marked(mock)
        self.source = source
        self.kept = kept
        self.noted: list[Flaw] = []
        self.start = Place(self.mock.start(0))
        self.seen: list[Seen] = []
        self.places: list[Place] = [self.start]
        self.checks: Counter[str] = Counter()
        """How often something was looked at that could have given a finding, by its code."""
        self.misses: Counter[tuple[str, str]] = Counter()
        """Reading tool and kind of row: how often the tool did not show one."""
        self._kept: Counter[tuple[Any, ...]] = Counter()
        self._outcomes: set[tuple[str, str]] = set()
        self.draw = self._draw()

    @property
    def tools(self) -> dict[str, Tool]:
        """The tools by name."""
        return dict(self.mock.tools)

    @cached_property
    def story(self) -> list[Line]:
        """One fixed sequence of calls on a fresh world, with all answers."""
        return tell(self, seed=0)

    @staticmethod
    def stream(*names: Any) -> Random:
        """The named random stream."""
        return Random("/".join(map(str, ("laws", *names))))  # noqa: S311  (examples, not secrets)

    def call(self, world: World, tool: str, arguments: Any) -> Result:
        """One call with a copy of the arguments; one that raises is noted and counts as failed."""
        try:
            return world.call(tool, deepcopy(arguments))
        except Exception as error:  # noqa: BLE001  (a plug-in may run anybody's code; what escapes is what is looked for)
            self.note("call.raises", tool, f"{short(tool, arguments)} raised {type(error).__name__}: {str(error)[:200]}")
            return Raised({"code": "raised", "message": type(error).__name__})

    def propose(self, world: World, tool: str, outcome: str = "ok") -> dict[str, Any] | None:
        """Proposed arguments; none, and a note, where looking for them raised."""
        try:
            return world.propose(tool, outcome)
        except Exception as error:  # noqa: BLE001  (as above: a proposal of a plug-in runs its functions)
            self.note("call.raises", tool, f"propose raised {type(error).__name__}: {str(error)[:200]}")
            return None

    def note(self, code: str, where: str, what: str) -> None:
        """Keep a flaw that came to light on the way."""
        self.noted.append(flaw(code, where, what))

    def checked(self, code: str) -> None:
        """Count a look at something that could have been such a flaw."""
        self.checks[code] += 1

    def attempt(self, place: Place, tool: str, arguments: Any) -> Seen:
        """A call on a fork of a place."""
        after = place.world.fork()
        result = self.call(after, tool, arguments)
        return Seen(place, tool, arguments, result, after)

    def keep(self, seen: Seen) -> bool:
        """Remember a call unless enough like it are known."""
        kind = (seen.tool, seen.outcome, _size(seen.result.value), bool(seen.result.diff))
        shape = (*kind, frozenset(seen.arguments))
        if self._kept[shape] >= _PER_SHAPE or self._kept[kind] >= _PER_OUTCOME:
            return False
        self._outcomes.add((seen.tool, seen.outcome))
        self._kept.update((shape, kind))
        self.seen.append(seen)
        return True

    def reached(self, tool: str, outcome: str) -> bool:
        """Whether a call of the tool had that outcome."""
        return (tool, outcome) in self._outcomes

    def of(self, tool: str, *, ok: bool) -> list[Seen]:
        """The remembered calls of a tool that worked, or that did not."""
        return [seen for seen in self.seen if seen.tool == tool and seen.result.ok == ok]

    def after(self, seen: Seen) -> Place:
        """Where a call led to."""
        return Place(seen.after, (*seen.place.recent, *self.written(seen.result.diff))[-_RECENT:])

    def written(self, diff: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows of a diff as far as it tells them: inserted ones whole, changed ones by key and new values."""
        rows = []
        for change in diff:
            if change["op"] != "delete":
                values = change.get("row") or {name: pair[1] for name, pair in change.get("fields", {}).items()}
                rows.append({**self.key_fields(change["entity"], change["key"]), **values})
        return rows

    def key_fields(self, entity: str, key: Any) -> dict[str, Any]:
        """A key with the names of its fields."""
        parts = key if isinstance(key, list) else [key]
        about = declared.entities(self.mock).get(entity)
        names = about.keys if about is not None else [f"{entity.lower()}_id"] if len(parts) == 1 else [f"key_{at}" for at in range(len(parts))]
        return dict(zip(names, parts, strict=False))

    def learn(self) -> None:
        """Take what the story showed for facts too: for a plug-in it is most of what can be known."""
        shown = [row for line in self.story if line.ok for row in rows_in(line.content)]
        self.draw.facts = Facts([*self.draw.facts.rows, *shown])

    def _draw(self) -> Draw:
        known = declared.entities(self.mock)
        tables: dict[str, list[Any]] = {name: self.start.world.rows(name) for name in known}  # type: ignore[attr-defined]
        values = [*map(sample, tables.values()), *(() if known else [self.start.world.dump()])]
        return Draw(self.mock, Facts(row for value in values for row in rows_in(value)), tables)
