"""Members of an open repeat: who is written down is seen, changed and taken out, which is asked about once."""

from __future__ import annotations

import pytest

from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import GREETING, Families
from tests.transcript_forms import put_in_force


@pytest.fixture
def home(sqlite_store: Store, clock: FrozenClock) -> Families:
    """A family that has written down two members and is asked for another."""
    sqlite_store._parsed = {}  # definitions of a test have numbers that mean others in the next one
    families = Families(sqlite_store, clock)
    sqlite_store.transact(lambda uow: put_in_force(uow, "kuwait", "family", clock()))
    families.say("501", GREETING)
    for label in ("تقديم طلب", "العربية", "أوافق", "أنا وحدي", "نعم"):
        families.tap("501", label)
    for words in ("فاطمة أحمد", "سارة", "٩", "كمان", "يوسف", "٧"):
        families.say("501", words)
    families.all_handled()
    return families


def members(families: Families) -> list[str]:
    """Who stands in the list of members that was shown last."""
    text = next(message.text for message in reversed(families.heard["501"]) if "كتبنا حتى الآن" in message.text)
    return [line.partition(". ")[2] for line in text.splitlines() if line[:1] in "١٢٣٤٥٦٧٨٩"]


def test_who_is_written_down_is_seen_before_another_is_added(home: Families) -> None:
    assert members(home) == ["سارة", "يوسف"]
    assert "فرد من البيت: هل نضيف المزيد؟" in home.heard["501"][-1].text


def test_taking_out_is_asked_about_once_and_can_be_undone(home: Families) -> None:
    home.tap("501", "أغيّر أو أحذف")
    home.tap("501", "سارة")
    assert "نحذف من القائمة: سارة، ٩." in home.tap("501", "أحذف من القائمة")[-1].text
    assert "حذفنا من القائمة: سارة." in home.tap("501", "نعم، احذفوا")[-1].text
    assert members(home) == ["يوسف"]
    home.say("501", "رجوع")
    assert members(home) == ["سارة", "يوسف"]


def test_a_yes_that_comes_after_something_else_asks_again(home: Families) -> None:
    home.tap("501", "أغيّر أو أحذف")
    home.tap("501", "سارة")
    home.tap("501", "أحذف من القائمة")
    yes = home.button("501", "نعم، احذفوا")
    home.say("501", "السلام عليكم")
    assert "هل نحذف؟" in home.say("501", choice=yes.id)[-1].text
    assert members(home) == ["سارة", "يوسف"]


def test_taking_out_in_words_is_asked_about_too(home: Families) -> None:
    assert "هل نحذف؟" in home.say("501", "احذفوا الأول")[-1].text
    home.tap("501", "لا تغيير")
    assert members(home) == ["سارة", "يوسف"]


def test_a_removal_of_another_interview_removes_nobody(home: Families) -> None:
    home.tap("501", "أغيّر أو أحذف")
    home.tap("501", "سارة")
    old = home.button("501", "أحذف من القائمة")
    forged = "q0000" + old.id[5:]
    said = home.say("501", choice=forged)
    assert "هذا الزر من رسالة سابقة" in " ".join(message.text for message in said)
    assert members(home) == ["سارة", "يوسف"]


def test_a_long_list_of_members_comes_in_pages(home: Families) -> None:
    for name in ("نورة", "علي", "حسن", "مريم", "خالد", "هدى", "سلمى", "بدر"):
        home.tap("501", "إضافة آخر")
        home.say("501", name)
        home.say("501", "٥")
    first = home.tap("501", "أغيّر أو أحذف")[-1]
    assert len([choice for choice in first.choices if choice.id.startswith("d:interview:member:")]) == 8
    second = home.tap("501", "الباقي")[-1]
    assert [choice.label for choice in second.choices] == ["سلمى", "بدر", "السابق"]
    assert "بدر" in home.tap("501", "بدر")[-1].text
