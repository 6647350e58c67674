"""How an expression fails."""


class Unusable(Exception):
    """An expression met a value it cannot work with; the text says which function and what it expected."""
