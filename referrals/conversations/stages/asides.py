"""Buttons about the question rather than answers to it: pages, the review, other ways; and buttons too late."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from dialogs.interview.layout import layout_of
from dialogs.interview.option_ids import read_option_id
from referrals.applications.records import Application
from referrals.conversations.asking.offering import INTERVIEW, mark_of
from referrals.conversations.asking.reviewing import HIDE, LINES, PRIVATE, REVIEW, keep_covered, pick_line
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.interviews.sessions import StoredSession, ask_once_more, review_lines_of
from referrals.conversations.pending import IDLE
from referrals.conversations.stages import helping, once_more
from referrals.conversations.stages.interview_events import Telling, say_events
from referrals.messages import Message
from referrals.spoken_numbers import shown

OF_ONE_QUESTION = ("page", "skip", "aside")
OF_THE_REVIEW = (REVIEW, LINES, HIDE, "change", "submit")


def about_the_question(desk: Desk, stored: StoredSession, heard: Heard) -> bool:
    """Does what such a button says; False for anything else, which may be an answer. The session stays as it is."""
    if heard.stage != INTERVIEW:
        return False
    page = heard.number()
    if _has_passed(stored, heard):
        desk.pend(INTERVIEW)
        say_events(desk, ask_once_more(desk, stored), Telling(before=(desk.voice.say("interview.no_longer_asked"),)))
    elif heard.value in ("page", REVIEW):
        desk.pend(INTERVIEW)
        events = ask_once_more(desk, stored)
        say_events(desk, events, Telling(page=page, in_place=bool(desk.touched), private=PRIVATE in heard.rest))
    elif heard.value in ("again", HIDE):
        if heard.value == HIDE:
            keep_covered(desk)
        desk.pend(INTERVIEW)
        say_events(desk, ask_once_more(desk, stored))
    elif heard.value in (LINES, "change"):
        _pick(desk, stored, page, in_place=heard.value == LINES)
    elif heard.value == "voice":
        desk.say("interview.send_voice")
    elif heard.value == "human":
        helping.ask_question(desk)
    elif heard.value == "later":
        desk.say("interview.kept_for_later")
    else:
        return False
    return True


def _has_passed(stored: StoredSession, heard: Heard) -> bool:
    """Whether it is of a question that is no longer asked, or of a review that is over: then it changes nothing."""
    if heard.value in OF_THE_REVIEW:
        return stored.session.status != "reviewing"
    about = heard.rest[-1:] if heard.value in OF_ONE_QUESTION else ()
    return bool(about) and about[0] != mark_of(stored.session.pending.removeprefix("+"))


def _pick(desk: Desk, stored: StoredSession, page: int, *, in_place: bool) -> None:
    message = pick_line(desk, review_lines_of(desk, stored), page)
    ask_in(desk, message, in_place=in_place)


def ask_in(desk: Desk, message: Message, *, in_place: bool = False) -> None:
    """Says something about the interview whose own buttons are pending; in the place of what was tapped where asked."""
    desk.pend(INTERVIEW, [choice for choice in message.choices if choice.id.startswith("d:")])
    desk.owed.append(replace(message, edits=desk.touched) if in_place else message)


def tell_filed_already(desk: Desk, stored: StoredSession, heard: Heard) -> bool:
    """A button of an interview that is done: its application stands, by its number. False for any other button.

    Words to an interview that a clerk finished meanwhile are told where the application stands.
    """
    if not heard.tapped and not heard.option:
        desk.pend(IDLE)
        once_more.let_go(desk)
        desk.wish = "status"
        return True
    if read_option_id(layout_of(stored.form), stored.session, heard.option) is None:
        return False
    mine = select(Application.number).where(Application.session_id == stored.id)
    number = desk.uow.connection.execute(mine).scalar()
    if number is None:
        return False
    arabic = desk.settings.digits == "arab" and desk.language == "ar"
    desk.say("interview.filed_already", number=shown(number, "arab" if arabic else "latn"))
    desk.took_up = True  # what is pending now comes again
    return True
