"""The people of the whole way, as they use their pages: a family with a phone, a worker at a centre's desk."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
LATIN = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


class Family:
    """A family at `/chat`. It reads the last bubble and taps or writes, as a person does."""

    def __init__(self, page: Page, base: str, pictures: Path) -> None:
        self.page, self.base, self.pictures = page, base, pictures
        self.shots = 0
        page.goto(f"{base}/chat")

    def says(self, text: str) -> None:
        """Writes and sends; waits for the answer."""
        before = self.heard_so_far()
        self.page.get_by_role("textbox").fill(text)
        self.page.get_by_role("button", name="إرسال", exact=True).click()
        self._hears_after(before)

    def taps(self, label: str) -> None:
        """Taps the newest button of that name; waits for the answer."""
        before = self.heard_so_far()
        self.button(label).click()
        self._hears_after(before)

    def button(self, label: str) -> Locator:
        """The newest button with this label."""
        return self.page.get_by_role("button", name=label, exact=True).last

    def buttons(self) -> list[str]:
        """The labels under the last bubble."""
        return [text.strip() for text in self.page.locator("form.choices").last.get_by_role("button").all_inner_texts()]

    def hears(self, words: str) -> str:
        """Waits until a bubble of ours holds these words; returns the whole bubble."""
        bubble = self.page.locator(".bubble-in").filter(has_text=words).last
        expect(bubble).to_be_visible()
        return bubble.inner_text()

    def last_heard(self) -> str:
        """The last bubble of ours."""
        return self.page.locator(".bubble-in").last.inner_text()

    def answers(self, known: Mapping[str, str], *, until: str) -> int:
        """Goes through the interview: what a question is answered with stands in `known`, by words of the question.

        Any other question gets the first button. Returns how many questions were asked.
        """
        for count in range(60):
            question = self.last_heard()
            if until in question:
                return count
            answer = next((said for words, said in known.items() if words in question), "")
            if answer in self.buttons() or not answer:
                self.taps(answer or self.buttons()[0])
            else:
                self.says(answer)
        raise AssertionError(f"the interview never came to «{until}»; it still asks: {self.last_heard()}")

    def moves_clock(self, label: str) -> None:
        """Presses a button of the demonstration's clock; returns once it was moved."""
        with self.page.expect_response(lambda response: "/chat/clock" in response.url):
            self.page.locator(".chat-clock").get_by_role("button", name=label, exact=True).click()

    def photographs(self, name: str) -> None:
        """Takes a picture of the phone as it is now."""
        self.page.evaluate("() => document.querySelector('.chat-log').scrollTo(0, 1e9)")
        self.page.wait_for_timeout(150)
        self.page.screenshot(path=self.pictures / f"{name}.png")

    def heard_so_far(self) -> int:
        return self.page.locator(".bubble-in").count()

    def _hears_after(self, before: int) -> None:
        expect(self.page.locator(".bubble-in")).not_to_have_count(before)
        # A second message of the same turn may follow; the next question is asked once it has stood for a moment.
        settled = self.heard_so_far()
        for _ in range(20):
            self.page.wait_for_timeout(120)
            now = self.heard_so_far()
            if now == settled:
                return
            settled = now


class Worker:
    """Somebody at a centre's desk, in the console."""

    def __init__(self, page: Page, base: str, pictures: Path) -> None:
        self.page, self.base, self.pictures = page, base, pictures

    def signs_in(self, email: str, password: str) -> None:
        self.page.goto(f"{self.base}/console/")
        self.page.locator("#email").fill(email)
        self.page.locator("#password").fill(password)
        self._sends("/sign-in")

    def opens(self, number: str) -> None:
        """The queue, then the referral with this number."""
        self.page.goto(f"{self.base}/console/referrals")
        self.page.locator(".queue-item").filter(has_text=number.translate(ARABIC)).get_by_role("link").first.click()

    def accepts(self) -> None:
        self._sends("/accept")

    def offers_three_times(self) -> list[str]:
        """Sends the three times that are ticked already; returns them as the desk reads them."""
        form = self.page.locator("form[action$='/offer']")
        ticked = form.locator("input[name=slot]:checked")
        expect(ticked).to_have_count(3)
        times = [ticked.nth(n).get_attribute("value") or "" for n in range(3)]
        self._sends("/offer")
        return times

    def checks_in(self, typed: str) -> None:
        """Types the number, or what the card's code says; then says that they came."""
        self.page.goto(f"{self.base}/console/check-in")
        self.page.locator("#n").fill(typed)
        self._sends("/check-in")
        self._sends("/arrive")

    def completes(self, outcome: str) -> None:
        """Says what came of it."""
        form = self.page.locator("form[action$='/complete']")
        if not form.is_visible():
            self.page.locator("details").filter(has=form).locator("summary").click()
        self.page.locator("#outcome").select_option(outcome)
        self._sends("/complete")

    def sees(self, words: str) -> None:
        expect(self.page.locator("main")).to_contain_text(words)

    def _sends(self, action: str) -> None:
        with self.page.expect_navigation():  # the page that answers, and never still the one that was left
            self.page.locator(f"form[action$='{action}'] button").last.click()

    def photographs(self, name: str) -> None:
        """Takes a picture of the desk as it is now."""
        self.page.screenshot(path=self.pictures / f"{name}.png")


def number_in(text: str) -> str:
    """The number that a message names after «رقمه», in Latin digits and without spaces."""
    found = re.search(r"رقمه\s+([٠-٩0-9\s\u00a0\u2066-\u2069]+)", text)
    assert found is not None, text
    return re.sub(r"[^0-9]", "", found.group(1).translate(LATIN))
