"""Functions over dates and times on the virtual clock, all in ISO 8601."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Any

from gem_sim.worlds.language.errors import Unusable
from gem_sim.worlds.language.functions.need import Clock, Function, a_moment, whole

_NO_CALENDAR = "leads out of the calendar"


def days(_: Clock, start: Any, end: Any) -> int:
    """Whole calendar days from `start` to `end`, negative when `end` is earlier."""
    return (a_moment("days", end).date() - a_moment("days", start).date()).days


def minutes(_: Clock, start: Any, end: Any) -> int:
    """Whole minutes from `start` to `end`, rounded down."""
    return int((a_moment("minutes", end) - a_moment("minutes", start)).total_seconds() // 60)


def _like(given: str, moment: datetime) -> str:
    """A date for a date, a time for a time."""
    return moment.date().isoformat() if len(given) <= 10 else moment.isoformat(timespec="seconds")


def plus_days(_: Clock, start: Any, count: Any) -> str:
    """The date or time `count` days after `start`."""
    try:
        return _like(start, a_moment("plus_days", start) + timedelta(days=whole("plus_days", count)))
    except OverflowError:
        raise Unusable(f"plus_days: {count!r:.20} days {_NO_CALENDAR}") from None


def plus_minutes(_: Clock, start: Any, count: Any) -> str:
    """The time `count` minutes after `start`."""
    try:
        return (a_moment("plus_minutes", start) + timedelta(minutes=whole("plus_minutes", count))).isoformat(timespec="seconds")
    except OverflowError:
        raise Unusable(f"plus_minutes: {count!r:.20} minutes {_NO_CALENDAR}") from None


def plus_months(_: Clock, start: Any, count: Any) -> str:
    """The same day `count` months later, or the last day of that month where it is shorter."""
    moment = a_moment("plus_months", start)
    years, month = divmod(moment.year * 12 + moment.month - 1 + whole("plus_months", count), 12)
    if not 1 <= years <= 9999:
        raise Unusable(f"plus_months: {count!r:.20} months {_NO_CALENDAR}")
    day = min(moment.day, monthrange(years, month + 1)[1])
    return _like(start, moment.replace(year=years, month=month + 1, day=day))


def years(_: Clock, start: Any, end: Any) -> int:
    """Whole years from `start` to `end`, as ages are counted."""
    one, other = a_moment("years", start).date(), a_moment("years", end).date()
    return other.year - one.year - ((other.month, other.day) < (one.month, one.day))


def is_date(_: Clock, value: Any) -> bool:
    """Whether a value is a date or time in ISO 8601."""
    try:
        a_moment("is_date", value)
    except Unusable:
        return False
    return True


FUNCTIONS: dict[str, Function] = {
    "days": days,
    "minutes": minutes,
    "plus_days": plus_days,
    "plus_minutes": plus_minutes,
    "plus_months": plus_months,
    "years": years,
    "is_date": is_date,
    "weekday": lambda _, value: a_moment("weekday", value).isoweekday(),
    "date": lambda _, value: date.isoformat(a_moment("date", value).date()),
}
