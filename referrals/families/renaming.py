"""An account's address became another: a changed number, a new user id, a chat that moved. The person stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select

from referrals.conversations.records import Conversation
from referrals.families.accounts import (
    RESTING,
    add_address,
    addresses_of,
    drop_address,
    has_user_id,
    merge_accounts,
)
from referrals.families.identities import found_at, person_at
from referrals.families.people import has_a_past
from referrals.families.records import Claim, Identity
from referrals.inbound import Address
from referrals.protection.audit import audit
from referrals.senders.records import Sender
from referrals.store.unit_of_work import UnitOfWork

Renamed = Literal["same", "renamed", "absorbed", "claimed"]
ANSWERED_WITHIN = timedelta(days=7)  # a clerk looks at it; after that it is closed


def rename_account(uow: UnitOfWork, identity_id: int, news: Sequence[Address], at: datetime) -> list[Renamed]:
    """What became of each of the addresses that an account has now; user ids first, for they are the surer ones."""
    in_order = sorted(news, key=lambda each: each.kind == "phone")
    return [rename_identity(uow, identity_id, new, at, news) for new in in_order]


def rename_identity(
    uow: UnitOfWork, identity_id: int, new: Address, at: datetime, news: Sequence[Address] = ()
) -> Renamed:
    """What became of it, as the platform tells it of one of its accounts.

    `same`: it had that address already. `renamed`: the new address leads to the person, the old one of its kind no
    longer does, for a number is given to others. `absorbed`: somebody without a past had written from there before the
    news came, and they are this person. `claimed`: the address belongs to somebody with a past; nothing is merged, and
    a clerk is asked. `news` are all addresses that it has now, where several were told together: a number whose account
    has a user id that is not among them was somebody else's, and is no longer.
    """
    also = {new, *news}
    identity = uow.session.get_one(Identity, identity_id)
    there = found_at(uow, identity.sender_id, new)
    if there is not None and there.id == identity_id:
        return "same"
    told_apart = new.kind == "phone" and any(each.kind != "phone" for each in also)
    if there is not None and told_apart and has_user_id(uow, there.id):
        drop_address(uow, there.id, new)
        there = None
    if there is None:
        _take(uow, identity_id, new, also, at)
        return "renamed"
    if not _is_nobody(uow, there.id):
        _ask_staff(uow, identity_id, there.id, at)
        return "claimed"
    merge_accounts(uow, identity_id, there.id, at)
    _drop_others(uow, identity_id, new, also)
    return "absorbed"


def _take(uow: UnitOfWork, identity_id: int, new: Address, also: set[Address], at: datetime) -> None:
    _drop_others(uow, identity_id, new, also)
    add_address(uow, identity_id, new, at)
    audit(uow, at=at, actor="platform", action="identity.renamed", object_kind="identity", object_id=identity_id)


def _drop_others(uow: UnitOfWork, identity_id: int, new: Address, also: set[Address]) -> None:
    """The other addresses of that kind lead here no longer, but for those that were told with it."""
    for each in addresses_of(uow, identity_id):
        if each.kind == new.kind and each not in also:
            drop_address(uow, identity_id, each)


def _is_nobody(uow: UnitOfWork, identity_id: int) -> bool:
    """Whether nobody with a past speaks there, in any thread, and nothing is pending that they would miss."""
    threads = uow.connection.execute(
        select(Conversation.person_id, Conversation.stage).filter_by(identity_id=identity_id)
    ).all()
    people = {person_at(uow, identity_id), *(thread.person_id for thread in threads)}
    return all(thread.stage in RESTING for thread in threads) and not any(has_a_past(uow, each) for each in people)


def _ask_staff(uow: UnitOfWork, identity_id: int, newcomer: int, at: datetime) -> None:
    """One claim at a time: a redelivered notice asks nobody twice."""
    person_id = person_at(uow, identity_id)
    open_one = select(Claim.id).filter_by(kind="renamed", identity_id=newcomer, person_id=person_id, state="asked")
    if uow.session.scalar(open_one) is not None:
        return
    identity = uow.session.get_one(Identity, identity_id)
    programme = uow.session.scalar(
        select(Conversation.programme_id).filter_by(identity_id=identity_id, person_id=person_id)
    )
    uow.session.add(
        Claim(
            kind="renamed",
            identity_id=newcomer,
            person_id=person_id,
            programme_id=programme,
            channel=uow.session.get_one(Sender, identity.sender_id).channel,
            state="asked",
            tries=0,
            due_at=at + ANSWERED_WITHIN,
            asked_at=at,
            created_at=at,
        )
    )
    uow.flush()
