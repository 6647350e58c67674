"""Scenarios: tasks drawn from a world, executed before they are played, and made harder by operators."""
