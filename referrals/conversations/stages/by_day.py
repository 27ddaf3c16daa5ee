"""Another day: the days on which a place has time, then the times of that day, as many at once as the channel shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from referrals.appointments.records import Appointment
from referrals.appointments.times.looking import BY_DAY, free_for, wish_of
from referrals.appointments.times.slots import Slot
from referrals.conversations.desk import Desk
from referrals.conversations.heard import button_id
from referrals.conversations.stages import keeping_time
from referrals.conversations.stages.appointment_words import SLOT, voice_there
from referrals.messages import Choice
from referrals.referral.records import Referral

BESIDE = 2  # rows kept for «more» and «back»
MOST_ROWS = 8


def other_days(desk: Desk, appointment: Appointment, page: int = 0) -> None:
    """The days that have time; where none has, they may wait for one, or keep what they have."""
    if not show_days(desk, appointment, page):
        keeping_time.nothing_free(desk, appointment)


def show_days(desk: Desk, appointment: Appointment, page: int = 0) -> bool:
    """«أي يوم يناسبكم؟»; False when no day has a free time."""
    days = _by_day(desk, appointment)
    if not days:
        return False
    voice = voice_there(desk, appointment)
    rows = [
        Choice(
            button_id(SLOT, "day", appointment.id, day.strftime("%Y%m%d")),
            _day_label(desk, slots, voice.day(slots[0].starts_at)),
        )
        for day, slots in days.items()
    ]
    _ask(desk, "appointment.which_day", rows, page, ("other", "button.more_days"), appointment)
    return True


def show_times(desk: Desk, appointment: Appointment, written: int, page: int = 0) -> bool:
    """The times of one day; False when that day has none any more, or was none."""
    slots = {day.strftime("%Y%m%d"): each for day, each in _by_day(desk, appointment).items()}.get(str(written))
    if not slots:
        return False
    voice = voice_there(desk, appointment)
    rows = [
        Choice(button_id(SLOT, "at", appointment.id, int(slot.starts_at.timestamp())), voice.hour(slot.starts_at))
        for slot in slots
    ]
    more = ("day", "button.more_times", str(written))
    _ask(desk, "appointment.which_time", rows, page, more, appointment, day=voice.day(slots[0].starts_at))
    return True


def _ask(
    desk: Desk,
    key: str,
    rows: Sequence[Choice],
    page: int,
    more: tuple[str, ...],
    appointment: Appointment,
    **words: str,
) -> None:
    """One page of rows, with the way on and the way back."""
    most = max(1, min(MOST_ROWS, desk.capabilities.rows - BESIDE))
    page = page if page * most < len(rows) else 0
    choices = list(rows[page * most : (page + 1) * most])
    if (page + 1) * most < len(rows):
        value, label, *rest = more
        choices.append(desk.choice(SLOT, value, label, appointment.id, *rest, page + 1))
    choices.append(_back(desk, appointment, to_days=key == "appointment.which_time"))
    desk.beside(SLOT, desk.voice.say(key, **words), choices)


def _back(desk: Desk, appointment: Appointment, *, to_days: bool) -> Choice:
    return desk.choice(
        SLOT,
        "other" if to_days else "back",
        "button.back_to_days" if to_days else "button.back_to_offer",
        appointment.id,
    )


def _day_label(desk: Desk, slots: Sequence[Slot], day: str) -> str:
    """«الثلاثاء ٨ ديسمبر»; on a day that is for women alone it says so."""
    return desk.voice.say("button.day_for_women", day=day) if all(slot.for_women for slot in slots) else day


def _by_day(desk: Desk, appointment: Appointment) -> dict[date, list[Slot]]:
    """The free times of three weeks by the day on the wall of the place."""
    wish = wish_of(desk.uow, desk.uow.session.get_one(Referral, appointment.referral_id))
    zone = ZoneInfo(voice_there(desk, appointment).time_zone)
    found: dict[date, list[Slot]] = {}
    for slot in free_for(desk.uow, wish, desk.at, BY_DAY + timedelta(days=1)):
        found.setdefault(slot.starts_at.astimezone(zone).date(), []).append(slot)
    return found
