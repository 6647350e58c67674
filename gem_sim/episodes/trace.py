"""Re-executes the calls of a conversation on a fresh world. The one way from messages to call records."""

from __future__ import annotations

from typing import Any, NamedTuple

from gem_sim.episodes.provenance import Ledger
from gem_sim.records import CallRecord, Message, ToolCall
from gem_sim.worlds.spec import WorldSpec
from gem_sim.worlds.world import World


class Trace(NamedTuple):
    """The executed calls of a conversation, and the world before and after them."""

    calls: tuple[CallRecord, ...]
    start: World
    end: World


def trace(spec: WorldSpec, seed: int, messages: list[Message] | tuple[Message, ...]) -> Trace:
    """Execute every call of the messages in order, whatever the tool messages say they returned."""
    start = spec.start(seed)
    world, ledger = start.fork(), Ledger()
    records: list[CallRecord] = []
    for index, message in enumerate(messages):
        records += [_execute(world, ledger, index, call) for call in message.get("tool_calls", [])]
        ledger.add(index, message)
    return Trace(tuple(records), start, world)


def _execute(world: World, ledger: Ledger, index: int, call: ToolCall) -> CallRecord:
    name, arguments = call["function"]["name"], call["function"]["arguments"]
    before = world.digest
    result = world.call(name, arguments)
    tool = world.spec.tools.get(name)
    return CallRecord(
        message=index,
        id=call["id"],
        name=name,
        arguments=arguments,
        ok=result.ok,
        result=result.value,
        error=result.error,
        before=before,
        after=world.digest,
        diff=result.diff,
        provenance=ledger.origins(arguments, tool.parameters if tool else {}),
        imagined=tool is not None and tool.kind == "imagined",
    )


def content_of(record: CallRecord) -> Any:
    """The JSON value that the tool message of a call carries."""
    return record.result if record.error is None else {"error": record.error}
