"""The named functions of the expression language. Each is total: a value it cannot use raises Unusable, never a Python error.

A function takes the run of the call first (its clock and step counter) and canonical values after it.
"""

from gem_sim.worlds.language.functions import dates, lists, numbers, objects, texts, units
from gem_sim.worlds.language.functions.need import Function

FUNCTIONS: dict[str, Function] = {
    **lists.FUNCTIONS,
    **numbers.FUNCTIONS,
    **texts.FUNCTIONS,
    **dates.FUNCTIONS,
    **objects.FUNCTIONS,
    **units.FUNCTIONS,
}
"""Name to function. `get`, `find`, `filter`, `exists`, `none`, `count` and `next_id` work on entities and live in `calls`."""

PRICES = {
    **dict.fromkeys(("days", "minutes", "weekday", "date", "years", "is_date", "number", "sqrt", "log", "power", "floor", "ceil"), 1),
    **dict.fromkeys(("plus_days", "plus_months", "plus_minutes", "round", "fixed", "convert", "search"), 5),
    "page": 16,
    "arithmetic": 60,
}
"""Steps of a function beside those for the size of what it is given."""
KEEPS_ROWS = frozenset({"sort", "reverse", "search", "match"})
"""Functions whose result is a list of elements of their first argument, so that rows in it stay rows."""
FIRST_OF = frozenset({"first", "last"})
"""Functions whose result is one element of their first argument."""
TAKES_ROWS = KEEPS_ROWS | FIRST_OF | {"len", "count", "any", "all"}
"""Functions that need not know what lives in the rows they are given."""
