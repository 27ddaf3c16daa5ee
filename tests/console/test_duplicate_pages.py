"""The pages of similar families in a real Chromium: on a phone and at a desk, without scripts, read aloud."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect

from tests.browser import DESK, PHONE, OpenPage
from tests.console.similar import SAMPLE_ID, alike
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
def test_a_pair_is_judged_and_taken_back_without_scripts(
    world: World, address: str, open_page: OpenPage, size: str
) -> None:
    alike(world)
    page = open_page(SIZES[size], scripts=False)
    enter(page, address, "clerk@sanad.invalid")
    page.goto(f"{address}/console/help")
    page.get_by_role("link", name="أسر متشابهة").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("أسر متشابهة")
    page.get_by_role("link", name="الطلبان").click()
    expect(page.get_by_text("لا تذكروا لأي منهما طلب الآخر")).to_be_visible()
    page.get_by_role("button", name="بيت واحد").click()
    expect(page.get_by_role("status")).to_contain_text("لكل منهما طلبه")
    page.get_by_role("link", name="الطلبان").click()
    page.get_by_role("button", name="التراجع عن هذا القرار").click()
    expect(page.get_by_role("status")).to_contain_text("عاد كل شيء كما كان")
    expect(page.get_by_role("button", name="الشخص نفسه")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_the_pages_read_well(world: World, address: str, open_page: OpenPage, size: str) -> None:
    page = open_page(SIZES[size])
    enter(page, address, "clerk@sanad.invalid")
    pair_id = alike(world)
    page.goto(f"{address}/console/duplicates")
    looked_at(page, f"{size}-duplicates")
    page.goto(f"{address}/console/duplicates/{pair_id}")
    looked_at(page, f"{size}-duplicate")
    page.get_by_role("button", name="أسرتان مختلفتان").click()
    looked_at(page, f"{size}-duplicates-judged")
    page.goto(f"{address}/console/known-family")
    page.get_by_role("textbox", name="الرقم المدني أو القومي").fill(SAMPLE_ID)
    page.get_by_role("button", name="أسأل").click()
    expect(page.get_by_role("status")).to_have_text("أسرة معروفة")
    looked_at(page, f"{size}-known")


def test_a_desk_finds_the_question_where_it_fills_forms(world: World, address: str, open_page: OpenPage) -> None:
    page = open_page(PHONE, scripts=False)
    enter(page, address, "desk@qift.invalid")
    page.goto(f"{address}/console/filling")
    page.get_by_role("link", name="هل هذه الأسرة معروفة؟").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("هل هذه الأسرة معروفة؟")
