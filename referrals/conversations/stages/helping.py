"""A person instead of the bot: the question goes to the help queue, and they are told when to expect an answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.records import HelpRequest
from referrals.definitions.settings import Settings
from referrals.directory.hours.opening_hours import next_openings, weekly_hours

QUESTION = "question"
TEXT = "help_request.text"


def ask_question(desk: Desk) -> None:
    """Their next words go to staff; the interview waits."""
    desk.put_off()
    desk.pend(QUESTION)
    desk.say("help.write_it")


def answer_question(desk: Desk, heard: Heard) -> bool:
    """Whatever they write is the question; words alone are enough."""
    if desk.stage != QUESTION or heard.tapped or heard.option:
        return False
    words = heard.text or ("🎤" if heard.content.media else "")
    if not words:
        return False
    open_request(desk, "question", words)
    desk.say("help.sent", time=answer_by(desk))
    desk.take_up()
    return True


def open_request(desk: Desk, kind: str, words: str = "", *, location_id: int | None = None) -> None:
    """A line in the help queue of the programme, or of a centre where it is the centre's to answer."""
    request = HelpRequest(
        programme_id=desk.programme_id,
        conversation_id=desk.thread_id,
        person_id=desk.person_id,
        location_id=location_id,
        kind=kind,
        text_sealed=desk.uow.vault.seal_text(desk.data_key_id, words, TEXT) if words else None,
        state="open",
        created_at=desk.at,
        due_at=_due(desk.settings, desk.at) if desk.programme_id else desk.at,
    )
    desk.uow.session.add(request)
    desk.uow.flush()


def keep_question(desk: Desk, words: str) -> None:
    """Something off the topic: kept for staff, nothing promised."""
    if words.strip():
        open_request(desk, "off_topic", words)


def answer_by(desk: Desk) -> str:
    """«اليوم، قبل الساعة ٢ ظهراً» while the help desk is open, else the next day that it is."""
    due = _due(desk.settings, desk.at)
    same_day = desk.voice.day(due) == desk.voice.day(desk.at)
    key = "help.by_today" if same_day else "help.by_day"
    return desk.voice.say(key, day=desk.voice.day(due), time=desk.voice.hour(due))


def _due(settings: Settings, at: datetime) -> datetime:
    """The end of the answering time within the help desk's hours: rounded up to the full hour."""
    zone = ZoneInfo(settings.time_zone)
    hours = (weekly_hours(",".join(settings.help_days), settings.help_opens, settings.help_closes),)
    left = timedelta(hours=settings.answer_within_hours)
    for opening in next_openings(hours, at, at + timedelta(days=14), zone):
        length = opening.ends_at - opening.starts_at
        if length >= left or length >= timedelta(hours=1):
            due = min(opening.starts_at + left, opening.ends_at)
            rounded = due.replace(minute=0, second=0, microsecond=0)
            return (rounded if rounded == due else min(rounded + timedelta(hours=1), opening.ends_at)).astimezone(UTC)
    return at + timedelta(days=1)
