"""Files an application: what the form's answers mean to the casework, under a number that can be said aloud."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text

from dialogs.interview import Answers, answers, submission
from referrals.applications.applicants import Case, file_person, household_of, keep_contact, keep_needs
from referrals.applications.records import Application, ApplicationEvent
from referrals.conversations.interviews.sessions import StoredSession
from referrals.definitions.in_force import definition_id
from referrals.definitions.settings import Settings
from referrals.families.duplicates.finding import others_applied, raise_doubles
from referrals.lifecycles import application as life
from referrals.lifecycles.table import advance
from referrals.protection.audit import audit
from referrals.spoken_numbers import new_number, shown
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.pushing import owe_push

__all__ = ["FACTS", "SUBMISSION", "Filed", "FilledForm", "answer_due", "facts_of", "file_application", "others_applied"]
FACTS, SUBMISSION = "application.facts", "application.submission"
NUMBER_LOCK = 7_233_014  # PostgreSQL advisory lock: two that are filed at once must not count alike
WEEKEND = (4, 5)  # Friday and Saturday, in both countries
LIST_FACTS = ("needs", "target_groups")


@dataclass(frozen=True)
class Filed:
    """What the family is told: the number and the day by which they hear from us."""

    application_id: int
    number: str
    shown_number: str
    answer_due: datetime
    priority: str


@dataclass(frozen=True)
class FilledForm:
    """A form as it was filled, wherever: what the answers say and the XML as ODK would submit it.

    `session_id` is the interview's row, None where there is none (a submission that came as a file).
    """

    form_id: int
    answers: Answers
    submission: str
    session_id: int | None = None

    @staticmethod
    def of(stored: StoredSession, at: datetime) -> FilledForm:
        """What a stored interview says at that moment."""
        return FilledForm(
            stored.form_id,
            answers(stored.form, stored.session, now=at),
            submission(stored.form, stored.session, now=at),
            stored.id,
        )


def file_application(
    uow: UnitOfWork,
    *,
    settings: Settings,
    stored: StoredSession | FilledForm,
    person_id: int,
    data_key_id: int,
    channel: str,
    submitted_by: str,
    at: datetime,
    actor: str = "",
) -> Filed:
    """Files a completed form; a second call for the same interview returns the first application.

    `submitted_by` is who a life cycle names (family, clerk, volunteer, case_finder); `actor` is who the audit names,
    the person where it is blank. Raises `TransitionRefused` for a submitter that the life cycle does not have.
    """
    session_id = stored.session_id if isinstance(stored, FilledForm) else stored.id
    known = uow.session.scalar(select(Application).filter_by(session_id=session_id)) if session_id else None
    if known is not None:
        return _filed(known, settings)
    filled = stored if isinstance(stored, FilledForm) else FilledForm.of(stored, at)
    case = Case(uow, settings, person_id, data_key_id, at, read_facts(settings, filled.answers), filled.answers)
    application = _application(case, filled, channel, submitted_by)
    keep_needs(case, application)
    keep_contact(case)
    uow.session.add(
        ApplicationEvent(
            application_id=application.id,
            event="submit",
            from_state="draft",
            to_state=application.state,
            actor=submitted_by,
            at=at,
        )
    )
    uow.flush()
    audit(
        uow,
        at=at,
        actor=actor or f"person:{person_id}",
        action="application.submitted",
        object_kind="application",
        object_id=application.id,
    )
    file_person(case)
    raise_doubles(uow, application, at)
    return _filed(application, settings)


def _application(case: Case, filled: FilledForm, channel: str, submitted_by: str) -> Application:
    uow, settings, facts, key = case.uow, case.settings, case.facts, case.data_key_id
    application = Application(
        number=_next_number(uow),
        programme_id=settings.id,
        person_id=case.person_id,
        household_id=household_of(case).id,
        session_id=filled.session_id,
        form_id=filled.form_id,
        rules_id=definition_id(uow, settings.id, "rules", "rules"),
        channel=channel,
        submitted_by=submitted_by,
        state=advance(life.APPLICATION, life.APPLICATION.initial, "submit", submitted_by),
        priority=str(facts.get("priority") or "normal"),
        area_code=str(facts.get("area") or ""),
        facts_sealed=uow.vault.seal_json(key, facts, FACTS),
        submission_sealed=uow.vault.seal_text(key, filled.submission, SUBMISSION),
        submitted_at=case.at,
        answer_due=answer_due(case.at, settings),
    )
    uow.session.add(application)
    uow.flush()
    owe_push(
        uow,
        programme_id=settings.id,
        definition_id=application.form_id,
        at=case.at,
        application_id=application.id,
    )
    return application


def read_facts(settings: Settings, given: Answers) -> dict[str, Any]:
    """What `reads` of the programme names, from the answers: the first of its questions that was answered.

    `recordings` says of what was told in a file that nobody has written down yet in which («applicant_name:17»).
    """
    facts: dict[str, Any] = {}
    for fact, names in settings.reads.items():
        value = next((found for name in names if (found := given.by_name(name))), "")
        facts[fact] = value.split() if fact in LIST_FACTS else value
    blank = ((fact, _first(given.unwritten, names)) for fact, names in settings.reads.items() if not facts[fact])
    recordings = [f"{fact}:{media}" for fact, media in blank if media]
    return {**facts, "recordings": recordings} if recordings else facts


def _first(told: Mapping[str, str], names: Iterable[str]) -> str:
    return next((told[name] for name in names if name in told), "")


def answer_due(submitted_at: datetime, settings: Settings) -> datetime:
    """The end of the working day by which a family hears from us; Friday and Saturday do not count."""
    zone = ZoneInfo(settings.time_zone)
    day = submitted_at.astimezone(zone).date()
    left = settings.first_answer_working_days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() not in WEEKEND
    return datetime(day.year, day.month, day.day, 20, tzinfo=zone)


def facts_of(uow: UnitOfWork, application: Application) -> Mapping[str, Any]:
    """The facts of a filed application, opened."""
    facts: dict[str, Any] = uow.vault.open_json(application.facts_sealed, FACTS)
    return facts


def _filed(application: Application, settings: Settings) -> Filed:
    spoken = shown(application.number, "arab" if settings.digits == "arab" else "latn")
    return Filed(application.id, application.number, spoken, application.answer_due, application.priority)


def _next_number(uow: UnitOfWork) -> str:
    """The next number of this database; the order cannot be read off it. Who files at the same moment waits, and gets
    another one."""
    if not uow.on_sqlite:
        uow.connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": NUMBER_LOCK})
    sequence = uow.session.scalar(select(func.max(Application.id))) or 0  # a count would read every application
    seed = uow.vault.system_key("numbers")
    while True:
        number = new_number(sequence, seed)
        taken = uow.session.scalar(select(Application.id).filter_by(number=number))
        if taken is None:
            return number
        sequence += 1
