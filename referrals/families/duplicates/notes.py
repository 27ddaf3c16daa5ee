"""Private notes: what staff keep about one person, shown with nobody else of the household and disclosed to nobody."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from referrals.families.identities import data_key_of
from referrals.families.records import PrivateNote
from referrals.protection.audit import audit
from referrals.protection.vault import Erased
from referrals.staff.records import Staff
from referrals.staff.scope import Member
from referrals.store.unit_of_work import UnitOfWork

TEXT = "private_note.text"
LONGEST = 2000


@dataclass(frozen=True)
class Note:
    """One note as staff read it: the words, who wrote them, when."""

    words: str
    by: str
    at: datetime


def keep_note(uow: UnitOfWork, member: Member, programme_id: str, person_id: int, words: str, at: datetime) -> None:
    """Keeps what was written under this person's own key; blank words keep nothing. Raises `Erased`."""
    words = words.strip()[:LONGEST]
    if not words:
        return
    sealed = uow.vault.seal_text(data_key_of(uow, person_id), words, TEXT)
    note = PrivateNote(
        person_id=person_id, programme_id=programme_id, text_sealed=sealed, staff_id=member.staff_id, at=at
    )
    uow.session.add(note)
    uow.flush()
    audit(
        uow,
        at=at,
        actor=f"staff:{member.staff_id}",
        action="person.noted",
        object_kind="person",
        object_id=person_id,
        details={"note": note.id},
    )


def notes_about(uow: UnitOfWork, programme_id: str, people: Collection[int]) -> list[Note]:
    """What was noted in this programme about somebody, who may be several rows; the latest first. The caller audits."""
    query = (
        select(PrivateNote, Staff.name)
        .outerjoin(Staff, Staff.id == PrivateNote.staff_id)
        .where(PrivateNote.person_id.in_(people), PrivateNote.programme_id == programme_id)
        .order_by(PrivateNote.at.desc(), PrivateNote.id.desc())
    )
    found = []
    for note, name in uow.session.execute(query):
        try:
            found.append(Note(uow.vault.open_text(note.text_sealed, TEXT), name or "", note.at))
        except Erased:
            continue
    return found
