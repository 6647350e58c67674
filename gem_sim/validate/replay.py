"""Re-execution: every stored call, result, digest and change must come out again. The first difference is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from gem_sim.episodes.provenance import parsed
from gem_sim.episodes.record import complexity
from gem_sim.episodes.trace import Trace, content_of, trace
from gem_sim.errors import InputError
from gem_sim.records import CallRecord, Episode, Finding, Message
from gem_sim.worlds.canonical import dumps, same
from gem_sim.worlds.plugin.spec import PluginSpec
from gem_sim.worlds.spec import WorldSpec


@dataclass(frozen=True)
class Difference:
    """Something stored that did not come out again."""

    episode: str
    call: str
    tool: str
    message: int
    what: str
    stored: str
    executed: str

    def line(self) -> str:
        """`episode 1f.. call call_0003 (renew_loan, message 12): result stored ..., executed ...`."""
        place = f"episode {self.episode} call {self.call} ({self.tool}, message {self.message})"
        return f"{place}: {self.what} stored {self.stored}, executed {self.executed}"


def replay(episode: Episode, spec: WorldSpec) -> list[Difference]:
    """Re-execute an episode in a fresh world. An empty list means that every call came out as stored.

    Raises InputError for a mock that says of itself that its calls do not repeat, and for a plug-in that is not installed.
    """
    if (refusal := refused(spec)) is not None:
        raise InputError(refusal)
    return list(differences(episode, spec, trace(spec, episode.world.seed, episode.messages)))


def refused(spec: WorldSpec) -> str | None:
    """Why the episodes of a world cannot be replayed, or None."""
    if isinstance(spec, PluginSpec) and not spec.replayable:
        return f"mock {spec.name!r} says that its calls do not repeat (replayable=False), so its episodes cannot be replayed"
    return None


def differences(episode: Episode, spec: WorldSpec, executed: Trace) -> Iterator[Difference]:
    """The differences between what an episode stores and an execution of its messages."""
    if spec.digest != episode.world.digest:
        yield Difference(episode.id, "-", "-", 0, "world", episode.world.digest, spec.digest)
    counted = complexity(episode.messages, episode.tools)
    if counted != episode.complexity:
        yield Difference(episode.id, "-", "-", 0, "complexity", str(episode.complexity), str(counted))
    if len(episode.calls) != len(executed.calls):
        yield Difference(episode.id, "-", "-", 0, "number of calls", str(len(episode.calls)), str(len(executed.calls)))
    answers = _answers(episode)
    for stored, fresh in zip(episode.calls, executed.calls, strict=False):
        for what, one, other in () if _alike(stored, fresh) else _pairs(stored, fresh):
            if not same(one, other):
                yield Difference(episode.id, fresh.id, fresh.name, fresh.message, what, _short(one), _short(other))
        answer = answers.get((fresh.message, fresh.id))
        if answer is None or not _says(answer, fresh):
            name, said = (answer.get("name"), parsed(answer["content"])) if answer else (None, None)
            was, now = f"{name or fresh.name} {_short(said)}", f"{fresh.name} {_short(content_of(fresh))}"
            yield Difference(episode.id, fresh.id, fresh.name, fresh.message, "tool message", was, now)


def _alike(stored: CallRecord, fresh: CallRecord) -> bool:
    """Whether a call came out as stored, told by one look at all of it; where not, `_pairs` says in what."""
    one, other = _seen(stored), _seen(fresh)
    return one == other and dumps(one) == dumps(other) and same(stored.arguments, fresh.arguments)  # bytes tell true from 1


def _seen(call: CallRecord) -> list[Any]:
    about = [call.message, call.id, call.name, call.ok, call.result, call.error, call.before, call.after, call.diff, call.imagined]
    return [*about, _origins(call)]


def _says(answer: Message, fresh: CallRecord) -> bool:
    """Whether the tool message of a call holds what the call gave."""
    if answer.get("name", fresh.name) != fresh.name:
        return False
    content = content_of(fresh)
    return answer["content"] == orjson.dumps(content).decode() or same(parsed(answer["content"]), content)


def _pairs(stored: CallRecord, fresh: CallRecord) -> Iterator[tuple[str, Any, Any]]:
    yield "place", [stored.message, stored.id, stored.name], [fresh.message, fresh.id, fresh.name]
    yield "arguments", stored.arguments, fresh.arguments
    yield "result", content_of(stored), content_of(fresh)
    yield "digest before", stored.before, fresh.before
    yield "digest after", stored.after, fresh.after
    yield "change", stored.diff, fresh.diff
    yield "flags", [stored.ok, stored.imagined], [fresh.ok, fresh.imagined]
    yield "provenance", _origins(stored), _origins(fresh)


def _origins(call: CallRecord) -> dict[str, Any]:
    return {path: [origin.source, origin.message] for path, origin in call.provenance.items()}


def _answers(episode: Episode) -> dict[tuple[int, str], Message]:
    """(index of the calling message, call id) to the tool message that answers it."""
    found: dict[tuple[int, str], Message] = {}
    caller = 0
    for index, message in enumerate(episode.messages):
        if message.get("tool_calls"):
            caller = index
        if message["role"] == "tool":
            found[caller, message.get("tool_call_id", "")] = message
    return found


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
    return text if len(text) <= 160 else f"{text[:157]}..."


def finding(difference: Difference) -> Finding:
    """A difference as a finding of validation."""
    return Finding(code="replay.difference", severity="error", message=difference.message, blame="environment", text=difference.line())
