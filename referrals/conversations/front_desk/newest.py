"""What a plain «اه» or «لا» answers: the question that stands last before them, which is not always the pending one."""

from __future__ import annotations

from dialogs.understanding import fold
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard, as_meant, button_id, hear
from referrals.conversations.outreach.knocking import NEWS
from referrals.conversations.pending import RESTING
from referrals.conversations.stages.greeting import MENU
from referrals.conversations.stages.safety import AFTER, CALL_ME, DANGER
from referrals.inbound import Content

PLAIN = ("yes", "no")
UNTOUCHED = (DANGER, CALL_ME, AFTER)


def meant_of_newest(desk: Desk, heard: Heard) -> Heard | None:
    """The button that a plain yes or no means where something stands below the pending question: a word that we have
    news, or a question beside it. None where the pending question is the last, or the words say more."""
    if heard.content.media is not None or heard.content.choice or desk.stage in UNTOUCHED:
        return None
    counts = desk.stage in RESTING and fold(heard.text).isdigit()  # of a list that they have not seen yet
    if heard.intent not in PLAIN and not (desk.released and counts):
        return None
    if desk.released:  # they saw no more than that a message waits: it is no answer to what that message asks
        return hear(Content(choice=button_id(MENU, NEWS)))
    return as_meant(heard, desk.offered("aside")) if desk.state.get("aside_last") else None
