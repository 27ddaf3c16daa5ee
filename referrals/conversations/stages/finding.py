"""Finding an application that stands: by its number, the whole id, or a code that was made on the other telephone."""

from __future__ import annotations

from dialogs.understanding import read_national_id
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.pending import IDLE, RESTING
from referrals.conversations.stages import claiming, moving
from referrals.spoken_numbers import read_back

FIND = "find"


def ask_number(desk: Desk) -> None:
    """Which one, where none of theirs is known here."""
    desk.put_off()
    desk.ask(FIND, desk.voice.say("track.which_number"), [desk.choice(FIND, "no", "button.no_number")])


def begin_claim(desk: Desk) -> None:
    """What did they apply with, on a telephone that they have no more? The number of the application, or the id."""
    desk.put_off()
    desk.ask(FIND, desk.voice.say("claim.which"), [desk.choice(FIND, "no", "button.no_number")])


def answer_find(desk: Desk, heard: Heard) -> bool:
    """A number or an id was given, or a code that was made on the other telephone."""
    if heard.stage == FIND and heard.value == "no":
        leave(desk)
        return True
    if desk.stage != FIND or not heard.text:
        return False
    code = moving.looks_like_code(heard)
    if code is not None and moving.use_code(desk, code):
        return True
    country = desk.settings.country if desk.programme_id else "EG"
    if read_back(heard.text) is not None or read_national_id(heard.text, country).sure:
        claiming.ask(desk, heard.text)
    elif code is not None:
        desk.say("move.wrong_code")
    elif desk.missed() > 2:
        leave(desk)
    else:
        desk.say("track.not_a_number")
    return True


def leave(desk: Desk) -> None:
    """No number was found: what was pending goes on, or it is said what can be done."""
    desk.pend(IDLE)
    desk.take_up()
    if desk.stage in RESTING:
        desk.say("track.begin_or_ask")
