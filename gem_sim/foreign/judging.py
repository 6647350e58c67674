"""What can be said of foreign trajectories without a world, and what cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from gem_sim.episodes.phrasing.repetition import compressibility, repeated_sentences
from gem_sim.foreign.reading import Trajectory
from gem_sim.quality.flow import flow_of
from gem_sim.quality.runs import share
from gem_sim.records import Episode, Finding
from gem_sim.validate import form, length
from gem_sim.validate.turn import Walk, call_problems

UNCHECKED = {
    "replay": "calls cannot be executed again without their world",
    "goal": "nobody says what had to be reached",
    "policy": "rules stand in no form that can be executed",
    "contract": "nobody says what the user knows",
}
"""What is not checked, and why."""
TOOLLESS = {"schema": "no tools are given"}
UNMEASURED = {
    "necessary": "a call can only be left out where the rest can be executed",
    "dead_reads": "nobody says which tools only read",
    "rule_decided": "no rule can be taken away",
    "connected": "nobody says which rows refer to which",
    "difficulty": "no agent can play without a world",
}
OFTEN = 0.05
"""Share of trajectories from which a sentence comes back often."""


def findings(trajectory: Trajectory) -> list[Finding]:
    """Everything found on a trajectory.

    Errors are what no reader could take otherwise. Where values come from is a warning, for who recorded it may have known
    more than what was kept.
    """
    episode = trajectory.episode
    found = [*trajectory.findings, *_form(episode)]
    if episode.tools:
        found += _schema(episode)
    found += [*_provenance(episode), *_claims(episode)]
    return [*found, *length.findings(episode)]


def _form(episode: Episode) -> Iterator[Finding]:
    """Roles may take turns as they like, but every call has an answer and every answer a call."""
    for finding in form.conversation(episode.messages):
        yield finding if finding.code in ("form.answer", "form.id") else _milder(finding)


def _schema(episode: Episode) -> Iterator[Finding]:
    """Problems of the assistant's calls: the tools that users have of their own are nowhere listed."""
    for index, message in enumerate(episode.messages):
        for call in message.get("tool_calls", []) if message["role"] != "user" else ():
            yield from call_problems(index, message, call, episode.tools)


def _provenance(episode: Episode) -> Iterator[Finding]:
    for call in episode.calls:
        if lost := [path for path, origin in call.provenance.items() if origin.source == "none"]:
            text = f"call {call.id} ({call.name}): nothing before it holds the value of {', '.join(lost)}"
            yield Finding(code="provenance.none", severity="warning", message=call.message, blame="assistant", text=text)


def _claims(episode: Episode) -> Iterator[Finding]:
    walk = Walk(episode.tools, None)
    for index, message in enumerate(episode.messages):
        yield from map(_milder, walk.findings(index, message))
        walk.listen(message)


def _milder(finding: Finding) -> Finding:
    return finding.model_copy(update={"severity": "warning"})


def unchecked(episodes: Sequence[Episode]) -> dict[str, str]:
    """What was not checked on all of the episodes, and why."""
    return UNCHECKED | ({} if all(episode.tools for episode in episodes) else TOOLLESS)


def quality(episodes: Sequence[Episode]) -> dict[str, Any]:
    """What tells by the messages alone how rich trajectories are."""
    origins = Counter(origin.source for episode in episodes for call in episode.calls for origin in call.provenance.values())
    calls = [call for episode in episodes for call in episode.calls]
    flows = [flow_of(episode) for episode in episodes if not any(finding.code == "form.answer" for finding in form.conversation(episode.messages))]
    repeated = [(round(part, 3), sentence) for part, sentence in repeated_sentences(episodes) if part > OFTEN and len(episodes) > 1]
    return {
        "arguments_by_origin": {name: share(count, sum(origins.values())) for name, count in sorted(origins.items())},
        "arguments_from_results": share(sum(use.kind == "argument" for flow in flows for use in flow.uses), sum(flow.arguments for flow in flows)),
        "failed_calls": share(sum(not call.ok for call in calls), len(calls)),
        "distinct_sequences": share(len({(episode.world.digest, *(call.name for call in episode.calls)) for episode in episodes}), len(episodes)),
        "repeated_sentences": len(repeated),
        "most_repeated": repeated[:5],
        "compressibility": compressibility(episodes),
        "unmeasured": UNMEASURED,
    }
