"""The lines that go before the next question: what became of the answer, of a file, of a member, of a wish."""

from __future__ import annotations

from collections.abc import Mapping

from dialogs.interview import (
    AskedAgain,
    AskedForHelp,
    AskedWhy,
    Event,
    FileKept,
    Found,
    MemberRemoved,
    MembersFull,
    NothingToChoose,
    OffTopic,
    Prompt,
    SetAside,
    StaleButton,
    UnderAge,
    Unexpected,
    Vanished,
    VoiceKept,
)
from dialogs.understanding import fold
from referrals.conversations.asking import echoing, prompting
from referrals.conversations.asking.reviewing import asked_of
from referrals.conversations.desk import Desk
from referrals.conversations.stages import greeting, helping, stopping

LEADS: Mapping[type[Event], str] = {
    FileKept: "interview.file_kept",
    StaleButton: "interview.no_longer_asked",
    SetAside: "interview.set_aside",
}


def lead_of(desk: Desk, event: Event) -> list[str]:
    """A line that goes before the question."""
    if isinstance(event, OffTopic):
        return _off_topic(desk, event)
    if isinstance(event, StaleButton) and event.applies:  # it says what is answered already
        question, shown = prompting.question_alone(event.label), desk.voice.number(event.shown)
        return [] if event.sensitive else [desk.voice.say("interview.same_answer", question=question, shown=shown)]
    if isinstance(event, AskedWhy):
        return [event.why or desk.voice.say("interview.why")]
    if isinstance(event, AskedForHelp):
        own = [line for line in (event.why, event.guidance) if line]
        return [*own, desk.voice.say("interview.help")]
    if isinstance(event, Found):
        more = [desk.voice.count("interview.found_more", event.more)] if event.more else []
        return [" ".join([desk.voice.say("interview.found"), *more])]
    if isinstance(event, MemberRemoved):
        key = "interview.removed" if event.shown else "interview.removed_unnamed"
        return [desk.voice.say(key, member=desk.voice.number(event.shown))]
    if isinstance(event, NothingToChoose):
        return [desk.voice.say("interview.nothing_to_choose", question=prompting.question_alone(event.label))]
    if isinstance(event, MembersFull):
        return [desk.voice.say("interview.members_full", most=event.most)]
    if isinstance(event, VoiceKept):
        return [desk.voice.say(f"interview.kept.{event.kind}")]
    if isinstance(event, Unexpected):
        known = event.kind if event.kind != "point" or event.name else "spot"
        return [desk.voice.say(f"interview.beside.{known}")]
    if isinstance(event, UnderAge):
        return [echoing.notice_child(desk, event)]
    if isinstance(event, AskedAgain):
        return [desk.voice.say("interview.send_again" if event.sends else "interview.not_made_out")]
    key = LEADS.get(type(event), "")
    return [desk.voice.say(key)] if key else []


def vanished(desk: Desk, event: Vanished, prompt: Prompt | None) -> list[str]:
    """The questions that fell away, each once; not the one that is asked now, with other answers to choose from."""
    asked = prompt.label if prompt is not None else ""
    gone = dict.fromkeys(asked_of(desk, line) for line in event.lines if line.label != asked)
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
