"""What has to hold for a call: rows that are there and belong together, a status that allows it, values that are allowed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from gem_sim.records import Rule
from gem_sim.worlds.compiler.learning.links import Link, entered
from gem_sim.worlds.compiler.learning.meanings import Meaning
from gem_sim.worlds.compiler.learning.ruling import turned_down
from gem_sim.worlds.compiler.learning.statuses import allowed, asked, is_free, once
from gem_sim.worlds.compiler.learning.tables import Table
from gem_sim.worlds.compiler.learning.targets import element
from gem_sim.worlds.compiler.learning.verbs import amount_of, balance_of, switched
from gem_sim.worlds.compiler.learning.words import stems
from gem_sim.worlds.compiler.learning.work import Work, a, noun, test
from gem_sim.worlds.compiler.names import lexicon

Test = dict[str, Any]
Lets = dict[str, str]


def found_row(work: Work) -> tuple[Lets, list[Test]]:
    """The row that a tool works on, and that it is there."""
    target, table = work.target, work.table
    if table.single:
        return {}, []
    if target.pair:
        keys = ", ".join(work.converted(word, table.columns[held].type) for held in table.pair for word, told in target.pair if told == held)
        return {work.row: f"{table.name}({keys})"}, []
    if target.key is None:
        return {}, []
    said = work.converted(target.key, table.columns[target.by or ""].type)
    missing = [test(f"{work.row} is not None", "not_found", f"The {noun(table)} was not found")]
    if target.by != table.key:
        text = work.act.deed == "read_one" and table.columns[target.by or ""].type == "string" and work.act.type(target.key) == "string"
        found = f"[each_ for each_ in find({table.name}) if lower(each_.{target.by}) == lower({said})]" if text else f"find({table.name}, {target.by}={said})"
        return {work.row: f"first({found})"}, missing
    if table.parent is None:
        return {work.row: f"{table.name}({said})"}, []
    if target.outer and table.parent.parent is None:
        outer = work.key(target.outer[0][0], table.parent)
        return {work.row: f"{table.name}({outer}, {said})"}, []
    homes = "".join(f", {held}={work.said(word)}" for word, held in target.outer)
    return {work.row: f"first(find({table.name}, {table.key}={said}{homes}))"}, missing


def of_homes(work: Work) -> Iterator[Test]:
    """That the row stands where a call says: a parameter before its key names its owner."""
    for word in work.act.homes:
        meaning = work.meanings.get(word)
        if meaning is None or word in dict(work.target.outer):
            continue
        if len(meaning.path) == 1 and not (meaning.link and meaning.link.many):
            that = f"{work.row}.{meaning.path[0]} == {_as_held(work, word, meaning)}"
            yield test(work.loose(word, that), "not_found", f"The {noun(work.table)} was not found there")
        elif meaning.link is not None:
            owner = work.look_up(word, meaning.link)
            lists = next((name for name, column in meaning.link.table.columns.items() if _lists(work, meaning.link, name)), None)
            that = f"{owner} is not None" if lists is None else f"{work.row}.{work.table.key} in default({owner}.{lists}, [])"
            yield test(work.loose(word, that), "not_found", f"The {noun(work.table)} was not found there")


def _as_held(work: Work, word: str, meaning: Meaning) -> str:
    column = work.table.columns.get(meaning.path[0])
    return work.converted(word, column.type) if column is not None else work.said(word)


def _lists(work: Work, link: Link, name: str) -> bool:
    column = link.table.columns[name]
    keys = work.table.key_values()
    return column.type == "array" and column.items is not None and bool(column.items.values) and set(column.items.values) <= keys


def of_status(work: Work, rules: Sequence[Rule]) -> Iterator[Test]:
    """That the status of the row allows it: as name and description say, and not what it leads to already, unless a rule says that."""
    life, tool, row = work.life, work.act.tool.tool, work.row
    wanted, refused = asked(tool.name, tool.description or "", work.table, life)
    state = f"{row}.{life.column}"
    shown = noun(work.table)
    if wanted:
        that = f"{state} == {wanted[0]!r}" if len(wanted) == 1 else f"{state} in {list(wanted)!r}"
        yield test(that, "conflict", f"The {shown} is not {' or '.join(wanted)}")
        return
    given = any(meaning.path == (life.column,) for meaning in work.meanings.values())
    ended = [] if given or work.verb in lexicon()["reviving"] else [value for value in life.known if value.lower() in lexicon()["terminal"]]
    over = [*([work.result] if work.result else []), *refused, *ended]
    for status in dict.fromkeys(over):
        again = " already" if status == work.result else ""
        if not turned_down(work, rules, status):
            yield test(f"{state} != {status!r}", "conflict", f"The {shown} is {status}{again}")


def of_once(work: Work) -> Iterator[tuple[str, Test]]:
    """That a tool which works once for each row has not done so; with the column that says whether it has."""
    text = work.act.tool.tool.description or ""
    if once(text) and work.result is None:
        column = f"{work.act.name}_done" if work.act.name.isidentifier() else "done_once"
        yield column, test(f"not {work.row}.{column}", "conflict", "This was done already and can be done once")


def of_values(work: Work) -> Iterator[Test]:
    """That values are among those that the text of a parameter allows."""
    for word, about in work.act.properties.items():
        text = about.get("description")
        values = allowed(text) if isinstance(text, str) and not about.get("enum") else ()
        if values and work.act.type(word) in ("string", ""):
            yield test(work.loose(word, f"{work.said(word)} in {list(values)!r}"), "invalid", f"The {word.replace('_', ' ')} is none that is allowed")


def of_dates(work: Work) -> Iterator[Test]:
    """That days are written as they are in the rows."""
    for word, about in work.act.properties.items():
        meaning = work.meanings.get(word)
        if meaning is None or about.get("format"):
            continue
        if len(meaning.path) == 1 and work.act.type(word) == "string" and _is_day(work.table, meaning.path[0]):
            yield test(work.loose(word, f"is_date({work.said(word)})"), "invalid", f"The {word.replace('_', ' ')} is no date such as 2026-03-02")
        if meaning.nested is not None and work.many(word) and isinstance(inside := element(about).get("properties"), dict):
            yield from _days_inside(work, word, meaning.nested, inside)


def _days_inside(work: Work, word: str, child: Table, inside: dict[str, Any]) -> Iterator[Test]:
    said = work.said(word) if work.need(word) else f"default({work.said(word)}, [])"
    for name in inside:
        if _is_day(child, name):
            that = f"all([each_.{name} is None or is_date(each_.{name}) for each_ in {said}])"
            yield test(that, "invalid", f"A {name.replace('_', ' ')} is no date such as 2026-03-02")


def _is_day(table: Table, name: str) -> bool:
    return name in table.columns and table.columns[name].format == "date"


def of_amounts(work: Work) -> Iterator[Test]:
    """That no more is taken from an amount than there is."""
    for word, meaning in work.meanings.items():
        if work.act.type(word) in ("integer", "number") and meaning.link is None and meaning.nested is None:
            found = amount_of(work.table, work.verb, stems(work.act.name), word)
            if found is not None and found[1] < 0:
                yield test(
                    work.loose(word, f"default({work.row}.{found[0]}, 0) >= {work.said(word)}"),
                    "insufficient",
                    f"The {found[0].replace('_', ' ')} is not enough",
                )


def of_flags(work: Work) -> Iterator[Test]:
    """That what is switched is not so already."""
    found = switched(work.table, work.verb, stems(work.act.name))
    if found is not None and not any(meaning.path for word, meaning in work.meanings.items() if word not in work.act.homes):
        yield test(f"{work.row}.{found[0]} != {found[1]}", "conflict", f"The {noun(work.table)} is so already")


# --- rows that parameters name -------------------------------------------------------------------------------------------


def of_links(work: Work) -> tuple[Lets, list[Test]]:
    """The rows that parameters name beside the tool's own, that they are there and belong to what the row belongs to."""
    lets: Lets = {}
    tests: list[Test] = []
    for word, meaning in work.meanings.items():
        if meaning.entry and work.act.deed != "create":
            tests.append(test(work.loose(word, f"{work.row}.{meaning.path[0]}[{work.said(word)}] is not None"), "not_found", f"The {word} was not found there"))
        if word in work.act.homes or (meaning.link is None and meaning.nested is None):
            continue
        if meaning.pair:
            _paired(work, word, meaning, lets, tests)
        elif meaning.nested is not None and meaning.inner and not meaning.fresh and work.act.deed != "create":
            _inside(work, word, meaning, lets, tests)
        elif meaning.nested is not None and not meaning.inner:
            tests += _elements(work, word, meaning.nested)
        elif meaning.link is not None and work.many(word):
            _listed(work, word, meaning.link, tests)
        elif meaning.link is not None:
            _linked(work, word, meaning, lets, tests)
    return lets, tests


