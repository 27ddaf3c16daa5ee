"""A transfer: a desk asks another centre to go on with a referral; the family agrees first, the other desk last.

Ownership, queue, place and deadlines move when the other desk accepts, and not before.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from referrals.absence import came_due_unseen
from referrals.appointments.booking import give_up_all
from referrals.definitions.in_force import settings_of
from referrals.families.consents import record_consent, stands_until_then
from referrals.families.identities import data_key_of
from referrals.lifecycles import REFERRAL, TRANSFER_REASONS
from referrals.lifecycles import step as row_of
from referrals.matching.reserving import reserve
from referrals.portions import AFTER_A_FAULT, by_portions, owe_together
from referrals.referral.before import before_of
from referrals.referral.deadlines import start_clock
from referrals.referral.holding import hold_services
from referrals.referral.noting import note_event
from referrals.referral.records import UNDECIDED, Referral, ReferralTransfer
from referrals.referral.sending import DISCLOSED, standing_at
from referrals.referral.stepping import Actor, GuardFailed, ReasonMissing
from referrals.referral.telling import tell
from referrals.referral.transfer_places import places_for_transfer
from referrals.referral.transfers_asked import NOT_DECIDED, open_transfer
from referrals.referral.waiting import PlaceGone, give_back
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import Store, UnitOfWork

NOTE = "referral_transfer.note"
AT_A_TIME = 50
PUT_OFF_FOR = timedelta(days=14)  # since it was asked: where the service is often down, it ends all the same
A_DAY = timedelta(days=1)
FIRST = select(func.min(ReferralTransfer.due_at).label("due_at")).where(UNDECIDED)  # ix_referral_transfer_undecided
NEXT = Ready(FIRST)


def ask_transfer(
    uow: UnitOfWork, referral: Referral, actor: Actor, given_id: int, reason: str, at: datetime, note: str = ""
) -> ReferralTransfer:
    """The desk proposes another centre; the family is asked whether it may see what this one sees.

    Raises `TransitionRefused`, `ReasonMissing`, and `GuardFailed` for a place that is none or one transfer too many.
    """
    row_of(REFERRAL, referral.state, "transfer", actor.role)
    if reason not in TRANSFER_REASONS:
        raise ReasonMissing("A transfer needs one of: " + ", ".join(TRANSFER_REASONS))
    if open_transfer(uow, referral.id) is not None:
        raise GuardFailed("transfer", "Another centre is asked already; wait for its answer or take it back.")
    found = next(((g, p) for g, p in places_for_transfer(uow, referral) if g.id == given_id), None)
    if found is None:
        raise GuardFailed("place", "Choose a place of the list.")
    given, place = found
    settings = settings_of(uow, referral.programme_id)
    key = data_key_of(uow, referral.person_id)
    transfer = ReferralTransfer(
        referral_id=referral.id,
        programme_id=referral.programme_id,
        from_location_id=referral.to_location_id,
        to_service_at_location_id=given.id,
        to_location_id=place.id,
        to_organization_id=place.organization_id,
        state="asked",
        reason=reason,
        note_sealed=uow.vault.seal_text(key, note, NOTE) if note else None,
        asked_by_id=actor.staff_id,
        asked_at=at,
        due_at=at + timedelta(hours=settings.transfer_answer_hours),
    )
    uow.session.add(transfer)
    uow.flush()
    note_event(
        uow,
        referral,
        "transfer_asked",
        referral.state,
        actor.role,
        at,
        staff_id=actor.staff_id,
        system=actor.system,
        reason=reason,
    )
    tell(uow, referral, "transfer", at, by_clock=actor.by_machine, subject=transfer.id)
    return transfer


def agree(
    uow: UnitOfWork,
    transfer: ReferralTransfer,
    at: datetime,
    *,
    agreed: bool,
    text_id: int | None,
    language: str,
    method: str = "tap",
    evidence_inbox_id: int | None = None,
    actor: str = "",
) -> None:
    """The family's word: a consent of its own for the new recipient; without it the referral stays where it is."""
    referral = _held(uow, transfer)
    if referral.closed_at is not None:
        raise GuardFailed("transfer", "The referral has ended meanwhile.")
    fields = uow.vault.open_json(referral.disclosed_sealed, DISCLOSED)
    consent_id = record_consent(
        uow,
        person_id=referral.person_id,
        programme_id=referral.programme_id,
        purpose="referral",
        text_id=text_id,
        language=language,
        at=at,
        agreed=agreed,
        method=method,
        evidence_inbox_id=evidence_inbox_id,
        recipient_location_id=transfer.to_location_id,
        data_categories=tuple(field["code"] for field in fields),
        actor=actor,
    )
    transfer.state = "agreed" if agreed else "refused"
    transfer.consent_id, transfer.decided_at = consent_id, None if agreed else at
    hours = settings_of(uow, referral.programme_id).transfer_answer_hours
    transfer.due_at = at + timedelta(hours=hours)
    uow.flush()
    event = "transfer_agreed" if agreed else "transfer_refused"
    note_event(uow, referral, event, referral.state, "family", at)


