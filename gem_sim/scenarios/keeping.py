"""Whether a value or a status keeps a rule: the one reading of limits and states for planning and for reward."""

from __future__ import annotations

from typing import Any

from gem_sim.records import LimitCheck, StateCheck


def within(limit: LimitCheck, value: Any) -> bool:
    """Whether a value keeps a limit; what is not given breaks none."""
    if limit.values is not None and value is not None and value not in limit.values:
        return False
    size = len(value) if isinstance(value, (str, list)) else value
    number = isinstance(size, (int, float))
    return not number or ((limit.minimum is None or size >= limit.minimum) and (limit.maximum is None or size <= limit.maximum))


def in_state(check: StateCheck, status: Any) -> bool:
    """Whether a row in this status may be worked on."""
    return (not check.allowed or status in check.allowed) and status not in check.forbidden
