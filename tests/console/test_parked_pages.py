"""What is parked, at a supervisor's desk: why, since when, tried again, or closed because it was told by telephone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from referrals.books import books
from referrals.books.records import Settled
from referrals.conversations.records import InboxMessage
from referrals.outbox.records import OutboxAttempt, OutboxMessage
from referrals.protection.records import AuditEvent
from referrals.senders.notices import Told
from referrals.staff.unparking import NOTE
from tests.console.conftest import Visitor
from tests.console.stuck import came_in, noticed, was_owed, whatsapp
from tests.console.world import World

Visiting = Callable[..., Visitor]


@pytest.fixture
def supervisor(world: World, visitor: Visiting) -> Visitor:
    """Who looks after the whole programme; a family has written already."""
    world.family()
    return visitor("supervisor@sanad.invalid")


def row(world: World, record: Any, row_id: int) -> Any:
    with world.store.reading() as uow:
        return uow.session.get_one(record, row_id)


def test_the_reason_is_told_in_arabic_with_its_reference(world: World, supervisor: Visitor) -> None:
    sent, came = was_owed(world, "undeliverable: 131026"), came_in(world)
    page = supervisor.opens("/console/parked")
    assert "رقم غير موجود" in page or "واتساب" in page
    assert "خطأ عندنا أثناء قراءة الرسالة" in page
    assert f"out-{sent}" in page and f"in-{came}" in page
    assert "undeliverable: 131026" in page  # for the operator
    assert "محاولتان" in page


def test_trying_again_is_an_attempt_of_its_own(world: World, supervisor: Visitor) -> None:
    parked = was_owed(world)
    supervisor.opens("/console/parked")
    assert supervisor.sends(f"/console/parked/out/{parked}/again") == (303, "/console/parked?said=tried_again")
    assert row(world, OutboxMessage, parked).state == "waiting"
    with world.store.reading() as uow:
        last = uow.session.scalars(select(OutboxAttempt).order_by(OutboxAttempt.id.desc())).first()
    assert last is not None
    assert (last.outcome, last.by) == ("again", f"staff:{world.staff['supervisor@sanad.invalid']}")
    assert world.count(AuditEvent, action="message.tried_again", object_id=str(parked)) == 1
    assert supervisor.sends(f"/console/parked/out/{parked}/again")[0] == 404, "it is not parked any more"


def test_what_is_past_its_time_is_not_tried_again(world: World, supervisor: Visitor) -> None:
    parked = was_owed(world, expires_at=world.clock() - timedelta(minutes=1))
    assert "فات وقتها" in supervisor.opens("/console/parked")
    assert supervisor.sends(f"/console/parked/out/{parked}/again")[0] == 404
    assert row(world, OutboxMessage, parked).state == "parked"


def test_a_message_that_came_in_has_its_turn_again(world: World, supervisor: Visitor) -> None:
    parked = came_in(world)
    supervisor.opens("/console/parked")
    assert supervisor.sends(f"/console/parked/in/{parked}/again")[0] == 303
    assert row(world, InboxMessage, parked).state == "waiting"


def test_what_nobody_can_read_is_only_closed(world: World, supervisor: Visitor) -> None:
    unread = came_in(world, kind="unread", identity_id=None, reason="no reader for this")
    page = supervisor.opens("/console/parked")
    assert "أرسلت المنصة شيئاً لا نعرف قراءته" in page
    assert supervisor.sends(f"/console/parked/in/{unread}/again")[0] == 404
    assert supervisor.sends(f"/console/parked/in/{unread}/settle", how="not_needed", note="تجربة")[0] == 303
    assert row(world, InboxMessage, unread).state == "handled"


def test_told_by_telephone_closes_it_with_a_sealed_note(world: World, supervisor: Visitor) -> None:
    parked = was_owed(world)
    supervisor.opens("/console/parked")
    path = f"/console/parked/out/{parked}/settle"
    assert supervisor.sends(path, how="told_by_phone", note="كلمنا فاطمة (عيّنة)") == (
        303,
        "/console/parked?said=settled",
    )
    closed = row(world, OutboxMessage, parked)
    assert (closed.state, closed.reason) == ("cancelled", "settled: told_by_phone")
    with world.store.reading() as uow:
        settled = uow.session.scalars(select(Settled)).one()
        assert uow.vault.open_text(settled.note_sealed, NOTE) == "كلمنا فاطمة (عيّنة)"
        assert b"\xd9\x81\xd8\xa7" not in settled.note_sealed
        assert settled.staff_id == world.staff["supervisor@sanad.invalid"]
        assert books(uow).balance
    assert world.count(AuditEvent, action="message.settled") == 1
    assert supervisor.sends(path, how="told_by_phone", note="مرة أخرى")[0] == 404
    assert supervisor.sends(f"/console/parked/out/{was_owed(world)}/settle", how="hidden", note="")[0] == 404


def test_all_for_one_reason_go_again_after_being_asked_once_more(world: World, supervisor: Visitor) -> None:
    late = was_owed(world, "token_refused", expires_at=world.clock() - timedelta(days=1))
    mended = [was_owed(world, "token_refused: 190") for _ in range(3)]
    other = was_owed(world, "media_refused")
    path = "/console/parked/out/all"
    assert "هل نبدأ؟" in supervisor.opens(f"{path}?reason=token_refused")
    status, page = supervisor.sends(path, reason="token_refused")
    assert status == 200
    assert "ستُعاد محاولة ٣ رسائل" in page and "بقيت رسالة واحدة" in page
    assert {row(world, OutboxMessage, each).state for each in mended} == {"waiting"}
    assert {row(world, OutboxMessage, each).state for each in (late, other)} == {"parked"}
    assert supervisor.get(f"{path}?reason=rate_limit").status_code == 404, "there is none of these"


def test_more_than_two_hundred_are_all_reached(world: World, supervisor: Visitor) -> None:
    ids = [was_owed(world, tried=0) for _ in range(205)]
    first = supervisor.opens("/console/parked?book=out")
    assert f"out-{ids[-1]}<" in first and f"out-{ids[0]}<" not in first
    assert "الأقدم" in first
    last = supervisor.opens("/console/parked?book=out&page=5")
    assert f"out-{ids[0]}<" in last and "الأقدم" not in last
    assert supervisor.sends("/console/parked/out/all")[0] == 200
    assert world.count(OutboxMessage, state="parked") == 0


def test_filters_narrow_to_a_channel_and_a_reason(world: World, supervisor: Visitor) -> None:
    number = whatsapp(world)
    here, there = was_owed(world, "media_refused"), was_owed(world, "undeliverable: 131026", sender_id=number)
    page = supervisor.opens("/console/parked?book=out&channel=whatsapp")
    assert f"out-{there}<" in page and f"out-{here}<" not in page
    page = supervisor.opens("/console/parked?book=out&reason=media_refused")
    assert f"out-{here}<" in page and f"out-{there}<" not in page
    assert supervisor.get("/console/parked?book=nonsense").status_code == 404
    assert supervisor.get("/console/parked?reason=A%20B").status_code in (404, 422)


def test_another_programmes_messages_are_not_there(world: World, supervisor: Visitor) -> None:
    theirs = was_owed(world, programme_id=None, sender_id=whatsapp(world, "1000002", "qena"))
    assert f"out-{theirs}<" in supervisor.opens("/console/parked"), "owed before a programme was known"
    world.store.transact(lambda uow: uow.connection.exec_driver_sql("delete from sender_programme"))
    assert f"out-{theirs}<" not in supervisor.opens("/console/parked")
    assert supervisor.sends(f"/console/parked/out/{theirs}/again")[0] == 404
    assert supervisor.sends(f"/console/parked/out/{theirs}/settle", how="not_needed", note="x")[0] == 404


def test_news_of_an_account_is_told_with_what_to_do_and_marked_seen(world: World, supervisor: Visitor) -> None:
    told = Told("template", "reminder_48h/ar", "PAUSED", {"reason": "LOW_QUALITY"})
    notice = noticed(world, whatsapp(world), told)
    assert "خبر جديد عن حساباتنا" in supervisor.opens("/console/parked")
    page = supervisor.opens("/console/notices")
    assert "افتحوا مدير واتساب، وراجعوا القالب" in page
    assert "reminder_48h/ar" in page and "LOW_QUALITY" in page
    assert supervisor.sends(f"/console/notices/{notice}/seen") == (303, "/console/notices?said=notice_seen")
    assert "reminder_48h/ar" not in supervisor.opens("/console/notices")
    assert supervisor.sends(f"/console/notices/{notice}/seen")[0] == 404


def test_a_kind_of_trouble_of_ours_is_told_in_arabic_too(world: World, supervisor: Visitor) -> None:
    noticed(world, whatsapp(world), Told("account", "1000001", "token_refused", {"reason": "token_refused: 190"}))
    page = supervisor.opens("/console/notices")
    assert "حساب الخدمة" in page
    assert ">token_refused<" not in page
