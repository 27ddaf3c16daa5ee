"""Says what is pending once more, after something else was answered or nothing was understood."""

from __future__ import annotations

from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.desk import Desk
from referrals.conversations.front_desk.flow import WRITTEN
from referrals.conversations.pending import IDLE
from referrals.conversations.stages import choosing, greeting, interviewing, resuming, safe_now
from referrals.messages import Choice


def repeat_pending(desk: Desk) -> None:
    """What is pending, once more."""
    if desk.stage == INTERVIEW:
        interviewing.repeat(desk)
    elif desk.stage == choosing.CENTRE and desk.state.get("matches"):
        choosing.ask_centre(desk)
    elif desk.stage == choosing.AGREE and desk.state.get("picked") is not None:
        choosing.ask_agreement(desk)
    elif desk.stage == safe_now.SAFE:
        safe_now.ask_safe(desk)
    elif desk.stage == resuming.RESUMED:
        resuming.welcome_back(desk)
    elif desk.stage in WRITTEN:
        desk.say(WRITTEN[desk.stage])
    elif desk.offered() and desk.stage not in (IDLE, greeting.MENU):
        desk.tell(desk.question or desk.voice.say("desk.pending"), offered_choices(desk))


def offered_choices(desk: Desk) -> list[Choice]:
    """The buttons of what is pending, as they were shown."""
    return [Choice(button.id, button.label) for button in desk.offered()]
