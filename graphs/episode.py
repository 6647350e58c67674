"""The role-play of one episode: user, assistant and environment in turn until code ends it.

Open it in Studio with `langgraph dev`, or copy it, change the wiring and pass `--graph FILE`.
"""

from langgraph.graph import START, StateGraph

from gem_sim.episodes.nodes import assistant, environment, next_node, system, user
from gem_sim.episodes.state import EpisodeSettings, EpisodeState

builder = StateGraph(EpisodeState, context_schema=EpisodeSettings)

builder.add_node("system", system)
builder.add_node("user", user)
builder.add_node("assistant", assistant)
builder.add_node("environment", environment)

builder.add_conditional_edges(START, next_node, ["system", "user", "assistant", "environment", "__end__"])
builder.add_edge("system", "user")
builder.add_conditional_edges("user", next_node, ["assistant", "environment"])
builder.add_conditional_edges("assistant", next_node, ["environment", "user", "__end__"])
builder.add_conditional_edges("environment", next_node, ["environment", "assistant", "user"])

graph = builder.compile(name="episode")
