"""The page of who came too late, in a real Chromium, on a phone and a desk: what stands, and what was written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from referrals.referral import handling
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from tests.browser import OpenPage
from tests.console.test_pages import SIZES, enter, looked_at
from tests.console.test_referral_pages import DESK, begun
from tests.console.world import World
from tests.serving import served_here


@pytest.fixture
def address(web: FastAPI) -> Iterator[str]:
    """The console served on a port of its own."""
    with served_here(web) as served:
        yield served


@pytest.mark.parametrize("size", SIZES)
def test_who_came_too_late_reads_what_stands(world: World, address: str, open_page: OpenPage, size: str) -> None:
    mine = begun(world)
    page = open_page(SIZES[size])
    enter(page, address)
    page.goto(f"{address}/console/referrals/{mine}")
    page.locator('details:has(form[action$="/fail"]) > summary').click()
    page.locator('form[action$="/fail"] select[name=reason]').select_option("family-unreachable")
    page.locator('form[action$="/fail"] textarea[name=note]').fill("اتصلنا ثلاث مرات (عيّنة).")

    def faster(uow: UnitOfWork) -> None:
        handling.fail(uow, uow.session.get_one(Referral, mine), DESK, world.clock(), "family-stopped")

    world.store.transact(faster)
    page.locator('form[action$="/fail"] button').click()
    assert page.get_by_role("alert").filter(has_text="تغيّر الوضع").is_visible()
    assert page.get_by_text("اتصلنا ثلاث مرات (عيّنة).").is_visible()
    looked_at(page, f"too-late-{size}")
