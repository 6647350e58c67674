"""The rows that compiled worlds begin with: what of them is filler, what does not fit its field, what does not hold, and how fast they come.

    python benchmarks/compiler_rows.py [--sets ID...] [--limit N] [--failures K]

Every set of ../shared/data/toolsets is compiled from its tools alone; sets with a writing tool ("stateful") stand apart from all.
Nothing of the compiler's own word lists is used to judge its values.

* filler: the share of fields that the report calls filler; `unreported` are further fields whose texts all are a word and a number
  (`Ward 14B`), or whose objects all are empty.
* fits: of the fields whose name says what form a value has (e-mail, phone, url, date, id, count, ...; `FORMS` below) the share whose
  values all have it.
* references: of the references that are set, the share that name a row. `ids`: of the fields called as the key of another entity of
  the world, whether declared as references or not, the share whose values are such keys.
* schema_valid: of the values in fields that a writing tool of the entity takes, the share that the tool's schema takes.
* ordered: of the pairs of dates in one row whose names say which one is earlier, the share in that order.
* agree: of the rows with a person's name and that person's e-mail address, the share where the address holds a part of the name.
* alike: of the fields with six values or more whose schema leaves a choice, the share that hold the same in every row.
* statuses: of the values that the enum of a status or state lists, the share that some row has (entities with as many rows).
* two_labels: entities in which two fields say differently what the row is called (`name` and `project_name`), of all that have such a field.
* past_and_future: of the fields of starts, ends and deadlines, the share with values before and after the clock of the world.
"""

import json
import multiprocessing
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

from common import show
from rows import measured
from toolsets import chosen, compiled, options, ratio, spread, tool_sets
from words import plain, words

from gem_sim.errors import SpecError
from gem_sim.worlds.compiler import CLOCK, Compilation
from gem_sim.worlds.spec import EntitySpec, WorldSpec
from gem_sim.worlds.validation import validator

GOALS = {"filler": 0.10, "references": 1.0, "schema_valid": 1.0, "ordered": 1.0}
LEAST = 6
"""Rows from which on a field that never differs counts."""
_NUMBERED = re.compile(r"^[A-Z][^.]* \d+[A-H]?$")
_PERSON = re.compile(r"[A-Z][a-z]+ (?!Partners|Foods|Services|Systems|Group|Logistics)[A-Z][a-z]+")
_STEPS = (("created", "updated"), ("created", "closed"), ("start", "end"), ("from", "to"), ("starts", "ends"), ("begin", "end"), ("checkin", "checkout"))
_STEPS_MORE = (("departure", "arrival"), ("opened", "closed"), ("issued", "due"), ("created", "modified"), ("ordered", "delivered"), ("valid_from", "valid_to"))
_AHEAD = {"start", "end", "starts", "ends", "due", "deadline", "departure", "arrival", "scheduled"}
_LABELS = {"name", "title", "label"}
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{2,4}[/.]\d\d?[/.]\d{2,4}|^\d{8}(\d{4,6})?$|^\d{10,13}$")
_TEXTS: dict[str, tuple[tuple[str, ...], str]] = {
    "email": (("email", "mail"), r"[^@ ]+@[^@ ]+\.[a-z]+"),
    "phone": (("phone", "mobile", "fax", "telephone", "msisdn"), r"\+?[\d ()./-]{5,}"),
    "url": (("url", "uri", "webhook", "website", "homepage"), r"([a-z+]+:/|/)\S+|[\w.-]+\.[a-z]{2,}(/\S*)?"),
    "ip": (("ip",), r"[\d.]{7,}(/\d+)?|[0-9a-f:]+(/\d+)?"),
    "postcode": (("zip", "zipcode", "postcode", "postalcode"), r"(?=.*\d)[\w -]{3,10}"),
    "currency": (("currency",), r"[A-Za-z ]{3,20}"),
    "place": (("city", "country", "town", "state"), r"[^\d@/]{2,40}"),
    "id": (("id", "uuid", "guid", "ids"), r"\S+"),
    "code": (("code", "number", "sku", "reference"), r"\S{1,40}|(?=.*\d)[\w .:/-]{1,30}"),
    "user name": (("username", "slug", "handle", "login"), r"\S+"),
    "hash": (("hash", "sha", "token", "signature", "checksum"), r"\S{6,}"),
    "version": (("version",), r".*\d.*|[a-z]+"),
    "path": (("path", "filename", "directory"), r"[^\n?!]+"),
    "what it says": (("description", "summary", "comment", "note", "notes", "message"), r"\S+( \S+)+.*|"),
    "name": (("name", "title"), r"(?!.* \d+[A-H]$)[^\n]{1,80}"),
    "count as a text": (("count", "quantity", "limit"), r"[\d.]+"),
    "language": (("lang", "locale", "language"), r"[A-Za-z][A-Za-z_-]{1,20}"),
}
_WHOLE = {"count", "quantity", "page", "year", "age", "iteration", "index", "position", "rows", "days", "hours", "minutes", "seconds", "id", "number", "port"}
_WHOLE_MORE = {"size", "items", "guests", "seats", "stock", "copies", "votes", "likes", "step", "steps", "order", "level", "rank", "month", "line", "parent"}
_SHARES = {"probability", "confidence", "opacity", "ratio"}


