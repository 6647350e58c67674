"""Filter and extraction: from a text to what it says can be done, and under which rules."""

from __future__ import annotations

from gem_sim.extract.filter import Verdict, judge
from gem_sim.extract.offline import extract

__all__ = ["Verdict", "extract", "judge"]
