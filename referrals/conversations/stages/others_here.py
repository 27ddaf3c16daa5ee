"""The others who use the same telephone: named by the number of their application, and by nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.interviews.sessions import UNFINISHED
from referrals.conversations.records import Conversation, InterviewSession
from referrals.spoken_numbers import read_back, shown


@dataclass(frozen=True)
class Other:
    """Somebody else of this telephone, as they may be named on it."""

    thread_id: int
    person_id: int
    label: str


def others_here(desk: Desk) -> list[Other]:
    """The others of this telephone who began something; nobody whose only word was a danger."""
    rows = desk.uow.session.execute(
        select(Conversation.id, Conversation.person_id, Conversation.session_id)
        .where(Conversation.identity_id == desk.identity_id, Conversation.person_id != desk.person_id)
        .order_by(Conversation.updated_at.desc())
    ).all()
    known = [Other(row.id, row.person_id, named(desk, row.person_id, row.session_id)) for row in rows]
    return [each for each in known if each.label]


def named(desk: Desk, person_id: int, session_id: int | None) -> str:
    """«طلب رقم ٣١١٥», or when an unfinished one was begun; blank for who has neither."""
    number = desk.uow.session.scalar(
        select(Application.number).filter_by(person_id=person_id).order_by(Application.id.desc()).limit(1)
    )
    if number is not None:
        return desk.voice.say("share.application", number=said_number(desk, number))
    begun: datetime | None = desk.uow.session.scalar(
        select(InterviewSession.started_at).where(
            InterviewSession.id == session_id, InterviewSession.status.in_(UNFINISHED)
        )
    )
    return desk.voice.say("share.begun", day=desk.voice.weekday(begun)) if begun is not None else ""


def meant_by_number(desk: Desk, heard: Heard) -> int | None:
    """The person of this telephone whose number was written with a word («طلب رقم ٣١١٥»); None for anything else."""
    if desk.readers != "shared" or not any(sign.isalpha() for sign in heard.text):
        return None
    number = read_back(heard.text)
    if number is None:
        return None
    whose = desk.uow.session.scalar(select(Application.person_id).filter_by(number=number))
    return whose if whose in [each.person_id for each in others_here(desk)] else None


def said_number(desk: Desk, number: str) -> str:
    """An application's number in the digits of this conversation."""
    return shown(number, "arab" if desk.voice.arabic_digits else "latn")
