"""The page of changed telephones in a real Chromium: on a phone and at a desk, without scripts, read aloud."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect

from tests.browser import DESK, PHONE, OpenPage
from tests.console.claimed import claimed
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
def test_a_changed_telephone_is_decided_without_scripts(
    world: World, address: str, open_page: OpenPage, size: str
) -> None:
    claimed(world, world.family())
    claimed(world, world.family(), typed="21", known="34")
    page = open_page(SIZES[size], scripts=False)
    enter(page, address, "clerk@sanad.invalid")
    page.goto(f"{address}/console/help")
    page.get_by_role("link", name="هواتف تغيّرت").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("هواتف تغيّرت")
    expect(page.get_by_text("متطابقان")).to_be_visible()
    page.get_by_role("button", name="أوافق على النقل").first.click()
    expect(page.get_by_role("status")).to_contain_text("ينتقل الطلب بعد يوم كامل")


@pytest.mark.parametrize("size", SIZES)
def test_the_page_reads_well(world: World, address: str, open_page: OpenPage, size: str) -> None:
    page = open_page(SIZES[size])
    enter(page, address, "clerk@sanad.invalid")
    page.goto(f"{address}/console/claims")
    looked_at(page, f"{size}-claims-empty")
    claimed(world, world.family())
    claimed(world, world.family(), typed="21", known="34")
    page.goto(f"{address}/console/claims")
    looked_at(page, f"{size}-claims")
    page.get_by_role("button", name="أوافق على النقل").first.click()
    looked_at(page, f"{size}-claims-approved")
