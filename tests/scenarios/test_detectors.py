"""A detector finds what makes a conversation hard in words that are nobody's templates, and is not misled by what looks alike."""

import json
from typing import Any

import pytest

from gem_sim.episodes.trace import content_of, trace
from gem_sim.records import Message
from gem_sim.scenarios.detectors import DETECTORS, Heard, detected
from gem_sim.scenarios.operators import OPERATORS
from gem_sim.worlds.joining.partners import partners
from gem_sim.worlds.load import load_mock
from gem_sim.worlds.spec import WorldSpec

Turn = str | tuple[Any, ...]
ANA = ("find_members", {"query": "Ana Ferreira"})
LOANS = ("list_loans", {"member_id": "M-301"})
RENEW = ("renew_loan", {"loan_id": "LN-7001"})
BLOWER = ("list_tools", {"query": "Pole sander"})
LEND = ("lend_tool", {"member_id": "M-301", "tool_id": "T-149", "days": 7})
RESERVED = ("list_reservations", {"member_id": "M-315"})
CANCEL = ("cancel_reservation", {"reservation_id": "RS-4100"})
ASK_ANA = "u Ana Ferreira is at the desk and takes the Pole sander home."

FOUND: dict[str, list[Turn]] = {
    "vague_reference": ["u The Ana Ferreira loan which ends on 18 April, extend it.", ANA, LOANS, RENEW, "a It now ends on 25 April."],
    "missing_argument": [ASK_ANA, "a How many days does she want it for?", "u A week, so 7.", ANA, BLOWER, LEND, "a She has it."],
    "found_argument": [
        "u Put Priya Natarajan down for the Leaf blower, on the same pickup date as her Jigsaw booking.",
        ("find_members", {"query": "Priya Natarajan"}),
        RESERVED,
        ("list_tools", {"query": "Leaf blower"}),
        ("reserve_tool", {"member_id": "M-315", "tool_id": "T-134", "pickup_date": "2026-04-21"}),
        "a She is on the list.",
    ],
    "wrong_fact": [
        "u Extend the overdue Hammer drill loan of Ana Ferreira.",
        ANA,
        LOANS,
        "a I looked at it: its status is open rather than overdue. Fine by you?",
        "u My fault, carry on.",
        RENEW,
        "a Extended.",
    ],
    "change_of_mind": [
        "u Ana Ferreira borrows the Pole sander for 3 days.",
        ANA,
        BLOWER,
        "a Lending the Pole sander to Ana Ferreira for 3 days, is that correct?",
        "u On reflection, make it 7.",
        LEND,
        "a Done.",
    ],
    "dependent_goal": [ASK_ANA, ANA, BLOWER, LEND, "a Lent.", "u Could that run longer already?", ("renew_loan", {"loan_id": "LN-32417"}), "a It could."],
    "rule_conflict": ["u Lend Mei-Ling Cho a saw.", ("lend_tool", {"member_id": "M-329", "tool_id": "T-149", "days": 7}), "a Her membership is suspended."],
    "recovery": [
        "u Close loan LN-7002.",
        ("return_tool", {"loan_id": "LN-7002"}),
        "a None there.",
        "u LN-7001 then.",
        ("return_tool", {"loan_id": "LN-7001"}),
        "a Closed.",
    ],
    "no_tool": ["u Could you sharpen the Jigsaw blade?", "a Sharpening is beyond me, none of my tools does that.", "u Shame. Bye."],
    "confirmation": [
        "u Take Priya Natarajan off the waiting list.",
        ("find_members", {"query": "Priya Natarajan"}),
        RESERVED,
        "a Cancel the reservation RS-4100 for good?",
        "u Go ahead.",
        CANCEL,
        "a Gone.",
    ],
    "declined": [
        "u Take Priya Natarajan off the waiting list.",
        ("find_members", {"query": "Priya Natarajan"}),
        RESERVED,
        "a Cancel the reservation RS-4100 for good?",
        "u Rather not.",
        "a Then it stays.",
        "u What is her address?",
        ("get_member", {"member_id": "M-315"}),
        "a priya.natarajan@example.org",
    ],
    "choice": [
        "u Extend a loan of Ana Ferreira.",
        ANA,
        LOANS,
        "a She has one due on 18 April 2026 and one due on 9 April 2026. Which one is meant?",
        "u 18 April 2026.",
        RENEW,
        "a Extended.",
    ],
    "computed": ["u What do the deposits for garden tools add up to?", ("list_tools", {"category": "garden"}), "a 85 altogether."],
    "long_result": ["u What is there?", ("list_tools", {}), "a Quite a lot."],
    "user_step": ["u My shutter is stuck.", "a Please look around.", ("user", "get_tool", {"tool_id": "T-110"}), "u I have."],
    "parallel_reads": ["u Who is Ana Ferreira, and what is a Pole sander?", (ANA, BLOWER), "a A member and a tool."],
    "authentication": ["u I want my loan extended.", "a Under what name are you registered?", "u Ana Ferreira.", ANA, LOANS, RENEW, "a Extended."],
    "two_at_once": [
        "u Extend the Hammer drill loan of Ana Ferreira, and lend her the Pole sander for 7 days.",
        ANA,
        LOANS,
        BLOWER,
        RENEW,
        LEND,
        "a Both are done.",
    ],
}
MISSED: dict[str, list[Turn]] = {
    "vague_reference": ["u What is the Jigsaw with status on loan like?", ("list_tools", {"query": "Jigsaw"}), "a It is a cutting tool."],
    "missing_argument": [ASK_ANA[:-1] + " for 7 days.", "a Did you say 7 days?", "u Yes.", ANA, BLOWER, LEND, "a She has it."],
    "found_argument": [
        "u Put Priya Natarajan down for the Leaf blower on 21 April.",
        ("find_members", {"query": "Priya Natarajan"}),
        RESERVED,
        ("list_tools", {"query": "Leaf blower"}),
        ("reserve_tool", {"member_id": "M-315", "tool_id": "T-134", "pickup_date": "2026-04-21"}),
        "a She is on the list.",
    ],
    "wrong_fact": [
        "u Extend the open Hammer drill loan of Ana Ferreira.",
        ANA,
        LOANS,
        "a Its status is open and it is not overdue. Shall I renew it?",
        "u Yes.",
        RENEW,
        "a Extended.",
    ],
    "change_of_mind": [
        "u Ana Ferreira borrows the Pole sander for 7 days.",
        ANA,
        BLOWER,
        "a Lending the Pole sander to Ana Ferreira for 7 days, is that correct?",
        "u Oh, yes, make it so.",
        LEND,
        "a Done.",
    ],
    "dependent_goal": [ASK_ANA, ANA, BLOWER, LEND, "a Lent.", "u And her Hammer drill?", LOANS, RENEW, "a Extended."],
    "rule_conflict": ["u Close loan LN-7118.", ("return_tool", {"loan_id": "LN-7118"}), "a It is closed already."],
    "recovery": ["u Close loan LN-7002.", ("return_tool", {"loan_id": "LN-7002"}), "a There is none.", "u Then extend LN-7001.", RENEW, "a Extended."],
    "no_tool": ["u Take Priya off.", "a Cancelling cannot be undone. Shall I?", "u Yes.", CANCEL, "a Gone."],
    "confirmation": [
        "u Who has the Jigsaw booked?",
        ("list_reservations", {"member_id": "M-315"}),
        "a Priya Natarajan. Anything else?",
        "u Yes, cancel that.",
        CANCEL,
        "a Gone.",
    ],
    "declined": ["u What is the Jigsaw?", ("list_tools", {"query": "Jigsaw"}), "a A cutting tool. Anything else?", "u No, leave it at that."],
    "choice": [
        "u Extend a loan of Ana Ferreira.",
        ANA,
        LOANS,
        "a Which one is meant, the one due on 18 April 2026?",
        "u 18 April 2026, yes.",
        RENEW,
        "a Extended.",
    ],
    "computed": ["u What is the deposit for the Jigsaw?", ("list_tools", {"query": "Jigsaw"}), "a 20."],
    "long_result": ["u Which garden tools are there?", ("list_tools", {"category": "garden"}), "a Three."],
    "user_step": ["u My shutter is stuck.", "a Please look around.", "u I have.", ("get_tool", {"tool_id": "T-110"}), "a Good."],
    "parallel_reads": ["u Who is Ana Ferreira, and what is a Pole sander?", ANA, BLOWER, "a A member and a tool."],
    "authentication": ["u I am Ana Ferreira, extend my loan.", "a Which one?", "u The Hammer drill.", ANA, LOANS, RENEW, "a Extended."],
    "two_at_once": ["u Extend the Hammer drill loan of Ana Ferreira.", ANA, LOANS, RENEW, "a Done.", "u Now the sander for 7 days.", BLOWER, LEND, "a Done."],
}


