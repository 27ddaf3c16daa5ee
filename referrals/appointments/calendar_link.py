"""The address of an appointment's calendar file, for channels that take no such file: nobody can guess another's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from referrals.applications.records import Application
from referrals.appointments.calendar_file import CalendarFacts, calendar_of
from referrals.appointments.records import Appointment
from referrals.appointments.reminders.worth import CURRENT
from referrals.conversations.speaking import voice_of
from referrals.directory.records import Location
from referrals.families.records import Person
from referrals.referral.records import Referral
from referrals.spoken_numbers import shown
from referrals.store.unit_of_work import UnitOfWork

PREFIX = "/calendar"
SIGNS = 32  # hexadecimal: 128 bits that only this database's key makes
LONGEST_ID = 18


def calendar_path(uow: UnitOfWork, appointment_id: int) -> str:
    """The path of the file on our own pages: /calendar/17-3f….ics."""
    return f"{PREFIX}/{appointment_id}-{_sign(uow, appointment_id)}.ics"


def calendar_at(uow: UnitOfWork, token: str, at: datetime) -> tuple[bytes, str] | None:
    """The file that such a path names and its name; None for a guessed path, and once the appointment is given up."""
    written, _, sign = token.partition("-")
    if not (written.isascii() and written.isdigit() and len(written) <= LONGEST_ID):
        return None
    if not compare_digest(sign.encode(), _sign(uow, int(written)).encode()):
        return None
    appointment = uow.session.get(Appointment, int(written))
    if appointment is None or appointment.state not in CURRENT or appointment.starts_at is None:
        return None
    referral = uow.session.get_one(Referral, appointment.referral_id)
    if uow.session.get_one(Person, appointment.person_id).erased_at is not None:
        return None
    voice = voice_of(uow, referral.programme_id, "ar")
    number = uow.session.get_one(Application, referral.application_id).number
    place = uow.session.get_one(Location, appointment.location_id)
    facts = CalendarFacts(
        appointment_id=appointment.id,
        starts_at=appointment.starts_at.astimezone(UTC),
        ends_at=(appointment.ends_at or appointment.starts_at + timedelta(minutes=30)).astimezone(UTC),
        made_at=at.astimezone(UTC),
        summary=voice.say("calendar.summary", number=shown(number, "arab" if voice.arabic_digits else "latn")),
        place="، ".join(each for each in (place.name, place.address) if each),
        number=shown(number, "latn"),
    )
    return calendar_of(facts), f"appointment-{facts.number}.ics"


def _sign(uow: UnitOfWork, appointment_id: int) -> str:
    return uow.vault.digest(f"calendar:{appointment_id}".encode())[:SIGNS]
