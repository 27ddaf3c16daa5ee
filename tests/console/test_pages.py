"""The pages in a real Chromium: on a phone and at a desk, without JavaScript, and for those who use no eyes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect
from sqlalchemy import select

from referrals.appointments.booking import book, offered_slots
from referrals.appointments.records import Appointment
from referrals.outbox.records import OutboxMessage
from referrals.referral.handling import Actor, accept
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from tests.browser import DESK, PHONE, OpenPage, accessibility_problems, sideways_overflow_px, standing_px
from tests.conftest import FrozenClock
from tests.console.world import PASSWORD, World
from tests.serving import served_here

SIZES = {"phone": PHONE, "desk": DESK}


@pytest.fixture
def address(web: FastAPI) -> Iterator[str]:
    """The console served on a port of its own."""
    with served_here(web) as served:
        yield served


def enter(page: Page, address: str, email: str = "desk@qous.invalid") -> None:
    page.goto(f"{address}/console/")
    page.get_by_label("البريد الإلكتروني").fill(email)
    page.get_by_label("كلمة السر").fill(PASSWORD)
    page.get_by_role("button", name="دخول").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("أهلاً")


def looked_at(page: Page, name: str) -> None:
    """The page as it must always be; a picture of it where SANAD_TEST_PICTURES names a folder."""
    if folder := os.environ.get("SANAD_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    assert accessibility_problems(page) == [], name
    assert sideways_overflow_px(page) == 0, name


def booked(world: World, referral_id: int) -> Appointment:
    def work(uow: UnitOfWork) -> Appointment:
        appointment = uow.session.scalars(select(Appointment).filter_by(referral_id=referral_id)).one()
        book(uow, appointment, offered_slots(uow, appointment.id, world.clock())[0], world.clock(), "family")
        return appointment

    return world.store.transact(work)


@pytest.mark.parametrize("size", SIZES)
def test_a_days_work_at_the_desk(
    world: World, address: str, clock: FrozenClock, open_page: OpenPage, size: str
) -> None:
    families = [
        world.family(),
        world.family(name="زينب (عيّنة)", priority="urgent", due_hours=1),
        world.family(name="عبد الرحمن (عيّنة)", due_hours=300),
        world.family(name="أم يوسف (عيّنة)", due_hours=8),
    ]
    clock.forward(hours=1)
    page = open_page(SIZES[size], scripts=False)
    page.goto(f"{address}/console/")
    without_scripts(page)
    enter(page, address)
    page.get_by_role("link", name="الإحالات", exact=False).first.click()
    page.screenshot(full_page=True)
    page.goto(f"{address}/console/referrals/{families[0]}")
    page.get_by_role("button", name="قبول الإحالة").click()
    expect(page.get_by_role("status")).to_contain_text("قبلتم الإحالة")
    assert page.get_by_role("checkbox", checked=True).count() == 3
    page.get_by_role("button", name="إرسال المواعيد للأسرة").click()
    expect(page.get_by_role("status")).to_contain_text("وصلت المواعيد إلى الأسرة")
    appointment = booked(world, families[0])
    assert appointment.starts_at is not None
    clock.now = appointment.starts_at
    enter(page, address)
    page.goto(f"{address}/console/check-in")
    page.get_by_label("رقم الموعد").fill(f"SANAD:{world.number(families[0])}")
    page.get_by_role("button", name="عرض الموعد").click()
    page.get_by_role("button", name="تأكيد الحضور").click()
    expect(page.get_by_role("status")).to_contain_text("سُجّل حضور الأسرة")
    page.get_by_text("إنهاء الإحالة").first.click()
    page.get_by_label("النتيجة").select_option("helped")
    page.get_by_role("button", name="إنهاء", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("انتهت الإحالة")


def without_scripts(page: Page) -> None:
    """Nothing of these pages needs a script: there is none."""
    assert page.locator("script").count() == 0


@pytest.mark.parametrize("size", SIZES)
def test_every_page_of_a_desk_reads_well(
    world: World, address: str, clock: FrozenClock, open_page: OpenPage, size: str
) -> None:
    first = world.family()
    world.family(name="زينب (عيّنة)", priority="urgent", due_hours=1)
    world.family(name="عبد الرحمن محمد عبد اللطيف (عيّنة)", due_hours=300)
    world.family(name="أم يوسف (عيّنة)", due_hours=20, priority="emergency")
    clock.forward(hours=1)
    page = open_page(SIZES[size])
    page.goto(f"{address}/console/sign-in")
    looked_at(page, f"{size}-sign-in")
    enter(page, address)
    looked_at(page, f"{size}-today")
    for path, name in (
        ("/referrals", "queue"),
        ("/referrals?show=closed", "queue-empty"),
        (f"/referrals/{first}", "referral-new"),
        ("/appointments", "appointments-empty"),
        ("/check-in", "check-in"),
        ("/account", "account"),
        ("/nothing", "not-here"),
    ):
        page.goto(f"{address}/console{path}")
        looked_at(page, f"{size}-{name}")
    page.goto(f"{address}/console/referrals/{first}")
    page.get_by_role("button", name="قبول الإحالة").click()
    page.get_by_text("مواعيد أخرى").first.click()
    looked_at(page, f"{size}-referral-slots")
    page.get_by_role("button", name="إرسال المواعيد للأسرة").click()
    looked_at(page, f"{size}-referral-offered")
    appointment = booked(world, first)
    assert appointment.starts_at is not None
    page.goto(f"{address}/console/referrals")
    looked_at(page, f"{size}-queue-after")
    clock.now = appointment.starts_at
    enter(page, address)
    page.goto(f"{address}/console/appointments")
    looked_at(page, f"{size}-appointments")
    page.goto(f"{address}/console/check-in")
    page.get_by_label("رقم الموعد").fill(world.number(first))
    page.get_by_role("button", name="عرض الموعد").click()
    looked_at(page, f"{size}-check-in-found")
    page.set_viewport_size({"width": 320, "height": 256})  # 1280 by 1024, enlarged four times
    page.goto(f"{address}/console/referrals/{first}")
    assert (sideways_overflow_px(page), standing_px(page)) == (0, 0)


@pytest.mark.parametrize("size", SIZES)
def test_every_page_of_a_supervisor_reads_well(world: World, address: str, open_page: OpenPage, size: str) -> None:
    referral = world.family()
    question = world.question(referral, "هل أحضر شهادة ميلاد الأولاد؟\nوكم يستغرق الموعد؟")
    danger = world.question(referral, "اتصلوا بعد العصر", kind="danger", restricted=True)
    page = open_page(SIZES[size])
    enter(page, address, "supervisor@sanad.invalid")
    looked_at(page, f"{size}-supervisor-today")
    park_something(world, world.family())  # somebody in danger is not written to: a person calls
    for path, name in (
        ("/help", "help"),
        (f"/help/{question}", "help-one"),
        ("/help/danger", "danger"),
        (f"/help/{danger}", "danger-one"),
        ("/parked", "parked"),
    ):
        page.goto(f"{address}/console{path}")
        looked_at(page, f"{size}-{name}")
    page.goto(f"{address}/console/help/{question}")
    page.get_by_label("الرد", exact=True).fill("نعم، أحضروها إن وُجدت. الموعد نصف ساعة.")
    page.get_by_role("button", name="إرسال الرد").click()
    expect(page.get_by_role("status")).to_contain_text("وصل ردكم")
    assert re.search("نصف ساعة", world.owed()[-1])


def park_something(world: World, referral_id: int) -> None:
    def work(uow: UnitOfWork) -> None:
        accept(uow, uow.session.get_one(Referral, referral_id), Actor(world.staff["desk@qous.invalid"]), world.clock())
        row = uow.session.scalars(select(OutboxMessage)).one()
        row.state, row.reason, row.attempts = "parked", "131026: the number is not on WhatsApp", 3

    world.store.transact(work)
