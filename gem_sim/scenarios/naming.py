"""What a user says of the arguments of a call: which rows they mean, and the values as people say them."""

from __future__ import annotations

from typing import Any, NamedTuple

from gem_sim.scenarios.descriptions import Description, loosely, marked, with_marks
from gem_sim.scenarios.telling import Telling
from gem_sim.scenarios.wording import action, in_words, key_field, label_of, noun, own_action, spoken, spoken_name

Row = dict[str, Any]


class Named(NamedTuple):
    """A row that an argument names."""

    parameter: str
    entity: str
    row: Row
    said: Description

    @property
    def target(self) -> tuple[str, Row, Description]:
        """What `Telling.find` takes."""
        return self.entity, self.row, self.said


def named(told: Telling, tool: str, arguments: dict[str, Any], *, vague: bool = False, loose: bool = False) -> list[Named]:
    """The rows that arguments name, each with words for it. Raises PlanError where one does not exist or nothing leads to it."""
    found: list[Named] = []
    for name, entity in told.setting.shape.keys.get(tool, {}).items():
        values = arguments[name] if isinstance(arguments.get(name), list) else [arguments[name]] if arguments.get(name) is not None else []
        for value in values:
            row = told.row(entity, value)
            said = loosely(told.world, entity, row, told.setting.me) if loose and not found else told.said_of(entity, row, vague=vague)
            found.append(Named(name, entity, row, said))
    return found


def subject_of(told: Telling, tool: str, rows: list[Named]) -> Named | None:
    """The row that a call is about: the first that it names, unless it makes a new one."""
    return rows[0] if rows and tool not in told.setting.shape.inserts else None


def wish_of(told: Telling, tool: str, rows: list[Named], believed: tuple[str, Any] | None = None) -> dict[str, str]:
    """The call as a wish: `{do, doing}`; `believed`: a field of the row that it is about, and what the user takes it for."""
    subject = subject_of(told, tool, rows)
    if subject is None:
        return in_words(action(tool, None))
    if (subject.entity, subject.row[key_field(told.world.spec, subject.entity)]) == told.setting.me:
        return in_words(own_action(tool))
    marks = [marked(*believed)] if believed is not None else []
    return in_words(action(tool, with_marks(subject.said.text, marks), subject.entity))


def exactly(told: Telling, rows: list[Named]) -> list[Named]:
    """The rows as the assistant names them where there must be no doubt: by name where they have been called so, else by id."""
    return [row._replace(said=row.said._replace(text=_exact(told, row))) for row in rows]


def _exact(told: Telling, row: Named) -> str:
    label = label_of(told.world.spec.entities[row.entity])
    key = row.row[key_field(told.world.spec, row.entity)]
    return row.said.text if label is not None and label in row.said.facts else f"{noun(row.entity)} {key}"


def given_of(told: Telling, tool: str, arguments: dict[str, Any], rows: list[Named]) -> dict[str, str]:
    """The arguments beside the subject as a user says them: rows by their names, values as people say them; only of those in `arguments`."""
    subject = subject_of(told, tool, rows)
    keys = {row.parameter for row in rows}
    given: dict[str, str] = {}
    for row in rows:
        own = (row.entity, row.row[key_field(told.world.spec, row.entity)]) == told.setting.me
        if row.parameter in arguments and row is not subject and not own:
            name = spoken_name(row.parameter.removesuffix("_id").removesuffix("_ids"))
            given[name] = f"{given[name]} and {short(told, row)}" if name in given else short(told, row)
    return given | {spoken_name(name): spoken(value) for name, value in arguments.items() if name not in keys}


def short(told: Telling, row: Named) -> str:
    """The bare name of a row where it has one, else the words for it."""
    label = label_of(told.world.spec.entities[row.entity])
    return str(row.row[label]) if label is not None and label in row.said.facts else row.said.text


def by_id(rows: list[Named], value: Any) -> list[Named]:
    """The rows, the first of them called by an id."""
    return [row._replace(said=Description(f"{noun(row.entity)} {value}", {}, {}, known=True)) if at == 0 else row for at, row in enumerate(rows)]