class Field(NamedTuple):
    """A visible field: of which set and entity, with the values that rows have."""

    set: str
    entity: str
    name: str
    values: list[Any]

    @property
    def where(self) -> str:
        """Set, entity and field in one text."""
        return f"{self.set} {self.entity}.{self.name}"


class Finding(NamedTuple):
    """One observation: of which measure, whether it is as it should be, where and what."""

    measure: str
    good: bool
    where: str
    detail: str = ""


Form = Callable[[Any], bool]


def form_of(name: str, values: Sequence[Any]) -> tuple[str, Form] | None:
    """What the name of a field says of its values, by its last word; None where it says nothing."""
    spelled = [word for word in words(name) if not word.isdigit()]
    last, types = spelled[-1] if spelled else "", {type(value) for value in values}
    if types & {list, dict} or not types:
        return None
    if last in ("at", "date", "datetime", "timestamp") and types == {str}:
        return "date", lambda value: bool(_DATE.search(value))
    if types <= {int, float}:
        if last in ("latitude", "lat", "longitude", "lng"):
            return "coordinate", lambda value: abs(value) <= (90 if "lat" in last else 180)
        if last in _WHOLE | _WHOLE_MORE:
            return "whole number", lambda value: value == int(value)
        return ("share", lambda value: 0 <= value <= 100) if last in _SHARES else None
    last = "phone" if last == "number" and set(spelled) & set(_TEXTS["phone"][0]) else last
    for form, (known, pattern) in _TEXTS.items() if types == {str} else ():
        if last in known:
            return form, partial(_matches, pattern)
    return None


def _matches(pattern: str, value: str) -> bool:
    return re.fullmatch(pattern, value) is not None


def fields_of(name: str, spec: WorldSpec) -> Iterator[Field]:
    """All visible fields of a world."""
    for entity, about in spec.entities.items():
        for field in about.fields:
            yield Field(name, entity, field, [row[field] for row in spec.rows.get(entity, []) if row.get(field) is not None])


def judged(name: str, made: Compilation) -> Iterator[Finding]:
    """All findings of one set."""
    filler, asked = set(made.report.filler), _asked(made)
    for field in fields_of(name, made.spec):
        about = made.spec.entities[field.entity]
        yield Finding("filler", f"{field.entity}.{field.name}" not in filler, field.where, json.dumps(field.values[:2]))
        yield from _field(field, about, asked.get((field.entity, field.name), []), reported=f"{field.entity}.{field.name}" in filler)
        yield from _names_rows(field, made.spec)
    for entity, about in made.spec.entities.items():
        labels = [field for field in about.fields if words(field)[-1:] and words(field)[-1] in _LABELS and _own(field, entity)]
        if labels:
            same = all(len({str(row.get(label)) for label in labels}) == 1 for row in made.spec.rows.get(entity, []))
            yield Finding("two_labels", same, f"{name} {entity}", ", ".join(labels))
        for row in made.spec.rows.get(entity, []):
            yield from _row(f"{name} {entity}", row)


def _own(field: str, entity: str) -> bool:
    """Whether a label is that of the row: called `name`, `full_name` or by the entity's own words."""
    return set(words(field)[:-1]) <= {*words(entity), "full", "display", "short"}


def _asked(made: Compilation) -> dict[tuple[str, str], list[Any]]:
    """The schemas under which writing tools take the fields of their entity."""
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for name, report in made.report.tools.items():
        parameters = made.spec.tools[name].parameters
        properties = parameters.get("properties", {})
        rest = {word: parameters[word] for word in ("$defs", "definitions") if word in parameters}
        entity = report.entity or ""
        for word, role in report.roles.items() if made.spec.tools[name].do else ():
            if role == "field" and isinstance(properties.get(word), dict):
                found[entity, word].append({**rest, "type": "object", "properties": {word: properties[word]}})
    return found


