"""A clock that ran ahead of an appointment and is set back: nobody is told less, and nothing is said twice."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from referrals.appointments.records import Appointment, Reminder
from referrals.clockwork import tick
from referrals.outbox.records import OutboxMessage
from referrals.outbox.stepping import after_step
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.appointments.test_reminder_states import carried, states
from tests.referrals.appointments.test_reminding import kuwait

SENT_BOTH = {"48h": "sent", "3h": "sent"}


@pytest.fixture
def families(sqlite_store: Store, clock: FrozenClock) -> Families:
    return Families(sqlite_store, clock)


@pytest.fixture
def on_both(store: Store, clock: FrozenClock) -> Families:
    return Families(store, clock)


def look(families: Families, moment: datetime) -> None:
    """What the service does every few seconds: first whether the clock was set, then what is due, then delivery."""
    families.clock.now = moment
    families.store.transact(lambda uow: after_step(uow, moment))
    tick(families.store, moment)


def live_through(families: Families, begins: datetime, ends: datetime) -> None:
    moment = begins
    while moment < ends:
        look(families, moment)
        families.read("501")
        moment += timedelta(hours=1)


def standing(families: Families, appointment_id: int) -> tuple[str, str]:
    with families.store.reading() as uow:
        appointment = uow.session.get_one(Appointment, appointment_id)
        return appointment.state, uow.session.get_one(Referral, appointment.referral_id).business_status


def told(families: Families, words: str) -> int:
    return sum(words in message.text for message in families.heard["501"])


def test_what_it_skipped_and_whom_it_missed_comes_in_its_time(on_both: Families) -> None:
    families = on_both
    appointment_id = families.booked("501", kuwait(5, 12))
    look(families, kuwait(2, 12))
    look(families, kuwait(7, 12))
    families.read("501")
    assert states(families) == {"48h": "skipped", "3h": "skipped"}
    assert standing(families, appointment_id) == ("noshow", "family-no-show")
    look(families, kuwait(2, 12, 1))
    assert states(families) == {"48h": "planned", "3h": "planned"}
    assert standing(families, appointment_id) == ("booked", "appointment-set")
    live_through(families, kuwait(2, 13), kuwait(5, 12))
    assert states(families) == SENT_BOTH
    assert [key for key, _ in carried(families)] == [f"reminder:{appointment_id}:{kind}" for kind in ("48h", "3h")]
    live_through(families, kuwait(5, 13), kuwait(5, 20))
    assert told(families, "فات موعد اليوم") == 1, "they did not come, and are asked"


def test_what_was_not_said_yet_of_a_missed_one_is_not_said(families: Families) -> None:
    families.booked("501", kuwait(5, 12))
    look(families, kuwait(5, 19))
    look(families, kuwait(2, 12))
    families.read("501")
    assert told(families, "فات موعد") == 0
    assert families.books().balance


def test_what_it_said_too_early_is_not_said_again(families: Families) -> None:
    families.booked("501", kuwait(5, 12))
    look(families, kuwait(2, 12))
    look(families, kuwait(5, 9, 30))
    families.read("501")
    look(families, kuwait(5, 9, 31))
    assert states(families) == {"48h": "superseded", "3h": "sent"}
    live_through(families, kuwait(2, 12, 1), kuwait(5, 12))
    assert states(families) == {"48h": "superseded", "3h": "sent"}
    assert len(carried(families)) == 1


def test_one_that_was_said_too_early_does_not_hold_up_the_next(families: Families) -> None:
    appointment_id = families.booked("501", kuwait(5, 12))
    look(families, kuwait(3, 12, 1))
    early = update(Reminder).where(Reminder.kind == "48h").values(state="sent", owed_at=kuwait(5, 8, 59))
    families.store.transact(lambda uow: uow.connection.execute(early))
    look(families, kuwait(5, 8, 59))
    look(families, kuwait(3, 13))
    look(families, kuwait(5, 9))
    assert (f"reminder:{appointment_id}:3h", "waiting") in carried(families)


def test_a_message_whose_last_useful_moment_is_ahead_again_is_sent(families: Families) -> None:
    families.booked("501", kuwait(5, 12))
    look(families, kuwait(3, 12, 1))
    assert states(families)["48h"] == "owed"
    look(families, kuwait(5, 12, 1))
    families.read("501")  # delivery finds that it is over
    families.store.transact(
        lambda uow: uow.connection.execute(
            update(OutboxMessage).where(OutboxMessage.purpose == "reminder").values(state="expired")
        )
    )
    look(families, kuwait(5, 12, 2))
    assert states(families)["48h"] == "expired"
    look(families, kuwait(3, 12, 5))
    assert states(families)["48h"] == "owed"
    assert "عندكم موعد" in families.read("501")[-1].text


def test_a_desks_own_word_stands_though_the_clock_is_corrected_a_little(families: Families) -> None:
    from referrals.appointments.missing import note_missed

    appointment_id = families.booked("501", kuwait(5, 12))
    look(families, kuwait(5, 12, 10))
    families.store.transact(
        lambda uow: note_missed(uow, uow.session.get_one(Appointment, appointment_id), families.clock(), "desk")
    )
    look(families, kuwait(5, 12, 9))
    assert standing(families, appointment_id)[0] == "noshow"
    with families.store.reading() as uow:
        assert uow.session.scalars(select(Appointment.state)).all() == ["noshow"]
