"""The audit log in a real Chromium, on a phone and at a desk: sentences, found by number, by whom and by day."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect

from tests.browser import DESK, PHONE, OpenPage
from tests.console.conftest import Visitor
from tests.console.test_pages import enter, looked_at
from tests.console.world import World
from tests.serving import served_here
from tests.story import ARABIC

SIZES = {"phone": PHONE, "desk": DESK}


@pytest.fixture
def address(web: FastAPI) -> Iterator[str]:
    """The console served on a port of its own."""
    with served_here(web) as served:
        yield served


@pytest.mark.parametrize("size", SIZES)
def test_the_audit_is_read_as_sentences(
    world: World, desk: Visitor, address: str, open_page: OpenPage, size: str
) -> None:
    one, _ = world.family(), world.family()
    desk.opens("/console/referrals")
    desk.opens(f"/console/referrals/{one}")
    desk.sends(f"/console/referrals/{one}/reject", reason="no-capacity", note="")
    page = open_page(SIZES[size])
    enter(page, address, "dpo@sanad.invalid")
    page.goto(f"{address}/console/audit")
    lines = page.locator(".agenda-item")
    expect(lines.filter(has_text="قراءة إحالة")).to_contain_text(world.number(one).translate(ARABIC))
    looked_at(page, f"{size}-audit")
    assert not [
        word for word in ("referral", "queue", "staff:", "consent") if word in page.locator("main").inner_text()
    ]
    page.get_by_label("رقم الطلب", exact=True).fill(world.number(one))
    page.get_by_label("من فعل ذلك؟").select_option("staff")
    page.get_by_label("من يوم").fill(str(world.clock().date()))
    page.get_by_role("button", name="عرض", exact=True).click()
    expect(page.get_by_label("من يوم")).to_have_value(str(world.clock().date()))
    expect(lines.filter(has_text="السبب: لا مكان الآن")).to_have_count(1)
    assert "number=" not in page.url
    looked_at(page, f"{size}-audit-found")
