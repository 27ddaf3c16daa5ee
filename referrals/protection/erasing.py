"""Erasure: the person's key is destroyed, so that what was sealed under it is noise here and in every backup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from referrals.conversations.records import InterviewSession
from referrals.families.records import ContactPoint, Identifier, Identity, Person
from referrals.media.records import Media
from referrals.outbox.owe import cancel_owed
from referrals.protection.audit import audit
from referrals.protection.records import DataKey

if TYPE_CHECKING:
    from referrals.conversations.desk import Desk


def erase_person(desk: Desk) -> None:
    """Erases who stands at this desk. One last message is still sent, under a key that holds nothing else.

    The identity stays, as a number without a past: if they write again, they are new to us.
    """
    from referrals.conversations.desk import BEGINNING

    uow, person_id = desk.uow, desk.person_id
    goodbye = desk.voice.say("stop.erased")
    address = uow.connection.execute(select(Identity.value_sealed).where(Identity.id == desk.identity_id)).scalar_one()
    plain = uow.vault.open(address, "identity.value")
    for name in ("interview", "service", "reminder", "campaign", "safety"):
        cancel_owed(uow, desk.identity_id, purposes=(name,), reason="erased")
    for table in (ContactPoint, Identifier, Media):
        uow.connection.execute(delete(table).where(table.person_id == person_id))
    uow.connection.execute(
        update(InterviewSession)
        .where(InterviewSession.person_id == person_id)
        .values(journal_sealed=b"", status="stopped")
    )
    for key in uow.connection.execute(select(DataKey.id).where(DataKey.person_id == person_id)).scalars().all():
        uow.vault.destroy(key, desk.at)
    uow.connection.execute(update(Person).where(Person.id == person_id).values(name_sealed=None, erased_at=desk.at))
    audit(
        uow, at=desk.at, actor=f"person:{person_id}", action="person.erased", object_kind="person", object_id=person_id
    )
    _begin_as_new(desk, plain)
    desk.state.clear()
    desk.session_id = None
    desk.pend(BEGINNING)
    desk.tell(goodbye)


def _begin_as_new(desk: Desk, address: bytes) -> None:
    from referrals.families.identities import new_person

    person_id, key = new_person(desk.uow, desk.at)
    desk.set_identity(person_id=person_id, value_sealed=desk.uow.vault.seal(key, address, "identity.value"))
    desk.person_id, desk.data_key_id = person_id, key