def accept_transfer(uow: UnitOfWork, transfer: ReferralTransfer, actor: Actor, at: datetime) -> None:
    """The other desk takes it on: from now on it is theirs, with its place and its deadlines.

    Raises `GuardFailed` without the family's consent, `PlaceGone` where there is no room.
    """
    referral = _held(uow, transfer)
    row_of(REFERRAL, referral.state, "transfer", actor.role)
    consent_id = _consent_to(uow, transfer, referral, at)
    was = before_of(uow, referral)
    hold_services(uow, [referral.to_service_at_location_id, transfer.to_service_at_location_id])
    if not reserve(uow, transfer.to_service_at_location_id, at):
        raise PlaceGone(PlaceGone.__doc__)
    _move(uow, transfer, referral, consent_id, at)
    transfer.state, transfer.decided_at, transfer.decided_by_id = "accepted", at, actor.staff_id
    note_event(
        uow,
        referral,
        "transfer",
        referral.state,
        actor.role,
        at,
        staff_id=actor.staff_id,
        system=actor.system,
        reason=transfer.reason,
        before=was,
    )
    tell(uow, referral, "moved", at, by_clock=actor.by_machine)


def _held(uow: UnitOfWork, transfer: ReferralTransfer) -> Referral:
    """The referral as it stands now; nobody else takes a step on it meanwhile."""
    query = select(Referral).filter_by(id=transfer.referral_id).with_for_update()
    return uow.session.scalars(query.execution_options(populate_existing=True)).one()


def _consent_to(uow: UnitOfWork, transfer: ReferralTransfer, referral: Referral, at: datetime) -> int:
    """The family's consent to this centre; raises `GuardFailed` without it, or where they have a referral there."""
    consent_id = transfer.consent_id if transfer.state == "agreed" else None
    if consent_id is None or not stands_until_then(uow, consent_id, at):
        raise GuardFailed("consent", "The family has not agreed to this centre.")
    beside = standing_at(uow, referral.application_id, referral.need_code, transfer.to_organization_id)
    if beside is not None and beside.id != referral.id:
        raise GuardFailed("place", "The family has an open referral of this need at this organization already.")
    return consent_id


def _move(uow: UnitOfWork, transfer: ReferralTransfer, referral: Referral, consent_id: int, at: datetime) -> None:
    """Ownership, queue, consent, place and deadlines are the other desk's; what was booked here is given up."""
    give_back(uow, referral, at)
    give_up_all(uow, referral.id, at, "referral transferred", "desk")
    referral.to_service_at_location_id = transfer.to_service_at_location_id
    referral.to_location_id, referral.to_organization_id = transfer.to_location_id, transfer.to_organization_id
    referral.consent_id, referral.holds_place = consent_id, True
    if referral.state in ("requested", "received"):
        referral.business_status = "awaiting-ack" if referral.state == "requested" else ""
    elif referral.business_status == "appointment-set":
        referral.business_status = ""
    start_clock(uow, referral, at)


def decline_transfer(uow: UnitOfWork, transfer: ReferralTransfer, actor: Actor, at: datetime) -> None:
    """The other desk cannot: the referral stays where it is, and the family hears so."""
    _close(uow, transfer, "declined", actor, at)


def take_back_transfer(uow: UnitOfWork, transfer: ReferralTransfer, actor: Actor, at: datetime) -> None:
    """The desk that asked no longer wants it; nothing has moved."""
    _close(uow, transfer, "lapsed", actor, at)


def _close(uow: UnitOfWork, transfer: ReferralTransfer, state: str, actor: Actor, at: datetime) -> None:
    if transfer.state not in NOT_DECIDED:
        raise GuardFailed("transfer", "This transfer was decided already.")
    known = transfer.state == "agreed"
    transfer.state, transfer.decided_at, transfer.decided_by_id = state, at, actor.staff_id
    referral = _held(uow, transfer)
    note_event(
        uow,
        referral,
        f"transfer_{state}",
        referral.state,
        actor.role,
        at,
        staff_id=actor.staff_id,
        system=actor.system,
    )
    if known:  # they agreed to it and wait: they hear that nothing changes
        tell(uow, referral, "stays", at, by_clock=actor.role == "system" or actor.by_machine)


def let_lapse(store: Store, at: datetime) -> int:
    """Transfers that nobody answered in time end: the referral stays where it is. Returns how many were looked at.

    Where the service was down meanwhile, the family and the other desk have a day more.
    """
    return by_portions(store, at, NEXT, _lapse_due)


def _lapse_due(uow: UnitOfWork, at: datetime) -> int:
    due = select(ReferralTransfer.id, ReferralTransfer.referral_id).where(UNDECIDED, ReferralTransfer.due_at <= at)
    soonest = due.order_by(ReferralTransfer.due_at).limit(AT_A_TIME)
    theirs = [row.referral_id for row in uow.connection.execute(soonest)]
    mine = select(Referral.id).where(Referral.id.in_(theirs)).order_by(Referral.id).with_for_update(skip_locked=True)
    held = uow.connection.execute(mine).scalars().all()  # two clocks never take the same one
    still = due.where(ReferralTransfer.referral_id.in_(held)).order_by(ReferralTransfer.due_at)

    def lapse(transfer_id: int) -> None:
        transfer = uow.session.get_one(ReferralTransfer, transfer_id)
        if came_due_unseen(transfer.due_at, at) and at - transfer.asked_at < PUT_OFF_FOR:
            transfer.due_at = at + min(
                timedelta(hours=settings_of(uow, transfer.programme_id).transfer_answer_hours), A_DAY
            )
            uow.flush()
        else:
            _close(uow, transfer, "lapsed", Actor(None, "system"), at)

    def put_off(transfer_id: int) -> None:
        uow.session.get_one(ReferralTransfer, transfer_id).due_at = at + AFTER_A_FAULT
        uow.flush()

    return owe_together(uow, uow.session.scalars(still).all(), lapse, put_off, "the end of transfer")
