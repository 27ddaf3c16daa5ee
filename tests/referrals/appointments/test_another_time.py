"""«ابني مريض نأجلها», «موعد أقرب», «خلوه الخميس» where an appointment stands: others are shown, and it stays theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from referrals.appointments.kept_away import read_kept_away
from referrals.appointments.missing import owe_missed
from referrals.appointments.times.said_instead import changed_to, puts_off, wants_sooner
from referrals.clockwork import tick
from referrals.conversations.records import HelpRequest
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.appointments.centres import at_hour, states

STAYS = "موعدكم باقٍ حتى تختاروا غيره"


@pytest.fixture
def families(sqlite_store: Store, clock: FrozenClock) -> Families:
    """A family that comes on Wednesday the fourth at ten."""
    families = Families(sqlite_store, clock)
    families.booked("501", at_hour(families, 3, 7))
    return families


def reminded(families: Families) -> None:
    families.clock.now = at_hour(families, 1, 8)
    tick(families.store, families.clock())
    assert "هل ستحضرون" in families.read("501")[-1].text


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("ابني مريض نأجلها", True),
        ("ابغى أأجل", True),
        ("ممكن تأجلوا الميعاد لو سمحتم", True),
        ("ما أقدر أجي نأجلها", True),
        ("مش هقدر آجي نأجلها", True),
        ("مش عايزة أأجل", False),
        ("ما نقدر نأجل", False),
        ("I don't want to postpone", False),
        ("لا تأجلوا الموعد", False),
        ("أجل", False),  # «yes» in the Gulf
        ("من أجل أولادي", False),
        ("عايزة تأجيل الإيجار", False),
    ],
)
def test_what_puts_it_off(text: str, later: bool) -> None:
    assert puts_off(text) is later


@pytest.mark.parametrize(
    ("text", "sooner"),
    [("أريد موعداً أقرب", True), ("عايزة ميعاد قبل كده", True), ("أقرب موعد", False), ("موعد قريب من بيت أختي", False)],
)
def test_what_asks_for_a_sooner_one(text: str, sooner: bool) -> None:
    assert wants_sooner(text) is sooner


def test_what_it_is_changed_to() -> None:
    assert changed_to("غيروه للخميس") == "الخميس"
    assert changed_to("خلوه الخميس الصبح") == "الخميس الصبح"
    assert changed_to("الخميس") is None and changed_to("خلوه") is None


@pytest.mark.parametrize("text", ["ابني مريض نأجلها", "ابغى أأجل", "خلوه الخميس", "أريد موعداً أقرب"])
def test_other_times_are_shown_and_the_old_one_stays_until_they_choose(families: Families, text: str) -> None:
    said = families.say("501", text)
    assert states(families) == ["booked", "proposed"]
    if text != "خلوه الخميس":
        assert STAYS in said[-1].text
        families.tap("501", "يبقى موعدنا")
        assert states(families) == ["booked", "cancelled"]


@pytest.mark.parametrize(
    ("text", "state"),
    [("ابغى أأجل", "booked"), ("الخميس الصبح", "booked"), ("الأربعاء الساعة ١٠", "booked"), ("نعم", "confirmed")],
)
def test_no_wish_for_another_time_is_a_yes_to_the_reminder(families: Families, text: str, state: str) -> None:
    reminded(families)
    families.say("501", text)
    assert states(families)[0] == state


def test_a_day_said_to_a_reminder_shows_its_times_and_one_of_them_moves_it(families: Families) -> None:
    reminded(families)
    said = families.say("501", "الخميس الصبح")[-1]
    assert STAYS in said.text and "الخميس ٥ نوفمبر" in said.text
    families.say("501", choice=said.choices[0].id)
    assert states(families) == ["cancelled", "booked"]


def test_where_nothing_sooner_is_free_it_stays_and_staff_look(families: Families) -> None:
    families.clock.now = at_hour(families, 3, 7) - timedelta(hours=20)
    assert "وموعدكم باقٍ" in families.say("501", "أريد موعداً أقرب")[0].text
    assert states(families) == ["booked"]
    with families.store.reading() as uow:
        assert uow.session.scalars(select(HelpRequest.kind)).all() == ["other_time"]


def test_a_day_said_to_the_question_after_a_missed_one_is_offered_at_once(families: Families) -> None:
    families.clock.now = at_hour(families, 3, 16)
    owe_missed(families.store, families.clock())
    families.read("501")
    said = families.say("501", "الأحد الصبح")[-1]
    assert "الأحد ٨ نوفمبر" in said.text
    families.say("501", choice=said.choices[0].id)
    assert states(families)[-1] == "booked"
    assert states(families)[0] == "noshow"


@pytest.mark.parametrize("text", ["امبارح", "شكرا", "٢٠"])
def test_what_is_no_wish_offers_nothing_after_a_missed_one(families: Families, text: str) -> None:
    families.clock.now = at_hour(families, 3, 16)
    owe_missed(families.store, families.clock())
    families.read("501")
    families.say("501", text)
    assert states(families) == ["noshow"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("جيت ومحدش كان موجود", "closed"),
        ("اتأخرت ومشوني", "came"),
        ("الموظف رفض يستقبلني", "came"),
        ("وصلت متأخرة", "came"),
        ("محدش كان موجود مع العيال", "time"),  # at home
    ],
)
def test_who_was_there_is_heard(text: str, kept: str) -> None:
    assert read_kept_away(text) == kept
