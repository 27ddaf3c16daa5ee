"""What a partner's system reads and does: its own referrals alone, by the life cycle's steps, each request once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from referrals.lifecycles import REFERRAL, advance
from referrals.lifecycles.table import allowed_events
from referrals.partners.facts import facts_of
from referrals.partners.owing import latest_step
from referrals.partners.records import Partner, PartnerRequest, WebhookDelivery
from referrals.partners.values import ReferralFacts
from referrals.protection.vault import Erased
from referrals.referral import handling, undoing
from referrals.referral.disclosed import access_ended
from referrals.referral.records import Referral
from referrals.referral.stepping import Actor, ReasonMissing
from referrals.store.unit_of_work import UnitOfWork

UNSEEN = ("draft", "entered-in-error")
MOST_LISTED = 200
STEPS: Mapping[str, tuple[str, ...]] = {  # step -> the fields that its body may have
    "acknowledge": (),
    "accept": (),
    "reject": ("reason", "note"),
    "start": ("contact",),
    "pause": ("reason", "review_on", "note"),
    "resume": (),
    "complete": ("outcome", "delivered", "note", "contact"),
    "fail": ("reason", "note"),
    "undo": ("step",),
}


class Changed(Exception):
    """Something happened to it since the step that the request names: read it and decide again."""


class OtherRequest(ValueError):
    """This idempotency key was used for another request; a new request needs a key of its own."""


@dataclass(frozen=True)
class Listed:
    """A referral that something happened to, and what was last; `state` is blank once it is another's."""

    referral_id: int
    sequence: int
    event: str
    at: datetime
    state: str
    priority: str
    ack_due: datetime | None
    respond_due: datetime | None


@dataclass(frozen=True)
class Feed:
    """What happened after a cursor: each referral once, and where to go on."""

    listed: tuple[Listed, ...]
    cursor: int
    more: bool


@dataclass(frozen=True)
class Standing:
    """Where a referral stands: its state, its latest step, and the steps that a partner may take from there."""

    state: str
    step: int
    may: tuple[str, ...]


def actor_of(partner: Partner) -> Actor:
    """The partner's system at its own desk."""
    return Actor(None, "desk", system=f"partner:{partner.id}")


def feed(uow: UnitOfWork, partner: Partner, after: int, most: int) -> Feed:
    """The referrals that something happened to after the cursor, in that order; ids and codes, nothing of a family."""
    row = WebhookDelivery
    mine = select(row.sequence, row.referral_id, row.event, row.created_at).where(
        row.partner_id == partner.id, row.sequence > after
    )
    steps = uow.connection.execute(mine.order_by(row.sequence).limit(most + 1)).all()
    more, steps = len(steps) > most, steps[:most]
    last = {step.referral_id: step for step in steps}
    found = uow.session.scalars(select(Referral).where(Referral.id.in_(sorted(last))))
    rows = {each.id: each for each in found if _is_theirs(partner, each)}
    listed = [_listed(step, rows.get(id)) for id, step in last.items()]
    listed.sort(key=lambda each: each.sequence)
    return Feed(tuple(listed), steps[-1].sequence if steps else after, more)


def theirs(uow: UnitOfWork, partner: Partner, referral_id: int) -> Referral | None:
    """The referral where it is this partner's; None for another's, as for one that never was."""
    referral = uow.session.get(Referral, referral_id)
    return referral if referral is not None and _is_theirs(partner, referral) else None


def standing_of(uow: UnitOfWork, partner: Partner, referral_id: int, at: datetime) -> Standing | None:
    """What stands by now; None where it is another's."""
    referral = theirs(uow, partner, referral_id)
    if referral is None:
        return None
    may = [event for event in allowed_events(REFERRAL, referral.state, "desk") if event in STEPS]
    if undoing.undoable(uow, referral, at) is not None:
        may.append(undoing.UNDO)
    return Standing(referral.state, latest_step(uow, referral.id), tuple(may))


def must_match(uow: UnitOfWork, referral: Referral, wanted: Container[int] | None) -> None:
    """Raises `Changed` where its latest step is none of those that the request was made for."""
    if wanted is not None and latest_step(uow, referral.id) not in wanted:
        raise Changed(Changed.__doc__)


