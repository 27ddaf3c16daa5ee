"""What a platform says later counts like what it says at once; it only moves forward, however it is batched."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from referrals.families.records import Identity
from referrals.inbound import Status
from referrals.outbox.noting import note_sent
from referrals.outbox.statuses import Told, note_deliveries
from referrals.senders.records import AccountNotice
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.referrals.outbox.owing import Owing


@pytest.fixture
def owing(store: Store, clock: FrozenClock) -> Owing:
    return Owing(store, clock, channel="whatsapp")


def accepted(owing: Owing, *keys: str, template: str = "") -> None:
    """Messages that the platform took, each to somebody else; their ids are `wamid.<key>`."""
    for key in keys:
        owing.owe(f"p{key}", key, template=template)
    for row in owing.lease(len(keys)):
        owing.note(note_sent, row.id, f"wamid.{row.key}", owing.clock())


def tell(owing: Owing, *told: tuple[str, Status, str]) -> list[bool]:
    news: list[Told] = [(external_id, status, reason, "") for external_id, status, reason in told]
    return list(owing.note(note_deliveries, owing.sender_id, news, owing.clock()))


def test_a_batch_is_noted_as_each_alone_would_be(owing: Owing) -> None:
    accepted(owing, "a", "b", "c")
    known = tell(
        owing,
        ("wamid.a", "delivered", ""),
        ("wamid.b", "read", ""),
        ("wamid.nobody", "sent", ""),
        ("wamid.b", "delivered", ""),
        ("wamid.a", "read", ""),
        ("wamid.c", "sent", ""),
    )
    assert known == [True, True, False, True, True, True]
    assert [owing.row(key).delivery for key in "abc"] == ["read", "read", "sent"]


def test_a_failure_that_comes_later_is_tried_again_like_one_that_comes_at_once(owing: Owing) -> None:
    accepted(owing, "a")
    tell(owing, ("wamid.a", "failed", "throughput: 130429"))
    waits = owing.row("a")
    assert (waits.state, waits.delivery, waits.reason) == ("waiting", "", "throughput: 130429")
    assert owing.keys() == []
    owing.clock.forward(seconds=1.1)
    (row,) = owing.lease()
    owing.note(note_sent, row.id, "wamid.again", owing.clock())
    tell(owing, ("wamid.again", "delivered", ""))
    assert (owing.row("a").state, owing.row("a").delivery) == ("sent", "delivered")


def test_a_throughput_failure_stops_the_whole_account_for_its_time(owing: Owing) -> None:
    accepted(owing, "a")
    owing.owe("other", "b")
    tell(owing, ("wamid.a", "failed", "account_rate: 80007"))
    owing.clock.forward(seconds=59)
    assert owing.keys() == []
    owing.clock.forward(seconds=2)
    assert sorted(owing.keys()) == ["a", "b"]


def test_a_closed_window_is_answered_with_the_template(owing: Owing) -> None:
    accepted(owing, "a", template="appointment_reminder")
    tell(owing, ("wamid.a", "failed", "window_closed"))
    owing.clock.forward(seconds=10)
    (row,) = owing.lease()
    assert (row.key, row.reason) == ("a", "window_closed"), "delivery sends the template for that reason"


def test_a_marketing_cap_waits_a_day(owing: Owing) -> None:
    accepted(owing, "a")
    tell(owing, ("wamid.a", "failed", "marketing_cap: 131049"))
    assert owing.row("a").due_at - owing.clock() == timedelta(hours=24)


def test_who_wants_no_marketing_is_sent_no_more_of_it(owing: Owing) -> None:
    accepted(owing, "a")
    tell(owing, ("wamid.a", "failed", "marketing_opt_out: 131050"))
    assert owing.row("a").state == "cancelled"


def test_what_staff_must_mend_is_parked_and_told_once(owing: Owing) -> None:
    accepted(owing, "a", "b")
    tell(
        owing,
        ("wamid.a", "failed", "template_parameters: 132000"),
        ("wamid.b", "failed", "template_parameters: 132000"),
    )
    assert [owing.row(key).state for key in "ab"] == ["parked", "parked"]
    with owing.store.reading() as uow:
        assert len(uow.session.scalars(select(AccountNotice)).all()) == 1


def test_an_unknown_code_is_parked_where_staff_see_it(owing: Owing) -> None:
    accepted(owing, "a")
    tell(owing, ("wamid.a", "failed", "999999"))
    assert (owing.row("a").state, owing.row("a").reason) == ("parked", "999999")


def test_who_cannot_be_reached_there_is_not_written_to_again(owing: Owing) -> None:
    accepted(owing, "a")
    tell(owing, ("wamid.a", "failed", "undeliverable: 131026"))
    assert owing.row("a").state in ("parked", "cancelled")
    with owing.store.reading() as uow:
        assert uow.session.scalars(select(Identity.blocked_at)).one() is not None


def test_a_failure_after_it_arrived_changes_nothing(owing: Owing) -> None:
    accepted(owing, "a")
    tell(owing, ("wamid.a", "delivered", ""), ("wamid.a", "failed", "unknown_error: 131000"))
    assert (owing.row("a").state, owing.row("a").delivery) == ("sent", "delivered")


def test_a_failure_before_its_own_answer_was_noted_waits_for_that(owing: Owing) -> None:
    owing.owe("a", "a0")
    owing.lease()
    news: list[Told] = [("wamid.1", "failed", "unknown_error: 131000", "a0")]
    assert owing.note(note_deliveries, owing.sender_id, news, owing.clock()) == [False]
    assert owing.row("a0").state == "leased"


def test_the_failure_of_an_earlier_attempt_is_not_that_of_the_later_one(owing: Owing) -> None:
    """Sent twice because the first answer was lost: the second is there, whatever became of the first."""
    accepted(owing, "a")
    news: list[Told] = [("wamid.first", "failed", "unknown_error: 131000", "a")]
    assert owing.note(note_deliveries, owing.sender_id, news, owing.clock()) == [True]
    assert owing.row("a").state == "sent"