def _field(field: Field, about: EntitySpec, schemas: Sequence[Any], *, reported: bool) -> Iterator[Finding]:
    values = field.values
    shown = json.dumps(values[:3])[:160]
    hollow = all(value == {} for value in values) or all(isinstance(value, str) and _NUMBERED.match(value) for value in values)
    yield Finding("unreported", reported or not values or not hollow, field.where, shown)
    if (form := form_of(field.name, values)) is not None:
        yield Finding("fits", all(map(form[1], values)), field.where, f"{form[0]}: {shown}")
    for schema in schemas[:1]:
        with suppress(SpecError):  # parts of a schema that cannot be checked are taken out of the world
            fitting = validator(schema, field.where).is_valid
            yield from (Finding("schema_valid", fitting({field.name: value}), field.where, json.dumps(value)[:120]) for value in values)
    spec = about.fields[field.name]
    asked = [schema["properties"][field.name] for schema in schemas]
    free = not any(len(schema.get("enum") or ["", ""]) < 2 or "const" in schema for schema in asked) and len(spec.enum or ["", ""]) > 1
    if len(values) >= LEAST and free:
        yield Finding("alike", len({json.dumps(value, sort_keys=True) for value in values}) > 1, field.where, shown)
    if spec.enum and len(values) >= len(spec.enum) and words(field.name)[-1:] in (["status"], ["state"]):
        for value in spec.enum:
            yield Finding("statuses", value is None or value in values, field.where, str(value))
    if set(words(field.name)) & _AHEAD and len(values) >= LEAST and all(isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d", value) for value in values):
        yield Finding("past_and_future", min(values)[:10] < CLOCK[:10] < max(values)[:10], field.where, shown)


def _names_rows(field: Field, spec: WorldSpec) -> Iterator[Finding]:
    """Whether references name rows, and whether what is called as a key of another entity is one."""
    other = spec.entities[field.entity].fields[field.name].ref
    if other is not None and other in spec.entities and len(spec.entities[other].keys) == 1:
        keys = {row[spec.entities[other].keys[0]] for row in spec.rows.get(other, [])}
        for value in field.values:
            yield Finding("references", value in keys, field.where, str(value))
    for entity, about in spec.entities.items():
        key = about.keys[0] if len(about.keys) == 1 else ""
        if entity != field.entity and len(words(key)) > 1 and plain(key) == plain(field.name) and field.name not in spec.entities[field.entity].keys:
            keys = {str(row[key]) for row in spec.rows.get(entity, [])}
            yield Finding("ids", all(str(value) in keys for value in field.values), field.where, str(field.values[:2]))
            break


def _row(where: str, row: dict[str, Any]) -> Iterator[Finding]:
    dates = {name: value for name, value in row.items() if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d", value)}
    for early, late in (*_STEPS, *_STEPS_MORE):
        for name, value in dates.items():
            later = next((other for other in dates if re.sub(rf"\b{late}", early, " ".join(words(other))) == " ".join(words(name)) and other != name), None)
            if later is not None and early in words(name):
                yield Finding("ordered", value[:10] <= dates[later][:10], where, f"{name} {value}, {later} {dates[later]}")
    for name, value in row.items():
        if words(name)[-1:] == ["email"] and isinstance(value, str):
            whose = words(name)[:-1]
            named = next((row[other] for other in row if words(other) in ([*whose, "name"], [*whose, "full", "name"], whose)), None)
            if isinstance(named, str) and _PERSON.fullmatch(named):
                yield Finding("agree", any(part in value.lower() for part in named.lower().split()), where, f"{named}, {value}")


def one_set(name: str) -> tuple[bool, list[Finding], int]:
    """Whether a set is stateful, its findings, and how many rows it has."""
    made = compiled(tool_sets()[name]).made
    if made is None:
        return False, [], 0
    return any(tool.do for tool in made.spec.tools.values()), list(judged(name, made)), sum(map(len, made.spec.rows.values()))


def figures(found: Sequence[Finding]) -> dict[str, Any]:
    """The share of each measure; of filler and what is alike that of the bad ones."""
    right, whole = Counter(each.measure for each in found if each.good), Counter(each.measure for each in found)
    bad = ("filler", "unreported", "alike", "two_labels")
    return {name: {"share": ratio(whole[name] - right[name] if name in bad else right[name], whole[name]), "of": whole[name]} for name in sorted(whole)}


def worst(found: Sequence[Finding], count: int) -> dict[str, list[str]]:
    """Examples of what is not as it should be, one a place, spread over the sets."""
    shown: dict[str, dict[str, str]] = defaultdict(dict)
    for each in found:
        if not each.good:
            shown[each.measure].setdefault(each.where, each.detail)
    return {name: [f"{where}: {detail}" for where, detail in [*places.items()][:: max(1, len(places) // count)][:count]] for name, places in shown.items()}


def cold() -> dict[str, Any]:
    """The speed in a process that has made no rows before, and then that of one which has."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        made = pool.apply(measured, (1_000,))
    return {name: made[name] for name in ("rows_per_second_cold", "rows_per_second")}


if __name__ == "__main__":
    given = options(__doc__)
    names = chosen(tool_sets(), given)
    results = list(spread(one_set, names))
    everything = [finding for _, found, _ in results for finding in found]
    stateful = [finding for writes, found, _ in results if writes for finding in found]
    fillers = Counter(words(each.where.rpartition(".")[2])[-1] for each in everything if each.measure == "filler" and not each.good)
    forms = Counter((each.detail.partition(":")[0], each.good) for each in everything if each.measure == "fits")
    show(
        {
            "sets": len(results),
            "not_compiled": [name for name, (*_, rows) in zip(names, results, strict=True) if not rows],
            "rows": sum(rows for *_, rows in results),
            "stateful": figures(stateful),
            "all": figures(everything),
            "goals": GOALS,
            "forms": {form: {"fits": forms[form, True], "of": forms[form, True] + forms[form, False]} for form in sorted({form for form, _ in forms})},
            "speed": cold(),
            "speed_goal": 20_000,
            "filler_by_word": dict(fillers.most_common(10 * given.failures)),
            "failures": worst(everything, given.failures),
        }
    )
