"""The page of families' rights in a real Chromium: on a phone and at a desk, with a request, a hold and an answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect

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
def test_a_request_is_held_up_by_the_law_and_then_carried_out(
    world: World, address: str, open_page: OpenPage, size: str
) -> None:
    number = world.number(world.family())
    page = open_page(SIZES[size])
    enter(page, address, "supervisor@sanad.invalid")
    page.goto(f"{address}/console/rights")
    looked_at(page, f"{size}-rights")
    page.locator("#ask-number").fill(number)
    page.get_by_label("بالهاتف").check()
    page.get_by_label("اتصلنا بالرقم المسجل").check()
    page.get_by_role("button", name="تسجيل الطلب").click()
    page.locator("#hold-number").fill(number)
    page.get_by_label("قضية أمام محكمة").check()
    page.get_by_role("button", name="بدء الحفظ").click()
    expect(page.get_by_role("status")).to_contain_text("بدأ الحفظ")
    _erase(page)
    expect(page.get_by_role("alert")).to_contain_text("أمر حفظ")
    looked_at(page, f"{size}-rights-held")
    page.get_by_role("button", name="إنهاء الحفظ").click()
    _erase(page)
    expect(page.get_by_role("status")).to_contain_text("مُسحت المعلومات")
    looked_at(page, f"{size}-rights-erased")


def _erase(page: Page) -> None:
    page.locator("summary", has_text="مسح المعلومات").click()
    page.get_by_label("نعم، تأكدت").check()
    page.get_by_role("button", name="مسح نهائي").click()
