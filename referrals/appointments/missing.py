"""Who did not come: asked once, kindly, in the evening; the second time a person calls. Nothing is closed by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select

from referrals.appointments.booking import cancel, miss
from referrals.appointments.calling import ask_to_call
from referrals.appointments.closures.closed_to import close_for
from referrals.appointments.closures.shut_then import shut_then
from referrals.appointments.records import Appointment
from referrals.appointments.reminders import due
from referrals.appointments.reminders.due import COMING
from referrals.appointments.reminders.nudging import quiet_now
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.stages import missed
from referrals.definitions.in_force import settings_of
from referrals.families.people import whole_person
from referrals.portions import by_itself
from referrals.protection.danger import in_danger
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store, UnitOfWork

AT_A_TIME = 200
AFTER = timedelta(hours=1)  # a desk that runs late may still check them in
EVENING = time(18)
CLOSED = "closed:"
ENOUGH = 2  # missed so often, a message is no help: somebody calls


# ix_appointment_current: its first entry.
FIRST = select(func.min(Appointment.ends_at)).where(COMING)


def owe_missed(store: Store, at: datetime) -> int:
    """At the end of the centre's day: those who were not checked in; returns how many were asked.

    Nothing is locked as long as the evening is still to come.
    """
    with store.reading() as uow:
        if not _whose_evening_it_is(uow, uow.session.execute(_ended(at)).all(), at):
            return 0
    return store.transact(partial(_owe_all, at=at))


def _owe_all(uow: UnitOfWork, at: datetime) -> int:
    """Where a family did not come to several (a way with two, a clock that was away for days) it hears one word, about
    the last of them."""
    rows = uow.session.execute(_ended(at).with_for_update(of=Appointment, skip_locked=True)).all()
    theirs = _whose_evening_it_is(uow, rows, at)
    open_then = [row for row in theirs if not _shut(uow, row)]
    last = {row.person_id: row.id for row in open_then}
    done = 0
    for row in theirs:
        aloud = row not in open_then or last[row.person_id] == row.id
        work = partial(_owe_missed, uow, row, at, aloud=aloud)
        done += by_itself(uow, work, f"the question after appointment {row.id}")
    return done


def _shut(uow: UnitOfWork, row: Any) -> bool:
    """Whether nobody was received then, which is a word of its own."""
    appointment = uow.session.get_one(Appointment, row.id)
    return appointment.reason.startswith(CLOSED) or bool(shut_then(uow, appointment, row.programme_id))


def _ended(at: datetime) -> Select[Any]:
    return (
        select(Appointment.id, Appointment.person_id, Appointment.ends_at, Appointment.zone, Referral.programme_id)  # type: ignore[return-value]  # a row of many columns
        .join(Referral, Referral.id == Appointment.referral_id)
        .where(COMING, Appointment.ends_at < at - AFTER)
        .order_by(Appointment.ends_at)
        .limit(AT_A_TIME)
    )


def _whose_evening_it_is(uow: UnitOfWork, rows: Sequence[Any], at: datetime) -> list[Any]:
    """Those of a day that is over where they were to come, and who may be written to there at this hour."""
    quiet = dict[tuple[str, str], bool]()
    found = []
    for row in rows:
        zone = row.zone or settings_of(uow, row.programme_id).time_zone
        if at < _evening_of(row.ends_at, zone):
            continue
        if (row.programme_id, zone) not in quiet:
            quiet[row.programme_id, zone] = quiet_now(uow, row.programme_id, at, zone)
        if not quiet[row.programme_id, zone]:
            found.append(row)
    return found


def _owe_missed(uow: UnitOfWork, row: Any, at: datetime, *, aloud: bool) -> None:
    note_missed(uow, uow.session.get_one(Appointment, row.id), at, "system", aloud=aloud)


def note_missed(uow: UnitOfWork, appointment: Appointment, at: datetime, actor: str, *, aloud: bool = True) -> None:
    """They did not come, says the clock or the desk: they are asked why, or called when it is the second time; not
    `aloud` where the word about another one follows at once.

    Who is in danger is not written to: a person who may know of it decides. Whose centre was closed then did not miss
    it: they hear that, however late, and choose another time.
    """
    if appointment.reason.startswith(CLOSED):  # nobody was there to receive them, and a person was asked to tell them
        cancel(uow, appointment, at, appointment.reason, "desk")
        return
    referral = uow.session.get_one(Referral, appointment.referral_id)
    person_id, programme_id = appointment.person_id, referral.programme_id
    if shut := shut_then(uow, appointment, programme_id):
        close_for(uow, appointment, shut, at)
        return
    miss(uow, appointment, at, actor)
    if not aloud:
        return
    if in_danger(uow, person_id):
        ask_to_call(uow, person_id, programme_id, at, restricted=True)
        return
    word = missed.Word(appointment, again=times_missed(uow, appointment) >= ENOUGH)
    reach(uow, person_id, programme_id, at, reason=_reason(uow, appointment.id), compose=word)
    if word.withheld:  # only those who may read of a danger know whether to call
        ask_to_call(uow, person_id, programme_id, at, restricted=True)
    elif word.again:
        location = appointment.location_id
        ask_to_call(uow, person_id, programme_id, at, kind="missed_again", location_id=location)


def _reason(uow: UnitOfWork, appointment_id: int) -> str:
    """«missed:17»; another one where that was said by a clock that ran ahead, and was taken back."""
    reason = f"missed:{appointment_id}"
    said = due.CARRIED.first(uow.connection, key=f"{reason}:0") is not None
    return f"{reason}:after-all" if said else reason


def times_missed(uow: UnitOfWork, appointment: Appointment) -> int:
    """How many appointments this person did not come to, of whichever referral, this one counted; a centre that was
    closed is nobody's fault, and who says that they came is believed until staff say otherwise."""
    mine = select(func.count()).where(
        Appointment.person_id.in_(whole_person(uow, appointment.person_id)),
        Appointment.state == "noshow",
        Appointment.reason.not_in(("missed:closed", "missed:came")),
    )
    return int(uow.session.scalar(mine) or 0)


def _evening_of(moment: datetime, zone: str) -> datetime:
    local = moment.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date(), EVENING, tzinfo=ZoneInfo(zone))
