"""An intake that was filled on a researcher's phone becomes a pending application, like one from a chat."""

from __future__ import annotations

from datetime import datetime

from dialogs.interview import answers, session_from_submission, tells_of_danger
from referrals.applications.filing import FilledForm, file_application, others_applied
from referrals.definitions.in_force import form_by_id, settings_of
from referrals.filling.asking_staff import ask_staff
from referrals.filling.from_the_field import FROM_THE_FIELD
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.alarming import open_alarm
from referrals.submissions.attaching import names_and_media
from referrals.submissions.records import ReceivedSubmission

INTAKE = "intake"
CHANNEL, SUBMITTED_BY = "odk", "case_finder"  # whoever goes to families and writes their applications down
UNUSABLE = ("unreadable", "wrong_form")


def file_intake(uow: UnitOfWork, row: ReceivedSubmission, content: bytes, actor: str, at: datetime) -> None:
    """Files the application, links the submission to it, and asks staff to speak with the family.

    Answers that the form would not have taken do not stop it: the reason names them, for staff to ask again. What
    cannot be taken in at all, and a correction of an application that stands, stay received for staff to see.
    """
    if row.superseded_by_id is not None or _corrects_a_filed_one(uow, row):
        row.reason = "corrects_a_filed_one"
        return
    settings, form = settings_of(uow, row.programme_id), form_by_id(uow, row.definition_id)
    xml = content.decode("utf-8", errors="replace")
    files = {name: str(file.media_id) for file, name in names_and_media(uow, row) if file.media_id is not None}
    session, problems = session_from_submission(
        form,
        xml,
        id=row.instance_id.removeprefix("uuid:"),
        now=at,
        time_zone=settings.time_zone,
        language=settings.default_language,
        country=settings.country,
        media=files,
    )
    if any(problem.reason in UNUSABLE for problem in problems):
        row.reason = "not_taken_in"
        return
    given = answers(form, session, now=at)
    worrying = [value for ref, value in given.items() if tells_of_danger(form.question(ref), value)]
    if worrying:  # before anything else: it reaches those who may read it, whatever becomes of the rest
        open_alarm(uow, row, "\n".join(worrying), at)
    filed = file_application(
        uow,
        settings=settings,
        stored=FilledForm(row.definition_id, given, xml),
        person_id=row.person_id,
        data_key_id=row.data_key_id,
        channel=CHANNEL,
        submitted_by=SUBMITTED_BY,
        at=at,
        actor=actor,
    )
    person = (row.person_id, row.data_key_id)
    ask_staff(uow, row.programme_id, person, FROM_THE_FIELD, at, filed.number)
    if others_applied(uow, row.person_id, row.programme_id):
        ask_staff(uow, row.programme_id, person, "possible_duplicate", at, filed.number)
    to_ask = ", ".join(dict.fromkeys(problem.ref for problem in problems))
    row.application_id, row.state, row.reason = filed.application_id, "filed", to_ask[:400]
    uow.flush()


def _corrects_a_filed_one(uow: UnitOfWork, row: ReceivedSubmission) -> bool:
    before = uow.session.query(ReceivedSubmission).filter_by(superseded_by_id=row.id).first()
    return before is not None and before.application_id is not None
