"""Owes a partner's system the steps of its referrals, in the transaction that makes them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from referrals.partners.records import Partner, WebhookDelivery
from referrals.referral.records import Referral, ReferralEvent
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import UnitOfWork

ACTIVE = "active"
# who had it before has to hear that it is theirs no more
FORMER_TOO = frozenset({"transfer", "void", "erased", "undo"})

_PARTNERS = Ready(  # at every step of every referral: one probe of uq_partner_organization_id_url
    select(Partner.id, Partner.url, Partner.events).where(
        Partner.organization_id == bindparam("organization"), Partner.state == ACTIVE
    )
)


def owe_webhooks(uow: UnitOfWork, referral: Referral, event: str, at: datetime, *, corrects: str = "") -> int:
    """Owes this step to every partner system of the referral's organization, once; returns how many rows are new.

    `corrects` names the step that this one takes back: whoever was told of that one hears of this one too. Call it in
    the transaction of the step, after its `ReferralEvent`. Without partners it is one probe of an index.
    """
    found: list[Any] = (
        list(uow.connection.execute(_partners(referral)))
        if event in FORMER_TOO
        else _PARTNERS.all(uow.connection, organization=referral.to_organization_id)
    )
    if not found:
        return 0
    uow.flush()
    step = latest_step(uow, referral.id)
    return sum(_owe(uow, partner, referral, event, step, at, corrects) for partner in found)


def _owe(uow: UnitOfWork, partner: Any, referral: Referral, event: str, step: int, at: datetime, corrects: str) -> int:
    key = f"webhook:{partner.id}:{referral.id}:{step}"
    if uow.connection.execute(select(WebhookDelivery.id).where(WebhookDelivery.key == key)).first():
        return 0
    sequence = next_sequence(uow, partner.id)
    asked_for = partner.events.split(",") if partner.events else (event,)
    wanted = bool(partner.url) and (event in asked_for or corrects in asked_for)
    on = postgresql.insert if uow.connection.dialect.name == "postgresql" else sqlite.insert
    row = on(WebhookDelivery).values(
        key=key,
        partner_id=partner.id,
        referral_id=referral.id,
        event=event,
        sequence=sequence,
        body=body_of(referral, event, step, sequence, at, corrects),
        state="waiting" if wanted else "listed",
        due_at=at,
        attempts=0,
        reason="",
        created_at=at,
    )
    once = row.on_conflict_do_nothing(index_elements=["key"]).returning(WebhookDelivery.id)
    return len(uow.connection.execute(once).all())


def next_sequence(uow: UnitOfWork, partner_id: int, more: int = 1) -> int:
    """The partner's next number; the last of `more`. Its row stays locked until the commit, so that numbers rise in the
    order in which they can be seen, and a reader who goes on from one never misses a smaller one."""
    counted = update(Partner).where(Partner.id == partner_id).values(sequence=Partner.sequence + more)
    return int(uow.connection.execute(counted.returning(Partner.sequence)).scalar_one())


def latest_step(uow: UnitOfWork, referral_id: int) -> int:
    """The number of the latest step in its history, 0 where it has none yet."""
    last = select(func.max(ReferralEvent.id)).where(ReferralEvent.referral_id == referral_id)
    return uow.connection.execute(last).scalar() or 0


def body_of(referral: Referral, event: str, step: int, sequence: int, at: datetime, corrects: str = "") -> str:
    """What is sent: ids and codes. Whoever reads it in passing learns nothing of a family or of what it needs."""
    more = {"corrects": f"referral.{corrects}"} if corrects else {}
    told = {
        "type": f"referral.{event}",
        "timestamp": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "data": {
            "referral": str(referral.id),
            "step": str(step),
            "sequence": sequence,
            "state": referral.state,
            "priority": referral.priority,
            "programme": referral.programme_id,
            **more,
        },
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _partners(referral: Referral) -> Select[int, str, str]:
    """Those of the organization, and those that have heard of it before."""
    query = select(Partner.id, Partner.url, Partner.events).where(Partner.state == ACTIVE)
    heard = exists().where(WebhookDelivery.partner_id == Partner.id, WebhookDelivery.referral_id == referral.id)
    return query.where(or_(Partner.organization_id == referral.to_organization_id, heard))


def cancel_waiting(uow: UnitOfWork, partner_id: int, reason: str) -> int:
    """What waits for a partner, or was given up, is sent no more; returns how many. It can still be listed."""
    waiting = (
        update(WebhookDelivery)
        .where(WebhookDelivery.partner_id == partner_id, WebhookDelivery.state.in_(("waiting", "parked")))
        .values(state="cancelled", reason=reason)
        .returning(WebhookDelivery.id)
    )
    return len(uow.connection.execute(waiting).all())
