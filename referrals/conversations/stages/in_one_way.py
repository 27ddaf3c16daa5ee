"""Several appointments in one way, as they are shown: offered together, and as one message where they stand."""

from __future__ import annotations

from collections.abc import Sequence

from referrals.appointments.records import Appointment
from referrals.appointments.trips import Way, of_one_way, open_together, ways
from referrals.conversations.desk import Desk
from referrals.conversations.heard import button_id
from referrals.conversations.stages import keeping_time
from referrals.conversations.stages.appointment_words import REMINDER, TRIP, button_of, voice_there, words_of
from referrals.conversations.stages.centre_words import centre_name
from referrals.messages import Choice
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
    choices.extend(keeping_time.keep_choice(desk, TRIP, mine))
    lines = "\n".join(voice.number(f"{n}. ") + _line(desk, voice, way) for n, way in enumerate(found, 1))
    centres = centres_of(desk, mine)
    text = desk.voice.count("appointment.together", len(mine), centre=centres, times=lines)
    if keeping_time.keep_choice(desk, TRIP, mine):
        text = desk.voice.say("appointment.all_stand_until") + "\n" + text
    desk.beside(TRIP, text, choices)
    return True


def offered_with_another(desk: Desk, appointment: Appointment, among: Sequence[Appointment]) -> bool:
    """Whether this open appointment is offered together with an earlier one of those."""
    mine = together(desk, appointment)
    first = mine[0] if mine else appointment
    return first.id != appointment.id and first in among and bool(ways(desk.uow, mine, desk.at))


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


def centres_of(desk: Desk, mine: Sequence[Appointment]) -> str:
    """Every place once."""
    return desk.voice.say("appointment.and").join(dict.fromkeys(centre_name(desk, each.location_id) for each in mine))


def _label(voice: Voice, way: Way, among: Sequence[Way]) -> str:
    return button_of(voice, way.starts_at, [each.starts_at for each in among])


def _line(desk: Desk, voice: Voice, way: Way) -> str:
    hours = desk.voice.say("appointment.then").join(voice.hour(slot.starts_at) for _, slot in way.stops)
    comma = "، " if desk.language == "ar" else ", "
    return f"{voice.day(way.starts_at)}{comma}{hours}"
