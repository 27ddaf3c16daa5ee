"""«رجوع» and «مش عارفه» at the desk's own questions: the question before, or the one that helps who does not know."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from referrals.conversations.desk import Desk
from referrals.conversations.pending import BEGINNING, IDLE
from referrals.conversations.stages import (
    agreeing,
    choosing,
    finding,
    greeting,
    helping,
    own_hours,
    resuming,
    safe_now,
    stopping,
)
from referrals.messages import Choice


def _leave_question(desk: Desk) -> None:
    """Nothing is asked of staff after all; what waited for it is pending again."""
    desk.pend(IDLE)
    desk.take_up()


def _before_consent(desk: Desk) -> None:
    if len(desk.settings.languages) > 1:
        agreeing.ask_language(desk)
    else:
        _to_the_menu(desk)


def _before_safety(desk: Desk) -> None:
    """Who reads this telephone is asked again; what was answered stands until then."""
    agreeing.ask_readers(desk)


def _to_the_menu(desk: Desk) -> None:
    desk.pend(IDLE)
    greeting.show_menu(desk)


# What was asked before each of the desk's own questions.
BEFORE: Mapping[str, Callable[[Desk], None]] = {
    agreeing.LANGUAGE: _to_the_menu,
    agreeing.CONSENT: _before_consent,
    agreeing.READERS: agreeing.ask_consent,
    agreeing.QUIET_PHONE: agreeing.ask_readers,
    safe_now.SAFE: _before_safety,
    resuming.RESUMED: resuming.welcome_back,
    resuming.RESTART: resuming.leave_restart,
    choosing.AGREE: choosing.ask_centre,
    stopping.STOP_REMINDERS: stopping.show_stop_menu,
    stopping.WITHDRAW: stopping.show_stop_menu,
    stopping.ERASE: stopping.show_stop_menu,
    own_hours.HOURS: stopping.show_stop_menu,
    helping.QUESTION: _leave_question,
    finding.FIND: finding.leave,
}

# The button that says what «مش عارفه» means there; elsewhere the question comes again, with a person to ask.
NOT_KNOWING: Mapping[str, str] = {
    agreeing.CONSENT: "more",
    agreeing.READERS: "unknown",
    choosing.AGREE: "more",
    finding.FIND: "no",
}


def go_back(desk: Desk) -> bool:
    """Asks what was asked before; False where nothing was, so that what is pending comes again."""
    before = BEFORE.get(desk.stage)
    if before is None:
        return False
    before(desk)
    return True


def not_knowing(desk: Desk) -> str:
    """The value of the button that they mean by not knowing; blank where there is none."""
    return NOT_KNOWING.get(desk.stage, "")


def is_unsure(desk: Desk) -> bool:
    """Whether a question with buttons is pending at which somebody may not know what to choose."""
    return bool(desk.offered()) and desk.stage not in (BEGINNING, IDLE, greeting.MENU)


def help_to_choose(desk: Desk, choices: list[Choice]) -> None:
    """The pending question once more, and that a person can be asked."""
    several = len(choices) > 1
    if desk.stage != safe_now.SAFE:
        choices = [*choices, desk.choice(greeting.MENU, "human", "button.human")]
    key = "desk.unsure" if several else "desk.unsure_at_one"
    desk.tell("\n".join(filter(None, (desk.voice.say(key), desk.question))), choices)
