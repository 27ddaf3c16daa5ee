"""The register of incidents in a real Chromium, on a phone and at a desk: opened, its touched found, told, closed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect

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
def test_an_incident_from_the_first_line_to_the_last(
    world: World, address: str, open_page: OpenPage, size: str
) -> None:
    world.family()
    page = open_page(SIZES[size])
    enter(page, address, "dpo@sanad.invalid")
    page.goto(f"{address}/console/incidents")
    looked_at(page, f"{size}-incidents")
    page.locator("#kind").select_option("lost_device")
    page.locator("#words").fill("ضاع هاتف المكتب في الطريق (عيّنة)")
    page.get_by_label("الأسماء").check()
    page.get_by_role("button", name="فتح الحادثة").click()
    expect(page.get_by_role("status")).to_contain_text("فُتحت الحادثة")
    page.locator("summary", has_text="مركز").click()
    page.locator("#who-place").select_option(str(world.places["qous"]))
    page.locator("details[open]").get_by_role("button", name="إضافة").click()
    expect(page.get_by_text("تأثرت أسرة واحدة").first).to_be_visible()
    looked_at(page, f"{size}-incident")
    page.get_by_label("نكتب إليها الآن").check()
    page.locator("#w-families").fill("قد يتصل بها غيرنا (عيّنة)")
    page.locator("section", has=page.locator("#w-families")).get_by_role("button", name="تسجيل").first.click()
    expect(page.get_by_text("تنتظر رسالة")).to_be_visible()
    page.locator("#w-close").fill("أُقفل الهاتف من بعيد (عيّنة)")
    page.get_by_role("button", name="إغلاق", exact=True).click()
    expect(page.locator("#problem")).to_contain_text("قبل إبلاغ السلطة")
    expect(page.locator("#w-close")).to_have_value("أُقفل الهاتف من بعيد (عيّنة)")  # nothing typed is lost
    looked_at(page, f"{size}-incident-not-yet")
    page.goto(f"{address}/console/incidents")
    looked_at(page, f"{size}-incidents-open")
