"""A button left on the screen does what it says only as long as its question stands; it never answers another."""

from __future__ import annotations

import pytest

from referrals.conversations.records import InterviewSession
from referrals.messages import Choice
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import GREETING, Families
from tests.transcript_forms import put_in_force

FORGED = (
    "q0000.1:x",
    "q:::",
    "d:x",
    "d:interview:nothing",
    "d:interview:page:99999999999999999999",
    "d:interview:page:²",  # a digit, and no number
    "d:interview:member:፩",
    "d:slot:take:²:²",
    "d:centre:²",
    "d:outcome:yes:²",
)
PASSED = "هذا الزر من رسالة سابقة"
CITY, VILLAGE = "في أي مدينة تسكنون؟", "في أي قرية تسكنون؟"


@pytest.fixture
def places(sqlite_store: Store, clock: FrozenClock) -> Families:
    """A family at the first question of a sample form with long lists."""
    sqlite_store._parsed = {}  # definitions of a test have numbers that mean others in the next one
    families = Families(sqlite_store, clock)
    sqlite_store.transact(lambda uow: put_in_force(uow, "kuwait", "places", clock()))
    begin(families)
    return families


def begin(families: Families) -> None:
    families.say("501", GREETING)
    for label in ("تقديم طلب", "العربية", "أوافق", "أنا وحدي", "نعم"):
        families.tap("501", label)


def press(families: Families, choice: Choice) -> str:
    """What is said to a tap on that very button."""
    said = " / ".join(message.text for message in families.say("501", choice=choice.id))
    families.all_handled()
    return said


def status(families: Families) -> str:
    with families.store.reading() as uow:
        return str(uow.session.query(InterviewSession).order_by(InterviewSession.id.desc()).first().status)  # type: ignore[union-attr]  # there is one


def test_the_way_to_another_page_of_an_answered_list_is_over(places: Families) -> None:
    more = places.button("501", "إجابات أخرى")
    places.say("501", "قوص")
    said = press(places, more)
    assert PASSED in said and VILLAGE in said


def test_an_old_next_question_skips_nothing_else(places: Families) -> None:
    places.say("501", "قوص")
    skip = places.button("501", "السؤال التالي")
    places.say("501", "طوخ")
    said = press(places, skip)
    assert PASSED in said and "ما الذي يصعب عليكم دفعه؟" in said


def test_putting_off_is_about_one_question(places: Families) -> None:
    for words in ("بقرة", "بقرتان", "ثلاث بقرات"):
        places.say("501", words)
    aside = places.button("501", "أجيب لاحقاً")
    assert VILLAGE in press(places, aside)
    said = press(places, aside)
    assert PASSED in said and VILLAGE in said


def test_sending_is_only_of_the_review_that_stands(places: Families) -> None:
    for words in ("قوص", "طوخ", "١، ٣", "٣", "تخطي"):
        places.say("501", words)
    send, change = places.button("501", "نعم، قدّموه"), places.button("501", "أغيّر إجابة")
    places.say("501", "١")
    for old in (send, change):
        said = press(places, old)
        assert PASSED in said and CITY in said
    assert status(places) == "editing"


def test_an_old_answer_that_still_applies_is_changed_after_a_yes(places: Families) -> None:
    qus, dishna = places.button("501", "قوص"), places.button("501", "دشنا")
    press(places, qus)
    assert "إجابتكم: قوص. هل نغيّرها إلى: دشنا؟" in press(places, dishna)
    places.tap("501", "نعم")
    assert "دشنا" in places.say("501", "مراجعة")[-1].text


def test_an_old_answer_that_is_the_answer_already_changes_nothing(places: Families) -> None:
    qus = places.button("501", "قوص")
    press(places, qus)
    said = press(places, qus)
    assert "وإجابتكم محفوظة: قوص." in said and VILLAGE in said
    places.say("501", "نعم")
    assert "١. المدينة: قوص" in places.say("501", "مراجعة")[-1].text


def test_a_button_of_another_interview_no_longer_applies(places: Families) -> None:
    old = places.button("501", "دشنا")
    places.say("501", "قوص")
    places.clock.forward(days=2)
    places.say("501", "مرحبا")
    places.tap("501", "نبدأ من جديد")
    places.tap("501", "نبدأ من جديد")
    said = press(places, old)
    assert PASSED in said and CITY in said


def test_after_it_was_sent_the_number_is_said_and_what_is_pending_comes_again(places: Families) -> None:
    old = places.button("501", "دشنا")
    for words in ("قوص", "طوخ", "١، ٣", "٣", "تخطي", "نعم"):
        places.say("501", words)
    said = press(places, old)
    assert "وصل طلبكم من قبل، ورقمه" in said and "أيّها تختارون؟" in said


def test_forged_ids_change_nothing(places: Families) -> None:
    for forged in FORGED:
        said = places.say("501", choice=forged)
        assert said and CITY in said[-1].text
    places.all_handled()
