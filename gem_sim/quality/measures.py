"""All quality measures of one episode."""

from __future__ import annotations

from dataclasses import dataclass

from gem_sim.quality.connected import is_connected
from gem_sim.quality.deletion import Need, execute, needs
from gem_sim.quality.flow import Flow, flow_of, leaves
from gem_sim.quality.ruling import deciding
from gem_sim.records import Episode
from gem_sim.worlds.canonical import dumps
from gem_sim.worlds.spec import WorldSpec


@dataclass(frozen=True, slots=True)
class Measures:
    """What was counted in one episode; shares are properties, 1.0 or 0.0 where there is nothing to share."""

    messages: int
    tools: int
    """Tools offered."""
    calls: int
    distinct: int
    """Different tools called."""
    declared: int
    """Calls whose refusal the plan declares; they are neither necessary nor unnecessary."""
    unneeded: tuple[int, ...]
    """Indexes of the other calls without which every later call ends as before, the goal is reached all the same, and each
    argument and claim of the assistant that came from results still has another result to come from."""
    reads: int
    """Calls that succeeded and are not of writing tools."""
    dead: tuple[int, ...]
    """Indexes of the reads of which no later argument or claim holds any value, but for values that the user or the policy told first."""
    arguments: int
    """Values in the arguments of the assistant's calls, those inside lists and objects each for itself."""
    from_results: int
    """Those of them that an earlier result held before the user or the policy told them."""
    chain: int
    """Calls on the longest path on which each call takes an argument from the result of the one before, or ends otherwise without it."""
    distance: int
    """Most messages between a result and a call or claim that uses it, counted from the latest result that holds the value."""
    rules: tuple[str, ...]
    """Ids of the rules that decided an outcome; see `deciding`."""
    connected: bool
    """Whether everything done and asked hangs together; see `is_connected`."""
    imagined: int
    """Calls whose answers were imagined."""
    recovered: bool
    """Whether some call of the assistant was turned down, and a later one of the same tool or with a value of its arguments changed something."""

    @property
    def necessary(self) -> float:
        """Share of necessary calls among those that are not declared refusals."""
        counted = self.calls - self.declared
        return 1 - len(self.unneeded) / counted if counted else 1.0

    @property
    def dead_reads(self) -> float:
        """Share of dead reads among the reads."""
        return len(self.dead) / self.reads if self.reads else 0.0

    @property
    def arguments_from_results(self) -> float:
        """Share of the assistant's arguments that come from earlier results."""
        return self.from_results / self.arguments if self.arguments else 0.0


def measure(episode: Episode, spec: WorldSpec) -> Measures:
    """Measure an episode whose form is sound in its world. Raises what `spec.start` raises."""
    flow, executed = flow_of(episode), execute(episode, spec)
    spec = executed.spec  # of a plug-in the installed one, where a run folder has its data only
    need = needs(episode, flow, executed)
    reads = [at for at, call in enumerate(episode.calls) if call.ok and (call.name not in spec.tools or spec.tools[call.name].kind != "write")]
    used = {source for use in flow.uses for source in use.sources}
    counted = episode.complexity
    return Measures(
        messages=counted.messages,
        tools=counted.tools,
        calls=counted.calls,
        distinct=counted.distinct,
        declared=sum(one.declared for one in need),
        unneeded=tuple(at for at, one in enumerate(need) if not one.declared and not one.necessary),
        reads=len(reads),
        dead=tuple(at for at in reads if at not in used),
        arguments=flow.arguments,
        from_results=sum(use.kind == "argument" for use in flow.uses),
        chain=_chain(flow, need),
        distance=max((use.message - max(flow.answered[at] for at in use.sources) for use in flow.uses), default=0),
        rules=deciding(episode, executed),
        connected=is_connected(episode, spec, flow),
        imagined=sum(call.imagined for call in episode.calls),
        recovered=_recovered(episode),
    )


def _chain(flow: Flow, need: tuple[Need, ...]) -> int:
    lengths: list[int] = []
    for at in range(len(need)):
        fed = {source for use in flow.uses if use.call == at for source in use.sources}
        enabled = {earlier for earlier in range(at) if need[earlier].flips == at}
        lengths.append(1 + max((lengths[before] for before in fed | enabled), default=0))
    return max(lengths, default=0)


def _recovered(episode: Episode) -> bool:
    failed: list[tuple[str, set[bytes]]] = []
    for call in episode.calls:
        values = {dumps(leaf) for leaf in leaves(call.arguments)}
        if call.diff and any(name == call.name or held & values for name, held in failed):
            return True
        if call.error and episode.messages[call.message]["role"] == "assistant":
            failed.append((call.name, values))
    return False
