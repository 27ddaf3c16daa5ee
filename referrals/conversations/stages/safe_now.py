"""«هل أنتم في أمان الآن؟» is asked of everybody before the first question, and again before going on after a danger."""

from __future__ import annotations

from dialogs.understanding import fold, read_safe
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.pending import IDLE
from referrals.conversations.stages import interviewing
from referrals.conversations.stages.greeting import MENU, menu_choices
from referrals.conversations.stages.safety import AFTER, answer_words_after, raise_danger

SAFE = "safe"
GO_ON = ("نكمل", "اكمل", "continue", "go on")


def ask_safe(desk: Desk) -> None:
    choices = [desk.choice(SAFE, value, f"button.safe_{value}") for value in ("yes", "no", "cannot")]
    desk.ask(SAFE, desk.voice.say("desk.safe_now"), choices, purpose="safety")


def answer_safe(desk: Desk, heard: Heard) -> bool:
    well = read_safe(heard.text)
    if heard.stage != SAFE and not well:
        return False
    if well or heard.value == "yes":
        interviewing.begin_or_resume(desk)
    elif heard.value == "no":
        raise_danger(desk, "")
    else:
        go_silent(desk)
    return True


def goes_on_without_answers(desk: Desk, heard: Heard) -> bool:
    """«نكمل», as we told them to write after a danger, where the first question had not been asked yet."""
    resting = desk.stage in (IDLE, MENU, AFTER)
    return resting and desk.session_id is None and fold(heard.text) in GO_ON


def go_silent(desk: Desk) -> None:
    """They cannot talk: one short word, then nothing at all until they write."""
    desk.hush()
    desk.pend(SAFE)
    desk.say("desk.write_when_you_can", purpose="safety")


def answer_after_danger(desk: Desk, heard: Heard) -> bool:
    """They write again after a danger: the interview goes on only when they say so."""
    going_on = fold(heard.text) in GO_ON or (heard.stage == AFTER and heard.value == "yes")
    if going_on and desk.session_id is not None:
        interviewing.begin_or_resume(desk, asked=True)
        return True
    if not heard.tapped and not going_on and answer_words_after(desk, heard):
        return True
    if desk.session_id is None:  # nothing was under way: the ordinary desk again
        desk.pend(IDLE)
        desk.say("desk.menu", menu_choices(desk))
        return True
    if heard.stage == AFTER:
        desk.say("desk.write_when_you_can", purpose="safety")
        desk.pend(IDLE)
        return True
    choices = [desk.choice(AFTER, "yes", "button.continue"), desk.choice(AFTER, "no", "button.not_now")]
    desk.ask(AFTER, desk.voice.say("desk.go_on_after_danger"), choices)
    return True
