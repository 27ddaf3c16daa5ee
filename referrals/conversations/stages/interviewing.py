"""The interview inside a conversation: the turn runs, its events become messages, its end becomes an application."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dialogs.interview import Answered, Asked, Event, Misunderstood, OffTopic, Prompt, Restarted, Said
from referrals.conversations.asking.offering import INTERVIEW, page_of
from referrals.conversations.asking.reviewing import asks_first, keep_covered, pages_left
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.interviews.sessions import (
    UNDER_WAY,
    StoredSession,
    ask_once_more,
    load_session,
    run_turn,
    save_session,
)
from referrals.conversations.once_more_mark import is_asked_once_more
from referrals.conversations.stages import asides, greeting, members, resuming, things
from referrals.conversations.stages.interview_events import Telling, say_events
from referrals.conversations.stages.starting import start_over
from referrals.flows.offering import take_kept, told_of_screens

LONG_AWAY = timedelta(hours=12)
THAT_IS_ALL = "هذا كل شيء"  # a yes to «هل هذا كل شيء؟», in words that the interview reads
SAID_AS = {  # a button of ours in words that the interview reads
    "skip": "تخطي",
    "submit": "نعم",
}
SET_ASIDE = "!set_aside"  # what the interview calls putting off one question


def begin_or_resume(desk: Desk, *, asked: bool = False) -> None:
    """Starts the intake; goes on with the one that is open; asks first after a long while, unless that was `asked`."""
    stored = load_session(desk)
    if stored is not None and stored.session.status in (*UNDER_WAY, "stopped"):
        if not asked and _been_away(desk, stored):
            resuming.offer_to_resume(desk, stored)
        else:
            show(desk, ask_once_more(desk, stored))
        return
    start_over(desk)


def answer(desk: Desk, heard: Heard) -> bool:
    """One turn of the interview; False when there is none, or what was tapped is of none that we know."""
    stored = load_session(desk)
    if stored is None:
        return False
    if stored.session.status == "completed":
        return asides.tell_filed_already(desk, stored, heard)
    if stored.session.status in UNDER_WAY and _been_away(desk, stored) and not _is_answer(desk, stored, heard):
        if heard.intent == "greeting":
            desk.say(f"desk.greeting_back.{greeting.greeting_kind(heard)}")
        resuming.offer_to_resume(desk, stored)
        return True
    if _came_from_screens(desk, stored, heard):
        return True
    if asides.about_the_question(desk, stored, heard) or members.about_a_member(desk, stored, heard):
        return True
    following = pages_left(desk)
    if stored.session.status == "reviewing" and heard.intent == "yes" and following is not None:
        show(desk, ask_once_more(desk, stored), Telling(page=following))  # nobody agrees to what was not shown yet
        return True
    if stored.session.status == "reviewing" and heard.intent == "no" and asks_first(desk):
        keep_covered(desk)
        show(desk, ask_once_more(desk, stored))
        return True
    if things.is_too_large(heard.content):
        show(desk, ask_once_more(desk, stored), Telling(before=(desk.voice.say("interview.too_large"),)))
        return True
    if things.one_more_of_an_album(desk, stored, heard.content):
        return True
    session, events = run_turn(desk, stored, _said(desk, stored, heard))
    if members.ask_first(desk, stored, events, heard):
        return True
    begins_anew = session.dropped and any(isinstance(event, Restarted) for event in events)
    if begins_anew and is_asked_once_more(desk):  # what was filed is not begun anew
        show(desk, ask_once_more(desk, stored))
        return True
    if begins_anew:
        resuming.ask_restart_in_words(desk)  # a word («نعيد») is no tap: nothing is left behind before they said yes
        return True
    save_session(desk, stored, session)
    lines: tuple[str, ...] = ()
    if things.is_thing(heard.content):
        lines = things.keep_things(desk, stored, session, events, heard.content)
    elif heard.asks:
        events = tuple(OffTopic(heard.text) if isinstance(event, Misunderstood) else event for event in events)
    telling = _at_the_first(desk, stored, heard, events) or _in_place(desk, heard, events)
    say_events(desk, events, replace(telling, before=(*lines, *telling.before)))
    return True


def _at_the_first(desk: Desk, stored: StoredSession, heard: Heard, events: tuple[Event, ...]) -> Telling | None:
    """«رجوع» where nothing was asked before: said, or they would think that they were not heard."""
    stays = stored.session.status == "asking" and [type(event) for event in events] == [Asked]
    same = stays and isinstance(events[0], Asked) and events[0].prompt.ref == stored.session.pending
    return Telling(before=(desk.voice.say("interview.first_question"),)) if heard.intent == "back" and same else None


def _in_place(desk: Desk, heard: Heard, events: tuple[Event, ...]) -> Telling:
    """A mark that was set or taken away changes the message it stands in, where the channel lets us."""
    prompt = _only_marked(events)
    if prompt is None or not heard.option:
        return Telling()
    page = page_of(desk, prompt, heard.option)
    return Telling(page=page or None, in_place=bool(desk.touched))


def _only_marked(events: tuple[Event, ...]) -> Prompt | None:
    only = events[0] if len(events) == 1 else None
    return only.prompt if isinstance(only, Asked) and only.prompt.marking else None


def _came_from_screens(desk: Desk, stored: StoredSession, heard: Heard) -> bool:
    """Words after screens were filled: they answer the last question of the chat, which may be answered already.

    A tap says of itself which question it answers; words are asked for again, and a file is kept for staff.
    """
    if heard.option or heard.tapped:
        return False
    kept = take_kept(desk)
    if kept is None:
        return False
    things.keep_for_staff(desk, heard.content)
    show(desk, ask_once_more(desk, stored), Telling(before=told_of_screens(desk, kept)))
    return True


def _been_away(desk: Desk, stored: StoredSession) -> bool:
    return desk.at - max(stored.updated_at, desk.seen_at or stored.updated_at) > LONG_AWAY


def _is_answer(desk: Desk, stored: StoredSession, heard: Heard) -> bool:
    """Whether it answers the pending question for sure, also after weeks: a tap, a file, a number asked for."""
    if heard.option or heard.tapped or things.is_thing(heard.content):
        return True
    _, events = run_turn(desk, stored, Said(text=heard.text))
    return any(isinstance(event, Answered) and event.kind != "text" for event in events)


def show(desk: Desk, events: tuple[Event, ...], telling: Telling | None = None) -> None:
    """Asks the pending question again."""
    desk.pend(INTERVIEW)
    say_events(desk, events, telling or Telling())


def take_screens(desk: Desk) -> bool:
    """The person has closed the screens: what was kept is said in one line, and the next open question follows.

    False where there is no interview to go on with.
    """
    stored = load_session(desk)
    if stored is None or stored.session.status not in UNDER_WAY or desk.stage != INTERVIEW:
        return False
    kept = take_kept(desk, finished=True)
    show(desk, ask_once_more(desk, stored), Telling(before=told_of_screens(desk, kept or 0)))
    return True


def repeat(desk: Desk) -> None:
    """The pending question once more, after something else was answered."""
    stored = load_session(desk)
    if stored is not None:
        show(desk, ask_once_more(desk, stored))


def _said(desk: Desk, stored: StoredSession, heard: Heard) -> Said:
    content = heard.content
    if heard.option:
        return Said(choice=heard.option)
    if heard.stage == INTERVIEW:
        return Said(choice=SET_ASIDE) if heard.value == "aside" else Said(text=SAID_AS.get(heard.value, ""))
    if stored.session.draft and heard.intent == "yes":
        return Said(text=THAT_IS_ALL)
    return things.said_of(desk, stored, content) if things.is_thing(content) else Said(text=heard.text)
