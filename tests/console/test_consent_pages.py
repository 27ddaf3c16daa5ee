"""Consents, the audit and closed files in a real Chromium: on a phone and at a desk, read aloud."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect
from sqlalchemy import update

from referrals.families.records import Consent
from referrals.referral.records import Referral
from tests.browser import DESK, PHONE, OpenPage
from tests.conftest import FrozenClock
from tests.console.test_audit_log import WHY
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
def test_a_consent_is_taken_back(world: World, address: str, open_page: OpenPage, size: str) -> None:
    referral_id = world.family()
    change = update(Consent).values(
        recipient_location_id=world.places["qous"], data_categories="applicant_name,phone,area"
    )
    world.store.transact(lambda uow: uow.connection.execute(change))
    page = open_page(SIZES[size])
    enter(page, address, "clerk@sanad.invalid")
    page.goto(f"{address}/console/help")
    page.get_by_role("link", name="موافقات الأسرة").click()
    looked_at(page, f"{size}-consents-find")
    page.locator("#number").fill(world.number(referral_id))
    page.get_by_role("button", name="عرض الموافقات").click()
    expect(page.get_by_text("سارية")).to_be_visible()
    looked_at(page, f"{size}-consents")
    page.get_by_text("سحب هذه الموافقة").click()
    page.get_by_role("button", name="نعم، سحبتها الأسرة").click()
    expect(page.get_by_role("status")).to_contain_text("سُحبت الموافقة")
    looked_at(page, f"{size}-consents-withdrawn")


@pytest.mark.parametrize("size", SIZES)
def test_the_audit_reads_well_and_a_closed_file_opens(
    world: World, address: str, open_page: OpenPage, clock: FrozenClock, size: str
) -> None:
    referral_id = world.family()
    ended = update(Referral).values(state="completed", closed_at=clock())
    world.store.transact(lambda uow: uow.connection.execute(ended))
    clock.forward(days=40)
    page = open_page(SIZES[size])
    enter(page, address, "supervisor@sanad.invalid")
    page.goto(f"{address}/console/referrals/{referral_id}")
    page.get_by_role("link", name="فتح الملف لسبب مكتوب").click()
    looked_at(page, f"{size}-open-again")
    page.get_by_label("لماذا يُفتح").fill(WHY)
    page.get_by_role("button", name="فتح الملف هذه المرة").click()
    expect(page.get_by_text("سُجّل هذا الفتح")).to_be_visible()
    looked_at(page, f"{size}-opened-again")
    page.goto(f"{address}/console/audit")
    expect(page.get_by_role("heading", level=1)).to_have_text("سجل الاطلاع")
    looked_at(page, f"{size}-audit")
