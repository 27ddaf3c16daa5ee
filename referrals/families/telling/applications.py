"""What a person applied for, and what staff did with it since, as a paper tells them."""

from __future__ import annotations

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.applications.stepping import steps_of
from referrals.families.telling.steps import Row, Section, dated, section
from referrals.families.telling.teller import Teller
from referrals.spoken_numbers import shown

# What is not named here is no news to them, or no business of one parent about the other: who may be whose double.
STEPS = {
    "start_review": "known.application_step.start_review",
    "ask_info": "known.application_step.ask_info",
    "answer": "known.application_step.answer",
    "amend": "known.application_step.amend",
    "lapse": "known.application_step.lapse",
    "reopen": "known.application_step.reopen",
    "signpost": "known.application_step.signpost",
    "decline": "known.application_step.decline",
    "appeal": "known.application_step.appeal",
    "withdraw": "known.application_step.withdraw",
}
UNDO = "undo"


def applications_of(teller: Teller) -> list[Section]:
    """Each application with its day, and its steps with theirs; of staff no name."""
    uow, voice = teller.uow, teller.voice
    mine = select(Application).where(Application.person_id.in_(teller.people)).order_by(Application.id)
    rows: list[Row] = []
    for application in uow.session.scalars(mine):
        number = shown(application.number, "arab" if voice.arabic_digits else "latn")
        rows.append((voice.say("known.application", number=number), dated(voice, application.submitted_at)))
        rows += _steps(teller, application, number)
    return [section(voice.say("known.applications"), "", rows)] if rows else []


def _steps(teller: Teller, application: Application, number: str) -> list[Row]:
    """In order; a step that was taken back at once did not happen to them."""
    kept = list(steps_of(teller.uow, application.id))
    for undone in [each for each in kept if each.event == UNDO]:
        before = [each for each in kept[: kept.index(undone)] if each.event == undone.reason]
        for gone in (undone, *before[-1:]):
            kept.remove(gone)
    rows: list[Row] = []
    for each in kept:
        if each.event in STEPS:
            line = teller.voice.say(STEPS[each.event], number=number)
            why = teller.voice.say(f"decision.reason.{each.reason}") if each.event == "decline" and each.reason else ""
            rows.append((line, " · ".join(filter(None, (dated(teller.voice, each.at), why)))))
    return rows