def _linked(work: Work, word: str, meaning: Meaning, lets: Lets, tests: list[Test]) -> None:
    link = meaning.link
    if link is None:
        return
    name, shown = work.name(word.removesuffix("_id")), noun(link.table)
    found = work.look_up(word, link)
    lets[name] = f"{found}" if work.need(word) else f"{found} if {work.said(word)} is not None else None"
    tests.append(test(work.loose(word, f"{name} is not None"), "not_found", f"The {shown} was not found"))
    for column, way in link.shared:
        if (held := work.held(way.column)) is not None:
            tests.append(test(work.loose(word, f"{name}.{column} == {held}"), "forbidden", f"The {shown} belongs to another one"))
    if meaning.path and (meaning.fresh or work.act.deed in ("create", "update")):
        tests += [test(work.loose(word, that), "unavailable", f"The {shown} is not available") for that in work.free(link, name)]


def _listed(work: Work, word: str, link: Link, tests: list[Test]) -> None:
    said = work.said(word) if work.need(word) else f"default({work.said(word)}, [])"
    key = work.look_up(word, link, "key_")
    tests.append(test(f"all([{key} is not None for key_ in {said}])", "not_found", f"{a(link.table)} was not found"))


def _elements(work: Work, word: str, child: Table) -> Iterator[Test]:
    """That the rows are there which elements of a list name."""
    inside = element(work.act.properties[word]).get("properties", {})
    said = work.said(word) if work.need(word) else f"default({work.said(word)}, [])"
    for (name, column), link in work.links.items():
        if name == child.name and column in inside and not link.many:
            found = work.look_up(word, link, f"each_.{column}", "each_")
            yield test(f"all([each_.{column} is None or {found} is not None for each_ in {said}])", "not_found", f"{a(link.table)} was not found")
            yield from _entries(work, child, column, link, said)
            yield from _funds(link, found, inside, said)


