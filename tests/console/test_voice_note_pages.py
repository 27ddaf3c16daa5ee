"""The pages of recordings in a real Chromium: heard, sought in, written; on a phone and a desk, without scripts."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from referrals.store.unit_of_work import Store
from referrals.transcribing.records import Transcription
from tests.browser import DESK, PHONE, OpenPage
from tests.conftest import FrozenClock
from tests.console.at_a_desk import DeskWorld
from tests.console.test_pages import looked_at
from tests.console.world import PASSWORD
from tests.families import Families
from tests.recordings import arrive, paper, speak
from tests.serving import served_here
from tests.stores import databases, sqlite_store

__all__ = ["databases", "sqlite_store"]
SIZES = {"phone": PHONE, "desk": DESK}
SECONDS = 8  # of the sample
PLAYER = "document.querySelector('audio')"


@pytest.fixture
def world(sqlite_store: Store, clock: FrozenClock) -> DeskWorld:
    return DeskWorld(sqlite_store, clock).employ()


@pytest.fixture
def address(world: DeskWorld) -> Iterator[str]:
    """The console served on a port of its own."""
    with served_here(world.app()) as served:
        yield served


def enter(page: Page, address: str) -> None:
    page.goto(f"{address}/console/")
    page.get_by_label("البريد الإلكتروني").fill("clerk@kuwait.invalid")
    page.get_by_label("كلمة السر").fill(PASSWORD)
    page.get_by_role("button", name="دخول").click()
    page.goto(f"{address}/console/recordings")


def until(page: Page, holds: str) -> None:
    """Waits for it without a script of the page's own, which its policy would not let run."""
    for _ in range(1200):
        if page.evaluate(holds):
            return
        time.sleep(0.05)
    raise AssertionError(f"{holds} never came true: {page.evaluate(f'{PLAYER}.error && {PLAYER}.error.message')}")


def spoken(world: DeskWorld) -> None:
    """A family that says its age aloud and sends a paper to the next question that is written."""
    families = Families(world.store, world.clock)
    families.apply("501", until="ما اسمكم")
    speak(families, "501", "image")
    arrive(world.store, paper())
    speak(families, "501")
    arrive(world.store)


@pytest.mark.parametrize("size", SIZES)
def test_a_recording_is_heard_sought_in_and_written(
    world: DeskWorld, address: str, open_page: OpenPage, size: str
) -> None:
    spoken(world)
    page = open_page(SIZES[size])
    enter(page, address)
    expect(page.get_by_role("heading", level=1)).to_have_text("تسجيلات تنتظر الكتابة")
    looked_at(page, f"recordings-{size}")
    page.get_by_role("link", name="كم العمر").click()
    looked_at(page, f"recording-{size}")
    page.evaluate(f"{PLAYER}.muted = true; {PLAYER}.play()")
    until(page, f"{PLAYER}.currentTime > 0.1 && {PLAYER}.error === null")
    assert abs(page.evaluate(f"{PLAYER}.duration") - SECONDS) < 0.1
    page.evaluate(f"{PLAYER}.currentTime = 6")
    until(page, f"!{PLAYER}.seeking && {PLAYER}.currentTime >= 6")
    page.get_by_label("اكتبوا ما قيل بكلماته").fill("عندي خمسة وتلاتين سنة")
    page.get_by_role("button", name="عرض ما فهمناه").click()
    expect(page.get_by_text("فهمنا: ٣٥")).to_be_visible()
    looked_at(page, f"recording-understood-{size}")
    page.get_by_role("button", name="حفظ الإجابة").click()
    expect(page.get_by_role("status")).to_contain_text("حُفظت الإجابة")
    expect(page.get_by_role("link", name="كم العمر")).to_have_count(0)


def test_a_picture_is_shown_beside_its_question(world: DeskWorld, address: str, open_page: OpenPage) -> None:
    spoken(world)
    page = open_page(PHONE)
    enter(page, address)
    page.get_by_role("link", name="ما اسمكم").click()
    picture = page.get_by_alt_text("الصورة التي أرسلتها الأسرة")
    expect(picture).to_be_visible()
    assert picture.evaluate("each => each.naturalWidth") > 0
    looked_at(page, "recording-picture")


def test_it_is_written_without_scripts_and_by_the_keyboard_alone(
    world: DeskWorld, address: str, open_page: OpenPage
) -> None:
    spoken(world)
    page = open_page(PHONE, scripts=False)
    enter(page, address)
    page.get_by_role("link", name="كم العمر").focus()
    page.keyboard.press("Enter")
    page.get_by_label("اكتبوا ما قيل بكلماته").focus()
    page.keyboard.type("٤٠٠")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("لم نفهم العمر")
    page.get_by_label("اكتبوا ما قيل بكلماته").fill("٤٠")
    page.get_by_role("button", name="قراءته من جديد").click()
    page.get_by_role("button", name="حفظ الإجابة").click()
    expect(page.get_by_role("status")).to_contain_text("حُفظت الإجابة")
    page.get_by_role("link", name="ما اسمكم").click()
    page.get_by_role("button", name="لا يُسمع").click()
    expect(page.get_by_role("status")).to_contain_text("سنسأل الأسرة من جديد")
    with world.store.reading() as uow:
        states = uow.session.scalars(select(Transcription.state).order_by(Transcription.id)).all()
    assert states == ["unheard", "written"]
