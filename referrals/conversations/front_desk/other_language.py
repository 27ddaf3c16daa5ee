"""«English», «بالعربي» in the middle of things: we go on in that language, and what is pending is asked again in it."""

from __future__ import annotations

from dataclasses import replace

from dialogs.understanding import fold
from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.desk import Desk
from referrals.conversations.front_desk.repeating import repeat_pending
from referrals.conversations.heard import Heard, exactly
from referrals.conversations.interviews.sessions import load_session, save_session
from referrals.conversations.pending import IDLE
from referrals.conversations.stages import agreeing, choosing, greeting, my_appointments, safe_now
from referrals.conversations.stages.appointment_words import SLOT

# Nothing but these words; «إنجليزي» alone may be an answer («ما الدرس؟»), and is none of them.
WISHES = {
    "en": frozenset(map(fold, ("English", "in English", "English please", "بالإنجليزي", "بالانجليزية"))),
    "ar": frozenset(map(fold, ("عربي", "العربية", "بالعربي", "Arabic", "in Arabic", "Arabic please"))),
}
ASKED_ANEW = {agreeing.CONSENT: agreeing.ask_consent, agreeing.READERS: agreeing.ask_readers}
AGAIN = (INTERVIEW, choosing.CENTRE, choosing.AGREE, safe_now.SAFE)


def hear_language(desk: Desk, heard: Heard) -> bool:
    """Changes the language, or asks again where it is spoken already; False, and nothing said, where the words are an
    answer.
    """
    wanted = next((code for code, words in WISHES.items() if heard.text and fold(heard.text) in words), "")
    if not wanted or exactly(heard, desk.offered()) or desk.programme_id is None:
        return False
    ways = (*AGAIN, *ASKED_ANEW, SLOT, IDLE, greeting.MENU)
    if wanted not in desk.settings.languages or desk.stage not in ways:
        return False
    if wanted == desk.language:
        return _spoken_already(desk)
    desk.speak(wanted)
    stored = load_session(desk)
    if stored is not None:
        save_session(desk, stored, replace(stored.session, language=wanted))
    if desk.stage in ASKED_ANEW:
        ASKED_ANEW[desk.stage](desk)
    elif desk.stage in AGAIN:
        repeat_pending(desk)
    elif desk.stage == SLOT:
        my_appointments.show_appointments(desk)
    else:
        greeting.show_menu(desk)
    return True


def _spoken_already(desk: Desk) -> bool:
    """«عربي» to who speaks Arabic: nothing was misunderstood, and what is pending is asked again."""
    if desk.stage == INTERVIEW:  # there it may be an answer
        return False
    if desk.stage in (IDLE, greeting.MENU):
        greeting.show_menu(desk)
    else:
        repeat_pending(desk)
    return True
