"""Reminders in the chat: neutral words, and what a family answers to them, by a tap or in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from referrals.appointments.booking import cancel, confirm
from referrals.appointments.records import Appointment
from referrals.appointments.reminders.worth import CURRENT
from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard, hear
from referrals.conversations.stages import interviewing
from referrals.conversations.stages.appointing import other_time
from referrals.conversations.stages.appointment_words import (
    CANCEL,
    REMINDER,
    let_pass,
    mine_of,
    no_longer,
    said_of,
    settle,
    voice_there,
    words_of,
)
from referrals.conversations.stages.in_one_way import ask_which
from referrals.conversations.stages.missed import is_over, say_it_is_over
from referrals.conversations.stages.on_the_way import find_the_way, on_the_way, put_in_calendar
from referrals.conversations.stages.safety import AFTER, CALL_ME, DANGER
from referrals.inbound import Content

WITHIN_INTERVIEW = timedelta(minutes=30)
ANSWERS = ("come", "other", "cancel")
ON_THE_DAY = ("way", "lost")
TEMPLATE = "appointment_reminder"


class Told(Protocol):
    """An appointment as a reminder tells of it."""

    @property
    def appointment_id(self) -> int: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def zone(self) -> str: ...
    @property
    def location_id(self) -> int: ...
    @property
    def number(self) -> str: ...
    @property
    def centre(self) -> str: ...
    @property
    def centre_en(self) -> str: ...


@dataclass
class Saying:
    """One reminder of everything a family has on that day, said at its desk unless something stands against it."""

    told: Sequence[Told]
    closed: bool = False
    """The place does not open on that day, whatever was agreed."""
    withheld: str = ""
    """Why nothing was said: `stopped`, `safety`."""

    def __call__(self, desk: Desk) -> None:
        if desk.state.get("no_reminders"):
            self.withheld = "stopped"
        elif desk.stage in (DANGER, CALL_ME, AFTER):
            self.withheld = "safety"
        else:
            self._say(desk)

    def _say(self, desk: Desk) -> None:
        asked = desk.stage == INTERVIEW and desk.seen_at is not None and desk.at - desk.seen_at < WITHIN_INTERVIEW
        remind(desk, self.told, closed=self.closed)
        if asked:
            interviewing.repeat(desk)


def remind(desk: Desk, told: Sequence[Told], *, closed: bool = False) -> None:
    """A reminder, neutral: no need, no programme. On the day itself it says «اليوم».

    Where the place is closed on that day it says so instead: nobody goes there for nothing.
    """
    voice = voice_there(desk, told[0])
    words = [said_of(desk, _centre(desk, each), each.number, each.starts_at, voice) for each in told]
    today = words[0]["day"] == voice.day(desk.at)
    offered: tuple[str, ...] = (*ANSWERS, *ON_THE_DAY) if today else ANSWERS
    if closed:
        text, offered = desk.voice.say("appointment.place_closed", **words[0]), ANSWERS[1:]
    else:
        text = _text(desk, words, today=today)
    both = desk.voice.say("appointment.and")
    times, numbers = (both.join(each[name] for each in words) for name in ("time", "number"))
    ids = [each.appointment_id for each in told]
    let_pass(desk)
    desk.beside(
        REMINDER,
        text,
        [desk.choice(REMINDER, value, f"button.reminder_{value}", *ids) for value in offered],
        purpose="reminder",
        template="" if closed else TEMPLATE,
        parameters=() if closed else (words[0]["day"], times, numbers),
        expires_at=min(each.starts_at for each in told),
    )


def _centre(desk: Desk, told: Told) -> str:
    return told.centre_en if desk.language == "en" and told.centre_en else told.centre


def _text(desk: Desk, words: Sequence[dict[str, str]], *, today: bool) -> str:
    if len(words) == 1:
        return desk.voice.say("appointment.reminder_today" if today else "appointment.reminder", **words[0])
    lines = _lines(desk, words)
    if today:
        return desk.voice.say("appointment.reminders_today", lines=lines)
    return desk.voice.say("appointment.reminders", day=words[0]["day"], lines=lines)


def _lines(desk: Desk, words: Sequence[dict[str, str]]) -> str:
    return "\n".join(
        desk.voice.number(f"{n}. ") + desk.voice.say("appointment.line", **each) for n, each in enumerate(words, 1)
    )


def answer_reminder(desk: Desk, heard: Heard) -> bool:
    """«سأحضر», «وقت آخر», «إلغاء الموعد», «أنا في الطريق», «تهت», «أضيفوه إلى التقويم»."""
    if heard.stage not in (REMINDER, CANCEL):
        return _will_not_come(desk, heard)
    mine = _named(desk, heard)
    if not mine:
        no_longer(desk, mine_of(desk, heard))
        return True
    if heard.stage == CANCEL:
        _cancel(desk, mine[0], heard.value)
    elif heard.value in ("come", *ON_THE_DAY) and is_over(desk, mine[-1]):
        say_it_is_over(desk, mine[-1])
    elif heard.value == "come":
        _come(desk, mine)
    elif heard.value == "way":
        on_the_way(desk, mine[0])
    elif heard.value in ("lost", "call"):
        find_the_way(desk, mine[0], call=heard.value == "call")
    elif heard.value == "calendar":
        put_in_calendar(desk, mine)
    elif len(mine) > 1:  # which of them?
        ask_which(desk, mine, heard.value)
    elif heard.value == "other":
        other_time(desk, mine[0])
    else:
        ask_to_cancel(desk, mine[0])
    return True


def _will_not_come(desk: Desk, heard: Heard) -> bool:
    """A plain «لا» to «هل ستحضرون؟»."""
    offered = {button.id.split(":")[2]: button.id for button in desk.offered() if button.id.count(":") > 2}
    if desk.stage != REMINDER or heard.intent != "no" or not {"come", "cancel"} <= set(offered):
        return False
    return answer_reminder(desk, hear(Content(choice=offered["cancel"])))


def _named(desk: Desk, heard: Heard) -> list[Appointment]:
    """The appointments that a button names and that still stand, when they are this person's."""
    found = [desk.uow.session.get(Appointment, heard.number(place)) for place in range(len(heard.rest))]
    return [each for each in found if each is not None and each.person_id == desk.person_id and each.state in CURRENT]


def _come(desk: Desk, mine: Sequence[Appointment]) -> None:
    for each in mine:
        confirm(desk.uow, each, desk.at)
    settle(desk)
    words = [words_of(desk, each) for each in mine]
    text = desk.voice.say("appointment.confirmed", **words[0])
    if len(words) > 1:
        text = desk.voice.say("appointment.confirmed_all", day=words[0]["day"], lines=_lines(desk, words))
    desk.tell(text, [desk.choice(REMINDER, "calendar", "button.calendar", *(each.id for each in mine))])


def ask_to_cancel(desk: Desk, appointment: Appointment) -> None:
    """Nothing is given up by one word: asked once more."""
    choices = [desk.choice(CANCEL, value, f"button.cancel_{value}", appointment.id) for value in ("yes", "no")]
    desk.beside(CANCEL, desk.voice.say("appointment.cancel_sure", **words_of(desk, appointment)), choices)


def _cancel(desk: Desk, appointment: Appointment, value: str) -> None:
    settle(desk)
    if value == "yes":
        cancel(desk.uow, appointment, desk.at, "family")
        desk.say("appointment.cancelled")
    else:
        desk.tell(desk.voice.say("appointment.kept", **words_of(desk, appointment)))
