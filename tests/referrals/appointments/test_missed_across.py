"""The second time that somebody did not come, whichever referral it was of: a person calls, and nothing is closed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from referrals.appointments.booking import active_appointments, offer_times
from referrals.appointments.missing import owe_missed
from referrals.appointments.records import Appointment
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.records import HelpRequest
from referrals.conversations.stages.appointing import offer_slots
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.appointments.centres import at_hour, second_referral, states


@pytest.fixture
def families(sqlite_store: Store, clock: FrozenClock) -> Families:
    return Families(sqlite_store, clock)


def test_a_second_miss_of_another_referral_is_called_about_and_closes_nothing(families: Families) -> None:
    families.booked("501", at_hour(families, 3, 7))
    families.clock.now = at_hour(families, 3, 16)
    owe_missed(families.store, families.clock())
    assert "هل نحجز موعداً آخر" in families.read("501")[-1].text
    families.tap("501", "لا")
    families.say("501", "نسينا")
    second = second_referral(families, 1)

    def offer(uow: UnitOfWork) -> None:
        referral = uow.session.get_one(Referral, second)
        appointment = offer_times(uow, referral, [at_hour(families, 3, 7)], families.clock(), 1)
        reach(
            uow,
            referral.person_id,
            referral.programme_id,
            families.clock(),
            reason="again",
            compose=lambda desk: offer_slots(desk, appointment),
        )

    families.store.transact(offer)
    families.read("501")
    families.say("501", choice=families.heard["501"][-1].choices[0].id)
    assert states(families) == ["noshow", "booked"]
    families.clock.now = at_hour(families, 3, 16)
    owe_missed(families.store, families.clock())
    (told,) = families.read("501")
    assert not told.choices and "فات موعد" in told.text  # no question: somebody calls
    with families.store.reading() as uow:
        assert "missed_again" in uow.session.scalars(select(HelpRequest.kind)).all()
        assert {each.state for each in uow.session.scalars(select(Referral))} == {"accepted"}
        assert uow.session.scalars(select(Appointment.state)).all() == ["noshow", "noshow"]
        assert not active_appointments(uow, second)
