"""How a person is known: name, telephones and ids, each sealed, and found again by a keyed blind index alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select

from dialogs.understanding import name_key
from referrals.applications.records import Application
from referrals.families.duplicates.resemblance import TELLING_WORDS, name_blocks
from referrals.families.identities import data_key_of
from referrals.families.records import ContactPoint, Identifier, NameKey, Person
from referrals.families.roster import NAME as NAME_COLUMN
from referrals.families.roster import told_year
from referrals.protection.vault import Erased
from referrals.store.unit_of_work import UnitOfWork

NAME = "name"  # kind of an identifier: a whole name, found again under its match key
PHONE, VALUE = "contact_point.value", "identifier.value"
SAFETY = {"yes": (True, True), "call_only": (False, True), "no": (False, False)}
"""What a family said of a number, as (safe to message, safe to call); neither where it did not say."""


def keep_name(uow: UnitOfWork, person_id: int, name: str, at: datetime) -> None:
    """The name they go by from now on. A whole one is found again by its match key; one or two words are the name of
    too many."""
    key = data_key_of(uow, person_id)
    uow.session.get_one(Person, person_id).name_sealed = uow.vault.seal_text(key, name, NAME_COLUMN)
    spelt = name_key(name)
    if len(spelt.split()) >= TELLING_WORDS:
        _keep(uow, person_id, NAME, name, uow.vault.index(NAME, spelt), "", at)


def keep_id(uow: UnitOfWork, person_id: int, kind: str, digits: str, at: datetime) -> None:
    """A whole national or civil id (`kind`); its last two digits may be read aloud."""
    _keep(uow, person_id, kind, digits, uow.vault.index("national_id", digits), digits[-2:], at)


def keep_phone(
    uow: UnitOfWork, person_id: int, phone: str, at: datetime, *, safe: str = "", shared: bool | None = None
) -> None:
    """A telephone they gave, with what they said of it: `safe` is yes | call_only | no, blank where nothing was said.

    Known already, it is what was said last that holds.
    """
    index = uow.vault.index("phone", phone)
    known = uow.session.scalar(select(ContactPoint).filter_by(person_id=person_id, value_index=index).limit(1))
    point = known or ContactPoint(
        person_id=person_id,
        kind="phone",
        value_sealed=uow.vault.seal_text(data_key_of(uow, person_id), phone, PHONE),
        value_index=index,
        created_at=at,
    )
    if safe in SAFETY or known is None:
        point.safe_to_message, point.safe_to_call = SAFETY.get(safe, (None, None))
    if shared is not None:
        point.shared_phone = shared
    uow.session.add(point)
    uow.flush()


def correct_id(uow: UnitOfWork, person_id: int, kind: str, digits: str, at: datetime) -> None:
    """The id was written wrong: from now on this one is theirs, and nobody is found by the wrong one any more."""
    forget_ids(uow, person_id)
    keep_id(uow, person_id, kind, digits, at)


def forget_ids(uow: UnitOfWork, person_id: int) -> None:
    """Whatever ids were kept of somebody are not theirs."""
    uow.session.execute(delete(Identifier).where(Identifier.person_id == person_id, Identifier.kind != NAME))


def file_under_names(uow: UnitOfWork, person_id: int) -> None:
    """Files a person in the blocks of names that their name, year and village put them in now, and in no other."""
    uow.session.execute(delete(NameKey).where(NameKey.person_id == person_id))
    person = uow.session.get_one(Person, person_id)
    try:
        name = name_key(uow.vault.open_text(person.name_sealed, NAME_COLUMN))
    except Erased:
        return
    blocks = name_blocks(name, told_year(uow, person.born_sealed), village_of(uow, [person_id]))
    rows = [NameKey(person_id=person_id, kind=kind, value_index=block_index(uow, kind, of)) for kind, of in blocks]
    uow.session.add_all(rows)
    uow.flush()


def block_index(uow: UnitOfWork, kind: str, words: str) -> bytes:
    """The blind index of one block of names."""
    return uow.vault.index(f"name:{kind}", words)


def village_of(uow: UnitOfWork, people: Iterable[int]) -> str:
    """Where these people, who are one, said last that they live: a place code, blank where they said none."""
    query = (
        select(Application.area_code)
        .where(Application.person_id.in_(list(people)), Application.area_code != "")
        .order_by(Application.id.desc())
        .limit(1)
    )
    return uow.session.scalar(query) or ""


def _keep(uow: UnitOfWork, person_id: int, kind: str, value: str, index: bytes, last2: str, at: datetime) -> None:
    standing = select(Identifier.id).filter_by(person_id=person_id, kind=kind, value_index=index).limit(1)
    if uow.session.scalar(standing) is not None:
        return
    uow.session.add(
        Identifier(
            person_id=person_id,
            kind=kind,
            value_sealed=uow.vault.seal_text(data_key_of(uow, person_id), value, VALUE),
            value_index=index,
            last2=last2,
            created_at=at,
        )
    )
    uow.flush()
