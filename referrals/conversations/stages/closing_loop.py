"""How it ended: the answer of a centre behind a tap, and the family's own word on whether help arrived."""

from __future__ import annotations

from sqlalchemy import func, select

from referrals.applications.records import Application
from referrals.conversations.desk import IDLE, Desk
from referrals.conversations.heard import Heard
from referrals.conversations.stages import choosing, helping
from referrals.lifecycles import REFERRAL, advance
from referrals.referral.handling import OUTCOME
from referrals.referral.records import Referral
from referrals.referral.sending import note_event

ANSWER = "answer"
MOST_PROPOSALS = 3  # then a supervisor looks, so that nobody is sent round and round


def answer_outcome(desk: Desk, heard: Heard) -> bool:
    """«نعم، وصل» closes the loop; «لا» brings a supervisor in."""
    if heard.stage != OUTCOME:
        return False
    referral = _mine(desk, heard)
    if referral is None or referral.state != "completed" or referral.feedback:
        desk.say("interview.no_longer_asked")
        return True
    referral.feedback = heard.value
    desk.state.pop("aside", None)
    if desk.stage == OUTCOME:
        desk.pend(IDLE)
    if heard.value == "no":
        before = referral.state
        referral.state = advance(REFERRAL, before, "dispute", "supervisor")
        desk.uow.flush()
        note_event(desk.uow, referral, "dispute", before, "family", desk.at, reason="not-delivered")
        helping.open_request(desk, "not_delivered")
        desk.say("referral.not_delivered")
        return True
    referral.business_status = "loop-closed"
    desk.uow.flush()
    note_event(desk.uow, referral, "tell_family", referral.state, "family", desk.at, reason=heard.value)
    if heard.value == "partly":
        helping.open_request(desk, "partly_delivered")
    desk.say(f"referral.thanks_{heard.value}")
    return True


def answer_answer(desk: Desk, heard: Heard) -> bool:
    """The reason of a refusal is shown only on a tap, then what can be done now."""
    if heard.stage != ANSWER:
        return False
    referral = _mine(desk, heard)
    if referral is None:
        return False
    if heard.value == "show":
        _show(desk, referral)
        return True
    desk.state.pop("aside", None)
    if desk.stage == ANSWER:
        desk.pend(IDLE)
    if heard.value == "others":
        _others(desk, referral)
    else:
        desk.say("desk.as_you_wish")
    return True


def _show(desk: Desk, referral: Referral) -> None:
    if referral.state != "rejected":
        desk.say("interview.no_longer_asked")
        return
    choices = [desk.choice(ANSWER, value, f"button.answer_{value}", referral.id) for value in ("others", "no")]
    reason = desk.voice.say(f"referral.reason.{referral.status_reason}")
    centre = choosing.centre_name(desk, referral.to_location_id)
    if referral.business_status != "loop-closed":
        referral.business_status = "loop-closed"
        desk.uow.flush()
        note_event(desk.uow, referral, "tell_family", referral.state, "family", desk.at)
    desk.beside(ANSWER, desk.voice.say("referral.rejected", centre=centre, reason=reason), choices)


def _others(desk: Desk, referral: Referral) -> None:
    asked = desk.uow.session.scalar(
        select(func.count()).select_from(Referral).filter_by(application_id=referral.application_id)
    )
    if (asked or 0) >= MOST_PROPOSALS:
        helping.open_request(desk, "asked_three")
        desk.say("match.staff_will_look")
        return
    application = desk.uow.session.get_one(Application, referral.application_id)
    choosing.offer_centres(desk, application.id)


def _mine(desk: Desk, heard: Heard) -> Referral | None:
    referral = desk.uow.session.get(Referral, heard.number())
    return referral if referral is not None and referral.person_id == desk.person_id else None
