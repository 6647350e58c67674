"""Worlds in Python: a mock whose tools are plain functions on a private copy of its state. Same surface as a declarative world."""
