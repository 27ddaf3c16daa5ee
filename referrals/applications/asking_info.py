"""Questions of the form that a family is asked once more: which, since when, and when somebody looks at it again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import select

from referrals.applications.records import Application, InfoRequest
from referrals.definitions.in_force import settings_of
from referrals.families.identities import data_key_of
from referrals.store.unit_of_work import UnitOfWork

QUESTIONS = "info_request.questions"
WAITING, ANSWERED, LAPSED, TAKEN_BACK, ENDED = "waiting", "answered", "lapsed", "taken_back", "ended"
STILL_ASKED = ("info_requested", "lapsed")  # states of an application whose family may still answer


def open_request(
    uow: UnitOfWork, application: Application, refs: Sequence[str], staff_id: int, at: datetime
) -> InfoRequest:
    """Keeps what is asked; the clock looks at it when the first reminder is due."""
    key = data_key_of(uow, application.person_id)
    request = InfoRequest(
        application_id=application.id,
        person_id=application.person_id,
        state=WAITING,
        questions_sealed=uow.vault.seal_json(key, list(refs), QUESTIONS),
        how_many=len(refs),
        reminders=0,
        asked_by_id=staff_id,
        asked_at=at,
    )
    request.next_at = next_look(uow, application.programme_id, request, at)
    uow.session.add(request)
    uow.flush()
    return request


def last_request(uow: UnitOfWork, application_id: int) -> InfoRequest | None:
    """What was asked last, whatever became of it."""
    query = select(InfoRequest).filter_by(application_id=application_id).order_by(InfoRequest.id.desc()).limit(1)
    return uow.session.scalar(query)


def request_to_answer(uow: UnitOfWork, application: Application) -> InfoRequest | None:
    """What the family is asked and may still answer, also after it lapsed; None where nothing is."""
    request = last_request(uow, application.id) if application.state in STILL_ASKED else None
    return request if request is not None and request.state in (WAITING, LAPSED) else None


def questions_of(uow: UnitOfWork, request: InfoRequest) -> list[str]:
    """The refs that were ticked. Raises `Erased` once the person's key is gone."""
    return cast("list[str]", uow.vault.open_json(request.questions_sealed, QUESTIONS))


def settle(uow: UnitOfWork, request: InfoRequest, state: str, at: datetime) -> None:
    """Nothing is waited for any more, for that reason; a late answer may still settle what had lapsed."""
    request.state, request.next_at, request.settled_at = state, None, at
    uow.flush()


def next_look(uow: UnitOfWork, programme_id: str, request: InfoRequest, at: datetime) -> datetime:
    """When the next reminder is due, or the end: spread evenly over the days of the programme, and never two in a row
    because a clock stood still."""
    rules = settings_of(uow, programme_id).review
    gap = timedelta(days=rules.lapse_days) / (rules.reminders + 1)
    planned = request.asked_at + gap * ((request.reminders or 0) + 1)
    return max(planned, at + gap / 2)
