"""The books and the way of a message at a supervisor's desk; and all pages of messages in a real Chromium."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect
from sqlalchemy import text

from referrals.books.watching import watch_books
from referrals.protection.external_ids import kept_id
from referrals.protection.records import AuditEvent
from referrals.senders.notices import Told
from tests.browser import DESK, PHONE, OpenPage, accessibility_problems, sideways_overflow_px
from tests.console.conftest import Visitor
from tests.console.stuck import came_in, noticed, was_owed, whatsapp
from tests.console.world import PASSWORD, World
from tests.serving import served_here

SIZES = {"phone": PHONE, "desk": DESK}
WAMID = "wamid.HBgLMjAxMDAwMDAwMDQxFQIAERgS"
Visiting = Callable[..., Visitor]


@pytest.fixture
def supervisor(world: World, visitor: Visiting) -> Visitor:
    """Who looks after the whole programme; a family has written already."""
    world.family()
    return visitor("supervisor@sanad.invalid")


def break_the_books(world: World) -> None:
    lost = was_owed(world, tried=0)
    world.store.transact(
        lambda uow: uow.connection.execute(text("delete from outbox_message where id = :id"), {"id": lost})
    )


def answered(world: World) -> tuple[int, int]:
    """A message that came in, was answered, and arrived: the ids of both rows."""
    came = came_in(world, "handled", "", attempts=0, handled_at=world.clock())
    kept = world.store.transact(lambda uow: kept_id(uow, WAMID))
    more = {"key": f"turn:{came}:0", "external_id": kept, "sent_at": world.clock(), "delivery": "delivered"}
    sent = was_owed(world, "", "sent", tried=0, **more)
    came_in(world, "handled", "", kind="status", status="delivered", external_id=kept, identity_id=None, attempts=0)
    return came, sent


def test_a_row_that_somebody_spoiled_can_still_be_followed(world: World, supervisor: Visitor) -> None:
    spoiled = was_owed(world, "", "sentt", lane=7)
    page = supervisor.opens(f"/console/ledger/trace/out/{spoiled}")
    assert "sentt" in page


def test_the_books_of_the_week_are_told_by_channel_and_day(world: World, supervisor: Visitor) -> None:
    answered(world)
    was_owed(world)
    page = supervisor.opens("/console/ledger")
    assert "الدفتر متوازن" in page
    assert "رسائل وصلتنا: ٢" in page and "عولجت ٢" in page
    assert "رسائل للأسر: ٢" in page and "أُرسلت ١" in page and "متوقفة ١" in page and "منها وصلت ١" in page
    assert supervisor.get("/console/ledger?days=400").status_code == 404


def test_books_that_do_not_balance_are_told_on_every_page(
    world: World, supervisor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    break_the_books(world)
    assert watch_books(world.store, world.clock())
    assert "ALERT: the books do not balance: outbox of web web on 2026-11-01: 1 of 1 gone" in caplog.text
    assert "دفتر الرسائل غير متوازن" in supervisor.opens("/console/")
    assert "تنقص رسالة واحدة" in supervisor.opens("/console/ledger")


def test_a_desk_hears_nothing_of_the_books(world: World, desk: Visitor) -> None:
    world.family()
    break_the_books(world)
    watch_books(world.store, world.clock())
    assert "دفتر" not in desk.opens("/console/")
    assert desk.get("/console/ledger").status_code == 403


@pytest.mark.parametrize("named", ["in", "key", "wamid", "number"])
def test_a_message_is_found_by_whatever_names_it(world: World, supervisor: Visitor, named: str) -> None:
    came, sent = answered(world)
    supervisor.opens("/console/ledger")
    typed, expected = {
        "in": (f" IN-{came} ", f"in/{came}"),
        "key": (f"turn:{came}:0", f"out/{sent}"),
        "wamid": (WAMID, ""),
        "number": (world.number(1), "ap/1"),
    }[named]
    status, where = supervisor.sends("/console/ledger/trace", ref=typed)
    if named == "wamid":  # our message, and the news of it
        assert status == 200 and f"/trace/out/{sent}" in where and WAMID not in where
    else:
        assert (status, where) == (303, f"/console/ledger/trace/{expected}")


def test_the_way_of_a_message_is_told_in_order_and_audited(world: World, supervisor: Visitor) -> None:
    came, sent = answered(world)
    page = supervisor.opens(f"/console/ledger/trace/in/{came}")
    places = [page.index(each) for each in ("وصلتنا", "كُتبت للأسرة", "أُرسلت", "وصلت إلى الهاتف")]
    assert len(set(places)) == 4
    assert f"out-{sent}" in page
    assert world.count(AuditEvent, action="message.traced", object_id=str(came)) == 1


def test_what_did_not_go_tells_each_attempt_and_why(world: World, supervisor: Visitor) -> None:
    page = supervisor.opens(f"/console/ledger/trace/out/{was_owed(world)}")
    assert "المحاولة ١" in page and "المحاولة ٢" in page
    assert "تُعاد لاحقاً" in page and "توقفت" in page


def test_of_another_programme_there_is_nothing(world: World, supervisor: Visitor) -> None:
    came, sent = answered(world)
    number = world.number(1)
    world.store.transact(lambda uow: uow.connection.exec_driver_sql("delete from sender_programme"))
    world.store.transact(lambda uow: uow.connection.exec_driver_sql("update outbox_message set programme_id = null"))
    for path in (f"in/{came}", f"out/{sent}", "ap/999"):
        assert supervisor.get(f"/console/ledger/trace/{path}").status_code == 404
    supervisor.opens("/console/ledger")
    assert supervisor.sends("/console/ledger/trace", ref=f"in-{came}")[0] == 422
    assert supervisor.sends("/console/ledger/trace", ref=WAMID)[0] == 422
    assert supervisor.sends("/console/ledger/trace", ref=number)[0] == 303, "the application is theirs"
    assert supervisor.sends("/console/ledger/trace", ref="")[0] == 422
    assert world.count(AuditEvent, action="message.traced") == 0


# -- in a browser


@pytest.fixture
def address(web: FastAPI) -> Iterator[str]:
    """The console served on a port of its own."""
    with served_here(web) as served:
        yield served


def looked_at(page: Page, name: str) -> None:
    """The page as it must always be; a picture of it where SANAD_TEST_PICTURES names a folder."""
    if folder := os.environ.get("SANAD_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    assert accessibility_problems(page) == [], name
    assert sideways_overflow_px(page) == 0, name


@pytest.mark.parametrize("size", SIZES)
def test_the_pages_of_messages_read_well(world: World, address: str, open_page: OpenPage, size: str) -> None:
    world.family()
    came, _ = answered(world)
    number = whatsapp(world)
    parked = was_owed(world)
    was_owed(world, "template_parameters: 132000", sender_id=number)
    was_owed(world, "window_closed", sender_id=number, expires_at=world.clock())
    came_in(world)
    came_in(world, kind="unread", identity_id=None, reason="unknown field 'sample_field' in messages of a platform")
    noticed(world, number, Told("template", "appointment_reminder_48_hours/ar", "PAUSED", {"reason": "LOW_QUALITY"}))
    page = open_page(SIZES[size])
    page.goto(f"{address}/console/sign-in")
    page.get_by_label("البريد الإلكتروني").fill("supervisor@sanad.invalid")
    page.get_by_label("كلمة السر").fill(PASSWORD)
    page.get_by_role("button", name="دخول").click()
    for path, name in (
        ("parked", "parked"),
        ("parked?book=out&channel=whatsapp", "parked-filtered"),
        ("parked/out/all", "parked-all"),
        ("notices", "notices"),
        ("ledger", "ledger"),
        (f"ledger/trace/in/{came}", "trace-in"),
        (f"ledger/trace/out/{parked}", "trace-out"),
        ("ledger/trace/ap/1", "trace-application"),
    ):
        page.goto(f"{address}/console/{path}")
        looked_at(page, f"{size}-{name}")
    break_the_books(world)
    watch_books(world.store, world.clock())
    page.goto(f"{address}/console/ledger")
    looked_at(page, f"{size}-ledger-unbalanced")


def test_a_supervisor_on_a_phone_closes_what_was_told_by_telephone(
    world: World, address: str, plain_page: Page
) -> None:
    world.family()
    was_owed(world)
    plain_page.goto(f"{address}/console/sign-in")
    plain_page.get_by_label("البريد الإلكتروني").fill("supervisor@sanad.invalid")
    plain_page.get_by_label("كلمة السر").fill(PASSWORD)
    plain_page.get_by_role("button", name="دخول").click()
    plain_page.goto(f"{address}/console/parked")
    plain_page.get_by_text("إغلاقها بلا إرسال").click()
    plain_page.get_by_label("أخبرنا الأسرة بالهاتف").check()
    plain_page.get_by_label("ملاحظة: من أخبر").fill("كلمنا الأسرة صباحاً (عيّنة)")
    plain_page.screenshot(full_page=True)
    plain_page.get_by_role("button", name="إغلاق", exact=True).click()
    expect(plain_page.get_by_role("status")).to_contain_text("أُغلقت الرسالة")
