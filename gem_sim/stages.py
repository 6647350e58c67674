"""The stages of the pipeline as nodes of graphs/pipeline.py: each takes what is there and adds records, or says why not.

State is one text on its way, or a mock: what a stage lets through goes on, everything else becomes a `Rejected`.
"""

from __future__ import annotations

import operator
from typing import Annotated, Any, Literal

from typing_extensions import TypedDict

from gem_sim.episodes.play import play
from gem_sim.episodes.record import record
from gem_sim.episodes.state import EpisodeSettings
from gem_sim.errors import MockFailure, PlanError, RoleFailure, SpecError
from gem_sim.extract.filter import judge
from gem_sim.extract.offline import extract as extract_offline
from gem_sim.quality.targets import Targets
from gem_sim.records import Cause, Document, Episode, Procedure, Rejected, Scenario, Stage
from gem_sim.scenarios.assemble import assemble
from gem_sim.scenarios.planner import plan as plan_story
from gem_sim.scenarios.refine import refine as refine_story
from gem_sim.scenarios.refine import widened
from gem_sim.scenarios.story import Story
from gem_sim.validate import judged
from gem_sim.worlds.compiler import compile_world
from gem_sim.worlds.spec import WorldSpec


class PipelineState(TypedDict, total=False):
    """One text or mock on its way through the stages. `worlds`: those of the episodes. `passed` names a stage once for everything it let through."""

    document: Document | None
    seeds: list[int]
    refine: int
    targets: str
    procedure: Procedure
    spec: WorldSpec
    stories: list[Story]
    worlds: Annotated[dict[str, WorldSpec], operator.or_]
    episodes: Annotated[list[Episode], operator.add]
    rejected: Annotated[list[Rejected], operator.add]
    passed: Annotated[list[Stage], operator.add]


Update = dict[str, Any]
Next = Literal["filter", "plan", "__end__"]


def start(state: PipelineState) -> Next:
    """Texts begin with the filter, mocks with planning."""
    return "filter" if state.get("document") is not None else "plan"


def going_on(state: PipelineState) -> Literal["go", "stop"]:
    """Whether anything is left to work on."""
    return "stop" if state.get("rejected") and not state.get("stories") and not state.get("episodes") else "go"


def filter(state: PipelineState) -> Update:  # noqa: A001  (the stage's name in the design and in every report)
    """Does the text hold a multi-step procedure with an app, website, computer or machine?"""
    document = _document(state)
    verdict = judge(document)
    if not verdict.multi_step:
        return _stopped(state, "filter", verdict.reason)
    return {"document": document, "passed": ["filter"]}


def extract(state: PipelineState) -> Update:
    """Steps, rules, entities and tools of the text."""
    found = extract_offline(_document(state))
    if isinstance(found, Rejected):
        return {"rejected": [found]}
    return {"procedure": found, "passed": ["extract"]}


def compile(state: PipelineState) -> Update:  # noqa: A001  (the stage's name in the design and in every report)
    """A stateful world in which the extracted tools work and the extracted rules hold."""
    procedure = state["procedure"]
    try:
        compilation = compile_world(procedure.tools, name=_document(state).id, title=_document(state).title, procedure=procedure)
    except SpecError as error:
        return _stopped(state, "compile", str(error))
    return {"spec": compilation.spec, "passed": ["compile"]}


def plan(state: PipelineState) -> Update:
    """A scenario for each seed, executed before it is played."""
    update: Update = {"stories": [], "rejected": [], "passed": []}
    for seed in state["seeds"]:
        try:
            story = plan_story(state["spec"], seed)
            update["stories"].append(widened(story) if "procedure" in state else story)
            update["passed"].append("plan")
        except PlanError as error:
            update["rejected"].append(_rejected(state, "plan", str(error)))
        except MockFailure as fault:
            update["rejected"].append(_rejected(state, "plan", str(fault), cause="infrastructure"))
    return update


def play_first(state: PipelineState) -> Update:
    """Round 0: every scenario as it was planned, played and judged."""
    update: Update = {"episodes": [], "rejected": [], "passed": []}
    for story in state["stories"]:
        _run(state, story, update, parent=None)
    return update


def refine(state: PipelineState) -> Update:
    """Rounds of refinement: every accepted scenario made harder, executed, played and judged, and once more."""
    update: Update = {"episodes": [], "rejected": [], "passed": []}
    stories = {story.setting.seed: story for story in state["stories"]}
    for episode in state["episodes"]:
        _harden(state, stories[episode.scenario.seed], episode, update)
    return update


def _harden(state: PipelineState, story: Story, parent: Episode, update: Update) -> None:
    """The rounds of one scenario; the first that comes to nothing is the last."""
    targets = Targets.parse(state["targets"]) if state["targets"] else Targets()
    for _ in range(state["refine"]):
        try:
            harder = refine_story(story, targets.least("calls"), targets.least("messages"))
        except MockFailure as fault:
            update["rejected"].append(_rejected(state, "refine", str(fault), cause="infrastructure"))
            return
        if harder is None:
            update["rejected"].append(_rejected(state, "refine", "no operator applies to the scenario"))
            return
        update["passed"].append("refine")
        episode = _run(state, harder, update, parent)
        if episode is None:
            return
        story, parent = harder, episode


def _run(state: PipelineState, story: Story, update: Update, parent: Episode | None) -> Episode | None:
    """Play and judge one story; the episode goes to the accepted or to the rejected ones. None where it is not accepted."""
    return run_scenario(state, story.setting.spec, assemble(story), update, parent)


def run_scenario(state: PipelineState, spec: WorldSpec, scenario: Scenario, update: Update, parent: Episode | None = None) -> Episode | None:
    """Play and judge one scenario; `update` takes the episode, or why there is none. None where it is not accepted."""
    settings = EpisodeSettings(seed=scenario.seed, spec=spec, scenario=scenario)
    try:
        messages = play(settings)
    except MockFailure as fault:
        update["rejected"].append(_rejected(state, "play", str(fault), scenario, cause="infrastructure"))
        return None
    except RoleFailure as failure:
        update["rejected"].append(_rejected(state, "play", str(failure), scenario))
        return None
    update["passed"].append("play")
    procedure = state["procedure"].id if "procedure" in state else None
    document = state.get("document")
    episode = judged(record(spec, scenario, messages, settings, document=document, procedure=procedure, parent=parent), spec)
    if episode.outcome == "accepted":
        update["passed"].append("validate")
        update["episodes"].append(episode)
        update["worlds"] = update.get("worlds", {}) | {spec.digest: spec}
        return episode
    reason = "; ".join(f"{finding.code}: {finding.text}" for finding in episode.findings if finding.severity == "error")
    update["rejected"].append(_rejected(state, "validate", reason, episode))
    return None


def _document(state: PipelineState) -> Document:
    """The text of the state; Studio hands it over as plain JSON."""
    return Document.model_validate(state["document"])


def _stopped(state: PipelineState, stage: Stage, reason: str) -> Update:
    return {"rejected": [_rejected(state, stage, reason)]}


def _rejected(state: PipelineState, stage: Stage, reason: str, record: Any = None, cause: Cause = "content") -> Rejected:
    document = state.get("document")
    name = Document.model_validate(document).id if document is not None else state["spec"].name
    return Rejected(document=name, stage=stage, cause=cause, reason=reason, record=record.model_dump(mode="json") if record else None)
