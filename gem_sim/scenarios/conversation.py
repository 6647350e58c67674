"""Tells a wish for a call: the request, what has to be asked and looked up, refusals, confirmation, the call and what came of it."""

from __future__ import annotations

from typing import Any

from gem_sim.errors import PlanError
from gem_sim.records import Answer, AskCheck, Call
from gem_sim.scenarios.answers import TOLD, news, shown_rows
from gem_sim.scenarios.choices import choose
from gem_sim.scenarios.conditions import ask, deny
from gem_sim.scenarios.goals import facts_of
from gem_sim.scenarios.lookup import tells
from gem_sim.scenarios.naming import Named, by_id, exactly, given_of, named, subject_of, wish_of
from gem_sim.scenarios.telling import Telling
from gem_sim.scenarios.wishes import Wish
from gem_sim.scenarios.wording import key_field, spoken, spoken_name
from gem_sim.worlds.canonical import same
from gem_sim.worlds.world import CallResult


def carried_out(told: Telling, wish: Wish, opening: str) -> None:
    """One wish for a call as a part of the conversation. Raises PlanError where it does not go as planned."""
    if wish.also is not None:
        _both(told, (wish, wish.also), opening)
        return
    rows = _known(told, wish)
    _request(told, wish, rows, opening)
    _look_up(told, wish, rows)
    if wish.refused is not None:
        rows = _refused(told, wish, rows)
        if not wish.settled:
            return
    if wish.first is not None:
        rows = _rather(told, wish, rows)
    if wish.declined:
        _declined(told, wish, rows)
        return
    ask(told, wish.tool)
    if wish.tool in told.confirmed:
        _confirm(told, wish.tool, wish.arguments, rows)
        told.user("agree")
    _do(told, wish, rows)


def _both(told: Telling, wishes: tuple[Wish, Wish], opening: str) -> None:
    """Two plain changes that are asked for in one message, looked up and done together, and reported together."""
    parts = [(wish, named(told, wish.tool, wish.arguments)) for wish in wishes]
    words = [{"wish": wish_of(told, wish.tool, rows), "given": given_of(told, wish.tool, wish.arguments, rows)} for wish, rows in parts]
    told.known.update(words[1]["given"])
    told.wants(opening, words[0]["wish"], words[0]["given"], also=words[1:])
    told.find([row.target for _, rows in parts for row in rows], parallel=wishes[0].parallel)
    for wish in wishes:
        ask(told, wish.tool)
    calls = tuple(Call(name=wish.tool, arguments=wish.arguments) for wish in wishes)
    results = [told.execute(call) for call in calls]
    for step in (calls,) if wishes[0].parallel else ((call,) for call in calls):
        told.assistant("do", step, tool=spoken_name(step[0].name))
    done = [{"wish": part["wish"], "results": _results(told, result, wish.arguments)} for part, result, wish in zip(words, results, wishes, strict=True)]
    told.assistant("done", wish=done[0]["wish"], results=done[0]["results"], also=done[1:])


def _known(told: Telling, wish: Wish) -> list[Named]:
    """The rows of what is asked for at first. An id that leads nowhere stands for the one that was meant."""
    if not wish.by_id:
        return named(told, wish.tool, wish.asked, vague=wish.vague, loose=wish.choice)
    rows = named(told, wish.tool, wish.arguments)
    return by_id(rows, wish.asked[rows[0].parameter])


def _request(told: Telling, wish: Wish, rows: list[Named], opening: str) -> None:
    given = given_of(told, wish.tool, wish.asked, rows)
    for name, place in wish.found.items():
        said = told.said_of(place.entity, told.row(place.entity, place.key))
        if place.field in said.facts:
            raise PlanError(f"the user says the {place.field} that is to be found")
        given[spoken_name(name)] = f"the {spoken_name(place.field)} of {said.text}"
    late = {spoken_name(name): given.pop(spoken_name(name)) for name in wish.withheld if spoken_name(name) in given}
    told.wants(opening, wish_of(told, wish.tool, rows, wish.wrong), given)
    if late:
        told.known.update(late)
        told.assistant("ask", missing=list(late))
        told.user("tell", given=late)
    if wish.by_id:
        told.seen.add(str(wish.asked[rows[0].parameter]))


def _look_up(told: Telling, wish: Wish, rows: list[Named]) -> None:
    """The look-ups that lead from names to ids, and to values that the user only knows where to find."""
    told.find([row.target for row in rows], parallel=wish.parallel)
    if wish.choice:
        choose(told, rows[0])
    for name, place in wish.found.items():
        row = told.row(place.entity, place.key)
        told.seen.discard(str(place.key))
        told.find([(place.entity, row, told.said_of(place.entity, row))])
        if not told.has_shown({key_field(told.world.spec, place.entity): place.key, place.field: wish.arguments[name]}):
            raise PlanError(f"the look-ups do not show {name}")
    if wish.wrong is not None:
        _correct(told, wish, rows[0])


def _correct(told: Telling, wish: Wish, row: Named) -> None:
    """The records say otherwise: the assistant puts the user right before it goes on."""
    field, believed = wish.wrong or ("", None)
    if field in row.said.facts or (row.entity, row.row[key_field(told.world.spec, row.entity)]) == told.setting.me:
        raise PlanError(f"the user has no cause to say the {field}, or tells the row by it")
    if not told.has_shown({key: row.row[key] for key in (key_field(told.world.spec, row.entity), field)}):
        raise PlanError("no look-up shows what the user has wrong")
    told.assistant("correct", thing=row.said.text, field=spoken_name(field), said=spoken(believed), right=spoken(row.row[field]))
    told.user("corrected")


