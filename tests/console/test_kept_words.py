"""What somebody typed is never lost: not when their session ended meanwhile, not when they signed in in another tab."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from lxml.html import fromstring

from referrals.conversations.records import HelpRequest
from tests.conftest import FrozenClock
from tests.console.conftest import Visitor
from tests.console.world import PASSWORD, World

Visiting = Callable[..., Visitor]
EMAIL, COLLEAGUE = "supervisor@sanad.invalid", "desk@qous.invalid"
WORDS = "نعم، أحضروها «إن وُجدت» <الأصل>.\nالموعد نصف ساعة."


@pytest.fixture
def question(world: World) -> str:
    """The page of a family's question."""
    return f"/console/help/{world.question(world.family(), 'هل أحضر الشهادة؟')}"


def hidden(page: str, name: str) -> str:
    """The value of a hidden field, as a browser reads it."""
    return str(fromstring(page).xpath(f'//input[@name="{name}"]/@value')[0])


def state(world: World) -> str:
    with world.store.reading() as uow:
        return uow.session.query(HelpRequest).one().state


def sends_again(browser: Visitor, page: str) -> tuple[int, str]:
    """Presses the one button of the form that was kept."""
    form = fromstring(page).get_element_by_id("again")
    fields = [(each.get("name"), each.get("value")) for each in form.xpath(".//input")]
    done = browser.post(str(form.get("action")), data=dict(fields))
    return done.status_code, done.headers.get("location", done.text)


def test_words_outlive_the_session_and_go_with_one_press(
    world: World, visitor: Visiting, clock: FrozenClock, question: str
) -> None:
    browser = visitor(EMAIL)
    browser.opens(question)
    clock.forward(minutes=31)
    status, door = browser.sends(f"{question}/answer", text=WORDS)
    assert status == 401
    kept = hidden(door, "kept")
    status, door = browser.sends("/console/sign-in", email=EMAIL, password="wrong", kept=kept)
    assert (status, hidden(door, "kept")) == (422, kept)
    status, page = browser.sends("/console/sign-in", email=EMAIL, password=PASSWORD, kept=hidden(door, "kept"))
    assert status == 200
    assert state(world) == "open"  # nothing is done before somebody presses
    assert sends_again(browser, page)[0] == 303
    assert world.owed()[-1].endswith("الموعد نصف ساعة.")
    assert "<الأصل>" in world.owed()[-1]


def test_nobody_else_is_given_them(world: World, visitor: Visiting, clock: FrozenClock, question: str) -> None:
    browser = visitor(EMAIL)
    browser.opens(question)
    clock.forward(minutes=31)
    _, door = browser.sends(f"{question}/answer", text=WORDS)
    sent = browser.sends("/console/sign-in", email=COLLEAGUE, password=PASSWORD, kept=hidden(door, "kept"))
    assert sent == (303, "/console/")


def test_who_signed_in_again_in_another_tab_sends_with_one_press(
    world: World, visitor: Visiting, question: str
) -> None:
    browser = visitor(EMAIL)
    old = re.findall(r'name="csrf" value="([^"]+)"', browser.opens(question))[0]
    assert browser.signs_in(EMAIL)[0] == 303
    browser.csrf = old
    status, page = browser.sends(f"{question}/answer", text=WORDS)
    assert status == 403
    assert state(world) == "open"
    assert sends_again(browser, page)[0] == 303
    assert state(world) != "open"


def test_a_form_that_none_of_ours_drew_is_refused_as_ever(
    world: World, visitor: Visiting, clock: FrozenClock, question: str
) -> None:
    browser = visitor(EMAIL)
    browser.opens(question)
    for csrf, headers in (("x" * 43, {}), (browser.csrf, {"sec-fetch-site": "cross-site"})):
        refused = browser.post(f"{question}/answer", data={"csrf": csrf, "text": WORDS}, headers=headers)
        assert refused.status_code == 403
        assert 'id="again"' not in refused.text
    clock.forward(minutes=31)
    stray = browser.post(f"{question}/answer", data={"csrf": "x" * 43, "text": WORDS})
    assert (stray.status_code, stray.headers["location"]) == (303, "/console/sign-in")
    for kept in ("", "[]", "{", '[1, "https://elsewhere.invalid/", []]', '[1, "/console/sign-out", []]'):
        browser.opens("/console/sign-in")
        assert browser.sends("/console/sign-in", email=EMAIL, password=PASSWORD, kept=kept) == (303, "/console/")


def test_what_is_too_long_is_said_in_the_pages_language(desk: Visitor) -> None:
    refused = desk.post("/console/check-in", content=b"x" * 70_000)
    assert refused.status_code == 413
    assert "ما كتبتموه طويل" in refused.text
    assert refused.headers["content-security-policy"]
