"""Offline episodes a second on one core, the cost of a message on the graph against a bare graph, and the rate of replay."""

import time
from functools import partial
from operator import add
from typing import Annotated, Any

from common import median_us, show
from langgraph.graph import START, StateGraph
from typing_extensions import TypedDict

from gem_sim import load_mock
from gem_sim.episodes.play import play
from gem_sim.episodes.record import record
from gem_sim.episodes.state import EpisodeSettings
from gem_sim.scenarios.assemble import assemble
from gem_sim.scenarios.operators import refine
from gem_sim.scenarios.planner import plan
from gem_sim.validate import judged
from gem_sim.validate.replay import replay

COUNT = 30


class Bare(TypedDict):
    """State of the bare graph: the messages and nothing else."""

    messages: Annotated[list[dict[str, Any]], add]


def bare_graph() -> Any:
    """Three nodes in a circle that do nothing but add a message: what LangGraph alone costs."""
    builder = StateGraph(Bare)
    for name in ("user", "assistant", "environment"):
        builder.add_node(name, lambda _: {"messages": [{"role": "user", "content": "text"}]})
    builder.add_edge(START, "user")
    builder.add_conditional_edges("user", lambda _: "assistant", ["assistant"])
    builder.add_conditional_edges("assistant", lambda _: "environment", ["environment"])
    builder.add_conditional_edges("environment", lambda state: "user" if len(state["messages"]) < 46 else "__end__", ["user", "__end__"])
    return builder.compile()


def timed(work: Any) -> tuple[float, Any]:
    """Seconds and result."""
    start = time.perf_counter()
    made = work()
    return time.perf_counter() - start, made


spec = load_mock("tool_library")
play(EpisodeSettings(spec=spec, seed=0))
plan_s, drafts = timed(lambda: [refine(plan(spec, seed), seed) for seed in range(COUNT)])
scenarios = [assemble(draft) for draft in drafts if draft is not None]
settings = [EpisodeSettings(spec=spec, scenario=scenario) for scenario in scenarios]
play_s, talks = timed(lambda: [play(one) for one in settings])
judge_s, episodes = timed(lambda: [judged(record(spec, s.scenario, talk, s), spec) for s, talk in zip(settings, talks, strict=True) if s.scenario])
replay_s = sum(min(timed(partial(replay, episode, spec))[0] for _ in range(9)) for episode in episodes)  # of each episode the least disturbed time

messages = sum(len(talk) for talk in talks)
bare = bare_graph()
bare_us = median_us(lambda: bare.invoke({"messages": []}, {"recursion_limit": 100}), times=5) / 48
show(
    {
        "episodes_per_second_all_in": round(COUNT / (plan_s + play_s + judge_s), 1),
        "of_46_messages_each": round(COUNT / (plan_s + play_s + judge_s) * messages / COUNT / 46, 1),
        "messages_per_episode": round(messages / COUNT, 1),
        "ms_per_episode": {
            "plan_and_refine": round(plan_s / COUNT * 1e3, 1),
            "play": round(play_s / COUNT * 1e3, 1),
            "record_and_judge": round(judge_s / COUNT * 1e3, 1),
        },
        "graph_us_per_message": round(play_s / messages * 1e6, 1),
        "bare_graph_us_per_message": round(bare_us, 1),
        "ratio_to_bare_graph": round(play_s / messages * 1e6 / bare_us, 2),
        "replayed_calls_per_second": round(sum(len(episode.calls) for episode in episodes) / replay_s),
    }
)
