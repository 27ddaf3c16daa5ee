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
from dialogs.interview.option_ids import Tapped, code_of, option_id, read_option_id
from dialogs.interview.prompting import MULTIPLE, quick_answers
from dialogs.interview.showing import choice_labels, label_of, review_lines
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
        _tap(turn, said.choice)
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
        turn.off_topic(said.text, read_intent(said.text).value or "")
    else:
        turn.events.append(Unexpected(said.media.kind if said.media else "point" if said.point else "contact"))


# --------------------------------------------------------------------------------------------------------------- taps


def _tap(turn: Turn, choice: str) -> None:
    course = turn.course
    tapped = read_option_id(course.layout, course.session, choice)
    steps = course.steps()
    if tapped is None:
        _gone(turn)
        return
    asking = course.session.status in {"asking", "editing"}
    if tapped.code == "!change" and course.session.stale:
        _apply_stale(turn)
    elif asking and turn.pending == ANOTHER + tapped.ref and tapped.code in {"!another", "!finish"}:
        _another(turn, tapped.code == "!another")
    elif tapped.ref not in steps:
        _gone(turn)
    elif tapped.code == "!edit":
        turn.edit(tapped.ref)
    elif asking and turn.pending == tapped.ref:
        _pick(turn, tapped.code)
    else:
        _stale(turn, tapped, choice)


def _another(turn: Turn, more: bool) -> None:
    if more:
        turn.add_member()
    else:
        turn.finish_repeat()


def _gone(turn: Turn) -> None:
    turn.course.change(stale="")
    turn.events.append(StaleButton("", "", "", applies=False))
    turn.say_where()


def _stale(turn: Turn, tapped: Tapped, choice: str) -> None:
    course = turn.course
    name = _chosen(turn, tapped)
    if not name:
        _gone(turn)
        return
    course.change(stale=choice)
    turn.events.append(
        StaleButton(
            ref=tapped.ref,
            label=label_of(course, tapped.ref),
            shown=turn.shown_now(tapped.ref),
            key=option_id(course.layout, course.session, tapped.ref, "!change"),
            tapped=choice_labels(course, tapped.ref).get(name, ""),
        )
    )
    turn.say_where()


def _chosen(turn: Turn, tapped: Tapped) -> str:
    """The name or code that the tap still stands for, "" when there is none such any more."""
    if tapped.code == "!yes" or tapped.code.startswith("!quick"):
        return tapped.code
    labels = choice_labels(turn.course, tapped.ref)
    return next((name for name in labels if code_of(name) == tapped.code), "")


def _apply_stale(turn: Turn) -> None:
    course = turn.course
    tapped = read_option_id(course.layout, course.session, course.session.stale)
    if tapped is None or tapped.ref not in course.steps():
        _gone(turn)
        return
    reviewing = course.session.status in {"reviewing", "editing"}
    status = "editing" if reviewing else "asking"
    course.change(status=status, pending=tapped.ref, attempts=0, draft=None, offers=(), stale="")
    _pick(turn, tapped.code)


def _pick(turn: Turn, code: str) -> None:
    course, ref = turn.course, turn.pending
    kind = course.instance.node(ref).question.kind
    if code == "!done":
        turn.finish_toggling()
    elif code == "!keep":
        turn.keep()
    elif code == "!later":
        turn.skip()
    elif code == "!yes" and kind == "acknowledge":
        turn.accept(Heard("OK"))
    elif code.startswith(("!value", "!quick")):
        _pick_numbered(turn, code)
    else:
        name = _chosen(turn, Tapped(ref, code))
        if not name or name.startswith("!"):
            _gone(turn)
        elif kind in MULTIPLE:
            turn.toggle(name)
        else:
            turn.accept(Heard(name))


def _pick_numbered(turn: Turn, code: str) -> None:
    values = turn.course.session.offers
    if code.startswith("!quick"):
        values = tuple(value for value, _ in quick_answers(turn.course, turn.pending))
    place = code.removeprefix("!value").removeprefix("!quick")
    if place.isdigit() and int(place) < len(values):
        turn.accept(Heard(values[int(place)]))
    else:
        _gone(turn)


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
        _apply_stale(turn)
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
        turn.stop()
    elif intent == "back":
        turn.back()
    elif intent == "review":
        turn.review()
    elif intent == "restart":
        turn.restart()
    elif intent == "skip" and not reviewing:
        _skip_or_answer(turn, text)
    elif intent in _ELSEWHERE:
        turn.off_topic(text, intent)
    else:
        return False
    return True


def _skip_or_answer(turn: Turn, text: str) -> None:
    """«مش عارفة» skips, unless a choice close to it is offered."""
    if turn.pending.startswith(ANOTHER):
        turn.finish_repeat()
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
    elif heard.value is not None:
        turn.accept(heard)
    elif heard.off_topic or (intent in _NO_ANSWER and not heard.offers):
        turn.off_topic(text, heard.off_topic or intent)
    else:
        turn.misunderstand(heard.reason, heard.offers)


def _another_words(turn: Turn, text: str, intent: str) -> None:
    number = read_number(text).value
    if intent == "yes" or fold(text) in _MORE or number == 1:
        turn.add_member()
    elif intent in {"no", "skip"} or means_done(text) or number == 2:
        turn.finish_repeat()
    elif intent in _NO_ANSWER:
        turn.off_topic(text, intent)
    else:
        turn.misunderstand("not_a_choice")


def _review_words(turn: Turn, text: str, intent: str) -> None:
    lines = review_lines(turn.course)
    found = _LINE.fullmatch(fold(text))
    number = read_number(found[1] if found else text)
    if intent in {"yes", "apply"}:
        turn.confirm()
    elif number.sure and isinstance(number.value, int) and 1 <= number.value <= len(lines):
        turn.edit(lines[number.value - 1].ref)
    elif intent in {"change", "no"}:
        turn.review(choosing=True)
    elif intent == "skip":
        turn.stop()
    elif intent in _NO_ANSWER:
        turn.off_topic(text, intent)
    else:
        turn.misunderstand("unreadable")
