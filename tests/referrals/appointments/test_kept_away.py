"""Who did not come says why in words of their own: understood, answered warmly, and counted only where it is theirs."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from referrals.appointments.kept_away import read_kept_away
from referrals.appointments.missing import owe_missed, times_missed
from referrals.appointments.records import Appointment
from referrals.conversations.records import HelpRequest
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.appointments.centres import at_hour


@pytest.fixture
def missed(sqlite_store: Store, clock: FrozenClock) -> Families:
    families = Families(sqlite_store, clock)
    families.booked("501", at_hour(families, 2, 7))
    clock.now = at_hour(families, 2, 16)
    owe_missed(families.store, clock())
    assert "هل نحجز موعداً آخر؟" in families.read("501")[-1].text
    return families


def stands(families: Families) -> tuple[str, int, list[str]]:
    with families.store.reading() as uow:
        first = uow.session.scalars(select(Appointment).order_by(Appointment.id)).first()
        assert first is not None
        return first.reason, times_missed(uow, first), list(uow.session.scalars(select(HelpRequest.kind)))


@pytest.mark.parametrize(
    ("words", "answer", "reason", "counted", "staff"),
    [
        ("كنت تعبانة", "سلامتكم", "missed:ill", 1, None),
        ("نسيت والله", "لا بأس", "missed:forgot", 1, None),
        ("العربية اتأخرت", "لا بأس", "missed:way", 1, None),
        ("محدش قالي", "نعتذر لكم", "missed:untold", 1, "missed_why"),
        ("جيت ولقيته مقفول", "المكان مغلقاً", "missed:closed", 0, "closed_place"),
        ("رحت ومحدش كان هناك", "المكان مغلقاً", "missed:closed", 0, "closed_place"),
    ],
)
def test_what_kept_them_is_understood_and_other_times_come_with_it(
    missed: Families, words: str, answer: str, reason: str, counted: int, staff: str | None
) -> None:
    said = missed.say("501", words)
    assert answer in said[0].text and "أي موعد يناسبكم" in said[-1].text
    kept, times, kinds = stands(missed)
    assert (kept, times) == (reason, counted)
    assert staff is None or staff in kinds


def test_who_says_that_they_came_is_believed_and_staff_hear_it(missed: Families) -> None:
    (said,) = missed.say("501", "أنا جيت فعلا")
    assert "وصل كلامكم إلى الموظفين" in said.text
    kept, times, kinds = stands(missed)
    assert (kept, times) == ("missed:came", 0) and "missed_why" in kinds


def test_a_closed_door_in_answer_to_why_is_a_closed_door(missed: Families) -> None:
    missed.say("501", "لا")
    said = missed.say("501", "كنت هناك بس لقيت الباب مقفول")
    assert "أي موعد يناسبكم" in said[-1].text
    assert stands(missed)[:2] == ("missed:closed", 0)


@pytest.mark.parametrize("words", ["لا", "نعم", "ما كان مقفول", "ما كنت هناك", "شكرا", "كم الساعة", "فين المكان"])
def test_what_says_nothing_of_it_is_left_to_others(words: str) -> None:
    assert read_kept_away(words) is None
