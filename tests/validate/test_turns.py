"""What one turn is judged by: sources of claims, rows last shown, the user's contract, the form of calls."""

import json
from typing import Any

import pytest
from builders import TEXT, tool

from gem_sim.records import Goal, Message, Scenario, ToolSchema
from gem_sim.validate.turn import turn_findings

STATUS = {"type": "string", "enum": ["open", "overdue", "returned", "cancelled"]}
TOOLS = (
    tool("list_loans", {"member": TEXT, "status": STATUS}, (), "read"),
    tool("return_loan", {"loan_id": TEXT}, ["loan_id"]),
    tool("press_button", {}).model_copy(update={"side": "user"}),
)
LOANS = [
    {"loan_id": "LN-7001", "tool": "Jigsaw", "due": "2026-04-18", "fee": 12.5, "days": 3, "status": "open"},
    {"loan_id": "LN-7014", "tool": "Step ladder", "due": "2026-04-09", "fee": 7, "days": 4, "status": "overdue"},
]
START: list[Message] = [
    {"role": "system", "content": "Today is 2026-04-14. A loan runs for 14 days. Write to desk@library.example."},
    {"role": "user", "content": "I am Ana Ferreira. What about my loans?"},
]


def exchange(name: str, arguments: dict[str, Any], result: Any, number: int = 1) -> list[Message]:
    call: Any = {"id": f"call_{number}", "type": "function", "function": {"name": name, "arguments": arguments}}
    answer: Message = {"role": "tool", "content": json.dumps(result), "tool_call_id": f"call_{number}"}
    return [{"role": "assistant", "content": "", "tool_calls": [call]}, answer]


SHOWN = START + exchange("list_loans", {"member": "Ana Ferreira"}, {"items": LOANS, "total": 2})
RETURNED = SHOWN + exchange("return_loan", {"loan_id": "LN-7001"}, {**LOANS[0], "status": "returned"}, 2)
REFUSED = SHOWN + exchange("return_loan", {"loan_id": "LN-7014"}, {"error": {"code": "conflict", "message": "The loan is overdue"}}, 2)


def codes(before: list[Message], text: str, role: Any = "assistant", scenario: Scenario | None = None) -> set[str]:
    return {finding.code for finding in turn_findings(before, {"role": role, "content": text}, TOOLS, scenario=scenario)}


@pytest.mark.parametrize(
    "text",
    [
        "Your loan LN-7001 of the Jigsaw is due on 18 April 2026.",
        "The Step ladder was due on April 9th; that is 5 days ago, and the fee is 7.00.",
        "You have 2 loans, and together the fees come to 19.5.",
        "Ana, the two loans run for 3 and 4 days, so 7 days in all.",
        "A loan runs for 14 days. You can write to desk@library.example, too.",
        "Loan 7001 is open, the other one is overdue. Shall I return it?",
        "- LN-7001: due 2026-04-18\n- LN-7014: due 2026-04-09",
    ],
)
def test_what_was_shown_or_follows_from_it_may_be_said(text: str) -> None:
    assert codes(SHOWN, text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Your loan LN-7002 is open.", "It is due on 19 April 2026.", "That makes 31 in all.", "Please write to help@library.example.",
        "It was lent by Marta Lindqvist.", "You can fetch it from 9:30.", "You have eleven loans.", "The fee was 12.75 each.",
    ],
)  # fmt: skip
def test_what_nobody_said_is_found(text: str) -> None:
    assert "claims.unsupported" in codes(SHOWN, text)


@pytest.mark.parametrize(
    "text",
    [
        "The status is open.", "The loan is now cancelled.", "The due is 9 April 2026.",
        "The fee of the loan is 7.00.",
        "Your loan id is LN-7014.", "It has been marked as overdue.",
    ],
)  # fmt: skip
def test_a_statement_against_the_row_shown_last_is_found(text: str) -> None:
    before = START + exchange("return_loan", {"loan_id": "LN-7001"}, {**LOANS[0], "status": "returned"})
    before = [*before[:1], {"role": "user", "content": "LN-7014 is overdue, due 9 April 2026, fee 7. What of LN-7001?"}, *before[2:]]
    assert "claims.contradicted" in codes(before, text)


