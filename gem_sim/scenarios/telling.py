"""The state of a story while its wishes are executed: the world, what was planned to be said, and what assistant and user know by now."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from random import Random
from typing import Any

from gem_sim.errors import PlanError
from gem_sim.records import Answer, Beat, Call, ConfirmCheck, Fact
from gem_sim.scenarios.descriptions import Description, Me, descriptions
from gem_sim.scenarios.lookup import Finder, Read, note, tells
from gem_sim.scenarios.shape import Shape, shape_of
from gem_sim.scenarios.wording import key_field, noun, row_of, spoken, spoken_name
from gem_sim.worlds.compiler.names import parse
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import CallResult, World

_FINAL = ("cancel", "close", "delete", "remove", "terminate", "erase", "withdraw", "purge", "end")
"""Verbs after which nothing can be undone: confirmed even where no rule asks for it."""
REFERRED = 0.4
"""How often a row is named by one that refers to it, where it could be."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Setting:
    """What a story begins with. `me`: entity and key of the row that the user is. `proves`: whether the assistant asks who they are first.

    `idle`: tools that the story leaves alone.
    """

    spec: WorldSpec
    seed: int
    persona: dict[str, str]
    me: Me = None
    proves: bool = False
    idle: tuple[str, ...] = ()

    @property
    def shape(self) -> Shape:
        """What the tools are good for."""
        return shape_of(self.spec, self.idle)

    def stream(self, purpose: str) -> Random:
        """A named stream of this story."""
        return Random(f"{self.spec.digest}/{self.seed}/{purpose}")  # noqa: S311  (a named stream, so that plans repeat)


