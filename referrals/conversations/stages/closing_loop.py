"""How it ended: the answer of a centre behind a tap, and the family's own word on whether help arrived, and how."""

from __future__ import annotations

from dataclasses import replace

from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard, button_id, hear
from referrals.conversations.pending import IDLE, RESTING
from referrals.conversations.stages import choosing, helping
from referrals.conversations.stages.arrived import read_arrival
from referrals.families.people import now_known_as
from referrals.inbound import Content
from referrals.messages import Choice
from referrals.referral.handling import reopen
from referrals.referral.holding import hold_referral
from referrals.referral.noting import note_event
from referrals.referral.records import Referral
from referrals.referral.rerouting import may_propose, went_on
from referrals.referral.words import ANSWER, OUTCOME, name_of, number_of

LOOP_CLOSED = "loop-closed"
HOW = tuple(f"how{n}" for n in (5, 4, 3, 2, 1))
WAITS = ("days", "weeks", "month", "longer")
NEXT = "next"
SKIPPED = "skipped"
CLEAR = {"clear": "yes", "unclear": "no"}


def answer_outcome(desk: Desk, heard: Heard) -> bool:
    """«نعم، وصل» closes the loop; «لا» opens it again and brings a supervisor in. One short question a message."""
    heard = _in_own_words(desk, heard)
    if heard.stage != OUTCOME:
        return False
    referral = _mine(desk, heard)
    if referral is None or referral.state != "completed":
        desk.say("interview.no_longer_asked")
        return True
    _leave(desk, OUTCOME)
    if heard.value in HOW or heard.value == f"how_{NEXT}":
        _keep_how(desk, referral, heard.value)
    elif heard.value in WAITS or heard.value == f"wait_{NEXT}":
        _keep_wait(desk, referral, heard.value)
    elif referral.feedback:
        desk.say("interview.no_longer_asked")
    else:
        _keep_outcome(desk, referral, heard.value)
    desk.uow.flush()
    return True


def _in_own_words(desk: Desk, heard: Heard) -> Heard:
    """What they wrote of it as the button that says the same, where it does so for sure."""
    if heard.tapped or heard.option or not heard.text or desk.stage != OUTCOME:
        return heard
    arrival = read_arrival(heard.text)
    asked = [hear(Content(choice=button.id)) for button in desk.offered()]
    meant = next((each for each in asked if (each.stage, each.value) == (OUTCOME, arrival)), None)
    return replace(meant, content=heard.content, text=heard.text) if meant is not None else heard


def _keep_outcome(desk: Desk, referral: Referral, value: str) -> None:
    if value not in ("yes", "partly", "no"):
        _close(desk, referral, SKIPPED)
        desk.say("desk.as_you_wish")
    elif value == "no":
        referral.feedback, referral.feedback_at = value, desk.at
        if not reopen(desk.uow, referral, desk.at):
            _close(desk, referral, value)
        helping.open_request(desk, "not_delivered", number_of(desk, referral))
        desk.say("referral.not_delivered")
    else:
        _close(desk, referral, value)
        if value == "partly":
            helping.open_request(desk, "partly_delivered", number_of(desk, referral))
        choices = [Choice(button_id(OUTCOME, each, referral.id), desk.voice.number(each[-1])) for each in HOW]
        choices.append(desk.choice(OUTCOME, f"how_{NEXT}", "button.skip", referral.id))
        worst, best = desk.voice.number("1"), desk.voice.number("5")
        question = desk.voice.say("referral.how_was_it", worst=worst, best=best)
        desk.beside(OUTCOME, f"{desk.voice.say(f'referral.heard_{value}')}\n{question}", choices)


def _keep_how(desk: Desk, referral: Referral, value: str) -> None:
    if value in HOW:
        referral.feedback_how = int(value[-1])
    choices = [desk.choice(OUTCOME, each, f"button.wait_{each}", referral.id) for each in WAITS]
    choices.append(desk.choice(OUTCOME, f"wait_{NEXT}", "button.outcome_skip", referral.id))
    desk.beside(OUTCOME, desk.voice.say("referral.how_long"), choices)


