"""Worlds: a declarative spec, an expression language, copy-on-write state and the calls executed on it."""