@pytest.mark.parametrize(
    "text", ["The status is returned.", "If the status is open, I can help.", "Do you think the status is cancelled?", "Done, it is returned."]
)
def test_agreement_questions_and_conditions_are_fine(text: str) -> None:
    assert codes(RETURNED, text) == set()


def test_success_of_a_refused_call_and_refusal_of_an_accepted_one_are_found() -> None:
    assert codes(REFUSED, "Done, that worked.") == {"claims.outcome"}
    assert codes(REFUSED, "That was turned down: The loan is overdue.") == set()
    assert codes(RETURNED, "I am sorry, that was turned down.") == {"claims.outcome"}
    assert codes(RETURNED, "That worked.") == set()


@pytest.fixture
def scenario() -> Scenario:
    known = {"member": "Ana Ferreira", "pickup date": "30 April 2026", "days": "12"}
    about: dict[str, Any] = {"id": "", "world": "", "seed": 0, "persona": {"name": "Ana Ferreira"}, "instruction": "You want to return a loan."}
    return Scenario(**about, known=known, hidden={"loan_id": "LN-7001"}, plan=(), goal=Goal(required=()), beats=())


@pytest.mark.parametrize("text", ["I am Ana Ferreira and want it on 30 April, please.", "For 12 days.", "I have two things to ask."])
def test_the_user_says_what_they_know(scenario: Scenario, text: str) -> None:
    assert codes(START[:1], text, "user", scenario) == set()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("It is loan LN-7001.", "contract.leak"), ("It is loan LN-7014.", "contract.unknown"), ("On 2 May 2026, please.", "contract.unknown"),
        ("Mail me at ana@mail.example.", "contract.unknown"), ("Call return_loan for me.", "contract.machine"), ('{"loan": 1}', "contract.machine"),
        ("How can I help you today?", "contract.role"), (" ", "contract.empty"),
    ],
)  # fmt: skip
def test_the_user_keeps_to_their_part(scenario: Scenario, text: str, code: str) -> None:
    assert code in codes(START[:1], text, "user", scenario)


def test_what_the_assistant_or_a_tool_of_theirs_said_the_user_may_say(scenario: Scenario) -> None:
    assert codes([*SHOWN, {"role": "assistant", "content": "The loan LN-7001 is open."}], "Then return LN-7001.", "user", scenario) == set()
    pressed = START + exchange("press_button", {}, {"code": "KX-90"})
    assert codes([*pressed[:2], {**pressed[2], "role": "user"}, pressed[3]], "It shows KX-90.", "user", scenario) == set()


@pytest.mark.parametrize(
    ("role", "name", "arguments"),
    [
        ("assistant", "no_such_tool", {}), ("assistant", "press_button", {}), ("user", "return_loan", {"loan_id": "LN-7001"}),
        ("assistant", "return_loan", {"loan_id": 7}),
    ],
)  # fmt: skip
def test_a_call_that_no_tool_takes_is_found_before_it_is_made(role: Any, name: str, arguments: dict[str, Any]) -> None:
    call: Any = {"id": "call_9", "type": "function", "function": {"name": name, "arguments": arguments}}
    findings = turn_findings(SHOWN, {"role": role, "content": "", "tool_calls": [call]}, TOOLS)
    assert [(finding.code, finding.blame) for finding in findings] == [("schema.call", role)]


def test_another_spelling_is_the_same_value() -> None:
    shown = START + exchange("list_loans", {}, {"paid_at": "2026-04-18T14:30:00", "amount": 1200, "rate": 0.15, "note": "follow_up"})
    assert codes(shown, "On 18 April at 2:30 pm you paid 1,200.00; the rate is 15%. The follow-up remains.") == set()


def test_tools_may_be_called_by_what_they_say_of_themselves() -> None:
    about = ToolSchema(name="find", description="Searches the Orkney archive from 1850 on.", parameters={"type": "object"})
    assert turn_findings(START, {"role": "assistant", "content": "I can search the Orkney archive from 1850 on."}, [about]) == []