def read_referral(uow: UnitOfWork, partner: Partner, referral: Referral, at: datetime) -> ReferralFacts:
    """The referral with the family's fields, audited; reading acknowledges it as opening does at a desk."""
    if not access_ended(uow, referral, at):
        try:
            handling.open_referral(uow, referral, actor_of(partner), at)
        except Erased:
            return facts_of(uow, referral, at, disclosed=False)
    return facts_of(uow, referral, at)


def take(
    uow: UnitOfWork, partner: Partner, referral: Referral, step: str, told: Mapping[str, str], at: datetime
) -> None:
    """One step of the life cycle. Raises `TransitionRefused`, `ReasonMissing`, `GuardFailed`; KeyError for no step."""
    actor = actor_of(partner)
    note, reason = told.get("note", ""), told.get("reason", "")
    if step == "acknowledge":
        if referral.state == "requested":
            handling.open_referral(uow, referral, actor, at)
        else:
            advance(REFERRAL, referral.state, "acknowledge", actor.role)
    elif step == "accept":
        handling.accept(uow, referral, actor, at)
    elif step == "reject":
        handling.reject(uow, referral, actor, at, reason, note)
    elif step == "start":
        handling.start(uow, referral, actor, at, told.get("contact", ""))
    elif step == "pause":
        handling.pause(uow, referral, actor, at, reason, _day(told.get("review_on", "")), note)
    elif step == "resume":
        handling.resume(uow, referral, actor, at)
    elif step == "complete":
        more = {"delivered": told.get("delivered", ""), "contact": told.get("contact", "")}
        handling.complete(uow, referral, actor, at, told.get("outcome", ""), note, **more)
    elif step == "fail":
        handling.fail(uow, referral, actor, at, reason, note)
    elif step == undoing.UNDO:
        named = told.get("step", "")
        if not (named.isascii() and named.isdigit()):
            raise ReasonMissing("An undo names the step that it takes back: `step`, as the step was answered.")
        undoing.undo(uow, referral, int(named[:18]), actor, at)
    else:
        raise KeyError(step)
    uow.flush()


def answered_before(
    uow: UnitOfWork, partner: Partner, key: str, request: bytes, at: datetime
) -> Mapping[str, Any] | None:
    """What this very request was answered; None, and the key is taken, where it is new. Raises `OtherRequest`.

    Two at once: the second waits here for the first, and is answered the same.
    """
    mark = hashlib.sha256(request).hexdigest()
    on = postgresql.insert if uow.connection.dialect.name == "postgresql" else sqlite.insert
    row = on(PartnerRequest).values(
        partner_id=partner.id, idempotency_key=key, request_sha256=mark, status=0, answer="{}", created_at=at
    )
    once = row.on_conflict_do_nothing(index_elements=["partner_id", "idempotency_key"]).returning(PartnerRequest.id)
    if uow.connection.execute(once).all():
        return None
    before = uow.session.scalar(select(PartnerRequest).filter_by(partner_id=partner.id, idempotency_key=key))
    assert before is not None
    if before.request_sha256 != mark:
        raise OtherRequest(OtherRequest.__doc__)
    answer: Mapping[str, Any] = json.loads(before.answer)
    return answer


def note_answer(uow: UnitOfWork, partner: Partner, key: str, answer: Mapping[str, Any]) -> None:
    """Keeps what the request was answered, in the transaction of what it did."""
    row = uow.session.scalar(select(PartnerRequest).filter_by(partner_id=partner.id, idempotency_key=key))
    if row is not None:
        row.status, row.answer = 200, json.dumps(answer)


def _is_theirs(partner: Partner, referral: Referral) -> bool:
    return referral.to_organization_id == partner.organization_id and referral.state not in UNSEEN


def _listed(step: Any, referral: Referral | None) -> Listed:
    if referral is None:
        return Listed(step.referral_id, step.sequence, step.event, step.created_at, "", "", None, None)
    return Listed(
        referral.id,
        step.sequence,
        step.event,
        step.created_at,
        referral.state,
        referral.priority,
        referral.ack_due,
        referral.respond_due,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
