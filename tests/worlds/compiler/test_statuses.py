"""The statuses that verbs lead to."""

import pytest

from gem_sim.worlds.compiler.status import participle


@pytest.mark.parametrize(
    ("verb", "status"),
    [
        ("close", "closed"),
        ("ship", "shipped"),
        ("apply", "applied"),
        ("resend", "sent"),
        ("run", "run"),
        ("equip", "equipped"),
        ("undo", "undone"),
        ("shutdown", "shut_down"),
    ],
)
def test_a_verb_leads_to_its_participle(verb: str, status: str) -> None:
    assert participle(verb).removeprefix("re") == status


@pytest.mark.parametrize("word", ["session", "shipping", "git", "sequentialthinking", "settings"])
def test_what_is_no_verb_leads_to_done(word: str) -> None:
    assert participle(word) == "done"
