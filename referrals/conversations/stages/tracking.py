"""«أين وصل طلبي؟»: to the person who applied; a stranger learns nothing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.appointments.records import Appointment
from referrals.conversations.desk import Desk
from referrals.conversations.stages import finding, helping, more_needs, review_told
from referrals.conversations.stages.centre_words import centre_name
from referrals.conversations.stages.choosing import AGREE, CENTRE
from referrals.messages import Choice
from referrals.referral.deadlines import WAITLISTED
from referrals.referral.needs_left import standing_of
from referrals.referral.records import Referral
from referrals.referral.rerouting import UNANSWERED
from referrals.referral.waiting import place_in_line
from referrals.spoken_numbers import shown

CHOOSING = (CENTRE, AGREE)


def show_status(desk: Desk) -> None:
    """Where every application of this person stands, by when the next word comes; or the way to find one."""
    mine = desk.uow.session.scalars(
        select(Application)
        .where(Application.person_id == desk.person_id, Application.programme_id == desk.programme_id)
        .order_by(Application.id.desc())
        .limit(3)
    ).all()
    if not mine:
        finding.ask_number(desk)
        return
    for application in mine:
        _tell(desk, application)


def _tell(desk: Desk, application: Application) -> None:
    """Where it stands, each need that went to somebody by itself; then whether something else is to be looked for."""
    standing = standing_of(desk.uow, application.id) if application.state not in review_told.OVER else []
    reviewed = review_told.speaks_for_itself(application)
    if not standing and not reviewed:
        _tell_one(desk, application, None)
    more = more_needs.more_on_request(desk, application.id) if not reviewed else []
    for referral in standing:
        _tell_one(desk, application, referral, more if referral is standing[-1] else ())
    if reviewed:
        review_told.tell_review(desk, application)
    elif standing:
        more_needs.ask_for_more(desk, application.id)


def _tell_one(desk: Desk, application: Application, referral: Referral | None, more: Sequence[Choice] = ()) -> None:
    """A refusal's reason only behind a tap; a day that has passed is never promised again."""
    due = application.answer_due if referral is None else referral.respond_due
    waits = referral is None or (referral.state in UNANSWERED and referral.business_status != WAITLISTED)
    if due < desk.at and waits:
        helping.open_request(desk, "late_answer", application.number)
        desk.say("track.late", more, number=_number(desk, application))
    elif referral is not None and referral.state in ("rejected", "failed"):
        choices = [desk.choice("answer", "show", "button.show_answer", referral.id)]
        desk.beside("answer", _line(desk, application, referral), [*choices, *more])
    else:
        desk.tell(_line(desk, application, referral), more)


def _line(desk: Desk, application: Application, referral: Referral | None) -> str:
    number = _number(desk, application)
    if referral is None and desk.stage in CHOOSING and desk.state.get("application") == application.id:
        return desk.voice.say("track.waits_for_choice", number=number)
    if referral is None:
        return desk.voice.say("track.with_us", number=number, day=desk.voice.day(application.answer_due))
    words = {"number": number, "centre": centre_name(desk, referral.to_location_id)}
    booked = _appointment(desk, referral)
    if booked is not None and booked.starts_at is not None:
        day, hour = desk.voice.day(booked.starts_at), desk.voice.hour(booked.starts_at)
        return desk.voice.say("track.appointment", **words, day=day, time=hour)
    if referral.business_status == WAITLISTED:
        place = desk.voice.number(place_in_line(desk.uow, referral))
        return desk.voice.say("track.waitlisted", **words, place=place)
    key = {
        "requested": "track.sent",
        "received": "track.being_read",
        "accepted": "track.accepted",
        "in-progress": "track.in_progress",
        "on-hold": "referral.paused",
        "completed": "track.completed",
        "rejected": "track.rejected",
        "failed": "track.rejected",
        "cancelled": "track.kept",
    }.get(referral.state, "track.ended")
    return desk.voice.say(key, **words, day=desk.voice.day(referral.respond_due))


def _appointment(desk: Desk, referral: Referral) -> Appointment | None:
    """The appointment that they have there."""
    mine = select(Appointment).where(
        Appointment.referral_id == referral.id, Appointment.state.in_(("booked", "confirmed"))
    )
    return desk.uow.session.scalar(mine.order_by(Appointment.id.desc()).limit(1))


def _number(desk: Desk, application: Application) -> str:
    arabic = desk.settings.digits == "arab" and desk.language == "ar"
    return shown(application.number, "arab" if arabic else "latn")
