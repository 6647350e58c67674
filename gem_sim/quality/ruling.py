"""Which rules decided something: each is taken away in turn, and what was refused is tried again."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import pairwise

from gem_sim.quality.deletion import Executed
from gem_sim.quality.flow import flat
from gem_sim.records import ConfirmCheck, Episode, Rule
from gem_sim.worlds.compiler.names import words
from gem_sim.worlds.plugin.spec import PluginSpec
from gem_sim.worlds.program import Tool
from gem_sim.worlds.spec import WorldSpec


def deciding(episode: Episode, executed: Executed) -> tuple[str, ...]:
    """Ids of the rules that decided an outcome, in the order of the spec.

    A rule that tools enforce decides where some call ends otherwise once the requirements that enforce it are gone; in a mock
    in Python no rule can be taken away, so none counts. A rule that the assistant enforces decides where the assistant turned
    a wish down in its words (no tool had refused anything since the user spoke), or where the confirmation it asks for was declined.
    In an episode from a text only rules that the text is quoted for count, and not those of a world that was joined to it.
    """
    by_tools = set(_by_tools(episode, executed))
    counted = [rule for rule in executed.spec.rules if rule.quote or episode.source is None]
    return tuple(rule.id for rule in counted if rule.id in by_tools or (rule.enforced_by == "assistant" and _by_assistant(episode, rule)))


def _by_tools(episode: Episode, executed: Executed) -> Iterator[str]:
    """Without a rule all is as it was up to the first refusal that it was the reason of, so each refused call is tried by itself."""
    spec = executed.spec
    if isinstance(spec, PluginSpec):
        return
    for at, call in enumerate(episode.calls):
        refusing = spec.tools[call.name].require if call.error and call.name in spec.tools else ()
        for rule in {test.rule for test in refusing if test.rule is not None}:
            if executed.worlds[at].under(_without(spec, rule)).call(call.name, call.arguments).outcome != executed.outcomes[at]:
                yield rule


def _without(spec: WorldSpec, rule: str) -> dict[str, Tool]:
    """The tools of a world without the requirements that enforce a rule."""
    made: dict[str, Tool] = spec.once(f"quality/without/{rule}", lambda: {name: _stripped(tool, rule) for name, tool in spec.program.tools.items()})
    return made


def _stripped(tool: Tool, rule: str) -> Tool:
    """The tool without the requirements that enforce a rule."""
    kept = tuple(test for test, about in zip(tool.require, tool.spec.require, strict=True) if about.rule != rule)
    return tool if len(kept) == len(tool.require) else dataclasses.replace(tool, require=kept)


def _by_assistant(episode: Episode, rule: Rule) -> bool:
    if isinstance(rule.check, ConfirmCheck):
        return _declined(episode, rule)
    forms = [flat(text).strip(".! ") for text in (rule.text, rule.quote) if text]
    failed = {call.message for call in episode.calls if call.error}
    refusing = False
    for index, message in enumerate(episode.messages):
        if message["role"] == "user" or index in failed:
            refusing = message["role"] == "user"
        elif message["role"] == "assistant" and refusing and any(form in flat(message["content"]) for form in forms):
            return True
    return False


def _declined(episode: Episode, rule: Rule) -> bool:
    """Whether the user, asked to confirm something that a tool of the rule does, said no."""
    beats = episode.scenario.beats
    asked = [flat(str(one.facts)) for one, following in pairwise(beats) if (one.act, following.act) == ("confirm", "decline")]
    return any(words(name)[0] in text for name in rule.tools for text in asked)
