"""A family's whole way, in a real browser and a real desk: from a greeting to the question whether help arrived."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from referrals.seasonal_hours import in_ramadan
from tests.browser import DESK, OpenPage, accessibility_problems, sideways_overflow_px
from tests.serving import Served, serving
from tests.story import ARABIC, Family, Worker, number_in

ROOT = Path(__file__).resolve().parent.parent
DIRECTORY = ROOT / "programmes" / "kuwait" / "directory"

ANSWERS = {
    "لمن هذا الطلب": "لي ولأهل بيتي",
    "هل قدّم أحد من بيتكم": "لا",
    "ما اسمكم": "فاطمة أحمد",
    "كم العمر": "٤٢",
    "ما أهم شيء تحتاجونه": "١",
    "شيئاً آخر أيضاً": "لا شيء آخر",
    "هل يحدث عندكم شيء": "لا شيء من هذا",
    "كم عددكم كلّكم": "خمسة",
    "هل يكفي دخل البيت": "لا",
    "يناسب الكرسي المتحرك": "لا",
    "هل نكتب أهل البيت الآن": "لاحقاً",
    "في أي محافظة": "الأحمدي",
    "أين تسكنون": "المنقف",
    "أين البيت": "السؤال التالي",
    "من تفضّلون": "لا فرق عندي",
    "رقم الهاتف الذي نتصل": "50000000",
    "آخر أربعة أرقام": "السؤال التالي",
    "هل ترسلون صورة": "أرسل لاحقاً",
}


@pytest.fixture
def pictures(record: bool, tmp_path: Path) -> Path:
    """Where the pictures of the walkthrough go: into the docs with --record, else beside the test."""
    folder = ROOT / "docs" / "pictures" if record else tmp_path / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_a_familys_whole_way(open_page: OpenPage, pictures: Path, tmp_path: Path) -> None:
    with serving(tmp_path / "data") as sanad:
        it_is_sunday_morning(sanad)
        family = Family(open_page(scale=2), sanad.base, pictures)
        number, centre = the_family_applies(family)
        the_family_chooses(family, centre)

        worker = Worker(open_page(DESK), sanad.base, pictures)
        employ(sanad, "desk@sample.invalid", centre)
        offered = the_centre_accepts_and_offers_times(worker, number)

        starts_at = the_family_picks_a_time(family, offered)
        the_family_is_reminded(family, sanad, starts_at)
        the_centre_receives_them(worker, number)
        the_family_says_that_help_arrived(family)
        sanad.command("ledger")
        sanad.command("audit", "verify")


def it_is_sunday_morning(sanad: Served) -> None:
    """Ten o'clock on a Sunday in Kuwait, whenever the test runs."""
    now = datetime.now(UTC)
    sanad.command("demo", "clock", f"+{int((usual_sunday(now) - now).total_seconds() // 60)}m")


def usual_sunday(now: datetime) -> datetime:
    """The next one that three weeks of usual hours follow: in Ramadan the morning is quiet, and nobody reminded."""
    sunday = (now + timedelta(days=(6 - now.weekday()) % 7 or 7)).replace(hour=7, minute=0, second=0, microsecond=0)
    while any(in_ramadan((sunday + timedelta(days=ahead)).date(), frozenset()) for ahead in range(22)):
        sunday += timedelta(days=7)
    return sunday


def the_family_applies(family: Family) -> tuple[str, str]:
    """Greeting, notice, consent, safety, the interview, the review; the number and the centre offered first."""
    family.says("السلام عليكم")
    family.hears("وعليكم السلام")
    family.taps("الكويت")
    family.taps("تقديم طلب")
    family.taps("العربية")
    family.photographs("01-consent")
    family.taps("أوافق")
    family.taps("أنا وحدي")
    family.hears("هل أنتم في أمان الآن؟")
    family.taps("نعم")
    family.photographs("02-interview")
    family.answers(ANSWERS, until="هذه إجاباتكم")
    family.photographs("03-review")
    family.taps("نعم، قدّموه")
    number = number_in(family.hears("وصل طلبكم إلينا"))
    family.hears("أيّها تختارون؟")
    family.photographs("04-centres")
    return number, family.buttons()[0]


