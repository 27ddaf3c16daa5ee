"""What else a family asked for: one need after the other, each asked about once, unnamed."""

from __future__ import annotations

from referrals.applications.records import Application
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.pending import IDLE, RESTING
from referrals.conversations.stages.choosing import offer_centres
from referrals.families.people import now_known_as
from referrals.messages import Choice
from referrals.referral.needs_left import next_need

MORE = "more"
ASKED_MORE = "asked_more"  # of which needs it was asked already whether a place is looked for
MOST_ASKED = 40


def ask_for_more(desk: Desk, application_id: int) -> None:
    """What else they asked for, one need after the other, each once; which it is, is not named."""
    need = next_need(desk.uow, application_id)
    if desk.stage != IDLE or need is None or _was_asked(desk, application_id, need):
        return
    desk.state[ASKED_MORE] = [*desk.state.get(ASKED_MORE, ()), [application_id, need]][-MOST_ASKED:]
    choices = [desk.choice(MORE, value, f"button.more_{value}", application_id) for value in ("yes", "no")]
    desk.ask(MORE, desk.voice.say("match.more_needs"), choices)


def more_on_request(desk: Desk, application_id: int) -> list[Choice]:
    """The button for what else they need, where it was asked about already: they press it when they like."""
    need = next_need(desk.uow, application_id)
    if need is None or not _was_asked(desk, application_id, need):
        return []
    return [desk.choice(MORE, "yes", "button.more_later", application_id)]


def _was_asked(desk: Desk, application_id: int, need: str) -> bool:
    return [application_id, need] in desk.state.get(ASKED_MORE, ())


def answer_more(desk: Desk, heard: Heard) -> bool:
    """The next need is looked for, or they leave it for another day; the button stays good."""
    if heard.stage != MORE:
        return False
    application = desk.uow.session.get(Application, heard.number())
    if application is None or now_known_as(desk.uow, application.person_id) != desk.person_id:
        return False
    need = next_need(desk.uow, application.id)
    if desk.stage == MORE:
        desk.pend(IDLE)
    if heard.value != "yes":
        desk.say("match.more_no")
    elif need is None:
        desk.say("interview.no_longer_asked")
    else:
        if desk.stage not in RESTING:
            desk.put_off()
        offer_centres(desk, application.id, need_code=need)
    return True
