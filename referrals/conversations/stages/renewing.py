"""A consent whose time is over is asked for again, in words that name no centre and no need."""

from __future__ import annotations

from sqlalchemy import select, update

from referrals.applications.records import Application
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.pending import IDLE
from referrals.families.consents import record_consent
from referrals.families.people import whole_person
from referrals.families.records import Consent
from referrals.protection.danger import in_danger
from referrals.referral.consent_withdrawn import withdraw_one
from referrals.referral.records import Referral
from referrals.referral.sending import OPEN
from referrals.spoken_numbers import shown

RENEW = "renew"


def ask(desk: Desk, *, consent_id: int, application_id: int) -> None:
    """The question, beside whatever is pending; nobody in danger is asked anything by a clock."""
    if in_danger(desk.uow, desk.person_id):
        return
    choices = [
        desk.choice(RENEW, "yes", "button.agree", consent_id),
        desk.choice(RENEW, "no", "button.disagree", consent_id),
    ]
    application = desk.uow.session.get_one(Application, application_id)
    arabic = desk.settings.digits == "arab" and desk.language == "ar"
    text = desk.voice.say("consent.again", number=shown(application.number, "arab" if arabic else "latn"))
    desk.beside(RENEW, text, choices)


def answer_renew(desk: Desk, heard: Heard) -> bool:
    """Agreed: a new consent of the same kind, and what stood on the old one stands on it. Else it ends."""
    if heard.stage != RENEW:
        return False
    before = desk.uow.session.get(Consent, heard.number())
    mine = before is not None and before.person_id in whole_person(desk.uow, desk.person_id)
    if before is None or not mine or before.withdrawn_at is not None:
        desk.say("interview.no_longer_asked")
        return True
    desk.state.pop("aside", None)
    if desk.stage == RENEW:
        desk.pend(IDLE)
    if heard.value == "yes":
        _renew(desk, before, heard.how)
        desk.say("consent.renewed")
    else:
        withdraw_one(desk.uow, before.id, desk.at, f"person:{desk.person_id}")
        desk.say("consent.not_renewed")
    return True


def _renew(desk: Desk, before: Consent, method: str) -> None:
    new_id = record_consent(
        desk.uow,
        person_id=before.person_id,
        programme_id=before.programme_id,
        purpose=before.purpose,
        text_id=before.text_definition_id,
        language=desk.language,
        at=desk.at,
        method=method,
        given_by=before.given_by,
        on_behalf_relation=before.on_behalf_relation,
        evidence_inbox_id=desk.inbox_id,
        recipient_location_id=before.recipient_location_id,
        data_categories=tuple(filter(None, before.data_categories.split(","))),
    )
    open_ones = select(Referral.id).where(Referral.consent_id == before.id, Referral.state.in_(OPEN))
    moved = update(Referral).where(Referral.id.in_(open_ones)).values(consent_id=new_id)
    desk.uow.connection.execute(moved)
    desk.uow.session.expire_all()
    before.withdrawn_at, before.withdrawn_by = desk.at, f"person:{desk.person_id}"
    desk.uow.flush()
