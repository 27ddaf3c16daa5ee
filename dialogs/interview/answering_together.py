"""Several answers in one message, each to its own question of those asked together."""

from __future__ import annotations

from dialogs.interview.heard import Heard
from dialogs.interview.hearing import hear_words
from dialogs.interview.hearing_choices import LONGEST, names_exactly
from dialogs.interview.packing import pack_of, parts_of
from dialogs.interview.turn import Turn
from dialogs.understanding import read_intent


def answer_together(turn: Turn, text: str) -> bool:
    """Answer each question by its part; False when the message is one answer, to the first of them.

    What was not understood is asked on its own, the first of it now.
    """
    refs = pack_of(turn.course)
    parts = parts_of(text, len(refs)) if refs else {}
    if not parts:
        return False
    missed: list[tuple[str, Heard]] = []
    for place, ref in enumerate(refs):
        if place in parts and ref in turn.course.steps():
            heard = _answer_one(turn, ref, parts[place])
            if heard is not None:
                missed.append((ref, heard))
    if turn.danger():
        return True
    if missed:
        ref, heard = missed[0]
        turn.course.change(pending=ref, status="asking")
        turn.misunderstand(heard.reason, heard.offers, heard.said)
    else:
        turn.say_where()
    return True


def _answer_one(turn: Turn, ref: str, part: str) -> Heard | None:
    """What was misheard, None when the part was taken."""
    turn.course.change(pending=ref, attempts=0, draft=None, offers=())
    if _leaves_blank(turn, ref, part):
        return None if turn.leave_blank(ref) else Heard(None, reason="required")
    heard = hear_words(turn.course, ref, part)
    if heard.value:
        return None if turn.take(heard) else Heard(None, reason="constraint")
    return heard


def _leaves_blank(turn: Turn, ref: str, part: str) -> bool:
    """«-» or «تخطي» in the place of an answer."""
    if len(part) > LONGEST or names_exactly(turn.course, ref, part):
        return False
    return not part.strip("-–—ـ. ") or read_intent(part).value == "skip"
