"""«بكرة الصبح» to an offer of times: taken and said back where it is one time for sure, else shown what it may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from referrals.appointments.booking import offered_slots
from referrals.appointments.records import Appointment
from referrals.appointments.times.looking import BY_DAY, free_for, wish_of
from referrals.appointments.times.meant import Meaning, Time, time_meant
from referrals.appointments.times.said import place_named, read_time_wish
from referrals.appointments.times.said_instead import puts_off
from referrals.appointments.times.said_values import Said
from referrals.appointments.trips import every_way
from referrals.appointments.visits.visiting import windows
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard, button_id, exactly, plain_number
from referrals.conversations.stages import at_home, by_day, in_one_way, keeping_time, taking
from referrals.conversations.stages.appointment_words import (
    SLOT,
    TRIP,
    VISIT,
    button_of,
    lines_at,
    moment_named,
    settle,
    voice_there,
)
from referrals.conversations.stages.choosing_time import no_to_what_was_taken
from referrals.conversations.stages.taking_one_way import keep_all, take_way
from referrals.messages import Choice
from referrals.referral.records import Referral
from referrals.texts import Voice

MOST_SOONER = 3
NUMBERED = "n"  # at the end of a button's id: its place in the list stands before it in the text


@dataclass(frozen=True)
class Offer:
    """What is pending: the times that were shown, all that are free, and how one of them is taken or shown."""

    shown: tuple[Time, ...]
    free: tuple[Time, ...]
    zone: ZoneInfo
    numbered: bool
    voice: Voice
    take: Callable[[Time], None]
    button: Callable[[Time, Sequence[datetime]], Choice]
    beside: tuple[Choice, ...] = ()
    day: Callable[[Time], bool] | None = None
    other: Callable[[], None] | None = None
    days: int = 0
    """How many days are shown to choose from, before their times."""
    here: tuple[Time, ...] = ()
    """Of the day whose times are shown page by page: what names no day means that one."""
    of: tuple[Appointment, ...] = ()
    """What the times are offered for."""


def hear_time(desk: Desk, heard: Heard) -> bool:
    """A time in words where times are offered, and a «لا» to what we took for one; False, and nothing said, where the
    words are for something else."""
    if no_to_what_was_taken(desk, heard):
        return True
    if desk.stage not in (SLOT, TRIP, VISIT) or heard.tapped or not heard.text or exactly(heard, desk.offered()):
        return False
    offer = _offer(desk)
    if offer is None:
        return False
    if keeping_time.keeps(heard) and keep_all(desk, offer.of):
        return True
    yes_or_no = any(button.id.startswith(f"d:{SLOT}:no:") for button in desk.offered())  # a «no» answers that
    if heard.intent == "no" and not (yes_or_no or offer.days or offer.here) and desk.stage == SLOT and offer.other:
        offer.other()
        return True
    if puts_off(heard.text) and offer.other is not None:
        offer.other()
        return True
    place = place_named(heard.text) if offer.numbered and not (offer.days or offer.here) else None
    if place is not None and place <= len(offer.shown):
        offer.take(offer.shown[place - 1])
        return True
    said = read_time_wish(heard.text, desk.at.astimezone(offer.zone).date())
    if said is None:
        return False
    free = offer.free if any(days is not None for days, _ in said.options) and said.number is None else offer.here
    if said.number is not None and said.number <= offer.days:  # a line of the list of days, as if it were tapped
        return False
    if said.which == "another" and offer.other is not None:
        offer.other()
        return True
    meaning = time_meant(said, offer.shown, free or offer.free, offer.zone, numbered=offer.numbered)
    if meaning is None:
        return False
    if meaning.kind == "take":
        offer.take(meaning.times[0])
    elif meaning.kind != "day" or offer.day is None or not offer.day(meaning.times[0]):
        _show(desk, offer, meaning)
    return True


def show_said(desk: Desk, offered: Appointment, said: Said) -> bool:
    """Of the times that may be had those that were said, or the nearest, to choose from; False where none is free."""
    offer = _of_slots(desk, offered, ())
    meaning = time_meant(replace(said, sure=False), (), offer.free, offer.zone, numbered=False)
    if meaning is None:
        return False
    if meaning.kind != "day" or offer.day is None or not offer.day(meaning.times[0]):
        _show(desk, offer, meaning, SLOT)
    return True


def show_before(desk: Desk, offered: Appointment, moment: datetime) -> None:
    """Of the times that may be had those before that moment, the earliest first."""
    offer = _of_slots(desk, offered, ())
    sooner = sorted((each for each in offer.free if each.starts_at < moment), key=lambda each: each.starts_at)
    _show(desk, offer, Meaning("show", tuple(sooner[:MOST_SOONER])), SLOT)


def _show(desk: Desk, offer: Offer, meaning: Meaning, stage: str = "") -> None:
    """What it may be, or what is nearest, to choose from."""
    lines = lines_at(desk, offer.voice, [each.starts_at for each in meaning.times])
    one = len(meaning.times) == 1
    key = "appointment.is_it_this" if one else "appointment.which_of_these"
    if meaning.kind == "none":
        key = "appointment.none_so_but_this" if one else "appointment.none_so"
    choices = [offer.button(each, [time.starts_at for time in meaning.times]) for each in meaning.times]
    room = max(0, desk.capabilities.rows - len(choices))
    lead = keeping_time.until_then(desk, offer.of[0]) if stage else ""
    kept = keeping_time.keep_choice(desk, SLOT, offer.of) if stage else []
    desk.beside(
        stage or desk.stage, lead + desk.voice.say(key, times=lines), [*choices, *[*kept, *offer.beside][:room]]
    )


def _offer(desk: Desk) -> Offer | None:
    ids = [button.id.split(":") for button in desk.offered()]
    of = next((plain_number(parts[3]) for parts in ids if len(parts) > 3 and parts[1] == desk.stage), 0)
    if desk.stage == VISIT:
        return _of_visit(desk, of, ids)
    appointment = desk.uow.session.get(Appointment, of)
    if appointment is None or appointment.person_id != desk.person_id or appointment.state != "proposed":
        return None
    return _of_ways(desk, appointment, ids) if desk.stage == TRIP else _of_slots(desk, appointment, ids)


def _of_slots(desk: Desk, appointment: Appointment, ids: Sequence[list[str]]) -> Offer:
    uow, at = desk.uow, desk.at
    voice = voice_there(desk, appointment)
    offered = offered_slots(uow, appointment.id, at)
    by_start = {slot.starts_at: slot for slot in offered}
    wish = wish_of(uow, uow.session.get_one(Referral, appointment.referral_id))
    free = () if appointment.seat is not None else free_for(uow, wish, at, BY_DAY + timedelta(days=1))
    of_free = {slot.starts_at: slot for slot in free}
    known = {starts: Time(starts, ends) for starts, ends in [(each.starts_at, each.ends_at) for each in free]}
    known |= {slot.starts_at: Time(slot.starts_at, slot.ends_at) for slot in offered}
    times = _shown(ids, known, {slot.id: slot.starts_at for slot in offered})

    def take(time: Time) -> None:
        slot = by_start.get(time.starts_at) or of_free[time.starts_at]
        taking.take_at(desk, appointment, slot, in_words=True)

    def button(time: Time, among: Sequence[datetime]) -> Choice:
        slot = by_start.get(time.starts_at)
        label = button_of(voice, time.starts_at, among)
        if slot is not None:
            return Choice(button_id(SLOT, "take", appointment.id, slot.id), label)
        return Choice(button_id(SLOT, "at", appointment.id, int(time.starts_at.timestamp()), NUMBERED), label)

    def day(time: Time) -> bool:
        there = time.starts_at.astimezone(ZoneInfo(voice.time_zone))
        return by_day.show_times(desk, appointment, int(f"{there:%Y%m%d}"))

    paged = any(parts[2] == "at" and parts[-1] != NUMBERED for parts in ids if len(parts) > 3)
    beside = desk.choice(SLOT, "pass", "button.wait_pass", appointment.id)
    if appointment.seat is None:
        beside = desk.choice(SLOT, "other", "button.other_day", appointment.id)
    return Offer(
        shown=times,
        free=tuple(known.values()),
        zone=ZoneInfo(voice.time_zone),
        numbered=not paged,
        voice=voice,
        take=take,
        button=button,
        beside=(beside,),
        day=day,
        days=sum(len(parts) == 5 and parts[2] == "day" for parts in ids),
        other=None if appointment.seat is not None else lambda: by_day.other_days(desk, appointment),
        of=(appointment,),
        here=tuple(each for each in known.values() if paged and times and _same_day(each, times[0], voice)),
    )


def _of_ways(desk: Desk, appointment: Appointment, ids: Sequence[list[str]]) -> Offer | None:
    mine = in_one_way.together(desk, appointment)
    if not mine:
        return None
    voice = voice_there(desk, mine[0])
    by_start = {way.starts_at: Time(way.starts_at, way.ends_at) for way in every_way(desk.uow, mine, desk.at)}
    shown = _shown(ids, by_start)

    def take(time: Time) -> None:
        _said_back(desk, voice, time)
        take_way(desk, appointment, int(time.starts_at.timestamp()))

    return Offer(
        shown=shown,
        free=tuple(by_start.values()),
        zone=ZoneInfo(voice.time_zone),
        numbered=True,
        voice=voice,
        take=take,
        button=lambda time, among: Choice(
            button_id(TRIP, "take", mine[0].id, int(time.starts_at.timestamp())),
            button_of(voice, time.starts_at, among),
        ),
        beside=(desk.choice(TRIP, "each", "button.each_alone", mine[0].id),),
        of=tuple(mine),
    )


def _of_visit(desk: Desk, referral_id: int, ids: Sequence[list[str]]) -> Offer | None:
    referral = desk.uow.session.get(Referral, referral_id)
    if referral is None or referral.person_id != desk.person_id:
        return None
    voice = at_home.voice_at(desk, referral)
    by_start = {starts: Time(starts, ends, a_stretch=True) for starts, ends in windows(desk.uow, referral, desk.at)}
    shown = _shown(ids, by_start)
    if not shown:
        return None

    def take(time: Time) -> None:
        settle(desk)
        at_home.take_window(desk, referral, int(time.starts_at.timestamp()))

    return Offer(
        shown=shown,
        free=tuple(by_start.values()),
        zone=ZoneInfo(voice.time_zone),
        numbered=True,
        voice=voice,
        take=take,
        button=lambda time, among: Choice(
            button_id(VISIT, "take", referral.id, int(time.starts_at.timestamp())),
            button_of(voice, time.starts_at, among),
        ),
    )


def _shown(
    ids: Sequence[list[str]], known: Mapping[datetime, Time], slots: Mapping[int, datetime] | None = None
) -> tuple[Time, ...]:
    """The times of the buttons, in their order: a button names its seconds, or one of these slots by its id."""
    found = []
    for parts in ids:
        number = plain_number(parts[4]) if len(parts) > 4 and parts[2] in ("take", "at") else 0
        start = (slots or {}).get(number) if parts[2] == "take" else None
        start = start or moment_named(number)
        if start is not None and start in known:
            found.append(known[start])
    return tuple(found)


def _same_day(one: Time, other: Time, voice: Voice) -> bool:
    return voice.day(one.starts_at) == voice.day(other.starts_at)


def _said_back(desk: Desk, voice: Voice, time: Time) -> None:
    day, hour = voice.day(time.starts_at), voice.hour(time.starts_at)
    desk.say("appointment.understood", day=day, time=hour)
