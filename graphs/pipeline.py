"""One text, or one mock, on its way from words to accepted episodes. Each stage may end the way with a reason."""

from langgraph.graph import END, START, StateGraph

from gem_sim.stages import PipelineState, compile, extract, filter, going_on, plan, play_first, refine, start  # noqa: A004

builder = StateGraph(PipelineState)

builder.add_node("filter", filter)
builder.add_node("extract", extract)
builder.add_node("compile", compile)
builder.add_node("plan", plan)
builder.add_node("play", play_first)
builder.add_node("refine", refine)

builder.add_conditional_edges(START, start, ["filter", "plan"])
builder.add_conditional_edges("filter", going_on, {"go": "extract", "stop": END})
builder.add_conditional_edges("extract", going_on, {"go": "compile", "stop": END})
builder.add_conditional_edges("compile", going_on, {"go": "plan", "stop": END})
builder.add_conditional_edges("plan", going_on, {"go": "play", "stop": END})
builder.add_conditional_edges("play", going_on, {"go": "refine", "stop": END})
builder.add_edge("refine", END)

graph = builder.compile(name="pipeline")
