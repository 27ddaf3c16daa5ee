"""What a centre does with a referral: acknowledge, accept, reject, start, complete; the family is told each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.appointments.booking import give_up_all
from referrals.appointments.records import Appointment
from referrals.conversations.desk import Desk
from referrals.conversations.outreach.reaching import reach
from referrals.directory.records import Location
from referrals.families.identities import data_key_of
from referrals.lifecycles import REFERRAL, REJECTION_REASONS, advance
from referrals.protection.audit import audit
from referrals.referral.records import Referral
from referrals.referral.sending import DISCLOSED, note_event
from referrals.spoken_numbers import shown
from referrals.store.unit_of_work import UnitOfWork

OUTCOME_NOTE = "referral.outcome_note"
OUTCOMES = ("helped", "partly-helped", "referred-on", "not-helped")
OUTCOME = "outcome"


class ReasonMissing(ValueError):
    """A rejection needs one of the reasons in the list; the family is told what it means for them."""


@dataclass(frozen=True)
class Actor:
    """Who does something at a desk: a staff member in a role."""

    staff_id: int
    role: str = "desk"


def open_referral(uow: UnitOfWork, referral: Referral, actor: Actor, at: datetime) -> list[dict[str, str]]:
    """What the centre may see of the family. Opening acknowledges a new referral, and every reading is audited."""
    if referral.state == "requested":
        _step(uow, referral, "acknowledge", actor, at)
        referral.business_status = ""
        uow.flush()
    audit(
        uow,
        at=at,
        actor=f"staff:{actor.staff_id}",
        action="referral.read",
        object_kind="referral",
        object_id=referral.id,
    )
    shown: list[dict[str, str]] = uow.vault.open_json(referral.disclosed_sealed, DISCLOSED)
    return shown


def accept(uow: UnitOfWork, referral: Referral, actor: Actor, at: datetime) -> None:
    """The centre takes it on; the family is told."""
    if referral.state == "requested":
        _step(uow, referral, "acknowledge", actor, at)
    _step(uow, referral, "accept", actor, at)
    referral.business_status = ""
    uow.flush()
    _tell(uow, referral, at, "accepted", "referral.accepted")


def reject(uow: UnitOfWork, referral: Referral, actor: Actor, at: datetime, reason: str, note: str = "") -> None:
    """The centre cannot; the family is told by a tap, and may choose another place. Raises `ReasonMissing`."""
    if reason not in REJECTION_REASONS:
        raise ReasonMissing(ReasonMissing.__doc__)
    _step(uow, referral, "reject", actor, at, reason=reason, note=note)
    referral.status_reason, referral.closed_at = reason, at
    give_up_all(uow, referral.id, at, "referral rejected", "desk")

    def compose(desk: Desk) -> None:
        choices = [desk.choice("answer", "show", "button.show_answer", referral.id)]
        desk.beside("answer", desk.voice.say("referral.answer_came", number=_number(desk, referral)), choices)

    reach(uow, referral.person_id, referral.programme_id, at, reason=f"rejected:{referral.id}", compose=compose)


def start(uow: UnitOfWork, referral: Referral, actor: Actor, at: datetime) -> None:
    """The first contact with the family is recorded."""
    if referral.state == "accepted":
        _step(uow, referral, "start", actor, at)


def complete(uow: UnitOfWork, referral: Referral, actor: Actor, at: datetime, outcome: str, note: str = "") -> None:
    """It is done, with its outcome; the family is asked whether help arrived."""
    if outcome not in OUTCOMES:
        raise ReasonMissing("A completed referral needs its outcome: " + ", ".join(OUTCOMES))
    start(uow, referral, actor, at)
    _step(uow, referral, "complete", actor, at, reason=outcome)
    referral.outcome, referral.closed_at = outcome, at
    if note:
        key = data_key_of(uow, referral.person_id)
        referral.outcome_note_sealed = uow.vault.seal_text(key, note, OUTCOME_NOTE)
    for appointment in uow.session.scalars(select(Appointment).filter_by(referral_id=referral.id, state="arrived")):
        appointment.state, appointment.updated_at = "fulfilled", at
    uow.flush()
    reach(
        uow,
        referral.person_id,
        referral.programme_id,
        at,
        reason=f"outcome:{referral.id}",
        compose=lambda desk: ask_outcome(desk, referral),
    )


def ask_outcome(desk: Desk, referral: Referral) -> None:
    """«هل وصل ما اتفقنا عليه؟»: the loop is closed by the family, not by the centre."""
    choices = [desk.choice(OUTCOME, value, f"button.outcome_{value}", referral.id) for value in ("yes", "partly", "no")]
    desk.beside(OUTCOME, desk.voice.say("referral.did_help_arrive", number=_number(desk, referral)), choices)


def cancel_by_family(uow: UnitOfWork, referral: Referral, at: datetime) -> None:
    """The family withdraws it; the centre's access ends with it."""
    before = referral.state
    referral.state = advance(REFERRAL, before, "cancel", "family")
    referral.closed_at = at
    give_up_all(uow, referral.id, at, "referral withdrawn", "family")
    note_event(uow, referral, "cancel", before, "family", at)


def _step(
    uow: UnitOfWork, referral: Referral, event: str, actor: Actor, at: datetime, *, reason: str = "", note: str = ""
) -> None:
    before = referral.state
    referral.state = advance(REFERRAL, before, event, actor.role)
    uow.flush()
    note_event(uow, referral, event, before, actor.role, at, staff_id=actor.staff_id, reason=reason, note=note)


def _tell(uow: UnitOfWork, referral: Referral, at: datetime, why: str, key: str) -> None:
    place = uow.session.get_one(Location, referral.to_location_id)

    def compose(desk: Desk) -> None:
        name = place.name_en if desk.language == "en" and place.name_en else place.name
        desk.say(key, centre=name, number=_number(desk, referral))

    reach(uow, referral.person_id, referral.programme_id, at, reason=f"{why}:{referral.id}", compose=compose)


def _number(desk: Desk, referral: Referral) -> str:
    application = desk.uow.session.get_one(Application, referral.application_id)
    return shown(application.number, "arab" if desk.settings.digits == "arab" and desk.language == "ar" else "latn")
