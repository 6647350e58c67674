"""What a witness is: calls on a fresh world, the last of which has an outcome."""

from __future__ import annotations

from collections import Counter
from typing import Any

from pydantic import Field

from gem_sim.worlds.marked import mark
from gem_sim.worlds.spec import Part


class Call(Part):
    """One call, as `gem-sim call` reads it."""

    name: str
    arguments: dict[str, Any] = Field(default_factory=dict)


class Aim(Part):
    """An outcome of a tool: `ok`, the code of the requirement at a place, or a code that the engine gives by itself."""

    tool: str
    outcome: str
    require: int | None = None

    @property
    def where(self) -> str:
        """Its place in the world: a tool, or a requirement of one."""
        return self.tool if self.require is None else f"{self.tool}.require[{self.require}]"

    @property
    def marked(self) -> str:
        """The outcome as a marked world gives it."""
        return self.outcome if self.require is None else mark(self.outcome, self.require)


class Witness(Aim):
    """Calls from the start of the world, seed 0; the last one is of the tool and has the outcome, and `digest` is that of the state after it."""

    calls: tuple[Call, ...] = Field(min_length=1)
    digest: str


class Missed(Aim):
    """An outcome for which no calls were found."""

    why: str


class Witnesses(Part):
    """What was found for the outcomes of a world."""

    witnesses: tuple[Witness, ...] = ()
    missed: tuple[Missed, ...] = ()

    def counts(self) -> dict[str, Any]:
        """Outcomes reached by code, those among them that take earlier calls, and those missed with the reason."""
        reached = Counter(one.outcome for one in self.witnesses)
        return {
            "reached": dict(reached.most_common()),
            "after_other_calls": sum(len(one.calls) > 1 for one in self.witnesses),
            "missed": [{"where": one.where, "outcome": one.outcome, "why": one.why} for one in self.missed],
        }
