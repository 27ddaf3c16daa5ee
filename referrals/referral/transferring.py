"""A transfer: a desk asks another centre to go on with a referral; the family agrees first, the other desk last.

Ownership, queue, place and deadlines move when the other desk accepts, and not before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from referrals.applications.records import Application
from referrals.appointments.booking import give_up_all
from referrals.definitions.in_force import settings_of
from referrals.directory.records import Location, Service, ServiceAtLocation
from referrals.families.consents import record_consent, stands
from referrals.families.identities import data_key_of
from referrals.lifecycles import REFERRAL, TRANSFER_REASONS
from referrals.lifecycles import step as row_of
from referrals.matching.reserving import reserve
from referrals.referral.before import before_of
from referrals.referral.deadlines import due_times, next_clock
from referrals.referral.noting import note_event
from referrals.referral.records import UNDECIDED, Referral, ReferralTransfer
from referrals.referral.sending import DISCLOSED, standing_at
from referrals.referral.sending import OPEN as STANDING
from referrals.referral.stepping import Actor, GuardFailed, ReasonMissing
from referrals.referral.telling import tell
from referrals.referral.waiting import PlaceGone, give_back
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import Store, UnitOfWork

NOTE = "referral_transfer.note"
OPEN = ("asked", "agreed")
AT_A_TIME = 50
FIRST = select(func.min(ReferralTransfer.due_at).label("due_at")).where(UNDECIDED)  # ix_referral_transfer_undecided
NEXT = Ready(FIRST)


def places_for_transfer(uow: UnitOfWork, referral: Referral) -> list[tuple[ServiceAtLocation, Location]]:
    """Where the same service, or the first reception of families, is given elsewhere; never a hidden place, one that
    takes nobody in, or one whose organization has an open referral of this need already."""
    elsewhere = select(Referral.to_organization_id).where(
        Referral.application_id == referral.application_id,
        Referral.need_code == referral.need_code,
        Referral.id != referral.id,
        Referral.state.in_(STANDING),
    )
    query = (
        select(ServiceAtLocation, Location)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(
            Service.programme_id == referral.programme_id,
            Service.service_term.in_((referral.service_term, "general-intake")),
            Service.status == "active",
            Service.restricted.is_(False),
            Location.confidential.is_(False),
            Location.accepting.is_(True),
            Location.id != referral.to_location_id,
            Location.gone_at.is_(None),
            Service.gone_at.is_(None),
            ServiceAtLocation.gone_at.is_(None),
            ServiceAtLocation.paused.is_(False),
            Location.organization_id.not_in(elsewhere),
        )
        .order_by(Location.name, ServiceAtLocation.id)
        .limit(200)
    )
    return [(given, place) for given, place in uow.session.execute(query)]


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


def open_transfer(uow: UnitOfWork, referral_id: int) -> ReferralTransfer | None:
    """The transfer of a referral that is not decided yet."""
    query = select(ReferralTransfer).filter_by(referral_id=referral_id).where(ReferralTransfer.state.in_(OPEN))
    return uow.session.scalar(query.limit(1))


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
    referral = uow.session.get_one(Referral, transfer.referral_id)
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
    referral = uow.session.scalars(select(Referral).filter_by(id=transfer.referral_id).with_for_update()).one()
    row_of(REFERRAL, referral.state, "transfer", actor.role)
    if transfer.state != "agreed" or transfer.consent_id is None or not stands(uow, transfer.consent_id, at):
        raise GuardFailed("consent", "The family has not agreed to this centre.")
    beside = standing_at(uow, referral.application_id, referral.need_code, transfer.to_organization_id)
    if beside is not None and beside.id != referral.id:
        raise GuardFailed("place", "The family has an open referral of this need at this organization already.")
    was = before_of(uow, referral)
    if not reserve(uow, transfer.to_service_at_location_id, at):
        raise PlaceGone(PlaceGone.__doc__)
    give_back(uow, referral, at)
    give_up_all(uow, referral.id, at, "referral transferred", "desk")
    referral.to_service_at_location_id = transfer.to_service_at_location_id
    referral.to_location_id, referral.to_organization_id = transfer.to_location_id, transfer.to_organization_id
    referral.consent_id, referral.holds_place = transfer.consent_id, True
    settings = settings_of(uow, referral.programme_id)
    referral.clock_from = at
    referral.ack_due, referral.respond_due = due_times(uow, settings, referral.to_location_id, referral.priority, at)
    if referral.state in ("requested", "received"):
        referral.business_status = "awaiting-ack" if referral.state == "requested" else ""
    elif referral.business_status == "appointment-set":
        referral.business_status = ""
    next_clock(uow, referral)
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


def decline_transfer(uow: UnitOfWork, transfer: ReferralTransfer, actor: Actor, at: datetime) -> None:
    """The other desk cannot: the referral stays where it is, and the family hears so."""
    _close(uow, transfer, "declined", actor, at)


def take_back_transfer(uow: UnitOfWork, transfer: ReferralTransfer, actor: Actor, at: datetime) -> None:
    """The desk that asked no longer wants it; nothing has moved."""
    _close(uow, transfer, "lapsed", actor, at)


def _close(uow: UnitOfWork, transfer: ReferralTransfer, state: str, actor: Actor, at: datetime) -> None:
    if transfer.state not in OPEN:
        raise GuardFailed("transfer", "This transfer was decided already.")
    known = transfer.state == "agreed"
    transfer.state, transfer.decided_at, transfer.decided_by_id = state, at, actor.staff_id
    referral = uow.session.get_one(Referral, transfer.referral_id)
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
    """Transfers that nobody answered in time end: the referral stays where it is. Returns how many."""
    with store.reading() as uow:
        soonest = NEXT.value(uow.connection)
    if soonest is None or soonest > at:
        return 0

    def work(uow: UnitOfWork) -> int:
        query = select(ReferralTransfer).where(UNDECIDED, ReferralTransfer.due_at <= at).limit(AT_A_TIME)
        found = uow.session.scalars(query.with_for_update(skip_locked=True)).all()
        for transfer in found:
            _close(uow, transfer, "lapsed", Actor(None, "system"), at)
        return len(found)

    return store.transact(work)


def incoming(uow: UnitOfWork, member: Member) -> Sequence[tuple[ReferralTransfer, Referral, str, str]]:
    """What other centres ask of the member's own, oldest first: the transfer, its referral, the number, from where.

    Only what the family has agreed to: before that, this centre has nothing to know.
    """
    query = (
        select(ReferralTransfer, Referral, Application.number, Location.name)
        .join(Referral, Referral.id == ReferralTransfer.referral_id)
        .join(Application, Application.id == Referral.application_id)
        .join(Location, Location.id == ReferralTransfer.from_location_id)
        .where(ReferralTransfer.state == "agreed")
        .order_by(ReferralTransfer.asked_at, ReferralTransfer.id)
    )
    found = uow.session.execute(visible_to(member, query, ReferralTransfer, Permission.HANDLE_REFERRAL))
    return [(transfer, referral, number, name) for transfer, referral, number, name in found]


def how_many_incoming(uow: UnitOfWork, member: Member) -> int:
    """How many of them wait."""
    query = select(func.count()).select_from(ReferralTransfer).where(ReferralTransfer.state == "agreed")
    return int(uow.session.scalar(visible_to(member, query, ReferralTransfer, Permission.HANDLE_REFERRAL)) or 0)


def one_incoming(uow: UnitOfWork, member: Member, transfer_id: int) -> ReferralTransfer | None:
    """The transfer when it is the member's to answer; None otherwise."""
    query = select(ReferralTransfer).where(ReferralTransfer.id == transfer_id, ReferralTransfer.state == "agreed")
    query = query.with_for_update()
    return uow.session.scalar(visible_to(member, query, ReferralTransfer, Permission.HANDLE_REFERRAL))


def one_to_agree(uow: UnitOfWork, member: Member, transfer_id: int) -> ReferralTransfer | None:
    """The transfer of which the family still has to say what it thinks, when the member may ask it."""
    query = select(ReferralTransfer).where(ReferralTransfer.id == transfer_id, ReferralTransfer.state == "asked")
    query = query.with_for_update()
    return uow.session.scalar(visible_to(member, query, ReferralTransfer, Permission.SEND_REFERRAL))