def the_family_chooses(family: Family, centre: str) -> None:
    family.taps(centre)
    family.hears("لا شيء غير ذلك")
    family.taps("أوافق")
    family.photographs("05-sent")


def employ(sanad: Served, email: str, centre: str) -> None:
    """An account for that centre's desk, as an operator makes it."""
    with (DIRECTORY / "locations.csv").open(encoding="utf-8") as file:
        ids = {row["name"]: row["id"] for row in csv.DictReader(file)}
    words = ("staff", "add", email, "--name", "هدى (عيّنة)", "--role", "desk", "--centre", ids[centre])
    sanad.command(*words, "--programme", "kuwait", given=PASSWORD + "\n")


PASSWORD = "a-long-sample-password-41"


def the_centre_accepts_and_offers_times(worker: Worker, number: str) -> list[datetime]:
    """The three times, in order."""
    worker.signs_in("desk@sample.invalid", PASSWORD)
    worker.photographs("06-today")
    worker.page.goto(f"{worker.base}/console/referrals")
    worker.sees(number.translate(ARABIC))
    worker.photographs("07-queue")
    worker.opens(number)
    worker.sees("فاطمة أحمد")
    worker.photographs("08-referral")
    assert accessibility_problems(worker.page) == []
    worker.accepts()
    offered = worker.offers_three_times()
    worker.photographs("09-times-offered")
    return sorted(datetime.fromtimestamp(int(each), UTC) for each in offered)


def the_family_picks_a_time(family: Family, offered: list[datetime]) -> datetime:
    """Told at once; a time after twelve is reminded of on its own day, since three hours before is not quiet."""
    family.hears("أي موعد يناسبكم؟")
    times = family.buttons()
    assert len(times) == 4, times  # three times, and «وقت آخر»
    family.photographs("10-times")
    chosen = next(place for place, time in enumerate(times) if "ظهراً" in time or "مساءً" in time)
    family.taps(times[chosen])
    family.hears("هذه بطاقة الموعد")
    card = family.page.locator("figure.bubble-image img").last
    card.scroll_into_view_if_needed()
    assert card.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1000
    family.photographs("11-card")
    assert accessibility_problems(family.page) == []
    assert sideways_overflow_px(family.page) == 0
    return offered[chosen]


def the_family_is_reminded(family: Family, sanad: Served, starts_at: datetime) -> None:
    """48 hours before, and again on the day; each once, however often the clock ticks."""
    forward_to(family, sanad, starts_at - timedelta(hours=48))
    family.hears("عندكم موعد يوم")
    family.photographs("12-reminder")
    family.taps("سأحضر")
    family.hears("ينتظرونكم")
    forward_to(family, sanad, starts_at - timedelta(hours=3))
    family.hears("عندكم موعد اليوم")
    assert family.page.locator(".bubble-in").filter(has_text="عندكم موعد").count() == 2


def forward_to(family: Family, sanad: Served, moment: datetime) -> None:
    """A day at a time, as the family's page lets it, and the rest as an operator does: to just after that moment."""
    while (left := moment - time_there(sanad)) > timedelta(days=1):
        family.moves_clock("+يوم")
    if left > timedelta():
        sanad.command("demo", "clock", f"+{int(left.total_seconds() // 60) + 2}m")


def time_there(sanad: Served) -> datetime:
    """What the demonstration's clock shows."""
    shown = sanad.command("demo", "clock", "show").partition(" UTC")[0]
    return datetime.fromisoformat(shown).replace(tzinfo=UTC)


def the_centre_receives_them(worker: Worker, number: str) -> None:
    worker.checks_in(f"SANAD:{number}")
    worker.photographs("13-arrived")
    worker.opens(number)
    worker.completes("helped")
    worker.photographs("14-completed")


def the_family_says_that_help_arrived(family: Family) -> None:
    family.hears("هل وصل")
    family.photographs("15-did-help-arrive")
    family.taps("نعم، وصل")
    family.photographs("16-the-end")
