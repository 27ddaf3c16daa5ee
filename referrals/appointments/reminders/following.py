"""A reminder follows the message that carries it: sent, delivered, or lost, and then somebody calls in time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Select, String, cast, literal, select, update

from referrals.appointments.calling import ask_to_call
from referrals.appointments.records import Appointment, Reminder
from referrals.appointments.reminders.due import OWED
from referrals.appointments.reminders.planning import key_of
from referrals.appointments.reminders.worth import CURRENT
from referrals.families.standing import ways_to
from referrals.lifecycles import REMINDER, TransitionRefused, advance
from referrals.outbox.records import ARRIVED, OutboxMessage
from referrals.quiet_hours import LAST_CALL
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store, UnitOfWork

AT_A_TIME = 500
SETTLED = ("sent", "parked", "expired", "cancelled")
EVENTS = {"sent": "send", "parked": "fail", "expired": "expire", "cancelled": "cancel"}
ELSEWHERE = "@"  # «reminder:17:48h@55»: owed to another identity of theirs
KEY = "reminder:" + cast(Reminder.appointment_id, String) + ":" + Reminder.kind


# ix_reminder_owed: whether anything is on its way, since whenever.
_LONG_AGO = literal(datetime(1970, 1, 1, tzinfo=UTC), Reminder.due_at.type)
FIRST = select(_LONG_AGO.label("due_at")).select_from(Reminder).where(OWED).limit(1)

_looked_at: WeakKeyDictionary[Store, int] = WeakKeyDictionary()


def follow_delivery(store: Store, at: datetime) -> int:
    """What delivery has settled of the reminders that are on their way; returns how many moved on.

    So many are looked at, the next ones with the next tick, and on from the first again: however many wait for a
    platform that is away, a look stays short. Nothing is locked where delivery has settled none.
    """
    done, last = 0, _looked_at.get(store, 0)
    while True:
        with store.reading() as uow:
            on_their_way = select(Reminder.id).where(OWED, Reminder.id > last).order_by(Reminder.id).limit(AT_A_TIME)
            ids = uow.connection.execute(on_their_way).scalars().all()
            settled = _settled(uow, ids)
        if settled:
            done += store.transact(partial(_follow_some, ids=ids, at=at))
        last = ids[-1] if len(ids) == AT_A_TIME else 0
        _looked_at[store] = last
        if not settled or not last:
            return done


def _settled(uow: UnitOfWork, ids: Sequence[int]) -> Sequence[Any]:
    if not ids:
        return ()
    some = _carried().where(OWED, Reminder.id.between(ids[0], ids[-1]), OutboxMessage.state.in_(SETTLED))
    return uow.connection.execute(some).all()


def _follow_some(uow: UnitOfWork, ids: Sequence[int], at: datetime) -> int:
    rows = _settled(uow, ids)
    by_event: dict[str, list[Any]] = {}
    for row in map(partial(_where_it_went, uow), rows):
        if row.state in SETTLED:
            event = "deliver" if row.state == "sent" and row.delivery in ARRIVED else EVENTS[row.state]
            by_event.setdefault(event, []).append(row)
    for event, some in by_event.items():
        if event in ("send", "deliver"):
            _move(uow, [row.id for row in some], "owed", event, "", at)
            continue
        for row in some:
            _move(uow, [row.id], "owed", event, row.reason, at)
            if event == "fail":
                _call_in_time(uow, row.appointment_id, at)
    return len(rows)


def _carried() -> Select[Any]:
    """A reminder beside the message that carries it."""
    return select(  # type: ignore[return-value]  # a row of many columns
        Reminder.id,
        Reminder.appointment_id,
        Reminder.kind,
        Reminder.state.label("reminder_state"),
        OutboxMessage.state,
        OutboxMessage.delivery,
        OutboxMessage.reason,
    ).join(OutboxMessage, OutboxMessage.key == KEY)


def _where_it_went(uow: UnitOfWork, row: Any) -> Any:
    """The row of the outbox that counts: the message may have gone to another place of theirs."""
    if row.state != "cancelled":
        return row
    query = (
        select(literal(row.id).label("id"), literal(row.appointment_id).label("appointment_id"))
        .add_columns(OutboxMessage.state, OutboxMessage.delivery, OutboxMessage.reason)
        .where(OutboxMessage.key.startswith(key_of(row.appointment_id, row.kind) + ELSEWHERE, autoescape=True))
        .order_by(OutboxMessage.id.desc())
    )
    return uow.connection.execute(query.limit(1)).first() or row


def follow_statuses(uow: UnitOfWork, told: Iterable[tuple[str, str]], at: datetime) -> None:
    """What a platform says of messages by our own keys, once it is noted: (key, status); only reminders matter here."""
    for key, status in told:
        name, _, rest = key.partition(ELSEWHERE)[0].partition(":")
        appointment_id, _, kind = rest.partition(":")
        if name != "reminder" or status not in (*ARRIVED, "failed") or not appointment_id.isdecimal():
            continue
        row = uow.connection.execute(
            _carried().where(Reminder.appointment_id == int(appointment_id), Reminder.kind == kind)
        )
        found = row.first()
        if found is not None:
            _follow(uow, found, at)


def _follow(uow: UnitOfWork, found: Any, at: datetime) -> None:
    """The outbox tells what became of a failure: it was parked, waits for another try, or went to another place."""
    went = _where_it_went(uow, found)
    event = "send_again"
    if went.state in SETTLED:
        event = "deliver" if went.state == "sent" and went.delivery in ARRIVED else EVENTS[went.state]
    if event not in ("deliver", "fail", "send_again") or not _allowed(found.reminder_state, event):
        return
    _move(uow, [found.id], found.reminder_state, event, went.reason, at)
    if event == "fail":
        _call_in_time(uow, found.appointment_id, at)


def _allowed(state: str, event: str) -> bool:
    """False for news that comes too late to change anything: delivered after it was delivered."""
    try:
        advance(REMINDER, state, event, "system")
    except TransitionRefused:
        return False
    return True


def _move(uow: UnitOfWork, ids: list[int], state: str, event: str, reason: str, at: datetime) -> None:
    target = advance(REMINDER, state, event, "system")
    uow.connection.execute(
        update(Reminder)
        .where(Reminder.id.in_(ids), Reminder.state == state)
        .values(state=target, reason=reason[:120], settled_at=at)
        .execution_options(synchronize_session=False)
    )


def _call_in_time(uow: UnitOfWork, appointment_id: int, at: datetime) -> None:
    """Somebody calls, while the appointment stands and there is time for it."""
    found = uow.connection.execute(
        select(Appointment.person_id, Appointment.state, Appointment.starts_at, Referral.programme_id)
        .join(Referral, Referral.id == Appointment.referral_id)
        .where(Appointment.id == appointment_id)
    ).one()
    if found.state not in CURRENT or found.starts_at is None or at > found.starts_at - LAST_CALL:
        return
    if not any(way.why_not == "silent" for way in ways_to(uow, found.person_id)):  # a call could do them harm
        ask_to_call(uow, found.person_id, found.programme_id, at)
