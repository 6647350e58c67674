"""A state machine for any world: calls that the world proposes, recorded ones with or without a slip, and wild ones; each is checked."""

import hashlib
import json
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from gem_sim.worlds.canonical import dumps
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import CallResult

JUNK = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.lists(st.text(max_size=5), max_size=3)
Run = list[tuple[str, dict[str, Any]]]


class Calls(RuleBasedStateMachine):
    """Calls on one world: proposed by it, recorded ones with or without a slip, and wild ones; each is checked."""

    def __init__(self, spec: WorldSpec, recorded: Run, runs: list[tuple[Run, str]]) -> None:
        super().__init__()
        self.spec = spec
        self.world = spec.start(len(runs))
        self.made: Run = []
        self.answers = hashlib.blake2b()
        self.runs = runs
        rows = [row for entity in spec.entities for row in self.world.rows(entity)[:2]]
        self.value = st.sampled_from(sorted({value for row in rows for value in row.values() if isinstance(value, str)})) | JUNK
        self.recorded = recorded

    @rule(data=st.data())
    def proposed(self, data: st.DataObject) -> None:
        tool = data.draw(st.sampled_from(sorted(self.spec.tools)))
        outcome = data.draw(st.sampled_from(["ok", *(test.code for test in self.spec.tools[tool].require)]))
        arguments = self.world.propose(tool, outcome)
        if arguments is not None:
            assert self.call(tool, arguments).outcome == outcome

    @precondition(lambda self: self.recorded)
    @rule(data=st.data())
    def recorded_or_nearly(self, data: st.DataObject) -> None:
        tool, arguments = data.draw(st.sampled_from(self.recorded))
        slip = data.draw(st.none() | st.sampled_from(sorted(arguments))) if arguments else None
        self.call(tool, arguments if slip is None else {**arguments, slip: data.draw(self.value)})

    @rule(data=st.data())
    def wild(self, data: st.DataObject) -> None:
        tool = data.draw(st.sampled_from(sorted(self.spec.tools)))
        names = [*self.spec.tools[tool].parameters["properties"], "other"]
        self.call(tool, data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(names, self.value | st.lists(self.value, max_size=2)))))

    def call(self, tool: str, arguments: dict[str, Any]) -> CallResult:
        before, fork = self.world.digest, self.world.fork()
        result = self.world.call(tool, arguments)
        if not result.ok or self.spec.tools[tool].kind != "write":
            assert self.world.digest == before
            assert not result.diff
        assert fork.call(tool, arguments) == result
        loaded = self.spec.load(json.loads(json.dumps(self.world.dump())))
        assert (loaded.digest, loaded.dump()) == (self.world.digest, self.world.dump())
        self.made.append((tool, arguments))
        self.answers.update(dumps([result.content(), result.diff, self.world.digest]))
        return result

    def teardown(self) -> None:
        self.runs.append((self.made, self.answers.hexdigest()))
