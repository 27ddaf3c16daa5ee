"""Appointments in the chat: times to pick from, the card, reminders and their answers, giving one up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.appointments.booking import (
    SlotTaken,
    ask_other_time,
    book,
    cancel,
    confirm,
    offer_times,
    offered_slots,
)
from referrals.appointments.records import Appointment, Slot
from referrals.appointments.slots_at import three_slots
from referrals.conversations.desk import IDLE, Desk
from referrals.conversations.heard import Heard, button_id
from referrals.conversations.stages import helping
from referrals.conversations.stages.choosing import centre_name, directions
from referrals.documents.card_facts import CardFacts, card_words
from referrals.messages import Choice, MediaIntent
from referrals.referral.records import Referral
from referrals.spoken_numbers import shown

SLOT, REMINDER, CANCEL, MISSED = "slot", "reminder", "cancel", "missed"
CURRENT = ("booked", "confirmed")
QR_PREFIX = "SANAD:"


def offer_slots(desk: Desk, appointment: Appointment) -> None:
    """«… يستطيع استقبالكم. أي موعد يناسبكم؟» with the times that are still free."""
    slots = offered_slots(desk.uow, appointment.id, desk.at)
    if not slots:
        helping.open_request(desk, "no_times", location_id=appointment.location_id)
        desk.say("appointment.no_times_left")
        return
    choices = [
        Choice(button_id(SLOT, "take", appointment.id, slot.id), _button(desk, slot.starts_at, slots)) for slot in slots
    ]
    if len(choices) < desk.capabilities.rows:
        choices.append(desk.choice(SLOT, "other", "button.other_time", appointment.id))
    centre = centre_name(desk, appointment.location_id)
    times = "\n".join(
        desk.voice.number(f"{n}. ") + f"{desk.voice.day(slot.starts_at)}، {desk.voice.hour(slot.starts_at)}"
        for n, slot in enumerate(slots, 1)
    )
    if desk.language != "ar":
        times = times.replace("،", ",")
    desk.beside(SLOT, desk.voice.say("appointment.offer", centre=centre, times=times), choices)


def answer_slot(desk: Desk, heard: Heard) -> bool:
    if heard.stage != SLOT:
        return False
    appointment = _mine(desk, heard)
    if appointment is None or appointment.state != "proposed":
        _no_longer(desk, appointment)
        return True
    if heard.value == "other":
        _other_time(desk, appointment)
        return True
    slot = desk.uow.session.get(Slot, heard.number(1))
    if slot is None or slot.id not in [each.id for each in offered_slots(desk.uow, appointment.id, desk.at)]:
        desk.say("appointment.just_taken")
        offer_slots(desk, appointment)
        return True
    _take(desk, appointment, slot)
    return True


def _take(desk: Desk, appointment: Appointment, slot: Slot) -> None:
    try:
        book(desk.uow, appointment, slot, desk.at, "family")
    except SlotTaken:
        desk.say("appointment.just_taken")
        offer_slots(desk, appointment)
        return
    _settle(desk)
    text = desk.voice.say("appointment.booked", **_words(desk, appointment))
    desk.tell(text, media=(MediaIntent("appointment_card", card(desk, appointment)),))


def card(desk: Desk, appointment: Appointment) -> dict[str, Any]:
    """What stands on the card, to be drawn at delivery; it names no need and no group."""
    words = _words(desk, appointment)
    number = _application(desk, appointment).number
    facts = CardFacts(
        programme="",
        number=words["number"],
        day=words["day"],
        time=words["time"],
        centre=words["centre"],
        address=directions(desk, appointment.location_id),
        bring=(desk.voice.say("card.bring_this"), desk.voice.say("card.bring_id")),
        qr=f"{QR_PREFIX}{number}",
        footer=desk.voice.say("card.footer"),
        words=card_words(desk.voice.say),
        language="en" if desk.language == "en" else "ar",
    )
    return facts.to_json()


def remind(desk: Desk, appointment: Appointment) -> None:
    """A reminder, neutral: no need, no programme. On the day itself it says «اليوم»."""
    assert appointment.starts_at is not None
    words = _words(desk, appointment)
    today = desk.voice.day(appointment.starts_at) == desk.voice.day(desk.at)
    key = "appointment.reminder_today" if today else "appointment.reminder"
    choices = [
        desk.choice(REMINDER, value, f"button.reminder_{value}", appointment.id)
        for value in ("come", "other", "cancel")
    ]
    desk.beside(
        REMINDER,
        desk.voice.say(key, **words),
        choices,
        purpose="reminder",
        template="appointment_reminder",
        parameters=(words["day"], words["time"], words["number"]),
        expires_at=appointment.starts_at,
    )


def answer_reminder(desk: Desk, heard: Heard) -> bool:
    if heard.stage not in (REMINDER, CANCEL):
        return False
    appointment = _mine(desk, heard)
    if appointment is None or appointment.state not in CURRENT:
        _no_longer(desk, appointment)
        return True
    if heard.stage == CANCEL:
        _cancel(desk, appointment, heard.value)
    elif heard.value == "come":
        confirm(desk.uow, appointment, desk.at)
        _settle(desk)
        desk.tell(desk.voice.say("appointment.confirmed", **_words(desk, appointment)))
    elif heard.value == "other":
        _other_time(desk, appointment)
    else:
        choices = [desk.choice(CANCEL, value, f"button.cancel_{value}", appointment.id) for value in ("yes", "no")]
        desk.ask(CANCEL, desk.voice.say("appointment.cancel_sure", **_words(desk, appointment)), choices)
    return True


def _cancel(desk: Desk, appointment: Appointment, value: str) -> None:
    _settle(desk)
    if value == "yes":
        cancel(desk.uow, appointment, desk.at, "family")
        desk.say("appointment.cancelled")
    else:
        desk.tell(desk.voice.say("appointment.kept", **_words(desk, appointment)))


def _other_time(desk: Desk, appointment: Appointment) -> None:
    again = ask_other_time(desk.uow, appointment, desk.at)
    if again is None:
        helping.open_request(desk, "other_time", location_id=appointment.location_id)
        _settle(desk)
        desk.say("appointment.desk_will_call")
        return
    desk.state.pop("aside", None)
    offer_slots(desk, again)


def ask_why_missed(desk: Desk, appointment: Appointment) -> None:
    """The neutral question of the same evening."""
    choices = [
        desk.choice(MISSED, value, f"button.missed_{value}", appointment.id) for value in ("again", "closed", "no")
    ]
    desk.beside(MISSED, desk.voice.say("appointment.missed", **_words(desk, appointment)), choices, purpose="reminder")


def answer_missed(desk: Desk, heard: Heard) -> bool:
    if heard.stage != MISSED:
        return False
    appointment = _mine(desk, heard)
    if appointment is None:
        return False
    _settle(desk)
    if heard.value == "closed":
        helping.open_request(desk, "closed_place", location_id=appointment.location_id)
        desk.say("appointment.closed_noted")
    if heard.value == "no":
        desk.say("appointment.no_hurry")
        return True
    _offer_after_missing(desk, appointment)
    return True


def _offer_after_missing(desk: Desk, appointment: Appointment) -> None:
    referral = desk.uow.session.get_one(Referral, appointment.referral_id)
    free = three_slots(desk.uow, appointment.location_id, desk.at, desk.settings.time_zone)
    if not free or referral.state not in ("requested", "received", "accepted", "in-progress"):
        helping.open_request(desk, "other_time", location_id=appointment.location_id)
        desk.say("appointment.desk_will_call")
        return
    offer_slots(desk, offer_times(desk.uow, referral, [slot.starts_at for slot in free], desk.at, None))


def show_appointments(desk: Desk) -> None:
    """«مواعيدي»."""
    mine = desk.uow.session.scalars(
        select(Appointment)
        .where(Appointment.person_id == desk.person_id, Appointment.state.in_((*CURRENT, "proposed")))
        .order_by(Appointment.starts_at)
    ).all()
    shown_any = False
    for appointment in mine:
        shown_any = True
        if appointment.state == "proposed":
            offer_slots(desk, appointment)
            continue
        choices = [
            desk.choice(REMINDER, "other", "button.other_time", appointment.id),
            desk.choice(REMINDER, "cancel", "button.reminder_cancel", appointment.id),
        ]
        desk.beside(REMINDER, desk.voice.say("appointment.yours", **_words(desk, appointment)), choices)
    if not shown_any:
        desk.say("appointment.none")


def _settle(desk: Desk) -> None:
    """What was asked is answered: nothing pending, unless it stood beside something else."""
    desk.state.pop("aside", None)
    if desk.stage in (SLOT, REMINDER, CANCEL, MISSED):
        desk.pend(IDLE)


def _no_longer(desk: Desk, appointment: Appointment | None) -> None:
    """An old button of an appointment that was settled since."""
    if appointment is not None and appointment.state in CURRENT:
        desk.tell(desk.voice.say("appointment.yours", **_words(desk, appointment)))
    else:
        desk.say("interview.no_longer_asked")
    _settle(desk)


def _mine(desk: Desk, heard: Heard) -> Appointment | None:
    """The appointment a button names, when it is this person's."""
    appointment = desk.uow.session.get(Appointment, heard.number())
    return appointment if appointment is not None and appointment.person_id == desk.person_id else None


def _application(desk: Desk, appointment: Appointment) -> Application:
    referral = desk.uow.session.get_one(Referral, appointment.referral_id)
    return desk.uow.session.get_one(Application, referral.application_id)


def _words(desk: Desk, appointment: Appointment) -> dict[str, str]:
    starts_at = appointment.starts_at
    digits = "arab" if desk.settings.digits == "arab" and desk.language == "ar" else "latn"
    words = {
        "centre": centre_name(desk, appointment.location_id),
        "number": shown(_application(desk, appointment).number, digits),  # type: ignore[arg-type]  # one of the two
    }
    if starts_at is not None:
        words |= {"day": desk.voice.day(starts_at), "time": desk.voice.hour(starts_at)}
    return words


def _button(desk: Desk, at: datetime, slots: list[Slot]) -> str:
    """«الأحد ١٠:٣٠ صباحاً»; with the date where two of the times are on the same weekday of different weeks."""
    day = desk.voice.weekday(at)
    same = {desk.voice.day(slot.starts_at) for slot in slots if desk.voice.weekday(slot.starts_at) == day}
    if len(same) > 1:
        day = desk.voice.day(at)
    return f"{day} {desk.voice.hour(at)}"