def _keep_wait(desk: Desk, referral: Referral, value: str) -> None:
    if value in WAITS:
        referral.feedback_wait = value
    desk.say("referral.thanks_explained")


def left_with_thanks(desk: Desk) -> bool:
    """Who only gives thanks has said enough: the short questions of the end are let go, and not asked again."""
    courtesies = (f":how_{NEXT}:", f":wait_{NEXT}:", f"{ANSWER}:{NEXT}:")
    if not any(each in button.id for button in desk.offered() for each in courtesies):
        return False
    desk.pend(IDLE)
    return True


def answer_answer(desk: Desk, heard: Heard) -> bool:
    """The reason of a refusal is shown only on a tap, then what can be done now, and whether it was explained."""
    if heard.stage != ANSWER:
        return False
    referral = _mine(desk, heard)
    if referral is None:
        return False
    if heard.value == "show":
        _show(desk, referral)
        return True
    _leave(desk, ANSWER)
    if heard.value == "others":
        _others(desk, referral)
    elif heard.value in CLEAR:
        referral.feedback_explained, referral.feedback_at = CLEAR[heard.value], desk.at
        desk.uow.flush()
        if heard.value == "unclear":
            helping.open_request(desk, "refusal_unclear", number_of(desk, referral))
            desk.say("referral.will_explain")
        else:
            desk.say("referral.thanks_explained")
    elif heard.value == NEXT or referral.feedback_explained:
        desk.say("desk.as_you_wish")
    else:
        choices = [desk.choice(ANSWER, value, f"button.{value}", referral.id) for value in CLEAR]
        choices.append(desk.choice(ANSWER, NEXT, "button.outcome_skip", referral.id))
        desk.beside(ANSWER, desk.voice.say("referral.was_it_clear"), choices)
    return True


def _show(desk: Desk, referral: Referral) -> None:
    if referral.state not in ("rejected", "failed"):
        desk.say("interview.no_longer_asked")
        return
    _close(desk, referral, "")
    centre = name_of(desk, referral.to_location_id)
    if referral.state == "rejected":
        reason = desk.voice.say(f"referral.reason.{referral.status_reason}")
        text = desk.voice.say("referral.rejected", centre=centre, reason=reason)
    else:
        reason = desk.voice.say(f"referral.failure.{referral.status_reason}")
        text = desk.voice.say("referral.failed", centre=centre, reason=reason)
    choices = [desk.choice(ANSWER, value, f"button.answer_{value}", referral.id) for value in ("others", "no")]
    desk.beside(ANSWER, text, choices)


def _others(desk: Desk, referral: Referral) -> None:
    """Another place, at most three times by ourselves; then a person looks."""
    if went_on(desk.uow, referral):
        desk.say("interview.no_longer_asked")
        return
    if not may_propose(referral):
        helping.open_request(desk, "asked_three", number_of(desk, referral))
        desk.say("match.staff_will_look")
        return
    if desk.stage not in RESTING:
        desk.put_off()
    choosing.offer_centres(desk, referral.application_id, need_code=referral.need_code, parent=referral.id)


def _close(desk: Desk, referral: Referral, feedback: str) -> None:
    """They know how it ended, and we know what they say of it."""
    if feedback:
        referral.feedback, referral.feedback_at = feedback, desk.at
    if referral.business_status not in (LOOP_CLOSED, "rerouted"):
        referral.business_status = LOOP_CLOSED
        desk.uow.flush()
        note_event(desk.uow, referral, "tell_family", referral.state, "family", desk.at, reason=feedback)


def _leave(desk: Desk, stage: str) -> None:
    desk.state.pop("aside", None)
    if desk.stage == stage:
        desk.pend(IDLE)


def _mine(desk: Desk, heard: Heard) -> Referral | None:
    referral = hold_referral(desk.uow, heard.number())
    if referral is None or now_known_as(desk.uow, referral.person_id) != desk.person_id:
        return None
    return referral
