"""Words for the pending question: taken as its answer, offered back, or asked again."""

from __future__ import annotations

from dialogs.interview.accepting import Place, clean_text
from dialogs.interview.cascading import hear_further, heard_path
from dialogs.interview.columns import is_searched
from dialogs.interview.events import Found
from dialogs.interview.heard import Heard
from dialogs.interview.hearing import hear_words
from dialogs.interview.hearing_choices import (
    LONGEST,
    means_done,
    names_exactly,
    names_meant,
    names_to_take_off,
)
from dialogs.interview.hearing_texts import is_phone
from dialogs.interview.marking import add_marks, finish_marking, take_marks_off
from dialogs.interview.moving import off_topic, read_note
from dialogs.interview.offering import MEDIA_KINDS, MULTIPLE, chosen_names, make_option
from dialogs.interview.searching import SHOWN
from dialogs.interview.showing import choice_labels
from dialogs.interview.turn import Turn
from dialogs.understanding import fold

NO_ANSWER = frozenset(
    {"menu", "status", "my_data", "erase", "greeting", "thanks", "apply", "appointments", "urgent"}
)  # intents that are never an answer, unless the form takes the words as one
_NOT_TOLD = frozenset({"name", "national_id", "phone"})  # kinds of text to which «لا» says that it is not told
_NOT_SENT = MEDIA_KINDS | {"geopoint"}  # «إن شئتم، أرسلوا مكان البيت» «لا»
_READ = frozenset(fold(w) for w in "التالي|تابع|نكمل|كمل|أكمل|فهمت|فهمنا|مفهوم|قرأت|next|continue|got it".split("|"))


def answer(turn: Turn, text: str, intent: str) -> None:
    """Hear the words against the pending question and do what follows."""
    course, ref = turn.course, turn.pending
    kind = course.instance.node(ref).question.kind
    if kind in MULTIPLE and len(text) <= LONGEST and _marked(turn, text, intent):
        return
    if intent == "no" and _leaves_with_no(turn):
        turn.skip()
        return
    heard = hear_words(course, ref, text)
    if kind == "select_one":
        heard = hear_further(course, ref, text, heard)
    offers = course.session.offers
    choosing = kind == "select_one" or kind in MULTIPLE
    if offers and intent in {"yes", "no"} and not (choosing and heard.value is not None):
        if intent == "yes" and len(offers) == 1:
            turn.accept(heard_path(course, ref, offers[0]))
        else:
            course.change(offers=())
            turn.say_where()
    elif intent in {"yes", "no"} and not choosing and turn.shown_now(ref):
        _about_current(turn, intent)
    elif heard.value is not None:
        turn.accept(heard)
    elif intent == "yes" and turn.shown_now(ref) and course.session.draft is None:
        turn.keep()
    else:
        _unanswered(turn, text, intent, heard)


def _leaves_with_no(turn: Turn) -> bool:
    """Whether «لا» says that nothing is sent or told: a picture, a place, a name, a number of a telephone or a card."""
    question = turn.course.instance.node(turn.pending).question
    if question.kind in _NOT_SENT or question.chat.get("kind", "") in _NOT_TOLD:
        return True
    digits = "numbers" in question.appearance.split() or is_phone(Place(turn.course, turn.pending))
    return question.kind == "text" and digits


def _unanswered(turn: Turn, text: str, intent: str, heard: Heard) -> None:
    if heard.found:
        _tell_found(turn, text, heard.found)
    elif heard.off_topic or (intent in NO_ANSWER and not heard.offers):
        off_topic(turn, clean_text(text), heard.off_topic or intent)
    else:
        turn.misunderstand(heard.reason, heard.offers, heard.said)


def _marked(turn: Turn, text: str, intent: str) -> bool:
    """Do what the words say while several may be chosen; False when they answer as a whole, or say nothing of it."""
    course, ref = turn.course, turn.pending
    draft = course.session.draft
    exact = names_exactly(course, ref, text)
    if draft and not exact and (means_done(text) or (intent == "yes" and not course.session.offers)):
        finish_marking(turn)
        return True
    off = () if exact else names_to_take_off(course, ref, text)
    if off and set(off) <= set(chosen_names(course, ref)):
        take_marks_off(turn, off)
        return True
    question = course.instance.node(ref).question
    if draft is None and not is_searched(question, len(choice_labels(course, ref))):
        return False
    names, _ = names_meant(course, ref, text)
    if names:
        add_marks(turn, names)
    return bool(names)


def _tell_found(turn: Turn, text: str, found: tuple[str, ...]) -> None:
    labels = choice_labels(turn.course, turn.pending)
    options = tuple(make_option(turn.course, turn.pending, name, labels[name]) for name in found[:SHOWN])
    turn.course.change(offers=())
    turn.events.append(Found(turn.pending, clean_text(text), options, max(len(found) - SHOWN, 0)))
    turn.say_where()


def _about_current(turn: Turn, intent: str) -> None:
    """Yes keeps the answer that is shown, no asks for another."""
    if intent == "yes":
        turn.keep()
    else:
        turn.misunderstand("unreadable")


def answer_skip(turn: Turn, text: str) -> None:
    """«مش عارفة» skips, unless a choice close to it is offered; a note that waits was read.

    Where only numbers are to be tapped nothing close is offered: it would stand alone, in a chat that others may read.
    """
    if turn.course.instance.node(turn.pending).question.kind == "note":
        read_note(turn)
        return
    if choice_labels(turn.course, turn.pending):
        heard = hear_words(turn.course, turn.pending, text)
        if heard.value is not None:
            turn.accept(heard)
            return
        if heard.offers and turn.course.instance.node(turn.pending).question.chat.get("neutral") != "yes":
            turn.misunderstand("unsure", heard.offers)
            return
    turn.skip()


def read_pause(turn: Turn, text: str, intent: str) -> None:
    """A note waits until it was read; anything else that is said is kept apart."""
    if intent in {"yes", "thanks", "skip"} or fold(text) in _READ:
        read_note(turn)
    else:
        off_topic(turn, clean_text(text), intent)
