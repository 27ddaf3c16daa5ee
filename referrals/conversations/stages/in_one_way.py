"""Several appointments in one way: offered together, booked with one message and one card, moved or given up so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from referrals.appointments.booking import MOVES_BY_FAMILY, SlotTaken, ask_other_time, cancel
from referrals.appointments.records import Appointment
from referrals.appointments.reminders.worth import CURRENT
from referrals.appointments.trips import Way, book_way, of_one_way, open_together, way_at, ways
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard, button_id
from referrals.conversations.stages import appointing, helping
from referrals.conversations.stages.appointing import REMINDER, TRIP, settle, voice_there, words_of
from referrals.conversations.stages.by_day import FIRST_MOMENT, LAST_MOMENT
from referrals.conversations.stages.centre_words import centre_name
from referrals.conversations.stages.taking import card
from referrals.documents.card_facts import CardFacts
from referrals.messages import Choice, MediaIntent
from referrals.texts import Voice

APART = "apart"  # in the conversation's state: the appointments that they want each for itself
ways_among = of_one_way


def offer_together(desk: Desk, appointment: Appointment) -> bool:
    """«يمكنكم إنهاؤها في يوم واحد»; False when there is only one, no such day, or they want each for itself."""
    mine = together(desk, appointment)
    found = ways(desk.uow, mine, desk.at) if mine else ()
    if not found:
        return False
    voice = voice_there(desk, mine[0])
    choices = [
        Choice(button_id(TRIP, "take", mine[0].id, int(way.starts_at.timestamp())), _label(voice, way, found))
        for way in found
    ]
    choices.append(desk.choice(TRIP, "each", "button.each_alone", mine[0].id))
    lines = "\n".join(voice.number(f"{n}. ") + _line(desk, voice, way) for n, way in enumerate(found, 1))
    centres = _centres(desk, mine)
    desk.beside(TRIP, desk.voice.count("appointment.together", len(mine), centre=centres, times=lines), choices)
    return True


def offered_with_another(desk: Desk, appointment: Appointment, among: Sequence[Appointment]) -> bool:
    """Whether this open appointment is offered together with an earlier one of those."""
    mine = together(desk, appointment)
    first = mine[0] if mine else appointment
    return first.id != appointment.id and first in among and bool(ways(desk.uow, mine, desk.at))


def answer_trip(desk: Desk, heard: Heard) -> bool:
    """They take one of the ways, want each for itself, or move or give up all of what was booked together."""
    if heard.stage != TRIP:
        return False
    if heard.value in ("take", "each"):
        appointment = appointing.mine_of(desk, heard)
        if appointment is None or appointment.state != "proposed":
            appointing.no_longer(desk, appointment)
        elif heard.value == "each":
            _each_alone(desk, appointment)
        else:
            take_way(desk, appointment, heard.number(1))
        return True
    mine = [each for each in _named(desk, heard) if each.state in CURRENT]
    if not mine:
        appointing.no_longer(desk, appointing.mine_of(desk, heard))
    elif heard.value == "move":
        _move_all(desk, mine)
    elif heard.value == "drop":
        choices = [
            desk.choice(TRIP, value, f"button.cancel_{word}", *(each.id for each in mine))
            for value, word in (("dropped", "yes"), ("kept", "no"))
        ]
        desk.beside(TRIP, desk.voice.say("appointment.cancel_all_sure", lines=lines_of(desk, mine)), choices)
    else:
        _drop_all(desk, mine, sure=heard.value == "dropped")
    return True


def ask_which(desk: Desk, mine: Sequence[Appointment], value: str) -> None:
    """«كلها أم واحد منها؟» where a word was about several: all of them, or each by its hour."""
    voice = voice_there(desk, mine[0])
    every = "move" if value == "other" else "drop"
    choices = [desk.choice(TRIP, every, f"button.all_{every}", *(each.id for each in mine))]
    for each in mine:
        assert each.starts_at is not None
        label = desk.voice.say("button.only_one", time=voice.hour(each.starts_at))
        choices.append(Choice(button_id(REMINDER, value, each.id), label))
    desk.beside(TRIP, desk.voice.say("appointment.which_of_them", lines=lines_of(desk, mine)), choices)


def show_way(desk: Desk, mine: Sequence[Appointment]) -> None:
    """What stands together, as one message, and what can be done about it."""
    ids = [each.id for each in mine]
    choices = [
        desk.choice(REMINDER, "other", "button.other_time", *ids),
        desk.choice(REMINDER, "cancel", "button.reminder_cancel", *ids),
        desk.choice(REMINDER, "calendar", "button.calendar", *ids),
    ]
    words = words_of(desk, mine[0])
    text = desk.voice.say("appointment.yours_together", day=words["day"], lines=lines_of(desk, mine))
    desk.beside(REMINDER, text, choices)


def lines_of(desk: Desk, mine: Sequence[Appointment]) -> str:
    """One line each: its hour, its place, its number."""
    said = [words_of(desk, each) for each in mine]
    return "\n".join(
        desk.voice.number(f"{n}. ") + desk.voice.say("appointment.line_at", **words) for n, words in enumerate(said, 1)
    )


def together(desk: Desk, appointment: Appointment) -> list[Appointment]:
    """The open appointments that are offered in one way with this one, itself among them; none where it is alone."""
    apart = set(desk.state.get(APART, []))
    if appointment.id in apart or appointment.seat is not None:
        return []
    mine = [each for each in open_together(desk.uow, appointment) if each.id not in apart]
    return mine if len(mine) > 1 else []


def take_way(desk: Desk, appointment: Appointment, seconds: int) -> None:
    """Books the way that begins then, or says that somebody was faster."""
    mine = together(desk, appointment)
    start = datetime.fromtimestamp(seconds, UTC) if FIRST_MOMENT < seconds < LAST_MOMENT else None
    way = way_at(desk.uow, mine, start, desk.at) if mine and start else None
    try:
        if way is None:
            raise SlotTaken(SlotTaken.__doc__)
        booked = book_way(desk.uow, way, desk.at, "family")
    except SlotTaken:
        desk.say("appointment.just_taken")
        appointing.offer_slots(desk, appointment)
        return
    settle(desk)
    words = words_of(desk, booked[0])
    text = desk.voice.say("appointment.booked_together", day=words["day"], lines=lines_of(desk, booked))
    desk.tell(text, media=(MediaIntent("appointment_card", _one_card(desk, booked)),))


def _one_card(desk: Desk, mine: Sequence[Appointment]) -> dict[str, object]:
    """One card for the whole way: every hour, every place once."""
    words = [words_of(desk, each) for each in mine]
    then = desk.voice.say("appointment.then")
    first = CardFacts.from_json(card(desk, mine[0]))
    whole = replace(first, time=then.join(each["time"] for each in words), centre=_centres(desk, mine))
    return whole.to_json()


def _each_alone(desk: Desk, appointment: Appointment) -> None:
    mine = together(desk, appointment) or [appointment]
    settle(desk)
    desk.state[APART] = sorted({*desk.state.get(APART, []), *(each.id for each in mine)})
    for each in mine:
        appointing.offer_slots(desk, each)


def _move_all(desk: Desk, mine: Sequence[Appointment]) -> None:
    settle(desk)
    if any(each.moves >= MOVES_BY_FAMILY for each in mine):
        helping.open_request(desk, "other_time", location_id=mine[0].location_id)
        desk.say("appointment.desk_will_call")
        return
    again = [found for each in mine if (found := ask_other_time(desk.uow, each, desk.at)) is not None]
    if len(again) < len(mine):
        helping.open_request(desk, "other_time", location_id=mine[0].location_id)
    if again:
        appointing.offer_slots(desk, again[0])
    else:
        desk.say("appointment.desk_will_call")


def _drop_all(desk: Desk, mine: Sequence[Appointment], *, sure: bool) -> None:
    settle(desk)
    if sure:
        for each in mine:
            cancel(desk.uow, each, desk.at, "family")
        desk.say("appointment.cancelled")
    else:
        show_way(desk, mine)


def _named(desk: Desk, heard: Heard) -> list[Appointment]:
    found = [desk.uow.session.get(Appointment, heard.number(place)) for place in range(len(heard.rest))]
    return [each for each in found if each is not None and each.person_id == desk.person_id]


def _centres(desk: Desk, mine: Sequence[Appointment]) -> str:
    return desk.voice.say("appointment.and").join(dict.fromkeys(centre_name(desk, each.location_id) for each in mine))


def _label(voice: Voice, way: Way, among: Sequence[Way]) -> str:
    return appointing.button_of(voice, way.starts_at, [each.starts_at for each in among])


def _line(desk: Desk, voice: Voice, way: Way) -> str:
    hours = desk.voice.say("appointment.then").join(voice.hour(slot.starts_at) for _, slot in way.stops)
    comma = "، " if desk.language == "ar" else ", "
    return f"{voice.day(way.starts_at)}{comma}{hours}"
