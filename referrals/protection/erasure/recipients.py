"""Who was given something of a family: told that it is erased, without a word of what it was."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from referrals.applications.filing import SUBMISSION
from referrals.applications.records import Application
from referrals.directory.records import Location
from referrals.partners.records import WebhookDelivery
from referrals.protection.erasure.what_goes import Theirs
from referrals.protection.rights_records import ErasureNotice
from referrals.protection.vault import Erased
from referrals.referral.records import Referral, ReferralTransfer
from referrals.referral.sending import note_event
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import OutgoingSubmission, PushTarget, ReceivedSubmission

ERASED = "erased"
_INSTANCE_ID = re.compile(rb"<(?:\w+:)?instanceID>([^<]{1,150})</")


def tell_recipients(uow: UnitOfWork, theirs: Theirs, request_id: int, at: datetime, actor: str) -> int:
    """Writes down who has to delete something, and owes partner systems the event; returns how many are to be told.

    To be called while the family's key still opens what was pushed elsewhere: staff need the id it has there.
    """
    return _centres(uow, theirs, request_id, at, actor) + _servers(uow, theirs, request_id, at)


def _centres(uow: UnitOfWork, theirs: Theirs, request_id: int, at: datetime, actor: str) -> int:
    waiting = update(WebhookDelivery).where(
        WebhookDelivery.referral_id.in_(theirs.referrals), WebhookDelivery.state.in_(("waiting", "parked"))
    )
    uow.connection.execute(waiting.values(state="cancelled", reason=ERASED))
    sent = uow.session.scalars(
        select(Referral).where(Referral.id.in_(theirs.referrals), Referral.state != "draft").order_by(Referral.id)
    ).all()
    told = set[tuple[int, int]]()
    for referral in sent:
        note_event(uow, referral, ERASED, referral.state, actor, at)
        number = uow.session.get_one(Application, referral.application_id).number
        for location_id, organization_id in _who_had_it(uow, referral):
            if (location_id, referral.application_id) in told:
                continue
            told.add((location_id, referral.application_id))
            uow.session.add(
                ErasureNotice(
                    request_id=request_id,
                    programme_id=referral.programme_id,
                    kind="centre",
                    organization_id=organization_id,
                    location_id=location_id,
                    reference=number,
                    state="open",
                    created_at=at,
                )
            )
    uow.flush()
    return len(told)


def _who_had_it(uow: UnitOfWork, referral: Referral) -> list[tuple[int, int]]:
    """The centre where it stands, and those that handed it on or were asked to take it: location and organization."""
    passed = uow.connection.execute(
        select(ReferralTransfer.from_location_id, ReferralTransfer.to_location_id).where(
            ReferralTransfer.referral_id == referral.id
        )
    ).all()
    places = {referral.to_location_id, *(place for row in passed for place in row)}
    rows = select(Location.id, Location.organization_id).where(Location.id.in_(places)).order_by(Location.id)
    return [(row.id, row.organization_id) for row in uow.connection.execute(rows)]


def _servers(uow: UnitOfWork, theirs: Theirs, request_id: int, at: datetime) -> int:
    """What waits to be pushed is owed no more; what may be there already is listed, to be deleted there by hand."""
    rows = uow.session.scalars(
        select(OutgoingSubmission)
        .where(
            OutgoingSubmission.application_id.in_(theirs.applications)
            | OutgoingSubmission.submission_id.in_(theirs.submissions)
        )
        .order_by(OutgoingSubmission.id)
    ).all()
    gone = [row for row in rows if row.state in ("sent", "leased")]
    there = {(row.target_id, _instance_id(uow, row)): row for row in reversed(gone)}  # with all its corrections
    for (_, reference), row in sorted(there.items(), key=lambda item: item[1].id):
        uow.session.add(
            ErasureNotice(
                request_id=request_id,
                programme_id=row.programme_id,
                kind="server",
                target_id=row.target_id,
                reference=reference,
                state="open",
                created_at=at,
            )
        )
    for row in rows:
        if row.state in ("waiting", "leased", "parked"):
            row.state, row.reason, row.leased_until = "cancelled", ERASED, None
    uow.flush()
    return len(there)


def _instance_id(uow: UnitOfWork, row: OutgoingSubmission) -> str:
    """The id under which the other server knows a submission; our own number of it where it can no longer be read."""
    if row.submission_id is not None:
        return uow.session.get_one(ReceivedSubmission, row.submission_id).instance_id
    assert row.application_id is not None
    application = uow.session.get_one(Application, row.application_id)
    try:
        found = _INSTANCE_ID.search(uow.vault.open(application.submission_sealed, SUBMISSION))
    except Erased:
        found = None
    return found[1].decode() if found else f"application {application.number}"


def target_urls(uow: UnitOfWork, notices: Sequence[ErasureNotice]) -> dict[int, str]:
    """The address of each server that something stands on, by the target's id."""
    ids = {each.target_id for each in notices if each.target_id is not None}
    rows = uow.connection.execute(select(PushTarget.id, PushTarget.url).where(PushTarget.id.in_(ids)))
    return {row.id: row.url for row in rows}
