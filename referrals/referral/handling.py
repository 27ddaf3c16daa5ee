"""What a centre does with a referral, from opening it to its end; the family is told each time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from referrals.appointments.booking import give_up_all
from referrals.appointments.records import Appointment
from referrals.definitions.in_force import settings_of
from referrals.families.identities import data_key_of
from referrals.lifecycles import FAILURE_REASONS, PAUSE_REASONS, REFERRAL, REJECTION_REASONS
from referrals.lifecycles import step as row_of
from referrals.matching.reserving import note_lack, reserve
from referrals.protection.audit import audit
from referrals.referral.deadlines import next_clock, plan_rung
from referrals.referral.records import Referral
from referrals.referral.rerouting import others_give_way
from referrals.referral.sending import DISCLOSED, standing_at
from referrals.referral.stepping import (
    Actor,
    GuardFailed,
    ReasonMissing,
    end,
    leave_clock_and_place,
    take_step,
)
from referrals.referral.telling import tell
from referrals.referral.words import OUTCOME
from referrals.store.unit_of_work import UnitOfWork

__all__ = ["OUTCOME", "OUTCOMES", "Actor", "GuardFailed", "ReasonMissing"]

OUTCOME_NOTE = "referral.outcome_note"
OUTCOMES = ("helped", "partly-helped", "referred-on", "not-helped")
HELPED = ("helped", "partly-helped")
CONTACTS = ("phone", "came", "home", "chat")
DELIVERED = (
    *("cash", "rent", "utility_bill", "food", "clothes", "medicine", "treatment", "school", "training"),
    *("counselling", "debt_settlement", "microcredit", "other"),
)
CANCEL_REASONS = ("no-longer-needed", "moved", "duplicate", "mistake", "accepted-elsewhere")
LONGEST_PAUSE = timedelta(days=366)
REVIEW_HOUR = time(9)


def open_referral(uow: UnitOfWork, referral: Referral, actor: Actor, at: datetime) -> list[dict[str, str]]:
    """What the centre may see of the family. Opening acknowledges a new referral, and every reading is audited."""
    if referral.state == "requested":
        _acknowledge(uow, referral, actor, at)
    audit(
        uow,
        at=at,
        actor=f"staff:{actor.staff_id}" if actor.staff_id else actor.system or actor.role,
        action="referral.read",
        object_kind="referral",
        object_id=referral.id,
    )
    shown: list[dict[str, str]] = uow.vault.open_json(referral.disclosed_sealed, DISCLOSED)
    return shown


def accept(uow: UnitOfWork, referral: Referral, actor: Actor, at: datetime) -> None:
    """The centre takes it on; the family is told. Another centre that was asked meanwhile is let go."""
    _may(referral, "accept", actor)
    others_give_way(uow, referral, at)
    if referral.state == "requested":
        _acknowledge(uow, referral, actor, at)
    take_step(uow, referral, "accept", actor, at)
    referral.answered_at = referral.answered_at or at
    referral.business_status = ""
    if not referral.holds_place:  # it waited for a place, or came before places were counted
        referral.holds_place = reserve(uow, referral.to_service_at_location_id, at)
    next_clock(uow, referral)
    tell(uow, referral, "accepted", at, by_clock=actor.by_machine)


def reject(uow: UnitOfWork, referral: Referral, actor: Actor, at: datetime, reason: str, note: str = "") -> None:
    """The centre cannot; the family is told by a tap, and may choose another place. Raises `ReasonMissing`."""
    _may(referral, "reject", actor)
    _one_of(reason, REJECTION_REASONS, "A rejection")
    take_step(uow, referral, "reject", actor, at, reason=reason, note=note)
    referral.status_reason, referral.business_status = reason, ""
    referral.answered_at = referral.answered_at or at
    end(uow, referral, at, "referral rejected", "desk")
    if reason == "no-capacity":
        note_lack(uow, referral.to_service_at_location_id, at)
    tell(uow, referral, "answer", at, by_clock=actor.by_machine)


def start(uow: UnitOfWork, referral: Referral, actor: Actor, at: datetime, contact: str = "") -> None:
    """The first contact with the family is recorded, and how it was. Raises `GuardFailed`."""
    _may(referral, "start", actor)
    contact = contact or ("came" if came(uow, referral) else "")
    if contact not in CONTACTS:
        raise GuardFailed("contact", "Say how the family was first spoken to: " + ", ".join(CONTACTS))
    referral.contact = contact
    take_step(uow, referral, "start", actor, at, reason=contact)
    if referral.business_status in ("", "awaiting-ack"):
        referral.business_status = "family-contacted"
    uow.flush()


def pause(
    uow: UnitOfWork, referral: Referral, actor: Actor, at: datetime, reason: str, review_on: date | None, note: str = ""
) -> None:
    """Work rests until a day on which it is looked at again; the clock reminds the desk of it."""
    _may(referral, "pause", actor)
    _one_of(reason, PAUSE_REASONS, "A pause")
    zone = ZoneInfo(settings_of(uow, referral.programme_id).time_zone)
    review_at = datetime.combine(review_on, REVIEW_HOUR, zone) if review_on is not None else None
    if review_at is None or not at < review_at <= at + LONGEST_PAUSE:
        raise GuardFailed("review", "Name the day on which it is looked at again: after today, within a year.")
    take_step(uow, referral, "pause", actor, at, reason=reason, note=note)
    referral.status_reason, referral.review_at = reason, review_at
    plan_rung(uow, referral)
    tell(uow, referral, "paused", at, by_clock=actor.by_machine)


def resume(uow: UnitOfWork, referral: Referral, actor: Actor, at: datetime) -> None:
    """Work goes on."""
    take_step(uow, referral, "resume", actor, at)
    referral.status_reason, referral.review_at = "", None
    plan_rung(uow, referral)
    tell(uow, referral, "resumed", at, by_clock=actor.by_machine)


def complete(
    uow: UnitOfWork,
    referral: Referral,
    actor: Actor,
    at: datetime,
    outcome: str,
    note: str = "",
    *,
    delivered: str = "",
    contact: str = "",
) -> None:
    """It is done, with its outcome and what was delivered; the family is asked whether help arrived."""
    if referral.state == "accepted":
        start(uow, referral, actor, at, contact)
    _may(referral, "complete", actor)
    _one_of(outcome, OUTCOMES, "A completed referral")
    if outcome in HELPED and not note.strip() and delivered not in DELIVERED:
        raise GuardFailed("delivered", "Say what was delivered: one of the list, or a note.")
    take_step(uow, referral, "complete", actor, at, reason=outcome)
    referral.outcome, referral.closed_at, referral.business_status = outcome, at, ""
    referral.delivered = delivered if delivered in DELIVERED else ""
    referral.feedback, referral.feedback_at = "", None
    if note:
        key = data_key_of(uow, referral.person_id)
        referral.outcome_note_sealed = uow.vault.seal_text(key, note, OUTCOME_NOTE)
    for appointment in uow.session.scalars(select(Appointment).filter_by(referral_id=referral.id, state="arrived")):
        appointment.state, appointment.updated_at = "fulfilled", at
    uow.flush()
    give_up_all(uow, referral.id, at, "referral completed", "desk")
    leave_clock_and_place(uow, referral, at)
    tell(uow, referral, "outcome", at, by_clock=actor.by_machine)


def fail(uow: UnitOfWork, referral: Referral, actor: Actor, at: datetime, reason: str, note: str = "") -> None:
    """It came to nothing after it was accepted; the family is told by a tap. Raises `ReasonMissing`."""
    _may(referral, "fail", actor)
    _one_of(reason, FAILURE_REASONS, "A failure")
    take_step(uow, referral, "fail", actor, at, reason=reason, note=note)
    referral.status_reason, referral.business_status = reason, ""
    end(uow, referral, at, "referral failed", "desk")
    tell(uow, referral, "answer", at, by_clock=actor.by_machine)


def void(uow: UnitOfWork, referral: Referral, actor: Actor, at: datetime, note: str) -> None:
    """It should never have been: hidden from queues and reports, kept in the audit. Nothing is said to the family."""
    _may(referral, "void", actor)
    if not note.strip():
        raise ReasonMissing("Say why this referral should never have been.")
    take_step(uow, referral, "void", actor, at, note=note.strip())
    referral.business_status = ""  # on no waiting list either
    end(uow, referral, at, "referral void", "desk")


def cancel_by_sender(uow: UnitOfWork, referral: Referral, actor: Actor, at: datetime, reason: str) -> None:
    """Whoever sent it takes it back; the centre's access ends with it, and the family is told."""
    _may(referral, "cancel", actor)
    _one_of(reason, CANCEL_REASONS, "A cancellation")
    take_step(uow, referral, "cancel", actor, at, reason=reason)
    referral.status_reason, referral.business_status = reason, ""
    end(uow, referral, at, "referral cancelled", "desk")
    tell(uow, referral, "cancelled", at)


