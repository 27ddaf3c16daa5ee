"""Which application a submission is about: by the number that its form asks for, in whatever way it was written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from referrals.applications.records import Application
from referrals.definitions.in_force import settings_of
from referrals.families.records import Person
from referrals.protection.audit import audit
from referrals.spoken_numbers import read_back
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.reading import Filled, answer_named
from referrals.submissions.records import ReceivedSubmission

QUESTION = "application_number"


@dataclass(frozen=True)
class Link:
    """What a number led to. `person` is the family and its key, None where nobody is known."""

    state: str
    reason: str = ""
    application_id: int | None = None
    person: tuple[int, int] | None = None


def link_of(uow: UnitOfWork, programme_id: str, filled: Filled, form_name: str) -> Link:
    """Linked where the number names an application of this programme; unlinked with its reason where it does not.

    A form without such a question is just received.
    """
    asked = str(settings_of(uow, programme_id).raw.get(form_name, {}).get("application") or QUESTION)
    written = answer_named(filled, asked)
    if not written:
        return Link("received")
    number = read_back(written)
    if number is None:
        return Link("unlinked", "number_wrong")
    row = uow.connection.execute(
        select(Application.id, Person.id.label("person_id"), Person.data_key_id, Person.erased_at)
        .join(Person, Person.id == Application.person_id)
        .where(Application.programme_id == programme_id, Application.number == number)
    ).one_or_none()
    if row is None or row.erased_at is not None:
        return Link("unlinked", "number_unknown")
    return Link("linked", "", row.id, (row.person_id, row.data_key_id))


def link_by_hand(uow: UnitOfWork, row: ReceivedSubmission, number: str, actor: str, at: datetime) -> bool:
    """Links a submission to the application of that number (any way of writing); False when there is none.

    An application of a family that was erased is none.
    What was sealed for somebody unknown stays under its key, which is the family's from now on.
    """
    found = read_back(number)
    named = select(Application).join(Person, Person.id == Application.person_id)
    named = named.where(Application.programme_id == row.programme_id, Application.number == found)
    may_link = found and row.state in ("received", "unlinked")
    application = uow.session.scalar(named.where(Person.erased_at.is_(None))) if may_link else None
    if application is None:
        return False
    if row.person_id != application.person_id:
        merged = update(Person).where(Person.id == row.person_id)
        uow.connection.execute(merged.values(merged_into_id=application.person_id))
    row.application_id, row.state, row.reason = application.id, "linked", ""
    uow.flush()
    audit(uow, at=at, actor=actor, action="submission.linked", object_kind="submission", object_id=row.id)
    return True
