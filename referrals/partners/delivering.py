"""What is owed to partners' systems: leased one at a time, sent in order, tried again, parked, tried by hand."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid5

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from referrals.directory.publishing.public_ids import OURS
from referrals.partners.managing import disable, secrets_of
from referrals.partners.owing import ACTIVE
from referrals.partners.records import Partner, PartnerRequest, WebhookDelivery
from referrals.store.unit_of_work import UnitOfWork

HOUR, DAY = 3600, 24 * 3600
BACKOFF_SECONDS = (5, 30, 120, 600, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, DAY, DAY)  # four days in all
LONG_AWAY = 5  # tries after which an event waits for hours
JITTER = 0.2  # of the wait: many that failed together do not come back together
LEASE_SECONDS = 60  # longer than any one try takes
LONGEST_REASON = 400
KEPT = timedelta(days=90)  # of events that went, and of answers to requests that may be asked again
A_SWEEP = 500


class NotOwedAnyMore(LookupError):
    """Its partner was disabled meanwhile."""


@dataclass(frozen=True)
class Delivery:
    """One event to send: where, what, and what signs it."""

    id: int
    partner_id: int
    url: str
    webhook_id: str
    body: str
    attempts: int
    secrets: tuple[str, ...] = field(repr=False)


def partners_due(uow: UnitOfWork, at: datetime) -> list[int]:
    """The partners for which something is to be sent now."""
    due = or_(
        and_(WebhookDelivery.state == "waiting", WebhookDelivery.due_at <= at),
        and_(WebhookDelivery.state == "leased", WebhookDelivery.leased_until < at),
    )
    return list(uow.connection.execute(select(WebhookDelivery.partner_id).where(due).distinct()).scalars())


def lease_delivery(uow: UnitOfWork, partner_id: int, at: datetime) -> int | None:
    """The next event that is due for a partner, leased; None when nothing is, or one is under way there.

    Only one is under way to a partner, so a kill can repeat no more than that one. An event waits for those before it
    of the same referral; one that was parked holds up nothing.
    """
    row = WebhookDelivery
    over = update(row).where(row.partner_id == partner_id, row.state == "leased", row.leased_until < at)
    uow.connection.execute(over.values(state="waiting", leased_until=None, due_at=at))
    if uow.connection.dialect.name == "postgresql":  # two workers must not both find the partner free
        uow.connection.execute(select(Partner.id).where(Partner.id == partner_id).with_for_update(key_share=True))
    underway = select(row.id).where(row.partner_id == partner_id, row.state == "leased").limit(1)
    if uow.connection.execute(underway).first() is not None:
        return None
    before = aliased(WebhookDelivery)
    earlier = exists().where(
        before.partner_id == row.partner_id,
        before.referral_id == row.referral_id,
        before.id < row.id,
        before.state == "waiting",
    )
    query = (
        select(row.id, row.attempts)
        .where(row.partner_id == partner_id, row.state == "waiting", row.due_at <= at, ~earlier)
        .order_by(row.due_at, row.id)
        .limit(1)
    )
    found = uow.connection.execute(query).one_or_none()
    if found is None:
        return None
    until = at + timedelta(seconds=LEASE_SECONDS)
    leased = update(row).where(row.id == found.id, row.state == "waiting")
    uow.connection.execute(leased.values(state="leased", leased_until=until, attempts=found.attempts + 1))
    return int(found.id)


def delivery(uow: UnitOfWork, row_id: int, at: datetime) -> Delivery:
    """A leased event, opened. Raises `NotOwedAnyMore`."""
    row = uow.session.get_one(WebhookDelivery, row_id)
    partner = uow.session.get_one(Partner, row.partner_id)
    if partner.state != ACTIVE or not partner.url:
        raise NotOwedAnyMore(NotOwedAnyMore.__doc__)
    named = f"msg_{uuid5(OURS, row.key).hex}"  # the same at every try
    return Delivery(row.id, partner.id, partner.url, named, row.body, row.attempts, secrets_of(uow, partner, at))


def give_back_deliveries(uow: UnitOfWork) -> None:
    """Leases of a process that is known to be gone, at the start of the only one."""
    leased = update(WebhookDelivery).where(WebhookDelivery.state == "leased")
    uow.connection.execute(leased.values(state="waiting", leased_until=None))


def note_delivered(uow: UnitOfWork, row_id: int, status: int, at: datetime) -> None:
    """The partner has it. Where it had been away, it is back: what waits for hours because of that goes at once."""
    row = WebhookDelivery
    sent = uow.connection.execute(select(row.partner_id, row.attempts).where(row.id == row_id)).one()
    _settle(uow, row_id, state="sent", reason="", last_status=status, sent_at=at)
    if sent.attempts > 1:
        away = or_(row.last_status.is_(None), row.last_status >= 500)
        put_off = and_(row.state == "waiting", row.due_at > at, row.attempts >= LONG_AWAY)
        uow.connection.execute(update(row).where(row.partner_id == sent.partner_id, put_off, away).values(due_at=at))


def note_cancelled(uow: UnitOfWork, row_id: int, reason: str) -> None:
    """It is not owed any more."""
    _settle(uow, row_id, state="cancelled", reason=reason)


def note_parked(uow: UnitOfWork, row_id: int, reason: str) -> None:
    """It cannot go before somebody has mended something; staff see it with its reason."""
    _settle(uow, row_id, state="parked", reason=reason[:LONGEST_REASON])


def note_failed(
    uow: UnitOfWork,
    one: Delivery,
    reason: str,
    at: datetime,
    *,
    status: int | None = None,
    wait_seconds: float = 0.0,
    permanent: bool = False,
) -> None:
    """It did not go: again after 5 s, 30 s, 2 min … a day, a day, then parked; `wait_seconds` is what they asked for.

    `permanent`: sending it again will never help before somebody has mended something.
    """
    told = {"reason": reason[:LONGEST_REASON], "last_status": status}
    if permanent or one.attempts > len(BACKOFF_SECONDS):
        _settle(uow, one.id, state="parked", **told)
        return
    seconds = max(BACKOFF_SECONDS[one.attempts - 1], wait_seconds) * random.uniform(1, 1 + JITTER)
    _settle(uow, one.id, state="waiting", due_at=at + timedelta(seconds=seconds), **told)


def note_gone(uow: UnitOfWork, one: Delivery, at: datetime) -> None:
    """The partner's server says that nobody listens there any more (410): nothing more is sent until somebody looks."""
    _settle(uow, one.id, state="parked", reason="answered 410: gone", last_status=410)
    disable(uow, uow.session.get_one(Partner, one.partner_id), "its server answered 410: gone", at, "system")


