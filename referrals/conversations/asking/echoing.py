"""Says back, once and briefly, how an answer was understood, with one button to change it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date
from sqlalchemy import select

from dialogs.interview import UnderAge, Understood
from referrals.conversations.asking.prompting import question_alone
from referrals.conversations.desk import Desk
from referrals.conversations.records import HelpRequest
from referrals.conversations.stages import helping
from referrals.messages import Choice, Message

MINOR = "minor"
GROUPED_FROM = 10_000  # «٣٥٠٠» is read at a glance, «٣٥٠٠٠» is not


def said_back(desk: Desk, echoes: Sequence[Understood]) -> list[str]:
    """A line for each answer; where there are several, each says which question it answers."""
    return [_line(desk, echo, named=len(echoes) > 1) for echo in echoes]


def with_change(desk: Desk, message: Message, echoes: Sequence[Understood]) -> tuple[Choice, ...]:
    """The message's choices and, after the only echo, the way to change it where the channel has room for one more."""
    if len(echoes) != 1 or len(message.choices) >= desk.capabilities.rows:
        return message.choices
    return (*message.choices, Choice(echoes[0].key, desk.voice.say("button.change_this")))


def notice_child(desk: Desk, event: UnderAge) -> str:
    """What is said to a child by the id that was given; staff find it in their queue, once."""
    waiting = select(HelpRequest.id).filter_by(person_id=desk.person_id, kind=MINOR, state="open")
    if desk.uow.session.scalar(waiting.limit(1)) is None:
        helping.open_request(desk, MINOR)
    return desk.voice.say("interview.under_age")


def _line(desk: Desk, echo: Understood, *, named: bool) -> str:
    value = _shown(desk, echo)
    if echo.check:
        return desk.voice.say("interview.check_id" if value else "interview.check_id_unseen", value=value)
    if named:
        return desk.voice.say("interview.understood_of", question=question_alone(echo.label), value=value)
    return desk.voice.say("interview.understood", value=value)


def _shown(desk: Desk, echo: Understood) -> str:
    """«الاثنين ٢٣ نوفمبر ٢٠٢٦», «٣٥٬٠٠٠ جنيه»: the value as people say it."""
    if echo.kind == "money":
        return " ".join(part for part in (_amount(desk, echo.value), echo.unit) if part)
    if echo.kind in {"date", "dateTime"} and echo.shown.count("/") == 2:
        _, _, clock = echo.shown.partition(" ")
        written = format_date(_day(echo.value), "EEEE d MMMM y", locale=desk.voice.locale)
        return desk.voice.number(" ".join(part for part in (written, clock) if part))
    return desk.voice.written(echo.shown)


def _day(value: str) -> date:
    return date.fromisoformat(value.partition("T")[0])


def _amount(desk: Desk, value: str) -> str:
    whole, point, part = value.partition(".")
    if whole.isdecimal() and int(whole) >= GROUPED_FROM:
        whole = f"{int(whole):,}"
    if not desk.voice.arabic_digits:
        return f"{whole}{point}{part}"
    return desk.voice.number(whole.replace(",", "٬") + point.replace(".", "٫") + part)
