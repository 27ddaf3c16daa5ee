"""News of what we sent is noted in batches, in any order and as often as it comes, and no family waits for it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from referrals.conversations.inbox import statuses
from referrals.conversations.inbox.statuses import NOT_OURS, STATUSES_IN_ONE_COMMIT
from referrals.conversations.inbox.waiting import BACKOFF_SECONDS
from referrals.conversations.records import InboxMessage
from referrals.conversations.turns import take_turns
from referrals.inbound import Address, Inbound, Status
from tests.families import GREETING, Families


def news(external_id: str, status: Status, reason: str = "") -> Inbound:
    return Inbound("status", external_id, Address("phone", "501"), status=status, status_reason=reason)


def greeted(families: Families, *people: str) -> list[str]:
    """Each was answered; the platform's ids of the answers."""
    for who in people:
        families.say(who, GREETING)
    return [row.external_id for row in families.outbox()]


def test_many_statuses_are_noted_together_and_only_move_forward(families: Families) -> None:
    ids = greeted(families, *(f"5{n:02}" for n in range(12)))
    for status in ("read", "delivered", "sent"):
        families.write(*(news(each, status) for each in ids))
    assert take_turns(families.store, families.clock()) == 36
    families.all_handled()
    assert {row.delivery for row in families.outbox()} == {"read"}
    assert families.books().balance


def test_the_same_status_again_changes_nothing(families: Families) -> None:
    (external,) = greeted(families, "501")
    assert len(families.write(news(external, "delivered"), news(external, "delivered"))) == 1
    families.turns()
    assert families.write(news(external, "delivered")) == []
    assert families.outbox()[0].delivery == "delivered"


def test_no_family_waits_for_the_statuses_of_a_campaign(families: Families) -> None:
    families.write(*(news(f"sent-{n}", "delivered") for n in range(STATUSES_IN_ONE_COMMIT + 44)))
    families.write(families.event("501", GREETING))
    taken = take_turns(families.store, families.clock())
    assert taken == 1 + STATUSES_IN_ONE_COMMIT, "the family, and no more than a commit's worth of the others"
    assert families.inbox()[-1].state == "handled"


def test_a_status_of_a_message_we_never_sent_is_handled_with_that_reason(families: Families) -> None:
    families.write(news("of-somebody-else", "read"))
    for seconds in BACKOFF_SECONDS:
        families.turns()
        families.clock.forward(seconds=seconds)
    (row,) = families.inbox()
    assert (row.state, row.reason) == ("handled", NOT_OURS)


def test_one_status_that_cannot_be_noted_takes_no_other_along(
    families: Families, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, three = greeted(families, "501", "502", "503")
    original = statuses.note_deliveries  # type: ignore[attr-defined]  # what the module calls

    def noted(uow: Any, sender_id: int, told: Any, at: Any) -> list[bool]:
        if any(external == two for external, *_ in told):
            raise RuntimeError("a sample fault")
        found: list[bool] = original(uow, sender_id, told, at)
        return found

    monkeypatch.setattr(statuses, "note_deliveries", noted)
    families.write(*(news(each, "delivered") for each in (one, two, three)))
    take_turns(families.store, families.clock())
    assert [row.delivery for row in families.outbox()] == ["delivered", "accepted", "delivered"]
    waiting = families.inbox()[4]
    assert (waiting.state, waiting.attempts) == ("waiting", 1)
    assert waiting.reason.startswith("RuntimeError (test_statuses.py:")
    monkeypatch.undo()
    families.clock.forward(seconds=2)
    families.turns()
    families.all_handled()


def test_a_status_whose_payload_nobody_can_open_fails_alone(families: Families) -> None:
    one, two = greeted(families, "501", "502")
    first, _ = families.write(news(one, "delivered"), news(two, "delivered"))
    spoilt = update(InboxMessage).where(InboxMessage.id == first).values(payload_sealed=b"\x01" + bytes(40))
    families.store.transact(lambda uow: uow.connection.execute(spoilt))
    take_turns(families.store, families.clock())
    assert [row.delivery for row in families.outbox()] == ["accepted", "delivered"]
    assert families.inbox()[2].state == "waiting"


def test_a_family_is_answered_although_the_clock_was_set_back_after_they_wrote(families: Families) -> None:
    families.write(families.event("501", GREETING))
    families.clock.forward(hours=-3)
    assert take_turns(families.store, families.clock()) == 1
    families.all_handled()