def _refused(told: Telling, wish: Wish, rows: list[Named]) -> list[Named]:
    """What was asked for first does not work: the assistant says why, the user settles for something else."""
    refusal = wish.refused
    if refusal is None:
        return rows
    error = _try(told, wish)
    if wish.step is not None:
        _have_done(told, wish.step, error)
        return rows
    told.assistant("explain", error=error, wish=wish_of(told, wish.tool, rows))
    if not wish.settled:
        return rows
    return _settle(told, wish, "instead", refusal.call.arguments)


def _try(told: Telling, wish: Wish) -> str:
    """The error of what was asked for first, or the words of the rule that forbids it."""
    refusal = wish.refused
    if refusal is None:
        raise PlanError("nothing is refused")
    if not refusal.made:
        rule = next(rule for rule in told.world.spec.rules if rule.id == refusal.rule)
        if isinstance(rule.check, AskCheck):
            deny(told, rule)
        return rule.text
    ask(told, wish.tool)
    result = told.call(refusal.call, "try")
    return (result.error or {})["message"]


def _have_done(told: Telling, step: Call, error: str) -> None:
    """The assistant asks for what only the user can do; the user does it."""
    rows = named(told, step.name, step.arguments)
    told.assistant("ask_step", error=error, wish=wish_of(told, step.name, rows), given=given_of(told, step.name, step.arguments, rows))
    if told.world.call(step.name, step.arguments).outcome != step.outcome:
        raise PlanError(f"{step.name}: the user cannot do it")
    told.plan.append(step)
    told.user("do_step", (step,))
    told.user("step_done")


def _settle(told: Telling, wish: Wish, act: str, first: dict[str, Any]) -> list[Named]:
    """The user says what they want instead, naming only what changes; the assistant finds the rows of it."""
    changed = {name for name in {**first, **wish.arguments} if not same(first.get(name), wish.arguments.get(name))}
    rows = named(told, wish.tool, wish.arguments)
    if wish.by_id:
        rows = by_id(rows, wish.arguments[rows[0].parameter])
        told.seen.add(str(wish.arguments[rows[0].parameter]))
    subject = subject_of(told, wish.tool, rows)
    other = subject is not None and subject.parameter in changed
    given = given_of(told, wish.tool, {name: value for name, value in wish.arguments.items() if name in changed}, rows)
    dropped = [spoken_name(name.removesuffix("_id")) for name in first if name not in wish.arguments]
    told.known.update(given)
    told.user(act, wish=wish_of(told, wish.tool, rows) if other else None, given=given, dropped=dropped)
    told.find([row.target for row in rows if row.parameter in changed])  # the others were found before, perhaps by other words
    return rows


def _rather(told: Telling, wish: Wish, rows: list[Named]) -> list[Named]:
    """Asked to confirm, the user changes their mind before anything is done."""
    _confirm(told, wish.tool, wish.first or {}, rows)
    return _settle(told, wish, "rather", wish.first or {})


def _confirm(told: Telling, tool: str, arguments: dict[str, Any], rows: list[Named]) -> None:
    clear = exactly(told, rows)
    given = given_of(told, tool, arguments, clear)
    told.assistant("confirm", wish=wish_of(told, tool, clear), given=given, final=tool in told.confirmed)


def _declined(told: Telling, wish: Wish, rows: list[Named]) -> None:
    """The user thinks better of it; what the call would have done must not be there in the end."""
    fork = told.world.fork()
    if not fork.call(wish.tool, wish.arguments).diff:
        raise PlanError(f"{wish.tool}: there is nothing to think better of")
    told.forbidden += facts_of(told.world, told.world.diff(fork))
    _confirm(told, wish.tool, wish.arguments, rows)
    told.user("decline")
    told.assistant("dropped", wish=wish_of(told, wish.tool, rows))


def _do(told: Telling, wish: Wish, rows: list[Named]) -> None:
    words, before = wish_of(told, wish.tool, exactly(told, rows)), len(told.shown)
    result = told.call(Call(name=wish.tool, arguments=wish.arguments), "do" if wish.kind == "change" else "look_up")
    if wish.kind == "change":
        told.assistant("done", wish=words, results=_results(told, result, wish.arguments))
        return
    values = news(told.world.spec, result.value, wish.arguments)
    if all(tells(told.shown[:before], {name: value}) for name, value in values.items()):
        raise PlanError(f"{wish.tool}: its answer says nothing new")
    said = [part for value in values.values() for part in (value if isinstance(value, list) else [value])]
    told.answers += [Answer(said=value) for value in said] if not result.imagined else []
    for entity, row in shown_rows(told.world, result.value)[:TOLD]:
        told.about(entity, row)
    told.assistant("done", wish=words, results={spoken_name(name): spoken(value) for name, value in values.items()})


def _results(told: Telling, result: CallResult, arguments: dict[str, Any]) -> dict[str, str]:
    """What is new to the user in a result: ids that were drawn and fields that changed, defaults left out."""
    row = result.value if isinstance(result.value, dict) else {}
    heard: dict[str, str] = {}
    for entry in result.diff:
        fields = told.world.spec.entities[entry["entity"]].fields
        for name in entry.get("fields", entry.get("row", {})):
            value = row.get(name)
            if value is None or isinstance(value, (dict, list)) or value in arguments.values() or (name in fields and value == fields[name].default):
                continue
            heard[spoken_name(name)] = str(value) if name.endswith("_id") else spoken(value)
    return dict(list(heard.items())[:4])
