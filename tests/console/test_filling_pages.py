"""The pages of a form in a real Chromium: at a desk and on a phone, with scripts and without, and for no eyes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from referrals.applications.records import Application
from referrals.store.unit_of_work import Store
from tests.browser import DESK, PHONE, OpenPage, accessibility_problems, sideways_overflow_px
from tests.conftest import FrozenClock
from tests.console.at_a_desk import ANSWERS, DeskWorld
from tests.console.world import PASSWORD
from tests.families import Families
from tests.phones import Phone, intake
from tests.serving import served_here

SIZES = {"phone": PHONE, "desk": DESK}


@pytest.fixture
def world(sqlite_store: Store, clock: FrozenClock) -> DeskWorld:
    """Kuwait's programme with its sample staff."""
    return DeskWorld(sqlite_store, clock).employ()


@pytest.fixture
def address(world: DeskWorld) -> Iterator[str]:
    """The console served on a port of its own."""
    with served_here(world.app()) as served:
        yield served


def enter(page: Page, address: str, email: str = "desk@one.invalid") -> None:
    page.goto(f"{address}/console/")
    page.get_by_label("البريد الإلكتروني").fill(email)
    page.get_by_label("كلمة السر").fill(PASSWORD)
    page.get_by_role("button", name="دخول").click()
    page.goto(f"{address}/console/filling")


def begin(page: Page) -> None:
    page.get_by_role("link", name="طلب جديد").click()
    page.get_by_label("قرأتُ هذا على الأسرة").check()
    page.get_by_label("نعم", exact=True).check()
    page.get_by_role("button", name="نبدأ الأسئلة").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("من يقدّم الطلب")