def heard(spec: WorldSpec, turns: list[Turn]) -> tuple[str, ...]:
    """What the detectors find in turns: `u words`, `a words`, a call, several calls in one message, or a call of the user."""
    messages: list[Message] = [{"role": "system", "content": "Today is 2026-04-14."}]
    for turn in turns:
        if isinstance(turn, str):
            messages.append({"role": "user" if turn[0] == "u" else "assistant", "content": turn[2:]})
            continue
        by, calls = ("user", (turn[1:],)) if turn[0] == "user" else ("assistant", turn if isinstance(turn[0], tuple) else (turn,))
        made = [{"id": f"c{len(messages)}_{at}", "type": "function", "function": {"name": name, "arguments": given}} for at, (name, given) in enumerate(calls)]
        messages.append({"role": by, "content": "", "tool_calls": made})
        done = trace(spec, 0, messages).calls[-len(made) :]
        messages += [{"role": "tool", "content": json.dumps(content_of(call)), "tool_call_id": call.id, "name": call.name} for call in done]
    return detected(messages, trace(spec, 0, messages).calls, spec)


@pytest.mark.parametrize("name", FOUND)
def test_a_detector_finds_what_it_is_for(library: WorldSpec, name: str) -> None:
    assert name in heard(library, FOUND[name])


