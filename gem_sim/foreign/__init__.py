"""Trajectories that somebody else recorded: read in OpenAI message form, and checked as far as that goes without a world."""
