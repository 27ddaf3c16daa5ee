"""What people answer to «هل ستحضرون؟» in one word: a no is asked about, thanks are taken, nothing is lost by it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from referrals.appointments.records import Appointment
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.appointments.test_reminding import kuwait, tick_at


@pytest.fixture
def reminded(sqlite_store: Store, clock: FrozenClock) -> Families:
    families = Families(sqlite_store, clock)
    families.booked("501", kuwait(5, 12))
    tick_at(families, kuwait(3, 12, 1))
    families.read("501")
    return families


def state(families: Families) -> str:
    with families.store.reading() as uow:
        return uow.session.scalars(select(Appointment.state)).one()


def test_a_plain_no_is_asked_once_more_and_a_second_word_gives_it_up(reminded: Families) -> None:
    asked = reminded.say("501", "لا")[-1]
    assert "هل نلغي الموعد؟" in asked.text
    assert state(reminded) == "booked"
    reminded.tap("501", "نعم، ألغوه")
    assert state(reminded) == "cancelled"


def test_thanks_are_taken_and_the_question_stays(reminded: Families) -> None:
    said = reminded.say("501", "شكرا")
    assert said[0].text.startswith("العفو")
    assert "سأحضر" in [choice.label for choice in said[-1].choices]
    reminded.say("501", "نعم")
    assert state(reminded) == "confirmed"
