"""The interview inside a conversation: the turn runs, its events become messages, its end becomes an application."""

from __future__ import annotations

from datetime import timedelta

from dialogs.interview import Answered, Asked, Event, Misunderstood, OffTopic, Said, SaidMedia, ask_again, begin, resume
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.prompting import INTERVIEW
from referrals.conversations.sessions import (
    StoredSession,
    insert_session,
    intake_form,
    load_session,
    new_session_id,
    save_session,
)
from referrals.conversations.stages import helping
from referrals.conversations.stages.interview_events import say_events
from referrals.media.keeping import keep_remote

RESUMED = "resumed"
LONG_AWAY = timedelta(hours=12)
THAT_IS_ALL = "هذا كل شيء"  # a yes to «هل هذا كل شيء؟», in words that the interview reads


def begin_or_resume(desk: Desk, *, asked: bool = False) -> None:
    """Starts the intake; goes on with the one that is open; asks first after a long while, unless that was `asked`."""
    stored = load_session(desk)
    if stored is not None and stored.session.status in ("asking", "reviewing", "editing", "stopped"):
        if not asked and _been_away(desk, stored):
            offer_to_resume(desk, stored)
        else:
            show(desk, ask_again(stored.form, stored.session, now=desk.at))
        return
    start_over(desk)


def start_over(desk: Desk) -> None:
    """A new interview on the form in force."""
    form_id, form = intake_form(desk)
    settings = desk.settings
    session, events = begin(
        form,
        id=new_session_id(desk),
        now=desk.at,
        time_zone=settings.time_zone,
        language=desk.language,
        country=settings.country,
    )
    insert_session(desk, form_id, session)
    desk.pend(INTERVIEW)
    say_events(desk, events)


def offer_to_resume(desk: Desk, stored: StoredSession) -> None:
    """They come back after days: what is kept, how much is left, three ways on."""
    choices = [desk.choice(RESUMED, value, f"button.{value}") for value in ("continue", "answers", "restart")]
    parts = (
        desk.voice.say("interview.welcome_back"),
        desk.voice.count("interview.left", _left(desk, stored)),
        desk.voice.say("interview.shall_we_go_on"),
    )
    desk.ask(RESUMED, " ".join(parts), choices)


def welcome_back(desk: Desk) -> None:
    """The same, once more."""
    stored = load_session(desk)
    if stored is not None:
        offer_to_resume(desk, stored)


def nudge(desk: Desk) -> None:
    """A short word to somebody who left in the middle; it names no need and no programme."""
    stored = load_session(desk)
    if stored is None:
        return
    left = _left(desk, stored)
    choices = [desk.choice(RESUMED, value, f"button.{value}") for value in ("continue", "answers", "restart")]
    desk.ask(RESUMED, desk.voice.count("interview.nudge", left), choices, purpose="reminder")


def _left(desk: Desk, stored: StoredSession) -> int:
    asked = (event for event in ask_again(stored.form, stored.session, now=desk.at) if isinstance(event, Asked))
    return next((event.prompt.remaining for event in asked), 0)


def answer_resumed(desk: Desk, heard: Heard) -> bool:
    if heard.intent == "no":
        desk.say("interview.kept_for_later")
        return True
    if heard.stage != RESUMED:
        return False
    stored = load_session(desk)
    if stored is None or heard.value == "yes":
        start_over(desk)
        return True
    if heard.value == "restart":
        choices = [desk.choice(RESUMED, "yes", "button.restart"), desk.choice(RESUMED, "no", "button.continue")]
        desk.ask(RESUMED, desk.voice.say("interview.restart_sure"), choices)
        return True
    if heard.value == "answers":
        session, events = resume(stored.form, stored.session, Said(text="مراجعة"), now=desk.at)
        save_session(desk, stored, session)
    else:
        events = ask_again(stored.form, stored.session, now=desk.at)
    desk.pend(INTERVIEW)
    say_events(desk, events)
    return True


def answer(desk: Desk, heard: Heard) -> bool:
    """One turn of the interview; False when there is none, or it is done."""
    stored = load_session(desk)
    if stored is None or stored.session.status == "completed":
        return False
    if (
        stored.session.status in ("asking", "editing", "reviewing")
        and _been_away(desk, stored)
        and not _is_answer(desk, stored, heard)
    ):
        offer_to_resume(desk, stored)
        return True
    if heard.stage == INTERVIEW and heard.value in ("page", "voice", "human", "later", "again"):
        return _aside(desk, stored, heard)
    session, events = resume(stored.form, stored.session, _said(desk, stored, heard), now=desk.at)
    save_session(desk, stored, session)
    if heard.asks:
        events = tuple(OffTopic(heard.text) if isinstance(event, Misunderstood) else event for event in events)
    say_events(desk, events)
    return True


def _been_away(desk: Desk, stored: StoredSession) -> bool:
    return desk.at - max(stored.updated_at, desk.seen_at or stored.updated_at) > LONG_AWAY


def _is_answer(desk: Desk, stored: StoredSession, heard: Heard) -> bool:
    """Whether it answers the pending question for sure, also after weeks: a tap, a file, a number asked for."""
    if heard.option or heard.tapped or heard.content.media or heard.content.point:
        return True
    _, events = resume(stored.form, stored.session, Said(text=heard.text), now=desk.at)
    return any(isinstance(event, Answered) and event.kind != "text" for event in events)


def _aside(desk: Desk, stored: StoredSession, heard: Heard) -> bool:
    """Buttons about the question rather than answers to it."""
    if heard.value == "page":
        page = int(heard.rest[0]) if heard.rest and heard.rest[0].isdigit() else 0
        show(desk, ask_again(stored.form, stored.session, now=desk.at), page=page)
    elif heard.value == "again":
        repeat(desk)
    elif heard.value == "voice":
        desk.say("interview.send_voice")
    elif heard.value == "human":
        helping.ask_question(desk)
    else:
        desk.say("interview.kept_for_later")
    return True


def show(desk: Desk, events: tuple[Event, ...], *, page: int = 0) -> None:
    """Asks the pending question again."""
    desk.pend(INTERVIEW)
    say_events(desk, events, page=page)


def repeat(desk: Desk) -> None:
    """The pending question once more, after something else was answered."""
    stored = load_session(desk)
    if stored is not None:
        show(desk, ask_again(stored.form, stored.session, now=desk.at))


def _said(desk: Desk, stored: StoredSession, heard: Heard) -> Said:
    content = heard.content
    if heard.option:
        return Said(choice=heard.option)
    if heard.stage == INTERVIEW:
        words = {"skip": "تخطي", "submit": "نعم", "change": "أغيّر إجابة", "yes": "نعم", "no": "لا"}
        return Said(text=words.get(heard.value, ""))
    if stored.session.draft and heard.intent == "yes":
        return Said(text=THAT_IS_ALL)
    media = None
    if content.media is not None:
        media = SaidMedia(kind=content.media.kind, name=str(keep_remote(desk, content.media)))
    return Said(text=heard.text, point=content.point, media=media, contact_phone=content.contact_phone)
