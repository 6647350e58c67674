"""Tells wishes that change nothing: to know a field, a figure over several rows, what only the user can do, and what no tool can do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gem_sim.errors import PlanError
from gem_sim.grammar import plural
from gem_sim.records import Answer, Call
from gem_sim.scenarios.descriptions import loosely
from gem_sim.scenarios.lookup import Read
from gem_sim.scenarios.naming import given_of, named, wish_of
from gem_sim.scenarios.telling import Telling
from gem_sim.scenarios.wishes import Wish
from gem_sim.scenarios.wording import in_words, key_field, label_of, noun, spoken, spoken_name

MOST_PARTS = 6
"""A figure over more rows is told without them."""


def field(told: Telling, wish: Wish, opening: str) -> None:
    """The value of a field of a row that has to be found."""
    entity, asked = wish.entity or "", wish.field or ""
    key = key_field(told.world.spec, entity)
    row = told.row(entity, wish.arguments[key])
    said = told.said_of(entity, row, vague=wish.vague)
    if told.has_shown({key: row[key], asked: row[asked]}):
        raise PlanError("the user has been told already")
    if asked in said.facts:
        raise PlanError("the user tells the row by what they ask for")
    about = f"the {spoken_name(asked)} of {said.text}"
    told.wants(opening, in_words(f"find out {about}") | {"ask": f"what is {about}"}, {})
    told.find([(entity, row, said)])
    if not told.has_shown({key: row[key], asked: row[asked]}):
        _show(told, entity, row[key])
    if not told.has_shown({key: row[key], asked: row[asked]}):
        raise PlanError(f"nothing shows the {asked} of {entity}")
    told.answers.append(Answer(said=row[asked]))
    told.assistant("answer", field=spoken_name(asked), thing=said.text, value=spoken(row[asked]))


def _show(told: Telling, entity: str, key: Any) -> None:
    """Read the row itself, where a list shows only parts of it."""
    tool = told.setting.shape.shows.get(entity)
    if tool is not None:
        parameter = next(name for name, of in told.setting.shape.keys[tool].items() if of == entity)
        told.call(Call(name=tool, arguments={parameter: key}), "look_on")


def own(told: Telling, wish: Wish, opening: str) -> None:
    """Something that only the user can do: the assistant says so, the user does it."""
    rows = named(told, wish.tool, wish.arguments)
    words, given = wish_of(told, wish.tool, rows), given_of(told, wish.tool, wish.arguments, rows)
    told.wants(opening, words, given)
    told.assistant("ask_step", error=wish.how, wish=words, given={})
    call = Call(name=wish.tool, arguments=wish.arguments)
    told.execute(call)
    told.user("do_step", (call,))
    told.user("step_done")
    told.assistant("done", wish=words, results={})


def total(told: Telling, wish: Wish, opening: str) -> None:
    """A figure over all rows that a list gives: how many they are, or the sum, least or greatest of a field."""
    entity, asked = wish.entity or "", wish.field or ""
    what = _figure(told, wish)
    told.wants(opening, in_words(f"find out {what}") | {"ask": f"what is {what}"}, {})
    told.find([(ref, row, told.said_of(ref, row)) for ref, row in _narrowing(told, wish)])
    items = [item for read in _pages(told, wish) for item in _items(read.result.value)]
    values = [item[asked] for item in items if isinstance(item.get(asked), (int, float)) and not isinstance(item[asked], bool)]
    if len(values) != len(items) or len(items) < 2:
        raise PlanError(f"{len(items)} rows are nothing to work out a figure over")
    value = round(sum(values) if wish.how == "total" else max(values) if wish.how == "highest" else min(values), 2)
    told.answers.append(Answer(said=value))
    parts = [[_short(told, entity, item), spoken(item[asked])] for item in items] if len(items) <= MOST_PARTS else []
    told.assistant("total", what=what, value=spoken(value), parts=parts)


def _narrowing(told: Telling, wish: Wish) -> list[tuple[str, dict[str, Any]]]:
    """The rows that the list is narrowed to by reference."""
    fields = told.world.spec.entities[wish.entity or ""].fields
    return [(ref, told.row(ref, value)) for name, value in wish.arguments.items() if name in fields and (ref := fields[name].ref) is not None]


def _figure(told: Telling, wish: Wish) -> str:
    """`the total amount of the invoices for Ana`."""
    entity = wish.entity or ""
    rows = [row for row in told.world.rows(entity) if all(row.get(name) == value for name, value in wish.arguments.items())]
    things = loosely(told.world, entity, rows[0], told.setting.me).text if rows and wish.arguments else f"all {noun(entity)}"
    return f"the {wish.how} {spoken_name(wish.field or '')} of {things.replace(noun(entity), plural(noun(entity)), 1)}"


def _short(told: Telling, entity: str, item: dict[str, Any]) -> str:
    label = label_of(told.world.spec.entities[entity])
    return str(item.get(label or "", item.get(key_field(told.world.spec, entity), "")))


def _items(value: Any) -> list[dict[str, Any]]:
    found = value.get("items") if isinstance(value, dict) else value
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _pages(told: Telling, wish: Wish) -> Iterator[Read]:
    """All pages of a list, up to three."""
    arguments = wish.arguments
    for _ in range(3):
        call = Call(name=wish.tool, arguments=arguments)
        result = told.call(call, "look_on" if told.beats[-1].calls else "look_up")
        yield Read(call, result)
        cursor = result.value.get("next_cursor") if isinstance(result.value, dict) else None
        if cursor is None:
            return
        arguments = {**arguments, "cursor": cursor}
    raise PlanError(f"{wish.tool}: the list is too long for a figure")


def beyond(told: Telling, wish: Wish, opening: str) -> None:
    """Something that no tool does: the assistant says so."""
    told.wants(opening, in_words(wish.how), {})
    told.assistant("cannot", wish=in_words(wish.how))
