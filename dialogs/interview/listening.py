"""From what a person sent to the move it means: a tap, a thing, global words, or words for the pending question."""

from __future__ import annotations

from dataclasses import replace

from dialogs.interview.accepting import accepts, clean_text, safe_text
from dialogs.interview.answering import answer, answer_skip, read_pause
from dialogs.interview.answering_together import answer_together
from dialogs.interview.asides import means_keep, means_later, means_why, names_line
from dialogs.interview.columns import chat_text
from dialogs.interview.course import ANOTHER
from dialogs.interview.events import AskedForHelp, AskedForHuman, AskedWhy, DangerDisclosed, StaleButton, Unexpected
from dialogs.interview.hearing import hear_thing
from dialogs.interview.hearing_choices import LONGEST as LONGEST_CHOICE
from dialogs.interview.hearing_choices import names_exactly
from dialogs.interview.hearing_places import point_value
from dialogs.interview.moving import back, edit, finish_repeat, off_topic, restart, review, set_aside, stop
from dialogs.interview.offering import MEDIA_KINDS
from dialogs.interview.reviewing import another_words, review_words
from dialogs.interview.said import Said
from dialogs.interview.tapping import apply_stale, tap
from dialogs.interview.turn import Turn
from dialogs.understanding import read_danger, read_intent

LONGEST_COMMAND = 300  # characters: no word that steers is longer, and a long text is an answer
LONGEST_READ_FOR_DANGER = 6_000
_ELSEWHERE = frozenset({"menu", "status", "my_data", "erase"})  # the desk's words, even where a text is asked


def listen(turn: Turn, said: Said) -> None:
    """Make the move that the message means."""
    course = turn.course
    text = safe_text(said.text)
    if text != said.text:
        said = replace(said, text=text)
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


def intent_of(text: str) -> str:
    """What the words steer to, "" for none; a long text steers to nothing."""
    return (read_intent(text).value or "") if len(text) <= LONGEST_COMMAND else ""


def _danger_in(text: str) -> bool:
    return bool(read_danger(text[:LONGEST_READ_FOR_DANGER]))


def _after_completion(turn: Turn, said: Said) -> None:
    if said.choice:
        turn.events.append(StaleButton("", "", "", applies=False))
    elif said.text and _danger_in(said.text):
        turn.events.append(DangerDisclosed(words=True))
    elif said.text:
        off_topic(turn, said.text, intent_of(said.text))
    else:
        name = said.media.name if said.media else ""
        turn.events.append(Unexpected(said.media.kind if said.media else "point" if said.point else "contact", name))


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
    if said.point is not None and heard.value is None:
        name = _hold_point(turn, point_value(*said.point))
    if heard.value is not None:
        turn.accept(heard)
        return
    if heard.unexpected:
        turn.events.append(Unexpected(kind, name))
    if heard.unexpected and (kind == "sticker" or course.instance.node(turn.pending).question.kind not in MEDIA_KINDS):
        turn.say_where()
    else:
        turn.misunderstand(heard.reason, heard.offers, heard.said)


def _hold_point(turn: Turn, value: str) -> str:
    """A place that was sent too early waits for its question, to be confirmed there; which one, "" for none."""
    course = turn.course
    for step in course.open_steps():
        if not step.startswith(ANOTHER) and course.instance.node(step).question.kind == "geopoint":
            if not accepts(course, step, value):
                return ""
            course.write(step, value, "offered")
            return step
    return ""


# -------------------------------------------------------------------------------------------------------------- words


def _words(turn: Turn, text: str) -> None:
    course = turn.course
    intent = intent_of(text)
    if course.session.stale and _about_stale(turn, intent):
        return
    asking = course.session.status in {"asking", "editing"}
    question = asking and not turn.pending.startswith(ANOTHER)
    if question and len(text) <= LONGEST_CHOICE and names_exactly(course, turn.pending, text):
        answer(turn, text, intent)
    elif _danger_in(text):
        turn.events.append(DangerDisclosed(words=True))
    elif (asking and _aside(turn, text)) or _global(turn, text, intent):
        return
    elif course.session.status == "reviewing":
        review_words(turn, text, intent)
    elif question:
        _answer(turn, text, intent)
    else:
        another_words(turn, text, intent)


def _answer(turn: Turn, text: str, intent: str) -> None:
    if turn.course.instance.node(turn.pending).question.kind == "note":
        read_pause(turn, text, intent)
    elif not (turn.pack and answer_together(turn, text)):
        answer(turn, text, intent)


def _about_stale(turn: Turn, intent: str) -> bool:
    if intent == "yes":
        apply_stale(turn)
        return True
    turn.course.change(stale="")
    if intent == "no":
        turn.say_where()
    return intent == "no"


def _aside(turn: Turn, text: str) -> bool:
    """Why this is asked, «أجيب لاحقاً», or another answer called by its name: no answer to the question itself."""
    if len(text) > LONGEST_COMMAND:
        return False
    course, ref = turn.course, turn.pending
    if means_why(text):
        question = course.form.question(ref.removeprefix(ANOTHER))
        turn.events.append(AskedWhy(ref.removeprefix(ANOTHER), chat_text(course, question, "why")))
        turn.say_where()
    elif not ref.startswith(ANOTHER) and means_later(course, ref, text):
        set_aside(turn)
    elif not ref.startswith(ANOTHER) and means_keep(course, ref, text):
        turn.keep()
    elif line := names_line(course, text):
        edit(turn, line)
    else:
        return False
    return True


def _help(turn: Turn) -> AskedForHelp:
    course, ref = turn.course, turn.pending
    if course.session.status == "reviewing" or ref.startswith(ANOTHER):
        return AskedForHelp()
    question = course.instance.node(ref).question
    return AskedForHelp(course.instance.guidance(ref, course.language), chat_text(course, question, "why"))


def _global(turn: Turn, text: str, intent: str) -> bool:
    """Do what a global word says; False when it is none, or none here."""
    reviewing = turn.course.session.status == "reviewing"
    if intent in {"human", "help"}:
        turn.events.append(AskedForHuman() if intent == "human" else _help(turn))
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
        if turn.pending.startswith(ANOTHER):
            finish_repeat(turn)
        else:
            answer_skip(turn, text)
    elif intent in _ELSEWHERE:
        off_topic(turn, clean_text(text), intent)
    else:
        return False
    return True
