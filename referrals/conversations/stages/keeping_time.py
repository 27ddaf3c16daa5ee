"""A move in the chat: what stands until another time is taken is said beside the offer, and they may simply keep it."""

from __future__ import annotations

from collections.abc import Sequence

from referrals.appointments.moving import drop_offer, stands_beside
from referrals.appointments.records import Appointment
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.said_as import is_said_as
from referrals.conversations.stages import helping, waiting
from referrals.conversations.stages.appointment_words import SLOT, settle, voice_there, words_of
from referrals.messages import Choice
from referrals.referral.records import Referral

KEEP = "keep"


def until_then(desk: Desk, offered: Appointment) -> str:
    """«موعدكم … باقٍ حتى تختاروا غيره.» and a new line; blank where nothing stands beside what is offered."""
    stands = stands_beside(desk.uow, offered)
    return desk.voice.say("appointment.stands_until", **words_of(desk, stands)) + "\n" if stands else ""


def keep_choice(desk: Desk, stage: str, offered: Sequence[Appointment]) -> list[Choice]:
    """[يبقى موعدنا], where something stands beside what is offered."""
    moving = [each for each in offered if stands_beside(desk.uow, each)]
    return [desk.choice(stage, KEEP, "button.keep_time", *(each.id for each in moving))] if moving else []


def keeps(heard: Heard) -> bool:
    """«خلاص سيبوه», «keep it»: whatever page of times is open."""
    return is_said_as(SLOT, KEEP, heard.text)


def kept(desk: Desk, offered: Sequence[Appointment]) -> list[Appointment]:
    """What stands, once nothing is offered beside it any more; none where nothing stood."""
    standing = [stands for each in offered if (stands := stands_beside(desk.uow, each))]
    for each in standing:
        drop_offer(desk.uow, each.referral_id, desk.at, "kept", "family")
    if standing:
        settle(desk)
    return standing


def keep(desk: Desk, offered: Appointment) -> bool:
    """The old time stands, and they hear which day and hour; False, and nothing said, where none stands."""
    standing = kept(desk, [offered])
    if standing:
        desk.tell(desk.voice.say("appointment.kept", **words_of(desk, standing[0])))
    return bool(standing)


def nothing_free(desk: Desk, offered: Appointment) -> None:
    """No time is left: the old one stands and staff look for another; who has none may wait for one."""
    stands = stands_beside(desk.uow, offered)
    if stands is None:
        waiting.ask_to_wait(desk, desk.uow.session.get_one(Referral, offered.referral_id))
        return
    drop_offer(desk.uow, offered.referral_id, desk.at, "nothing-free", "family")
    settle(desk)
    say_no_other(desk, stands)


def say_no_other(desk: Desk, stands: Appointment) -> None:
    """«لا نجد وقتاً آخر الآن، وموعدكم باقٍ», and a line for staff."""
    desk.tell(desk.voice.say("appointment.no_other", **words_of(desk, stands)))
    helping.open_request(desk, "other_time", location_id=stands.location_id)


def instead_of(desk: Desk, offered: Appointment) -> str:
    """What is said below a new time once it is taken; blank where there was none before. Asked before it is booked."""
    stands = stands_beside(desk.uow, offered)
    if stands is None or stands.starts_at is None:
        return ""
    voice = voice_there(desk, stands)
    day, hour = voice.day(stands.starts_at), voice.hour(stands.starts_at)
    return "\n" + desk.voice.say("appointment.instead_of", day=day, time=hour)
