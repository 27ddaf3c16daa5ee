"""The week, the times, the calendar and the visits in a real Chromium: on a phone and at a desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect

from tests.browser import DESK, PHONE, OpenPage
from tests.console.test_pages import enter, looked_at, without_scripts
from tests.console.test_times import booked, visited
from tests.console.world import World
from tests.serving import served_here

SIZES = {"phone": PHONE, "desk": DESK}


@pytest.fixture
def address(web: FastAPI) -> Iterator[str]:
    """The console served on a port of its own."""
    with served_here(web) as served:
        yield served


@pytest.mark.parametrize("size", SIZES)
def test_a_desk_sees_its_week_and_closes_a_day(world: World, address: str, open_page: OpenPage, size: str) -> None:
    start = booked(world, world.family())
    visited(world, world.family(name="فاطمة البيت (عيّنة)"), days=7)
    page = open_page(SIZES[size])  # axe never ends where scripts are off; the pages themselves bring none
    enter(page, address)
    page.goto(f"{address}/console/week/{world.places['qous']}/{start.date().isoformat()}")
    expect(page.get_by_role("heading", level=1)).to_have_text("الأسبوع")
    without_scripts(page)
    looked_at(page, f"{size}-week")
    page.goto(f"{address}/console/times")
    without_scripts(page)
    looked_at(page, f"{size}-times")
    page.get_by_label("اليوم", exact=True).fill(start.date().isoformat())
    page.get_by_role("button", name="من عنده موعد؟").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("أسرة واحدة عندها موعد")
    expect(page.get_by_text("وأسرة واحدة تُزار في البيت")).to_be_visible()
    looked_at(page, f"{size}-closing")
    page.get_by_role("button", name="نعم، أغلقوا").click()
    expect(page.get_by_role("status")).to_contain_text("أُغلق")
    looked_at(page, f"{size}-closed")


@pytest.mark.parametrize("size", SIZES)
def test_the_calendar_and_the_visits_read_well(world: World, address: str, open_page: OpenPage, size: str) -> None:
    visited(world, world.family())
    page = open_page(SIZES[size])
    enter(page, address, "supervisor@sanad.invalid")
    page.goto(f"{address}/console/calendar")
    page.get_by_label("اليوم", exact=True).fill("2026-12-20")
    page.get_by_label("الاسم").fill("عيد (عيّنة)")
    page.get_by_label("اليوم مؤكد").uncheck()
    page.get_by_role("button", name="حفظ").click()
    expect(page.get_by_role("status")).to_contain_text("حُفظ اليوم")
    page.get_by_text("تغيير").first.click()
    looked_at(page, f"{size}-calendar")
    without_scripts(page)
    page.goto(f"{address}/console/visits")
    without_scripts(page)
    looked_at(page, f"{size}-visits")
