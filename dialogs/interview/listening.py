"""From what a person sent to the move it means: a tap, a thing, global words, or words for the pending question."""

from __future__ import annotations

import re

from dialogs.interview.course import ANOTHER
from dialogs.interview.events import (
    AskedForHelp,
    AskedForHuman,
    DangerDisclosed,
    Said,
    StaleButton,
    Unexpected,
)
from dialogs.interview.heard import Heard
from dialogs.interview.hearing import hear_thing, hear_words
from dialogs.interview.hearing_choices import means_done, names_exactly
from dialogs.interview.moving import add_member, back, confirm, edit, finish_repeat, off_topic, restart, review, stop
from dialogs.interview.prompting import MULTIPLE
from dialogs.interview.showing import choice_labels, review_lines
from dialogs.interview.tapping import apply_stale, tap
from dialogs.interview.turn import Turn
from dialogs.understanding import fold, read_danger, read_intent, read_number

_ELSEWHERE = frozenset({"menu", "status", "my_data", "erase"})  # the desk's words, even where a text is asked
_NO_ANSWER = _ELSEWHERE | {"greeting", "thanks", "apply", "appointments", "urgent"}
_LINE = re.compile(
    r"(?:(?:عدل|اعدل|تعديل|تغيير|اغير|غير|رقم|السطر|السوال|الاجابه|اجابه|edit|change|number|line) ?)*(.+)"
)
_MORE = frozenset(
    {fold(w) for w in ("إضافة", "إضافة آخر", "اضف", "أضيف", "كمان", "زيادة", "واحد تاني", "فيه كمان", "add", "another")}
)


def listen(turn: Turn, said: Said) -> None:
    """Make the move that the message means."""
    course = turn.course
    if course.session.status == "completed":
        _after_completion(turn, said)
        return
    if course.session.status == "stopped":  # whatever comes after a stop goes on where it was
        course.change(status="asking" if course.open_steps() or turn.pending else "reviewing")
    turn.settle_pending()
    if said.choice:
        tap(turn, said.choice)
    elif said.media is not None or said.point is not None or said.contact_phone:
        _thing(turn, said)
    else:
        _words(turn, said.text)


def _after_completion(turn: Turn, said: Said) -> None:
    if said.choice:
        turn.events.append(StaleButton("", "", "", applies=False))
    elif said.text and read_danger(said.text):
        turn.events.append(DangerDisclosed(words=True))
    elif said.text:
        off_topic(turn, said.text, read_intent(said.text).value or "")
    else:
        turn.events.append(Unexpected(said.media.kind if said.media else "point" if said.point else "contact"))


# ------------------------------------------------------------------------------------------------------------- things


def _thing(turn: Turn, said: Said) -> None:
    course = turn.course
    kind = said.media.kind if said.media else "point" if said.point else "contact"
    name = said.media.name if said.media else ""
    course.change(stale="")
    if course.session.status == "reviewing" or turn.pending.startswith(ANOTHER):
        turn.events.append(Unexpected(kind, name))
        turn.say_where()
        return
    heard = hear_thing(course, turn.pending, said)
    if heard.value is not None:
        turn.accept(heard)
    elif heard.unexpected:
        turn.events.append(Unexpected(kind, name))
        turn.say_where()
    else:
        turn.misunderstand(heard.reason, heard.offers)


# -------------------------------------------------------------------------------------------------------------- words


def _words(turn: Turn, text: str) -> None:
    course = turn.course
    intent = read_intent(text).value or ""
    if course.session.stale and _about_stale(turn, intent):
        return
    asking = course.session.status in {"asking", "editing"}
    question = asking and not turn.pending.startswith(ANOTHER)
    if question and names_exactly(course, turn.pending, text):
        _answer(turn, text, intent)
    elif read_danger(text):
        turn.events.append(DangerDisclosed(words=True))
    elif _global(turn, text, intent):
        return
    elif course.session.status == "reviewing":
        _review_words(turn, text, intent)
    elif question:
        _answer(turn, text, intent)
    else:
        _another_words(turn, text, intent)


