"""Coming back to an interview: what is kept, what was answered last, how much is left, and three ways on."""

from __future__ import annotations

from dialogs.interview import Said, summary
from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.asking.reviewing import line_of
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.interviews.sessions import (
    StoredSession,
    ask_once_more,
    load_session,
    run_turn,
    save_session,
)
from referrals.conversations.once_more_mark import is_asked_once_more
from referrals.conversations.stages.interview_events import say_events
from referrals.conversations.stages.starting import start_over
from referrals.messages import Choice

RESUMED, RESTART = "resumed", "restart"
WAYS_ON = ("continue", "answers", "restart")


def offer_to_resume(desk: Desk, stored: StoredSession) -> None:
    """They come back after days, on whatever channel."""
    kept = summary(stored.form, stored.session, now=desk.at)
    last = next((line for line in reversed(kept.lines) if line.shown and not line.sensitive), None)
    parts = [desk.voice.say("interview.welcome_back")]
    if last is not None and desk.readers != "shared":  # whoever has the telephone now may not be the one who wrote it
        parts.append(desk.voice.say("interview.last_answer", answer=line_of(desk, last)))
    left = desk.voice.count("interview.left", kept.remaining)
    parts.append(f"{left} {desk.voice.say('interview.shall_we_go_on')}")
    desk.ask(RESUMED, "\n".join(parts), _ways_on(desk))


def _ways_on(desk: Desk) -> list[Choice]:
    """What was filed already is gone on with, never begun anew."""
    anew = () if is_asked_once_more(desk) else WAYS_ON[2:]
    return [desk.choice(RESUMED, value, f"button.{value}") for value in (*WAYS_ON[:2], *anew)]


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
    left = summary(stored.form, stored.session, now=desk.at).remaining
    desk.ask(RESUMED, desk.voice.count("interview.nudge", left), _ways_on(desk), purpose="reminder")


def answer_resumed(desk: Desk, heard: Heard) -> bool:
    if heard.intent == "no":
        desk.say("interview.kept_for_later")
        return True
    if heard.stage != RESUMED:
        return False
    stored = load_session(desk)
    if stored is not None and is_asked_once_more(desk) and heard.value in ("yes", "restart"):
        desk.pend(INTERVIEW)
        say_events(desk, ask_once_more(desk, stored))
        return True
    if stored is None or heard.value == "yes":
        start_over(desk)
        return True
    if heard.value == "restart":
        ask_restart(desk)
        return True
    if heard.value == "answers":
        session, events = run_turn(desk, stored, Said(text="مراجعة"))
        save_session(desk, stored, session)
    else:
        events = ask_once_more(desk, stored)
    desk.pend(INTERVIEW)
    say_events(desk, events)
    return True


def ask_restart(desk: Desk, stage: str = RESUMED) -> None:
    """All answers would go: asked once."""
    choices = [desk.choice(stage, "yes", "button.restart"), desk.choice(stage, "no", "button.continue")]
    desk.ask(stage, desk.voice.say("interview.restart_sure"), choices)


def ask_restart_in_words(desk: Desk) -> None:
    """«نعيد», «من جديد» in the middle of the interview: a word is no tap, and may have meant something else."""
    ask_restart(desk, RESTART)


def answer_restart(desk: Desk, heard: Heard) -> bool:
    """Yes begins again, which «رجوع» still takes back; anything else goes on where they were."""
    stored = load_session(desk)
    if heard.stage != RESTART or stored is None:
        return False
    if heard.value == "yes":
        session, events = run_turn(desk, stored, Said(text="نبدأ من جديد"))
        save_session(desk, stored, session)
    else:
        events = ask_once_more(desk, stored)
    desk.pend(INTERVIEW)
    say_events(desk, events)
    return True


def leave_restart(desk: Desk) -> None:
    """Back to the question that was pending."""
    stored = load_session(desk)
    if stored is not None:
        desk.pend(INTERVIEW)
        say_events(desk, ask_once_more(desk, stored))
