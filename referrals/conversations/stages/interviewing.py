"""The interview inside a conversation: the turn runs, its events become messages, its end becomes an application."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dialogs.interview import (
    Asked,
    AskedForHelp,
    AskedForHuman,
    Completed,
    DangerDisclosed,
    Event,
    FileKept,
    Misunderstood,
    OffTopic,
    Reviewed,
    Said,
    SaidMedia,
    StaleButton,
    Stopped,
    Unexpected,
    Vanished,
    VoiceKept,
    ask_again,
    begin,
    resume,
)
from referrals.applications.filing import file_application, others_applied
from referrals.conversations import prompting
from referrals.conversations.desk import IDLE, Desk
from referrals.conversations.heard import Heard
from referrals.conversations.prompting import INTERVIEW, Asking
from referrals.conversations.sessions import (
    StoredSession,
    insert_session,
    intake_form,
    load_session,
    new_session_id,
    save_session,
)
from referrals.conversations.stages import choosing, helping, safety, stopping
from referrals.media.keeping import keep_remote
from referrals.messages import Choice

RESUMED = "resumed"
LONG_AWAY = timedelta(hours=12)


def begin_or_resume(desk: Desk) -> None:
    """Starts the intake; goes on with the one that is open; asks first after a long while."""
    stored = load_session(desk)
    if stored is not None and stored.session.status in ("asking", "reviewing", "editing", "stopped"):
        if desk.at - stored.updated_at > LONG_AWAY:
            offer_to_resume(desk, stored)
        else:
            show(desk, stored, ask_again(stored.form, stored.session, now=desk.at))
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
    say_events(desk, None, events)


def offer_to_resume(desk: Desk, stored: StoredSession) -> None:
    """They come back after days: what is kept, how much is left, three ways on."""
    choices = [desk.choice(RESUMED, value, f"button.{value}") for value in ("continue", "answers", "restart")]
    parts = (
        desk.voice.say("interview.welcome_back"),
        desk.voice.count("interview.left", _left(desk, stored)),
        desk.voice.say("interview.shall_we_go_on"),
    )
    desk.ask(RESUMED, " ".join(parts), choices)


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
    if heard.stage != RESUMED:
        return False
    stored = load_session(desk)
    if stored is None or heard.value == "restart":
        start_over(desk)
        return True
    if heard.value == "answers":
        session, events = resume(stored.form, stored.session, Said(text="مراجعة"), now=desk.at)
        save_session(desk, stored, session)
    else:
        events = ask_again(stored.form, stored.session, now=desk.at)
    desk.pend(INTERVIEW)
    say_events(desk, stored, events)
    return True


def answer(desk: Desk, heard: Heard) -> bool:
    """One turn of the interview."""
    stored = load_session(desk)
    if stored is None:
        return False
    if (
        stored.session.status in ("asking", "editing", "reviewing")
        and _been_away(desk, stored)
        and not _is_answer(heard)
    ):
        offer_to_resume(desk, stored)
        return True
    if heard.stage == INTERVIEW and heard.value in ("page", "voice", "human", "later"):
        return _aside(desk, stored, heard)
    session, events = resume(stored.form, stored.session, _said(desk, heard), now=desk.at)
    save_session(desk, stored, session)
    say_events(desk, stored, events)
    return True


def _been_away(desk: Desk, stored: StoredSession) -> bool:
    return desk.at - stored.updated_at > LONG_AWAY


def _is_answer(heard: Heard) -> bool:
    return bool(heard.option)


def _aside(desk: Desk, stored: StoredSession, heard: Heard) -> bool:
    """Buttons about the question rather than answers to it."""
    if heard.value == "page":
        page = int(heard.rest[0]) if heard.rest and heard.rest[0].isdigit() else 0
        show(desk, stored, ask_again(stored.form, stored.session, now=desk.at), page=page)
    elif heard.value == "voice":
        desk.say("interview.send_voice")
    elif heard.value == "human":
        helping.ask_question(desk)
    else:
        desk.say("interview.kept_for_later")
    return True


def show(desk: Desk, stored: StoredSession, events: tuple[Event, ...], *, page: int = 0) -> None:
    """Asks the pending question again."""
    desk.pend(INTERVIEW)
    say_events(desk, stored, events, page=page)


def repeat(desk: Desk) -> None:
    """The pending question once more, after something else was answered."""
    stored = load_session(desk)
    if stored is not None:
        show(desk, stored, ask_again(stored.form, stored.session, now=desk.at))


def _said(desk: Desk, heard: Heard) -> Said:
    content = heard.content
    if heard.option:
        return Said(choice=heard.option)
    if heard.stage == INTERVIEW:
        words = {"skip": "تخطي", "submit": "نعم", "change": "أغيّر إجابة", "yes": "نعم", "no": "لا"}
        return Said(text=words.get(heard.value, ""))
    media = None
    if content.media is not None:
        media = SaidMedia(kind=content.media.kind, name=str(keep_remote(desk, content.media)))
    return Said(text=heard.text, point=content.point, media=media, contact_phone=content.contact_phone)


def say_events(desk: Desk, stored: StoredSession | None, events: tuple[Event, ...], *, page: int = 0) -> None:
    """What happened becomes what is said: leads first, then the one question."""
    prompt = next((event.prompt for event in events if isinstance(event, Asked)), None)
    leads: list[str] = []
    extra: list[Choice] = []
    for event in events:
        if isinstance(event, Misunderstood):
            if event.attempt >= 3:
                text, extra = prompting.stuck(desk)
                leads.append(text)
            else:
                leads.append(prompting.misunderstanding(desk, event, prompt))
                extra = prompting.candidates(event)
        elif _digress(desk, event):
            return
        elif isinstance(event, Reviewed):
            text, choices = prompting.review(desk, event.lines)
            desk.ask(INTERVIEW, "\n".join([*leads, text]), choices, purpose="interview")
            return
        elif isinstance(event, Completed):
            _file(desk, leads)
            return
        else:
            leads += _lead(desk, event)
    if prompt is None:
        if leads:
            desk.tell("\n".join(leads), extra, purpose="interview")
        return
    message = prompting.question(desk, Asking(prompt, tuple(leads), page))
    desk.pend(INTERVIEW)
    # A question's own buttons come first; other ways to answer replace them at the third time.
    desk.owed.append(replace(message, choices=tuple(extra)) if extra else message)


def _digress(desk: Desk, event: Event) -> bool:
    """Events that take the conversation elsewhere; the interview waits."""
    if isinstance(event, DangerDisclosed):
        safety.raise_danger(desk, "")
    elif isinstance(event, AskedForHuman):
        helping.ask_question(desk)
    elif isinstance(event, Stopped):
        stopping.show_stop_menu(desk)
    else:
        return False
    return True


def _lead(desk: Desk, event: Event) -> list[str]:
    """A line that goes before the question."""
    if isinstance(event, Vanished) and event.lines:
        return [desk.voice.say("interview.vanished", answers="، ".join(line.label for line in event.lines))]
    if isinstance(event, VoiceKept):
        return [desk.voice.say("interview.voice_kept")]
    if isinstance(event, FileKept):
        return [desk.voice.say("interview.file_kept")]
    if isinstance(event, Unexpected):
        return [desk.voice.say("interview.not_asked_for")]
    if isinstance(event, AskedForHelp):
        return [desk.voice.say("interview.help")]
    if isinstance(event, OffTopic):
        return [_off_topic(desk, event)]
    if isinstance(event, StaleButton):
        key = "interview.answered_before" if event.applies else "interview.no_longer_asked"
        return [desk.voice.say(key)]
    return []


def _off_topic(desk: Desk, event: OffTopic) -> str:
    helping.keep_question(desk, event.text)
    return desk.voice.say("interview.off_topic")


def _file(desk: Desk, leads: list[str]) -> None:
    """The interview is done: the application is filed, and the way to a centre begins."""
    stored = load_session(desk)
    assert stored is not None
    filed = file_application(desk, stored)
    if others_applied(desk):
        helping.open_request(desk, "possible_duplicate", filed.number)
    desk.pend(IDLE)
    desk.say(
        "desk.submitted",
        number=desk.voice.number(filed.shown_number),
        day=desk.voice.day(filed.answer_due),
    )
    choosing.offer_centres(desk, filed.application_id)