@pytest.mark.parametrize("name", MISSED)
def test_a_detector_is_not_misled_by_what_looks_alike(library: WorldSpec, name: str) -> None:
    assert name not in heard(library, MISSED[name])


def test_nested_arguments_are_found_in_calls_that_work() -> None:
    change = ("change_mouldings", {"job_id": "J-3308", "changes": [{"number": 1, "moulding": "BLK-30"}]})
    workshop = load_mock("framing_workshop")
    assert "nested_arguments" in heard(workshop, ["u Black for the medals, please.", change, "a Changed."])
    assert "nested_arguments" not in heard(workshop, ["u Black for the medals, please.", (change[0], change[1] | {"job_id": "J-1"}), "a No such job."])


def test_a_world_that_was_joined_is_used_or_stands_in_the_way(library: WorldSpec) -> None:
    wider = partners(library)[0].joined_to(library)
    (tools,) = wider.joined.values()
    mixed = heard(wider, ["u Who is Ana Ferreira?", ANA, (tools[0], {}), "a A member."])
    alone = heard(wider, ["u Who is Ana Ferreira?", ANA, "a A member."])
    assert ("enlarge" in mixed, "distractors" in mixed) == (True, False)
    assert ("enlarge" in alone, "distractors" in alone) == (False, True)


def test_every_operator_has_its_detector() -> None:
    assert OPERATORS.keys() <= DETECTORS.keys()


def test_nothing_is_found_where_nothing_was_said(library: WorldSpec) -> None:
    assert not any(detector(Heard([], [], library)) for detector in DETECTORS.values())
