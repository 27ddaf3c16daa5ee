"""Senders: made when a setting or an officer names them, found by what a platform calls them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select

from referrals.senders.records import Sender, SenderProgramme
from referrals.store.unit_of_work import UnitOfWork

SECRETS = "sender.secrets"
MADE_HERE = "flow_key"  # keys of ours that no operator brings: new tokens do not take them away


def ensure_sender(
    uow: UnitOfWork,
    channel: str,
    account: str,
    at: datetime,
    *,
    programmes: Iterable[str],
    secrets: Mapping[str, str] | None = None,
    name: str = "",
    per_second: float | None = None,
) -> Sender:
    """The sender of that channel and account, speaking for at least these programmes.

    `per_second` is the account's own pace where its platform gave it another than the channel's: WhatsApp's upper tier
    takes 1,000 a second, a number in coexistence 20.
    """
    sender = uow.session.scalar(select(Sender).filter_by(channel=channel, account=account))
    if sender is None:
        sender = Sender(
            channel=channel,
            account=account,
            name=name,
            data_key_id=uow.vault.new_key(None, at),
            active=True,
            created_at=at,
        )
        uow.session.add(sender)
        uow.flush()
    if per_second is not None:
        sender.per_second = per_second
    if secrets:
        own = {name: value for name, value in secrets_of(uow, sender).items() if name.startswith(MADE_HERE)}
        keep_secrets(uow, sender, {**own, **secrets})
    present = set(uow.session.scalars(select(SenderProgramme.programme_id).filter_by(sender_id=sender.id)))
    uow.session.add_all(
        SenderProgramme(sender_id=sender.id, programme_id=each) for each in programmes if each not in present
    )
    uow.flush()
    return sender


def keep_secrets(uow: UnitOfWork, sender: Sender, secrets: Mapping[str, str]) -> None:
    """The sender's secrets are these from now on, sealed under its own key."""
    sender.secrets_sealed = uow.vault.seal_json(sender.data_key_id, dict(secrets), SECRETS)
    uow.flush()


def active_senders(uow: UnitOfWork) -> list[Sender]:
    """Every account that speaks, by id."""
    return list(uow.session.scalars(select(Sender).where(Sender.active).order_by(Sender.id)))


def secrets_of(uow: UnitOfWork, sender: Sender) -> dict[str, str]:
    """A sender's tokens; empty for one without any."""
    if sender.secrets_sealed is None:
        return {}
    found: dict[str, str] = uow.vault.open_json(sender.secrets_sealed, SECRETS)
    return found
