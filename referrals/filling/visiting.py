"""Visits and follow-ups of a family that a centre serves: their forms at the desk, kept like those of ODK Collect."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from dialogs.interview import answers
from referrals.applications.records import Application
from referrals.definitions.in_force import definition_id
from referrals.definitions.settings import Settings
from referrals.families.identities import data_key_of
from referrals.filling.asking_staff import report_danger
from referrals.filling.ending import completed_form
from referrals.filling.records import DeskFilling
from referrals.filling.starting import OPEN, begin_form, note
from referrals.filling.working import AtDesk
from referrals.referral.records import Referral
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.receiving import keep_filled

FORMS = ("visit", "follow_up")
STARTED_IN = ("accepted", "in-progress")
ALERT, SAFETY, SAFETY_NOTE = "alert", "safety", "safety_note"  # names of the visit form's own questions


def forms_for(uow: UnitOfWork, referral: Referral) -> list[str]:
    """The forms that a centre may fill about this family now: those that the programme has."""
    if referral.state not in STARTED_IN:
        return []
    return [name for name in FORMS if definition_id(uow, referral.programme_id, "form", name) is not None]


def start_visit(
    uow: UnitOfWork, member: Member, settings: Settings, referral: Referral, form_name: str, at: datetime
) -> DeskFilling:
    """The form about this family, at this desk; the one that is open already where there is one."""
    same = select(DeskFilling).filter_by(referral_id=referral.id, form_name=form_name, state=OPEN)
    standing = uow.session.scalar(visible_to(member, same, DeskFilling, Permission.FILL_FORM))
    if standing is not None:
        return standing
    application = uow.session.get_one(Application, referral.application_id)
    person = (referral.person_id, data_key_of(uow, referral.person_id))
    known = {"application_number": application.number}
    language = settings.default_language
    filling = begin_form(uow, member, settings, form_name, person, language, at, known)
    filling.referral_id, filling.application_id = referral.id, application.id
    uow.flush()
    return filling


def keep_visit(uow: UnitOfWork, member: Member, at_desk: AtDesk, at: datetime) -> tuple[str, ...]:
    """Completes the form and keeps it with the application; the refs that still need an answer, none when it is kept.

    A worry about somebody's safety reaches those who may read it, with what the researcher wrote about it.
    """
    done, xml, missing = completed_form(uow, member, at_desk, at)
    if missing:
        return missing
    filling = done.filling
    keep_filled(
        uow,
        programme_id=filling.programme_id,
        definition_id=done.stored.form_id,
        form_name=filling.form_name,
        instance_id=f"uuid:{done.session.id.removeprefix('uuid:')}",
        application_id=filling.application_id,
        staff_id=member.staff_id,
        person_id=filling.person_id,
        data_key_id=done.data_key_id,
        xml=xml,
        at=at,
        organization_id=filling.organization_id,
        location_id=filling.location_id,
    )
    told = answers(done.stored.form, done.session, now=at)
    if told.by_name(ALERT) == SAFETY:
        report_danger(uow, member, filling, told.by_name(SAFETY_NOTE), at)
    filling.state, filling.ended_at = "filed", at
    note(uow, member, filling, "filed", at)
    return ()
