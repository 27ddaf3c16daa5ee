"""A plain wish, at any step: which place it names, the way there, and what is pending afterwards."""

from __future__ import annotations

from dialogs.understanding import fold
from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.desk import Desk
from referrals.conversations.front_desk.flow import ONLY_TELL, PLACES, WORDS
from referrals.conversations.front_desk.repeating import repeat_pending
from referrals.conversations.stages import (
    agreeing,
    choosing,
    claiming,
    greeting,
    interviewing,
    own_hours,
    stopping,
    withdrawing,
)

CONSENTS = (agreeing.CONSENT, choosing.AGREE)
BEFORE_A_PROGRAMME = ("urgent", "clear")  # every other place needs to know which programme it is


def go_to(desk: Desk, place: str) -> None:
    """One of the places; what is pending is not lost when the place only tells something."""
    stage = desk.stage
    if desk.programme_id is None and place not in BEFORE_A_PROGRAMME:
        greeting.ask_programme(desk)
        return
    if place == "apply" and stage == INTERVIEW:
        interviewing.repeat(desk)
        return
    PLACES[place](desk)
    # After anything else a consent is asked for again: a later «اه» must be a yes to it and to nothing else.
    asked_again = place in ONLY_TELL or stage in CONSENTS
    if asked_again and desk.stage == stage and not desk.just_asked:
        repeat_pending(desk)


def place_named_by(words: str) -> str:
    """The place that is known by whole sentences of its own; blank for all others."""
    said = fold(words)
    if said in claiming.SAID:
        return "claim"
    if said in own_hours.SAID:
        return "hours"
    return "recipients" if said in withdrawing.SAID else ""


def wish_of(intent: str, words: str) -> str:
    """The place that an intent leads to; «مسح» alone is about the chat on this phone, not about what we keep."""
    if intent == "erase" and fold(words) in stopping.CLEAR_WORDS:
        return "clear"
    return WORDS.get(intent, intent)


def grant_wish(desk: Desk) -> None:
    """«أين وصل طلبي؟» in the middle of an interview: answered, and the pending question follows."""
    wish, desk.wish = WORDS.get(desk.wish, desk.wish), ""
    if wish not in PLACES:
        return
    question = desk.owed.pop() if desk.owed and desk.stage == INTERVIEW else None
    PLACES[wish](desk)
    if question is not None and desk.stage == INTERVIEW:
        desk.owed.append(question)
