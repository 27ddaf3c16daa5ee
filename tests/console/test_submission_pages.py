"""The pages of field forms and phones in a real Chromium, on a phone and at a desk, without JavaScript too."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import PHONE, OpenPage
from tests.console.test_pages import SIZES, address, enter, looked_at
from tests.console.test_submissions import JPEG, SUPERVISOR, Field
from tests.console.world import World

__all__ = ["address"]


@pytest.fixture
def field(world: World) -> Field:
    return Field(world)


@pytest.mark.parametrize("size", SIZES)
def test_field_forms_and_phones_are_read_by_everybody(
    world: World, field: Field, address: str, open_page: OpenPage, size: str
) -> None:
    note = "<severity_now><safety_worry>no</safety_worry></severity_now>"
    field.sends("loc-qous", number=world.number(world.family()), more=note)
    waiting = field.sends(more="<next><photo>1.jpg</photo></next>", number="لا أعرف", files={"1.jpg": JPEG})
    page = open_page(SIZES[size])
    enter(page, address, SUPERVISOR)
    page.goto(f"{address}/console/submissions")
    looked_at(page, f"submissions-{size}")
    page.goto(f"{address}/console/submissions/{waiting}")
    looked_at(page, f"submission-{size}")
    with page.expect_download() as saved:
        page.get_by_role("link", name="حفظ الملف").click()
    assert saved.value.suggested_filename.endswith(".jpg")
    page.goto(f"{address}/console/app-users")
    looked_at(page, f"app-users-{size}")
    page.get_by_label("لمن هذا الهاتف؟").fill("هاتف هدى (عيّنة)")
    page.get_by_role("button", name="إضافة الهاتف").click()
    expect(page.get_by_alt_text("رمز QR لإعداد ODK Collect")).to_be_visible()
    looked_at(page, f"app-user-{size}")
    page.get_by_role("button", name="إيقاف الهاتف").click()
    expect(page.get_by_role("status")).to_contain_text("أُوقف")


def test_a_phone_is_added_and_shut_out_without_scripts(field: Field, address: str, open_page: OpenPage) -> None:
    page = open_page(PHONE, scripts=False)
    enter(page, address, SUPERVISOR)
    page.goto(f"{address}/console/app-users")
    page.get_by_label("لمن هذا الهاتف؟").fill("هاتف هدى (عيّنة)")
    page.get_by_role("button", name="إضافة الهاتف").click()
    expect(page.get_by_alt_text("رمز QR لإعداد ODK Collect")).to_be_visible()
    page.get_by_role("button", name="إيقاف الهاتف").click()
    expect(page.get_by_role("status")).to_contain_text("أُوقف")