def _about_stale(turn: Turn, intent: str) -> bool:
    if intent == "yes":
        apply_stale(turn)
        return True
    turn.course.change(stale="")
    if intent == "no":
        turn.say_where()
    return intent == "no"


def _global(turn: Turn, text: str, intent: str) -> bool:
    """Do what a global word says; False when it is none, or none here."""
    reviewing = turn.course.session.status == "reviewing"
    if intent in {"human", "help"}:
        turn.events.append(AskedForHuman() if intent == "human" else AskedForHelp())
        turn.say_where()
    elif intent == "stop":
        stop(turn)
    elif intent == "back":
        back(turn)
    elif intent == "review":
        review(turn)
    elif intent == "restart":
        restart(turn)
    elif intent == "skip" and not reviewing:
        _skip_or_answer(turn, text)
    elif intent in _ELSEWHERE:
        off_topic(turn, text, intent)
    else:
        return False
    return True


def _skip_or_answer(turn: Turn, text: str) -> None:
    """«مش عارفة» skips, unless a choice close to it is offered."""
    if turn.pending.startswith(ANOTHER):
        finish_repeat(turn)
        return
    if choice_labels(turn.course, turn.pending):
        heard = hear_words(turn.course, turn.pending, text)
        if heard.value is not None:
            turn.accept(heard)
            return
        if heard.offers:
            turn.misunderstand("unsure", heard.offers)
            return
    turn.skip()


def _answer(turn: Turn, text: str, intent: str) -> None:
    course, ref = turn.course, turn.pending
    heard = hear_words(course, ref, text)
    kind = course.instance.node(ref).question.kind
    offers = course.session.offers
    choosing = kind == "select_one" or kind in MULTIPLE
    if offers and intent in {"yes", "no"} and not (choosing and heard.value is not None):
        if intent == "yes" and len(offers) == 1:
            turn.accept(Heard(offers[0]))
        else:
            course.change(offers=())
            turn.say_where()
    elif kind in MULTIPLE and means_done(text) and course.session.draft:
        turn.finish_toggling()
    elif intent in {"yes", "no"} and not choosing and turn.shown_now(ref):
        _about_current(turn, intent)
    elif heard.value is not None:
        turn.accept(heard)
    elif intent == "yes" and turn.shown_now(ref) and course.session.draft is None:
        turn.keep()
    elif heard.off_topic or (intent in _NO_ANSWER and not heard.offers):
        off_topic(turn, text, heard.off_topic or intent)
    else:
        turn.misunderstand(heard.reason, heard.offers)


def _about_current(turn: Turn, intent: str) -> None:
    """Yes keeps the answer that is shown, no asks for another."""
    if intent == "yes":
        turn.keep()
    else:
        turn.misunderstand("unreadable")


def _another_words(turn: Turn, text: str, intent: str) -> None:
    number = read_number(text).value
    if intent == "yes" or fold(text) in _MORE or number == 1:
        add_member(turn)
    elif intent in {"no", "skip"} or means_done(text) or number == 2:
        finish_repeat(turn)
    elif intent in _NO_ANSWER:
        off_topic(turn, text, intent)
    else:
        turn.misunderstand("not_a_choice")


def _review_words(turn: Turn, text: str, intent: str) -> None:
    lines = review_lines(turn.course)
    found = _LINE.fullmatch(fold(text))
    number = read_number(found[1] if found else text)
    if intent in {"yes", "apply"}:
        confirm(turn)
    elif number.sure and isinstance(number.value, int) and 1 <= number.value <= len(lines):
        edit(turn, lines[number.value - 1].ref)
    elif intent in {"change", "no"}:
        review(turn, choosing=True)
    elif intent == "skip":
        stop(turn)
    elif intent in _NO_ANSWER:
        off_topic(turn, text, intent)
    else:
        turn.misunderstand("unreadable")
