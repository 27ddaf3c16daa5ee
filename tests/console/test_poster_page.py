"""The poster's page in a real Chromium: on a phone and at a desk, seen as it will hang, taken along as a file."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import OpenPage
from tests.console.test_pages import SIZES, address, enter, looked_at
from tests.console.world import World

__all__ = ["address"]


@pytest.mark.parametrize("size", SIZES)
def test_a_poster_is_made_by_who_runs_a_campaign(world: World, address: str, open_page: OpenPage, size: str) -> None:
    page = open_page(SIZES[size])
    enter(page, address, "supervisor@sanad.invalid")
    page.get_by_role("link", name="ملصق للحائط").click()
    expect(page.get_by_role("img", name="نكتب معكم طلبكم")).to_be_visible()
    page.get_by_role("textbox", name="العنوان").fill("حملة (عيّنة)")
    page.get_by_role("button", name="عرض الملصق").click()
    expect(page.get_by_role("img", name="حملة (عيّنة)")).to_be_visible()
    looked_at(page, f"{size}-poster")
    for button, name in (("تنزيل صورة (PNG)", "sanad-poster.png"), ("تنزيل للطباعة (PDF)", "sanad-poster.pdf")):
        with page.expect_download() as taken:
            page.get_by_role("button", name=button).click()
        assert taken.value.suggested_filename == name
