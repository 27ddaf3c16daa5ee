"""The pages of applications in a real Chromium: on a phone and at a desk, for eyes and for none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from referrals.applications.records import Application
from referrals.store.unit_of_work import Store
from tests.browser import DESK, PHONE, OpenPage, accessibility_problems, sideways_overflow_px
from tests.conftest import FrozenClock
from tests.console.at_a_desk import DeskWorld
from tests.console.world import PASSWORD
from tests.families import Families
from tests.serving import served_here

SIZES = {"phone": PHONE, "desk": DESK}


@pytest.fixture
def world(sqlite_store: Store, clock: FrozenClock) -> DeskWorld:
    """Kuwait's programme with its sample staff and a family that was sent to a centre."""
    world = DeskWorld(sqlite_store, clock).employ()
    Families(sqlite_store, clock).refer("501")
    return world


@pytest.fixture
def address(world: DeskWorld) -> Iterator[str]:
    """The console served on a port of its own."""
    with served_here(world.app()) as served:
        yield served


def enter(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/console/")
    page.get_by_label("البريد الإلكتروني").fill(email)
    page.get_by_label("كلمة السر").fill(PASSWORD)
    page.get_by_role("button", name="دخول").click()
    page.goto(f"{address}/console/applications")


def looked_at(page: Page, name: str) -> None:
    """As it must always be; a picture of it where SANAD_TEST_PICTURES names a folder."""
    page.evaluate("() => window.scrollTo(0, 0)")
    if folder := os.environ.get("SANAD_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"applications-{name}.png", full_page=True)
    assert accessibility_problems(page) == [], name
    assert sideways_overflow_px(page) == 0, name


@pytest.mark.parametrize("size", SIZES)
def test_from_the_list_to_an_answer_and_back(world: DeskWorld, address: str, open_page: OpenPage, size: str) -> None:
    page = open_page(SIZES[size])
    enter(page, address, "clerk@kuwait.invalid")
    looked_at(page, f"list-{size}")
    page.get_by_role("link", name="طلب رقم").click()
    looked_at(page, f"new-{size}")
    page.get_by_role("button", name="أبدأ القراءة").click()
    page.get_by_role("link", name="سؤال الأسرة عما نقص").click()
    looked_at(page, f"ask-{size}")
    page.get_by_label("ما رقم الهاتف").check()
    page.get_by_role("button", name="اسألوا الأسرة").click()
    expect(page.get_by_role("status")).to_contain_text("وصل السؤال")
    looked_at(page, f"asked-{size}")
    page.get_by_role("button", name="التراجع عن آخر خطوة").click()
    page.get_by_role("button", name="خروج").click()
    enter(page, address, "supervisor@kuwait.invalid")
    page.goto(f"{address}/console/applications/{world.one(Application).id}")
    page.get_by_text("الشروط لا تشمله", exact=True).first.click()
    page.get_by_label("السبب").select_option("papers-missing")
    looked_at(page, f"decline-{size}")
    page.get_by_role("button", name="أرسل الرد").click()
    expect(page.get_by_role("status")).to_contain_text("أُرسل الرد")
    looked_at(page, f"declined-{size}")
    assert world.one(Application).state == "not_eligible"
