"""Partner systems: added, given new secrets, switched off and on; found by the token that they show."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import String, and_, cast, exists, func, insert, literal, or_, select
from sqlalchemy import update as change

from referrals.directory.records import Organization
from referrals.partners.owing import ACTIVE, cancel_waiting, next_sequence
from referrals.partners.records import Partner, WebhookDelivery
from referrals.protection.audit import audit
from referrals.referral.records import Referral, ReferralEvent
from referrals.referral.sending import OPEN
from referrals.staff.tokens import token_hash
from referrals.store.unit_of_work import UnitOfWork

SECRET, OLDER_SECRET = "partner.secret", "partner.older_secret"
DISABLED = "disabled"
OVERLAP = timedelta(hours=24)  # in which the secret and token before still count
SECRET_BYTES = 32
TOKEN_MARK, SECRET_MARK = "sanad_partner_", "whsec_"


class UnfitPartner(ValueError):
    """A partner cannot be added as it was given; the message says what was expected."""


@dataclass(frozen=True)
class Credentials:
    """What a partner is told once: nobody can read it here again."""

    token: str = field(repr=False)
    secret: str = field(repr=False)


def add_partner(
    uow: UnitOfWork,
    organization: Organization,
    name: str,
    at: datetime,
    *,
    url: str = "",
    events: Sequence[str] = (),
) -> tuple[Partner, Credentials]:
    """The partner and what it signs in with. Its feed begins with the referrals that are open there. Raises
    `UnfitPartner`."""
    address = checked_address(url) if url else ""
    same = select(Partner).filter_by(organization_id=organization.id, url=address)
    if uow.session.scalar(same) is not None:
        raise UnfitPartner("this organization has a partner with that address already: sanad partner rotate gives it")
    given = Credentials(TOKEN_MARK + secrets.token_urlsafe(32), new_secret())
    key = uow.vault.new_key(None, at)
    partner = Partner(
        programme_id=organization.programme_id,
        organization_id=organization.id,
        name=name.strip() or organization.name,
        url=address,
        events=",".join(events),
        state=ACTIVE,
        data_key_id=key,
        secret_sealed=uow.vault.seal_text(key, given.secret, SECRET),
        token_sha256=token_hash(given.token),
        created_at=at,
    )
    uow.session.add(partner)
    uow.flush()
    _list_what_stands(uow, partner, at)
    _audit(uow, partner, "added", at)
    return partner, given


def rotate(uow: UnitOfWork, partner: Partner, at: datetime) -> Credentials:
    """A new secret and token; for a day those before count too, and what is sent bears both signatures."""
    given = Credentials(TOKEN_MARK + secrets.token_urlsafe(32), new_secret())
    older = uow.vault.open_text(partner.secret_sealed, SECRET)
    partner.older_secret_sealed = uow.vault.seal_text(partner.data_key_id, older, OLDER_SECRET)
    partner.older_token_sha256, partner.older_until = partner.token_sha256, at + OVERLAP
    partner.secret_sealed = uow.vault.seal_text(partner.data_key_id, given.secret, SECRET)
    partner.token_sha256 = token_hash(given.token)
    uow.flush()
    _audit(uow, partner, "rotated", at)
    return given


def disable(uow: UnitOfWork, partner: Partner, reason: str, at: datetime, actor: str = "operator") -> int:
    """Nothing more goes there and its token opens nothing; returns how many events that waited are given up."""
    partner.state, partner.reason = DISABLED, reason[:200]
    uow.flush()
    cancelled = cancel_waiting(uow, partner.id, "the partner is disabled")
    _audit(uow, partner, "disabled", at, actor)
    return cancelled


def enable(uow: UnitOfWork, partner: Partner, at: datetime) -> None:
    """It is told again from now on; what was given up or happened meanwhile stands in its feed."""
    partner.state, partner.reason = ACTIVE, ""
    uow.flush()
    _list_what_stands(uow, partner, at)
    _audit(uow, partner, "enabled", at)


def partners(uow: UnitOfWork) -> list[Partner]:
    """All of them, disabled ones too, by id."""
    return list(uow.session.scalars(select(Partner).order_by(Partner.id)))


def partner_by_token(uow: UnitOfWork, token: str, at: datetime) -> Partner | None:
    """The active partner whose token this is, or was until lately; None for anybody else."""
    mark = token_hash(token)
    lately = and_(Partner.older_token_sha256 == mark, Partner.older_until > at)
    query = select(Partner).where(or_(Partner.token_sha256 == mark, lately), Partner.state == ACTIVE)
    return uow.session.scalar(query)


def note_used(uow: UnitOfWork, partner_id: int, at: datetime) -> None:
    """When it was last let in."""
    uow.connection.execute(change(Partner).where(Partner.id == partner_id).values(last_used_at=at))


def secrets_of(uow: UnitOfWork, partner: Partner, at: datetime) -> tuple[str, ...]:
    """What signs now: the secret, and for a day after a rotation the one before."""
    found = [uow.vault.open_text(partner.secret_sealed, SECRET)]
    if partner.older_secret_sealed is not None and partner.older_until is not None and at < partner.older_until:
        found.append(uow.vault.open_text(partner.older_secret_sealed, OLDER_SECRET))
    return tuple(found)


def new_secret() -> str:
    """A signing secret, written as Standard Webhooks has it."""
    return SECRET_MARK + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def checked_address(url: str) -> str:
    """The address of a partner's server. Raises `UnfitPartner`; where it leads is looked at when something is sent."""
    try:
        parts = urlsplit(url)
        fit = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        fit = False
    if not fit or len(url) > 400 or any(character.isspace() for character in url):
        raise UnfitPartner("--url: expected an address such as https://partner.example.org/sanad")
    if parts.username or parts.password or parts.fragment:
        raise UnfitPartner("--url: no name, password or fragment belongs there; what is sent is signed instead")
    return url


def _list_what_stands(uow: UnitOfWork, partner: Partner, at: datetime) -> None:
    """The referrals that are open at the organization stand in the feed, and those that changed since it last heard of
    them: nothing is missed, neither from before it was there nor from while it was disabled."""
    last = select(func.max(ReferralEvent.id)).where(ReferralEvent.referral_id == Referral.id).correlate(Referral)
    step = func.coalesce(last.scalar_subquery(), 0)
    key = literal(f"webhook:{partner.id}:", String) + cast(Referral.id, String) + ":" + cast(step, String)
    told = exists().where(WebhookDelivery.partner_id == partner.id, WebhookDelivery.referral_id == Referral.id)
    here = and_(Referral.to_organization_id == partner.organization_id, Referral.state.in_(OPEN))
    mine = and_(or_(here, told), ~exists().where(WebhookDelivery.key == key))
    count = uow.connection.execute(select(func.count()).select_from(Referral).where(mine)).scalar_one()
    if not count:
        return
    before = next_sequence(uow, partner.id, count) - count
    rows = select(
        key,
        literal(partner.id),
        Referral.id,
        literal("standing"),
        before + func.row_number().over(order_by=Referral.id),
        literal(""),
        literal("listed"),
        literal(at, WebhookDelivery.due_at.type),
        literal(0),
        literal(""),
        literal(at, WebhookDelivery.created_at.type),
    ).where(mine)
    columns = "key partner_id referral_id event sequence body state due_at attempts reason created_at".split()
    uow.connection.execute(insert(WebhookDelivery).from_select(columns, rows))


def _audit(uow: UnitOfWork, partner: Partner, what: str, at: datetime, actor: str = "operator") -> None:
    audit(uow, at=at, actor=actor, action=f"partner.{what}", object_kind="partner", object_id=partner.id)
