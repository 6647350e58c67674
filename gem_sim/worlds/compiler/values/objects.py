"""Objects whose schema does not say what is in them, by their name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gem_sim.worlds.compiler.values.row import Row
from gem_sim.worlds.compiler.values.texts import MAKERS, Slot

_SLOT = Slot((), (), "", "start", "", "")


def _made(row: Row, *makers: str) -> dict[str, Any]:
    return {maker: MAKERS[maker](row, _SLOT) for maker in makers}


_BY_WORD: tuple[tuple[tuple[str, ...], Callable[[Row], dict[str, Any]]], ...] = (
    (("address", "destination", "origin"), lambda row: _made(row, "street", "city", "postcode", "country")),
    (("amount", "price", "fee", "total", "balance", "cost"), lambda row: {"value": row.random.randint(20, 480), "currency": row.place("").currency}),
    (("location", "position", "coordinates", "point", "geo", "center"), lambda row: {"latitude": row.place("").latitude, "longitude": row.place("").longitude}),
    (
        ("customer", "user", "contact", "person", "owner", "author", "recipient", "sender", "profile", "buyer"),
        lambda row: {"name": row.person("").name, "email": MAKERS["email"](row, _SLOT)},
    ),
    (("name",), lambda row: {"first": row.person("").first, "last": row.person("").last}),
    (("size", "dimensions", "bounds"), lambda row: {"width": row.random.randint(10, 90), "height": row.random.randint(10, 90)}),
    (("range", "period", "interval", "schedule", "dates"), lambda row: {"start": f"{row.moment('start'):%Y-%m-%d}", "end": f"{row.moment('end'):%Y-%m-%d}"}),
    (("headers", "header"), lambda row: {"Accept": MAKERS["mime"](row, _SLOT)}),
    (("cookies",), lambda row: {"session": MAKERS["token"](row, _SLOT)}),
    (("metadata", "meta", "tags", "labels", "attributes", "annotations", "properties"), lambda row: {"source": row.pick(("import", "website", "app"))}),
    (("image", "photo", "file", "attachment", "document"), lambda row: {"name": MAKERS["filename"](row, _SLOT)}),
    (("options", "settings", "config", "configuration", "preferences", "features"), lambda row: {"enabled": row.random.random() < 0.5}),
    (("params", "parameters", "arguments", "query", "filter", "filters", "criteria"), lambda row: {"status": row.pick(("open", "done"))}),
    (("schema",), lambda _: {"type": "object"}),
)


def free_object(words: tuple[str, ...]) -> tuple[Callable[[Row], dict[str, Any]], bool]:
    """A maker of objects for a field of these words, and whether they say anything."""
    for known, make in _BY_WORD:
        if set(words) & set(known):
            return make, True
    return (lambda row: {"source": row.pick(("import", "website", "app")), "note": MAKERS["note"](row, _SLOT)}), False
