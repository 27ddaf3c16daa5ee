"""What is said when an answer was not understood: what was expected, what was nearly heard, other ways to answer."""

from __future__ import annotations

from dataclasses import replace

from dialogs.interview import Misunderstood, Option, Prompt
from dialogs.interview.hearing import SPOKEN
from referrals.conversations.asking.offering import INTERVIEW, answers_of, is_neutral, mark_of, skip_of
from referrals.conversations.asking.prompting import bounds_of
from referrals.conversations.desk import Desk
from referrals.conversations.heard import button_id
from referrals.messages import Choice

OWN_WORDS = ("national_id", "name")  # of `bind::chat:kind`: what is wrong with these is said in words of their own
STUCK_AT = 3  # every third time in a row other ways to answer are offered in place of the question
SECOND = 2  # the second time in a row, and of each three after it: the answer alone is asked for
SENT = ("image", "audio", "file")  # what is sent and not said


def misunderstanding(desk: Desk, event: Misunderstood, prompt: Prompt | None) -> str:
    """What to say before the question comes again: the author's own words, or what was expected with an example."""
    if prompt is None:
        return event.message or desk.voice.say("interview.no_such_line")
    again = event.attempt > STUCK_AT and event.attempt % STUCK_AT != SECOND
    if again and event.reason != "required" and not event.candidates and prompt.expects not in SENT:
        return _shorter(desk, event, prompt)
    if event.message:
        return event.message
    if prompt.expects in SENT:
        later = any(option.name == "!later" for option in prompt.options)
        waited = desk.voice.say(f"interview.misunderstood.{prompt.expects}")
        return f"{waited} {desk.voice.say('interview.or_send_later')}" if later else waited
    if event.reason == "required":
        return desk.voice.say("interview.required")
    if event.candidates:
        return desk.voice.say("interview.did_you_mean" if len(event.candidates) > 1 else "interview.did_you_mean_this")
    if event.attempt >= 2 and prompt.expects == "choice":
        return desk.voice.say("interview.easier")
    if prompt.kind == "range" and (within := bounds_of(desk, prompt)):
        return " ".join([desk.voice.say("interview.misunderstood.range"), *within])
    if (asked := prompt.chat.get("kind", "")) in OWN_WORDS:
        return desk.voice.say(f"interview.misunderstood.{asked}")
    if event.attempt % STUCK_AT == SECOND and prompt.expects != "point":
        key = "interview.example_alone" if event.example else "interview.answer_alone"
        return desk.voice.say(key, example=desk.voice.number(event.example))
    expects = "date" if prompt.kind == "time" else prompt.expects
    key = f"interview.misunderstood.{expects}" if expects in ("number", "date", "choice", "point") else ""
    if not key or (expects not in ("choice", "point") and not event.example):
        key = "interview.misunderstood.text"
    elif expects == "date":
        key = f"interview.misunderstood.{_part_of_date(prompt)}"
    return desk.voice.say(key, example=desk.voice.number(event.example))


def _shorter(desk: Desk, event: Misunderstood, prompt: Prompt) -> str:
    """After other ways to answer were offered: one short hint, never the first words again, and the way to a person."""
    if prompt.expects == "choice":
        return desk.voice.say("interview.shorter_choice")
    key = "interview.shorter" if event.example else "interview.shorter_text"
    return desk.voice.say(key, example=desk.voice.number(event.example))


def _part_of_date(prompt: Prompt) -> str:
    """What of a date is asked: an example of a month must not be introduced as a day."""
    words = prompt.appearance.split()
    if prompt.kind != "date":
        return "time" if prompt.kind == "time" else "moment"
    return "year" if "year" in words else "month" if "month-year" in words else "date"


def stuck(desk: Desk, prompt: Prompt | None, attempt: int = STUCK_AT) -> tuple[str, list[Choice]]:
    """The third time and the sixth: other ways to answer, by voice only where a voice can be one, or to leave it."""
    keys = ("voice", "human") if prompt is not None and prompt.kind in SPOKEN else ("human",)
    choices = [desk.choice(INTERVIEW, key, f"button.stuck_{key}") for key in keys]
    leave = skip_of(desk, prompt) if prompt is not None else ()
    if len(choices) == 1 or not leave:  # three buttons fit any channel
        later = desk.choice(INTERVIEW, "later", "button.stuck_later")
        if prompt is not None:  # «أجيب لاحقاً» puts off this question alone
            later = replace(later, id=button_id(INTERVIEW, "aside", mark_of(prompt.ref)))
        choices.append(later)
    key = "interview.stuck" if attempt <= STUCK_AT else "interview.stuck_again"
    return desk.voice.say(key), [*choices, *leave]


def candidates(desk: Desk, event: Misunderstood, prompt: Prompt | None) -> list[Choice]:
    """What was nearly understood, each with the number it has among the answers."""
    numbers = {option.name: number for number, option in answers_of(prompt)} if prompt is not None else {}
    return [_candidate(desk, prompt, option, numbers.get(option.name, 0)) for option in event.candidates]


def _candidate(desk: Desk, prompt: Prompt | None, option: Option, number: int) -> Choice:
    if prompt is not None and number and is_neutral(prompt):  # the words stand above, for whoever reads them there
        return Choice(option.id, desk.voice.number(number))
    return Choice(option.id, desk.voice.written(option.label), number=number)
