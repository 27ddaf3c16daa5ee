"""A reminder's own life: it goes with its appointment, follows its message, and nobody is forgotten when it is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from referrals.appointments.booking import arrive, cancel, offer_times
from referrals.appointments.other_times import ask_other_time
from referrals.appointments.records import Appointment, Reminder
from referrals.appointments.reminders.following import follow_statuses
from referrals.appointments.reminders.planning import Planned, insert_planned, let_go_of_persons
from referrals.appointments.reminders.reminding import next_due, remind, seconds_to_next
from referrals.appointments.times.wall_times import keep_wall_times
from referrals.clockwork import tick
from referrals.conversations.records import HelpRequest
from referrals.directory.records import CalendarDay, Schedule
from referrals.families.records import Identity
from referrals.outbox.records import OutboxMessage
from referrals.referral.handling import reject
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import DESK, Families
from tests.referrals.appointments.test_reminding import kuwait, tick_at

Change = Callable[[UnitOfWork, Appointment, datetime], object]


@pytest.fixture
def families(sqlite_store: Store, clock: FrozenClock) -> Families:
    return Families(sqlite_store, clock)


@pytest.fixture
def on_both(store: Store, clock: FrozenClock) -> Families:
    return Families(store, clock)


def states(families: Families) -> dict[str, str]:
    with families.store.reading() as uow:
        found = uow.connection.execute(select(Reminder.kind, Reminder.state).order_by(Reminder.id))
        return {row.kind: row.state for row in found}


def reasons(families: Families) -> dict[str, str]:
    with families.store.reading() as uow:
        return {row.kind: row.reason for row in uow.connection.execute(select(Reminder.kind, Reminder.reason))}


def change(families: Families, appointment_id: int, work: Change) -> None:
    families.store.transact(lambda uow: work(uow, uow.session.get_one(Appointment, appointment_id), families.clock()))


def carried(families: Families) -> list[tuple[str, str]]:
    return [(row.key, row.state) for row in families.outbox() if row.key.startswith("reminder:")]


def help_kinds(families: Families) -> list[tuple[str, bool]]:
    with families.store.reading() as uow:
        rows = uow.connection.execute(select(HelpRequest.kind, HelpRequest.restricted).order_by(HelpRequest.id))
        return [(row.kind, row.restricted) for row in rows]


def test_it_is_planned_owed_sent(on_both: Families) -> None:
    on_both.booked("501", kuwait(5, 12))
    assert states(on_both) == {"48h": "planned", "3h": "planned"}
    tick_at(on_both, kuwait(3, 12, 1))
    assert states(on_both)["48h"] == "owed"
    on_both.read("501")
    tick_at(on_both, kuwait(3, 12, 2))
    assert states(on_both) == {"48h": "sent", "3h": "planned"}


def test_delivered_and_failed_follow_the_platform_and_a_failure_in_time_is_called(families: Families) -> None:
    appointment_id = families.booked("501", kuwait(5, 12))
    tick_at(families, kuwait(3, 12, 1))
    families.read("501")
    tick_at(families, kuwait(3, 12, 2))
    key = f"reminder:{appointment_id}:48h"
    _settle(families, delivery="delivered")
    told = [("turn:1:0", "read"), (key, "sent"), (key, "delivered"), (key, "delivered")]
    families.store.transact(lambda uow: follow_statuses(uow, told, families.clock()))
    assert states(families)["48h"] == "delivered"
    tick_at(families, kuwait(5, 9, 1))
    families.read("501")
    tick_at(families, kuwait(5, 9, 2))
    key = f"reminder:{appointment_id}:3h"
    for state, then in (("waiting", "owed"), ("parked", "failed")):
        _settle(families, key=key, state=state, delivery="failed", reason="undeliverable: 131026")
        families.store.transact(lambda uow: follow_statuses(uow, [(key, "failed")], families.clock()))
        assert states(families) == {"48h": "delivered", "3h": then}
    assert help_kinds(families) == [("call", False)]


def test_a_message_that_was_parked_fails_its_reminder_and_somebody_calls_once(families: Families) -> None:
    families.booked("501", kuwait(5, 12))
    tick_at(families, kuwait(3, 12, 1))
    _settle(families, state="parked", reason="refused: 400")
    for minute in (2, 3):
        tick_at(families, kuwait(3, 12, minute))
    assert states(families)["48h"] == "failed"
    assert reasons(families)["48h"] == "refused: 400"
    assert help_kinds(families) == [("call", False)]


def test_a_message_that_expired_expires_its_reminder_and_nobody_calls_any_more(families: Families) -> None:
    families.booked("501", kuwait(5, 12))
    tick_at(families, kuwait(5, 9, 1))
    _settle(families, state="expired", reason="past its time")
    tick_at(families, kuwait(5, 12, 1))
    assert states(families)["3h"] == "expired"
    assert help_kinds(families) == []


def test_a_message_that_went_to_another_identity_is_followed_there(families: Families) -> None:
    appointment_id = families.booked("501", kuwait(5, 12))
    tick_at(families, kuwait(3, 12, 1))
    key = f"reminder:{appointment_id}:48h"

    def go_elsewhere(uow: UnitOfWork) -> None:
        row: Any = uow.session.scalars(select(OutboxMessage).filter_by(key=key)).one()
        row.state, row.reason = "cancelled", "undeliverable: 131026; went to identity 7"
        copied = {name: getattr(row, name) for name in row.__table__.columns.keys() if name != "id"}  # noqa: SIM118 - a collection of columns, no dict
        uow.session.add(OutboxMessage(**{**copied, "key": f"{key}@7", "state": "waiting", "reason": ""}))

    families.store.transact(go_elsewhere)
    tick_at(families, kuwait(3, 12, 2))
    assert states(families)["48h"] == "owed"
    _settle(families, state="sent", key=f"{key}@7")
    tick_at(families, kuwait(3, 12, 3))
    assert states(families)["48h"] == "sent"


def _give_up(uow: UnitOfWork, appointment: Appointment, at: datetime) -> None:
    cancel(uow, appointment, at, "family")


def _come(uow: UnitOfWork, appointment: Appointment, at: datetime) -> None:
    arrive(uow, appointment, at, 1)


def _reject(uow: UnitOfWork, appointment: Appointment, at: datetime) -> None:
    reject(uow, uow.session.get_one(Referral, appointment.referral_id), DESK, at, "no-capacity")


def _want_none(uow: UnitOfWork, appointment: Appointment, at: datetime) -> None:
    let_go_of_persons(uow, [appointment.person_id], "stopped", at, "family")


@pytest.mark.parametrize("work", [_give_up, _come, _reject, _want_none])
def test_what_ends_takes_along_what_is_planned_and_what_is_owed_but_not_sent(families: Families, work: Change) -> None:
    appointment_id = families.booked("501", kuwait(5, 12))
    tick_at(families, kuwait(3, 12, 1))
    change(families, appointment_id, work)
    assert states(families) == {"48h": "cancelled", "3h": "cancelled"}
    assert carried(families) == [(f"reminder:{appointment_id}:48h", "cancelled")]
    families.read("501")
    assert not any("هل ستحضرون" in message.text for message in families.heard["501"])
    assert families.books().balance


def test_a_moved_appointment_supersedes_its_reminders_and_plans_new_ones(on_both: Families) -> None:
    appointment_id = on_both.booked("501", kuwait(5, 12))
    change(on_both, appointment_id, lambda uow, mine, at: ask_other_time(uow, mine, at))
    assert states(on_both) == {"48h": "planned", "3h": "planned"}, "as long as no other time is taken"

    def again(uow: UnitOfWork) -> None:
        from referrals.appointments.booking import book, slot_at

        referral_id = uow.session.get_one(Appointment, appointment_id).referral_id
        new = offer_times(
            uow, uow.session.get_one(Referral, referral_id), [kuwait(9, 12)], on_both.clock(), None, beside=True
        )
        book(uow, new, slot_at(uow, new.location_id, kuwait(9, 12)), on_both.clock(), "family")

    on_both.store.transact(again)
    with on_both.store.reading() as uow:
        old = select(Reminder.state).where(Reminder.appointment_id == appointment_id)
        assert set(uow.session.scalars(old)) == {"superseded"}
    tick_at(on_both, kuwait(5, 9, 1))
    assert carried(on_both) == []
    tick_at(on_both, kuwait(7, 12, 1))
    assert len(carried(on_both)) == 1


def test_what_is_being_sent_at_that_moment_cannot_be_called_back(families: Families) -> None:
    appointment_id = families.booked("501", kuwait(5, 12))
    tick_at(families, kuwait(3, 12, 1))
    _settle(families, state="leased")
    change(families, appointment_id, _give_up)
    assert states(families) == {"48h": "owed", "3h": "cancelled"}


def test_who_is_forgotten_is_not_reminded(families: Families) -> None:
    families.booked("501", kuwait(5, 12))
    families.say("501", choice="d:menu:erase")
    families.say("501", choice="d:erase:yes")
    assert set(states(families).values()) == {"cancelled"}
    tick_at(families, kuwait(3, 12, 1))
    assert carried(families) == []


def test_in_a_danger_nothing_is_sent_and_only_those_who_may_know_are_asked_to_call(families: Families) -> None:
    families.booked("501", kuwait(5, 12))
    families.clock.now = kuwait(3, 11, 50)
    families.say("501", "أنا في خطر")
    tick_at(families, kuwait(3, 12, 1))
    assert (states(families)["48h"], reasons(families)["48h"]) == ("skipped", "safety")
    assert carried(families) == []
    assert help_kinds(families) == [("danger", True), ("call", True)]


def test_where_nobody_is_reached_it_fails_and_somebody_calls(families: Families) -> None:
    families.booked("501", kuwait(5, 12))
    families.store.transact(lambda uow: uow.connection.execute(update(Identity).values(may_message=False)))
    tick_at(families, kuwait(3, 12, 1))
    assert states(families)["48h"] == "failed"
    assert [kind for kind, _ in help_kinds(families)] == ["call"]


def test_a_day_on_which_the_place_turned_out_closed_is_said_instead(families: Families) -> None:
    appointment_id = families.booked("501", kuwait(5, 12))

    def close(uow: UnitOfWork) -> None:
        uow.session.add(
            CalendarDay(programme_id="kuwait", day=date(2026, 11, 5), kind="holiday", name_ar="عطلة (عيّنة)")
        )

    tick_at(families, kuwait(3, 11, 30))  # the calendar is looked at once an hour: the reminder is due before the next
    families.store.transact(close)
    tick_at(families, kuwait(3, 12, 1))
    got = families.read("501")[-1]
    assert "المكان مغلق يوم الخميس" in got.text
    assert [choice.label for choice in got.choices] == ["وقت آخر", "إلغاء الموعد"]
    assert reasons(families)["48h"] == "the place is closed"
    assert carried(families)[0][0] == f"reminder:{appointment_id}:48h"


def test_a_service_that_was_down_says_one_at_once_and_skips_what_is_over(families: Families) -> None:
    families.booked("501", kuwait(5, 12))
    tick_at(families, kuwait(5, 10, 0))
    assert states(families) == {"48h": "superseded", "3h": "owed"}
    assert len(carried(families)) == 1


def test_a_service_that_was_down_too_long_skips_both(families: Families) -> None:
    families.booked("501", kuwait(5, 12))
    tick_at(families, kuwait(5, 11, 45))
    assert states(families) == {"48h": "skipped", "3h": "skipped"}
    assert set(reasons(families).values()) == {"too late"}


def test_the_hours_are_those_of_the_place_not_of_the_programme(families: Families) -> None:
    """A centre in another zone: 12 o'clock in Cairo is one o'clock in Kuwait, and that is what is said."""

    def move_the_place(uow: UnitOfWork) -> None:
        uow.connection.execute(update(Schedule).values(zone="Africa/Cairo"))

    families.store.transact(move_the_place)
    families.booked("501", kuwait(5, 13))
    with families.store.reading() as uow:
        appointment = uow.session.scalars(select(Appointment)).one()
        assert (appointment.wall_time, appointment.zone) == ("2026-11-05T12:00", "Africa/Cairo")
    tick_at(families, kuwait(3, 13, 1))
    assert "الساعة ١٢ ظهراً" in families.read("501")[-1].text


def test_ten_oclock_stays_ten_oclock_when_a_country_changes_its_clocks(on_both: Families) -> None:
    """As if the booking had been made under rules that put the same wall time an hour later."""
    appointment_id = on_both.booked("501", kuwait(5, 12))

    def under_old_rules(uow: UnitOfWork) -> None:
        mine = uow.session.get_one(Appointment, appointment_id)
        mine.wall_time = "2026-11-05T11:00"

    on_both.store.transact(under_old_rules)
    assert keep_wall_times(on_both.store, on_both.clock()) == 1
    assert keep_wall_times(on_both.store, on_both.clock()) == 0
    with on_both.store.reading() as uow:
        appointment = uow.session.get_one(Appointment, appointment_id)
        assert (appointment.starts_at, appointment.ends_at) == (kuwait(5, 11), kuwait(5, 11, 30))
        due = {row.kind: row.due_at for row in uow.connection.execute(select(Reminder.kind, Reminder.due_at))}
    assert due == {"48h": kuwait(3, 11), "3h": kuwait(5, 9)}


def test_a_look_of_the_clock_takes_no_lock_and_knows_how_long_it_may_rest(on_both: Families) -> None:
    assert remind(on_both.store, on_both.clock()) == 0
    assert next_due(on_both.store) is None
    assert seconds_to_next(on_both.store, on_both.clock(), 0.25) == 0.25
    on_both.booked("501", kuwait(5, 12))
    assert next_due(on_both.store) == kuwait(3, 12)
    assert seconds_to_next(on_both.store, kuwait(3, 12) - timedelta(seconds=0.1), 0.25) == pytest.approx(0.1)
    assert seconds_to_next(on_both.store, kuwait(4, 12), 0.25) == 0


def test_a_hundred_that_are_due_at_once_are_owed_by_one_tick(families: Families) -> None:
    appointment_id = families.booked("501", kuwait(5, 12))

    def many(uow: UnitOfWork) -> None:
        mine = uow.session.get_one(Appointment, appointment_id)
        for n in range(100):
            other = Appointment(
                referral_id=mine.referral_id,
                person_id=mine.person_id,
                location_id=mine.location_id,
                state="booked",
                starts_at=kuwait(6 + n % 20, 15),
                ends_at=kuwait(6 + n % 20, 15, 30),
                created_at=families.clock(),
                updated_at=families.clock(),
            )
            uow.session.add(other)
            uow.flush()
            insert_planned(uow, [Planned(other.id, 96 + n, kuwait(3, 11))])

    families.store.transact(many)
    tick(families.store, kuwait(3, 11, 1))
    assert len(carried(families)) == 100


def _settle(families: Families, *, key: str = "", **values: object) -> None:
    wanted = update(OutboxMessage).where(OutboxMessage.key.startswith("reminder:"))
    if key:
        wanted = wanted.where(OutboxMessage.key == key)
    families.store.transact(lambda uow: uow.connection.execute(wanted.values(**values)))
