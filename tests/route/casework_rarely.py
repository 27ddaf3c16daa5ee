"""What happens more rarely in the crowd: an application is weighed, a family leaves; and whose rows the crowd takes."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from bot.benches.families import PROGRAMME
from referrals.applications import reviewing
from referrals.applications.answering import answer_request
from referrals.applications.interviews import interview_of
from referrals.applications.questions import askable
from referrals.applications.records import Application
from referrals.applications.stepping import Actor as Family
from referrals.conversations.records import HelpRequest
from referrals.families.records import Person
from referrals.protection.erasure.erasing import ask, carry_out
from referrals.referral.consent_withdrawn import withdraw_consents
from referrals.staff.scope import Member, Membership
from referrals.store.unit_of_work import UnitOfWork
from tests.route.casework_stories import STORIES

REVIEWED = 6  # applications that are reviewed: few, so that each comes far
ERASED = 4  # families of the crowd that go for good
REVIEWERS = tuple(
    Member(number, "عيّنة", "c@sanad.invalid", (Membership(PROGRAMME, role),))
    for number, role in ((21, "clerk"), (31, "supervisor"), (32, "supervisor"))
)


def the_crowds(application_id: Any) -> ColumnElement[bool]:
    """Of the crowd, and of no story: those were there first."""
    found: ColumnElement[bool] = application_id > len(STORIES)
    return found


def any_of(uow: UnitOfWork, chance: random.Random, record: Any, *where: Any) -> Any:
    """One row of a kind, by chance. Raises LookupError where there is none."""
    ids = list(uow.session.scalars(select(record.id).where(*where).order_by(func.abs(record.id - 17)).limit(200)))
    if not ids:
        raise LookupError(record.__name__)
    return uow.session.get_one(record, chance.choice(ids))


def review(uow: UnitOfWork, chance: random.Random, at: datetime) -> None:
    """A clerk or a supervisor weighs an application, the family answers or has it read anew; or a step is undone."""
    few = select(Application.id).where(the_crowds(Application.id)).order_by(Application.id).limit(REVIEWED)
    application = any_of(uow, chance, Application, Application.id.in_(few))
    member = chance.choice(REVIEWERS)
    back = lambda: reviewing.undo(uow, member, application, at)  # noqa: E731 - one of several
    ways: dict[str, list[Callable[[], Any]]] = {
        "submitted": [lambda: reviewing.start_review(uow, member, application, at)],
        "under_review": [
            lambda: _ask(uow, member, application, at),
            lambda: reviewing.decline(uow, member, application, "helped-already", at),
            back,
        ],
        "info_requested": [lambda: _family_answers(uow, application, at), back],
        "not_eligible": [lambda: reviewing.appeal(uow, member, application, at), back],
        "lapsed": [lambda: reviewing.reopen(uow, member, application, at)],
    }
    chance.choice(ways.get(application.state, [lambda: None]))()


def _ask(uow: UnitOfWork, member: Member, application: Application, at: datetime) -> None:
    stored = interview_of(uow, application, at)
    if stored is not None:
        reviewing.ask_info(uow, member, application, [min(askable(stored.form, stored.session, at))], at)


def _family_answers(uow: UnitOfWork, application: Application, at: datetime) -> None:
    stored = interview_of(uow, application, at)
    if stored is not None:
        answer_request(uow, application.id, stored, Family("family", person_id=application.person_id), at)


def leave(uow: UnitOfWork, chance: random.Random, at: datetime) -> None:
    """A family takes its consents back, has all of it erased, or tells of a danger, whatever is under way for it."""
    person_id = any_of(uow, chance, Application, the_crowds(Application.id)).person_id
    gone = uow.session.scalar(select(func.count()).where(Person.erased_at.is_not(None))) or 0
    kind = chance.random()
    if kind < 0.2 and gone < ERASED:
        carry_out(uow, ask(uow, person_id, "desk", at, programme_id=PROGRAMME), at, 1)
    elif kind < 0.6:
        withdraw_consents(uow, person_id, PROGRAMME, at)
    elif kind < 0.7:
        more = {"kind": "danger", "restricted": True, "state": "open", "created_at": at, "due_at": at}
        uow.session.add(HelpRequest(programme_id=PROGRAMME, person_id=person_id, **more))
