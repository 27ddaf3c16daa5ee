"""One account of a platform with several addresses (WhatsApp's telephone and its business-scoped user id), whichever
of them came first: kept together, merged where they were met apart, and parted where a number changed hands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from dialogs.understanding import FOLDING_VERSION
from referrals.conversations.interviews.sessions import UNDER_WAY
from referrals.conversations.records import Conversation, InterviewSession
from referrals.families.identities import (
    VALUE,
    data_key_of,
    found_at,
    index_of,
    new_identity,
    person_at,
)
from referrals.families.people import are_two, forget_thread, has_a_past, merge_people, point_elsewhere
from referrals.families.records import Identity, IdentityAlias, Person
from referrals.inbound import Address
from referrals.protection.audit import audit
from referrals.store.unit_of_work import UnitOfWork

RESTING = ("beginning", "idle", "menu", "programme", "language", "consent", "moved")


def settle_account(uow: UnitOfWork, sender_id: int, addresses: Sequence[Address], at: datetime) -> tuple[int, int, int]:
    """The identity, person and data key behind addresses that one event names together.

    A user id is surer than a telephone, for a number can be given to somebody else: a known number with a user id that
    its account never had is a new owner's.
    """
    phones = [each for each in addresses if each.kind == "phone"]
    ids = [each for each in addresses if each.kind != "phone"]
    by_phone, by_id = _first(uow, sender_id, phones), _first(uow, sender_id, ids)
    changed_hands = by_phone is not None and by_phone != by_id and bool(ids) and has_user_id(uow, by_phone)
    if by_phone is not None and changed_hands:
        for each in phones:
            drop_address(uow, by_phone, each)
        by_phone = None
    if by_phone is not None and by_id is not None and by_phone != by_id:
        identity_id = merge_accounts(uow, by_phone, by_id, at)
    elif by_id is not None or by_phone is not None:
        identity_id = by_id or by_phone or 0
    else:
        identity_id = new_identity(uow, sender_id, addresses[0], at)[0]
    for each in addresses:
        add_address(uow, identity_id, each, at)
    person_id = person_at(uow, identity_id)
    return identity_id, person_id, data_key_of(uow, person_id)


def add_address(uow: UnitOfWork, identity_id: int, address: Address, at: datetime) -> None:
    """An address leads to this identity from now on; another telephone it had no longer does. Once is enough."""
    identity = _row(uow, identity_id)
    known = found_at(uow, identity.sender_id, address)
    if known is not None:
        return
    if address.kind == "phone":
        for other in addresses_of(uow, identity_id):
            if other.kind == "phone":
                drop_address(uow, identity_id, other)
        identity = _row(uow, identity_id)
    sealed = uow.vault.seal_text(data_key_of(uow, identity.person_id), address.value, VALUE)
    values = {"kind": address.kind, "value_sealed": sealed, "value_index": index_of(uow, address)}
    if identity.value_index == _nowhere(identity_id):
        uow.connection.execute(update(Identity).where(Identity.id == identity_id).values(**values))
        return
    uow.connection.execute(
        insert(IdentityAlias).values(identity_id=identity_id, sender_id=identity.sender_id, created_at=at, **values)
    )


def addresses_of(uow: UnitOfWork, identity_id: int) -> list[Address]:
    """Every address of an account, the one that is written to first."""
    own = select(Identity.kind, Identity.value_sealed).where(
        Identity.id == identity_id, Identity.value_index != _nowhere(identity_id)
    )
    further = select(IdentityAlias.kind, IdentityAlias.value_sealed).filter_by(identity_id=identity_id)
    rows = [*uow.connection.execute(own), *uow.connection.execute(further.order_by(IdentityAlias.id))]
    return [Address(row.kind, uow.vault.open_text(row.value_sealed, VALUE)) for row in rows]


def drop_address(uow: UnitOfWork, identity_id: int, address: Address) -> None:
    """An address no longer leads here; where it was the one that is written to, the next one is."""
    index = index_of(uow, address)
    uow.connection.execute(
        delete(IdentityAlias).where(IdentityAlias.identity_id == identity_id, IdentityAlias.value_index == index)
    )
    if _row(uow, identity_id).value_index != index:
        return
    following = uow.connection.execute(
        select(IdentityAlias.__table__).where(IdentityAlias.identity_id == identity_id).order_by(IdentityAlias.id)
    ).first()
    if following is None:
        uow.connection.execute(
            update(Identity).where(Identity.id == identity_id).values(value_index=_nowhere(identity_id))
        )
        return
    uow.connection.execute(delete(IdentityAlias).where(IdentityAlias.id == following.id))
    uow.connection.execute(
        update(Identity)
        .where(Identity.id == identity_id)
        .values(kind=following.kind, value_sealed=following.value_sealed, value_index=following.value_index)
    )


def reseal_addresses(uow: UnitOfWork, identity_id: int, data_key_id: int) -> None:
    """Every address goes under another key: of whoever stays at this identity."""
    for table, here in ((Identity, Identity.id), (IdentityAlias, IdentityAlias.identity_id)):
        for row in uow.connection.execute(select(table.id, table.value_sealed).where(here == identity_id)).all():
            sealed = uow.vault.seal(data_key_id, uow.vault.open(row.value_sealed, VALUE), VALUE)
            uow.connection.execute(update(table).where(table.id == row.id).values(value_sealed=sealed))


def merge_accounts(uow: UnitOfWork, one: int, other: int, at: datetime) -> int:
    """Two identities that the platform itself calls one account become one; returns which stays.

    Conversation, pending question, interview and what is owed go along. Who has a past stays who they are; two people
    who have an id each share the account from now on.
    """
    first, second = person_at(uow, one), person_at(uow, other)
    keep, drop = (one, other) if has_a_past(uow, first) or not has_a_past(uow, second) else (other, one)
    for thread in uow.connection.execute(select(Conversation.__table__).filter_by(identity_id=drop)).all():
        _bring(uow, thread, keep)
    moved, kept = _row(uow, drop), _row(uow, keep)
    addresses = addresses_of(uow, drop)
    uow.flush()
    point_elsewhere(uow, "identity.id", "identity_id", drop, keep)
    uow.connection.execute(delete(IdentityAlias).where(IdentityAlias.identity_id == keep, _of(uow, addresses)))
    uow.connection.execute(delete(Identity).where(Identity.id == drop))
    uow.connection.execute(
        update(Identity)
        .where(Identity.id == keep)
        .values(
            last_inbound_at=max(filter(None, (moved.last_inbound_at, kept.last_inbound_at)), default=None),
            may_message=moved.may_message and kept.may_message,
            silent_until_written=moved.silent_until_written or kept.silent_until_written,
            readers="shared" if "shared" in (moved.readers, kept.readers) else kept.readers,
        )
    )
    for each in addresses:
        add_address(uow, keep, each, at)
    uow.session.expire_all()
    audit(uow, at=at, actor="platform", action="identity.merged", object_kind="identity", object_id=keep)
    return keep


def _bring(uow: UnitOfWork, thread: Any, keep: int) -> None:
    """A conversation of the identity that goes comes to the one that stays."""
    theirs = person_at(uow, keep)
    if thread.person_id != theirs and (
        are_two(uow, thread.person_id, theirs) or (_busy(uow, thread) and _busy(uow, _thread(uow, keep, theirs)))
    ):
        _place(uow, thread.id, keep, thread.person_id)
        uow.connection.execute(update(Identity).where(Identity.id == keep).values(readers="shared"))
        return
    standing = _thread(uow, keep, theirs)
    if standing is not None and _rank(uow, standing) >= _rank(uow, thread):
        forget_thread(uow, thread.id, standing.id)
    else:
        if standing is not None:
            forget_thread(uow, standing.id, thread.id)
        _place(uow, thread.id, keep, theirs)
    if thread.person_id != theirs:
        merge_people(uow, thread.person_id, theirs)
        for each in uow.connection.execute(select(Conversation.__table__).filter_by(person_id=thread.person_id)).all():
            if _thread(uow, each.identity_id, theirs) is None:
                _place(uow, each.id, each.identity_id, theirs)


def _place(uow: UnitOfWork, thread_id: int, identity_id: int, person_id: int) -> None:
    sender = select(Identity.sender_id).where(Identity.id == identity_id).scalar_subquery()
    uow.connection.execute(
        update(Conversation)
        .where(Conversation.id == thread_id)
        .values(identity_id=identity_id, person_id=person_id, sender_id=sender, version=Conversation.version + 1)
    )


def _thread(uow: UnitOfWork, identity_id: int, person_id: int) -> Any | None:
    query = select(Conversation.__table__).filter_by(identity_id=identity_id, person_id=person_id)
    return uow.connection.execute(query).first()


def _busy(uow: UnitOfWork, thread: Any | None) -> bool:
    """Whether an interview is under way in it."""
    if thread is None or thread.session_id is None:
        return False
    status = select(InterviewSession.status).where(InterviewSession.id == thread.session_id)
    return uow.connection.execute(status).scalar() in UNDER_WAY


def _rank(uow: UnitOfWork, thread: Any) -> tuple[bool, bool, bool, datetime]:
    """What would be lost with it, and when it was last spoken in."""
    return _busy(uow, thread), thread.stage not in RESTING, thread.session_id is not None, thread.updated_at


def _first(uow: UnitOfWork, sender_id: int, addresses: Sequence[Address]) -> int | None:
    rows = (found_at(uow, sender_id, each) for each in addresses)
    return next((row.id for row in rows if row is not None), None)


def has_user_id(uow: UnitOfWork, identity_id: int) -> bool:
    """Whether an account is known by more than a telephone."""
    return any(each.kind != "phone" for each in addresses_of(uow, identity_id))


def _of(uow: UnitOfWork, addresses: Sequence[Address]) -> Any:
    return IdentityAlias.value_index.in_([index_of(uow, each) for each in addresses])


def _row(uow: UnitOfWork, identity_id: int) -> Any:
    query = select(Identity.__table__).join(Person, Person.id == Identity.person_id).where(Identity.id == identity_id)
    return uow.connection.execute(query).one()


def _nowhere(identity_id: int) -> bytes:
    """The look-up key of an identity that no address leads to any more: it is found by nothing."""
    return bytes([FOLDING_VERSION]) + identity_id.to_bytes(32, "big")
