"""What is said of an appointment wherever one is spoken of (its place, number, day, hour), and what may be pending."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from referrals.applications.records import Application
from referrals.appointments.moving import standing_of
from referrals.appointments.records import Appointment
from referrals.appointments.times.place_time import zone_of
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.pending import IDLE
from referrals.conversations.stages.centre_words import centre_name
from referrals.referral.records import Referral
from referrals.spoken_numbers import shown
from referrals.texts import Voice

SLOT, REMINDER, CANCEL, MISSED, WHY = "slot", "reminder", "cancel", "missed", "why"
WAIT, TRIP, VISIT = "wait", "trip", "visit"
ASKED = (SLOT, REMINDER, CANCEL, MISSED, WHY, WAIT, TRIP, VISIT)
FIRST_MOMENT, LAST_MOMENT = 10**9, 10**10  # seconds that a button may name


def lines_at(desk: Desk, voice: Voice, starts: Sequence[datetime], women: Collection[datetime] = ()) -> str:
    """«١. الأحد ٦ ديسمبر، ١٠ صباحاً», a line each; those for women alone say so."""
    said = (f"{voice.day(each)}، {voice.hour(each)}" for each in starts)
    marked = (
        desk.voice.say("button.day_for_women", day=line) if each in women else line
        for each, line in zip(starts, said, strict=True)
    )
    times = "\n".join(voice.number(f"{n}. ") + line for n, line in enumerate(marked, 1))
    return times if desk.language == "ar" else times.replace("،", ",")


def settle(desk: Desk) -> None:
    """What was asked is answered: nothing pending, unless it stood beside something else."""
    desk.state.pop("aside", None)
    if desk.stage in ASKED:
        desk.pend(IDLE)


def let_pass(desk: Desk) -> None:
    """What was asked of an appointment before gives way to the newer word about it."""
    if desk.stage in (REMINDER, CANCEL):
        desk.pend(IDLE)


def no_longer(desk: Desk, appointment: Appointment | None) -> None:
    """An old button of an appointment that was settled since: what stands instead, where something does."""
    standing = standing_of(desk.uow, [appointment.referral_id]) if appointment is not None else []
    if standing:
        desk.tell(desk.voice.say("appointment.yours", **words_of(desk, standing[0])))
    else:
        desk.say("interview.no_longer_asked")
    settle(desk)


def mine_of(desk: Desk, heard: Heard) -> Appointment | None:
    """The appointment a button names, when it is this person's."""
    appointment = desk.uow.session.get(Appointment, heard.number())
    return appointment if appointment is not None and appointment.person_id == desk.person_id else None


def application_of(desk: Desk, appointment: Appointment) -> Application:
    referral = desk.uow.session.get_one(Referral, appointment.referral_id)
    return desk.uow.session.get_one(Application, referral.application_id)


def words_of(desk: Desk, appointment: Appointment) -> dict[str, str]:
    """Its centre and number, its day and hour by the clock of the place."""
    centre, number = centre_name(desk, appointment.location_id), application_of(desk, appointment).number
    return said_of(desk, centre, number, appointment.starts_at, voice_there(desk, appointment))


def said_of(desk: Desk, centre: str, number: str, starts_at: datetime | None, there: Voice) -> dict[str, str]:
    """The words that every text on an appointment may use."""
    words = {"centre": centre, "number": shown(number, "arab" if desk.voice.arabic_digits else "latn")}
    if starts_at is not None:
        words |= {"day": there.day(starts_at), "time": there.hour(starts_at)}
    return words


class Somewhere(Protocol):
    """What has a place, and perhaps the zone of its clock already."""

    @property
    def zone(self) -> str: ...
    @property
    def location_id(self) -> int: ...


def voice_there(desk: Desk, of: Somewhere) -> Voice:
    """How we speak, by the clock on the wall of the place."""
    return replace(desk.voice, time_zone=of.zone or zone_of(desk.uow, of.location_id, str(desk.programme_id)))


def button_of(voice: Voice, at: datetime, among: Sequence[datetime]) -> str:
    """«الأحد ١٠:٣٠ صباحاً»; with the date where two of the times are on the same weekday of different weeks."""
    day = voice.weekday(at)
    same = {voice.day(each) for each in among if voice.weekday(each) == day}
    if len(same) > 1:
        day = voice.day(at)
    return f"{day} {voice.hour(at)}"


def moment_named(seconds: int) -> datetime | None:
    """The moment that a button names; None where it names none."""
    return datetime.fromtimestamp(seconds, UTC) if FIRST_MOMENT < seconds < LAST_MOMENT else None
