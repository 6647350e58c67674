"""Every code a check can give: how bad it is, what it means and what to do about it. `docs/checks.md` is this list for readers."""

from __future__ import annotations

from gem_sim.worlds.diagnostics import Code, Diagnostic

Flaw = Diagnostic
"""One thing a law found. `where` names a tool, `tool.parameter`, `tool.require[i]`, or an entity."""


def _error(meaning: str, advice: str) -> Code:
    return Code("error", meaning, advice)


def _warning(meaning: str, advice: str) -> Code:
    return Code("warning", meaning, advice)


CODES: dict[str, Code] = {
    # schemas
    "schema.invalid": _error("`parameters` or `returns` is no JSON Schema, or `parameters` not one of an object", "Correct the schema."),
    "schema.required": _error("`required` names a parameter that is not among the properties", "Declare the parameter, or take it out of `required`."),
    "schema.default": _error("a default or an example does not fit its own schema", "Give a value that a call could pass."),
    "schema.description": _warning("a tool or a parameter has no description", "Say in a few words what it is; a model sees nothing else."),
    "schema.open": _warning("arguments with unknown names are accepted", "Add `additionalProperties: false`, so that a misspelt argument is an error."),
    "returns.differs": _error("a result does not fit the schema under `returns`", "Correct `returns`, or what the tool returns."),
    "result.long": _warning("a result has more than 2,000 characters", "Use `page`, `pick` or `omit`, so that a result stays readable."),
    # rows
    "row.format": _error("a field of a row does not have its declared type, enum or format", "Correct the row, or what the tool writes into the field."),
    "row.reference": _error("a row refers to a row that is not there", "Correct the reference, or refuse the call that writes it."),
    "reference.left": _warning(
        "rows still refer to a row that was deleted", "Delete or change them, too, or refuse; leave it where that is how the tool works."
    ),
    # calls
    "call.raises": _error("a call, or another method of the world, raised", "Report a caller's fault as an error of the call; mend the rest."),
    "call.accepts": _error(
        "arguments that do not fit the parameters, or an unknown tool, were accepted", "Check arguments against the schema before anything else."
    ),
    "call.error": _error("an error is not `{code, message}` with two texts", "Give every failure a code and a message."),
    "result.shared": _error("changing a result, a diff, a dump or the arguments changed the world", "Hand out and keep copies, not the state itself."),
    # purity
    "read.writes": _error("a tool that only reads changed the state", "Take the write out, or declare `kind: write`."),
    "read.order": _error("reads give other answers in another order", "Answer from the state alone, and keep nothing between calls."),
    "compute.state": _error("a tool of kind `compute` gave another answer in another state", "Compute from the arguments alone, or declare `kind: read`."),
    "imagined.unmarked": _error("a result of kind `imagined` is not marked as imagined", "Set `imagined` on the result."),
    "failure.writes": _error("a call that failed changed the state", "Check everything before the first write, or undo it."),
    "diff.differs": _error(
        "the diff of a call, the change of the digest and `diff` between the worlds do not agree", "Report every changed row, and only those."
    ),
    "write.nothing": _warning("a tool of kind `write` never changed anything", "Write something, or declare `kind: read`."),
    # copies
    "run.differs": _error("the same calls on a fresh world gave other results", "Draw nothing at random and keep no state outside the world."),
    "process.differs": _error(
        "the same calls in another process gave other results", "Use no hashes, sets in their order, times, random numbers or addresses."
    ),
    "seed.ids": _error("another seed draws the same ids, and they do not go on counting those of the rows", "Draw ids with `next_id`."),
    "fork.leaks": _error("a fork and the world it comes from are not independent", "Copy the state deeply in `fork`."),
    "dump.json": _error("a dump is not JSON", "Dump texts, numbers, booleans, null, lists and objects only."),
    "dump.differs": _error("a world loaded from a dump is not the one that was dumped", "Dump everything that answers depend on, counters too."),
    # lists
    "filter.adds": _error("one more filter gave rows that are not there without it", "Let every filter narrow the list."),
    "filter.match": _error("a filter gave rows that do not match it", "Compare the field with the argument."),
    "page.rows": _error("walking the pages does not give every row once", "Start each page where the one before ended, as `page` does."),
    "page.total": _error("`total` is not the number of rows on all pages", "Count the rows before they are cut into pages."),
    "page.limit": _error("a page has more rows than were asked for", "Cut the page at the limit."),
    "page.stuck": _warning("there are more rows than a result shows and no way to the next page", "Add a `cursor` parameter and hand it to `page`."),
    # lifecycle
    "create.unseen": _error("a row that was created is shown by no reading tool, though others of its kind are", "Let the reading tools find new rows."),
    "entity.unseen": _warning("rows of this kind are written but shown by no reading tool", "Add a tool that shows them, or write nothing that nobody sees."),
    "update.stale": _error("a reading tool shows another value than the one that was written", "Return the field itself."),
    "update.unseen": _warning("a field that is written is shown by no reading tool", "Return the field, or do not write it."),
    "write.field": _error(
        "an argument was written into another field than the one of its name", "Write it into the field it is named after, or rename the parameter."
    ),
    "delete.kept": _error("a tool that deletes left the row as it was", "Delete the row, or set what marks it as deleted."),
    "delete.shown": _error("a reading tool still shows a row that was deleted", "Read the row from the state, not from a copy."),
    "delete.twice": _error("the same deletion worked twice", "Look the row up with `Entity(key)`, or require that it is not deleted yet."),
    # outcomes
    "tool.unreached": _error("no call of the tool works", "Correct the requirements, or add rows for which they hold."),
    "outcome.unreached": _error("no call fails with this requirement", "Remove it if it can never fail; else add a row that meets all before it and not this."),
    "outcome.shadowed": _error("another requirement always fails before this one", "Put it first, remove it, or add a row that meets the other and not this."),
    "propose.differs": _error(
        "`propose` gave arguments that do not have the outcome asked for, or changed the world", "Try a proposal on a fork before it is given."
    ),
    # witnesses
    "witness.differs": _error(
        "calls that were kept as a witness end in another outcome", "Mend the tool or the rows; where the change is meant, compile again."
    ),
    "witness.moved": _warning("witnesses have their outcomes, but lead to other states than they did", "Compile again, so that they tell what is so now."),
    "witness.none": _warning("an outcome has no witness", "Compile again; if it has none then, add a row that leads to it, or remove the requirement."),
    # parameters
    "parameter.idle": _error(
        "two calls that differ in this parameter alone never differ in anything",
        "Use it, remove it, add rows for which it matters, or name it under `unused` with a reason.",
    ),
    "unused.matters": _error("a parameter under `unused` changes a result or the state", "Take it out of `unused`."),
    "unused.unknown": _error("`unused` names no parameter of a tool, or gives no reason", "Write `tool.parameter: reason`, or `tool.parameter.part: reason`."),
    # scenarios.yaml
    "scenario.form": _error("a written scenario is none", "Write it as docs/tasks.md shows."),
    "scenario.plan": _error("a call of a plan does not end as it is meant to", "Try it with `gem-sim call`, and correct the plan or its `outcome`."),
    "scenario.goal": _error(
        "a goal is true from the beginning, speaks of what there is not, or is missed by the plan", "State what the plan changes, or leave the goal out."
    ),
    "scenario.talk": _warning("what is said or called in a written scenario would be rejected", "Look the code up in docs/validation.md."),
    # the check itself
    "check.stopped": _warning("the other laws were not checked, because they rest on a broken one", "Mend the errors above and check again."),
}


def flaw(code: str, where: str, what: str) -> Flaw:
    """A flaw whose text is what was seen and the advice of its code."""
    about = CODES[code]
    return Flaw(code, about.severity, where, f"{what}. {about.advice}")
