"""A real Chromium for the tests of the pages: the system's own, reaching nothing but this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from playwright.sync_api import Error as BrowserError

from tests.availability import unavailable

PHONE = (390, 844)  # the width that every page must stay usable at
DESK = (1280, 900)
PATIENCE_MS = 60_000  # a busy machine is slow, and not wrong; where all goes well nobody waits
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
ARGUMENTS = [
    "--no-sandbox",  # root, as in CI, has none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",  # pages bring their own assets
]

STANDING = """() => {
  const bars = [...document.querySelectorAll("body *")].filter(e => /fixed|sticky/.test(getComputedStyle(e).position));
  window.scrollTo(0, (document.documentElement.scrollHeight - window.innerHeight) / 2);
  const middle = window.innerWidth / 2;
  const rows = Array.from({ length: window.innerHeight }, (_, y) => document.elementFromPoint(middle, y));
  return rows.filter(seen => bars.some(bar => bar.contains(seen))).length;
}"""
OpenPage = Callable[..., Page]
expect.set_options(timeout=PATIENCE_MS)


def chromium_path() -> str:
    """The system's Chromium; SANAD_TEST_CHROMIUM names another one. Blank when there is none."""
    named = os.environ.get("SANAD_TEST_CHROMIUM", "")
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return named or next((path for path in found if path), "")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium per module: while Playwright runs, `asyncio.run` is refused in the same thread."""
    path = chromium_path()
    if not path:
        unavailable("no Chromium: scripts/install-test-system installs it")
    try:
        playwright = sync_playwright().start()
    except Exception as error:  # Playwright raises a bare Exception where its driver does not start
        unavailable(f"Playwright's driver did not start ({error}): scripts/install-test-system installs what it lacks")
    try:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
    except BrowserError as error:
        playwright.stop()
        unavailable(f"Chromium at {path} did not start: {error}")
    yield browser
    browser.close()
    playwright.stop()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens pages, each a visitor of its own: `open_page(size=PHONE, scripts=True, scale=1)`.

    The test fails at its end when a page's script failed or the Content-Security-Policy had to block something.
    """
    troubles: list[str] = []
    contexts = []

    def open_one(size: tuple[int, int] = PHONE, *, scripts: bool = True, scale: float = 1) -> Page:
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=scale,
            java_script_enabled=scripts,
            locale="ar",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
        page.on("console", lambda message: _note_blocked(page, message, troubles))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A family's phone, sharp enough for the pictures of the walkthrough."""
    return open_page(PHONE, scale=2)


@pytest.fixture
def desk_page(open_page: OpenPage) -> Page:
    """A centre's desk."""
    return open_page(DESK)


@pytest.fixture
def plain_page(open_page: OpenPage) -> Page:
    """A phone whose browser runs no JavaScript."""
    return open_page(PHONE, scripts=False)


def accessibility_problems(page: Page, *, without: tuple[str, ...] = ()) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA and good practice on the page as it stands: `rule: where: remedy`.

    Empty is good.

    `without` leaves rules out by their axe name; say why where it is used.
    """
    page.evaluate(AXE.read_text(encoding="utf-8") + "\n;0")
    rules = {rule: {"enabled": False} for rule in without}
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "rules": rules}
    found = cast("dict[str, list[dict[str, Any]]]", page.evaluate("options => axe.run(document, options)", options))
    return [
        f"{violation['id']}: {node['target'][0]}: {violation['help']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def sideways_overflow_px(page: Page) -> int:
    """By how many pixels the page is wider than its window; 0 when nobody has to scroll sideways."""
    return cast("int", page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth"))


def standing_px(page: Page) -> int:
    """How many rows of pixels of the window lie under bars that stand still while the page is read."""
    return cast("int", page.evaluate(STANDING))


def _note_blocked(page: Page, message: ConsoleMessage, troubles: list[str]) -> None:
    if message.type == "error" and "Content Security Policy" in message.text:
        troubles.append(f"{page.url}: {message.text}")
