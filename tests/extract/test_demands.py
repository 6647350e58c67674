"""Rules as checks that a world can enforce or an assistant can keep."""

from __future__ import annotations

import hashlib

from gem_sim.extract import extract
from gem_sim.records import AbsentCheck, AskCheck, Check, ConfirmCheck, Document, FieldCheck, LimitCheck, NeedCheck, OrderCheck, Procedure, Rule, UniqueCheck

FERRY = """# Managing ferry passes

You can manage your passes on the ferry website.

## Creating a pass

To create a pass, you must be a resident of the island. The code must be unique.

1. Sign in and select **New pass**.
2. Enter the name, the code, the address and the start date.
3. Optionally, enter a guest name and a guest count.

If you enter a guest name, you must also enter the guest count.
The address must start with https://. The start date can be any day in the next 60 days.

## Linking a pass

To link a pass, open it and select **Link**. You can only link a pass one time.

## Renewing a pass

You must link a pass before you renew a pass. You cannot renew a pass if your boat is for sale.
Renewing a pass requires a valid licence. A pass can be renewed until 48 hours before it starts.

## Closing a pass

To close a pass, open it and choose **Close**. Before you close a pass, the following conditions must be true:

- The balance of the pass must be zero.
- Pass age at least 30 days
- No pending refunds

If you close a pass, its trips will be lost.

## Returning a pass

To return a pass, scan it. A pass can be returned within 14 days of purchase.
"""


def read(text: str) -> Procedure:
    found = extract(Document(id="d", text=text, title="", sha256=hashlib.sha256(text.encode()).hexdigest()))
    assert isinstance(found, Procedure), found.reason
    return found


PASSES = read(FERRY)


def rule(part: str) -> Rule:
    return next(rule for rule in PASSES.rules if part in rule.text)


def checked(part: str) -> tuple[Check | None, tuple[str, ...], str]:
    return rule(part).check, rule(part).tools, rule(part).enforced_by


def test_what_only_the_user_can_tell_is_asked_by_the_assistant() -> None:
    assert checked("resident of the island") == (AskCheck(condition="you must be a resident of the island"), ("create_pass",), "assistant")
    assert checked("valid licence") == (AskCheck(condition="a valid licence"), ("renew_pass",), "assistant")


def test_what_must_not_be_so_is_asked_as_well() -> None:
    assert checked("boat is for sale") == (AskCheck(condition="your boat is for sale", holds=False), ("renew_pass",), "assistant")


def test_one_tool_before_another_is_an_order_on_their_row() -> None:
    assert checked("before you renew") == (OrderCheck(entity="Pass", tool="link_pass"), ("renew_pass",), "tool")


def test_one_time_is_an_order_that_a_tool_breaks_itself() -> None:
    assert checked("one time") == (OrderCheck(entity="Pass", tool="link_pass", done=False), ("link_pass",), "tool")


def test_a_balance_of_zero_and_an_age_bound_fields_of_the_row() -> None:
    assert checked("must be zero") == (FieldCheck(entity="Pass", field="balance", minimum=0, maximum=0), ("close_pass",), "tool")
    assert checked("30 days") == (FieldCheck(entity="Pass", field="opened_on", minimum=30, unit="days"), ("close_pass",), "tool")
    assert checked("of purchase") == (FieldCheck(entity="Pass", field="purchase_date", maximum=14, unit="days"), ("return_pass",), "tool")


def test_a_date_lies_so_many_days_ahead() -> None:
    assert checked("next 60 days") == (LimitCheck(parameter="start_date", minimum=0, maximum=60, unit="days"), ("create_pass",), "tool")
    assert checked("before it starts") == (FieldCheck(entity="Pass", field="start_date", minimum=2, unit="ahead"), ("renew_pass",), "tool")


def test_nothing_pending_looks_at_the_rows_that_refer_to_it() -> None:
    assert checked("No pending") == (AbsentCheck(entity="Refund", of="Pass", statuses=("pending",)), ("close_pass",), "tool")


def test_what_must_be_unique_is_looked_up_among_the_rows() -> None:
    assert checked("unique") == (UniqueCheck(entity="Pass", parameter="code"), ("create_pass",), "tool")


def test_one_value_may_need_another() -> None:
    assert checked("guest count.") == (NeedCheck(parameter="guest_count", given="guest_name"), ("create_pass",), "tool")


def test_how_a_text_must_start_is_a_limit() -> None:
    assert checked("https") == (LimitCheck(parameter="address", starts=("https://",)), ("create_pass",), "tool")


def test_a_loss_is_confirmed_first() -> None:
    assert checked("will be lost") == (ConfirmCheck(), ("close_pass",), "assistant")


def test_conditions_are_words_of_the_quote_or_its_lead_in() -> None:
    asked = [rule for rule in PASSES.rules if isinstance(rule.check, AskCheck)]
    assert all(rule.check.condition in rule.text for rule in asked if isinstance(rule.check, AskCheck))
    assert all(FERRY[rule.start : rule.end] == rule.quote for rule in PASSES.rules)
