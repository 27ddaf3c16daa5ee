"""What became of what a person told us: what they agreed to, where it went, when they were received, who saw it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.appointments.centre_records import WaitlistEntry
from referrals.appointments.records import Appointment
from referrals.appointments.visits.records import HomeVisit
from referrals.directory.records import Location
from referrals.families.records import Consent
from referrals.families.telling.teller import Teller
from referrals.protection.audit_trail.who_saw import who_saw
from referrals.referral.records import Referral
from referrals.spoken_numbers import shown
from referrals.texts import Voice

Row = tuple[str, str]
Section = tuple[str, str, tuple[Row, ...]]
MOST_SEEN = 200
PURPOSES = {
    "intake": "known.purpose.intake",
    "referral": "known.purpose.referral",
    "campaign": "known.purpose.campaign",
}
STATES = {
    "requested": "known.state.requested",
    "received": "known.state.received",
    "accepted": "known.state.accepted",
    "in-progress": "known.state.in_progress",
    "on-hold": "known.state.on_hold",
    "completed": "known.state.completed",
    "rejected": "known.state.rejected",
    "cancelled": "known.state.cancelled",
    "failed": "known.state.failed",
}
BOOKED = {
    "proposed": "known.booked.proposed",
    "booked": "known.booked.booked",
    "confirmed": "known.booked.confirmed",
    "arrived": "known.booked.arrived",
    "fulfilled": "known.booked.arrived",
    "noshow": "known.booked.noshow",
}
ROLES = {
    "desk": "known.role.centre",
    "partner_admin": "known.role.centre",
    "clerk": "known.role.clerk",
    "researcher": "known.role.researcher",
    "supervisor": "known.role.supervisor",
    "volunteer": "known.role.volunteer",
    "operator": "known.role.operator",
    "app_user": "known.role.researcher",
    "partner": "known.role.partner",
    "dpo": "known.role.dpo",
    "auditor": "known.role.auditor",
}
LOOKED = {
    "list": "known.looked.list",
    "file": "known.looked.file",
    "recording": "known.looked.recording",
    "request": "known.looked.request",
    "message": "known.looked.message",
    "changed": "known.looked.changed",
}


def dated(voice: Voice, at: datetime) -> str:
    """The day with its year: this paper is read again years later."""
    local = at.astimezone(ZoneInfo(voice.time_zone))
    return f"{voice.day(at)} {voice.number(str(local.year))}"


def section(title: str, note: str, rows: Sequence[Row]) -> Section:
    return title, note, tuple(rows)


def consents_of(teller: Teller) -> list[Section]:
    """To what, to whom, which fields, since when and until when."""
    uow, voice = teller.uow, teller.voice
    mine = select(Consent).where(Consent.person_id.in_(teller.people)).order_by(Consent.given_at, Consent.id)
    rows = []
    for consent in uow.session.scalars(mine):
        what = voice.say(PURPOSES.get(consent.purpose, "known.purpose.intake"))
        key = "known.refused_on" if consent.refused else "known.agreed_on"
        said = [voice.say(key, day=dated(voice, consent.given_at))]
        if consent.recipient_location_id:
            said.append(voice.say("known.to", centre=_place(teller, consent.recipient_location_id)))
        if fields := _fields(teller, consent.data_categories):
            said.append(voice.say("known.fields", fields=fields))
        if consent.withdrawn_at is not None:
            said.append(voice.say("known.withdrawn_on", day=dated(voice, consent.withdrawn_at)))
        elif consent.expires_at is not None:
            said.append(voice.say("known.until", day=dated(voice, consent.expires_at)))
        rows.append((what, " ".join(said)))
    return [section(voice.say("known.consents"), "", rows)] if rows else []


def _fields(teller: Teller, codes: str) -> str:
    named = {each.code: each.name(teller.voice.language) for each in teller.settings.disclosure}
    return "، ".join(named[code] for code in codes.split(",") if code in named)


def referrals_of(teller: Teller) -> list[Section]:
    """Where an application was sent, and how it stands there."""
    uow, voice = teller.uow, teller.voice
    mine = select(Referral, Application.number).join(Application, Application.id == Referral.application_id)
    mine = mine.where(Referral.person_id.in_(teller.people), Referral.state.in_(tuple(STATES))).order_by(Referral.id)
    rows = []
    for referral, number in uow.session.execute(mine):
        told = shown(number, "arab" if voice.arabic_digits else "latn")
        stands = voice.say(STATES[referral.state])
        sent = voice.say("known.sent_on", number=told, day=dated(voice, referral.requested_at))
        rows.append((_place(teller, referral.to_location_id), f"{sent} {stands}"))
    return [section(voice.say("known.referrals"), "", rows)] if rows else []


def appointments_of(teller: Teller) -> list[Section]:
    """Times that were agreed on, at a centre or at home."""
    uow, voice = teller.uow, teller.voice
    rows = []
    mine = select(Appointment).where(Appointment.person_id.in_(teller.people), Appointment.starts_at.is_not(None))
    for each in uow.session.scalars(mine.order_by(Appointment.starts_at)):
        assert each.starts_at is not None
        when = f"{dated(voice, each.starts_at)}، {voice.hour(each.starts_at)}"
        stands = voice.say(BOOKED.get(each.state, "known.booked.cancelled"))
        rows.append((when, f"{_place(teller, each.location_id)} · {stands}"))
    visits = select(HomeVisit).where(HomeVisit.person_id.in_(teller.people), HomeVisit.starts_at.is_not(None))
    for visit in uow.session.scalars(visits.order_by(HomeVisit.starts_at)):
        assert visit.starts_at is not None
        rows.append((dated(voice, visit.starts_at), voice.say("known.visit")))
    waits = select(WaitlistEntry).where(
        WaitlistEntry.person_id.in_(teller.people), WaitlistEntry.state.in_(("waiting", "offered"))
    )
    for entry in uow.session.scalars(waits.order_by(WaitlistEntry.id)):
        rows.append((_place(teller, entry.location_id), voice.say("known.waiting", day=dated(voice, entry.since))))
    return [section(voice.say("known.appointments"), "", rows)] if rows else []


def seen_by(teller: Teller) -> list[Section]:
    """Who read or changed something, by role and place; who it was by name is for the programme to answer."""
    voice = teller.voice
    rows = []
    for seen in who_saw(teller.uow, teller.people, most=MOST_SEEN):
        who = voice.say(ROLES.get(seen.role_word, "known.role.staff"))
        place = f" · {seen.place}" if seen.place else ""
        when = f"{dated(voice, seen.at)}، {voice.hour(seen.at)}"
        rows.append((when, f"{who}{place}: {voice.say(LOOKED.get(seen.what, 'known.looked.file'))}"))
    note = voice.say("known.seen_note") if rows else voice.say("known.seen_nobody")
    return [section(voice.say("known.seen"), note, list(dict.fromkeys(rows)))]


def _place(teller: Teller, location_id: int) -> str:
    place = teller.uow.session.get_one(Location, location_id)
    if place.confidential:  # a paper may be read by those it keeps them safe from
        return teller.voice.say("known.place_kept")
    return place.name_en if teller.voice.language == "en" and place.name_en else place.name
