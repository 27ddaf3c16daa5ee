"""What they answer to several appointments in one way: taken with one message and one card, moved or given up so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from referrals.appointments.booking import SlotTaken, cancel
from referrals.appointments.other_times import MOVES_BY_FAMILY, ask_other_time
from referrals.appointments.records import Appointment
from referrals.appointments.reminders.worth import CURRENT
from referrals.appointments.trips import book_way, way_at
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.stages import helping, keeping_time
from referrals.conversations.stages.appointing import offer_slots
from referrals.conversations.stages.appointment_words import TRIP, mine_of, moment_named, no_longer, settle, words_of
from referrals.conversations.stages.in_one_way import APART, centres_of, lines_of, show_way, together
from referrals.conversations.stages.taking import card
from referrals.documents.card_facts import CardFacts
from referrals.messages import MediaIntent


def answer_trip(desk: Desk, heard: Heard) -> bool:
    """They take one of the ways, want each for itself, or move or give up all of what was booked together."""
    if heard.stage != TRIP:
        return False
    if heard.value in ("take", "each"):
        appointment = mine_of(desk, heard)
        if appointment is None or appointment.state != "proposed":
            no_longer(desk, appointment)
        elif heard.value == "each":
            _each_alone(desk, appointment)
        else:
            take_way(desk, appointment, heard.number(1))
        return True
    if heard.value == keeping_time.KEEP:
        if not keep_all(desk, _named(desk, heard)):
            no_longer(desk, mine_of(desk, heard))
        return True
    mine = [each for each in _named(desk, heard) if each.state in CURRENT]
    if not mine:
        no_longer(desk, mine_of(desk, heard))
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


def take_way(desk: Desk, appointment: Appointment, seconds: int) -> None:
    """Books the way that begins then, or says that somebody was faster."""
    mine = together(desk, appointment)
    start = moment_named(seconds)
    way = way_at(desk.uow, mine, start, desk.at) if mine and start else None
    try:
        if way is None:
            raise SlotTaken(SlotTaken.__doc__)
        booked = book_way(desk.uow, way, desk.at, "family")
    except SlotTaken:
        desk.say("appointment.just_taken")
        offer_slots(desk, appointment)
        return
    settle(desk)
    words = words_of(desk, booked[0])
    text = desk.voice.say("appointment.booked_together", day=words["day"], lines=lines_of(desk, booked))
    desk.tell(text, media=(MediaIntent("appointment_card", _one_card(desk, booked)),))


def keep_all(desk: Desk, offered: Sequence[Appointment]) -> bool:
    """What stands beside these stays, said as one; False, and nothing said, where nothing stands."""
    standing = keeping_time.kept(desk, offered)
    if len(standing) == 1:
        desk.tell(desk.voice.say("appointment.kept", **words_of(desk, standing[0])))
    elif standing:
        lines = lines_of(desk, standing)
        desk.tell(desk.voice.say("appointment.yours_together", day=words_of(desk, standing[0])["day"], lines=lines))
    return bool(standing)


def _one_card(desk: Desk, mine: Sequence[Appointment]) -> dict[str, object]:
    """One card for the whole way: every hour, every place once."""
    words = [words_of(desk, each) for each in mine]
    then = desk.voice.say("appointment.then")
    first = CardFacts.from_json(card(desk, mine[0]))
    whole = replace(first, time=then.join(each["time"] for each in words), centre=centres_of(desk, mine))
    return whole.to_json()


def _each_alone(desk: Desk, appointment: Appointment) -> None:
    mine = together(desk, appointment) or [appointment]
    settle(desk)
    desk.state[APART] = sorted({*desk.state.get(APART, []), *(each.id for each in mine)})
    for each in mine:
        offer_slots(desk, each)


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
        offer_slots(desk, again[0])
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
