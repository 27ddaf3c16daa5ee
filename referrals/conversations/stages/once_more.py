"""A filed interview that is asked a few questions once more: where a conversation stands in it, and its end."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from dialogs.interview import ReviewLine
from dialogs.interview.reopening import answered_since
from referrals.applications.answering import answer_request
from referrals.applications.records import Application
from referrals.applications.stepping import Actor
from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.desk import Desk
from referrals.conversations.interviews.sessions import UNFINISHED, StoredSession, load_session
from referrals.conversations.once_more_mark import KEPT, is_asked_once_more
from referrals.conversations.pending import IDLE, RESTING
from referrals.conversations.stages.greeting import MENU
from referrals.spoken_numbers import shown

__all__ = ["begin", "finish", "is_asked_once_more", "let_go", "lines_of", "number_of"]


def begin(desk: Desk, application: Application) -> None:
    """The conversation goes over to the application's interview; another one that is under way waits."""
    other = desk.session_id if desk.session_id != application.session_id and _is_under_way(desk) else None
    before: dict[str, Any] = desk.state.get(KEPT) or {}
    desk.session_id = application.session_id
    desk.state[KEPT] = {
        "session": application.session_id,
        "since": before.get("since") if before.get("session") == application.session_id else desk.at.isoformat(),
        "other": other or before.get("other"),
        "pending": before.get("pending") or _pending(desk),
    }


def lines_of(desk: Desk, lines: tuple[ReviewLine, ...]) -> tuple[ReviewLine, ...]:
    """Of the review's lines those that were answered now: the others were sent long ago."""
    stored = load_session(desk)
    if stored is None or not is_asked_once_more(desk):
        return lines
    return answered_since(stored.session, lines, str(desk.state[KEPT]["since"]))


def finish(desk: Desk, stored: StoredSession) -> bool:
    """Their answers go into the application that waits for them; False where none does."""
    waiting = select(Application.id).where(Application.session_id == stored.id)
    application_id = desk.uow.session.scalar(waiting)
    if application_id is None:
        return False
    family = Actor("family", person_id=desk.person_id)
    application = answer_request(desk.uow, application_id, stored, family, desk.at)
    if application is None:
        let_go(desk)
        return False
    desk.pend(IDLE)
    desk.say("info.thanks", number=number_of(desk, application), day=desk.voice.day(application.answer_due))
    let_go(desk)
    return True


def let_go(desk: Desk) -> bool:
    """Nothing is asked once more here; what waited for it is pending again. False where nothing waited."""
    kept: dict[str, Any] = desk.state.pop(KEPT, None) or {}
    if kept.get("session") != desk.session_id:
        return False
    desk.session_id = kept.get("other") or desk.session_id
    pending = kept.get("pending")
    if not pending or (pending["stage"] == INTERVIEW and not _is_under_way(desk)):
        return False
    desk.state["kept"] = pending
    desk.take_up()
    return True


def number_of(desk: Desk, application: Application) -> str:
    """The number that the family knows, in the digits that it reads."""
    return shown(application.number, "arab" if desk.settings.digits == "arab" and desk.language == "ar" else "latn")


def _pending(desk: Desk) -> dict[str, Any] | None:
    """What they are in the middle of: it comes back once the questions are answered."""
    kept: dict[str, Any] | None = desk.state.pop("kept", None)
    if kept is not None or desk.stage in (*RESTING, MENU):
        return kept
    return {"stage": desk.stage, "offered": desk.state.get("offered", []), "question": desk.question}


def _is_under_way(desk: Desk) -> bool:
    stored = load_session(desk)
    return stored is not None and stored.session.status in UNFINISHED
