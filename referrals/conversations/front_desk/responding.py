"""The front desk: who answers what was heard. From top to bottom it is the order in which things are considered."""

from __future__ import annotations

from dataclasses import replace

from dialogs.understanding import read_danger, wants_to_apply
from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.desk import Desk
from referrals.conversations.front_desk.flow import NOT_BY_STICKER, PLACES
from referrals.conversations.front_desk.in_danger import safety_first
from referrals.conversations.front_desk.repeating import repeat_pending
from referrals.conversations.front_desk.tapping import take_tap
from referrals.conversations.front_desk.unclear import begin_with_their_words
from referrals.conversations.front_desk.whose import desk_beside, is_beside, whose_button
from referrals.conversations.front_desk.words_said import UNTOUCHED, take_words
from referrals.conversations.heard import Heard, hear
from referrals.conversations.pending import BEGINNING
from referrals.conversations.stages import claiming, greeting, interviewing, moving, safety, sharing
from referrals.conversations.threads import save_desk
from referrals.families.proving import prove_phone
from referrals.families.standing import MOVED
from referrals.inbound import Content


def respond(desk: Desk, content: Content) -> None:
    """Answers one thing that a person did; whatever it is, something is pending afterwards and nothing is lost."""
    heard = hear(content)
    if content.media is not None and content.media.kind == "sticker" and desk.stage in NOT_BY_STICKER:
        heard = replace(heard, text="", intent=None)
    if content.contact_phone and desk.channel == "telegram":  # their own: Telegram says so
        prove_phone(desk, content.contact_phone)
    whose = whose_button(desk, heard)
    if heard.stage == claiming.NOT_ME:
        take_tap(desk, heard)
    elif whose is not None:
        _for_another(desk, heard, whose)
    elif desk.stage == BEGINNING:
        _begin(desk, heard)
    elif content.form_reply and desk.capabilities.screens:
        _closed_screens(desk)
    elif not safety_first(desk, heard):
        _answered(desk, heard)
    if desk.answered_beside:
        return
    if desk.took_up or not desk.owed:
        repeat_pending(desk)
    if not desk.owed:  # nobody who wrote is left without an answer
        greeting.show_menu(desk)


def _closed_screens(desk: Desk) -> None:
    """Screens that they filled and closed: everything of them is kept already. After a danger nothing more is said."""
    if desk.stage in UNTOUCHED:
        desk.answered_beside = True
    elif not interviewing.take_screens(desk):
        repeat_pending(desk)


def _answered(desk: Desk, heard: Heard) -> None:
    """Who is meant comes first on a shared telephone; a conversation that goes on elsewhere tells nothing here."""
    code = moving.looks_like_code(heard) if heard.content.start else None
    if code is not None and moving.use_code(desk, code):  # a link that was opened says so for sure, at any question
        return
    wish = sharing.as_wish(desk, heard) if desk.programme_id is not None else None
    if desk.stage == MOVED and heard.stage != sharing.WHO and wish is None:
        moving.at_the_old_side(desk, heard)
    elif wish is not None or heard.tapped:
        take_tap(desk, wish or heard)
    else:
        take_words(desk, heard)


def _for_another(desk: Desk, heard: Heard, person_id: int) -> None:
    """A button of a message to somebody else of this telephone: answered as theirs. What is no more than one tap leaves
    who speaks here as they were, and their pending question comes again."""
    if not is_beside(heard):
        sharing.switch_to(desk, person_id)
        desk.took_up = False
        _answered(desk, heard)
        return
    theirs = desk_beside(desk, person_id)
    take_tap(theirs, heard)
    save_desk(theirs)
    if desk.stage == INTERVIEW:
        interviewing.repeat(desk)
    else:
        desk.answered_beside = True


def _begin(desk: Desk, heard: Heard) -> None:
    """Somebody we do not know: a code from another channel continues there, danger is danger, else we greet."""
    code = moving.looks_like_code(heard)
    if code is not None and moving.use_code(desk, code):
        return
    if code is not None:
        desk.say("move.wrong_code")
    greeting.welcome(desk, heard)
    if heard.value == "urgent" or heard.intent in ("danger", "urgent") or read_danger(heard.text):
        safety.raise_danger(desk, heard.text)
    elif desk.programme_id is not None and heard.intent in ("apply", "status", "human", "erase"):
        desk.owed.clear()
        desk.tell(desk.voice.say("desk.greeting").split("\n")[0])
        PLACES[heard.intent](desk)
    elif desk.programme_id is not None and not heard.content.start and wants_to_apply(heard.text):
        desk.owed.clear()
        desk.tell(desk.voice.say("desk.greeting").split("\n")[0])
        begin_with_their_words(desk, heard)
