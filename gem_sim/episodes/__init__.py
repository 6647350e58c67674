"""Episodes: the role-play on a LangGraph. State is JSON; roles are plain functions; the wiring stands in graphs/episode.py."""
