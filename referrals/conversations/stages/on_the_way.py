"""The day of an appointment: on the way, lost, and the file for a telephone's calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from referrals.appointments.calendar_file import CalendarFacts
from referrals.appointments.calendar_link import calendar_path
from referrals.appointments.records import Appointment
from referrals.appointments.reminders.worth import CURRENT
from referrals.conversations.desk import Desk
from referrals.conversations.records import HelpRequest
from referrals.conversations.stages import helping
from referrals.conversations.stages.appointment_words import REMINDER, settle, voice_there, words_of
from referrals.conversations.stages.centre_words import directions
from referrals.digits import in_digits
from referrals.directory.records import Location
from referrals.messages import MediaIntent

LOST = "lost_way"
NEAR_BEFORE, NEAR_AFTER = timedelta(hours=6), timedelta(hours=2)
FILES = ("telegram",)  # channels on which a calendar's file opens in the calendar; elsewhere a link does


def nearest_appointment(desk: Desk, *, soon: bool = False) -> Appointment | None:
    """The next appointment of this person that stands; with `soon` only one that is now or within hours."""
    query = select(Appointment).where(
        Appointment.person_id == desk.person_id,
        Appointment.state.in_(CURRENT),
        Appointment.starts_at > desk.at - NEAR_AFTER,
    )
    if soon:
        query = query.where(Appointment.starts_at <= desk.at + NEAR_BEFORE)
    return desk.uow.session.scalar(query.order_by(Appointment.starts_at).limit(1))


def same_day(desk: Desk, appointment: Appointment) -> list[Appointment]:
    """The appointments of this person on that day at its place, itself among them."""
    there = voice_there(desk, appointment)
    standing = select(Appointment).where(Appointment.person_id == desk.person_id, Appointment.state.in_(CURRENT))
    days = [(each, each.starts_at) for each in desk.uow.session.scalars(standing.order_by(Appointment.starts_at))]
    assert appointment.starts_at is not None
    wanted = there.day(appointment.starts_at)
    return [each for each, starts_at in days if starts_at is not None and there.day(starts_at) == wanted]


def on_the_way(desk: Desk, appointment: Appointment, *, late: bool = False) -> None:
    """The desk sees that they are coming; they hear where and when. The appointment itself stays as it is."""
    appointment.on_way_at, appointment.updated_at = desk.at, desk.at
    desk.uow.flush()
    settle(desk)
    where = directions(desk, appointment.location_id)
    key = "appointment.late" if late else "appointment.on_the_way"
    text = desk.voice.say(key, where=f" {where}." if where else "", **words_of(desk, appointment))
    desk.tell(text, [desk.choice(REMINDER, "lost", "button.reminder_lost", appointment.id)])


def find_the_way(desk: Desk, appointment: Appointment, *, call: bool = False) -> None:
    """Directions, the point on the map, the centre's telephone; then a person."""
    settle(desk)
    place = desk.uow.session.get_one(Location, appointment.location_id)
    if call or place.confidential or _asked_before(desk):
        if not _asked_before(desk):
            helping.open_request(desk, LOST, location_id=appointment.location_id)
        desk.say("appointment.lost_somebody_calls", number=words_of(desk, appointment)["number"])
        return
    where = directions(desk, place.id)
    text = desk.voice.say("appointment.lost", where=where or place.name, **words_of(desk, appointment))
    if place.phone:  # to dial: Latin digits, so that the telephone can make them something to tap
        text += "\n" + desk.voice.say("appointment.lost_phone", phone=in_digits(place.phone, arabic=False))
    desk.tell(
        text, [desk.choice(REMINDER, "call", "button.lost_call", appointment.id)], media=_on_the_map(place, where)
    )


def _on_the_map(place: Location, where: str) -> tuple[MediaIntent, ...]:
    """The point that a map shows; none where the directory does not know it."""
    if place.lat is None or place.lon is None:
        return ()
    point = {"latitude": place.lat, "longitude": place.lon, "name": place.name, "address": where}
    return (MediaIntent("point", point),)


def _asked_before(desk: Desk) -> bool:
    """Whether staff know already that they are looking for the place."""
    query = select(HelpRequest.id).filter_by(person_id=desk.person_id, kind=LOST, state="open")
    return desk.uow.session.scalar(query.limit(1)) is not None


def put_in_calendar(desk: Desk, appointments: Sequence[Appointment]) -> None:
    """The file of an appointment where the channel takes one, else a link to it."""
    for appointment in appointments:
        words = words_of(desk, appointment)
        if desk.channel in FILES:
            intent = MediaIntent("calendar", calendar_facts(desk, appointment).to_json())
            desk.tell(desk.voice.say("appointment.calendar_file", **words), media=(intent,))
        else:
            path = calendar_path(desk.uow, appointment.id)
            label = desk.voice.say("button.calendar_open")
            desk.tell(desk.voice.say("appointment.calendar_link", **words), link=path, link_label=label)


def calendar_facts(desk: Desk, appointment: Appointment) -> CalendarFacts:
    """What stands in the file: a number, an hour, a place; no need, no programme."""
    assert appointment.starts_at is not None
    ends_at: datetime = appointment.ends_at or appointment.starts_at + timedelta(minutes=30)
    words = words_of(desk, appointment)
    where = directions(desk, appointment.location_id)
    return CalendarFacts(
        appointment_id=appointment.id,
        starts_at=appointment.starts_at.astimezone(UTC),
        ends_at=ends_at.astimezone(UTC),
        made_at=desk.at.astimezone(UTC),
        summary=desk.voice.say("calendar.summary", number=words["number"]),
        place="، ".join(each for each in (words["centre"], where) if each),
        number=in_digits(words["number"], arabic=False),
        language="en" if desk.language == "en" else "ar",
    )
