"""What happened in an interview becomes what is said: leads first, then the one question, or another stretch of way."""

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
    Prompt,
    Reviewed,
    StaleButton,
    Stopped,
    Unexpected,
    Vanished,
    VoiceKept,
)
from dialogs.understanding import fold
from referrals.applications.filing import file_application, others_applied
from referrals.conversations import prompting
from referrals.conversations.desk import IDLE, Desk
from referrals.conversations.prompting import INTERVIEW, Asking
from referrals.conversations.sessions import load_session
from referrals.conversations.stages import choosing, greeting, helping, safety, stopping
from referrals.messages import Choice

STUCK_AT = 3  # every third time in a row other ways to answer are offered in place of the question


def say_events(desk: Desk, events: tuple[Event, ...], *, page: int = 0) -> None:
    """Says what a turn of the interview came to; exactly one thing is pending afterwards."""
    leads: list[str] = []
    extra: list[Choice] = []
    prompt = next((event.prompt for event in events if isinstance(event, Asked)), None)
    for event in events:
        if isinstance(event, Misunderstood):
            if event.attempt % STUCK_AT == 0:
                desk.ask(INTERVIEW, *prompting.stuck(desk, prompt), purpose="interview")
                return
            leads.append(prompting.misunderstanding(desk, event, prompt))
            extra = prompting.candidates(desk, event)
        elif _leads_elsewhere(desk, event, leads):
            return
        elif isinstance(event, Vanished):
            leads += _vanished(desk, event, prompt)
        else:
            leads += _lead(desk, event)
    if prompt is None:
        if leads:
            desk.tell("\n".join(leads), extra, purpose="interview")
        return
    again = any(isinstance(event, Misunderstood) for event in events)
    message = prompting.question(desk, Asking(prompt, tuple(leads), page, again))
    # What was nearly understood is offered instead of the question's own buttons («هل تقصد …؟»).
    message = replace(message, choices=tuple(extra)) if extra else message
    desk.pend(INTERVIEW, [choice for choice in message.choices if choice.id.startswith("d:")])
    desk.owed.append(message)


def _leads_elsewhere(desk: Desk, event: Event, leads: list[str]) -> bool:
    """Events after which something other than the next question is pending."""
    if isinstance(event, DangerDisclosed):
        safety.raise_danger(desk, "")
    elif isinstance(event, AskedForHuman):
        helping.ask_question(desk)
    elif isinstance(event, Stopped):
        stopping.show_stop_menu(desk)
    elif isinstance(event, Reviewed):
        _review(desk, event, leads)
    elif isinstance(event, Completed):
        _file(desk)
    elif isinstance(event, StaleButton) and event.applies and event.key:
        _offer_change(desk, event)
    else:
        return False
    return True


def _lead(desk: Desk, event: Event) -> list[str]:
    """A line that goes before the question."""
    if isinstance(event, OffTopic):
        return _off_topic(desk, event)
    key = {
        VoiceKept: "interview.voice_kept",
        FileKept: "interview.file_kept",
        Unexpected: "interview.not_asked_for",
        AskedForHelp: "interview.help",
        StaleButton: "interview.no_longer_asked",
    }.get(type(event))
    return [desk.voice.say(key)] if key else []


def _vanished(desk: Desk, event: Vanished, prompt: Prompt | None) -> list[str]:
    """The questions that fell away, each once; not the one that is asked now, with other answers to choose from."""
    asked = prompt.label if prompt is not None else ""
    gone = dict.fromkeys(prompting.question_alone(line.label) for line in event.lines if line.label != asked)
    key = "interview.vanished" if len(gone) > 1 else "interview.vanished_one"
    return [desk.voice.say(key, answers="\n".join(gone))] if gone else []


def _off_topic(desk: Desk, event: OffTopic) -> list[str]:
    """A greeting is given back, thanks are taken, a wish is granted before the question; the rest is kept for staff."""
    if event.intent == "greeting":
        return [desk.voice.say(f"desk.greeting_back.{greeting.kind_of(event.text)}")]
    if event.intent == "thanks":
        return [desk.voice.say("desk.you_are_welcome")]
    if event.intent:
        desk.wish = "clear" if event.intent == "erase" and fold(event.text) in stopping.CLEAR_WORDS else event.intent
        return []
    helping.keep_question(desk, event.text)
    return [desk.voice.say("interview.off_topic")]


def _offer_change(desk: Desk, event: StaleButton) -> None:
    """A button of an earlier question: is the answer to be changed? The pending question stays."""
    choices = [
        Choice(event.key, desk.voice.say("button.yes")),
        desk.choice(INTERVIEW, "again", "button.no"),
    ]
    desk.pend(INTERVIEW, choices[1:])
    desk.tell(desk.voice.say("interview.answered_before"), choices, purpose="interview")


def _review(desk: Desk, event: Reviewed, leads: list[str]) -> None:
    """All answers and what can be done with them; only the number is asked for once they want to change one."""
    if event.choosing:
        desk.ask(INTERVIEW, desk.voice.say("interview.which_line"), purpose="interview")
        return
    text, choices = prompting.review(desk, event.lines, complete=event.complete)
    desk.ask(INTERVIEW, "\n".join([*leads, *event.notes, text]), choices, purpose="interview")


def _file(desk: Desk) -> None:
    """The interview is done: the application is filed, and the way to a centre begins."""
    stored = load_session(desk)
    assert stored is not None
    filed = file_application(desk, stored)
    if others_applied(desk):
        helping.open_request(desk, "possible_duplicate", filed.number)
    desk.pend(IDLE)
    before = len(desk.owed)
    choosing.offer_centres(desk, filed.application_id)
    then, desk.owed[before:] = desk.owed[before:], []
    # One day is named, not two: of the centre where one is chosen now, else of the programme's own staff.
    chooses = desk.stage == choosing.CENTRE
    hours = desk.settings.deadlines.get(filed.priority, desk.settings.deadlines["normal"]).respond_hours
    due = desk.at + timedelta(hours=hours) if chooses else filed.answer_due
    key = "desk.submitted_choose" if chooses else "desk.submitted"
    desk.say(key, number=desk.voice.number(filed.shown_number), day=desk.voice.day(due))
    if not desk.may_message:
        desk.say("desk.nothing_is_sent")
    desk.owed += then
