"""Targets such as `tools>=8,calls>=15,recovery>=25%`: read from text, held against measured episodes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from gem_sim.errors import SettingsError
from gem_sim.quality.measures import Measures

_PART = re.compile(r"(\w+)\s*(>=|<=|=)\s*(\d+(?:\.\d+)?)\s*(%?)")
COUNTS: dict[str, Callable[[Measures], float]] = {name: attrgetter(name) for name in ("messages", "tools", "calls", "distinct", "chain", "distance")}
"""Numbers that every episode has to reach."""
SHARES: dict[str, Callable[[Measures], float]] = {name: attrgetter(name) for name in ("necessary", "dead_reads", "arguments_from_results")}
"""Shares inside an episode that every episode has to reach."""
KINDS: dict[str, Callable[[Measures], float]] = {
    "recovery": lambda one: one.recovered,
    "rule_decided": lambda one: bool(one.rules),
    "connected": lambda one: one.connected,
    "imagined": lambda one: one.imagined > 0,
}
"""What an episode has or not; a target is the share of episodes that have it."""
KNOWN = {**COUNTS, **SHARES, **KINDS}


@dataclass(frozen=True)
class Target:
    """One bound: `least` or `most` of a measure, shares as parts of one."""

    measure: str
    sign: str
    value: float

    def holds(self, value: float) -> bool:
        """Whether a value keeps the bound."""
        return value >= self.value if self.sign == ">=" else value <= self.value if self.sign == "<=" else value == self.value

    def __str__(self) -> str:
        return f"{self.measure}{self.sign}{_shown(self.measure, self.value)}"


@dataclass(frozen=True)
class Targets:
    """The bounds of one text. Those of counts and of shares inside an episode hold for each episode, the others for all together."""

    bounds: tuple[Target, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Targets:
        """`tools>=8,calls>=15,recovery>=25%`; signs are >=, <= and =. Raises SettingsError that names the part and what is known."""
        return cls(tuple(_target(part.strip()) for part in text.split(",")))

    def data(self) -> dict[str, str]:
        """Measure to its bounds as text: what a scenario records under `targets`."""
        found: dict[str, str] = {}
        for bound in self.bounds:
            text = str(bound).removeprefix(bound.measure)
            found[bound.measure] = f"{found[bound.measure]},{text}" if bound.measure in found else text
        return found

    def least(self, measure: str) -> float:
        """What a measure must at least be, a share as a part of one; 0.0 where nothing is asked for."""
        return max((bound.value for bound in self.bounds if bound.measure == measure and bound.sign != "<="), default=0.0)

    def unmet(self, one: Measures) -> list[str]:
        """The bounds that an episode misses, each as `calls>=15: 12`; what only many episodes can meet is not asked of one."""
        values = [(bound, float(KNOWN[bound.measure](one))) for bound in self.bounds if bound.measure not in KINDS]
        return [f"{bound}: {_shown(bound.measure, value)}" for bound, value in values if not bound.holds(value)]

    def unmet_over(self, measured: Sequence[Measures]) -> list[str]:
        """The bounds that a run misses: shares of episodes, and bounds of each episode with how many miss them."""
        missed = []
        for bound in self.bounds if measured else ():
            values = [float(KNOWN[bound.measure](one)) for one in measured]
            if bound.measure in KINDS:
                found = sum(values) / len(values)
                missed += [] if bound.holds(found) else [f"{bound}: {_shown(bound.measure, found)}"]
            elif short := sum(not bound.holds(value) for value in values):
                missed.append(f"{bound}: missed by {short} of {len(values)} episodes")
        return missed


def _target(part: str) -> Target:
    match = _PART.fullmatch(part)
    if match is None or match[1] not in KNOWN:
        raise SettingsError(f"targets: {part!r:.60}: expected MEASURE>=NUMBER such as calls>=15 or recovery>=25%, with one of {', '.join(KNOWN)}")
    name, sign, number, percent = match.groups()
    value = float(number) / 100 if percent else float(number)
    if name in COUNTS and percent:
        raise SettingsError(f"targets: {part!r:.60}: {name} is a number, not a share; expected for example {name}>={number}")
    if name not in COUNTS and value > 1:
        raise SettingsError(f"targets: {part!r:.60}: {name} is a share of at most 100%; expected for example {name}>=25%")
    return Target(name, sign, value)


def _shown(measure: str, value: float) -> str:
    return f"{value:g}" if measure in COUNTS else f"{100 * value:.3g}%"