def looked_at(page: Page, name: str) -> None:
    """The page as it must always be, seen from its top; a picture of it where SANAD_TEST_PICTURES names a folder."""
    page.evaluate("() => window.scrollTo(0, 0)")
    if folder := os.environ.get("SANAD_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"filling-{name}.png", full_page=True)
    assert accessibility_problems(page) == [], name
    assert sideways_overflow_px(page) == 0, name


def answer(page: Page) -> None:
    """Answers what the page asks, as often as new questions come."""
    for _ in range(4):
        for key in page.locator(".filling-ask").evaluate_all("blocks => blocks.map(block => block.id)"):
            block = page.locator(f"#{key}")
            text = block.inner_text() if block.count() else ""  # an answer may have taken it away
            said = next((said for words, said in ANSWERS.items() if words in text), None)
            if said is None:
                continue
            if block.locator("input[type=radio], input[type=checkbox]").count():
                block.get_by_label(said, exact=True).check()
            else:
                block.locator("input.form-control, textarea").first.fill(said)
                page.keyboard.press("Tab")
            expect(page.get_by_role("status")).not_to_have_text("نحفظ الإجابة…")
        where = page.url
        with page.expect_navigation():  # the button waits for an answer that is still on its way
            page.get_by_role("button", name="حفظ ومتابعة").click()
        if page.url != where:
            return
    raise AssertionError(f"{page.url} asks again and again: {page.locator('.filling-wrong').all_inner_texts()}")


@pytest.mark.parametrize("size", SIZES)
def test_every_page_of_a_form_reads_well(world: DeskWorld, address: str, open_page: OpenPage, size: str) -> None:
    families = Families(world.store, world.clock)
    families.apply("901", until="كم عددكم")
    page = open_page(SIZES[size])
    enter(page, address)
    looked_at(page, f"{size}-list-empty")
    page.get_by_role("link", name="طلب جديد").click()
    looked_at(page, f"{size}-new")
    page.goto(f"{address}/console/filling/refused")
    looked_at(page, f"{size}-refused")
    page.goto(f"{address}/console/filling")
    begin(page)
    looked_at(page, f"{size}-first")
    page.get_by_role("button", name="حفظ ومتابعة").click()
    expect(page.get_by_role("alert")).to_contain_text("صحّحوها أدناه")
    looked_at(page, f"{size}-refused-answers")
    while not page.url.endswith("/review"):
        answer(page)
        looked_at(page, f"{size}-{page.url.rpartition('/')[2]}")
    page.get_by_role("button", name="إظهار كل الإجابات الخاصة").click()
    looked_at(page, f"{size}-read-back")
    page.get_by_label("قرأتُ هذه الإجابات").check()
    page.get_by_role("button", name="تقديم الطلب").click()
    looked_at(page, f"{size}-done")
    page.get_by_role("link", name="ورقة الأسرة").click()
    looked_at(page, f"{size}-receipt")
    page.go_back()
    page.get_by_role("button", name="متابعة").click()
    looked_at(page, f"{size}-agree")
    page.get_by_role("button", name="توافق الأسرة").click()
    looked_at(page, f"{size}-sent")
    page.goto(f"{address}/console/filling")
    page.get_by_label("الرمز من هاتف الأسرة").fill(families.move_code("901"))
    page.get_by_role("button", name="إظهار الطلب").click()
    page.get_by_role("link", name="ما تحتاجونه").first.click()
    looked_at(page, f"{size}-from-phone")
    page.get_by_role("button", name="إظهار").first.click()
    looked_at(page, f"{size}-revealed")
    page.get_by_text("خيارات أخرى").click()
    looked_at(page, f"{size}-other-ways")
    page.get_by_role("button", name="إبلاغ المختصين").click()
    looked_at(page, f"{size}-danger")
    page.goto(f"{address}/console/filling")
    looked_at(page, f"{size}-list")


def test_every_answer_is_kept_as_it_is_given_and_nothing_typed_is_lost(
    world: DeskWorld, address: str, open_page: OpenPage
) -> None:
    page = open_page(DESK)
    enter(page, address)
    begin(page)
    name = page.get_by_label("ما اسمكم؟")
    page.get_by_label("كم العمر").fill("اثنان وأربعون")
    name.focus()  # leaving the field keeps it
    expect(page.get_by_label("كم العمر")).to_have_value("٤٢")
    expect(page.get_by_role("status")).to_have_text("حُفظ")
    name.press_sequentially("فاطمة", delay=30)
    page.keyboard.press("Shift+Tab")
    page.get_by_label("لأحد أقاربي").check()
    expect(
        page.get_by_label("هل يعرف أصحاب الطلب", exact=False).or_(page.get_by_text("هل يعرف أصحاب الطلب"))
    ).to_be_visible()
    expect(page.get_by_label("لأحد أقاربي")).to_be_focused()
    page.get_by_label("لي ولأهل بيتي").check()
    expect(page.get_by_text("هل يعرف أصحاب الطلب")).to_have_count(0)
    expect(name).to_have_value("فاطمة")
    page.get_by_label("كم العمر").fill("ألف")
    page.keyboard.press("Tab")
    expect(page.get_by_text("لم نفهم العمر. أجيبوا برقم")).to_be_visible()
    expect(page.get_by_label("كم العمر")).to_have_value("ألف")
    page.reload()
    expect(page.get_by_label("كم العمر")).to_have_value("٤٢")
    expect(page.get_by_label("ما اسمكم؟")).to_have_value("فاطمة")


def test_what_was_answered_before_the_script_came_is_kept_as_well(
    world: DeskWorld, address: str, open_page: OpenPage
) -> None:
    page = open_page(DESK)
    enter(page, address)
    page.route("**/filling.js*", lambda route: route.abort())
    begin(page)
    page.get_by_label("كم العمر").fill("اثنان وأربعون")
    page.get_by_label("لأحد أقاربي").check()
    page.get_by_label("ما اسمكم؟").focus()
    source = page.locator("script[src*=filling]").get_attribute("src")
    page.unroute("**/filling.js*")
    page.add_script_tag(url=source)
    expect(page.get_by_label("كم العمر")).to_have_value("٤٢")
    expect(page.get_by_text("هل يعرف أصحاب الطلب")).to_be_visible()


def test_when_the_connection_breaks_it_says_so_and_keeps_trying(
    world: DeskWorld, address: str, open_page: OpenPage
) -> None:
    page = open_page(DESK)
    enter(page, address)
    begin(page)
    page.route(
        re.compile(r"/pages/1$"), lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    page.get_by_label("كم العمر").fill("٤٢")
    page.keyboard.press("Tab")
    expect(page.get_by_role("status")).to_contain_text("لم يُحفظ بعد")
    page.unroute(re.compile(r"/pages/1$"))
    expect(page.get_by_role("status")).to_have_text("حُفظ")
    assert world.filling().settled == 1


@pytest.mark.parametrize("size", SIZES)
def test_a_whole_form_without_a_script(world: DeskWorld, address: str, open_page: OpenPage, size: str) -> None:
    page = open_page(SIZES[size], scripts=False)
    enter(page, address)
    begin(page)
    while not page.url.endswith("/review"):
        answer(page)
    page.get_by_label("قرأتُ هذه الإجابات").check()
    page.get_by_role("button", name="تقديم الطلب").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("وصل الطلب")
    assert world.count(Application) == 1


def test_the_paper_prints_alone(world: DeskWorld, address: str, open_page: OpenPage) -> None:
    browser = world.clerk()
    done = browser.submits(browser.fills_everything(browser.starts()))
    page = open_page(DESK)
    enter(page, address)
    page.goto(address + done.replace("/done", "/receipt").partition("?")[0])
    page.emulate_media(media="print")
    expect(page.locator(".console-nav")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_hidden()
    expect(page.locator(".receipt-number")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_from_a_researchers_phone_to_a_centre(world: DeskWorld, address: str, open_page: OpenPage, size: str) -> None:
    phone = Phone(world.store, world.clock, more={"location": ""})
    assert phone.submits(intake(phone, place="KW-JA")).status_code == 201
    page = open_page(SIZES[size])
    enter(page, address, "clerk@kuwait.invalid")
    page.goto(f"{address}/console/help")
    page.get_by_role("link", name="طلب وصل من هاتف باحث").first.click()
    looked_at(page, f"field-request-{size}")
    page.get_by_role("button", name="اختيار المركز مع الأسرة").click()
    expect(page.get_by_text("موافقة الأسرة أولاً")).to_be_visible()
    looked_at(page, f"field-consent-{size}")
    page.locator("[name=agreed][value=yes]").click()
    expect(page.get_by_role("heading", name="أي مكان تختار الأسرة؟")).to_be_visible()
    looked_at(page, f"field-centres-{size}")
