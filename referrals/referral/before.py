"""What a referral was before a step, so that it can be taken back: codes, ids and moments, nothing of a person."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from referrals.appointments.centre_records import WaitlistEntry
from referrals.appointments.records import Appointment
from referrals.appointments.visits.taken_back import offered_before, standing_before
from referrals.directory.records import ServiceAtLocation
from referrals.referral.records import Referral, ReferralTransfer
from referrals.store.unit_of_work import UnitOfWork

PLAIN = (
    *("state", "business_status", "status_reason", "outcome", "contact", "delivered", "holds_place", "rung"),
    *("to_service_at_location_id", "to_location_id", "to_organization_id", "consent_id"),
    *("feedback", "feedback_how", "feedback_wait", "feedback_explained"),
)
MOMENTS = (
    *("ack_due", "respond_due", "clock_from", "next_rung_at"),
    *("answered_at", "review_at", "closed_at", "feedback_at"),
)
BOOKED = ("booked", "confirmed")


@dataclass(frozen=True)
class Before:
    """A referral as it was. `fields` are the columns to write again, `lacking_since` what its service had said."""

    fields: Mapping[str, Any]
    lacking_since: datetime | None
    booked: Sequence[tuple[int, str]]
    """The appointments that stood, with their state."""
    waited_for_time: int | None
    transfers: Sequence[tuple[int, str]]
    """The transfers that were asked for, with their state."""
    visits: Sequence[tuple[int, str]]
    """The visits at home that stood, with their state."""
    offers: Sequence[int]
    """The appointments for which times were offered."""


def before_of(uow: UnitOfWork, referral: Referral) -> str:
    """The referral as it is now, as it is written beside the step that changes it."""
    uow.flush()
    booked = select(Appointment.id, Appointment.state).where(
        Appointment.referral_id == referral.id, Appointment.state.in_(BOOKED)
    )
    waits = select(WaitlistEntry.id).where(
        WaitlistEntry.referral_id == referral.id, WaitlistEntry.state.in_(("waiting", "offered"))
    )
    asked = select(ReferralTransfer.id, ReferralTransfer.state).where(
        ReferralTransfer.referral_id == referral.id, ReferralTransfer.state.in_(("asked", "agreed"))
    )
    lacking = select(ServiceAtLocation.lacking_since).where(ServiceAtLocation.id == referral.to_service_at_location_id)
    told = {name: getattr(referral, name) for name in PLAIN}
    told |= {name: _written(getattr(referral, name)) for name in MOMENTS}
    told["appointments"] = [list(row) for row in uow.connection.execute(booked.order_by(Appointment.id))]
    told["transfers"] = [list(row) for row in uow.connection.execute(asked.order_by(ReferralTransfer.id))]
    told["visits"], told["offers"] = standing_before(uow, referral.id), offered_before(uow, referral.id)
    told["waitlist"] = uow.connection.execute(waits.limit(1)).scalar()
    told["lacking_since"] = _written(uow.connection.execute(lacking).scalar())
    return json.dumps(told, separators=(",", ":"))


def read_before(written: str) -> Before:
    """What `before_of` wrote."""
    told = json.loads(written)
    fields = {name: told[name] for name in PLAIN} | {name: _read(told[name]) for name in MOMENTS}
    return Before(
        fields,
        _read(told["lacking_since"]),
        [(id, state) for id, state in told["appointments"]],
        told["waitlist"],
        [(id, state) for id, state in told["transfers"]],
        [(id, state) for id, state in told.get("visits", [])],  # an earlier version wrote none of these two
        told.get("offers", []),
    )


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _read(moment: str | None) -> datetime | None:
    return datetime.fromisoformat(moment) if moment else None
