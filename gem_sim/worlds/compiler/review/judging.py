"""How good a compiled world is by the checks of the compiler itself, so that no edit makes it worse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any

from gem_sim.worlds.canonical import ValueRefused
from gem_sim.worlds.diagnostics import Diagnostic
from gem_sim.worlds.language.errors import Unusable
from gem_sim.worlds.language.scope import NotFound
from gem_sim.worlds.laws import QUICK, check
from gem_sim.worlds.propose import guesses
from gem_sim.worlds.run import MAX_STEPS, Run
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import World

if TYPE_CHECKING:
    from gem_sim.worlds.compiler import Compilation

Works = dict[str, dict[str, Any]]
"""Tools that work at the start, with arguments for which they do."""

_STEPS, _STEPS_A_ROW = 5_000, 20
"""Steps of a call that a check can make by the thousand, and more for each row; calls of compiled tools take some hundred, or look at each row once."""
_GUESSES = 8
_IMAGINED, _UNUSED = 0.15, 0.10
"""Shares of tools without a state behind them, and of parameters that change nothing, from which on a world counts as hollow."""
_GRAVITY = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Verdict:
    """What is wrong with a world, and `counts`: errors, warnings, doubts. Of two worlds that with the smaller counts is better, errors first."""

    found: tuple[Diagnostic, ...]

    @property
    def counts(self) -> tuple[int, int, int]:
        """Errors, warnings, doubts."""
        said = [one.severity for one in self.found]
        return said.count("error"), said.count("warning"), said.count("info")

    def line(self) -> str:
        """The counts for people."""
        return ", ".join(f"{count} {name}" for count, name in zip(self.counts, ("errors", "warnings", "doubts"), strict=True))

    def news(self, before: Verdict) -> str:
        """What is there now and was not before, the gravest first."""
        known = {(one.code, one.where) for one in before.found}
        new = [one.line() for one in self.found if (one.code, one.where) not in known]
        return "; ".join(line[:300] for line in new[:3]) or self.line()


def judged(made: Compilation) -> Verdict:
    """Everything that the checks of the compiler say of a world: laws, diagnostics, rules that no tool enforces, what is hollow, doubts."""
    found = [*check(made.spec, laws=QUICK), *made.report.diagnostics, *_unplaced(made), *_hollow(made.spec), *_open(made), *_doubts(made)]
    return Verdict(tuple(sorted(found, key=lambda one: _GRAVITY[one.severity])))


def _unplaced(made: Compilation) -> Iterator[Diagnostic]:
    for rule in made.report.unenforced:
        yield Diagnostic("rule.unplaced", "error", f"rules.{rule}", "no tool enforces the rule")


def _hollow(spec: WorldSpec) -> Iterator[Diagnostic]:
    """One error for each tool or parameter beyond the share of those that need no state."""
    imagined = [f"tools.{name}" for name, tool in spec.tools.items() if tool.kind == "imagined"]
    parameters = sum(len(tool.parameters.get("properties", ())) for tool in spec.tools.values())
    for where in imagined[int(_IMAGINED * len(spec.tools)) :]:
        yield Diagnostic("world.hollow", "error", where, f"more than {_IMAGINED:.0%} of the tools are imagined")
    whole = [where for where in spec.unused if _is_parameter(spec, *where.split(".", 1))]
    for where in whole[int(_UNUSED * parameters) :]:
        yield Diagnostic("world.hollow", "error", f"unused.{where}", f"more than {_UNUSED:.0%} of the parameters change nothing")


def _is_parameter(spec: WorldSpec, tool: str, name: str) -> bool:
    """Whether it is a parameter and no part of one."""
    return name in spec.tools[tool].parameters.get("properties", ())


def _open(made: Compilation) -> Iterator[Diagnostic]:
    """Tools that take a key which no row has."""
    world = made.spec.start()
    for name, arguments in working(world).items():
        about = made.report.tools[name]
        for word in [] if about.many or about.kind == "create" else [word for word, role in about.roles.items() if role == "key"]:
            other = {str: "no such key", int: 987_654_321}.get(type(arguments.get(word)))
            if other is not None and world.fork().call(name, {**arguments, word: other}).ok:
                yield Diagnostic("key.unknown", "error", f"{name}.{word}", "a key that no row has is accepted")


def _doubts(made: Compilation) -> Iterator[Diagnostic]:
    for name, about in made.report.tools.items():
        for doubt in about.doubts:
            yield Diagnostic("tool.doubt", "info", f"tools.{name}", doubt)


def working(world: World) -> Works:
    """The tools for which arguments are found that work at the start."""
    found = {name: world.propose(name) for name in world.spec.tools}
    return {name: arguments for name, arguments in found.items() if arguments is not None}


def hurt(made: Compilation, draft: Compilation, works: Works) -> str | None:
    """What is wrong at first sight with a world that came out of a draft, or out of one in which these calls worked; None where nothing is."""
    world, limit = made.spec.start(), min(_STEPS + _STEPS_A_ROW * sum(map(len, made.spec.rows.values())), MAX_STEPS)
    for name, tool in made.spec.tools.items():
        if tool.kind == "imagined" != draft.spec.tools[name].kind and made.report.tools[name].kind != "imagined":
            return f"nothing says how {name} comes to its answer; give its `return` with the edit behaviour"
        tries = [*([works[name]] if name in works else []), *islice(guesses(world, name, Random(f"review/{name}")), _GUESSES)]  # noqa: S311  (examples)
        if any(_heavy(world.fork(), name, arguments, limit) for arguments in tries):
            return f"calls of {name} take more than {limit} steps"
    lost = sorted(works.keys() - working(world).keys())
    return f"no call of {lost[0]} works any more on the rows there are" if lost else None


def _heavy(world: World, name: str, arguments: dict[str, Any], limit: int) -> bool:
    """Whether a call takes more steps than that; it is stopped there."""
    run = Run(world._state, world.seed, world.spec)  # noqa: SLF001  (only here are the steps of a call of interest)
    run.steps = MAX_STEPS - limit
    with suppress(NotFound, Unusable, ValueRefused):
        world._execute(world._tools[name], arguments, run)  # noqa: SLF001  (as above)
    return run.steps > MAX_STEPS
