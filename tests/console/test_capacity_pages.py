"""The pages of room and of gaps in a real Chromium: on a phone and at a desk, without scripts, read aloud."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect

from referrals.directory.records import AdminArea
from referrals.store.unit_of_work import UnitOfWork
from tests.browser import DESK, PHONE, OpenPage
from tests.console.test_pages import enter, looked_at
from tests.console.world import World
from tests.serving import served_here

SIZES = {"phone": PHONE, "desk": DESK}


@pytest.fixture
def address(web: FastAPI) -> Iterator[str]:
    """The console served on a port of its own."""
    with served_here(web) as served:
        yield served


@pytest.mark.parametrize("size", SIZES)
def test_a_desk_says_its_room(world: World, address: str, open_page: OpenPage, size: str) -> None:
    page = open_page(SIZES[size])
    enter(page, address)
    page.get_by_role("link", name="السعة").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("السعة")
    looked_at(page, f"{size}-capacity")
    page.get_by_label("عدد الأماكن كلها").fill("٧")
    page.get_by_role("button", name="حفظ وتأكيد").click()
    expect(page.get_by_role("status")).to_contain_text("حُفظت السعة")
    expect(page.get_by_label("عدد الأماكن كلها")).to_have_value("٧")
    page.get_by_label("عدد الأماكن كلها").fill("كثير")
    page.get_by_role("button", name="حفظ وتأكيد").click()
    expect(page.get_by_role("alert")).to_contain_text("رقماً صحيحاً")
    looked_at(page, f"{size}-capacity-wrong")


@pytest.mark.parametrize("size", SIZES)
def test_the_gaps_read_well(world: World, address: str, open_page: OpenPage, size: str) -> None:
    world.store.transact(_villages)
    page = open_page(SIZES[size])
    enter(page, address, "supervisor@sanad.invalid")
    page.get_by_role("link", name="أماكن بلا خدمة قريبة").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("أماكن بلا خدمة قريبة")
    expect(page.get_by_role("table")).to_contain_text("حجازة (عيّنة)")
    looked_at(page, f"{size}-coverage")


def _villages(uow: UnitOfWork) -> None:
    for code, name in (("v1", "حجازة (عيّنة)"), ("v2", "خزام (عيّنة)")):
        place = AdminArea(programme_id="qena", code=code, level="village", name_ar=name, name_en=code)
        place.lat, place.lon = 25.8, 32.8
        uow.session.add(place)
