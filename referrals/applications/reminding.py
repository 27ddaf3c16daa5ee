"""What becomes due of questions that wait: a few reminders, then the review rests; nothing is said in a danger."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select

from referrals.applications.asking_info import ENDED, LAPSED, WAITING, next_look, settle
from referrals.applications.interviews import close_again
from referrals.applications.records import WAITS, Application, InfoRequest
from referrals.applications.stepping import Actor, locked, take_step
from referrals.applications.telling import tell
from referrals.conversations.records import InterviewSession
from referrals.conversations.stages.missing_info import say_lapsed, say_wanted
from referrals.definitions.in_force import settings_of
from referrals.families.records import Person
from referrals.portions import AFTER_A_FAULT, by_portions, owe_together
from referrals.referral.telling import decent, in_danger
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import Store, UnitOfWork

AT_A_TIME = 50
LOOK_AGAIN = timedelta(days=1)  # at who may be in danger, or is answering now
ANSWERING = timedelta(hours=12)  # since their last answer: they are not reminded of what they do

# ix_info_request_next: its first entry.
FIRST = select(func.min(InfoRequest.next_at).label("next_at")).where(WAITS)
_NEXT = Ready(FIRST)
_SOONEST = (
    select(InfoRequest.id, InfoRequest.application_id, InfoRequest.next_at)
    .where(WAITS, InfoRequest.next_at <= bindparam("at", type_=InfoRequest.next_at.type))
    .order_by(InfoRequest.next_at, InfoRequest.id)
    .limit(AT_A_TIME)
    .subquery()
)
# Two clocks never take the same one. It is the application that is held, as by everybody who takes a step with it:
# whoever answers or takes back at this moment is not stood in the way of.
_DUE = (
    select(_SOONEST.c.id)
    .join(Application, Application.id == _SOONEST.c.application_id)
    .order_by(_SOONEST.c.next_at, _SOONEST.c.id)
    .with_for_update(of=Application, skip_locked=True)
)


def look_after_questions(store: Store, at: datetime) -> int:
    """Reminds, or lets lapse, what is due; returns how many questions were looked at."""
    return by_portions(store, at, _NEXT, _look_after)


def _look_after(uow: UnitOfWork, at: datetime) -> int:
    rows = uow.connection.execute(_DUE, {"at": at}).scalars().all()

    def put_off(request_id: int) -> None:
        uow.session.get_one(InfoRequest, request_id).next_at = at + AFTER_A_FAULT
        uow.flush()

    return owe_together(uow, rows, lambda each: _one(uow, each, at), put_off, "the reminder of question")


def _one(uow: UnitOfWork, request_id: int, at: datetime) -> None:
    request = uow.session.get_one(InfoRequest, request_id)
    application = locked(uow, request.application_id)
    uow.session.refresh(request)
    if request.state != WAITING:
        return
    person = uow.session.get_one(Person, application.person_id)
    if application.state != "info_requested" or person.erased_at is not None or application.anonymised_at is not None:
        settle(uow, request, ENDED, at)
    elif in_danger(uow, application.person_id):  # nothing is said, and nothing ends by itself
        request.next_at = at + LOOK_AGAIN
    elif (later := decent(uow, application.programme_id, at)) > at:
        request.next_at = later
    elif _is_answering(uow, application, at):
        request.next_at = at + LOOK_AGAIN
    elif request.reminders < settings_of(uow, application.programme_id).review.reminders:
        _remind(uow, application, request, at)
    else:
        _let_lapse(uow, application, request, at)
    uow.flush()


def _remind(uow: UnitOfWork, application: Application, request: InfoRequest, at: datetime) -> None:
    request.reminders += 1
    request.next_at = next_look(uow, application.programme_id, request, at)
    reason = f"info:{request.id}:reminder:{request.reminders}"
    tell(
        uow,
        application,
        at,
        reason=reason,
        compose=lambda desk: say_wanted(desk, application, request, reminder=True),
    )


def _let_lapse(uow: UnitOfWork, application: Application, request: InfoRequest, at: datetime) -> None:
    close_again(uow, application, at, "system")
    take_step(uow, application, "lapse", Actor("system"), at)
    settle(uow, request, LAPSED, at)
    tell(
        uow,
        application,
        at,
        reason=f"info:{request.id}:lapsed",
        compose=lambda desk: say_lapsed(desk, application),
    )


def _is_answering(uow: UnitOfWork, application: Application, at: datetime) -> bool:
    mine = select(InterviewSession.updated_at).where(
        InterviewSession.id == application.session_id, InterviewSession.status.in_(("asking", "editing", "reviewing"))
    )
    touched: datetime | None = uow.connection.execute(mine).scalar()
    return touched is not None and at - touched < ANSWERING