def try_again(uow: UnitOfWork, at: datetime, partner_id: int, row_id: int | None = None) -> int:
    """Parked events of an active partner wait again as if never tried: all, or one; returns how many."""
    row = WebhookDelivery
    active = exists().where(Partner.id == partner_id, Partner.state == ACTIVE, Partner.url != "")
    parked = update(row).where(row.partner_id == partner_id, row.state == "parked", active)
    if row_id is not None:
        parked = parked.where(row.id == row_id)
    again = parked.values(state="waiting", attempts=0, due_at=at, reason="").returning(row.id)
    return len(uow.connection.execute(again).all())


def deliveries(uow: UnitOfWork, partner_id: int, state: str = "", most: int = 100) -> list[WebhookDelivery]:
    """A partner's events, the latest first; of one state, or all."""
    query = select(WebhookDelivery).where(WebhookDelivery.partner_id == partner_id)
    if state:
        query = query.where(WebhookDelivery.state == state)
    return list(uow.session.scalars(query.order_by(WebhookDelivery.sequence.desc()).limit(most)))


def delivery_counts(uow: UnitOfWork, partner_id: int) -> dict[str, int]:
    """How many events a partner has in each state."""
    query = select(WebhookDelivery.state, func.count()).where(WebhookDelivery.partner_id == partner_id)
    return dict(uow.connection.execute(query.group_by(WebhookDelivery.state)).all())


SETTLED = ("sent", "cancelled", "listed")

# The first entries of ix_partner_request_age and, for each state, of ix_webhook_delivery_due.
FIRST = (
    select(func.min(PartnerRequest.created_at)),
    *(select(func.min(WebhookDelivery.due_at)).where(WebhookDelivery.state == state) for state in SETTLED),
)


def sweep_old(uow: UnitOfWork, at: datetime) -> int:
    """Takes away answers and events that went long ago, a few at a time; returns how many."""
    gone = 0
    for record, wanted in (
        (PartnerRequest, PartnerRequest.created_at < at - KEPT),
        (WebhookDelivery, and_(WebhookDelivery.state.in_(SETTLED), WebhookDelivery.due_at < at - KEPT)),
    ):
        some = select(record.id).where(wanted).limit(A_SWEEP)
        ids = list(uow.connection.execute(some).scalars())
        if ids:
            uow.connection.execute(delete(record).where(record.id.in_(ids)))
        gone += len(ids)
    return gone


def _settle(uow: UnitOfWork, row_id: int, **values: Any) -> None:
    leased = update(WebhookDelivery).where(WebhookDelivery.id == row_id, WebhookDelivery.state == "leased")
    uow.connection.execute(leased.values(leased_until=None, **values))
