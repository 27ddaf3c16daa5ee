"""A button of ours was tapped, or said so plainly that it is one: who takes it, and what comes again after it."""

from __future__ import annotations

from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.desk import Desk
from referrals.conversations.front_desk.flow import ONLY_WHILE_PENDING, PLACES, STAGES
from referrals.conversations.front_desk.repeating import repeat_pending
from referrals.conversations.front_desk.wishes import go_to
from referrals.conversations.heard import Heard
from referrals.conversations.outreach.knocking import NEWS
from referrals.conversations.pending import RESTING
from referrals.conversations.stages import decision, greeting, interviewing, tracking
from referrals.conversations.stages.appointment_words import CANCEL, MISSED, REMINDER, SLOT, WHY
from referrals.referral.words import ANSWER, ELSEWHERE, OUTCOME, TRANSFER

OF_APPOINTMENTS = (REMINDER, SLOT, CANCEL, MISSED, WHY)


def take_tap(desk: Desk, heard: Heard) -> None:
    """A button of ours: a place, or a stage. One whose moment has passed says so and repeats what is pending."""
    if heard.stage == greeting.MENU and heard.value == NEWS:  # what had waited for this tap is on its way
        if not desk.released:
            tracking.show_status(desk)
        elif desk.stage in RESTING or desk.state.get("aside_last"):  # a question of its own comes with it
            desk.answered_beside = True
        return
    if heard.stage == greeting.MENU and heard.value in PLACES:
        go_to(desk, heard.value)
        return
    answer = STAGES.get(heard.stage)
    passed = heard.stage in ONLY_WHILE_PENDING and heard.stage != desk.stage
    if answer is None or passed or not answer(desk, heard):
        desk.say("interview.no_longer_asked")
        repeat_pending(desk)
        return
    _after_aside(desk, heard)


def _after_aside(desk: Desk, heard: Heard) -> None:
    """Something beside the interview was answered: its pending question comes again."""
    beside = heard.stage in (*OF_APPOINTMENTS, decision.DECISION, OUTCOME, ANSWER, ELSEWHERE, TRANSFER)
    if beside and desk.stage == INTERVIEW:
        interviewing.repeat(desk)
