"""Another time in words, where an appointment stands or was missed: other times are shown, and nothing moves by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from referrals.appointments.other_times import ask_other_time
from referrals.appointments.records import Appointment
from referrals.appointments.times.looking import BY_DAY, free_for, wish_of
from referrals.appointments.times.meant import Time, time_meant
from referrals.appointments.times.said import read_time_wish
from referrals.appointments.times.said_instead import changed_to, puts_off, wants_sooner
from referrals.appointments.times.said_values import Said
from referrals.appointments.times.slots_at import NOTICE_HOURS
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.pending import IDLE
from referrals.conversations.stages import by_words, keeping_time, missed
from referrals.conversations.stages.appointing import offer_slots, other_time
from referrals.conversations.stages.appointment_words import CANCEL, MISSED, REMINDER, voice_there
from referrals.conversations.stages.greeting import MENU
from referrals.conversations.stages.on_the_way import nearest_appointment
from referrals.referral.records import Referral

AT_REST = (IDLE, MENU)
ASKED = (REMINDER, CANCEL)


def hear_another_time(desk: Desk, heard: Heard) -> bool:
    """«نأجلها» and «موعد أقرب» wherever nothing else is asked; a day or an hour where the appointment is what is asked
    of, or where they say that it is to be changed. False, and nothing said, where the words are for something else."""
    if heard.tapped or not heard.text or desk.programme_id is None:
        return False
    if desk.stage == MISSED:
        return _after_a_missed_one(desk, heard)
    if desk.stage not in (*AT_REST, *ASKED):
        return False
    stands = nearest_appointment(desk)
    if stands is None:
        return False
    if wants_sooner(heard.text):
        _sooner(desk, stands)
        return True
    if puts_off(heard.text):
        other_time(desk, stands)
        return True
    text = changed_to(heard.text) or (heard.text if desk.stage in ASKED else "")
    said = _said(desk, stands, text)
    if said is None or _is_its_own(said, stands, ZoneInfo(voice_there(desk, stands).time_zone)):
        return False
    again = _instead_of(desk, stands)
    if again is not None and not by_words.show_said(desk, again, said):
        offer_slots(desk, again)
    return True


def _after_a_missed_one(desk: Desk, heard: Heard) -> bool:
    appointment = missed.asked_of(desk)
    if appointment is None:
        return False
    said = _said(desk, appointment, changed_to(heard.text) or heard.text)
    if said is None and not puts_off(heard.text):
        return False
    again = missed.wants_another(desk, appointment)
    if again is not None and (said is None or not by_words.show_said(desk, again, said)):
        offer_slots(desk, again)
    return True


def _instead_of(desk: Desk, stands: Appointment) -> Appointment | None:
    """What may be had instead, while that one stands; None, and what is said to that, where there is nothing."""
    again = ask_other_time(desk.uow, stands, desk.at)
    if again is None:
        other_time(desk, stands)
    return again


def _said(desk: Desk, appointment: Appointment, text: str) -> Said | None:
    """A day or an hour that the whole message names; no bare number, and no «any»."""
    zone = ZoneInfo(voice_there(desk, appointment).time_zone)
    today = desk.at.astimezone(zone).date()
    said = read_time_wish(text, today) if text else None
    if said is None or not said.options or said.number is not None or said.others:
        return None
    over = all(days is not None and not days.recurring and days.last < today for days, _ in said.options)
    return None if over else said  # «امبارح» tells when it was


def _is_its_own(said: Said, stands: Appointment, zone: ZoneInfo) -> bool:
    """Whether the time of the appointment itself may be meant: «الثلاثاء إن شاء الله» is no move."""
    assert stands.starts_at is not None and stands.ends_at is not None
    own = Time(stands.starts_at, stands.ends_at)
    found = time_meant(replace(said, sure=True, which=""), (own,), (own,), zone, numbered=False)
    return found is not None and found.kind != "none"


def _sooner(desk: Desk, stands: Appointment) -> None:
    """Times before the one that stands; where none is free it stays, and staff look."""
    assert stands.starts_at is not None
    wish = wish_of(desk.uow, desk.uow.session.get_one(Referral, stands.referral_id))
    until = min(stands.starts_at - desk.at, BY_DAY)  # what is farther ahead could not be shown either
    free = free_for(desk.uow, wish, desk.at, until) if until > timedelta(hours=NOTICE_HOURS) else ()
    if not any(slot.starts_at < stands.starts_at for slot in free):
        keeping_time.say_no_other(desk, stands)
        return
    again = _instead_of(desk, stands)
    if again is not None:
        by_words.show_before(desk, again, stands.starts_at)