def _entries(work: Work, child: Table, column: str, link: Link, said: str) -> Iterator[Test]:
    """That a map in a named row has the entry that an element names too, and that it is free where entries say so."""
    for held, name in entered(child, column, link.table):
        entry = f"get({link.table.name}, each_.{column}).{held}[each_.{name}]"
        yield test(f"all([{entry} is not None for each_ in {said}])", "not_found", f"{a(link.table)} has no such {name.replace('_', ' ')}")
        about = link.table.columns[held].entries
        free = [(state, value) for state, inner in about.items() if inner.type == "string" for value in inner.values if is_free(value)]
        if free and work.act.deed == "create":
            state, value = free[0]
            yield test(f"all([{entry}.{state} == {value!r} for each_ in {said}])", "unavailable", f"{a(link.table)} is not {value}")


def _funds(link: Link, found: str, inside: dict[str, Any], said: str) -> Iterator[Test]:
    """That what a named row holds is enough for the amount that stands beside it."""
    held, amount = balance_of(link.table), next((name for name in inside if stems(name)[-1:] == ("amount",)), None)
    if held is not None and amount is not None:
        that = f"all([{found}.{held} is None or {found}.{held} >= default(each_.{amount}, 0) for each_ in {said}])"
        yield test(that, "insufficient", f"The {held.replace('_', ' ')} of a {noun(link.table)} is not enough")


def _inside(work: Work, word: str, meaning: Meaning, lets: Lets, tests: list[Test]) -> None:
    """Rows within the row that a parameter names: each is there, and none more often than it stands there."""
    child = meaning.nested
    if child is None:
        return
    rows, name, shown = f"{work.row}.{child.under}", work.name(child.under), noun(child)
    if work.many(word):
        said = work.said(word) if work.need(word) else f"default({work.said(word)}, [])"
        keys = f"[each_.{meaning.inner} for each_ in {said}]" if meaning.rows else said
        lets[name] = f"match({rows}, {meaning.inner!r}, {keys})"
        tests.append(test(f"all([each_ is not None for each_ in {name}])", "not_found", f"{a(child)} was not found there"))
        if work.need(word):
            tests.append(test(f"len({said}) > 0", "invalid", f"No {shown} is named"))
    else:
        lets[name] = f"first([each_ for each_ in {rows} if each_.{meaning.inner} == {work.converted(word, child.columns[meaning.inner].type)}])"
        tests.append(test(work.loose(word, f"{name} is not None"), "not_found", f"The {shown} was not found there"))


def _same(work: Work, word: str, link: Link) -> list[str]:
    """The columns in which a new row has to be as the old one, by what tool or parameter say: `of the same kind`."""
    text = f"{work.act.tool.tool.description or ''} {work.act.properties[word].get('description', '')}"
    plain = {name: " ".join(stems(name)) for name in link.table.columns if name != link.table.key}
    return [name for name, said in plain.items() if re.search(rf"\bsame {re.escape(said)}\b", text, re.IGNORECASE)]


def _paired(work: Work, word: str, meaning: Meaning, lets: Lets, tests: list[Test]) -> None:
    """Rows that take the place of others, one for each, of the same parent where both have one."""
    old, link = work.meanings[meaning.pair], meaning.link
    if old.nested is None or not (work.many(word) and work.many(meaning.pair)):
        return
    new = work.said(word) if work.need(word) else f"default({work.said(word)}, [])"
    there = work.said(meaning.pair) if work.need(meaning.pair) else f"default({work.said(meaning.pair)}, [])"
    tests.append(test(f"len({there}) == len({new})", "invalid", "There is not one new value for each old one"))
    if link is None:
        return
    name, shown, olds = work.name(word), noun(link.table), work.name(old.nested.under)
    lets[name] = f"[{work.look_up(word, link, 'key_', 'old_')} for old_, key_ in zip({olds}, {new})]"
    tests.append(test(f"all([new_ is not None for new_ in {name}])", "not_found", f"A new {shown} was not found"))
    for column in _same(work, word, link):
        was = work.look_up(word, link, f"old_.{old.inner}", "old_")
        tests.append(test(f"all([{was}.{column} == new_.{column} for old_, new_ in zip({olds}, {name})])", "invalid", f"A new {shown} is of another {column}"))
    tests += [test(f"all([{that} for new_ in {name}])", "unavailable", f"A new {shown} is not available") for that in work.free(link, "new_")]
