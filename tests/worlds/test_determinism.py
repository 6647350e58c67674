"""The same calls give the same bytes: in a second world, after any dump, in another process."""

import os
import subprocess
import sys
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from gem_sim.worlds.load import load_mock
from gem_sim.worlds.world import CallResult, World

SPEC = load_mock("tool_library")
LAST = "the id that was drawn last"
POOLS: dict[str, list[Any]] = {
    "member_id": ["M-301", "M-315", "M-329", "M-357", "M-000"],
    "tool_id": ["T-110", "T-116", "T-131", "T-134", "T-000"],
    "loan_id": ["LN-7001", "LN-7014", "LN-7040", "LN-0000", LAST],
    "reservation_id": ["RS-4100", "RS-4118", LAST],
    "days": [0, 1, 14, 15, 2.0, "3"],
    "pickup_date": ["2026-04-13", "2026-04-20", "soon"],
    "damaged": [True, False],
    "query": ["a", "drill", ""],
    "category": ["drilling", "boats"],
    "status": ["available", "open", "overdue"],
    "limit": [1, 3, 99],
    "cursor": ["1", "x"],
}


def call_of(name: str) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    about = SPEC.tools[name].parameters
    required = {word: st.sampled_from(POOLS[word]) for word in about.get("required", [])}
    optional = {word: st.sampled_from(POOLS[word]) for word in about["properties"] if word not in required}
    return st.tuples(st.just(name), st.fixed_dictionaries(required, optional=optional))


CALLS = st.lists(st.sampled_from(sorted(SPEC.tools)).flatmap(call_of), max_size=15)


class Player:
    """Makes calls on a world and remembers the last drawn id."""

    def __init__(self, seed: int = 0) -> None:
        self.world = SPEC.start(seed)
        self.last = "none"

    def call(self, name: str, arguments: dict[str, Any]) -> CallResult:
        result = self.world.call(name, {word: self.last if value == LAST else value for word, value in arguments.items()})
        self.last = next((change["key"] for change in result.diff if change["op"] == "insert"), self.last)
        return result


def bytes_of(world: World, result: CallResult) -> bytes:
    return orjson.dumps([result.content(), result.diff, world.digest])


@given(CALLS, st.integers(0, 3))
def test_the_same_calls_give_the_same_bytes(calls: list[tuple[str, dict[str, Any]]], seed: int) -> None:
    one, other = Player(seed), Player(seed)
    for name, arguments in calls:
        assert bytes_of(one.world, one.call(name, arguments)) == bytes_of(other.world, other.call(name, arguments))


@given(CALLS)
def test_a_dump_and_load_anywhere_in_between_does_not_matter(calls: list[tuple[str, dict[str, Any]]]) -> None:
    one, other = Player(), Player()
    for name, arguments in calls:
        other.world = SPEC.load(orjson.loads(orjson.dumps(other.world.dump())))
        assert bytes_of(one.world, one.call(name, arguments)) == bytes_of(other.world, other.call(name, arguments))


@given(CALLS)
def test_what_is_done_on_a_fork_stays_there(calls: list[tuple[str, dict[str, Any]]]) -> None:
    player = Player()
    for name, arguments in calls:
        before, fork = player.world.dump(), player.world.fork()
        player.world.fork().call(name, arguments)
        assert player.world.dump() == before
        player.call(name, arguments)
        assert fork.dump() == before


@given(CALLS)
def test_a_call_changes_the_digest_exactly_when_it_has_a_diff(calls: list[tuple[str, dict[str, Any]]]) -> None:
    player = Player()
    for name, arguments in calls:
        before = player.world.digest
        result = player.call(name, arguments)
        assert bool(result.diff) == (player.world.digest != before)
        assert result.ok or not result.diff


@given(CALLS)
def test_the_overlay_rebuilds_the_digest(calls: list[tuple[str, dict[str, Any]]]) -> None:
    player = Player()
    for name, arguments in calls:
        player.call(name, arguments)
    tables = SPEC.program.base.tables
    weights = (tables[entity].weigh(row) for entity in SPEC.entities for row in player.world.rows(entity))
    assert f"{sum(weights) % (1 << 256):064x}" == player.world.digest


SCRIPT = """
import orjson
from gem_sim import compile_world, load_mock, run_episode
from gem_sim.records import ToolSchema
spec = load_mock("tool_library")
world = spec.start(7)
calls = [(name, world.propose(name)) for name in spec.tools]
results = [world.call(name, arguments).content() for name, arguments in calls]
parameters = {"type": "object", "properties": {"order_id": {"type": "string"}, "email": {"type": "string"}, "size": {"enum": ["s", "m"]}}}
tools = [ToolSchema(name=name, description="", parameters=parameters, kind="write") for name in ("create_order", "cancel_order", "update_order")]
made = compile_world(tools).spec
episodes = [run_episode(spec, seed=5).id, run_episode(made, seed=5).id]
print(orjson.dumps([spec.digest, world.digest, calls, results, made.digest, episodes]).decode())
"""


def test_other_processes_with_other_hash_seeds_give_the_same_bytes() -> None:
    command = [sys.executable, "-W", "error", "-c", SCRIPT]
    running = [subprocess.Popen(command, env={**os.environ, "PYTHONHASHSEED": seed}, stdout=subprocess.PIPE) for seed in ("1", "2")]
    outputs = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert outputs[0] == outputs[1]
