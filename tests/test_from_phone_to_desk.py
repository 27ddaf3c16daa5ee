"""One application in two places: begun on a phone, gone on with at a desk, back on the phone, filed at the desk."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import DESK, PHONE, OpenPage, accessibility_problems, sideways_overflow_px
from tests.serving import Served, serving
from tests.story import Family, Worker
from tests.test_a_familys_whole_way import ANSWERS, PASSWORD, it_is_sunday_morning

CENTRE = "loc-kuwait-hawalli"
AT_THE_DESK = {
    "كم عددكم": "خمسة",
    "هل يكفي دخل": "لا",
    "من ينفق": "لا أحد",
    "هل فقدتم": "نعم، بعد وفاة",
    "ديون يصعب": "لا",
    "رعاية خاصة": "لا",
    "نكتب أهل البيت": "لاحقاً",
}
AT_THE_END = {
    "في أي محافظة": "الجهراء",
    "أين تسكنون": "الجهراء",
    "يستقبلكم": "لا فرق عندي",
    "ما رقم الهاتف": "50012345",
}


def test_a_form_goes_from_the_phone_to_the_desk_and_back(open_page: OpenPage, tmp_path: Path) -> None:
    with serving(tmp_path / "data") as sanad:
        it_is_sunday_morning(sanad)
        family = Family(open_page(PHONE), sanad.base, tmp_path)
        the_family_begins(family)

        employ(sanad)
        clerk = Worker(open_page(DESK), sanad.base, tmp_path)
        clerk.signs_in("desk@sample.invalid", PASSWORD)
        takes_over(clerk, code_of(family))
        the_clerk_goes_on(clerk.page)
        hands_back(clerk.page)

        family.hears("في أي محافظة")  # the question after those of the desk
        family.taps("الجهراء")
        plain = Worker(open_page(PHONE, scripts=False), sanad.base, tmp_path)  # the same clerk, on an old phone
        plain.signs_in("desk@sample.invalid", PASSWORD)
        takes_over(plain, code_of(family))
        expect(plain.page.get_by_label("الجهراء", exact=True)).to_be_checked()
        the_clerk_finishes(plain.page)

        family.hears("وصل طلبكم إلينا")
        family.taps(family.buttons()[0])  # a centre, chosen where the family is
        family.hears("لا شيء غير ذلك")
        family.taps("أوافق")
        sanad.command("ledger")
        sanad.command("audit", "verify")


def the_family_begins(family: Family) -> None:
    """On the web chat, up to how many they are."""
    family.says("السلام عليكم")
    for label in ("الكويت", "تقديم طلب", "العربية", "أوافق", "أنا وحدي", "نعم"):
        family.taps(label)
    family.answers(ANSWERS, until="كم عددكم")


def code_of(family: Family) -> str:
    """Six digits from the menu of the chat."""
    family.says("القائمة")
    family.taps("أكمل على هاتف آخر")
    told = family.hears("دقيقة")
    return "".join(re.findall(r"[٠-٩]", told))[:6]


def employ(sanad: Served) -> None:
    words = ("staff", "add", "desk@sample.invalid", "--name", "منى (عيّنة)", "--role", "desk", "--centre", CENTRE)
    sanad.command(*words, "--programme", "kuwait", given=PASSWORD + "\n")


def takes_over(clerk: Worker, code: str) -> None:
    """The code is typed as the family reads it."""
    page = clerk.page
    page.goto(f"{clerk.base}/console/filling")
    page.get_by_label("الرمز من هاتف الأسرة").fill(f"{code[:3]} {code[3:]}")
    page.get_by_role("button", name="إظهار الطلب").click()
    expect(page.locator(".filling-pages")).to_be_visible()


def the_clerk_goes_on(page: Page) -> None:
    """Each answer is kept as it is given; the page that asks how many they are, to its end."""
    expect(page.get_by_role("heading", level=1)).to_contain_text("أهل البيت")
    fill(page, AT_THE_DESK)
    assert accessibility_problems(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name="حفظ ومتابعة").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("السكن")


def hands_back(page: Page) -> None:
    page.get_by_text("خيارات أخرى").click()
    page.get_by_role("button", name="إعادة إلى هاتف الأسرة").click()
    expect(page.get_by_role("status")).to_contain_text("عاد الطلب إلى هاتف الأسرة")


def the_clerk_finishes(page: Page) -> None:
    """Without a script: page by page, the review, and filed."""
    for _ in range(8):
        if page.url.endswith("/review"):
            break
        fill(page, AT_THE_END)
        assert sideways_overflow_px(page) == 0
        page.get_by_role("button", name="حفظ ومتابعة").click()
    page.get_by_label("قرأتُ هذه الإجابات").check()
    page.get_by_role("button", name="تقديم الطلب").click()
    expect(page.get_by_role("status")).to_contain_text("وصل رقمه إلى هاتف الأسرة")


def fill(page: Page, answers: dict[str, str]) -> None:
    """Answers what the page asks, and what comes with an answer."""
    for words, said in answers.items():
        block = page.locator(".filling-ask").filter(has_text=words)
        if not block.count():
            continue
        if block.locator("input[type=radio]").count():
            block.get_by_label(said, exact=True).check()
        else:
            block.locator("input.form-control").fill(said)
            page.keyboard.press("Tab")
        expect(page.locator("#filling-status")).not_to_have_text("نحفظ الإجابة…")
