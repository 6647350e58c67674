"""Verbs that make rows, switch a column on or off, or add to an amount or take from it."""

from __future__ import annotations

from gem_sim.worlds.compiler.learning.tables import Table
from gem_sim.worlds.compiler.learning.words import stems
from gem_sim.worlds.compiler.reading.words import Words
from gem_sim.worlds.compiler.status import participle

ADDS = ("add", "append", "attach", "include", "assign", "grant", "invite", "enroll", "enrol", "subscribe", "join", "tag", "link")
TAKES = ("remove", "delete", "detach", "unassign", "revoke", "drop", "exclude", "unsubscribe", "leave", "untag", "unlink")
_ON = ("enable", "activate", "allow", "start", "turn", "switch")
_OFF = {
    "disable": "enable",
    "deactivate": "activate",
    "forbid": "allow",
    "disallow": "allow",
    "stop": "start",
    **{
        word: word[2:]
        for word in ("unlock", "unmute", "unpin", "unstar", "unarchive", "unblock", "unhide", "unpublish", "unfreeze", "unsubscribe", "unverify", "unflag")
    },
}
_SAYS_ON = ("enabled", "active", "activated", "on", "allowed", "is", "has")
_MORE = ("add", "deposit", "top", "refuel", "recharge", "increase", "credit", "increment", "earn", "restock", "replenish", "load", "fund", "award", "raise")
_LESS = ("withdraw", "deduct", "decrease", "debit", "decrement", "redeem", "spend", "reduce", "subtract", "charge", "consume", "use")
_AMOUNTS = ("balance", "stock", "credit", "point", "quantity", "amount", "inventory", "total", "fund")
"""Columns of which amounts are added or taken, the likeliest first."""
_GIVEN = ("amount", "quantity", "value", "point", "unit", "count", "number", "sum", "gb", "hour", "credit")
"""Words of parameters that say how much."""
MAKING = ("create", "add", "insert", "register", "new", "make", "generate", "import", "enter", "upload", "submit", "define", "put", "upsert", "post", "open")
"""Verbs that make rows and change none."""
_MADE = {
    "lend": ("loan", "checkout"),
    "borrow": ("loan", "checkout"),
    "buy": ("order", "purchase", "sale"),
    "purchase": ("order", "sale"),
    "sell": ("sale", "order"),
    "hire": ("rental", "contract"),
    "book": ("reservation", "appointment"),
    "schedule": ("appointment", "visit", "booking"),
    "send": ("message", "email"),
    "ask": ("question", "request"),
    "admit": ("admission",),
    "deliver": ("delivery",),
    "complain": ("complaint",),
}
"""What verbs make whose name is not like theirs."""
_SHORT, _STEM = 3, 4
"""Letters of a verb, and of a noun that is made of it."""
_ALIKE = 5
"""Letters in which a verb and a word made of it are the same."""


def switched(table: Table, verb: str, said: Words) -> tuple[str, bool] | None:
    """The column of truth values that a tool switches, and to what; None where it switches none. `said` are the words of its name."""
    base = _OFF.get(verb, verb)
    on = verb not in _OFF and not ({"turn", "switch"} & {verb} and "off" in said)
    flags = [name for name, column in table.columns.items() if column.type == "boolean"]
    for name in flags:
        spelled = stems(name)
        rest = [word for word in spelled if word not in _SAYS_ON]
        own = participle(base) in spelled and all(word in (*said, participle(base), *_SAYS_ON) for word in spelled)
        told = base in _ON and ((bool(rest) and set(rest) <= set(said)) or (not rest and len(flags) == 1))
        if own or told:
            return name, on
    return None


def made_by(verb: str, noun: str) -> bool:
    """Whether a noun is what a verb makes: a reservation, a booking, a payment, a loan."""
    if noun in _MADE.get(verb, ()):
        return True
    stem = verb.rstrip("e")
    alike = max(_STEM, len(stem) - 2)
    return len(stem) >= _SHORT and noun != stem and (noun.startswith(stem) or (len(stem) > _STEM and noun[:alike] == stem[:alike]))


def amount_of(table: Table, verb: str, said: Words, word: str) -> tuple[str, int] | None:
    """The column of numbers that a parameter says how much to add to (1) or to take from (-1); None where the verb does neither."""
    sign = 1 if verb in _MORE else -1 if verb in _LESS else 0
    spelled = stems(word)
    if not sign or not set(spelled) & set(_GIVEN):
        return None
    numbers = {name: column for name, column in table.columns.items() if column.type in ("integer", "number") and name != table.key}
    ranked = [(_shared((*said, *spelled), name), name) for name in numbers]
    best = max(ranked, default=(0, ""))
    usual = next((name for kind in _AMOUNTS for name in numbers if kind in stems(name)), next((name for name in numbers if stems(name) == spelled), None))
    if best[0] >= 2 and [rank for rank, _ in ranked].count(best[0]) == 1:
        return best[1], sign
    return (usual, sign) if usual is not None else None


def balance_of(table: Table) -> str | None:
    """The column of what a row holds that can be spent."""
    numbers = (name for name, column in table.columns.items() if column.type in ("integer", "number"))
    return next((name for name in numbers if stems(name)[-1:] in (("balance",), ("amount",), ("credit",))), None)


def _shared(said: Words, name: str) -> int:
    """How many words of a column stand among those of a tool, in any form."""
    return sum(any(word == other or (len(word) >= _ALIKE and word[:_ALIKE] == other[:_ALIKE]) for other in said) for word in set(stems(name)))
