"""What nothing at the front desk took: perhaps a code; else it is asked again, and at last a person is offered."""

from __future__ import annotations

from dialogs.understanding import wants_to_apply
from referrals.conversations.desk import Desk
from referrals.conversations.front_desk.repeating import offered_choices, repeat_pending
from referrals.conversations.heard import Heard
from referrals.conversations.pending import IDLE
from referrals.conversations.stages import agreeing, closing_loop, going_on, greeting, helping, moving, things

OFTEN = 3  # not understood so often in a row: a person is offered


def code_or_unclear(desk: Desk, heard: Heard) -> None:
    """A code from elsewhere is used; at rest the menu is shown; else the pending thing is asked again."""
    code = moving.looks_like_code(heard)
    if code is not None:
        if not moving.use_code(desk, code):
            desk.say("move.wrong_code")
        return
    if desk.stage in (IDLE, greeting.MENU):
        if heard.intent == "thanks":
            desk.say("desk.you_are_welcome")
        elif heard.intent == "yes" and desk.programme_id is not None and not going_on.has_applied(desk):
            agreeing.begin(desk)  # to «بماذا نبدأ؟»
        elif heard.intent in ("yes", "no"):  # nothing is asked of them: it is no question for staff either
            desk.say("desk.as_you_wish")
        elif heard.text and desk.programme_id is not None and wants_to_apply(heard.text):
            begin_with_their_words(desk, heard)
        elif heard.text:
            helping.keep_question(desk, heard.text)
            desk.say("desk.not_understood_here")
            greeting.show_menu(desk)
        elif not things.tell_at_rest(desk, heard.content):
            desk.say("desk.not_by_media")
            greeting.show_menu(desk)
        return
    if heard.intent == "thanks":
        desk.say("desk.you_are_welcome")
        if not closing_loop.left_with_thanks(desk):
            repeat_pending(desk)
        return
    _ask_again(desk, heard)


def begin_with_their_words(desk: Desk, heard: Heard) -> None:
    """«أنا أم محمد، ومحتاجة إيجار»: the words are kept for staff, and the application begins."""
    helping.keep_question(desk, heard.text)
    desk.say("desk.wish_heard")
    agreeing.begin(desk)


def _ask_again(desk: Desk, heard: Heard) -> None:
    """The pending thing was not understood: once more with its buttons; the third time a person is offered."""
    if desk.stage == greeting.PROGRAMME and heard.text:  # of no programme yet: there is nobody to offer
        greeting.tell_where_we_are(desk)
        return
    choices = offered_choices(desk)
    if not choices:
        repeat_pending(desk)
        return
    key = "desk.please_choose" if heard.content.media is None else "desk.not_by_media"
    if desk.released and not heard.asks:  # the question itself had waited for them to write, and comes now
        desk.say(key)
        return
    if heard.asks:
        helping.keep_question(desk, heard.text)
        key = "interview.off_topic"
    elif (missed := desk.missed()) >= OFTEN:
        choices = [*choices, desk.choice(greeting.MENU, "human", "button.human")]
        key = "desk.please_choose_or_human" if missed % 2 else "desk.number_or_human"
    elif missed > 1 and heard.content.media is None:  # never the same words twice in a row
        key = "desk.please_choose_number"
    desk.tell("\n".join(filter(None, (desk.voice.say(key), desk.question))), choices)
