"""Plans the reminders of a booking, and lets them go with it: moved, given up, attended, stopped, withdrawn, erased."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Literal

from sqlalchemy import ColumnElement, String, cast, insert, select, update

from referrals.appointments.records import Appointment, Reminder
from referrals.appointments.times.place_time import decent_hours, zone_of
from referrals.definitions.in_force import settings_of
from referrals.lifecycles import REMINDER, advance
from referrals.outbox.records import OutboxMessage
from referrals.quiet_hours import Reminder as Due
from referrals.quiet_hours import reminder_times
from referrals.store.unit_of_work import UnitOfWork
from referrals.wall_clock import as_utc

IN_ONE_INSERT = 50_000  # sorted by their moment: each page of that index is then visited once, not once a row
OPEN = ("planned", "owed")


@dataclass(frozen=True)
class Planned:
    """A reminder to write down: of which appointment, how many hours before, due when."""

    appointment_id: int
    hours: float
    due_at: datetime


def kind_of(hours: float) -> str:
    """«48h», «1.5h»: which of an appointment's reminders it is, in its row and in the key of its message."""
    return f"{hours:g}h"


def key_of(appointment_id: int, kind: str) -> str:
    """The key of the message that carries it."""
    return f"reminder:{appointment_id}:{kind}"


def plan_reminders(uow: UnitOfWork, appointment: Appointment, programme_id: str, at: datetime) -> int:
    """Writes down the reminders of a booked appointment; how many there are."""
    due = _times(uow, appointment, programme_id, at)
    return insert_planned(uow, [Planned(appointment.id, each.before_hours, each.due_at) for each in due])


def _times(uow: UnitOfWork, appointment: Appointment, programme_id: str, at: datetime) -> tuple[Due, ...]:
    assert appointment.starts_at is not None
    return reminder_times(
        appointment.starts_at,
        settings_of(uow, programme_id).reminder_hours,
        appointment.zone or zone_of(uow, appointment.location_id, programme_id),
        decent_hours(uow, programme_id),
        at,
    )


def insert_planned(uow: UnitOfWork, planned: Iterable[Planned]) -> int:
    """Writes down any number of reminders; how many. Of an appointment each kind stands once."""
    uow.flush()
    count, left = 0, iter(planned)
    insert_some = _insert_on_sqlite if uow.connection.dialect.name == "sqlite" else _insert
    while some := sorted(islice(left, IN_ONE_INSERT), key=lambda each: each.due_at):
        insert_some(uow, some)
        count += len(some)
    return count


def _insert(uow: UnitOfWork, some: list[Planned]) -> None:
    rows = [
        {
            "appointment_id": each.appointment_id,
            "kind": kind_of(each.hours),
            "due_at": each.due_at,
            "state": REMINDER.initial,
            "reason": "",
        }
        for each in some
    ]
    uow.connection.execute(insert(Reminder.__table__), rows)  # type: ignore[arg-type]  # a Table, typed as FromClause


def _insert_on_sqlite(uow: UnitOfWork, some: list[Planned]) -> None:
    """The same, straight to the driver: what SQLAlchemy does for each of a million rows costs as much as the database
    (measured)."""
    rows = [
        (
            each.appointment_id,
            kind_of(each.hours),
            as_utc(each.due_at).replace(tzinfo=None).isoformat(" ", "microseconds"),
        )
        for each in some
    ]
    uow.connection.exec_driver_sql(
        "insert into reminder (appointment_id, kind, due_at, state, reason) values (?, ?, ?, 'planned', '')", rows
    )


def move_planned(
    uow: UnitOfWork, appointment: Appointment, programme_id: str, at: datetime, reason: str = "clocks changed"
) -> None:
    """The appointment is at another moment now: what is planned becomes due by it."""
    assert appointment.starts_at is not None
    wanted = _times(uow, appointment, programme_id, at)
    state = advance(REMINDER, REMINDER.initial, "move", "system")
    for each in wanted:
        uow.connection.execute(
            update(Reminder)
            .where(
                Reminder.appointment_id == appointment.id,
                Reminder.kind == kind_of(each.before_hours),
                Reminder.state == REMINDER.initial,
            )
            .values(due_at=each.due_at, state=state, reason=reason)
            .execution_options(synchronize_session=False)
        )


def plan_again(uow: UnitOfWork, appointment: Appointment, programme_id: str, reason: str, at: datetime) -> None:
    """What was let go for that reason is due again: the appointment stands after all."""
    state = advance(REMINDER, "cancelled", "take_back", "system")
    uow.connection.execute(
        update(Reminder)
        .where(Reminder.appointment_id == appointment.id, Reminder.state == "cancelled", Reminder.reason == reason)
        .values(state=state, reason="", settled_at=None)
        .execution_options(synchronize_session=False)
    )
    move_planned(uow, appointment, programme_id, at, "open after all")


def let_go(
    uow: UnitOfWork, appointment_id: int, event: Literal["cancel", "supersede"], reason: str, at: datetime, actor: str
) -> int:
    """What is planned or owed of an appointment is not said any more; returns how many reminders that were.

    One that is being sent at this moment stays owed: it cannot be called back.
    """
    uow.flush()
    mine = select(Reminder.id).where(Reminder.appointment_id == appointment_id, Reminder.state.in_(OPEN))
    return _end(uow, list(uow.connection.execute(mine).scalars()), event, reason, at, actor)


def let_go_of_persons(uow: UnitOfWork, persons: Iterable[int], reason: str, at: datetime, actor: str) -> int:
    """The same for every appointment of somebody: they want no reminders, or are forgotten altogether."""
    uow.flush()
    theirs = (
        select(Reminder.id)
        .join(Appointment, Appointment.id == Reminder.appointment_id)
        .where(Appointment.person_id.in_(list(persons)), Reminder.state.in_(OPEN))
    )
    return _end(uow, list(uow.connection.execute(theirs).scalars()), "cancel", reason, at, actor)


def _end(
    uow: UnitOfWork, ids: list[int], event: Literal["cancel", "supersede"], reason: str, at: datetime, actor: str
) -> int:
    if not ids:
        return 0
    targets = {advance(REMINDER, state, event, actor) for state in OPEN}
    (target,) = targets
    _withdraw(uow, ids, reason)
    ended = uow.connection.execute(
        update(Reminder)
        .where(Reminder.id.in_(ids), (Reminder.state == "planned") | ~_still_out())
        .values(state=target, reason=reason[:120], settled_at=at)
        .execution_options(synchronize_session=False)
        .returning(Reminder.id)
    ).all()
    return len(ended)


def _withdraw(uow: UnitOfWork, ids: list[int], reason: str) -> None:
    """Takes their messages out of the outbox, as long as nobody sends them."""
    carried = select("reminder:" + cast(Reminder.appointment_id, String) + ":" + Reminder.kind).where(
        Reminder.id.in_(ids), Reminder.state == "owed"
    )
    uow.connection.execute(
        update(OutboxMessage)
        .where(OutboxMessage.key.in_(carried), OutboxMessage.state == "waiting")
        .values(state="cancelled", reason=f"appointment: {reason}"[:400])
        .execution_options(synchronize_session=False)
    )


def _still_out() -> ColumnElement[bool]:
    """Whether the message of an owed reminder is on its way or went out already."""
    return (
        select(OutboxMessage.id)
        .where(
            OutboxMessage.key == "reminder:" + cast(Reminder.appointment_id, String) + ":" + Reminder.kind,
            OutboxMessage.state != "cancelled",
        )
        .exists()
    )