@dataclass
class Telling:
    """How far a story has been told.

    `seen`: keys that results have shown; `shown`: the results. `touched`: rows that the story is about, as entity and key;
    `made`: those it has made itself; `names`: the words for rows that were looked up; `written`: tool, entity, key and field
    of everything that calls have set; `asked`: ids of rules whose conditions the user has been asked about,
    and whether they are met.
    """

    setting: Setting
    world: World
    seen: set[str] = field(default_factory=set)
    shown: list[Any] = field(default_factory=list)
    beats: list[Beat] = field(default_factory=list)
    plan: list[Call] = field(default_factory=list)
    known: dict[str, Any] = field(default_factory=dict)
    hidden: dict[str, Any] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    forbidden: list[Fact] = field(default_factory=list)
    touched: dict[tuple[str, Any], None] = field(default_factory=dict)
    made: dict[tuple[str, Any], None] = field(default_factory=dict)
    names: list[tuple[str, Description]] = field(default_factory=list)
    written: list[tuple[str, str, Any, str]] = field(default_factory=list)
    asked: dict[str, bool] = field(default_factory=dict)

    def fork(self) -> Telling:
        """A copy that can be told on by itself."""
        other = copy(self)
        other.world = self.world.fork()
        for name in ("seen", "shown", "beats", "plan", "known", "hidden", "answers", "forbidden", "touched", "made", "names", "written", "asked"):
            setattr(other, name, copy(getattr(self, name)))
        return other

    def user(self, act: str, calls: tuple[Call, ...] = (), **facts: Any) -> None:
        """Plan a message of the user."""
        self.beats.append(Beat(speaker="user", act=act, facts=facts, calls=calls))

    def wants(self, opening: str, wish: dict[str, str], given: dict[str, str], **more: Any) -> None:
        """The user states a wish. With the first one they say who they are, at once or when the assistant asks."""
        who = self.identity() if opening == "open" else {}
        self.known.update(who | given)
        self.user(opening, wish=wish, given=given, who={} if self.setting.proves else who, **more)
        if who and self.setting.proves and self.setting.me is not None:
            entity, key = self.setting.me
            self.assistant("ask_who", fields=list(who))
            self.user("identify", who=who)
            self.find([(entity, row := self.row(entity, key), next(descriptions(self.world, entity, row, self.setting.me)))])

    def assistant(self, act: str, calls: tuple[Call, ...] = (), **facts: Any) -> None:
        """Plan a message of the assistant."""
        self.beats.append(Beat(speaker="assistant", act=act, facts=facts, calls=calls))

    def call(self, call: Call, act: str) -> CallResult:
        """Execute a call of the plan and plan its message. Raises PlanError where it does not end as planned."""
        result = self.execute(call)
        self.assistant(act, (call,), tool=spoken_name(call.name))
        return result

    def execute(self, call: Call) -> CallResult:
        """Execute a call of the plan. Raises PlanError where it does not end as planned."""
        result = self.world.call(call.name, call.arguments)
        if result.outcome != call.outcome:
            raise PlanError(f"{call.name}: planned {call.outcome}, got {result.outcome}")
        self._show(result.value)
        self.plan.append(call)
        for change in result.diff:
            self._touch(change)
            self.written += [(call.name, *place_of(change), name) for name in change.get("fields", {})]
        return result

    def _touch(self, change: dict[str, Any]) -> None:
        self.touched[place_of(change)] = None
        if change["op"] == "insert":
            self.made[place_of(change)] = None

    def _show(self, value: Any) -> None:
        self.shown.append(value)
        note(self.world.spec, value, self.seen)

    def has_shown(self, fields: Row) -> bool:
        """Whether some result so far shows an object with these fields."""
        return any(tells(value, fields) for value in self.shown)

    def about(self, entity: str, row: Row) -> None:
        """Take a row into what the story is about."""
        self.touched[entity, row[key_field(self.world.spec, entity)]] = None

    def row(self, entity: str, key: Any) -> Row:
        """The row with that key. Raises PlanError where there is none."""
        row = row_of(self.world, entity, key)
        if row is None:
            raise PlanError(f"no {entity} {key!r}")
        return row

    def said_of(self, entity: str, row: Row, *, vague: bool = False) -> Description:
        """What the user says to name a row, so that the assistant can find it. Raises PlanError where nothing will do."""
        key = row[key_field(self.world.spec, entity)]
        if (entity, key) in self.made and sum(of == entity for of, _ in self.made) == 1:
            return Description(f"that {noun(entity)}", {}, {})
        stream = self.setting.stream(f"say/{len(self.plan)}/{key}")
        if str(key) not in self.seen and not vague and stream.random() < REFERRED and (said := self._referred(entity, key)) is not None:
            return said
        for said in descriptions(self.world, entity, row, self.setting.me, vague=vague):
            if self._finder(set(self.seen)).find(entity, row, said) is not None:
                return said
        if not self.setting.shape.lists.get(entity) and (entity, key) not in self.made:
            self.known[f"{noun(entity)} id {key}"] = key  # where nothing can be looked up, people have ids at hand
            return Description(f"the {noun(entity)} {key}", {}, {}, known=True)
        raise PlanError(f"nothing that a user would say leads to {entity} {key!r}")

    def _referred(self, entity: str, key: Any) -> Description | None:
        """Words for a row that a result has shown no more of than its key, in a row that refers to it: `the vendor of that customer`."""
        for of, other in self.touched:
            names = [name for name, about in self.world.spec.entities[of].fields.items() if about.ref == entity]
            row = row_of(self.world, of, other) if names and str(other) in self.seen else None
            for name in names if row is not None else ():
                if row is not None and row.get(name) == key and self.has_shown({key_field(self.world.spec, of): other, name: key}):
                    said = self.said_of(of, row)
                    if name not in said.rows:  # who names a row by what it refers to need not go back
                        return Description(f"the {spoken_name(name.removesuffix('_id'))} of {said.text}", {}, {}, known=True)
        return None

    def find(self, targets: list[tuple[str, Row, Description]], *, parallel: bool = False) -> list[Read]:
        """Make the look-ups that lead to rows. Raises PlanError where nothing does."""
        chains = []
        for entity, row, said in targets:
            self.about(entity, row)
            if f"{noun(entity)} id {row[key_field(self.world.spec, entity)]}" not in self.known:
                self.hidden.setdefault(f"{noun(entity)} id", row[key_field(self.world.spec, entity)])
            reads = self._finder(set(self.seen) if parallel else self.seen).find(entity, row, said)
            if reads is None:
                raise PlanError(f"nothing leads to {entity} {row}")
            if reads:
                self.names.append((entity, said))
            chains.append(reads)
        for read in (read for chain in chains for read in chain):
            self._show(read.result.value)
        steps = _side_by_side(chains) if parallel else [(read,) for chain in chains for read in chain]
        for at, step in enumerate(steps):
            calls = tuple(read.call for read in step)
            self.plan += calls
            self.assistant("look_on" if at else "look_up", calls, tool=spoken_name(calls[0].name))
        return [read for step in steps for read in step]

    def _finder(self, seen: set[str]) -> Finder:
        return Finder(self.world, self.setting.shape, seen, self.setting.me, self.setting.stream(f"find/{len(self.plan)}"))

    @property
    def confirmed(self) -> frozenset[str]:
        """Tools that are not called before the user has agreed: by a rule, or because nothing can be undone."""
        spec = self.world.spec
        ruled = {name for rule in spec.rules if isinstance(rule.check, ConfirmCheck) for name in rule.tools}
        return frozenset(ruled | {name for name in self.setting.shape.writes if parse(name).verb in _FINAL}) - set(self.setting.idle)

    def identity(self) -> dict[str, str]:
        """What the user says to prove who they are: their name, or another field that tells them from all others."""
        if self.setting.me is None:
            return {}
        entity, key = self.setting.me
        said = next(descriptions(self.world, entity, self.row(entity, key)), None)
        return {spoken_name(name): spoken(value) for name, value in said.facts.items()} if said is not None else {}


def place_of(change: dict[str, Any]) -> tuple[str, Any]:
    """Entity and key of a changed row; several key fields, or none for the only row there is, as a tuple."""
    key = change["key"]
    return change["entity"], key if not isinstance(key, list) else key[0] if len(key) == 1 else tuple(key)


def _side_by_side(chains: list[list[Read]]) -> list[tuple[Read, ...]]:
    """The first reads of all chains at once, then the second ones; the same call is made once."""
    steps = []
    made: list[Call] = []
    for at in range(max((len(chain) for chain in chains), default=0)):
        step = []
        for read in (chain[at] for chain in chains if at < len(chain)):
            if read.call not in made:
                made.append(read.call)
                step.append(read)
        if step:
            steps.append(tuple(step))
    return steps