def cancel_by_family(uow: UnitOfWork, referral: Referral, at: datetime) -> None:
    """The family withdraws it; the centre's access ends with it."""
    take_step(uow, referral, "cancel", Actor(None, "family"), at)
    referral.business_status = "loop-closed"  # nobody has to tell them what they did themselves
    end(uow, referral, at, "referral withdrawn", "family")


def reopen(uow: UnitOfWork, referral: Referral, at: datetime) -> bool:
    """«لم يصل»: the family says that nothing came. It is open again, and a supervisor looks.

    False, and it stays closed, where the organization has a newer open one of the same need: there is never a second.
    """
    row_of(REFERRAL, referral.state, "dispute", "supervisor")
    if standing_at(uow, referral.application_id, referral.need_code, referral.to_organization_id) is not None:
        return False
    take_step(uow, referral, "dispute", Actor(None, "supervisor"), at, reason="not-delivered")
    referral.closed_at, referral.business_status = None, "escalated-1"
    referral.holds_place = reserve(uow, referral.to_service_at_location_id, at)
    uow.flush()
    return True


def _acknowledge(uow: UnitOfWork, referral: Referral, actor: Actor, at: datetime) -> None:
    take_step(uow, referral, "acknowledge", actor, at)
    if referral.business_status not in ("waitlisted", "rerouted"):
        referral.business_status = ""
    next_clock(uow, referral)


def _may(referral: Referral, event: str, actor: Actor) -> None:
    """Raises `TransitionRefused` before anything else is asked: what may not be done needs no reason."""
    row_of(REFERRAL, referral.state, event, actor.role)


def _one_of(value: str, known: tuple[str, ...], what: str) -> None:
    if value not in known:
        raise ReasonMissing(f"{what} needs one of: {', '.join(known)}")


def came(uow: UnitOfWork, referral: Referral) -> bool:
    """Whether an appointment of this referral saw them: then the first contact is known."""
    arrived = Appointment.state.in_(("arrived", "fulfilled"))
    query = select(Appointment.id).where(Appointment.referral_id == referral.id, arrived)
    return uow.session.scalar(query.limit(1)) is not None
