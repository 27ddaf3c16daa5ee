"""Danger in any words before anything else, and what is heard while it lasts."""

from __future__ import annotations

from dialogs.understanding import fold, read_danger
from referrals.conversations.desk import Desk
from referrals.conversations.front_desk.flow import STAGES
from referrals.conversations.front_desk.repeating import offered_choices
from referrals.conversations.heard import Heard, button_id, exactly, hear
from referrals.conversations.stages import safety, things
from referrals.inbound import Content

CALL = frozenset({"كلموني", "اتصلوا", "اتصلو", "رنوا", "كلمونى", "call me", "please call"})
CALL_NOT = frozenset({"لا", "لأ", "la", "la2", "لا تتصلوا", "ما تتصلوش", "متتصلوش", "no", "dont call", "do not call"})


def safety_first(desk: Desk, heard: Heard) -> bool:
    """Danger in any words, at any step, before anything else."""
    if desk.stage in (safety.DANGER, safety.CALL_ME):
        return False
    if heard.text and (heard.intent in ("danger", "urgent") or read_danger(heard.text)):
        things.keep_for_staff(desk, heard.content, restricted=True)  # a picture whose caption says it
        safety.raise_danger(desk, heard.text)
        return True
    return False


def said_in_danger(desk: Desk, heard: Heard) -> None:
    """«هل نتصل بكم؟» is refused by a plain no alone; whatever else they write is kept for the one who helps."""
    meant = exactly(heard, desk.offered())
    said = fold(heard.text)
    if meant is None and desk.stage == safety.DANGER and (said in CALL or said in CALL_NOT or heard.intent == "yes"):
        meant = hear(Content(choice=button_id(safety.DANGER, "never" if said in CALL_NOT else "now")))
    if not STAGES[desk.stage](desk, meant or heard):
        desk.say("desk.danger_heard", offered_choices(desk))


def waits_in_silence(desk: Desk) -> bool:
    """After a danger, or after "I cannot talk": whatever they write, they are first asked whether to go on."""
    return desk.stage == safety.AFTER and not desk.offered()
