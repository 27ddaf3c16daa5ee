"""An application says more than when it was filed: a recording among its answers was written down since."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from referrals.applications.applicants import Case, contact_anew, file_person, household_anew, keep_needs
from referrals.applications.filing import FACTS, SUBMISSION, FilledForm, facts_of, read_facts
from referrals.applications.records import Application, ApplicationEvent, ApplicationNeed
from referrals.conversations.interviews.sessions import StoredSession
from referrals.definitions.in_force import settings_of
from referrals.families.duplicates.finding import raise_doubles, reconsider
from referrals.families.identities import data_key_of
from referrals.protection.audit import audit
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.pushing import owe_push

CONTACT = ("applicant_name", "phone", "phone_safe", "civil_id", "recordings")
"""Facts that decide nothing: they may be filled in at any time. The others stand still once a centre was asked."""


def amend_application(
    uow: UnitOfWork, application: Application, stored: StoredSession, at: datetime, *, actor: str, role: str = "clerk"
) -> None:
    """Its answers and its XML say what the interview says now, on the version of the form that it is answered on.

    What a centre was chosen by changes only while none was; what a centre was shown stays as the family agreed to it.
    """
    settings = settings_of(uow, application.programme_id)
    filled = FilledForm.of(stored, at)
    key = data_key_of(uow, application.person_id)
    before, now = dict(facts_of(uow, application)), read_facts(settings, filled.answers)
    facts = {**before, **_named(now, CONTACT)} if _was_referred(uow, application) else now
    facts = {name: value for name, value in facts.items() if name != "recordings" or name in now}
    case = Case(uow, settings, application.person_id, key, at, facts, filled.answers)
    if facts != before:
        contact_anew(case, before)
    if not _was_referred(uow, application):
        household_anew(case, application.household_id)
        uow.session.execute(delete(ApplicationNeed).where(ApplicationNeed.application_id == application.id))
        keep_needs(case, application)
        application.priority = str(facts.get("priority") or "normal")
        application.area_code = str(facts.get("area") or "")
    application.facts_sealed = uow.vault.seal_json(key, facts, FACTS)
    application.form_id = stored.form_id
    was = uow.vault.open_text(application.submission_sealed, SUBMISSION)
    application.submission_sealed = uow.vault.seal_text(key, filled.submission, SUBMISSION)
    application.version += 1
    state = application.state
    uow.session.add(
        ApplicationEvent(
            application_id=application.id,
            event="amend",
            from_state=state,
            to_state=state,
            actor=role,
            staff_id=_staff_of(actor),
            at=at,
        )
    )
    uow.flush()
    if filled.submission != was:
        owe_push(
            uow,
            programme_id=application.programme_id,
            definition_id=application.form_id,
            at=at,
            application_id=application.id,
            amended=application.version,
        )
    audit(
        uow,
        at=at,
        actor=actor,
        action="application.amended",
        object_kind="application",
        object_id=application.id,
    )
    file_person(case)
    raise_doubles(uow, application, at)
    reconsider(uow, application.person_id, at, "clerk")  # who may say in this life cycle that two are not one


def _staff_of(actor: str) -> int | None:
    kind, _, number = actor.partition(":")
    return int(number) if kind == "staff" and number.isdecimal() else None


def _named(facts: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: facts[name] for name in names if name in facts}


def _was_referred(uow: UnitOfWork, application: Application) -> bool:
    sent = select(Referral.id).where(Referral.application_id == application.id, Referral.state != "draft")
    return uow.session.scalar(sent.limit(1)) is not None
