"""A form of a desk goes on at a telephone that was never in a chat: six digits, a square to scan, and one person."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from referrals.conversations.records import Conversation, InterviewSession
from referrals.filling.records import DeskFilling
from referrals.store.unit_of_work import Store
from tests.browser import DESK, PHONE, OpenPage
from tests.conftest import FrozenClock
from tests.console.at_a_desk import DeskWorld
from tests.console.test_filling_pages import begin, enter, looked_at
from tests.families import Families
from tests.serving import served_here
from tests.stores import databases, sqlite_store

__all__ = ["databases", "sqlite_store"]
SIZES = {"phone": PHONE, "desk": DESK}
CODE = re.compile(r"(?<![\d٠-٩/-])[\d٠-٩]{6}(?![\d٠-٩])")


@pytest.fixture
def world(sqlite_store: Store, clock: FrozenClock) -> DeskWorld:
    """Kuwait's programme with its sample staff."""
    return DeskWorld(sqlite_store, clock).employ()


@pytest.fixture
def address(world: DeskWorld) -> Iterator[str]:
    """The console served on a port of its own."""
    with served_here(world.app()) as served:
        yield served


def test_the_family_goes_on_where_the_desk_stopped(world: DeskWorld) -> None:
    clerk = world.clerk()
    path = clerk.starts()
    clerk.fills(path)
    filling = world.filling()
    status, page = clerk.sends(f"/console/filling/{filling.id}/phone")
    found = CODE.search(page)
    assert status == 200 and found is not None
    families = Families(world.store, world.clock)
    got = families.say("901", found.group())
    assert "نكمل هنا" in got[0].text and "السؤال" in got[-1].text
    assert world.filling().state == "handed_back"
    assert world.one(Conversation).session_id == world.one(InterviewSession).id
    assert world.one(InterviewSession).person_id == world.one(Conversation).person_id
    assert clerk.get(f"/console/filling/{filling.id}").status_code in (303, 404)


def test_another_desk_gives_no_code_for_it(world: DeskWorld) -> None:
    world.clerk().starts()
    other = world.clerk("desk@two.invalid")
    assert other.sends(f"/console/filling/{world.filling().id}/phone")[0] == 404
    assert world.count(DeskFilling, state="open") == 1


@pytest.mark.parametrize("size", SIZES)
def test_the_page_with_the_code_reads_well(world: DeskWorld, address: str, open_page: OpenPage, size: str) -> None:
    page = open_page(SIZES[size])
    enter(page, address)
    begin(page)
    page.get_by_text("خيارات أخرى").click()
    page.get_by_role("button", name="إكمال الطلب على هاتف الأسرة").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("إكمال الطلب على هاتف الأسرة")
    expect(page.get_by_alt_text("مربع يفتح المحادثة ومعها الرمز").first).to_be_visible()
    looked_at(page, f"{size}-to-a-phone")
